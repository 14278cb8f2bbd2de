## Where to meet, asked once

place-title = Where do you meet?
place-ask-host = Which meeting place did your helper give you?
place-ask-helper = Which meeting place does the other person use?
place-how = Two computers find each other at a meeting place on the Internet, the same for both of you. Its address begins with “/” and is long: have it sent to you, then paste it here.
place-how-terminal = Paste its address: it begins with “/”, is long and has /p2p/ in it. It will be remembered in { $file }. If your helper’s computer is on the same network as yours (the same home or office), type “here” instead: no meeting place is needed then. “/stop” gives up.
place-how-terminal-helper = Paste its address: it begins with “/”, is long and has /p2p/ in it. It will be remembered in { $file }. “/stop” gives up.
# What is typed at a terminal instead of an address, in lower case.
place-here-word = here
place-here = We are on the same network
place-here-how = If your helper’s computer is in the same home or office, no meeting place is needed.
place-hint = /dns4/…/udp/4580/quic-v1/p2p/12D3Koo…
place-go-on = Go on
place-paste = Paste
place-remembered = If somebody answers there, it is remembered in { $file } and not asked for again.
place-not-an-address = This is not the address of a meeting place. A name alone is not enough: the address begins with “/” and has /p2p/ near its end. Ask for the whole line.
place-mistyped = This address is not whole or has a wrong character. Copy and paste it rather than typing it; it ends with /p2p/ and a long word of letters and digits.
place-no-id = The end of this address is missing: /p2p/ and a long word of letters and digits, by which the meeting place proves that it is the right one. Ask for the whole line.
place-too-many = These are too many addresses. One is enough.
place-silent = Nobody answers at this address. Check that this computer is on the Internet and that the address is the right one; the meeting place may also be switched off at the moment.
place-not-remembered = The address works but could not be remembered, so you will be asked again next time. { $detail }
