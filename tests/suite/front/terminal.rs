//! What a person at a terminal reads and types.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use entraide::front::terminal::{Asking, Typed, printable, sentence, typed};
use entraide::front::{Command, Event, Fault, Heard, PathFacts, Who};
use entraide_common::texts::{Language, Texts};
use entraide_common::wire::control::{Grant, Monitor, MonitorChoice, Spot};
use proptest::prelude::*;

const OPEN: Option<Asking> = Some(Asking { id: 4, early: false });
const EARLY: Option<Asking> = Some(Asking { id: 4, early: true });

fn french() -> Texts {
    entraide::texts::texts(Language::French)
}

fn english() -> Texts {
    entraide::texts::texts(Language::English)
}

fn command(command: Command) -> Option<Typed> {
    Some(Typed::Heard(Heard::Command(command)))
}

fn fault(fault: Fault) -> Option<Typed> {
    Some(Typed::Heard(Heard::Fault(fault)))
}

#[test]
fn an_address_is_no_command() {
    let address = "/ip4/198.51.100.7/tcp/4580";
    assert_eq!(typed(address, None, &french()), command(Command::Chat(address.to_owned())));
    let file = PathBuf::from("/tmp/a.png");
    assert_eq!(typed("/photo /tmp/a.png", None, &french()), command(Command::Snapshot(file)));
}

#[test]
fn only_the_shown_word_is_a_yes() {
    let yes = || command(Command::Answer { id: 4, allow: true });
    assert_eq!(typed("oui", OPEN, &french()), yes());
    assert_eq!(typed("  OUI ", OPEN, &french()), yes());
    assert_eq!(typed("yes", OPEN, &english()), yes());
    for other in ["", " ", "o", "y", "ok", "yes", "oui oui", "non merci", "bonjour"] {
        assert_eq!(typed(other, OPEN, &french()), fault(Fault::NoAnswer), "{other:?}");
    }
    assert_eq!(typed("oui", OPEN, &english()), fault(Fault::NoAnswer));
}

#[test]
fn a_yes_waits_and_a_no_does_not() {
    assert_eq!(typed("oui", EARLY, &french()), fault(Fault::TooEarly));
    for no in ["non", "no", "n", "NON"] {
        let refused = || command(Command::Answer { id: 4, allow: false });
        assert_eq!(typed(no, EARLY, &french()), refused());
        assert_eq!(typed(no, OPEN, &english()), refused());
    }
}

#[test]
fn lines_are_chat_and_slashes_are_commands_in_both_languages() {
    assert_eq!(typed("", None, &french()), None);
    assert_eq!(typed("oui", None, &french()), command(Command::Chat("oui".to_owned())));
    assert_eq!(typed("a\u{1b}[31mb", None, &french()), command(Command::Chat("a[31mb".to_owned())));
    for word in ["/control", "/contrôle", "/CONTROLE", "/c"] {
        assert_eq!(typed(word, None, &english()), command(Command::Request(Grant::Control)), "{word}");
    }
    assert_eq!(typed("/montrer", None, &french()), command(Command::Request(Grant::Point)));
    assert_eq!(typed("/point 12 -3", None, &french()), command(Command::Point(Spot { x: 12, y: -3 })));
    assert_eq!(typed("/release", None, &french()), command(Command::Release));
    assert_eq!(typed("/monitor 2", None, &french()), command(Command::NumberedMonitor(2)));
    assert_eq!(typed("/écran tous", None, &french()), command(Command::Monitor(MonitorChoice::All)));
    let photo = Command::Snapshot(PathBuf::from("my picture.png"));
    assert_eq!(typed("/photo my picture.png", None, &french()), command(photo));
    assert_eq!(typed("/stop", OPEN, &french()), command(Command::Stop), "there is always a way out");
    assert_eq!(typed("/aide", None, &french()), Some(Typed::Help));
    assert_eq!(typed("/fly", None, &french()), fault(Fault::UnknownCommand("fly".to_owned())));
    assert!(matches!(
        typed("/monitor", None, &french()),
        Some(Typed::Heard(Heard::Fault(Fault::Malformed(_))))
    ));
    assert!(matches!(
        typed("/point 1", None, &french()),
        Some(Typed::Heard(Heard::Fault(Fault::Malformed(_))))
    ));
}

#[test]
fn a_question_says_who_what_and_how_they_proved_it() {
    let who = Who { name: "Marc\u{1b}[2J\n\u{202E}cram".to_owned(), peer: "12D3".to_owned(), proof: "code" };
    let ask = Event::Ask { id: 1, what: Grant::Control, who, wait: Duration::from_secs(3) };
    let said = sentence(&ask, &english()).expect("a question is said");
    assert!(said.starts_with("Marc[2J cram asks to use your mouse and keyboard."), "{said}");
    assert!(said.contains("press Esc") && said.contains("know the code"), "{said}");
}

#[test]
fn screens_are_numbered_where_there_is_a_choice() {
    let screen =
        |id, width, primary| Monitor { id, x: 0, y: 0, width, height: 1080, scale_percent: 100, primary };
    let told = |monitors: &[Monitor], shown, text: Option<&str>| {
        let text = text.map(str::to_owned);
        sentence(&Event::Monitors { monitors: monitors.to_vec(), shown, text }, &english())
    };
    let both = [screen(356, 1920, true), screen(357, 1280, false)];
    assert_eq!(told(&both[..1], MonitorChoice::All, None), None);
    assert_eq!(
        told(&both, MonitorChoice::One(357), None).expect("there is a choice"),
        "The other computer has several screens: 1, the main one (1920 × 1080); 2 (1280 × 1080). You see screen 2. \
         /monitor and a number shows another one, /monitor all shows all."
    );
    let gone = told(&both, MonitorChoice::All, Some("Gone.")).expect("there is a choice");
    assert!(gone.starts_with("Gone.\nThe other") && gone.contains("You see all of them."), "{gone}");
}

#[test]
fn the_code_stands_out() {
    let expires = SystemTime::now() + Duration::from_secs(30 * 60 - 5);
    let code = Event::Code { id: String::new(), digits: "42 1937 2640".to_owned(), expires, lan: false };
    let said = sentence(&code, &english()).expect("a code is said");
    assert!(said.contains("\n    42 1937 2640\n") && said.contains("valid for 30 minutes"), "{said}");
}

#[test]
fn a_path_is_said_honestly() {
    let relayed = PathFacts {
        kind: "relayed",
        transport: "quic",
        node: Some("N".to_owned()),
        rtt: Some(Duration::from_millis(18)),
    };
    assert_eq!(
        sentence(&Event::Path(relayed), &english()).as_deref(),
        Some("Connected: through N, which cannot read it (18 ms there and back).")
    );
}

proptest! {
    #[test]
    fn nothing_but_the_word_allows(line in any::<String>()) {
        let allowed = command(Command::Answer { id: 4, allow: true });
        prop_assert_eq!(typed(&line, OPEN, &french()) == allowed, line.trim().to_lowercase() == "oui");
        prop_assert_ne!(typed(&line, EARLY, &french()), allowed);
    }

    #[test]
    fn what_others_wrote_cannot_move_the_cursor(text in any::<String>()) {
        prop_assert!(!printable(&text).contains(char::is_control));
    }
}
