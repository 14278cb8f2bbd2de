//! Sessions whose paths die: what both people are told, and that they go on.

use std::thread;
use std::time::{Duration, Instant};

use entraide_common::limits;
use entraide_tests::client::Client;
use serde_json::Value;

use crate::meeting::{Ground, Meeting};
use crate::place::{Kind, Pair, World};
use crate::skipped;

/// What is tried again and again has come about by then.
pub(crate) const LONG: Duration = Duration::from_secs(90);

pub(crate) fn stage<'a>(name: &'a str) -> impl Fn(&Value) -> bool + 'a {
    move |stage| stage["name"] == name
}

/// Waits until the program says that it is trying to come back: when.
pub(crate) fn cut(client: &mut Client) -> Instant {
    client.event_within(LONG, "stage", stage("reconnecting")).expect("it is noticed").0
}

/// Waits until the program says after that moment that the session goes on: when.
pub(crate) fn back(client: &mut Client, as_before: &str, after: Instant) -> Instant {
    loop {
        let (at, _) = client.event_within(LONG, "stage", stage(as_before)).expect("the session goes on");
        if at > after {
            return at;
        }
    }
}

/// The number of pictures, at the earliest so long from now.
fn frames(client: &mut Client) -> u64 {
    while client.has_unread("stats") {
        client.event("stats");
    }
    client.event("stats")["frames"].as_u64().expect("a number")
}

/// Waits until more pictures have come than there were.
pub(crate) fn sees_more(client: &mut Client) {
    let before = frames(client);
    let more = |stats: &Value| stats["frames"].as_u64().is_some_and(|now| now > before);
    client.event_within(LONG, "stats", more).expect("pictures come");
}

/// The newest path.
fn path(client: &mut Client) -> String {
    let mut kind = String::new();
    while client.has_unread("path") {
        kind = client.event("path")["kind"].as_str().expect("a kind").to_owned();
    }
    kind
}

fn signal(client: &Client, name: &str) {
    let sent = std::process::Command::new("kill").args(["-s", name, &client.id().to_string()]).status();
    assert!(sent.expect("kill starts").success());
}

pub(crate) fn assert_not_over(meeting: &mut Meeting<'_>) {
    meeting.tell_logs();
    assert!(!meeting.helper.has_unread("ended") && !meeting.waiting.host.has_unread("ended"));
}

#[test]
fn a_direct_path_that_dies_is_replaced_by_the_circuit_and_found_again() {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    let _motion = ground.motion();
    let world = World::new(Pair::Apart(Kind::PortKept, Kind::Carrier));
    let mut meeting = Meeting::begin(&ground, &world);
    meeting.direct();
    meeting.control();
    sees_more(&mut meeting.helper);
    world.sever(true);
    let died = Instant::now();
    let noticed = cut(&mut meeting.helper);
    let again = back(&mut meeting.helper, "control", noticed);
    eprintln!("noticed after {:?}, back after {:?}", noticed - died, again - died);
    back(&mut meeting.waiting.host, "control", died);
    sees_more(&mut meeting.helper);
    assert_eq!(path(&mut meeting.helper), "relayed");
    assert!(!meeting.helper.has_unread("revoked"), "control goes on: it is the same two");
    world.sever(false);
    let mended = Instant::now();
    let direct = meeting.direct_after(mended);
    eprintln!("direct again after {:?}", direct - mended);
    sees_more(&mut meeting.helper);
    assert_not_over(&mut meeting);
}

#[test]
fn a_direct_session_does_not_need_the_node() {
    direct_without_a_node_for(6);
}

fn direct_without_a_node_for(seconds: usize) {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    let _motion = ground.motion();
    let world = World::new(Pair::Apart(Kind::Public, Kind::PortKept));
    let mut meeting = Meeting::begin(&ground, &world);
    meeting.direct();
    meeting.waiting.kill_node();
    let pictures = meeting.pictures(seconds);
    assert!(pictures.iter().all(|count| *count > 0), "a second without a picture: {pictures:?}");
    meeting.assert_unnoticed();
    let noticed = meeting.helper.event_within(Duration::ZERO, "stage", stage("reconnecting"));
    assert_eq!(noticed, None, "nothing is lost");
    assert_not_over(&mut meeting);
}

#[test]
#[ignore = "long: ten minutes without a node"]
fn a_direct_session_does_not_need_the_node_for_ten_minutes() {
    direct_without_a_node_for(600);
}

#[test]
fn a_network_that_stops_carrying_udp_is_gone_around() {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    let _motion = ground.motion();
    let world = World::new(Pair::Apart(Kind::PortKept, Kind::Public));
    let mut meeting = Meeting::begin(&ground, &world);
    meeting.direct();
    world.stop_udp();
    let stopped = Instant::now();
    let noticed = cut(&mut meeting.helper);
    let again = back(&mut meeting.helper, "viewing", noticed);
    eprintln!("noticed after {:?}, back after {:?}", noticed - stopped, again - stopped);
    sees_more(&mut meeting.helper);
    let over_tcp = meeting.path(|path| path["transport"] == "tcp");
    eprintln!("{over_tcp}");
    assert_not_over(&mut meeting);
}

#[test]
fn a_relayed_session_comes_back_with_its_node() {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    let _motion = ground.motion();
    let world = World::new(Pair::Apart(Kind::Symmetric, Kind::Symmetric));
    let mut meeting = Meeting::begin(&ground, &world);
    meeting.control();
    meeting.waiting.kill_node();
    cut(&mut meeting.helper);
    cut(&mut meeting.waiting.host);
    assert_eq!(meeting.waiting.host.revoked("control")["reason"], "lost");
    meeting.waiting.start_node();
    let there = Instant::now();
    let again = back(&mut meeting.helper, "viewing", there);
    eprintln!("back {:?} after the node", again - there);
    assert_eq!(meeting.helper.revoked("control")["reason"], "lost");
    sees_more(&mut meeting.helper);
    meeting.control();
    assert_not_over(&mut meeting);
}

#[test]
fn a_helper_who_changes_networks_comes_back() {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    let _motion = ground.motion();
    let world = World::new(Pair::Apart(Kind::PortKept, Kind::Public));
    let mut meeting = Meeting::begin(&ground, &world);
    meeting.direct();
    world.move_helper();
    let moved = Instant::now();
    let noticed = cut(&mut meeting.helper);
    let again = back(&mut meeting.helper, "viewing", noticed);
    eprintln!("noticed after {:?}, back after {:?}", noticed - moved, again - moved);
    sees_more(&mut meeting.helper);
    assert_not_over(&mut meeting);
}

/// One side is suspended, as when a lid is closed, or both lines are dead.
fn nothing_for(time: Duration, suspended: bool) {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    let _motion = ground.motion();
    let world = World::new(Pair::Apart(Kind::PortKept, Kind::PortChanged));
    let mut meeting = Meeting::begin(&ground, &world);
    meeting.direct();
    let began = Instant::now();
    if suspended {
        signal(&meeting.helper, "STOP");
    } else {
        world.lose(1000);
        cut(&mut meeting.helper);
    }
    let noticed = cut(&mut meeting.waiting.host);
    thread::sleep(time.saturating_sub(began.elapsed()));
    let ended = Instant::now();
    if suspended {
        signal(&meeting.helper, "CONT");
        cut(&mut meeting.helper);
    } else {
        world.lose(0);
    }
    let again = back(&mut meeting.helper, "viewing", ended);
    eprintln!("the host noticed after {:?}; back {:?} after it was over", noticed - began, again - ended);
    let returned = back(&mut meeting.waiting.host, "returned", ended);
    let shown = back(&mut meeting.waiting.host, "viewing", returned);
    eprintln!("seen again {:?} after the host was told", shown - returned);
    sees_more(&mut meeting.helper);
    assert_not_over(&mut meeting);
}

#[test]
fn twenty_seconds_of_suspension_end_nothing() {
    nothing_for(Duration::from_secs(20), true);
}

#[test]
fn twenty_seconds_without_a_line_end_nothing() {
    nothing_for(Duration::from_secs(20), false);
}

#[test]
#[ignore = "long: a minute of nothing"]
fn a_minute_of_suspension_ends_nothing() {
    nothing_for(Duration::from_secs(60), true);
}

#[test]
#[ignore = "long: a minute of nothing"]
fn a_minute_without_a_line_ends_nothing() {
    nothing_for(Duration::from_secs(60), false);
}

#[test]
#[ignore = "long: ten minutes of nothing"]
fn ten_minutes_of_suspension_end_nothing() {
    nothing_for(Duration::from_secs(10 * 60), true);
}

#[test]
#[ignore = "long: ten minutes of nothing"]
fn ten_minutes_without_a_line_end_nothing() {
    nothing_for(Duration::from_secs(10 * 60), false);
}

#[test]
#[ignore = "long: eleven minutes of waiting for nobody"]
fn who_does_not_come_back_is_not_waited_for_for_ever() {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    let world = World::new(Pair::Apart(Kind::Public, Kind::PortKept));
    let mut meeting = Meeting::begin(&ground, &world);
    meeting.helper.kill();
    let host = &mut meeting.waiting.host;
    cut(host);
    let (_, ended) = host.event_within(limits::RESUME_TIME + LONG, "ended", |_| true).expect("an end");
    assert_eq!(ended["by"], "link");
    host.error("link_lost");
    assert_eq!(host.exit_code(), 1);
}
