//! Which addresses the node says to give to people.
#![cfg(unix)]

use serde_json::Value;

use super::{Program, text};

const NAME: &str = "/dns4/meet.example.org/udp/4580/quic-v1";
const NUMBER: &str = "/ip4/198.51.100.7/tcp/4580";
const NEAR: &str = "/ip4/192.168.1.2/tcp/4580";

fn addresses<'a>(events: &'a [Value], name: &str) -> Vec<&'a str> {
    let of_name = events.iter().filter(|event| event["event"] == name);
    of_name.map(|event| event["address"].as_str().expect("an address")).collect()
}

#[test]
fn what_was_told_is_given_with_the_id() {
    let program = Program::build();
    let id = text(&program.run(&["id"]).stdout);
    let events =
        program.serve(&["--json", "--external", NEAR, "--external", NAME, "--external", NUMBER]).all();
    let expected = [NAME, NUMBER, NEAR].map(|address| format!("{address}/p2p/{id}"));
    assert_eq!(addresses(&events, "give"), expected, "what everybody can use comes first");
    let to: Vec<_> =
        events.iter().filter(|event| event["event"] == "give").map(|event| &event["to"]).collect();
    assert_eq!(to, ["everybody", "everybody", "network"]);
}

#[test]
fn a_person_reads_what_to_give_after_the_listeners() {
    let program = Program::build();
    let id = text(&program.run(&["id"]).stdout);
    let mut serving = program.serve(&["--external", NAME, "--external", NEAR]);
    assert!(serving.line().starts_with("listening /ip4/127.0.0.1/tcp/"));
    assert_eq!(serving.line(), format!("Give this address to people: {NAME}/p2p/{id}"));
    let near = format!("Give this address to people on the same local network: {NEAR}/p2p/{id}");
    assert_eq!(serving.line(), near);
    serving.signal("TERM");
    assert_eq!(serving.exit_code(), Some(0));
}

#[test]
fn where_nothing_was_told_it_is_the_listeners_that_others_can_reach() {
    let program = Program::build();
    let here = program.serve(&["--json"]).all();
    assert_eq!(addresses(&here, "give"), addresses(&here, "listening"));
    assert!(here.iter().filter(|event| event["event"] == "give").all(|event| event["to"] == "computer"));

    let everywhere = program.serve(&["--json", "--listen", "/ip4/0.0.0.0/tcp/0"]).all();
    let (listening, mut given) = (addresses(&everywhere, "listening"), addresses(&everywhere, "give"));
    let is_local = |address: &str| address.starts_with("/ip4/127.") || address.starts_with("/ip4/169.254.");
    let mut expected: Vec<_> = listening.into_iter().filter(|address| !is_local(address)).collect();
    expected.sort_unstable();
    given.sort_unstable();
    assert_eq!(given, expected, "{everywhere:?}");
}
