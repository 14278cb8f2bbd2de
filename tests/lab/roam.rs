//! Sessions that go on by another way than the one they were on: another network, another node, another circuit.

use std::time::{Duration, Instant};

use entraide_tests::xserver::wait_until;
use serde_json::{Value, json};

use crate::ground::Ground;
use crate::life::{LONG, back, cut, lives_in, lives_through, sees_more};
use crate::meeting::{Meeting, path_after};
use crate::place::{Kind, Pair, World};
use crate::skipped;

/// What X calls the left Shift key.
const SHIFT: u32 = 42 + 8;

/// A direct session of which both sides notice what happens, and which goes on directly.
fn survives(world: impl FnOnce() -> World, what_happens: impl FnOnce(&World)) {
    lives_in(world, |world, meeting| {
        meeting.direct();
        what_happens(world);
        let began = Instant::now();
        let noticed = cut(&mut meeting.helper);
        cut(&mut meeting.waiting.host);
        let again = back(&mut meeting.helper, "viewing", noticed);
        sees_more(&mut meeting.helper);
        let direct = meeting.direct_after(noticed);
        let after = [noticed, again, direct].map(|at| at - began);
        eprintln!("noticed, back and directly again after {after:?}");
    });
}

#[test]
fn a_host_who_changes_networks_is_found_again() {
    survives(|| World::new(Pair::Apart(Kind::Public, Kind::PortKept)), World::move_host);
}

#[test]
fn both_change_networks_and_find_each_other() {
    survives(
        || World::new(Pair::Apart(Kind::Public, Kind::Public)),
        |world| {
            world.move_host();
            world.move_helper();
        },
    );
}

#[test]
fn a_helper_who_loses_ipv4_comes_back_over_ipv6_and_another_node() {
    let world = || World::new(Pair::Apart(Kind::Public, Kind::Public)).with_second_node(true);
    survives(|| world().with_ipv6_to_come(), World::leave_ipv4);
}

#[test]
fn a_port_is_guessed_anew_when_translators_have_forgotten_everything() {
    survives(|| World::new(Pair::Apart(Kind::Symmetric, Kind::PortKept)), World::forget);
}

#[test]
fn another_node_takes_over() {
    let pair = Pair::Apart(Kind::Symmetric, Kind::Symmetric);
    lives_in(
        || World::new(pair).with_second_node(false),
        |_, meeting| {
            let before = meeting.path(|path| path["kind"] == "relayed");
            meeting.waiting.kill_node_of(&before);
            let died = Instant::now();
            let noticed = cut(&mut meeting.helper);
            let again = back(&mut meeting.helper, "viewing", noticed);
            eprintln!("noticed after {:?}, back after {:?}", noticed - died, again - died);
            sees_more(&mut meeting.helper);
            let is_other = |path: &Value| path["kind"] == "relayed" && path["node"] != before["node"];
            path_after(&mut meeting.helper, died, is_other);
        },
    );
}

#[test]
fn what_was_written_on_a_dying_path_is_read_once_and_in_its_order() {
    lives_through(Pair::Apart(Kind::PortKept, Kind::Carrier), |world, meeting| {
        meeting.direct();
        meeting.both_write("before");
        // The circuit stands by.
        world.sever(true);
        for line in ["1", "2", "3"] {
            meeting.both_write(line);
        }
        let noticed = cut(&mut meeting.helper);
        back(&mut meeting.helper, "viewing", noticed);
        meeting.both_write("after");
        // No path is left for a while.
        world.lose(1000);
        for line in ["4", "5"] {
            meeting.both_write(line);
        }
        let noticed = cut(&mut meeting.helper);
        cut(&mut meeting.waiting.host);
        world.lose(0);
        back(&mut meeting.helper, "viewing", noticed);
        meeting.both_write("at last");
        let read = |client: &mut entraide_tests::client::Client, from: &str| {
            let mut lines = Vec::new();
            while lines.last().is_none_or(|line| line != "at last") {
                let line = client.event_with("chat", |line| line["from"] == from);
                lines.push(line["text"].as_str().expect("a text").to_owned());
            }
            lines
        };
        let all = ["before", "1", "2", "3", "after", "4", "5", "at last"];
        assert_eq!(read(&mut meeting.waiting.host, "helper"), all);
        assert_eq!(read(&mut meeting.helper, "host"), all);
    });
}

/// A relayed session that outlives several circuits of a node with these settings, and nobody notices: the bytes, with
/// their headers, that were sent to and from the node.
fn outlives_circuits(settings: &str) -> u64 {
    let ground = Ground::new();
    let _motion = ground.motion();
    let world = World::new(Pair::Apart(Kind::Symmetric, Kind::Symmetric));
    let mut meeting = Meeting::begin_with(&ground, &world, settings);
    meeting.control();
    let pictures = meeting.pictures(30);
    eprintln!("pictures a second: {pictures:?}");
    assert!(pictures.iter().all(|count| *count > 0), "a second without a picture: {pictures:?}");
    meeting.tell_logs();
    meeting.assert_unnoticed();
    let (_, node) = world.sent();
    node.bytes
}

#[test]
fn a_circuit_is_replaced_before_its_time_is_over() {
    if skipped() {
        return;
    }
    // Fewer than the seconds in which pictures are counted.
    outlives_circuits("[limits]\ncircuit_seconds = 16\n");
}

#[test]
fn a_circuit_is_replaced_before_it_has_carried_what_it_may() {
    if skipped() {
        return;
    }
    let limit = 200_000;
    let sent = outlives_circuits(&format!("[limits]\ncircuit_bytes = {limit}\n"));
    eprintln!("{sent} bytes on both lines");
    // What a circuit carries is sent on both lines, and headers are no more than what they stand before.
    assert!(sent > 4 * limit, "one circuit is enough for {sent} bytes");
}

#[test]
fn a_helper_that_is_killed_lets_go_on_a_direct_path() {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    let mut took = Vec::new();
    for _ in 0..3 {
        let world = World::new(Pair::Apart(Kind::PortKept, Kind::PortChanged));
        let mut meeting = Meeting::begin(&ground, &world);
        meeting.direct();
        meeting.control();
        meeting.helper.tell("key", json!({"code": "ShiftLeft", "down": true}));
        let screen = ground.screen();
        wait_until("Shift is held", || (screen.down() == [SHIFT]).then_some(()));
        meeting.helper.kill();
        let killed = Instant::now();
        wait_until("it is let go", || screen.down().is_empty().then_some(()));
        took.push(killed.elapsed());
        let host = &mut meeting.waiting.host;
        host.event_within(LONG, "stage", |stage: &Value| stage["name"] == "reconnecting")
            .expect("it is noticed");
        meeting.tell_logs();
    }
    eprintln!("a helper that was killed let go after {took:?}");
    assert!(took.iter().all(|took| *took < Duration::from_secs(6)), "{took:?}");
}
