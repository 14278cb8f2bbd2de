//! The bytes of every message between two programs in a session. They are a promise to older programs: a line here is
//! added, never changed. The pairing's and the node's messages have theirs beside the pairing's tests.

use std::time::Duration;

use entraide_common::guess::Witness;
use entraide_common::ids::{PeerKey, SessionId};
use entraide_common::input::{Button, KeyCode};
use entraide_common::screen::Rect;
use entraide_common::screen::film::Area;
use entraide_common::wire::addresses::{Address, Addresses, Carrier};
use entraide_common::wire::control::{
    Back, Chat, Denied, End, Grant, Granted, Hold, Monitor, MonitorChoice, Reason, Spot, ToHelper, ToHost,
};
use entraide_common::wire::cursor::{Cursor, Position, Shape};
use entraide_common::wire::film::{Begin, Film, FilmAck, Plays, Shot};
use entraide_common::wire::guess::{Guess, Nature, Ports, Stance, Token};
use entraide_common::wire::input::{Act, Event, Input};
use entraide_common::wire::open::{Header, Open, StreamKind};
use entraide_common::wire::pulse::{Ask, Pulse};
use entraide_common::wire::screen::{Drawn, Frame, Piece, Playing, Region, Screen, ScreenAck, Taken};

use super::{Family, lies};
use crate::invitation::people::hex;

/// Holds each message against its bytes, and then lies about them.
fn hold<M: Family>(messages: &[(M, &str)]) {
    for (message, golden) in messages {
        let bytes = message.encode();
        assert_eq!(hex(&bytes), *golden, "{message:?}");
        assert_eq!(M::decode(&bytes).as_ref(), Ok(message));
        lies::tell(message, &bytes);
    }
}

#[test]
fn to_helper() {
    let denied = |what, reason| Denied { what, reason };
    let monitor =
        Monitor { id: 77, x: -1920, y: 0, width: 1920, height: 1080, scale_percent: 150, primary: true };
    let back = Back {
        grants: vec![Grant::View, Grant::Control],
        generation: 300,
        asking: Some(Grant::Point),
        hold: None,
        paused: true,
    };
    let end = |reason, text: &str| ToHelper::End(End { reason, text: text.to_owned() });
    hold(&[
        (ToHelper::Asking(Grant::View), "0100"),
        (ToHelper::Asking(Grant::Point), "0101"),
        (ToHelper::Asking(Grant::Control), "0102"),
        (ToHelper::Asking(Grant::ClipboardToHost), "0103"),
        (ToHelper::Asking(Grant::ClipboardToHelper), "0104"),
        (ToHelper::Asking(Grant::FileToHost), "0105"),
        (ToHelper::Asking(Grant::FileToHelper), "0106"),
        (ToHelper::Asking(Grant::Remember), "0107"),
        (ToHelper::Granted(Granted { what: Grant::Control, generation: 300 }), "0202fb2c01"),
        (ToHelper::Revoked(denied(Grant::Control, Reason::Escape)), "030201"),
        (ToHelper::Revoked(denied(Grant::Control, Reason::TimeOver)), "030202"),
        (ToHelper::Refused(denied(Grant::View, Reason::Person)), "040000"),
        (ToHelper::Refused(denied(Grant::Control, Reason::Question)), "040203"),
        (ToHelper::Refused(denied(Grant::Control, Reason::TooOften)), "040204"),
        (ToHelper::Refused(denied(Grant::Control, Reason::Unable)), "040205"),
        (ToHelper::Hold(None), "0500"),
        (ToHelper::Hold(Some(Hold::Question)), "050100"),
        (ToHelper::Hold(Some(Hold::OwnWindow)), "050101"),
        (ToHelper::Hold(Some(Hold::Hand)), "050102"),
        (ToHelper::Monitors(vec![]), "0600"),
        (ToHelper::Monitors(vec![monitor]), "06014dfbff0e00fb8007fb38049601"),
        (ToHelper::Paused(true), "0701"),
        (ToHelper::Chat(Chat { text: "déjà\n".to_owned() }), "080764c3a96ac3a00a"),
        (end(Reason::Closing, ""), "090600"),
        (end(Reason::Protocol, "?"), "0907013f"),
        (ToHelper::Revoked(denied(Grant::Control, Reason::Lost)), "030208"),
        (ToHelper::Back(back), "0a020002fb2c0101010001"),
        (ToHelper::Heard(300), "0bfb2c01"),
    ]);
}

#[test]
fn to_host() {
    hold(&[
        (ToHost::Request(Grant::Control), "0102"),
        (ToHost::Release(()), "02"),
        (ToHost::Monitor(MonitorChoice::All), "0300"),
        (ToHost::Monitor(MonitorChoice::One(70_000)), "0301fc70110100"),
        (ToHost::Chat(Chat { text: "oui".to_owned() }), "04036f7569"),
        (ToHost::End(End { reason: Reason::Person, text: "merci".to_owned() }), "0500056d65726369"),
        (ToHost::Point(Spot { x: 1919, y: -1 }), "06fbfe0e01"),
        (ToHost::Point(Spot { x: 0, y: i32::MAX }), "0600fcfeffffff"),
        (ToHost::Heard(0), "0700"),
    ]);
}

#[test]
fn input() {
    let event = |act| Input::Event(Event { generation: 2, act });
    hold(&[
        (event(Act::Key { code: KeyCode(30), down: true }), "0102001e01"),
        (event(Act::Key { code: KeyCode(u16::MAX), down: false }), "010200fbffff00"),
        (event(Act::Text("é\n".to_owned())), "01020103c3a90a"),
        (event(Act::Pointer { x: 100, y: -1 }), "010202c801"),
        (event(Act::Button { button: Button(1), down: true }), "0102030101"),
        (event(Act::Wheel { dx: 0, dy: -120 }), "01020400ef"),
        (event(Act::ReleaseAll), "010205"),
    ]);
}

#[test]
fn screen() {
    let mut area = Area::new(Rect { x: 24, y: 256, width: 128, height: 64 });
    area.set(1, true);
    let playing = Playing { film: 7, area };
    let region = Region { generation: 1, version: 301, with_frame: false, film: Some(playing) };
    let frame = Frame { generation: 1, sequence: 70_000, captured_us: 1 << 33, payload: vec![0xde, 0xad] };
    hold(&[
        (Screen::Frame(frame), "0101fc70110100fd000000000200000002dead"),
        (Screen::Piece(Piece { payload: vec![0xbe, 0xef] }), "0202beef"),
        (
            Screen::Region(Region { generation: 1, version: 300, with_frame: true, film: None }),
            "0301fb2c010100",
        ),
        (Screen::Region(region), "0301fb2d0100010718fb000180400102"),
    ]);
    hold(&[
        (ScreenAck::Drawn(Drawn { generation: 1, sequence: 251 }), "0101fbfb00"),
        (ScreenAck::Taken(Taken { bytes: 70_000 }), "02fc70110100"),
    ]);
}

#[test]
fn film() {
    hold(&[
        (Film::Begin(Begin { film: 7, codec: 1, width: 640, height: 360 }), "010701fb8002fb6801"),
        (Film::Piece(Piece { payload: vec![0xbe, 0xef] }), "0202beef"),
        (
            Film::Shot(Shot { version: 9, captured_us: 1 << 33, payload: vec![0xde, 0xad] }),
            "0309fd000000000200000002dead",
        ),
        (Film::End(()), "04"),
    ]);
    hold(&[
        (FilmAck::Plays(Plays { codecs: vec![1, 9] }), "01020109"),
        (FilmAck::Shown(()), "02"),
        (FilmAck::Again(300), "03fb2c01"),
    ]);
}

#[test]
fn cursor() {
    let shape = Shape { width: 1, height: 2, hot_x: 0, hot_y: 1, rgba: vec![1, 2, 3, 4, 5, 6, 7, 8] };
    hold(&[
        (Cursor::Shape(shape), "0101020001080102030405060708"),
        (Cursor::Position(Position { x: -3, y: 640, visible: true }), "0205fb000501"),
    ]);
}

#[test]
fn open() {
    let open = |kind, epoch| Open::Header(Header { session: SessionId([0x5e; 16]), kind, epoch });
    let session = "5e".repeat(16);
    let line = |rest: &str| format!("01{session}{rest}");
    let again = format!("02{session}0008");
    let [control, input, screen, cursor] = ["0000", "0100", "0200", "0307"].map(line);
    let film = line("0400");
    hold(&[
        (open(StreamKind::Control, 0), control.as_str()),
        (open(StreamKind::Input, 0), &input),
        (open(StreamKind::Screen, 0), &screen),
        (open(StreamKind::Cursor, 7), &cursor),
        (open(StreamKind::Film, 0), &film),
        (Open::Again(Header { session: SessionId([0x5e; 16]), kind: StreamKind::Control, epoch: 8 }), &again),
    ]);
}

#[test]
fn pulse() {
    let ask = |round_trip| Pulse::Ask(Ask { number: 300, next: Duration::from_secs(1), round_trip });
    hold(&[
        (ask(None), "01fb2c01010000"),
        (ask(Some(Duration::from_millis(80))), "01fb2c0101000100fc00b4c404"),
        (Pulse::Answer(300), "02fb2c01"),
        (Pulse::Hurry(()), "03"),
    ]);
}

#[test]
fn addresses() {
    let address = |carrier, socket: &str| Address { carrier, socket: socket.parse().expect("an address") };
    let both = vec![address(Carrier::Quic, "192.0.2.7:4001"), address(Carrier::Tcp, "[2001:db8::1]:80")];
    hold(&[(Addresses::Mine(both), "01020000c0000207fba10f010120010db800000000000000000000000150")]);
}

#[test]
fn guess() {
    let stance = |nature, witness| Guess::Stance(Stance { nature, token: Token([0x70; 16]), witness });
    let easy = Nature::Easy("192.0.2.7:4001".parse().expect("an address"));
    let witness = Witness::new(PeerKey([0x40; 32]), &[0x51; 64]);
    let (token, word) = ("70".repeat(16), format!("{}{}", "40".repeat(32), "51".repeat(64)));
    let [first, second, third] = [
        format!("0100c0000207fba10f{token}01{word}"),
        format!("0101c0000208{token}00"),
        format!("0102{token}00"),
    ];
    hold(&[
        (stance(easy, Some(witness)), first.as_str()),
        (stance(Nature::Hard([192, 0, 2, 8].into()), None), &second),
        (stance(Nature::Blocked, None), &third),
        (Guess::Open(Ports { first: 1024, last: u16::MAX }), "02fb0004fbffff"),
        (Guess::Hit(40_000), "03fb409c"),
    ]);
}
