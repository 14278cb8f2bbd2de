## Command line

cli-doctor-about = Show what works here: display, mouse and keyboard, meeting place, network. Shares nothing, changes nothing. The exit code is 0 if a meeting place answers, and 6 if none is set or none answers.
cli-doctor-json = For programs: one JSON object a line on standard output.

## doctor: what works here, and what to do if it does not

doctor-looking = Looking around. That takes { $seconds } seconds at most; Ctrl-C stops it. Nothing is shared.
doctor-progress = Asking the network… { $seconds } s

doctor-head-computer = This computer
doctor-head-node = Meeting place
doctor-head-network = Network
doctor-head-partner = What to expect: how you will be connected with somebody

doctor-mark-well = ok
doctor-mark-note = note
doctor-mark-trouble = problem

doctor-display-works = The display is one that can be shown ({ $system }).
doctor-display-none = There is no display here.
doctor-display-wayland = The display is Wayland.
doctor-display-lacking = The display lacks something.
doctor-display-denied = The system does not let the display be shown.
doctor-display-failed = The display does not work as it should.
doctor-capture-works =
    { $count ->
        [one] Your screen ({ $sizes }) can be shown. No picture of it was taken now.
       *[other] Your { $count } screens ({ $sizes }) can be shown. No picture of them was taken now.
    }
doctor-capture-failed = The screen cannot be shown.
doctor-injection-works = Your mouse and keyboard can be lent. Nothing was moved or pressed now.
doctor-injection-failed = Your mouse and keyboard cannot be lent; the screen can still be seen.
doctor-escape-works = The Esc key is heard: it takes mouse and keyboard back at any time.
doctor-escape-failed = The Esc key is not heard, so mouse and keyboard will not be lent.
doctor-clipboard-unshared = This version does not share the clipboard.

doctor-node-none = No meeting place is set.
doctor-node-none-do = Ask the person you want to meet, or who looks after your computers, for its address. Give it with “--rendezvous ADDRESS”, or write rendezvous = ["ADDRESS"] into the settings file. Two computers on one network need none: press “My helper is on the same network”.
doctor-node-both = { $node } answers over QUIC ({ $quic_ms } ms there and back) and TCP ({ $tcp_ms } ms), and has proven that it is the right one.
doctor-node-quic = { $node } answers over QUIC ({ $quic_ms } ms there and back) but not over TCP, and has proven that it is the right one.
doctor-node-quic-do = It works. But people whose network lets only TCP through cannot meet you there: its operator should open its TCP port.
doctor-node-tcp = { $node } answers over TCP ({ $tcp_ms } ms there and back) but not over QUIC, and has proven that it is the right one.
doctor-node-tcp-do = It works, but less smoothly. Either this network lets no UDP out, or the meeting place’s UDP port is shut: ask who looks after them.
doctor-node-silent = { $node } does not answer.
doctor-node-silent-do = Look whether other sites work. If they do, the meeting place may be switched off, its address may have changed, or this network may block it: ask who runs it.
doctor-node-impostor = Somebody else answers at { $node }. It is not trusted.
doctor-node-impostor-do = Ask whoever gave you the address for the new one: the meeting place has probably been set up again. If nobody changed it, somebody may be in between.

doctor-nat-public = This computer is on the Internet under an address of its own.
doctor-nat-easy = You are behind an ordinary router: the Internet sees you under one address and port. (For administrators: endpoint-independent mapping.)
doctor-nat-hard = You are behind a strict router, which shows everybody another port. (For administrators: symmetric NAT.)
doctor-nat-hard-do = It works; connecting directly takes a few seconds longer. If the router is yours, turn UPnP, NAT-PMP or PCP on in it.
doctor-nat-blocked = This network lets no UDP through.
doctor-nat-blocked-do = It works over TCP, less smoothly. An administrator can allow outgoing UDP. If the meeting place is new, have its operator check that its UDP port and the two above it are open.
doctor-nat-untold = How the Internet sees this computer is not known: the meeting place does not say.
doctor-nat-untold-do = Its operator should open the two UDP ports above its own (4581 and 4582, if it is at 4580).
doctor-nat-near = How the Internet sees this computer is not known: the meeting place is in the same private network.
doctor-nat-near-do = Within this network people are connected directly. To meet others, use a meeting place on the Internet.
doctor-nat-unasked = How the Internet sees this computer is not known, because no meeting place answers.

doctor-mapping-unneeded = No router has to open ports for this computer.
doctor-mapping-opened = Your router opens ports when asked: others can reach you directly. It was told to close them again.
doctor-mapping-refused = Your router opens no ports when asked.
doctor-mapping-refused-do = Mostly that does no harm. If the lines below say “through the meeting place” and the router is yours, turn UPnP, NAT-PMP or PCP on in it.
doctor-mapping-unasked = Your router was not asked to open ports: a setting says that it is left alone (router = "leave").
doctor-mapping-unasked-do = Mostly that does no harm. If the lines below say “through the meeting place”, let it be asked: router = "ask".

doctor-ipv6-works = IPv6 works.
doctor-ipv6-untried = There is an IPv6 address, but no meeting place with one by which to try it. With others who have IPv6 it will be tried.
doctor-ipv6-silent = There is an IPv6 address, but no meeting place answers over it.
doctor-ipv6-silent-do = IPv4 is used instead. An administrator can look whether the router passes IPv6 on.
doctor-ipv6-missing = There is no IPv6 here. IPv4 does.

doctor-ipv4-translated = This network has IPv6 only, and translates to IPv4. Meeting places and people that have IPv4 only are reached too. (For administrators: NAT64.)
doctor-ipv4-missing = This network has IPv6 only, and does not say that it translates to IPv4.
doctor-ipv4-missing-do = Only meeting places and people with IPv6 are reached from here. An administrator can turn NAT64 and DNS64 on; or use another network.

doctor-who-open = somebody with a public address, or whose router opens ports
doctor-who-home = somebody at home, behind an ordinary router
doctor-who-strict = somebody behind a strict router (some mobile networks and companies)
doctor-who-no-udp = somebody whose network lets only TCP through (some companies and hotels)
doctor-partner-direct = Directly: { $who }.
doctor-partner-relayed = Through the meeting place, which cannot read it: { $who }.
doctor-partner-unknown = Not known beforehand; through the meeting place at worst: { $who }.

doctor-end-all = From here you can get help and help others.
doctor-end-shows = From here you can help others, and show your screen, but not lend your mouse and keyboard.
doctor-end-helps = From here you can help others, but not show your own screen.
