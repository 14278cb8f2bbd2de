//! What is said of the path, held against the packets that went there.

use std::thread;
use std::time::Duration;

use entraide_tests::link::Sent;
use serde_json::Value;

use crate::meeting::{Ground, Meeting};
use crate::place::{Kind, Pair, World};
use crate::skipped;

/// Time for what was under way before.
const SETTLED: Duration = Duration::from_secs(2);

/// A session with a picture that moves: what the helper's program says of its path, and what was sent between the
/// places and to the node in the three seconds after.
fn session(pair: Pair, wanted: impl Fn(&Value) -> bool) -> (Value, Sent, Sent) {
    let ground = Ground::new();
    let _motion = ground.motion();
    let world = World::new(pair);
    let mut meeting = Meeting::begin(&ground, &world);
    let path = meeting.path(wanted);
    thread::sleep(SETTLED);
    let (between, node) = world.sent();
    assert!(meeting.pictures(3).iter().all(|count| *count > 0), "a picture that moves");
    let (between_then, node_then) = world.sent();
    meeting.assert_unnoticed();
    (path, since(between, between_then), since(node, node_then))
}

fn since(before: Sent, now: Sent) -> Sent {
    Sent { packets: now.packets - before.packets, bytes: now.bytes - before.bytes, ..now }
}

#[test]
fn a_path_that_is_said_to_be_direct_is_and_the_node_sees_next_to_nothing_of_it() {
    if skipped() {
        return;
    }
    let pair = Pair::Apart(Kind::PortKept, Kind::PortChanged);
    let (path, between, node) = session(pair, |path| path["kind"] != "relayed");
    eprintln!("{path}: between them {between:?}, at the node {node:?}");
    assert_eq!((&path["kind"], &path["node"]), (&"direct".into(), &Value::Null));
    assert!(between.bytes > 5 * node.bytes, "the picture went between them");
}

#[test]
fn a_path_that_is_said_to_lead_through_the_node_does() {
    if skipped() {
        return;
    }
    let pair = Pair::Apart(Kind::Symmetric, Kind::Symmetric);
    let (path, between, node) = session(pair, |path| path["kind"] == "relayed");
    eprintln!("{path}: between them {between:?}, at the node {node:?}");
    let named = path["node"].as_str().expect("the node's address");
    assert!(named.contains(&World::NODE.to_string()), "{named}");
    assert!(node.bytes > 5 * between.bytes, "the picture went through the node");
}

#[test]
fn narrower_lines_than_usual_carry_whole_packets_only() {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    let _motion = ground.motion();
    // The path whose sockets are handed over, too.
    let (punched, guessed) = (Kind::PortChanged, Kind::Symmetric);
    for (helper, bytes) in [(punched, 1_400), (guessed, 1_400), (punched, 1_280)] {
        let pair = Pair::Apart(Kind::PortKept, helper);
        let world = World::new(pair);
        world.narrow(bytes);
        let mut meeting = Meeting::begin(&ground, &world);
        let outcome = meeting.outcome(Duration::from_secs(20));
        assert!(outcome.direct.is_some(), "{pair}: {outcome:?}");
        assert!(meeting.pictures(3).iter().all(|count| *count > 0), "{pair}");
        let (between, node) = world.sent();
        eprintln!("{pair}: between them {between:?}, at the node {node:?}");
        assert_eq!((between.fragments, node.fragments), (0, 0), "{pair}");
        assert!((1_200..=usize::from(bytes)).contains(&between.largest), "{pair}");
    }
}
