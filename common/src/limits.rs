//! Every bound of the product, each with its reason. A bound that nothing reads does not belong here.

use core::time::Duration;

/// Largest control message, bytes: a chat line of [`CHAT_CHARS`] four-byte characters, with room.
pub const CONTROL_BYTES: usize = 32 * 1024;
/// Longest chat line, characters: a screenful, not a book.
pub const CHAT_CHARS: usize = 4_000;
/// Lines that a helper may send at once: what was written while the line was down.
pub const CHAT_BURST: u32 = 20;
/// After [`CHAT_BURST`] lines, one in this time is shown: nobody types faster for long, and a flood buries what was said.
pub const CHAT_PACE: Duration = Duration::from_secs(1);
/// Lines of one side that the other has not said to have heard: what is written on a path that dies, until that is noticed.
pub const CHAT_UNHEARD: usize = 32;
/// Lines of a conversation that are kept to be shown: a long afternoon.
pub const CHAT_KEPT_LINES: usize = 500;
/// Characters of a conversation that are kept: all of them are laid out whenever its window is drawn.
pub const CHAT_KEPT_CHARS: usize = 64 * 1024;
/// Longest name of a person, characters: it stands in a window's title and in a question.
pub const NAME_CHARS: usize = 64;
/// Longest message about the problem, characters: what is read before connecting.
pub const MESSAGE_CHARS: usize = 500;
/// Longest reason one side gives the other for ending, characters.
pub const REASON_CHARS: usize = 200;
/// Largest input message, bytes: one text of [`INPUT_TEXT_CHARS`].
pub const INPUT_BYTES: usize = 2 * 1024;
/// Longest text in one input message, characters: what an input method commits at once, not a clipboard.
pub const INPUT_TEXT_CHARS: usize = 400;
/// Keys and buttons that may be held at once: two hands and a foot.
pub const HELD: usize = 24;

/// Largest pairing message, bytes: the signed invitation is the largest.
pub const PAIR_BYTES: usize = 8 * 1024;
/// Largest request to a node, bytes.
pub const DIRECTORY_REQUEST_BYTES: usize = 2 * 1024;
/// Largest answer of a node, bytes.
pub const DIRECTORY_RESPONSE_BYTES: usize = 4 * 1024;
/// Largest opening header of a stream, bytes.
pub const OPEN_BYTES: usize = 64;

/// Longest side of a picture, pixels.
pub const PICTURE_SIDE: u32 = 8192;
/// Most pixels in all monitors together: 64 megapixels are two 8K screens, a quarter of a gigabyte as BGRX.
pub const PICTURE_PIXELS: u64 = 64 << 20;
/// Largest encoded frame, bytes: a full picture of noise costs 3 bytes a pixel and a little.
pub const FRAME_BYTES: usize = 200 << 20;
/// Shortest side of a moving picture that goes through a video codec, pixels: what is smaller costs little as it is.
pub const VIDEO_SIDE_LEAST: u32 = 64;
/// Longer side of a moving picture, pixels: H.264 at level 5.2, and what openh264 encodes.
pub const VIDEO_SIDE: u32 = 3840;
/// Shorter side of a moving picture, pixels: see [`VIDEO_SIDE`].
pub const VIDEO_SIDE_SHORT: u32 = 2160;
/// Largest encoded frame of a moving picture, bytes: half a byte for each pixel of 4K, ten times what a good one takes.
pub const VIDEO_FRAME_BYTES: usize = 4 << 20;
/// Most video codecs that a helper names.
pub const VIDEO_CODECS: usize = 8;
/// Frames of a film a second: what films have, and what the eye asks for.
pub const FILM_RATE: u32 = 30;
/// Frames of a film that may be on their way, and wait for the decoder: a quarter of a second, a long round trip.
pub const FILM_SHOTS: usize = 8;
/// Beginnings of films that a host may send within [`FILM_BEGINNINGS_TIME`]; each costs the helper a decoder.
pub const FILM_BEGINNINGS: usize = 40;
/// See [`FILM_BEGINNINGS`]. A screen that turns twice a second may show one each time; twice that, because lines stall.
pub const FILM_BEGINNINGS_TIME: Duration = Duration::from_secs(10);
/// Decoders that may fail in a session, one after the other, before the helper wants no more films.
pub const FILM_FAILURES: u32 = 3;
/// Longest wait for a frame of a moving picture to be decoded, and for a decoder to start: a machine that swaps needs a
/// while, one that is fed nonsense must not hold us for ever.
pub const VIDEO_PATIENCE: Duration = Duration::from_secs(5);
/// Most memory that a video decoder may take, bytes beyond the program itself: openh264 takes 104 MB at 4K with one
/// reference picture, and up to four of 13 MB are let through.
pub const VIDEO_DECODER_BYTES: u64 = 256 << 20;
/// Longest reason that a video decoder's process may give for not starting, bytes.
pub const VIDEO_REASON_BYTES: usize = 200;
/// Pictures of another size or place begin anew, with all their pixels, at most once in this time: two a second.
pub const TURN_PACE: Duration = Duration::from_millis(500);
/// Most of those that a helper takes within [`TURNS_TIME`]: twice as many as a host may send, because lines stall and
/// catch up.
pub const TURNS: usize = 20;
/// See [`TURNS`].
pub const TURNS_TIME: Duration = Duration::from_secs(5);
/// Longest side of a cursor, pixels.
pub const CURSOR_SIDE: u32 = 256;
/// Largest cursor message, bytes: 256 x 256 in RGBA.
pub const CURSOR_BYTES: usize = 256 * 256 * 4 + 64;
/// Farthest corner of a monitor from the first one's, pixels: X11 counts to 32,767, and others to either side of zero.
pub const DESKTOP_SIDE: u32 = 1 << 16;
/// Most monitors of one host.
pub const MONITORS: usize = 16;

/// Largest signed invitation, bytes: a signature, three full texts of four-byte characters and [`NODES`] nodes.
pub const INVITATION_BYTES: usize = 6 * 1024;
/// Most nodes in use at once and named in one invitation: one may die, and each costs a connection and a reservation.
pub const NODES: usize = 8;
/// How long a local network is listened to for a host that nobody announces there. Answers take a tenth of a second; a
/// wireless one loses some, and is asked again after one second and after three.
pub const LAN_SEARCH: Duration = Duration::from_secs(5);
/// How long others with the same number are listened for once a host is found.
pub const LAN_OTHERS: Duration = Duration::from_millis(300);
/// Most hosts on a local network that one number leads to.
pub const LAN_HOSTS: usize = 8;
/// Most addresses of one of them that are called, over QUIC and TCP.
pub const LAN_ADDRESSES: usize = 8;
/// Longest address or name of a node, characters: a multiaddress with a host name fits.
pub const ADDRESS_CHARS: usize = 256;
/// Longest text read as a code, characters: thirteen digits spelled with generous separators.
pub const CODE_CHARS: usize = 128;

/// How long a code lives without activity, unless the host chooses otherwise.
pub const CODE_IDLE: Duration = Duration::from_secs(30 * 60);
/// How long a code lives in all.
pub const CODE_TOTAL: Duration = Duration::from_secs(2 * 60 * 60);
/// Wrong codes until the code is burnt: with 10^7 secrets, odds of 3 in ten million.
pub const WRONG_CODES: u32 = 3;
/// Codes that may be burnt before the host stops giving new ones: somebody guesses, and each new code is new odds.
pub const BURNT_CODES: u32 = 3;
/// Pairing runs in flight for one code.
pub const PAIRINGS_IN_FLIGHT: usize = 4;
/// Longest pairing run up to the helper's `Ready`.
pub const PAIRING_TIME: Duration = Duration::from_secs(10);
/// What the next run has to wait after so many wrong codes, tries still being checked included: a person who
/// mistyped hardly notices, a program that guesses does.
pub const PAIRING_DELAYS: [Duration; 4] =
    [Duration::ZERO, Duration::from_secs(2), Duration::from_secs(5), Duration::from_secs(10)];

/// Longest the host's machine waits for a question's window to be readable before Allow works: view and such.
pub const ALLOW_WAIT: Duration = Duration::from_secs(1);
/// The same for control, which comes with a warning to read.
pub const ALLOW_WAIT_CONTROL: Duration = Duration::from_secs(3);
/// Control is asked for again after this long.
pub const CONTROL_TIME: Duration = Duration::from_secs(30 * 60);
/// How long the helper's input pauses after the host's own hand moved.
pub const HAND_PAUSE: Duration = Duration::from_millis(1500);
/// How long a yes waits for the display to tell whose press it was: many round trips to it, even on a busy machine.
pub const HANDS_PATIENCE: Duration = Duration::from_millis(500);
/// The mark where the helper points moves at most once in this time: about as often as screens show it.
pub const POINT_PACE: Duration = Duration::from_millis(20);
/// The mark goes away this long after the helper pointed last: time to look, not to forget what it meant.
pub const POINT_TIME: Duration = Duration::from_secs(2);
/// How far the mark reaches to each side, pixels; at least so far it keeps from our windows.
pub const POINT_REACH: u32 = 24;
/// Refused questions in a row after which the helper has to wait [`REFUSAL_PAUSE`].
pub const REFUSALS: u32 = 3;
/// The wait after [`REFUSALS`] refusals.
pub const REFUSAL_PAUSE: Duration = Duration::from_secs(5 * 60);

/// Longest line a program may send to `--json`, bytes: a chat line with every character escaped, with room.
pub const COMMAND_LINE_BYTES: usize = 64 * 1024;
/// Commands that wait for the session: a program that sends faster is made to wait.
pub const COMMANDS_WAITING: usize = 64;
/// Largest settings file, bytes: a hundred nodes with room for remarks.
pub const SETTINGS_BYTES: u64 = 64 * 1024;
/// Most addresses one peer tells another: a few networks, both IP versions, QUIC and TCP.
pub const ADDRESSES: usize = 16;
/// Largest message of addresses, bytes: [`ADDRESSES`] of IPv6, with room.
pub const ADDRESSES_BYTES: usize = 512;
/// Times one peer tells its addresses to another: its router opens ports late, a network comes and goes.
pub const ADDRESSES_TOLD: usize = 8;
/// Addresses of one peer that are dialled in all, however often it tells others.
pub const ADDRESSES_DIALLED: usize = 32;
/// Largest message while guessing, bytes.
pub const GUESS_BYTES: usize = 192;
/// Longest attempt at guessing a port: 2,000 tries and what comes before and after them.
pub const GUESS_TIME: Duration = Duration::from_secs(12);
/// Sockets that the hard side opens: 64 were too few in one of six attempts, a translator for a home has room for
/// thousands.
pub const GUESS_SOCKETS: usize = 256;
/// Sockets that are opened at once, each with a packet of its own.
pub const GUESS_BURST: usize = 8;
/// Time between two such bursts.
pub const GUESS_BURST_PACE: Duration = Duration::from_millis(2);
/// Longest wait for the node's answers about some of the sockets, once all are open.
pub const GUESS_ASKING: Duration = Duration::from_millis(300);
/// Ports that the easy side tries: it fails once in two thousand attempts then.
pub const GUESS_PROBES: usize = 2_000;
/// For each such time since the attempt began there is one try: a packet of 47 bytes, 75 kbit/s.
pub const GUESS_PACE: Duration = Duration::from_millis(5);
/// Time between two tries while those are made up for that the preparations used up: about a hundred packets.
pub const GUESS_CATCH_UP: Duration = Duration::from_millis(1);
/// Answers of one of the hard side's sockets: one may be lost.
pub const GUESS_ANSWERS: usize = 3;
/// How long a direct path is waited for before sockets are opened to guess a port of: where an address of the other
/// side simply answers, it has by then.
pub const GUESS_AFTER: Duration = Duration::from_millis(250);
/// Longest that `doctor` looks around: a person who waits to hear what is wrong starts to doubt the answer.
pub const DOCTOR_TIME: Duration = Duration::from_secs(10);
/// How long `doctor` waits for the router to open a port: it is asked in three ways of about a second each.
pub const DOCTOR_MAPPING_TIME: Duration = Duration::from_secs(4);
/// Longest wait for a name's address, where the name has led to a connection already: the resolver remembers it.
pub const NAME_TIME: Duration = Duration::from_secs(2);
/// Longest wait for the resolver's word on a translator to IPv4: only a dial that leads nowhere without waits for it.
pub const NAT64_TIME: Duration = Duration::from_secs(2);
/// Where there was no translator to IPv4, or no word on it, it is looked for again after this long, if it is needed: a
/// computer that has just changed networks may have asked too early.
pub const NAT64_AGAIN: Duration = Duration::from_secs(5);
/// Streams one connection may have open: a session's five, their successors, and the small protocols.
pub const STREAMS_PER_CONNECTION: usize = 32;
/// Connections of one peer: circuit and direct ones over both protocols and several networks, from both sides.
pub const CONNECTIONS_PER_PEER: u32 = 32;
/// Connections that others have opened: a host talks with one helper, a few try codes.
pub const CONNECTIONS_INCOMING: u32 = 128;
/// Connections being opened by others at one time.
pub const CONNECTIONS_INCOMING_PENDING: u32 = 32;
/// Session streams of one peer whose opening header is awaited, or that came before the session wants them.
pub const STREAMS_OPENING: usize = 16;
/// Longest wait for a stream's opening header.
pub const STREAM_OPENING_TIME: Duration = Duration::from_secs(10);
/// Streams that follow on one another in a lane and are not yet read: paths do not change more often.
pub const LANE_SUCCESSORS: usize = 8;
/// Longest wait for the stream that a lane was announced to go on with.
pub const LANE_SUCCESSOR_TIME: Duration = Duration::from_secs(10);
/// Calls that wait for the network's driver.
pub const NET_COMMANDS: usize = 64;
/// Network events that wait to be read; pairing streams over it are refused.
pub const NET_EVENTS: usize = 64;
/// Longest wait for a connection to a node or a circuit to a host.
pub const REACH_TIME: Duration = Duration::from_secs(15);
/// Longest wait for a node's answer.
pub const DIRECTORY_TIME: Duration = Duration::from_secs(10);
/// Pause between two dials of a peer's addresses: time for the one before to lead to it.
pub const DIAL_PACE: Duration = Duration::from_millis(100);
/// Largest sign of life on a path, bytes.
pub const PULSE_BYTES: usize = 48;
/// How often the path that carries a session is asked for a sign of life. With [`PULSE_PATIENCE`] a dead one is noticed
/// two seconds after its last, and each question wakes both sides of an otherwise idle session.
pub const PULSE: Duration = Duration::from_secs(1);
/// How often a path is asked that only stands behind another: it is asked at once when it is needed, and a node's own
/// questions keep what lies below it.
pub const PULSE_STANDBY: Duration = Duration::from_secs(20);
/// A question that is not answered is put again after this long.
pub const PULSE_AGAIN: Duration = Duration::from_millis(500);
/// A path on which a question is unanswered for so long is silent: another one is taken at once, and what a helper
/// holds down is let go of. On a path with a long round trip it takes [`PULSE_ROUND_TRIPS`] of them.
pub const PULSE_PATIENCE: Duration = Duration::from_secs(1);
/// The same for a path that is doubted, because another to the same peer has just broken: a press of a key that the line
/// stalls for is lost then, which is the lesser evil.
pub const PULSE_DOUBT: Duration = Duration::from_millis(500);
/// See [`PULSE_PATIENCE`].
pub const PULSE_ROUND_TRIPS: u32 = 4;
/// A path that stays silent for so long is dead: a line that stalls for two seconds comes back, and then nothing was lost.
pub const PULSE_DEAD: Duration = Duration::from_secs(2);
/// Round trips that differ by less are not told anew: everybody who shows them is woken.
pub const PULSE_FELT: Duration = Duration::from_millis(5);
/// A path that stands behind one that died takes over within a second or two. Whoever takes longer was away.
pub const CUT_TIME: Duration = Duration::from_secs(5);
/// How long a session waits for its other side when no path is left: a computer that slept for ten minutes has one more to
/// find its way. Who comes back later starts with a new code. A node keeps the way for longer ([`SESSION_KEPT`]).
pub const RESUME_TIME: Duration = Duration::from_secs(11 * 60);
/// After being away for so long, a helper sees nothing before the host's person had time to notice.
pub const RESUME_NOTICED: Duration = Duration::from_secs(10);
/// That time: enough to press Stop.
pub const RESUME_NOTICE: Duration = Duration::from_secs(3);
/// When a lost session is tried again, counted from its loss; then every [`RESUME_EVERY`].
pub const RESUME_AT: [Duration; 5] = [
    Duration::ZERO,
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(7),
];
/// See [`RESUME_AT`]. After [`RESUME_LATE`] the pauses are three times as long: within [`RESUME_TIME`] that makes a hundred
/// tries, which a node admits many times over.
pub const RESUME_EVERY: Duration = Duration::from_secs(3);
/// Who has been away for so long is not missed to the second.
pub const RESUME_LATE: Duration = Duration::from_secs(2 * 60);
/// Longest single try: a node that is reached answers in a second.
pub const RESUME_TRY: Duration = Duration::from_secs(5);
/// Longest wait for a node's sign of life before the connection to it is given up: the way to it may be another now.
pub const NODE_CHECK: Duration = Duration::from_secs(2);
/// When a direct path is tried again after one was lost; then every [`PUNCH_EVERY`].
pub const PUNCH_AT: [Duration; 4] =
    [Duration::ZERO, Duration::from_secs(5), Duration::from_secs(15), Duration::from_secs(60)];
/// See [`PUNCH_AT`].
pub const PUNCH_EVERY: Duration = Duration::from_secs(60);
/// How often a peer's connections are asked by libp2p: once at the beginning, which says that they answer and how soon.
/// From then on a session's paths have their own signs of life.
pub const PING_INTERVAL: Duration = Duration::from_secs(60 * 60);
/// A connection that does not answer for this long is dead. A slow line whose queue is full of picture needs a while,
/// and it is not to be taken for a dead one.
pub const PING_TIME: Duration = Duration::from_secs(15);
/// How often a node's connections are asked: a waiting host should cost next to nothing, and NAT tables forget UDP
/// after 30 seconds.
pub const NODE_PING_INTERVAL: Duration = Duration::from_secs(20);
/// A connection on which nothing stands is closed after this long.
pub const CONNECTION_IDLE: Duration = Duration::from_secs(15);
/// How long a node keeps the way back to a host for its session's helper, unless asked again: a computer that slept for
/// ten minutes is let back.
pub const SESSION_KEPT: Duration = Duration::from_secs(15 * 60);
/// First wait before a lost node is tried again; doubled up to [`ATTEND_PAUSE_MOST`], each with jitter.
pub const ATTEND_PAUSE: Duration = Duration::from_secs(1);
/// Longest wait before a lost node is tried again.
pub const ATTEND_PAUSE_MOST: Duration = Duration::from_secs(60);
