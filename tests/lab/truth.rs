//! What is said of the path, held against the packets that went there.

use std::thread;
use std::time::Duration;

use entraide_tests::link::Sent;
use serde_json::Value;

use crate::ground::Ground;
use crate::meeting::Meeting;
use crate::place::{Kind, Pair, World};
use crate::skipped;

/// Time for what was under way before.
const SETTLED: Duration = Duration::from_secs(2);
/// Time for all that a session does once, and how long it is watched doing nothing, seconds.
const AT_REST: Duration = Duration::from_secs(30);
const IDLE: u64 = 60;
/// What it may cost then, bytes a second, with their headers; what is relayed counts on both lines. A telephone call has four
/// times as much.
const IDLE_BYTES: u64 = 2_000;

/// A session with a picture that moves: what the helper's program says of its path, and what was sent in the three
/// seconds after: over the internet between the places, to the node, and, in bytes, from and to the host by whatever way.
fn session(pair: Pair, wanted: impl Fn(&Value) -> bool) -> (Value, Sent, Sent, u64) {
    let ground = Ground::new();
    let _motion = ground.motion();
    let world = World::new(pair);
    let mut meeting = Meeting::begin(&ground, &world);
    let path = meeting.path(wanted);
    thread::sleep(SETTLED);
    let ((between, node), host) = (world.sent(), world.passed_the_host());
    assert!(meeting.pictures(3).iter().all(|count| *count > 0), "a picture that moves");
    let ((between_then, node_then), host_then) = (world.sent(), world.passed_the_host());
    meeting.tell_logs();
    meeting.assert_unnoticed();
    (path, since(between, between_then), since(node, node_then), host_then - host)
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
    let (path, between, node, _) = session(pair, |path| path["kind"] != "relayed");
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
    let (path, between, node, _) = session(pair, |path| path["kind"] == "relayed");
    eprintln!("{path}: between them {between:?}, at the node {node:?}");
    let named = path["node"].as_str().expect("the node's address");
    assert!(named.contains(&World::NODE.to_string()), "{named}");
    assert!(node.bytes > 5 * between.bytes, "the picture went through the node");
}

#[test]
fn a_path_that_is_said_to_stay_on_one_network_does() {
    if skipped() {
        return;
    }
    let (path, between, node, host) = session(Pair::OneLan, |path| path["kind"] != "relayed");
    eprintln!("{path}: over the internet {between:?}, at the node {node:?}, {host} bytes at the host");
    assert_eq!((&path["kind"], &path["node"]), (&"lan".into(), &Value::Null));
    assert_eq!(between.packets, 0, "nothing of it is seen outside");
    assert!(
        host > 5 * node.bytes,
        "the picture went to somebody else on the host's network, and there is one"
    );
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

#[test]
#[ignore = "long: three minutes of nothing"]
fn a_session_in_which_nothing_happens_sends_next_to_nothing() {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    for pair in
        [Pair::Apart(Kind::PortKept, Kind::PortChanged), Pair::Apart(Kind::Symmetric, Kind::Symmetric)]
    {
        let world = World::new(pair);
        let mut meeting = Meeting::begin(&ground, &world);
        meeting.control();
        thread::sleep(AT_REST);
        let (between, node) = world.sent();
        thread::sleep(Duration::from_secs(IDLE));
        let (between_then, node_then) = world.sent();
        let (between, node) = (since(between, between_then), since(node, node_then));
        eprintln!("{pair}, in {IDLE} s: between them {between:?}, at the node {node:?}");
        assert!(between.bytes + node.bytes < IDLE * IDLE_BYTES, "{pair}");
        assert!(between.packets + node.packets > 0, "without a sign of life nobody notices a dead path");
        meeting.assert_unnoticed();
    }
}
