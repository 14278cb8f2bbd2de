//! Sessions lived through in virtual time. Every step of every story is judged by the kit's invariants; the last test
//! lives through a million random ones.

mod away;
mod pointing;
mod questions;
mod windows;

use core::cell::Cell;
use core::time::Duration;

use entraide_common::input::{Button, KeyCode};
use entraide_common::limits;
use entraide_common::session::Party;
use entraide_common::session::grants::FromHelper;
use entraide_common::session::helper::{self, Show as Seen};
use entraide_common::session::host::{self, Do, Machine, Output, Show};
use entraide_common::time::Moment;
use entraide_common::wire::control::{Chat, Denied, Grant, MonitorChoice, Reason, ToHelper, ToHost};
use entraide_common::wire::input::Act;
use entraide_tests::ops::{self, Op};
use entraide_tests::pair::{FREE, Lane, Pair, monitors};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

const SHIFT: Act = Act::Key { code: KeyCode(42), down: true };
const PRESS: Act = Act::Button { button: Button(1), down: true };
const LET_GO: Act = Act::Button { button: Button(1), down: false };

/// Control, with Shift and a button held.
fn holding() -> Pair {
    let mut pair = Pair::new().controlling();
    pair.act(SHIFT);
    pair.act(PRESS);
    pair.settle();
    assert!(pair.watch.holds());
    pair.take();
    pair
}

fn done(out: &[Output]) -> Vec<Do> {
    let done = out.iter().filter_map(|output| match output {
        Output::Do(act) => Some(act.clone()),
        Output::Send(_) | Output::Show(_) => None,
    });
    done.collect()
}

fn seen(out: Vec<helper::Output>) -> Vec<Seen> {
    let seen = out.into_iter().filter_map(|output| match output {
        helper::Output::Show(show) => Some(show),
        helper::Output::Send(_) | helper::Output::Act(_) | helper::Output::Close => None,
    });
    seen.collect()
}

fn refusal(out: &[Output]) -> Option<Reason> {
    out.iter().find_map(|output| match output {
        Output::Send(ToHelper::Refused(Denied { reason, .. })) => Some(*reason),
        _ => None,
    })
}

#[test]
fn a_whole_good_session() {
    let mut pair = Pair::new();
    pair.settle();
    assert_eq!(seen(pair.take().1), [Seen::Asking(Grant::View)]);
    pair.allow();
    pair.settle();
    let (host, helper) = pair.take();
    assert_eq!(done(&host), [Do::StartScreen]);
    assert_eq!(seen(helper), [Seen::Monitors(monitors()), Seen::Granted(Grant::View)]);

    pair.control();
    assert_eq!(done(&pair.take().0), [Do::OpenGate(1)]);
    pair.act(Act::Pointer { x: FREE.0, y: FREE.1 });
    pair.act(PRESS);
    pair.act(LET_GO);
    pair.act(Act::Text("bonjour".to_owned()));
    pair.settle();
    assert_eq!(pair.watch.injected, 4);

    pair.helper_does(helper::Command::Release);
    pair.settle();
    assert_eq!(done(&pair.take().0)[4..], [Do::CloseGate, Do::ReleaseAll]);
    pair.host_does(host::Command::Stop);
    pair.settle();
    let (host, helper) = pair.take();
    assert_eq!(done(&host), [Do::StopScreen, Do::Close]);
    assert_eq!(seen(helper), [Seen::Ended { by: Party::Host, reason: Reason::Person }]);
}

#[test]
fn control_lasts_thirty_minutes_and_is_asked_again() {
    let mut pair = holding();
    pair.wait(limits::CONTROL_TIME);
    pair.settle();
    let revoked = Show::Revoked { what: Grant::Control, by: Party::Program, reason: Reason::TimeOver };
    assert!(pair.take().0.contains(&Output::Show(revoked)));
    assert!(!pair.watch.holds());
    pair.control();
    assert_eq!(pair.watch.generation(), 2);
}

#[test]
fn a_late_loop_does_nothing_after_the_time() {
    let mut pair = holding();
    for _ in 0..1_000 {
        pair.forge_act(PRESS);
    }
    let before = pair.watch.injected;
    pair.stall(limits::CONTROL_TIME);
    pair.settle();
    assert_eq!(pair.watch.injected, before);
}

#[test]
fn esc_stops_all_that_is_queued() {
    let mut pair = holding();
    for _ in 0..10_000 {
        pair.act(SHIFT);
    }
    for _ in 0..10 {
        pair.deliver(Lane::Input);
    }
    let before = pair.watch.injected;
    pair.machine(Machine::Escape);
    pair.settle();
    assert_eq!(pair.watch.injected, before);
    assert!(!pair.watch.holds());
    // What was queued under the old grant does not count under the next one either.
    for _ in 0..100 {
        pair.forge_act(PRESS);
    }
    pair.forge(FromHelper::Control(ToHost::Request(Grant::Control)));
    while pair.deliver(Lane::ToHost) {}
    pair.allow();
    pair.settle();
    assert_eq!(pair.watch.injected, before);
}

#[test]
fn flipping_between_monitors_fills_no_queue() {
    let mut pair = Pair::new().viewing();
    for id in [1, 2].into_iter().cycle().take(10_000) {
        pair.helper_does(helper::Command::Monitor(MonitorChoice::One(id)));
    }
    pair.settle();
    assert_eq!(done(&pair.take().0), [Do::Choose(MonitorChoice::One(1))]);
    pair.machine(Machine::Monitors(monitors()));
    assert_eq!(done(&pair.take().0), [Do::Choose(MonitorChoice::One(2))]);
}

#[test]
fn every_road_out_of_control_lets_go() {
    let roads: [fn(&mut Pair); 11] = [
        |pair| pair.machine(Machine::Escape),
        |pair| pair.machine(Machine::BarShown(false)),
        |pair| pair.machine(Machine::ControlFailed),
        |pair| pair.machine(Machine::ScreenFailed),
        |pair| pair.host_does(host::Command::Revoke(Grant::Control)),
        |pair| pair.host_does(host::Command::Revoke(Grant::View)),
        |pair| pair.host_does(host::Command::Pause(true)),
        |pair| pair.host_does(host::Command::Close),
        |pair| pair.host(host::Input::LinkLost),
        |pair| pair.host(host::Input::PeerFault),
        |pair| pair.forge(FromHelper::Control(ToHost::Release(()))),
    ];
    for (number, road) in roads.into_iter().enumerate() {
        let mut pair = holding();
        road(&mut pair);
        while pair.deliver(Lane::ToHost) {}
        let released = done(&pair.take().0).iter().filter(|act| **act == Do::ReleaseAll).count();
        assert_eq!(released, 1, "road {number}");
        assert!(!pair.watch.holds() && !pair.host.grants().has(Grant::Control), "road {number}");
    }
}

#[test]
fn a_flood_of_lines_is_shown_at_the_pace_of_a_conversation() {
    let shown = |pair: &mut Pair| {
        let (host, _) = pair.take();
        host.iter().filter(|out| matches!(out, Output::Show(Show::Chat { own: false, .. }))).count()
    };
    let flood = |pair: &mut Pair| {
        for _ in 0..1_000 {
            pair.forge(FromHelper::Control(ToHost::Chat(Chat { text: "buy".to_owned() })));
        }
        pair.settle();
    };
    let mut pair = Pair::new().viewing();
    flood(&mut pair);
    assert_eq!(shown(&mut pair), limits::CHAT_BURST as usize);
    pair.wait(limits::CHAT_PACE - Duration::from_millis(1));
    flood(&mut pair);
    assert_eq!(shown(&mut pair), 0);
    pair.wait(Duration::from_millis(1));
    flood(&mut pair);
    assert_eq!(shown(&mut pair), 1, "the next line that is allowed goes through");
    pair.wait(limits::CHAT_PACE * 1_000);
    flood(&mut pair);
    assert_eq!(shown(&mut pair), limits::CHAT_BURST as usize, "silence saves up no more than that");
    assert!(!pair.host.is_over(), "and nothing else comes of it");
}

#[test]
fn both_say_goodbye_at_once() {
    let mut pair = Pair::new().controlling();
    pair.host_does(host::Command::Stop);
    pair.helper_does(helper::Command::Stop);
    pair.settle();
    let (host, helper) = pair.take();
    let mine = Show::Ended { by: Party::Host, reason: Reason::Person };
    assert!(host.contains(&Output::Show(mine)));
    assert_eq!(seen(helper), [Seen::Ended { by: Party::Helper, reason: Reason::Person }]);
}

#[test]
fn the_clock_may_be_anywhere() {
    for power in [31, 32, 53] {
        let brink = Duration::from_millis((1 << power) - 2_000);
        let mut pair = Pair::at(Moment::new(brink)).controlling();
        pair.machine(Machine::Hand);
        pair.wait(limits::HAND_PAUSE);
        pair.act(SHIFT);
        pair.settle();
        assert_eq!(pair.watch.injected, 1);
        pair.wait(limits::CONTROL_TIME);
        assert!(!pair.watch.holds());
    }
}

/// How much of a session random lives saw.
#[derive(Debug, Clone, Copy, Default)]
struct Reach {
    /// Acts that happened.
    acts: u64,
    /// Grants of control.
    controls: u64,
    /// Places the mark was brought to.
    marks: u64,
}

/// Plays `count` random lives of `length` steps on average, from several times of the clock, judges each at its end by
/// `at_last`, and tells how much of a session they saw.
fn live(count: u32, length: usize, keep: fn(&Op) -> bool, at_last: fn(&mut Pair)) -> Reach {
    let starts = prop::sample::select(vec![0_u64, (1 << 31) - 60_000, (1 << 32) - 60_000]);
    let lives = (starts, prop::collection::vec(ops::op(), 1..2 * length));
    let mut runner = TestRunner::new(Config { cases: count, failure_persistence: None, ..Config::default() });
    let reach = Cell::new(Reach::default());
    let lived = runner.run(&lives, |(start, ops)| {
        let mut pair = Pair::at(Moment::new(Duration::from_millis(start)));
        for op in ops.into_iter().filter(keep) {
            op.apply(&mut pair);
            pair.take();
        }
        pair.settle();
        at_last(&mut pair);
        let before = reach.get();
        let controls = pair.watch.given.iter().filter(|what| **what == Grant::Control).count();
        reach.set(Reach {
            acts: before.acts + pair.watch.injected,
            controls: before.controls + controls as u64,
            marks: before.marks + pair.watch.marked,
        });
        Ok(())
    });
    assert!(lived.is_ok(), "{lived:?}");
    println!("{:?}", reach.get());
    reach.get()
}

#[test]
fn a_million_steps_break_no_rule() {
    let Reach { acts, controls, marks } = live(5_000, 200, |_| true, |_| {});
    assert!(acts > 50_000 && controls > 5_000, "the draw reaches control: {controls}, and acts: {acts}");
    assert!(marks > 500, "the draw reaches pointing: {marks}");
}

#[test]
fn long_lives_break_no_rule() {
    let Reach { acts, controls, .. } = live(50, 4_000, |_| true, |_| {});
    assert!(acts > 1_000 && controls > 100, "the draw reaches control: {controls}, and acts: {acts}");
}

/// The helper's person lifts all fingers: whatever happened before, and was under way, nothing stays down.
#[test]
fn an_honest_helper_leaves_nothing_down() {
    let lift = |pair: &mut Pair| {
        ops::KEYS.into_iter().for_each(|code| pair.act(Act::Key { code, down: false }));
        ops::BUTTONS.into_iter().for_each(|button| pair.act(Act::Button { button, down: false }));
        pair.settle();
        assert!(!pair.watch.holds(), "something stays down");
    };
    let Reach { acts, .. } = live(1_000, 200, |op| !op.is_hostile(), lift);
    assert!(acts > 5_000, "the draw reaches acts: {acts}");
}
