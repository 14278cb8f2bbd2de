//! The path dies: what the helper holds, what it may do when it is back, and what each side is told.

use std::time::Duration;

use entraide_common::limits;
use entraide_common::session::host::{self, Do, Output, Show};
use entraide_common::session::{Party, helper};
use entraide_common::wire::control::{Grant, Reason};
use entraide_common::wire::input::Act;
use entraide_tests::pair::{Lane, Pair};

use super::{SHIFT, holding};

fn shown(out: &[helper::Output]) -> Vec<&helper::Show> {
    out.iter()
        .filter_map(|out| match out {
            helper::Output::Show(show) => Some(show),
            _ => None,
        })
        .collect()
}

fn released(out: &[Output]) -> usize {
    out.iter().filter(|out| **out == Output::Do(Do::ReleaseAll)).count()
}

#[test]
fn another_path_heals_a_cut_and_control_goes_on() {
    let mut pair = holding();
    pair.cut();
    assert!(!pair.watch.holds(), "nobody is there who could lift the finger");
    let (host, helper) = pair.take();
    assert!(host.contains(&Output::Show(Show::Cut)) && released(&host) == 1, "{host:?}");
    assert_eq!(shown(&helper), [&helper::Show::Cut]);
    pair.act(SHIFT);
    let (_, helper) = pair.take();
    assert_eq!(helper, [helper::Output::Show(helper::Show::NotNow)]);

    pair.back();
    pair.settle();
    let (host, helper) = pair.take();
    assert!(host.contains(&Output::Show(Show::Back { notice: None })), "{host:?}");
    assert!(shown(&helper).contains(&&helper::Show::Back), "{helper:?}");
    assert!(pair.host.grants().has(Grant::Control), "it is the same two");
    let before = pair.watch.injected;
    pair.act(SHIFT);
    pair.settle();
    assert_eq!(pair.watch.injected, before + 1);
}

#[test]
fn who_was_away_sees_and_asks_for_the_rest() {
    let mut pair = holding();
    pair.away();
    assert!(!pair.watch.holds());
    assert!(!pair.host.grants().has(Grant::Control));
    pair.take();
    pair.back();
    pair.settle();
    assert!(pair.host.grants().has(Grant::View) && !pair.helper.grants().has(Grant::Control));
    let (_, helper) = pair.take();
    let lost =
        helper::Show::Revoked { what: Grant::Control, by: Party::Link, reason: Reason::Lost, stood: true };
    assert!(shown(&helper).contains(&&lost), "{helper:?}");
    pair.forge_act(SHIFT);
    let before = pair.watch.injected;
    pair.settle();
    assert_eq!(pair.watch.injected, before, "what a changed program still sends goes nowhere");
    pair.control();
    assert!(pair.helper.grants().has(Grant::Control), "asked for again");
}

#[test]
fn who_takes_long_to_come_back_was_away() {
    for (late, control) in [(Duration::ZERO, true), (Duration::from_millis(1), false)] {
        let mut pair = holding();
        pair.cut();
        pair.wait(limits::CUT_TIME - Duration::from_millis(1) + late);
        pair.back();
        pair.settle();
        assert_eq!(pair.helper.grants().has(Grant::Control), control);
        assert!(pair.helper.grants().has(Grant::View));
    }
}

#[test]
fn before_the_first_yes_there_is_nothing_to_come_back_to() {
    let mut pair = Pair::new();
    pair.away();
    let (host, _) = pair.take();
    assert!(pair.host.is_over());
    assert!(host.contains(&Output::Show(Show::Ended { by: Party::Link, reason: Reason::Closing })));
    // A cut alone is healed.
    let mut pair = Pair::new();
    pair.settle();
    pair.cut();
    pair.back();
    pair.allow();
    pair.settle();
    assert!(pair.helper.grants().has(Grant::View));
    // One that nobody heard of in time is over, whatever comes next.
    let mut pair = Pair::new();
    pair.settle();
    pair.cut();
    pair.stall(limits::CUT_TIME.max(limits::RESUME_NOTICED));
    pair.take();
    pair.back();
    let (host, _) = pair.take();
    assert!(host.contains(&Output::Show(Show::Ended { by: Party::Link, reason: Reason::Closing })));
    assert_eq!(host.last(), Some(&Output::Do(Do::Close)));
}

#[test]
fn a_question_ends_when_nobody_is_left_who_asks() {
    let mut pair = Pair::new().viewing();
    pair.helper_does(helper::Command::Request(Grant::Control));
    pair.settle();
    pair.cut();
    assert!(pair.host.question().is_some(), "a cut may be healed");
    pair.away();
    assert_eq!(pair.host.question(), None);
    pair.back();
    pair.settle();
    pair.helper_does(helper::Command::Request(Grant::Control));
    pair.settle();
    assert!(pair.host.question().is_some(), "nobody said no: it may be asked at once");
}

#[test]
fn whatever_was_lost_on_the_way_is_told_when_the_link_is_back() {
    // The yes to control, a pause and its end, Esc: each dies on the way.
    let mut pair = Pair::new().viewing();
    pair.helper_does(helper::Command::Request(Grant::Control));
    while pair.deliver(Lane::ToHost) {}
    pair.allow();
    pair.cut();
    pair.back();
    pair.settle();
    assert!(pair.helper.grants().has(Grant::Control));
    let (_, helper) = pair.take();
    assert!(shown(&helper).contains(&&helper::Show::Granted(Grant::Control)), "{helper:?}");

    pair.machine(host::Machine::Escape);
    pair.host_does(host::Command::Pause(true));
    pair.cut();
    pair.back();
    pair.settle();
    let (_, helper) = pair.take();
    assert!(shown(&helper).contains(&&helper::Show::Paused(true)), "{helper:?}");
    assert!(!pair.helper.grants().has(Grant::Control));

    pair.host_does(host::Command::Pause(false));
    pair.helper_does(helper::Command::Request(Grant::Control));
    while pair.deliver(Lane::ToHost) {}
    while pair.deliver(Lane::ToHelper) {}
    pair.deny();
    pair.cut();
    pair.back();
    pair.settle();
    let (_, helper) = pair.take();
    let refused = |show: &&helper::Show| {
        matches!(show, helper::Show::Revoked { what: Grant::Control, stood: false, .. })
    };
    assert!(shown(&helper).into_iter().any(|show| refused(&show)), "nobody waits for ever: {helper:?}");
}

#[test]
fn who_was_away_for_long_is_noticed_before_seeing_anything() {
    let freezes = |out: &[Output]| -> Vec<bool> {
        out.iter()
            .filter_map(|out| match out {
                Output::Do(Do::FreezeScreen(frozen)) => Some(*frozen),
                _ => None,
            })
            .collect()
    };
    let mut pair = Pair::new().viewing();
    pair.away();
    pair.wait(limits::RESUME_NOTICED - Duration::from_millis(1));
    pair.back();
    assert_eq!(freezes(&pair.take().0), [] as [bool; 0], "a moment is not long");
    pair.away();
    pair.wait(limits::RESUME_NOTICED);
    pair.back();
    let host = pair.take().0;
    assert_eq!(freezes(&host), [true]);
    assert!(host.contains(&Output::Show(Show::Back { notice: Some(limits::RESUME_NOTICE) })), "{host:?}");
    pair.wait(limits::RESUME_NOTICE);
    let host = pair.take().0;
    assert_eq!(freezes(&host), [false]);
    assert!(host.contains(&Output::Show(Show::Back { notice: None })), "{host:?}");
    // A pause that the host's person makes meanwhile stays.
    pair.away();
    pair.wait(limits::RESUME_NOTICED);
    pair.back();
    pair.host_does(host::Command::Pause(true));
    pair.wait(limits::RESUME_NOTICE);
    assert_eq!(freezes(&pair.take().0), [true]);
    pair.host_does(host::Command::Pause(false));
    assert_eq!(freezes(&pair.take().0), [false]);
}

#[test]
fn no_other_cut_shortens_the_time_to_notice() {
    let noticed = Output::Show(Show::Back { notice: Some(limits::RESUME_NOTICE) });
    for away in [false, true] {
        let mut pair = Pair::new().viewing();
        pair.away();
        pair.wait(limits::RESUME_NOTICED);
        pair.back();
        pair.take();
        if away {
            pair.away()
        } else {
            pair.cut()
        }
        pair.back();
        assert!(pair.take().0.contains(&noticed), "back at once, after hardly having been here");
        pair.wait(limits::RESUME_NOTICE);
        pair.take();
        pair.cut();
        pair.back();
        assert!(!pair.take().0.contains(&noticed), "here for long");
    }
}

#[test]
fn a_host_that_slept_was_away_itself() {
    let moment = Duration::from_millis(1);
    let mut pair = holding();
    pair.host(host::Input::Slept(limits::CUT_TIME - moment));
    pair.settle();
    assert!(pair.watch.holds() && pair.helper.grants().has(Grant::Control), "that may be a busy machine");
    pair.host(host::Input::Slept(limits::CUT_TIME));
    pair.settle();
    assert!(!pair.watch.holds() && !pair.helper.grants().has(Grant::Control));
    assert!(pair.helper.grants().has(Grant::View), "to be asked for again");

    // Who wakes it is told before anything is seen, whatever the paths did meanwhile.
    let told = [
        Output::Show(Show::Back { notice: Some(limits::RESUME_NOTICE) }),
        Output::Do(Do::FreezeScreen(true)),
    ];
    pair.take();
    pair.host(host::Input::Slept(limits::RESUME_NOTICED));
    assert!(told.iter().all(|told| pair.host_out.contains(told)), "{:?}", pair.host_out);
    pair.wait(limits::RESUME_NOTICE);
    assert!(pair.take().0.contains(&Output::Do(Do::FreezeScreen(false))));
    pair.cut();
    pair.host(host::Input::Slept(limits::RESUME_NOTICED));
    assert!(!told.iter().any(|told| pair.host_out.contains(told)), "nobody is there to see anything");
    pair.back();
    let host = pair.take().0;
    assert!(told.iter().all(|told| host.contains(told)), "{host:?}");

    // Too late, as for a helper who was away for so long.
    pair.host(host::Input::Slept(limits::RESUME_TIME - moment));
    assert!(!pair.host.is_over());
    pair.host(host::Input::Slept(limits::RESUME_TIME));
    pair.settle();
    assert!(pair.host.is_over() && pair.helper.is_over());
}

#[test]
fn silence_lets_go_and_takes_nothing_away() {
    let mut pair = holding();
    pair.host(host::Input::LinkSilent);
    assert!(!pair.watch.holds() && pair.host.grants().has(Grant::Control));
    pair.act(Act::ReleaseAll);
    pair.settle();
    let before = pair.watch.injected;
    pair.act(SHIFT);
    pair.settle();
    assert_eq!(pair.watch.injected, before + 1, "the line is back");
}

/// The lines that the other side wrote, as this one was shown them.
fn heard(pair: &mut Pair) -> (Vec<String>, Vec<String>) {
    let (host, helper) = pair.take();
    let at_host = host.into_iter().filter_map(|out| match out {
        Output::Show(Show::Chat { own: false, text }) => Some(text),
        _ => None,
    });
    let at_helper = helper.into_iter().filter_map(|out| match out {
        helper::Output::Show(helper::Show::Chat { own: false, text }) => Some(text),
        _ => None,
    });
    (at_host.collect(), at_helper.collect())
}

/// Both write that line.
fn both_write(pair: &mut Pair, line: &str) {
    pair.helper_does(helper::Command::Chat(format!("helper {line}")));
    pair.host_does(host::Command::Chat(format!("host {line}")));
}

#[test]
fn a_line_on_a_dying_path_is_heard_once_and_in_its_place() {
    // So many messages arrive before the path dies: lines, and what confirms them.
    for arrives in 0..12 {
        let mut pair = Pair::new().viewing();
        both_write(&mut pair, "1");
        both_write(&mut pair, "2");
        for number in 0..arrives {
            pair.deliver(if number % 2 == 0 { Lane::ToHost } else { Lane::ToHelper });
        }
        pair.cut();
        let before = heard(&mut pair);
        both_write(&mut pair, "in between");
        let (host, helper) = pair.take();
        assert_eq!(host, [Output::Show(Show::NotNow)], "its writer is told");
        assert_eq!(helper, [helper::Output::Show(helper::Show::NotNow)]);
        pair.back();
        // And the next path dies before everything is said.
        pair.deliver(Lane::ToHelper);
        pair.deliver(Lane::ToHelper);
        pair.deliver(Lane::ToHost);
        pair.cut();
        pair.back();
        // Before it is known what was heard, and by the helper before it knows that the link stands.
        pair.host_does(host::Command::Chat("host 3".to_owned()));
        pair.deliver(Lane::ToHelper);
        pair.helper_does(helper::Command::Chat("helper 3".to_owned()));
        pair.settle();
        let after = heard(&mut pair);
        let lines = |who: &str| ["1", "2", "3"].map(|line| format!("{who} {line}"));
        assert_eq!([before.0, after.0].concat(), lines("helper"), "{arrives}");
        assert_eq!([before.1, after.1].concat(), lines("host"), "{arrives}");
    }
}

#[test]
fn lines_that_nobody_hears_are_bounded() {
    let mut pair = Pair::new().viewing();
    for _ in 0..limits::CHAT_UNHEARD {
        both_write(&mut pair, "?");
    }
    pair.take();
    both_write(&mut pair, "one more");
    let (host, helper) = pair.take();
    assert_eq!(host, [Output::Show(Show::NotNow)]);
    assert_eq!(helper, [helper::Output::Show(helper::Show::NotNow)]);
    pair.settle();
    pair.take();
    both_write(&mut pair, "and now");
    pair.settle();
    assert_eq!(heard(&mut pair).1, ["host and now"]);
}

#[test]
fn whose_last_line_may_be_lost_for_good_is_told_so() {
    let unheard = |pair: &mut Pair| {
        pair.host(host::Input::LinkLost);
        pair.helper(helper::Input::LinkLost);
        let (host, helper) = pair.take();
        let (host, helper) = (host.contains(&Output::Show(Show::Unheard)), shown(&helper));
        (host, helper.contains(&&helper::Show::Unheard))
    };
    let mut pair = Pair::new().viewing();
    both_write(&mut pair, "1");
    pair.settle();
    pair.cut();
    assert_eq!(unheard(&mut pair), (false, false), "all was heard");
    let mut pair = Pair::new().viewing();
    pair.host_does(host::Command::Chat("host 1".to_owned()));
    pair.cut();
    assert_eq!(unheard(&mut pair), (true, false));
}
