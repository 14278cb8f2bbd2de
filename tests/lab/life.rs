//! Sessions whose paths die: what both people are told, and that they go on.

use std::thread;
use std::time::{Duration, Instant};

use entraide_common::limits;
use entraide_tests::client::Client;
use serde_json::Value;

use crate::ground::Ground;
use crate::meeting::{Meeting, path_after};
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

/// Two people in a session there, something moving on the host's screen: what happens to them is the `story`, and it does
/// not end the session.
pub(crate) fn lives_through(pair: Pair, story: impl FnOnce(&World, &mut Meeting<'_>)) {
    lives_in(|| World::new(pair), story);
}

/// The same in such a world. Skipped where there can be none.
pub(crate) fn lives_in(world: impl FnOnce() -> World, story: impl FnOnce(&World, &mut Meeting<'_>)) {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    let _motion = ground.motion();
    let world = world();
    let mut meeting = Meeting::begin(&ground, &world);
    story(&world, &mut meeting);
    assert_not_over(&mut meeting);
}

pub(crate) fn assert_not_over(meeting: &mut Meeting<'_>) {
    meeting.tell_logs();
    assert!(!meeting.helper.has_unread("ended") && !meeting.waiting.host.has_unread("ended"));
}

#[test]
fn a_direct_path_that_dies_is_replaced_by_the_circuit_and_found_again() {
    lives_through(Pair::Apart(Kind::PortKept, Kind::Carrier), |world, meeting| {
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
        path_after(&mut meeting.helper, died, |path| path["kind"] == "relayed");
        assert!(!meeting.helper.has_unread("revoked"), "control goes on: it is the same two");
        world.sever(false);
        let mended = Instant::now();
        let direct = meeting.direct_after(mended);
        eprintln!("direct again after {:?}", direct - mended);
        sees_more(&mut meeting.helper);
    });
}

#[test]
fn a_direct_session_does_not_need_the_node() {
    direct_without_a_node_for(6);
}

fn direct_without_a_node_for(seconds: usize) {
    lives_through(Pair::Apart(Kind::Public, Kind::PortKept), |_, meeting| {
        meeting.direct();
        meeting.waiting.kill_node();
        let pictures = meeting.pictures(seconds);
        assert!(pictures.iter().all(|count| *count > 0), "a second without a picture: {pictures:?}");
        meeting.assert_unnoticed();
    });
}

#[test]
#[ignore = "long: ten minutes without a node"]
fn a_direct_session_does_not_need_the_node_for_ten_minutes() {
    direct_without_a_node_for(600);
}

#[test]
fn a_network_that_stops_carrying_udp_is_gone_around() {
    lives_through(Pair::Apart(Kind::PortKept, Kind::Public), |world, meeting| {
        meeting.direct();
        world.stop_udp();
        let stopped = Instant::now();
        let noticed = cut(&mut meeting.helper);
        let again = back(&mut meeting.helper, "viewing", noticed);
        eprintln!("noticed after {:?}, back after {:?}", noticed - stopped, again - stopped);
        sees_more(&mut meeting.helper);
        let (_, over_tcp) = path_after(&mut meeting.helper, stopped, |path| path["transport"] == "tcp");
        eprintln!("{over_tcp}");
    });
}

#[test]
fn a_relayed_session_comes_back_with_its_node() {
    lives_through(Pair::Apart(Kind::Symmetric, Kind::Symmetric), |_, meeting| {
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
    });
}

#[test]
fn a_helper_who_changes_networks_comes_back() {
    lives_through(Pair::Apart(Kind::PortKept, Kind::Public), |world, meeting| {
        meeting.direct();
        world.move_helper();
        let moved = Instant::now();
        let noticed = cut(&mut meeting.helper);
        let again = back(&mut meeting.helper, "viewing", noticed);
        eprintln!("noticed after {:?}, back after {:?}", noticed - moved, again - moved);
        sees_more(&mut meeting.helper);
    });
}

/// What comes between them for a while.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    /// Both lines are dead.
    NoLine,
    /// The helper's program is stopped, as when a lid is closed.
    HelperSuspended,
    /// Both programs are.
    BothSuspended,
}

impl Gap {
    fn begin(self, world: &World, meeting: &mut Meeting<'_>) {
        match self {
            Self::NoLine => {
                world.lose(1000);
                cut(&mut meeting.helper);
            }
            Self::HelperSuspended => meeting.helper.suspend(),
            Self::BothSuspended => {
                meeting.helper.suspend();
                meeting.waiting.host.suspend();
            }
        }
    }

    fn end(self, world: &World, meeting: &mut Meeting<'_>) {
        match self {
            Self::NoLine => world.lose(0),
            Self::HelperSuspended => meeting.helper.resume(),
            Self::BothSuspended => {
                meeting.helper.resume();
                meeting.waiting.host.resume();
            }
        }
    }
}

fn nothing_for(time: Duration, gap: Gap) {
    lives_through(Pair::Apart(Kind::PortKept, Kind::PortChanged), |world, meeting| {
        meeting.direct();
        meeting.control();
        let began = Instant::now();
        gap.begin(world, meeting);
        let noticed = (gap != Gap::BothSuspended).then(|| cut(&mut meeting.waiting.host));
        thread::sleep(time.saturating_sub(began.elapsed()));
        let ended = Instant::now();
        gap.end(world, meeting);
        if gap != Gap::NoLine {
            cut(&mut meeting.helper);
        }
        let noticed = noticed.unwrap_or_else(|| cut(&mut meeting.waiting.host));
        let again = back(&mut meeting.helper, "viewing", ended);
        eprintln!("the host noticed after {:?}; back {:?} after it was over", noticed - began, again - ended);
        assert_eq!(meeting.waiting.host.revoked("control")["reason"], "lost");
        let returned = back(&mut meeting.waiting.host, "returned", ended.max(noticed));
        let shown = back(&mut meeting.waiting.host, "viewing", returned);
        eprintln!("seen again {:?} after the host was told", shown - returned);
        sees_more(&mut meeting.helper);
    });
}

#[test]
fn twenty_seconds_of_suspension_end_nothing() {
    nothing_for(Duration::from_secs(20), Gap::HelperSuspended);
}

#[test]
fn twenty_seconds_without_a_line_end_nothing() {
    nothing_for(Duration::from_secs(20), Gap::NoLine);
}

#[test]
fn twenty_seconds_of_suspension_of_both_end_nothing() {
    nothing_for(Duration::from_secs(20), Gap::BothSuspended);
}

#[test]
#[ignore = "long: a minute of nothing"]
fn a_minute_of_suspension_ends_nothing() {
    nothing_for(Duration::from_secs(60), Gap::HelperSuspended);
}

#[test]
#[ignore = "long: a minute of nothing"]
fn a_minute_without_a_line_ends_nothing() {
    nothing_for(Duration::from_secs(60), Gap::NoLine);
}

#[test]
#[ignore = "long: ten minutes of nothing"]
fn ten_minutes_of_suspension_end_nothing() {
    nothing_for(Duration::from_secs(10 * 60), Gap::HelperSuspended);
}

#[test]
#[ignore = "long: ten minutes of nothing"]
fn ten_minutes_of_suspension_of_both_end_nothing() {
    nothing_for(Duration::from_secs(10 * 60), Gap::BothSuspended);
}

#[test]
#[ignore = "long: ten minutes of nothing"]
fn ten_minutes_without_a_line_end_nothing() {
    nothing_for(Duration::from_secs(10 * 60), Gap::NoLine);
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
