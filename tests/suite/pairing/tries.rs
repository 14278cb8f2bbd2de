//! Who may try, how often, until when: one open invitation through its life.

use core::time::Duration;

use entraide_common::invitation::open::{QuestionEnd, State, Verdict};
use entraide_common::limits;
use entraide_common::time::WallTime;
use entraide_common::wire::pair::Refusal;

use super::house::{House, Outcome, code, wrong_code};
use crate::invitation::people::{helper, invitation_with};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: u64 = 24 * 3_600;

fn refusal(outcome: &Outcome) -> Option<Refusal> {
    match outcome {
        Outcome::Refused(refusal) => Some(*refusal),
        Outcome::Paired(..) => None,
    }
}

#[test]
fn an_invitation_is_waiting_then_seen_answered_and_used() {
    let mut house = House::new();
    let mut states = vec![house.open.state()];
    let run = house.knock(helper(1)).expect("open").run;
    states.push(house.open.state());
    house.open.aborted(run);
    states.push(house.open.state());
    let _ = house.run(helper(1), code());
    states.push(house.open.state());
    house.open.question_over(QuestionEnd::Allowed, house.now);
    states.push(house.open.state());
    let names: Vec<_> = states.iter().map(|state| state.name()).collect();
    assert_eq!(names, ["waiting", "seen", "seen", "answered", "used"]);
}

#[test]
fn three_wrong_codes_burn_it() {
    let mut house = House::new();
    let bystander = house.knock(helper(9)).expect("open").run;
    for (n, left) in [(1, 2), (2, 1), (3, 0)] {
        let outcome = house.run(helper(n), wrong_code());
        assert_eq!(refusal(&outcome), Some(Refusal::Wrong { left }));
    }
    assert_eq!(house.open.state(), State::Burnt);
    assert_eq!(house.open.standing(bystander), Err(Refusal::Burnt), "all runs end");
    assert_eq!(refusal(&house.run(helper(4), code())), Some(Refusal::Burnt), "the right code is late");
    assert_eq!(house.open.deadline(), None);
}

#[test]
fn a_thousand_runs_broken_off_cost_nothing() {
    let mut house = House::new();
    for n in 0..1_000 {
        if n % 2 == 0 {
            let run = house.knock(helper(n)).expect("a place is free again").run;
            house.open.aborted(run);
        } else {
            // Up to the proof, which is never looked at.
            let unchecked = house.up_to_helper_proof(helper(n), wrong_code()).expect("open");
            drop(unchecked);
            house.wait(limits::PAIRING_TIME.min(Duration::from_secs(1)));
            let runs_left = house.open.deadline().is_some();
            assert!(runs_left);
            house.wait(limits::PAIRING_TIME);
        }
    }
    assert_eq!(house.open.tries_left(), limits::WRONG_CODES);
}

#[test]
fn the_right_code_costs_no_try() {
    let mut house = House::new();
    assert_eq!(refusal(&house.run(helper(1), wrong_code())), Some(Refusal::Wrong { left: 2 }));
    for _ in 0..2 {
        assert!(matches!(house.run(helper(2), code()), Outcome::Paired(..)));
        assert_eq!(house.open.tries_left(), 2);
        house.answer_no();
    }
}

#[test]
fn who_failed_once_is_banned() {
    let mut house = House::new();
    let _ = house.run(helper(1), wrong_code());
    assert_eq!(refusal(&house.run(helper(1), code())), Some(Refusal::Banned));
    assert!(matches!(house.run(helper(2), code()), Outcome::Paired(..)));
}

#[test]
fn failures_slow_the_next_run() {
    let mut house = House::new();
    let mut waits = Vec::new();
    for n in 0..3 {
        let admission = house.knock(helper(10 + n)).expect("open");
        waits.push(admission.not_before.since(house.now));
        // The ten seconds begin when the run does.
        assert_eq!(house.open.deadline(), Some(admission.not_before + limits::PAIRING_TIME));
        house.open.aborted(admission.run);
        let _ = house.run(helper(n), wrong_code());
    }
    assert_eq!(waits, [0, 2, 5].map(Duration::from_secs));

    let mut house = House::new();
    let _ = house.run(helper(1), wrong_code());
    house.wait(Duration::from_secs(2));
    assert_eq!(house.knock(helper(2)).expect("open").not_before, house.now, "it was waited for already");
}

#[test]
fn four_runs_at_once_and_ten_seconds_each() {
    let mut house = House::new();
    let first = house.knock(helper(0)).expect("open").run;
    for n in 1..4 {
        house.wait(Duration::from_secs(1));
        let _ = house.knock(helper(n)).expect("open");
    }
    assert_eq!(house.knock(helper(4)).err(), Some(Refusal::Busy));
    house.wait(Duration::from_millis(6_999));
    assert_eq!(house.open.standing(first), Ok(()));
    assert_eq!(house.open.deadline(), Some(house.now + Duration::from_millis(1)));
    house.wait(Duration::from_millis(1));
    assert_eq!(house.open.standing(first), Err(Refusal::Busy), "it took too long");
    assert!(house.knock(helper(4)).is_ok());
}

#[test]
fn a_proof_that_comes_too_late_is_not_looked_at() {
    let mut house = House::new();
    let unchecked = house.up_to_helper_proof(helper(1), code()).expect("open");
    house.wait(limits::PAIRING_TIME);
    assert_eq!(house.open.begin_check(unchecked, house.now, house.wall).err(), Some(Refusal::Busy));
    assert_eq!(house.open.tries_left(), 3);
}

#[test]
fn a_helper_that_comes_twice_replaces_its_first_run() {
    let mut house = House::new();
    let first = house.knock(helper(1)).expect("open").run;
    for _ in 0..10 {
        let _ = house.knock(helper(1)).expect("one place, not ten");
    }
    assert_eq!(house.open.standing(first), Err(Refusal::Busy));
}

#[test]
fn no_more_proofs_are_looked_at_than_tries_are_left() {
    let mut house = House::new();
    let mut proofs: Vec<_> =
        (0..4).map(|n| house.up_to_helper_proof(helper(n), wrong_code()).expect("open")).collect();
    let fourth = proofs.pop().expect("four proofs");
    let counted: Vec<_> = proofs
        .into_iter()
        .map(|proof| house.open.begin_check(proof, house.now, house.wall).expect("a try is left"))
        .collect();
    let refused = house.open.begin_check(fourth, house.now, house.wall).err();
    assert_eq!(refused, Some(Refusal::Busy));
    let left = counted.into_iter().map(|counted| match house.open.verdict(counted, house.now) {
        Verdict::Refused(refusal) => refusal,
        Verdict::Proved { .. } => panic!("a wrong code"),
    });
    let left: Vec<_> = left.collect();
    assert_eq!(left, [2, 1, 0].map(|left| Refusal::Wrong { left }));
    assert_eq!(house.open.state(), State::Burnt);
}

#[test]
fn of_two_helpers_with_one_code_the_first_is_the_only_one() {
    let mut house = House::new();
    let second = house.up_to_helper_proof(helper(2), code()).expect("open");
    assert!(matches!(house.run(helper(1), code()), Outcome::Paired(..)));
    let refused = house.open.begin_check(second, house.now, house.wall).err();
    assert_eq!(refused, Some(Refusal::Busy), "while the question is open");
    assert_eq!(refusal(&house.run(helper(2), code())), Some(Refusal::Busy));
    house.open.question_over(QuestionEnd::Allowed, house.now);
    assert_eq!(refusal(&house.run(helper(2), code())), Some(Refusal::Used));
    assert_eq!(house.open.tries_left(), 3);
}

#[test]
fn of_two_proofs_in_hand_one_is_looked_at() {
    let mut house = House::new();
    let proofs = [1, 2].map(|n| house.up_to_helper_proof(helper(n), code()).expect("open"));
    let [first, second] =
        proofs.map(|proof| house.open.begin_check(proof, house.now, house.wall).expect("a try is left"));
    assert!(matches!(house.open.verdict(first, house.now), Verdict::Proved { .. }));
    assert!(matches!(house.open.verdict(second, house.now), Verdict::Refused(Refusal::Busy)));
    assert_eq!(house.open.tries_left(), 3, "both tries are given back");
}

#[test]
fn the_same_helper_may_return_until_three_noes() {
    let mut house = House::new();
    for _ in 0..3 {
        assert!(matches!(house.run(helper(1), code()), Outcome::Paired(..)));
        assert_eq!(refusal(&house.run(helper(1), code())), Some(Refusal::Busy), "one question at a time");
        house.answer_no();
    }
    assert_eq!(refusal(&house.run(helper(1), code())), Some(Refusal::Busy));
    house.wait(limits::REFUSAL_PAUSE);
    assert!(matches!(house.run(helper(1), code()), Outcome::Paired(..)));

    for _ in 0..3 {
        house.answer_no();
        let _ = house.run(helper(1), code());
    }
    assert_eq!(refusal(&house.run(helper(1), code())), Some(Refusal::Busy));
    house.open.let_again(house.now);
    assert!(matches!(house.run(helper(1), code()), Outcome::Paired(..)));
}

#[test]
fn a_helper_that_vanishes_before_ready_may_return() {
    let mut house = House::new();
    let _ = house.up_to_host_proof(helper(1), code());
    assert_eq!(house.open.state(), State::Answered);
    house.wait(limits::PAIRING_TIME);
    assert_eq!(house.open.state(), State::Used);
    assert_eq!(refusal(&house.run(helper(2), code())), Some(Refusal::Used));
    assert!(matches!(house.run(helper(1), code()), Outcome::Paired(..)));
}

#[test]
fn an_idle_code_ends_after_half_an_hour() {
    let mut house = House::new();
    assert_eq!(house.open.deadline(), Some(house.now + limits::CODE_IDLE));
    house.wait(limits::CODE_IDLE - Duration::from_secs(1));
    assert_eq!(house.open.state(), State::Waiting);
    house.wait(Duration::from_secs(1));
    assert_eq!(house.open.state(), State::Expired);
    assert_eq!(refusal(&house.run(helper(1), code())), Some(Refusal::Expired));
    assert_eq!(house.open.deadline(), None);
}

#[test]
fn activity_prolongs_it_to_two_hours_and_no_further() {
    let mut house = House::new();
    for n in 0..8 {
        house.wait(15 * MINUTE - Duration::from_secs(1));
        if n % 2 == 0 {
            house.open.touch(house.now, house.wall);
        } else {
            let run = house.knock(helper(n)).expect("still open").run;
            house.open.aborted(run);
        }
    }
    house.wait(Duration::from_secs(8));
    assert_eq!(house.open.state(), State::Expired);
}

#[test]
fn an_invitation_ends_with_its_signed_time_if_that_is_sooner() {
    let short = invitation_with(|i| i.expires = i.issued.after(5 * MINUTE));
    let mut house = House::with(short, code(), 3);
    house.wait(5 * MINUTE);
    assert_eq!(house.open.state(), State::Expired);
}

#[test]
fn a_run_that_began_in_time_may_end() {
    let mut house = House::new();
    house.wait(limits::CODE_IDLE - Duration::from_secs(1));
    house.open.touch(house.now, house.wall);
    for _ in 0..3 {
        house.wait(limits::CODE_IDLE - Duration::from_secs(1));
        house.open.touch(house.now, house.wall);
    }
    // Two hours less four seconds.
    let unchecked = house.up_to_helper_proof(helper(1), code()).expect("still open");
    house.wait(Duration::from_secs(5));
    assert_eq!(house.knock(helper(2)).err(), Some(Refusal::Expired));
    assert_eq!(house.open.state(), State::Seen);
    assert!(house.judge(unchecked).is_ok());
    assert_eq!(house.open.state(), State::Answered);
}

#[test]
fn a_run_broken_off_after_the_end_leaves_an_expired_invitation() {
    let mut house = House::new();
    house.wait(limits::CODE_IDLE - Duration::from_secs(1));
    for _ in 0..4 {
        house.open.touch(house.now, house.wall);
        house.wait(limits::CODE_IDLE - Duration::from_secs(2));
    }
    let mut house = House::with(invitation_with(|i| i.expires = i.issued.after(MINUTE)), code(), 3);
    house.wait(MINUTE - Duration::from_secs(1));
    let run = house.knock(helper(1)).expect("still open").run;
    house.wait(Duration::from_secs(2));
    house.open.aborted(run);
    assert_eq!(house.open.deadline(), Some(house.now), "it is looked after at once");
    house.wait(Duration::ZERO);
    assert_eq!(house.open.state(), State::Expired);
}

#[test]
fn an_open_question_outlives_the_code() {
    let mut house = House::new();
    assert!(matches!(house.run(helper(1), code()), Outcome::Paired(..)));
    house.wait(5 * HOUR);
    assert_eq!(house.open.state(), State::Answered);
    house.answer_no();
    assert_eq!(house.open.state(), State::Used);
    assert_eq!(refusal(&house.run(helper(1), code())), Some(Refusal::Expired));
}

#[test]
fn a_wall_clock_set_back_prolongs_nothing() {
    for back in [3, 3_600, DAY, u64::MAX] {
        let mut house = House::new();
        house.wait(10 * MINUTE);
        house.wall = WallTime(house.wall.0.saturating_sub(back));
        house.open.advance(house.now, house.wall);
        assert_eq!(house.open.state(), State::Waiting, "{back} s back");
        house.wait(20 * MINUTE);
        assert_eq!(house.open.state(), State::Expired, "{back} s back");
    }
}

#[test]
fn a_sleep_counts_even_after_the_wall_clock_was_set_back() {
    let mut house = House::new();
    house.wall = WallTime(house.wall.0 - DAY);
    house.open.advance(house.now, house.wall);
    // The monotonic clock stands still while the computer sleeps.
    house.wall = house.wall.after(31 * MINUTE);
    house.open.advance(house.now, house.wall);
    assert_eq!(house.open.state(), State::Expired);
}

#[test]
fn a_wall_clock_set_forward_ends_it_early() {
    for forward in [DAY, 3 * 365 * DAY, u64::MAX - 1_900_000_000] {
        let mut house = House::new();
        house.wall = WallTime(house.wall.0 + forward);
        assert_eq!(house.knock(helper(1)).err(), Some(Refusal::Expired), "{forward} s forward");
    }
}

#[test]
fn ticks_of_two_clocks_do_not_add_up() {
    let mut house = House::new();
    let start = house.now;
    for tick in 1..=17_990_u32 {
        house.now = start + Duration::from_millis(100) * tick;
        let wall = WallTime(invitation_with(|_| ()).issued.0 + u64::from(tick) / 10);
        house.open.advance(house.now, wall);
    }
    assert_eq!(house.open.state(), State::Waiting, "29 minutes and 59 seconds");
}

#[test]
fn the_person_may_end_it() {
    let mut house = House::new();
    let run = house.knock(helper(1)).expect("open").run;
    house.open.expire();
    assert_eq!(house.open.state().name(), "expired");
    assert_eq!(house.open.standing(run), Err(Refusal::Expired));
    assert_eq!(refusal(&house.run(helper(2), code())), Some(Refusal::Expired));
}
