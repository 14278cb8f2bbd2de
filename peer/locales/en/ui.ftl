## ui

ui-title = Entraide
ui-title-watching = { $name }’s screen – Entraide
ui-title-control = You control { $name }’s computer – Entraide
ui-title-question = A question – Entraide
ui-title-bar = Entraide
ui-no-display = Entraide finds no screen to open its windows on. Start it from a desktop, or use --terminal.
ui-cancel = Cancel
ui-close = Close
ui-only-people-you-know = Only ever do this with people you know personally.

# Home
ui-home-title = Help each other, from one screen to another
ui-home-need = I need help
ui-home-need-how = You get a code to read out over the phone. Nobody sees your screen before you say yes.
ui-home-get-help = Get help
ui-home-here = My helper is on the same network
ui-home-here-tip = For two computers in the same home or office: nothing goes over the Internet.
ui-home-give = I want to help someone
ui-home-give-how = The person you are helping starts Entraide, presses “Get help” and reads a code to you.
ui-home-help = Help someone
ui-home-code-hint = The code, for example 42 1937 2640
ui-busy-title = One moment
ui-over-title = It is over

# Waiting
ui-waiting-title = Waiting for your helper
ui-waiting-read = Read this code to the person who is going to help you:
ui-waiting-say = Say: “Start Entraide and type the code { $code } under ‘I want to help someone’.”
ui-waiting-say-node = Say: “Start Entraide and type the code { $code } under ‘I want to help someone’, then an @ sign and { $node }.”
ui-waiting-here = This code works only on your own network: in the same home or office, on the same router or Wi-Fi. Everybody on this network can see that somebody here waits for help, but nobody gets in without the code.
ui-waiting-minutes = { $minutes ->
    [0] The code is about to expire.
    [one] The code is valid for one more minute.
   *[other] The code is valid for { $minutes } more minutes.
}

# Hosting and the bar
ui-hosting-title = { $name } is helping you
ui-may-control = { $name } sees your screen and uses your mouse and keyboard
ui-may-point = { $name } sees your screen and can point at things
ui-may-view = { $name } sees your screen
ui-may-later = The connection to { $name } was lost; trying again
ui-may-paused = { $name } sees a frozen picture
ui-may-nothing = { $name } does not see your screen
ui-take-back = Take back control (Esc)
ui-no-pointing = No more pointing
ui-pause = Pause
ui-resume = Resume
ui-stop = Stop

# Conversation
ui-chat-empty = Here you can write to { $name }.
ui-chat-hint = Your message
ui-chat-send = Send
ui-chat-you = You

# Watching
ui-disconnect = Disconnect
ui-disconnect-tip = End the session (Ctrl+Alt+Q)
ui-request-control = Ask for control
ui-request-control-tip = Ask { $name } to lend you mouse and keyboard (Ctrl+Alt+C)
ui-asking = { $name } is being asked…
ui-request-point = Point
ui-request-point-tip = Ask { $name } whether you may point at things on the screen
ui-pointing = Hold to point
ui-pointing-tip = Hold the left mouse button down over the picture: { $name } sees a mark there
ui-give-back = Give back control
ui-give-back-tip = Leave mouse and keyboard to { $name } again; you still see the screen (Ctrl+Alt+C)
ui-fit = Fit to window
ui-fit-tip = Show the whole screen in this window (Ctrl+Alt+F)
ui-whole = 100 %
ui-whole-tip = Show every pixel at its own size; near the edges, the view follows the pointer
ui-double = 200 %
ui-double-tip = Twice as large
ui-screen-all = All
ui-screen-all-tip = Show all screens side by side (Ctrl+Alt+0)
ui-screen = Screen { $number }, { $width } × { $height } (Ctrl+Alt+{ $number })
ui-screen-main = Screen { $number }, the main one, { $width } × { $height } (Ctrl+Alt+{ $number })
ui-you-wait = You do not see { $name }’s screen yet
ui-you-watch = You see { $name }’s screen
ui-you-point = You see { $name }’s screen; hold the left mouse button to point
ui-you-control = You control { $name }’s computer
ui-hold-question = { $name } is answering a question; your mouse and keyboard wait
ui-hold-own-window = { $name }’s pointer is on Entraide; your mouse and keyboard wait
ui-hold-hand = { $name } is using the mouse; yours waits for a moment
ui-watching-paused = { $name } has paused the picture. What you see here is no longer current.
ui-watching-cut = The connection to { $name } was lost; trying again
ui-watching-asking = { $name } is being asked whether you may see the screen. Say: “A window with a question has opened; please read it and press Allow.”
ui-watching-coming = The picture of { $name }’s screen is on its way…

# Questions
ui-ask-word = yes
ui-ask-allow = Allow
ui-ask-deny = Deny
ui-ask-read-first = Please read first; “Allow” works in a moment.
ui-ask-ways = To allow it, click “Allow” or type the word “{ $word }”.
ui-ask-again = Your yes did not count: a program on this computer may have pressed it. Read the question once more, and answer with your own mouse.
ui-ask-view = { $name } would like to see your screen
ui-ask-view-means = { $name } sees everything that is on your screen, until you stop it. { $name } cannot touch anything. Close what is nobody else’s business before you allow it.
ui-ask-point = { $name } would like to point at things
ui-ask-point-means = { $name } can show you places on your screen with a mark, and cannot touch anything.
ui-ask-control = { $name } would like to use your mouse and keyboard
ui-ask-control-means = { $name } could then do everything that you can do on this computer. You see all of it, and you end it at any time with the Esc key.
ui-ask-control-warning = Did somebody you do not know ask you for this, on the phone, in an e-mail or in a window that warned you? Then it is a fraud: press “Deny” and hang up. No bank, no authority and no computer company ever asks for this. While you are being helped, never type a password and never open your bank’s pages.
ui-ask-clipboard-to-host = { $name } would like to put text on your clipboard
ui-ask-clipboard-to-host-means = What { $name } copies can then be pasted on this computer.
ui-ask-clipboard-to-helper = { $name } would like to receive text that you copy
ui-ask-clipboard-to-helper-means = { $name } gets the text you copied, each time you send it.
ui-ask-file-to-host = { $name } would like to send you files
ui-ask-file-to-host-means = You are asked again for every file, and it is only put down, never opened.
ui-ask-file-to-helper = { $name } would like to receive files from you
ui-ask-file-to-helper-means = Only files that you choose yourself are sent.
ui-ask-remember = { $name } would like to be remembered
ui-ask-remember-means = Next time you can invite { $name } without a code. You are still asked every time.
