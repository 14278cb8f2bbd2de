//! Every sentence exists in both languages, with the same places to fill, and every key the code can ask for exists.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::time::Duration;

use entraide::app::words;
use entraide::config::Key;
use entraide::exit::End;
use entraide::front::{Event, Fault, reason_word};
use entraide::net::{Path, PathKind, Transport};
use entraide::texts::{ENGLISH, FRENCH};
use entraide_common::invitation::open::State;
use entraide_common::texts::{Language, Texts};
use entraide_common::wire::control::{Grant, Hold, Reason};

/// Keys of a resource with the places in their texts.
fn messages(resources: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    let mut messages = BTreeMap::new();
    let mut key = String::new();
    for line in resources.iter().flat_map(|resource| resource.lines()) {
        if line.starts_with(|c: char| c.is_ascii_lowercase()) {
            key = line.split_once(" =").expect("a key has a text").0.to_owned();
            messages.insert(key.clone(), BTreeSet::new());
        } else if !line.starts_with(' ') {
            continue;
        }
        let places = line.split('$').skip(1).map(|rest| {
            rest.chars()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == '-')
                .collect::<String>()
        });
        messages.entry(key.clone()).or_default().extend(places);
    }
    messages
}

#[test]
fn both_languages_say_the_same() {
    let (english, french) = (messages(ENGLISH), messages(FRENCH));
    assert!(english.len() > 100, "the texts are seen");
    assert_eq!(english, french);
}

/// What is wrong with the spaces of a French line: before `; : ! ?`, inside guillemets, and between a number and its
/// unit stands U+202F. Addresses, times and quoted settings have marks of their own.
fn wrong_space(line: &str) -> Option<&'static str> {
    let chars: Vec<char> = line.chars().collect();
    let apart = |before: Option<&char>| matches!(before, Some('\u{202f}'));
    for (at, mark) in chars.iter().enumerate() {
        let (before, after) = (at.checked_sub(1).and_then(|at| chars.get(at)), chars.get(at + 1));
        let ends_a_word = after.is_none_or(|after| matches!(after, ' ' | '\u{202f}' | '"' | '”' | ')'));
        match mark {
            ';' | ':' | '!' | '?' if ends_a_word && !apart(before) => return Some("before a mark"),
            '»' | '%' if !apart(before) => return Some("before » or %"),
            '«' if !apart(after) => return Some("after «"),
            _ => {}
        }
    }
    let units = ["ms", "s", "Kio"].map(|unit| format!("}} {unit}"));
    let has_unit = |unit: &String| {
        line.match_indices(unit.as_str())
            .any(|(at, _)| !line[at + unit.len()..].starts_with(|c: char| c.is_alphanumeric()))
    };
    units.iter().any(has_unit).then_some("before a unit")
}

#[test]
fn french_has_its_thin_spaces() {
    let node = entraide_rendezvous::sentences::RESOURCES.iter().filter(|(of, _)| *of == Language::French);
    let all = FRENCH.iter().copied().chain(node.map(|(_, resource)| *resource));
    let said = all.flat_map(str::lines).filter(|line| !line.starts_with('#'));
    for line in said {
        assert_eq!(wrong_space(line), None, "{line}");
    }
    for (line, wrong) in [
        ("Quoi ?", true),
        ("Quoi?", true),
        ("Quoi\u{202f}?", false),
        ("« { $name }\u{202f}»", true),
        ("{ $ms } ms", true),
        ("{ $seconds } secondes", false),
        ("/ip6/::1/tcp/4580", false),
    ] {
        assert_eq!(wrong_space(line).is_some(), wrong, "{line}");
    }
}

fn both() -> [Texts; 2] {
    [Language::English, Language::French].map(entraide::texts::texts)
}

/// A sentence with every place filled and no key shown instead.
fn assert_sentence(said: &str) {
    assert!(said.contains(' ') && !said.contains('{') && !said.contains('$'), "{said:?}");
}

#[test]
fn every_end_says_what_to_do() {
    for texts in both() {
        let mut said = BTreeSet::new();
        let mut words = BTreeSet::new();
        for end in End::all() {
            let sentence = end.sentence(&texts);
            assert_sentence(&sentence);
            assert!(said.insert(sentence), "{end:?} has a sentence of its own");
            assert!(words.insert(end.word()), "{end:?} has a word of its own");
        }
    }
}

#[test]
fn the_codes_are_those_of_the_contract() {
    let codes = End::all().into_iter().map(|end| (end.word(), end.code())).collect::<BTreeMap<_, _>>();
    let expected = [
        ("normal", 0),
        ("link_lost", 1),
        ("no_display", 1),
        ("usage", 2),
        ("refused", 3),
        ("expired", 4),
        ("used", 4),
        ("burnt", 4),
        ("unknown", 4),
        ("wrong_code", 5),
        ("wrong_digit", 5),
        ("node_silent", 6),
        ("host_unreachable", 6),
        ("neighbour_unreachable", 6),
        ("not_announced", 6),
        ("nothing_found", 6),
    ];
    for (word, code) in expected {
        assert_eq!(codes.get(word), Some(&code), "{word}");
    }
}

#[test]
fn tries_are_counted_in_words() {
    let [english, french] = both();
    let said = |left, texts: &Texts| End::WrongCode { left }.sentence(texts);
    assert!(said(2, &english).contains("2 tries are left"));
    assert!(said(1, &english).contains("One try is left"));
    assert!(said(0, &english).contains("no try is left"));
    assert!(said(2, &french).contains("Il reste 2 essais"));
    assert!(said(1, &french).contains("Il reste un essai"));
    assert!(said(0, &french).contains("ne reste plus d’essai"));
}

/// The variants of an enum. One that is not named here does not compile.
macro_rules! every {
    ($of:ident: $($variant:ident),+) => {{
        let _ = |one: $of| match one { $($of::$variant => ()),+ };
        [$($of::$variant),+]
    }};
}

/// How many variants an enum has whose variants hold something. One that is not named here does not compile.
macro_rules! count {
    ($of:ident: $($variant:ident),+) => {{
        let _ = |one: &$of| match one { $($of::$variant { .. } => ()),+ };
        [$(stringify!($variant)),+].len()
    }};
}

fn different<T>(all: &[T]) -> usize {
    all.iter().map(std::mem::discriminant).collect::<HashSet<_>>().len()
}

#[test]
fn no_end_is_left_out() {
    let ends = count!(
        End: Normal, LinkLost, Version, Protocol, NoDisplay, Wayland, NoExtension, ScreenDenied, DisplayGone,
        NoTerminal, Failed, Usage, Refused, Busy, Expired, Used, Burnt, Unknown, WrongCode, WrongDigit, NoCode,
        NodeSilent, NoNode, NodeFull, NothingFound, NobodyHere, NoNetwork, NotAnnounced, HostUnreachable,
        NeighbourUnreachable
    );
    assert_eq!(different(&End::all()), ends);
}

#[test]
fn every_key_that_is_put_together_exists() {
    let reasons =
        every!(Reason: Person, Escape, TimeOver, Question, TooOften, Unable, Closing, Protocol, Lost);
    let grants = every!(
        Grant: View, Point, Control, ClipboardToHost, ClipboardToHelper, FileToHost, FileToHelper, Remember
    );
    let states = every!(State: Waiting, Seen, Answered, Used, Expired, Burnt);
    let keys = grants
        .map(|grant| grant.name().replace('_', "-"))
        .iter()
        .flat_map(|grant| [format!("grant-{grant}"), format!("ask-{grant}")])
        .chain(reasons.map(|reason| format!("reason-{}", reason_word(reason))))
        .chain(states.map(|state| format!("state-{}", state.name())))
        .chain(states.map(|state| format!("invitation-{}", state.name())))
        .chain(["host", "helper"].map(|side| format!("side-{side}")))
        .chain(paths().map(|path| format!("path-{}", words::path_facts(&path).kind)))
        .chain(Key::ALL.map(|key| format!("config-accepts-{}", key.name())))
        .collect::<Vec<_>>();
    for texts in both() {
        for key in &keys {
            assert!(texts.has(key), "{key} in {:?}", texts.language());
        }
        for hold in every!(Hold: Question, OwnWindow, Hand) {
            assert_sentence(&words::hold(&texts, Some(hold)));
        }
        for (what, reason, stood) in grants
            .iter()
            .flat_map(|what| reasons.map(|reason| (*what, reason)))
            .flat_map(|(what, reason)| [true, false].map(|stood| (what, reason, stood)))
        {
            assert_sentence(&words::denied(&texts, what, reason, stood));
        }
    }
}

#[test]
fn every_fault_has_a_sentence() {
    let faults = [
        Fault::TooLong,
        Fault::Malformed("x".to_owned()),
        Fault::UnknownCommand("x".to_owned()),
        Fault::Unsupported("x"),
        Fault::TooEarly,
        Fault::NoAnswer,
    ];
    let all = count!(Fault: TooLong, Malformed, UnknownCommand, Unsupported, TooEarly, NoAnswer);
    assert_eq!(different(&faults), all);
    for texts in both() {
        for fault in &faults {
            let Event::Error { text, .. } = fault.event(&texts) else { panic!("an error") };
            assert_sentence(&text);
        }
    }
}

fn paths() -> [Path; 3] {
    let node = "meet.example.org".to_owned();
    let paths = [PathKind::Lan, PathKind::Direct, PathKind::Relayed { node }];
    assert_eq!(different(&paths), count!(PathKind: Lan, Direct, Relayed));
    paths.map(|kind| Path { kind, transport: Transport::Quic, rtt: Some(Duration::from_micros(2_460)) })
}

#[test]
fn a_round_trip_is_written_as_each_language_writes_it() {
    let [english, french] = both();
    let [lan, ..] = paths();
    assert_eq!(words::path(&english, &lan), "direct, same network, 2.5 ms");
    assert_eq!(words::path(&french, &lan), "direct, même réseau, 2,5\u{202f}ms");
}
