//! What the host's person is asked, when, and what a yes or a no is worth.

use core::time::Duration;

use entraide_common::limits;
use entraide_common::session::grants::FromHelper;
use entraide_common::session::helper;
use entraide_common::session::holds::Area;
use entraide_common::session::host::{self, HostSession, Machine, Output, Show};
use entraide_common::time::Moment;
use entraide_common::wire::control::{Grant, Reason, ToHost};
use entraide_common::wire::input::Act;
use entraide_tests::pair::{BAR, Pair, monitors};

use super::{PRESS, SHIFT, done, refusal};

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
