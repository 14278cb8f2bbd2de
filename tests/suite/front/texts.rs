//! Every sentence exists in both languages, with the same places to fill, and every key the code can ask for exists.

use std::collections::{BTreeMap, BTreeSet};

use entraide::config::Key;
use entraide::exit::End;
use entraide::front::{Fault, reason_word};
use entraide::texts::{ENGLISH, FRENCH};
use entraide_common::texts::{Language, Texts};
use entraide_common::wire::control::{Grant, Reason};

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

#[test]
fn french_has_its_thin_spaces() {
    for line in FRENCH.iter().flat_map(|resource| resource.lines()).filter(|line| !line.starts_with('#')) {
        for mark in [" ;", " :", " !", " ?", "« ", " »"] {
            assert!(!line.contains(mark), "an ordinary space at {mark:?} in: {line}");
        }
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

#[test]
fn every_key_that_is_put_together_exists() {
    let reasons = [
        Reason::Person,
        Reason::Escape,
        Reason::TimeOver,
        Reason::Question,
        Reason::TooOften,
        Reason::Unable,
        Reason::Closing,
        Reason::Protocol,
    ];
    let grants = Grant::ALL.map(|grant| grant.name().replace('_', "-"));
    let states = ["waiting", "seen", "answered", "used", "expired", "burnt"];
    let keys = grants
        .iter()
        .flat_map(|grant| [format!("grant-{grant}"), format!("ask-{grant}")])
        .chain(reasons.map(|reason| format!("reason-{}", reason_word(reason))))
        .chain(states.map(|state| format!("state-{state}")))
        .chain(["host", "helper"].map(|side| format!("side-{side}")))
        .chain(["lan", "direct", "relayed"].map(|kind| format!("path-{kind}")))
        .chain(Key::ALL.map(|key| format!("config-accepts-{}", key.name())));
    for texts in both() {
        for key in keys.clone() {
            assert!(texts.has(&key), "{key} in {:?}", texts.language());
        }
        for fault in [
            Fault::TooLong,
            Fault::Malformed("x".to_owned()),
            Fault::UnknownCommand("x".to_owned()),
            Fault::Unsupported("x"),
            Fault::TooEarly,
            Fault::NoAnswer,
        ] {
            let entraide::front::Event::Error { text, .. } = fault.event(&texts) else { panic!("an error") };
            assert_sentence(&text);
        }
    }
}
