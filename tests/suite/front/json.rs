//! The contract of interface.md, to the letter.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use entraide::front::json::{Json, command, hear, line};
use entraide::front::lines::{Input, Line};
use entraide::front::{Command, Event, Fault, Front, Heard, PathFacts, Who};
use entraide_common::input::{Button, KeyCode};
use entraide_common::limits;
use entraide_common::texts::Language;
use entraide_common::wire::control::{Grant, Monitor, MonitorChoice, Spot};
use entraide_common::wire::input::Act;
use proptest::prelude::*;

/// 2026-11-22T12:34:56Z, and a bit that the format leaves out.
fn at_noon() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(1_795_350_896_789)
}

#[test]
fn every_event_has_its_line() {
    let invitation = Event::Invitation {
        name: "Zoé".to_owned(),
        message: "it says \"no\"\nand stops".to_owned(),
        expires: at_noon(),
        offers: Grant::Control,
    };
    let who = Who { name: "Marc".to_owned(), peer: "12D3KooW".to_owned(), proof: "code" };
    let relayed = PathFacts {
        kind: "relayed",
        transport: "tcp",
        node: Some("12D3Node".to_owned()),
        rtt: Some(Duration::from_micros(18_260)),
    };
    let monitor =
        Monitor { id: 1, x: -1920, y: 0, width: 1920, height: 1080, scale_percent: 125, primary: true };
    let golden = [
        (
            Event::Code {
                id: "00ff".to_owned(),
                digits: "42 1937 2640".to_owned(),
                expires: at_noon(),
                lan: false,
            },
            r#"{"event":"code","id":"00ff","digits":"42 1937 2640","expires":"2026-11-22T12:34:56Z","lan":false}"#,
        ),
        (
            invitation,
            r#"{"event":"invitation","name":"Zoé","message":"it says \"no\"\nand stops","expires":"2026-11-22T12:34:56Z","offers":"control"}"#,
        ),
        (Event::State { name: "waiting" }, r#"{"event":"state","name":"waiting"}"#),
        (Event::Try { wrong: 1, left: 2 }, r#"{"event":"try","wrong":1,"left":2}"#),
        (
            Event::Ask { id: 7, what: Grant::Control, who, wait: Duration::from_secs(3) },
            r#"{"event":"ask","id":7,"what":"control","who":{"name":"Marc","peer":"12D3KooW","proof":"code"},"wait_ms":3000}"#,
        ),
        (
            Event::Stage { name: "pairing", text: "Checking…".to_owned() },
            r#"{"event":"stage","name":"pairing","text":"Checking…"}"#,
        ),
        (
            Event::Path(relayed),
            r#"{"event":"path","kind":"relayed","transport":"tcp","node":"12D3Node","rtt_ms":18.3}"#,
        ),
        (
            Event::Path(PathFacts { kind: "lan", transport: "quic", node: None, rtt: None }),
            r#"{"event":"path","kind":"lan","transport":"quic","node":null,"rtt_ms":null}"#,
        ),
        (
            Event::Granted { what: Grant::View, by: "host", reason: "person" },
            r#"{"event":"granted","what":"view","by":"host","reason":"person"}"#,
        ),
        (
            Event::Revoked { what: Grant::ClipboardToHost, by: "host", reason: "escape" },
            r#"{"event":"revoked","what":"clipboard_to_host","by":"host","reason":"escape"}"#,
        ),
        (
            Event::Chat { from: "helper", text: "ça va ?".to_owned() },
            r#"{"event":"chat","from":"helper","text":"ça va ?"}"#,
        ),
        (
            Event::Monitors {
                monitors: vec![monitor],
                shown: MonitorChoice::One(1),
                text: Some("Gone.".into()),
            },
            r#"{"event":"monitors","monitors":[{"id":1,"x":-1920,"y":0,"width":1920,"height":1080,"scale":1.25,"primary":true}],"shown":1,"text":"Gone."}"#,
        ),
        (
            Event::Stats {
                frames: 12,
                bytes: 3_456,
                fps: 29.97,
                rtt: Some(Duration::from_millis(18)),
                path: Some("direct"),
            },
            r#"{"event":"stats","frames":12,"bytes":3456,"fps":30.0,"rtt_ms":18.0,"path":"direct"}"#,
        ),
        (
            Event::Stats { frames: 0, bytes: 0, fps: 0.0, rtt: None, path: None },
            r#"{"event":"stats","frames":0,"bytes":0,"fps":0.0,"rtt_ms":null,"path":null}"#,
        ),
        (
            Event::Ended { by: "helper", reason: "person", text: "not in the contract".to_owned() },
            r#"{"event":"ended","by":"helper","reason":"person"}"#,
        ),
        (
            Event::Error { code: "unsupported", text: "not yet".to_owned() },
            r#"{"event":"error","code":"unsupported","text":"not yet"}"#,
        ),
    ];
    for (event, expected) in golden {
        assert_eq!(line(&event), expected);
    }
}

#[test]
fn a_time_that_the_format_cannot_say_is_null() {
    let never = SystemTime::UNIX_EPOCH + Duration::from_secs(400_000_000_000);
    let code = Event::Code { id: String::new(), digits: String::new(), expires: never, lan: true };
    assert_eq!(line(&code), r#"{"event":"code","id":"","digits":"","expires":null,"lan":true}"#);
}

#[test]
fn every_command_is_read() {
    let act = Command::Act;
    let golden = [
        (r#"{"command":"answer","id":7,"allow":true}"#, Command::Answer { id: 7, allow: true }),
        (r#"{"command":"answer","id":7,"allow":false}"#, Command::Answer { id: 7, allow: false }),
        (r#"{"command":"request","what":"control"}"#, Command::Request(Grant::Control)),
        (r#"{"command":"release"}"#, Command::Release),
        (r#"{"command":"chat","text":"bonjour"}"#, Command::Chat("bonjour".to_owned())),
        (r#"{"command":"key","code":"KeyA","down":true}"#, act(Act::Key { code: KeyCode(30), down: true })),
        (r#"{"command":"text","text":"é\n漢"}"#, act(Act::Text("é\n漢".to_owned()))),
        (r#"{"command":"pointer","x":-3,"y":1079}"#, act(Act::Pointer { x: -3, y: 1079 })),
        (r#"{"command":"pointer","x":1,"y":2,"monitor":3}"#, Command::PointerOn { monitor: 3, x: 1, y: 2 }),
        (r#"{"command":"point","x":1,"y":-1}"#, Command::Point(Spot { x: 1, y: -1 })),
        (r#"{"command":"request","what":"point"}"#, Command::Request(Grant::Point)),
        (r#"{"command":"button","n":3,"down":false}"#, act(Act::Button { button: Button(3), down: false })),
        (r#"{"command":"wheel","dx":0,"dy":-120}"#, act(Act::Wheel { dx: 0, dy: -120 })),
        (r#"{"command":"wheel","dy":120}"#, act(Act::Wheel { dx: 0, dy: 120 })),
        (r#"{"command":"monitor","id":2}"#, Command::Monitor(MonitorChoice::One(2))),
        (r#"{"command":"monitor","id":"all"}"#, Command::Monitor(MonitorChoice::All)),
        (r#"{"command":"snapshot","path":"/tmp/a b.png"}"#, Command::Snapshot(PathBuf::from("/tmp/a b.png"))),
        (r#"{"command":"pause"}"#, Command::Pause(true)),
        (r#"{"command":"resume"}"#, Command::Pause(false)),
        (r#"{"command":"stop"}"#, Command::Stop),
        (r#"{"from":"a newer program","command":"quit"}"#, Command::Quit),
    ];
    for (text, expected) in golden {
        assert_eq!(command(text.as_bytes()), Ok(expected), "{text}");
    }
}

#[test]
fn what_is_no_command_is_answered_in_kind() {
    let texts = entraide::texts::texts(Language::English);
    let bad = [
        ("", "malformed"),
        ("stop", "malformed"),
        ("[]", "malformed"),
        ("{}", "malformed"),
        (r#"{"command":1}"#, "malformed"),
        (r#"{"command":"stop"} trailing"#, "malformed"),
        (r#"{"command":"answer","id":7}"#, "malformed"),
        (r#"{"command":"answer","id":-1,"allow":true}"#, "malformed"),
        (r#"{"command":"answer","id":1,"allow":"yes"}"#, "malformed"),
        (r#"{"command":"request","what":"everything"}"#, "malformed"),
        (r#"{"command":"key","code":"a","down":true}"#, "malformed"),
        (r#"{"command":"button","n":4,"down":true}"#, "malformed"),
        (r#"{"command":"button","n":0,"down":true}"#, "malformed"),
        (r#"{"command":"pointer","x":1e99,"y":0}"#, "malformed"),
        (r#"{"command":"wheel","dx":40000}"#, "malformed"),
        (r#"{"command":"monitor","id":"some"}"#, "malformed"),
        (r#"{"command":"chat","text":"\u001b[2J"}"#, "malformed"),
        (r#"{"command":"text","text":"\u0000"}"#, "malformed"),
        (r#"{"command":"Stop"}"#, "unknown_command"),
        (r#"{"command":"fly"}"#, "unknown_command"),
        (r#"{"command":"send","path":"/etc/passwd"}"#, "unsupported"),
        (r#"{"command":"accept","id":1}"#, "unsupported"),
        (r#"{"command":"refuse","id":1}"#, "unsupported"),
        (r#"{"command":"cancel","id":1}"#, "unsupported"),
        (r#"{"command":"clipboard","text":"x"}"#, "unsupported"),
        (r#"{"command":"point","x":1}"#, "malformed"),
        (r#"{"command":"request","what":"file_to_host"}"#, "unsupported"),
        (r#"{"command":"answer","id":1,"text":"1234"}"#, "unsupported"),
    ];
    for (text, expected) in bad {
        let fault = command(text.as_bytes()).expect_err(text);
        assert_eq!(fault.code(), expected, "{text}");
        let Event::Error { code, text: sentence } = fault.event(&texts) else { panic!("{text}") };
        assert_eq!(code, expected);
        assert!(sentence.len() < 1_000, "the answer is a sentence, not the line back: {sentence}");
    }
}

#[test]
fn what_is_not_utf8_is_malformed() {
    let fault = command(b"{\"command\":\"chat\",\"text\":\"\xff\"}").expect_err("no text");
    assert_eq!(fault.code(), "malformed");
}

#[test]
fn a_line_too_long_is_skipped_and_the_next_one_is_read() {
    let most = limits::COMMAND_LINE_BYTES;
    let mut sent = vec![b' '; most];
    sent.extend(b"\n");
    sent.extend(vec![b'x'; most + 1]);
    sent.extend(b"\n{\"command\":\"stop\"}\r\n\nlast");
    let mut input = Input::new(io::Cursor::new(sent));
    let mut next = || input.line().expect("memory can be read");
    assert_eq!(next(), Some(Line::Whole(vec![b' '; most])));
    assert_eq!(next(), Some(Line::TooLong));
    assert_eq!(next(), Some(Line::Whole(b"{\"command\":\"stop\"}".to_vec())));
    assert_eq!(next(), Some(Line::Whole(Vec::new())));
    assert_eq!(next(), Some(Line::Whole(b"last".to_vec())));
    assert_eq!(next(), None);
    assert_eq!(hear(&Line::TooLong), vec![Heard::Fault(Fault::TooLong)]);
    assert_eq!(hear(&Line::Whole(b" \t".to_vec())), vec![]);
}

#[test]
fn the_code_and_the_commands_after_it_come_from_one_input() {
    let sent = io::Cursor::new(b"42 1937 2640\n{\"command\":\"release\"}\nnonsense\n".to_vec());
    let mut input = Input::new(sent);
    assert_eq!(input.line().expect("memory can be read"), Some(Line::Whole(b"42 1937 2640".to_vec())));
    let (to, mut from) = tokio::sync::mpsc::channel(limits::COMMANDS_WAITING);
    entraide::front::Reader::Json(input).run(&to);
    drop(to);
    assert_eq!(from.blocking_recv(), Some(Heard::Command(Command::Release)));
    assert!(matches!(from.blocking_recv(), Some(Heard::Fault(Fault::Malformed(_)))));
    assert_eq!(from.blocking_recv(), None, "the end of the input is no command");
}

#[test]
fn a_long_text_goes_in_pieces_that_fit() {
    let text = "é漢".repeat(limits::INPUT_TEXT_CHARS);
    let line = format!(r#"{{"command":"text","text":"{text}"}}"#);
    let pieces: Vec<String> = hear(&Line::Whole(line.into_bytes()))
        .into_iter()
        .map(|heard| match heard {
            Heard::Command(Command::Act(Act::Text(piece))) => piece,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(pieces.len(), 2);
    assert!(pieces.iter().all(|piece| piece.chars().count() == limits::INPUT_TEXT_CHARS));
    assert_eq!(pieces.concat(), text);
}

/// A pipe whose reader may be gone.
#[derive(Clone, Default)]
struct Pipe {
    written: Arc<Mutex<Vec<u8>>>,
    closed: bool,
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.closed {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        self.written.lock().expect("no writer panicked").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn one_event_is_one_line_and_a_closed_pipe_is_told() {
    let pipe = Pipe::default();
    let mut front = Json::new(pipe.clone());
    let chat = Event::Chat { from: "host", text: "two\nlines".to_owned() };
    front.show(&chat).expect("the pipe is open");
    front.show(&Event::State { name: "used" }).expect("the pipe is open");
    let written =
        String::from_utf8(pipe.written.lock().expect("no writer panicked").clone()).expect("JSON is UTF-8");
    assert_eq!(written.lines().count(), 2);
    assert!(written.ends_with('\n'));

    let closed = Pipe { closed: true, ..Pipe::default() };
    assert!(Json::new(closed).show(&chat).is_err());
}

proptest! {
    #[test]
    fn any_bytes_are_commands_or_faults(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let texts = entraide::texts::texts(Language::French);
        for heard in hear(&Line::Whole(bytes)) {
            if let Heard::Fault(fault) = heard {
                let answer = line(&fault.event(&texts));
                prop_assert!(answer.starts_with(r#"{"event":"error","code":""#), "{}", answer);
            }
        }
    }

    #[test]
    fn any_fields_are_commands_or_faults(
        name in prop::sample::select(vec![
            "answer", "request", "chat", "key", "text", "pointer", "button", "wheel", "monitor", "snapshot",
        ]),
        field in prop::sample::select(vec![
            "id", "allow", "what", "text", "code", "down", "x", "y", "monitor", "n", "dx", "dy", "path",
        ]),
        value in prop_oneof![
            any::<i64>().prop_map(|n| n.to_string()),
            any::<f64>().prop_filter("JSON has no others", |n| n.is_finite()).prop_map(|n| n.to_string()),
            any::<bool>().prop_map(|b| b.to_string()),
            Just("null".to_owned()),
            Just("[[[]]]".to_owned()),
            any::<String>().prop_map(|s| serde_json::Value::String(s).to_string()),
        ],
    ) {
        let text = format!(
            r#"{{"id":1,"what":"view","text":"a","code":"KeyA","down":true,"x":1,"y":1,"n":1,"path":"p","{field}":{value},"command":"{name}"}}"#
        );
        for heard in hear(&Line::Whole(text.into_bytes())) {
            if let Heard::Command(Command::Act(Act::Text(text)) | Command::Chat(text)) = heard {
                prop_assert!(!text.chars().any(|c| c.is_control() && c != '\n' && c != '\t'));
            }
        }
    }
}
