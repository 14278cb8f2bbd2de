## What a session says to the two people in it.

# The host's program, stage by stage.
host-stage-reaching-node = Reaching the meeting place…
host-stage-announcing = Announcing this computer on your network…
host-stage-asking-view = { $name } is here and asks to see your screen.
host-stage-viewing = { $name } sees your screen.
host-stage-asking-control = { $name } asks to use your mouse and keyboard.
host-stage-asking-point = { $name } asks to point at things on your screen.
host-stage-pointing = { $name } sees your screen and can point at things.
host-stage-control = { $name } can use your mouse and keyboard. Press Esc to take them back.
host-stage-paused = Paused: { $name } sees nothing new.
host-stage-reconnecting = The connection to { $name } was lost; trying again…
host-stage-returned = { $name } is back, and sees your screen in a moment. Press Stop if you do not want that.

# The helper's program, stage by stage.
helper-stage-looking-up = Looking for the computer with this code…
helper-stage-looking-around = Looking on your network for the computer with this code…
helper-stage-connecting = Connecting…
helper-stage-pairing = Checking the code…
helper-stage-asking-view = The code is right. { $name } is being asked whether you may see the screen.
helper-stage-viewing = You see { $name }’s screen.
helper-stage-asking-control = { $name } is being asked whether you may use mouse and keyboard.
helper-stage-asking-point = { $name } is being asked whether you may point at things.
helper-stage-pointing = You can point at things on { $name }’s screen: they see a mark there.
helper-stage-control = You can use { $name }’s mouse and keyboard.
helper-stage-paused = { $name } has paused: you see nothing new for now.
helper-stage-reconnecting = The connection to { $name } was lost; trying again…

# What becomes of the invitation.
invitation-waiting = The code works only while this window stays open.
invitation-seen = Somebody is connecting…
invitation-answered = Your helper has the right code.
invitation-used = Your helper is connected.
invitation-expired = The code has expired.
invitation-burnt = Too many wrong codes: this code no longer works.
invitation-tries = { $left ->
    [one] Wrong code. One try is left.
   *[other] Wrong code. { $left } tries are left.
}

proof-code = They know the code that you read to them.

# Why the helper has to wait.
hold-question = A question is open on the other screen. Wait for the answer.
hold-own-window = Your input is paused: an Entraide window is in use on the other screen. Click beside it to go on.
hold-hand = The other person is using their own mouse or keyboard. Wait a moment.

# What was refused or taken back, as the helper reads it.
refused-view = You may not see the screen.
refused-point = You may not point at things.
refused-point-person = The other person said no to pointing. Talk to them before you ask again.
refused-point-question = Another question is open on the other screen. Ask again after it is answered.
refused-point-often = Asked too often. Wait five minutes before you ask again.
refused-point-unable = Nobody can point at things there.
refused-control = You may not use mouse and keyboard.
refused-control-person = The other person said no to mouse and keyboard. Talk to them before you ask again.
refused-control-question = Another question is open on the other screen. Ask again after it is answered.
refused-control-often = Asked too often. Wait five minutes before you ask again.
refused-control-unable = Mouse and keyboard cannot be shared there at the moment.
revoked-view = You no longer see the screen.
revoked-point = You can no longer point at things.
revoked-point-person = The other person does not want you to point at things any more.
revoked-control = You no longer use mouse and keyboard.
revoked-control-person = The other person took mouse and keyboard back.
revoked-control-escape = The other person pressed Esc and took mouse and keyboard back.
revoked-control-time = Half an hour is over. Ask for mouse and keyboard again if you still need them.
revoked-control-lost = The connection was lost in between, so you no longer use mouse and keyboard. Ask again.
revoked-point-lost = The connection was lost in between, so you can no longer point at things. Ask again.
refused-control-lost = The connection was lost before there was an answer. Ask again.
refused-point-lost = The connection was lost before there was an answer. Ask again.

# How it ended.
ended-self = You ended the session.
ended-other = { $name } ended the session.
ended-link = The connection to { $name } was lost. Check the network on both sides, then start again with a new code.
ended-program = The session ended because the program on the other side was closed.
ended-unable = The session ended because the screen can no longer be shown.
ended-protocol = The session ended because the two programs do not understand each other. Update both and try again.

# The way the session takes.
path-lan = direct, same network
path-direct = direct
path-relayed = through { $node }, which cannot read it
path-rtt = { $way }, { $ms } ms

# What the picture shows instead of what was chosen.
monitor-gone = The screen you were looking at is gone. You see screen { $number } until it is back.
monitors-too-large = All screens together are larger than one picture can be, so you see screen { $number }.

# What cannot be done, in answer to a command.
error-answer-in-window = Somebody sits at this screen: the question is answered there, in its window.
error-answer-by-hand = After control was granted once, only a click with the mouse of this computer counts as yes.
error-no-such-question = There is no such question, or no longer.
error-not-here = This side of the session cannot do that.
error-not-granted = That has not been granted. Ask for it first.
error-no-session = There is no session yet.
error-reconnecting = The connection was lost. Wait until it is back.
error-unheard = What you wrote last may not have arrived.
error-code-burnt = Somebody tried wrong codes until the old one no longer worked. Here is a new one: read it only to the person you called.
error-helper-gone = Your helper was there and went away. Read them this new code.
error-number-lost = The old code could no longer be found. Read your helper this new one.
error-node-lost = The meeting place is out of reach, so your helper cannot find you now. Trying again…
error-no-such-monitor = There is no such monitor.
error-monitors-too-large = All screens together are larger than one picture can be. Please choose one of them.
error-snapshot = The picture could not be saved: { $detail }

event-snapshot = Saved what you see: { $path }
