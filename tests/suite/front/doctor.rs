//! `entraide doctor` as people and programs meet it, against a real node.

use std::process::Output;

use entraide::app::doctor::About;
use entraide::exit::End;
use entraide_common::reach::{Outlook, Partner};
use entraide_common::texts::Language;
use entraide_tests::session::Scene;
use libp2p::PeerId;
use serde_json::Value;

const LANGUAGES: [Language; 2] = [Language::English, Language::French];

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What it says without a display, where `nodes` are set.
fn doctor(scene: &Scene, nodes: &[&str], arguments: &[&str]) -> Output {
    let mut command = scene.stranger(None, "doctor");
    command.arg("doctor").args(arguments).args(nodes.iter().flat_map(|node| ["--rendezvous", node]));
    command.output().expect("it starts")
}

/// Where the node's QUIC is: on another port than its TCP, in these tests.
fn quic(scene: &mut Scene) -> String {
    let is_quic = |event: &Value| event["address"].as_str().is_some_and(|text| text.contains("/quic-v1"));
    let node = scene.node.as_mut().expect("it serves");
    node.event_with("listening", is_quic)["address"].as_str().expect("an address").to_owned()
}

fn events(output: &Output) -> Vec<Value> {
    said(output).lines().map(|line| serde_json::from_str(line).expect("an object")).collect()
}

fn value<'a>(events: &'a [Value], about: &str) -> &'a str {
    let found = events.iter().find(|event| event["about"] == about);
    found.and_then(|event| event["value"].as_str()).unwrap_or_else(|| panic!("{about} in {events:?}"))
}

#[test]
fn without_a_display_one_can_still_help() {
    for language in LANGUAGES {
        let mut scene = Scene::new(language);
        let quic = quic(&mut scene);
        let output = doctor(&scene, &[scene.address(), &quic], &[]);
        let (said, texts) = (said(&output), scene.texts());
        for key in ["doctor-display-none", "doctor-head-node", "doctor-nat-near", "doctor-end-helps"] {
            assert!(said.contains(&texts.say(key)), "{key} in {said}");
        }
        assert!(said.contains(scene.address()), "{said}");
        assert!(!said.contains("{ ") && !said.contains('$'), "{said}");
        assert_eq!(output.status.code(), Some(0), "{said}");
    }
}

#[test]
fn a_program_is_told_in_stable_words() {
    let mut scene = Scene::new(Language::English);
    let quic = quic(&mut scene);
    let output = doctor(&scene, &[scene.address(), &quic], &["--json"]);
    let events = events(&output);
    assert_eq!(events[0]["event"], "stage");
    assert_eq!(value(&events, "display"), "none");
    assert_eq!((value(&events, "node"), value(&events, "nat")), ("both", "near"));
    let node = events.iter().find(|event| event["about"] == "node").expect("the node");
    assert_eq!(node["node"], scene.address());
    for round_trip in ["quic_ms", "tcp_ms"] {
        assert!(node[round_trip].as_f64().is_some_and(|ms| ms > 0.0), "{node}");
    }
    let partners: Vec<_> = events.iter().filter(|event| event["about"] == "partner").collect();
    assert_eq!(partners.len(), Partner::ALL.len());
    for finding in events.iter().filter(|event| event["event"] == "finding") {
        let about = finding["about"].as_str().expect("a word");
        let is_word =
            |word: &str| word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b.is_ascii_digit());
        assert!(is_word(about) && finding["value"].as_str().is_some_and(is_word), "{finding}");
        assert!(matches!(finding["state"].as_str(), Some("well" | "note" | "trouble")), "{finding}");
        assert!(finding["text"].as_str().is_some_and(|text| text.contains(' ')), "{finding}");
        let well = finding["state"] == "well";
        assert!(!well || finding["advice"].is_null(), "what is well needs no advice: {finding}");
    }
    let ended = events.last().expect("an end");
    assert_eq!((&ended["event"], &ended["reason"]), (&"ended".into(), &"normal".into()));
    assert_eq!((&ended["shows"], &ended["helps"]), (&false.into(), &true.into()));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_node_that_is_silent_or_another_is_told_apart() {
    let mut scene = Scene::new(Language::French);
    let (place, _) = scene.address().rsplit_once('/').expect("an id at its end");
    let other = format!("{place}/{}", PeerId::from(libp2p::identity::Keypair::generate_ed25519().public()));
    let output = doctor(&scene, &[&other], &["--json"]);
    assert_eq!(value(&events(&output), "node"), "impostor");
    assert_eq!(output.status.code(), Some(6));

    scene.node.take();
    let output = doctor(&scene, &[scene.address()], &[]);
    let said = said(&output);
    assert!(said.contains(&scene.texts().say("doctor-node-silent-do")), "{said}");
    assert!(said.contains(&scene.sentence(&End::NodeSilent)), "{said}");
    assert_eq!(output.status.code(), Some(6));
}

#[test]
fn whoever_has_no_node_is_told_how_to_set_one() {
    for language in LANGUAGES {
        let scene = Scene::new(language);
        let output = doctor(&scene, &[], &[]);
        let said = said(&output);
        assert!(said.contains(&scene.texts().say("doctor-node-none-do")), "{said}");
        assert!(said.contains(&scene.sentence(&End::NoNode)), "{said}");
        assert_eq!(output.status.code(), Some(6));
    }
}

#[test]
fn everything_that_can_be_found_has_a_sentence() {
    use About::{Capture, Clipboard, Display, Escape, Injection, Ipv4, Ipv6, Mapping, Nat, Node};
    let all =
        [Display, Capture, Injection, Escape, Clipboard, Node, Nat, Mapping, Ipv6, Ipv4, About::Partner];
    for language in LANGUAGES {
        let texts = entraide::texts::texts(language);
        for about in all {
            for value in about.values() {
                let key = format!("doctor-{}-{value}", about.name());
                assert!(texts.has(&key), "{key} in {language:?}");
            }
        }
        for partner in Partner::ALL {
            assert!(texts.has(&format!("doctor-who-{}", partner.name().replace('_', "-"))), "{partner:?}");
        }
    }
    assert_eq!(Outlook::ALL.map(Outlook::name), Nat.values());
}
