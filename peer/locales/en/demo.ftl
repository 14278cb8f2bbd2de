## The demo, told step by step.

demo-begin = A whole session on this machine: a meeting place, Marie who needs help, and Paul who helps.
demo-node = The meeting place listens at { $address }. It can read nothing of what follows.
demo-code = Marie pressed “Get help”. Her screen shows the code { $code }; she reads it over the phone.
demo-helper-window = Paul’s window opens on your screen.
demo-helper-hidden = There is no screen here: Paul’s window opens on a screen in memory.
demo-asked = The code was right. Marie is asked whether { $name } may see her screen. The answer counts only after a second: nobody clicks yes by accident.
demo-picture = Marie said yes. Paul sees her screen.
demo-control = Paul asked for mouse and keyboard, and Marie said yes again, after three seconds and a warning.
demo-typed = Paul clicked into Marie’s terminal and typed; there arrived exactly: { $text }
demo-pictures = Saved what both see: host.png and helper.png in { $folder }.
demo-end = Paul said goodbye. Marie is told that he ended the session, and both programs close.
demo-failed = The demo could not go on: { $detail }
demo-linux = The demo needs Linux with X11, where it can make screens of its own.
demo-summary =
    Code typed to Marie’s question: { $question } ms
    Yes to Paul’s first picture: { $picture } ms
    Click and typing to the terminal’s file: { $typed } ms
    Picture: { $frames } frames, { $bytes } bytes
    Path: { $path }, round trip { $rtt } ms
