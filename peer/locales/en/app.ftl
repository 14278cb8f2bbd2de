## Command line

cli-about = Show your screen to someone you trust, and lend them mouse and keyboard if you agree.
cli-after =
    Without an action, a window opens. To get help: “entraide invite”, then read the code over the phone.
    To help someone: “entraide join CODE”.
cli-usage = Usage
cli-options = Options
cli-actions = Actions
cli-action-value = ACTION
cli-help = Show this help.
cli-version = Show the version.
cli-rendezvous = Meet over this rendezvous node: its address, with /p2p/ and its id at the end. May be given several times.
cli-config = Read this settings file instead of the usual one.
cli-data = Keep this program’s files in this directory.
cli-lang = The language: fr or en. Otherwise the system’s.
cli-log = What to log on standard error: error, warn, info, debug or trace.
cli-router = Whether the router is asked to open ports for direct connections: ask (usual) or leave.
cli-terminal = Ask and answer on the terminal.
cli-json = Speak with a program: one JSON object a line, on standard output and input.
cli-name = How you are called. Otherwise the name of your account.
cli-invite-about = Get help: gives a code to read over the phone, and asks you before anybody sees anything.
cli-invite-lan = Your helper’s computer is on the same network: the code works there alone, and no node is needed or asked. Everybody on the network can see that somebody here waits for help.
cli-invite-whom = For whom the invitation is. Your helper receives it with the invitation; the node does not.
cli-invite-message = What the trouble is. Your helper reads it before connecting.
cli-invite-valid = How long the code stays valid if nothing happens: 90s, 30m, 2h. Otherwise 30 minutes.
cli-invite-offer = The most your helper may be given, and only after asking you: view or control. Otherwise control.
cli-join-about = Help someone who read you a code.
cli-join-code = The code, with or without spaces. “-” reads it from standard input, so that it does not show in the list of processes.
cli-demo-about = Run a whole session on this machine, alone, to see how it goes.
cli-demo-output = Put the screenshots and the summary in this directory.
cli-completions-about = Print a completion script for your shell.
cli-completions-shell = Which shell: bash, zsh, fish, elvish or powershell.
cli-man-about = Print the manual page.
cli-guard-about = Let go of held keys when the program that started this ends. Not for people.
cli-decode-video-about = Decode moving pictures, cut off from everything else. Not for people.

usage-value = “{ $value }” is not accepted for { $argument }. Accepted: { $accepted }.
usage-value-missing = { $argument } needs a value.
usage-argument = There is no option “{ $argument }” here.
usage-action = There is no action “{ $action }”.
usage-conflict = { $argument } and { $other } cannot be used together.
usage-missing = Something is missing: { $argument }.
usage-other = That cannot be understood.
usage-suggest = Did you mean “{ $meant }”?
usage-help = “entraide --help” shows what is possible.

## Settings

config-value = { $place }: “{ $value }” is not accepted for “{ $key }”. Accepted: { $accepted }.
config-unknown = { $place }: there is no setting “{ $key }”. There are: { $accepted }.
config-syntax = { $place }: this is not valid TOML: { $detail }.
config-unreadable = { $place }: the settings file cannot be read: { $detail }.
config-accepts-rendezvous = a list of at most { $nodes } addresses such as "/dns4/node.example.org/udp/4001/quic-v1/p2p/12D3Koo…"
config-accepts-name = a name of 1 to { $characters } characters
config-accepts-lang = "fr" or "en"
config-accepts-log = "error", "warn", "info", "debug" or "trace"
config-accepts-data = the path of a directory
config-accepts-valid = a time such as "90s", "30m" or "2h", at most { $hours } hours
config-accepts-offer = "view" or "control"
config-accepts-router = "ask" or "leave"
default-name = Someone

## Data directory

data-taken =
    { $role ->
        [hosting] Entraide already waits for help or shows this screen in another window or terminal
       *[helping] Entraide already helps someone in another window or terminal
    } (in { $path }). End that first, or use another directory with --data.
data-open = { $path } can be read or changed by other users of this computer, so it is not used. Make it yours alone: chmod go-rwx “{ $path }”.
data-system = { $path } cannot be used: { $detail }. Check that the disk is not full and that the directory belongs to you.

## What is said during a session

word-yes = yes
word-no = no
side-host = host
side-helper = helper
grant-view = seeing the screen
grant-point = pointing
grant-control = using mouse and keyboard
grant-clipboard-to-host = putting text on the host’s clipboard
grant-clipboard-to-helper = receiving text from the host’s clipboard
grant-file-to-host = sending files to the host
grant-file-to-helper = receiving files from the host
grant-remember = being remembered
reason-person = the person decided so
reason-escape = the host pressed Esc
reason-time = the time is over; it may be asked for again
reason-question = another question is open
reason-often = it was asked too often; wait five minutes
reason-unable = the host’s computer cannot do it
reason-closing = the program is ending
reason-protocol = the other program broke a rule
reason-lost = the connection was lost in between; ask again

ask-view =
    { $name } asks to see your screen.
    Say yes only if you are on the phone with this person and know them. Close what they should not see first.
ask-control =
    { $name } asks to use your mouse and keyboard.
    They will be able to do everything you can. Watch, and press Esc on your keyboard to take control back at once.
    Nobody from a bank, the police or a “support service” who called you should ever do this.
ask-point = { $name } asks to point at things on your screen.
ask-clipboard-to-host = { $name } asks to put text on your clipboard.
ask-clipboard-to-helper = { $name } asks to receive text from your clipboard.
ask-file-to-host = { $name } asks to send you files.
ask-file-to-helper = { $name } asks to receive files from you.
ask-remember = { $name } asks to be remembered, so that no code is needed next time.
ask-answer = Type “{ $yes }” and Enter to allow, “{ $no }” and Enter to refuse:

event-code =
    Call the person who is to help you and read them this code:

    { "    " }{ $code }

    { $minutes ->
        [one] It stays valid for one minute.
       *[other] It stays valid for { $minutes } minutes.
    } Nobody sees anything until you say yes.
event-invitation = { $name } asks for your help.
event-invitation-message = { $name } asks for your help: “{ $message }”
event-try =
    { $left ->
        [0] Somebody gave a wrong code too often. This code no longer works.
        [one] Somebody gave a wrong code ({ $wrong } so far). One try is left.
       *[other] Somebody gave a wrong code ({ $wrong } so far). { $left } tries are left.
    }
event-granted = Allowed: { $what }.
event-revoked = Not allowed, or no longer: { $what } ({ $reason }).
event-chat = { $from }: { $text }
event-screens = The other computer has several screens: { $list }. { $seen } /monitor and a number shows another one, /monitor all shows all.
screens-one = { $number } ({ $width } × { $height })
screens-main = { $number }, the main one ({ $width } × { $height })
screens-between = {"; "}
screens-seen = You see screen { $number }.
screens-all-seen = You see all of them.
path-measured = Connected: { $way } ({ $milliseconds } ms there and back).
path-unmeasured = Connected: { $way }.
state-waiting = Waiting for your helper.
state-seen = Somebody is connecting…
state-answered = Your helper has given the right code; you are about to be asked.
state-used = This code has been used.
state-expired = The time of this code is over.
state-burnt = This code no longer works: too many wrong tries.

terminal-help =
    A line you type is sent as chat. Commands:
      /control          helper: ask for mouse and keyboard
      /release          helper: give them back
      /point            helper: ask to point at things
      /point X Y        helper: point there, in pixels of the picture
      /monitor N|all    helper: look at this monitor, or at all
      /snapshot FILE    helper: save the picture as PNG
      /pause  /resume   host: freeze what the helper sees, and go on
      /stop             end the session
      /quit             end the session and the program
      /help             this list

fault-too-long = This line is too long (over { $limit } KiB) and was skipped.
fault-malformed = This command cannot be read: { $detail }
fault-unknown = There is no command “{ $name }”.
fault-unsupported = “{ $name }” is not possible in this version.
fault-too-early = That was too quick: read the question first, then answer once more.
fault-no-answer = Please type “{ $yes }” to allow or “no” to refuse, then Enter.

## How it ended, and what to do

end-normal = The session is over.
end-link-lost = The link was lost and did not come back. Check that both computers are connected to their network, then start again with a new code.
end-version = Your two versions of Entraide do not understand each other. Both please install the newest one.
end-protocol = The other program did something it must not, so the link was cut. Both please install the newest version; if it happens again, do not go on.
end-no-display = There is no screen here to show. Start Entraide from the desktop itself, not over a bare text login.
end-wayland = Your desktop uses Wayland, whose screen this version cannot show. Log out, choose “Xorg” or “X11” at the login screen, log in and start again.
end-no-extension = Your display lacks the X extension { $name }, without which the screen cannot be shown. Ask whoever set up this display to turn it on.
end-screen-denied = The system refused to share the screen. Allow it in the system’s settings for privacy, then start again.
end-display-gone = The display went away, so nothing can be shown any more. Start again once the desktop is back.
end-no-terminal = There is no terminal to ask you on. Start this in a terminal, or leave out --terminal to get windows.
end-failed = Something went wrong: { $detail }. Try again; if it stays, report it with this sentence.
end-usage = This cannot be done as it was asked.
end-refused = The other person said no. Talk it over, then ask them for a new try.
end-busy = The other person is being connected with somebody else. Wait a moment and try again.
end-expired = The time of this code is over. Ask for a new one.
end-used = This code has been used already. Ask for a new one.
end-burnt = Too many wrong codes were tried, so this one no longer works. Ask for the new code if one is on their screen; if not, help has to be asked for anew.
end-unknown = The computer that answered does not know this code. Ask the person to read it again; if it is right, ask for a new one.
end-wrong-code =
    { $left ->
        [0] Wrong code, and no try is left. Ask for the new code that is now on their screen.
        [one] Wrong code. One try is left: ask the person to read it again, slowly.
       *[other] Wrong code. { $left } tries are left: ask the person to read it again, slowly.
    }
end-wrong-digit = One digit of this code is wrong or two are swapped. Nothing was tried and nothing is lost: ask the person to read it again, in pairs.
end-no-code = This is not a code. A code has 9 to 13 digits, such as 42 1937 2640: ask the person to read all of it.
end-node-silent = The meeting place does not answer. Check that this computer is on the Internet. If other sites work, it may be switched off: try again later, or ask whoever gave you its address.
end-no-node = No meeting place is set. Ask the other person which one they use and give it with “--rendezvous ADDRESS”, in the variable ENTRAIDE_RENDEZVOUS or in the settings file, the same on both sides. Between two computers on one network none is needed: the one that needs help starts with “invite --lan”.
end-node-full = The meeting place has no room now. Wait a few minutes and try again, or use another one.
end-nothing-found = Nobody waits with this code. Ask whether it is still on their screen and whether you have all of it. If an @ and a name stand after it, your Entraide must use that meeting place: ask for its whole address.
end-nobody-here = Nobody on this network waits with this code. It works only between computers in the same home or office: both on the same router or Wi-Fi, and not on a guest network. If you are elsewhere, the other person must press “Get help”, not “My helper is on the same network”: that gives a code that works from anywhere.
end-no-network = This computer is on no network. Plug in its cable or join the Wi-Fi, then try again.
end-not-announced = This computer could not announce itself on your network: another program may hold UDP port 5353, or a firewall may block it. Meet at a meeting place on the Internet instead.
end-host-unreachable = The other computer is there but cannot be reached. Ask whether it is awake and connected to its network, then try again.
end-neighbour-unreachable = The other computer is on your network but cannot be reached. The firewall over there must allow Entraide (on Windows: on private networks). And both computers must be on the same Wi-Fi, not on a guest Wi-Fi, which keeps devices apart.
