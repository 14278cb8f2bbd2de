//! Sessions lived through in virtual time. Every step of every story is judged by the kit's invariants; the last test
//! lives through a million random ones.

mod away;
mod pointing;

use core::cell::Cell;
use core::time::Duration;

use entraide_common::input::{Button, KeyCode};
use entraide_common::limits;
use entraide_common::session::Party;
use entraide_common::session::grants::FromHelper;
use entraide_common::session::helper::{self, Show as Seen};
use entraide_common::session::holds::Area;
use entraide_common::session::host::{self, Do, HostSession, Machine, Output, Show};
use entraide_common::time::Moment;
use entraide_common::wire::control::{Chat, Denied, Grant, Hold, MonitorChoice, Reason, ToHelper, ToHost};
use entraide_common::wire::input::Act;
use entraide_tests::ops::{self, Op};
use entraide_tests::pair::{BAR, FREE, Lane, Pair, monitors};
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
fn a_no_to_either_question_gives_nothing() {
    let mut pair = Pair::new();
    pair.deny();
    pair.settle();
    assert_eq!(done(&pair.take().0), []);
    pair.helper_does(helper::Command::Request(Grant::View));
    pair.settle();
    let mut pair = pair.viewing();
    pair.helper_does(helper::Command::Request(Grant::Control));
    pair.settle();
    pair.deny();
    pair.settle();
    assert_eq!(done(&pair.take().0), []);
    pair.forge_act(PRESS);
    pair.settle();
    assert_eq!(pair.watch.injected, 0);
}

#[test]
fn yes_counts_only_after_its_wait() {
    let mut pair = Pair::new().viewing();
    pair.helper_does(helper::Command::Request(Grant::Control));
    pair.settle();
    let id = pair.host.question().expect("asked").id;
    for _ in 0..3_000 {
        pair.host_does(host::Command::Answer { id, allow: true });
        pair.wait(Duration::from_millis(1));
    }
    let early = pair.take().0.iter().filter(|out| **out == Output::Show(Show::TooEarly(id))).count();
    assert_eq!(early, 3_000);
    pair.host_does(host::Command::Answer { id, allow: true });
    assert!(pair.host.grants().has(Grant::Control));
}

#[test]
fn a_spoilt_question_is_asked_again_from_the_beginning() {
    let mut pair = Pair::new().viewing();
    pair.helper_does(helper::Command::Request(Grant::Control));
    pair.settle();
    let first = pair.host.question().expect("asked");
    pair.wait(limits::ALLOW_WAIT_CONTROL);
    pair.take();
    pair.machine(Machine::Spoilt(first.id));
    let second = pair.host.question().expect("asked again");
    assert!(second.id > first.id && second.again && !first.again);
    let shown = [Output::Show(Show::Withdraw(first.id)), Output::Show(Show::Ask(second))];
    assert_eq!(pair.take().0, shown, "the helper waits for the same answer as before");
    for id in [first.id, second.id] {
        pair.host_does(host::Command::Answer { id, allow: true });
    }
    assert!(pair.take().0.contains(&Output::Show(Show::TooEarly(second.id))), "read it first, again");
    pair.machine(Machine::Spoilt(first.id));
    assert_eq!(pair.host.question(), Some(second), "what is late spoils nothing");
    pair.allow();
    pair.settle();
    assert!(pair.helper.grants().has(Grant::Control));
}

#[test]
fn a_thousand_requests_make_one_question() {
    let mut pair = Pair::new().viewing();
    for what in Grant::ALL.into_iter().cycle().take(1_000) {
        pair.forge(FromHelper::Control(ToHost::Request(what)));
        pair.forge(FromHelper::Control(ToHost::Request(Grant::Control)));
        pair.forge(FromHelper::Control(ToHost::Release(())));
    }
    pair.settle();
    assert_eq!(pair.watch.asked, 2, "one for the view, one for control");
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
fn three_refusals_in_a_row_give_five_minutes_of_peace() {
    let mut pair = Pair::new().viewing();
    let refuse: [fn(&mut Pair); 3] = [
        Pair::deny,
        |pair| pair.machine(Machine::Escape),
        |pair| pair.host_does(host::Command::Revoke(Grant::Control)),
    ];
    for refuse in refuse {
        pair.helper_does(helper::Command::Request(Grant::Control));
        pair.settle();
        refuse(&mut pair);
        pair.settle();
    }
    let asked = pair.watch.asked;
    pair.take();
    pair.wait(limits::REFUSAL_PAUSE - Duration::from_millis(1));
    pair.helper_does(helper::Command::Request(Grant::Control));
    pair.settle();
    assert_eq!(refusal(&pair.take().0), Some(Reason::TooOften));
    assert_eq!(pair.watch.asked, asked);
    pair.wait(Duration::from_millis(1));
    pair.control();
    assert_eq!(pair.watch.asked, asked + 1);
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
fn nothing_lands_on_a_window_of_ours() {
    let mut pair = holding();
    let before = pair.watch.injected;
    pair.act(Act::Pointer { x: BAR.x + 5, y: BAR.y + 5 });
    pair.settle();
    assert_eq!(pair.watch.injected, before, "not even the pointer");
    // The host carries the pointer onto the bar.
    pair.machine(Machine::Pointer { x: BAR.x + 5, y: BAR.y + 5 });
    pair.settle();
    assert!(!pair.watch.holds());
    assert_eq!(seen(pair.take().1).last(), Some(&Seen::Hold(Some(Hold::OwnWindow))));
    for act in [PRESS, SHIFT, Act::Text("oui\n".to_owned()), Act::Wheel { dx: 0, dy: 120 }] {
        pair.forge_act(act);
    }
    pair.settle();
    assert_eq!(pair.watch.injected, before);
    // Off it the helper may move, and then click.
    pair.act(Act::Pointer { x: FREE.0, y: FREE.1 });
    pair.act(PRESS);
    pair.settle();
    assert_eq!(pair.watch.injected, before + 2);
    assert_eq!(seen(pair.take().1).last(), Some(&Seen::Hold(None)));
}

#[test]
fn no_click_reaches_the_bar_from_beyond_the_edge() {
    let mut pair = Pair::new().controlling();
    pair.machine(Machine::Pointer { x: BAR.x + 5, y: BAR.y + 5 });
    for place in [(BAR.x + 5, -1), (BAR.x + 5, i32::MIN), (3_199, 1_079), (3_200, 0), (-1, -1)] {
        pair.forge_act(Act::Pointer { x: place.0, y: place.1 });
        pair.forge_act(PRESS);
    }
    // Nor by looking at the other monitor, where the bar is elsewhere in the picture.
    pair.forge(FromHelper::Control(ToHost::Monitor(MonitorChoice::One(2))));
    pair.settle();
    pair.forge_act(Act::Pointer { x: FREE.0, y: FREE.1 });
    pair.forge_act(PRESS);
    pair.settle();
    pair.machine(Machine::Windows(vec![Area { x: BAR.x - 1_920, ..BAR }]));
    pair.machine(Machine::Monitors(monitors()));
    pair.forge_act(PRESS);
    pair.settle();
    assert_eq!(pair.watch.injected, 0);
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
fn a_focused_window_takes_no_keys_and_a_button_beside_it_comes_up_again() {
    let mut pair = holding();
    pair.machine(Machine::Windows(vec![Area { focused: true, ..BAR }]));
    pair.settle();
    assert!(!pair.watch.holds());
    pair.act(SHIFT);
    pair.act(PRESS);
    pair.settle();
    assert!(pair.watch.holds(), "a click beside it is the way out");
    pair.machine(Machine::Windows(vec![BAR]));
    pair.settle();
    pair.act(LET_GO);
    pair.settle();
    assert!(!pair.watch.holds());
}

#[test]
fn control_begins_when_the_questions_window_is_gone() {
    let mut pair = Pair::new().viewing();
    let ask = Area { x: 600, y: 400, width: 500, height: 300, focused: false, asks: true };
    pair.machine(Machine::Windows(vec![BAR, ask]));
    pair.control();
    assert!(!pair.host.grants().has(Grant::Control), "its window still stands");
    pair.act(Act::Pointer { x: ask.x, y: ask.y });
    pair.settle();
    assert_eq!(pair.watch.injected, 0);
    pair.machine(Machine::Windows(vec![Area { focused: true, ..BAR }]));
    pair.settle();
    assert!(pair.helper.grants().has(Grant::Control));
    pair.act(SHIFT);
    pair.act(Act::Pointer { x: BAR.x, y: BAR.y });
    pair.settle();
    assert_eq!(pair.watch.injected, 0);
    pair.act(Act::Pointer { x: ask.x, y: ask.y });
    pair.settle();
    assert_eq!(pair.watch.injected, 1);
}

#[test]
fn a_helper_asks_for_no_more_than_was_offered() {
    let mut pair = Pair::new().viewing();
    pair.machine(Machine::ControlFailed);
    pair.helper_does(helper::Command::Request(Grant::Control));
    pair.settle();
    assert_eq!(refusal(&pair.take().0), Some(Reason::Unable), "hands that cannot be taken back are not lent");
    let mut pair = Pair::offering(Grant::View).viewing();
    pair.helper_does(helper::Command::Request(Grant::Control));
    pair.settle();
    assert_eq!(refusal(&pair.take().0), Some(Reason::Unable));
}

#[test]
fn the_hosts_hand_comes_first_for_a_moment() {
    let mut pair = holding();
    let before = pair.watch.injected;
    pair.machine(Machine::Hand);
    assert!(!pair.watch.holds());
    pair.act(SHIFT);
    pair.settle();
    assert_eq!(pair.watch.injected, before);
    pair.wait(limits::HAND_PAUSE);
    pair.settle();
    let holds: Vec<_> =
        seen(pair.take().1).into_iter().filter(|show| matches!(show, Seen::Hold(_))).collect();
    assert_eq!(holds, [Seen::Hold(Some(Hold::Hand)), Seen::Hold(None)]);
    pair.act(SHIFT);
    pair.settle();
    assert_eq!(pair.watch.injected, before + 1);
}

#[test]
fn the_hosts_hand_lets_go_of_a_button_pressed_beside_our_window() {
    let mut pair = Pair::new().controlling();
    pair.machine(Machine::Windows(vec![Area { focused: true, ..BAR }]));
    pair.settle();
    pair.act(PRESS);
    pair.settle();
    assert!(pair.watch.holds());
    pair.machine(Machine::Hand);
    assert!(!pair.watch.holds());
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
fn a_lost_bar_withdraws_the_question_for_control() {
    let mut pair = Pair::new().viewing();
    pair.helper_does(helper::Command::Request(Grant::Control));
    pair.settle();
    let id = pair.host.question().expect("asked").id;
    pair.machine(Machine::BarShown(false));
    pair.wait(limits::ALLOW_WAIT_CONTROL);
    pair.host_does(host::Command::Answer { id, allow: true });
    assert!(!pair.host.grants().has(Grant::Control));
    pair.take();
    pair.helper_does(helper::Command::Request(Grant::Control));
    pair.settle();
    assert_eq!(refusal(&pair.take().0), Some(Reason::Unable));
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
fn an_answer_to_another_session_of_the_program_is_none_here() {
    let first = HostSession::new(monitors(), true, Moment::START);
    let late = first.question().expect("asked at once").id;
    let mut second = HostSession::new(monitors(), true, Moment::START).questions_from(first.next_question());
    let asked = core::iter::from_fn(|| second.poll()).find_map(|out| match out {
        Output::Show(Show::Ask(question)) => Some(question),
        _ => None,
    });
    assert_eq!(asked, second.question(), "what is shown is what is asked");
    let question = asked.expect("asked at once");
    let later = Moment::START + question.wait;
    let answer = |id| host::Input::Person(host::Command::Answer { id, allow: true });
    second.handle(answer(late), later);
    assert_eq!(second.question(), Some(question));
    second.handle(answer(question.id), later);
    assert!(second.grants().has(Grant::View));
    assert!(second.next_question() > question.id);
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
