//! How long a code is good for, and what follows when it is not.

use core::time::Duration;

use entraide_common::invitation::open::{Allowance, Next, QuestionEnd, State, Why};
use entraide_common::limits;

use super::house::{House, Outcome, code, wrong_code};
use crate::invitation::people::{helper, invitation, invitation_with};

const MINUTE: Duration = Duration::from_secs(60);

/// A host whose code lives as long as `allowance` lets it.
fn house_within(allowance: Allowance) -> House {
    let invitation = invitation_with(|i| i.expires = i.issued.after(allowance.lifetime()));
    House::with(invitation, code(), 3)
}

fn burn(house: &mut House) {
    for n in 0..limits::WRONG_CODES {
        assert!(matches!(house.run(helper(n), wrong_code()), Outcome::Refused(_)));
    }
    assert_eq!(house.open.state(), State::Burnt);
}

#[test]
fn the_chosen_time_is_kept_and_counts_down() {
    for idle in [10 * MINUTE, 90 * MINUTE] {
        let mut house = House::idle_for(idle, invitation(), code(), 3);
        let ends = house.open.ends();
        assert_eq!(house.open.left(), idle);
        house.wait(4 * MINUTE);
        assert_eq!(house.open.left(), idle - 4 * MINUTE);
        assert_eq!(house.open.ends(), ends, "nothing happened, so the end stays");
        assert_eq!(house.open.deadline(), Some(ends));
        let run = house.knock(helper(1)).expect("still open").run;
        house.open.aborted(run);
        assert_eq!(house.open.left(), idle, "somebody came");
        house.wait(idle - Duration::from_secs(1));
        assert_eq!(house.open.state(), State::Seen);
        house.wait(Duration::from_secs(1));
        assert_eq!((house.open.state(), house.open.left()), (State::Expired, Duration::ZERO));
    }
}

#[test]
fn a_code_in_good_health_stays() {
    let mut house = House::new();
    let allowance = Allowance::default();
    assert_eq!(allowance.next(&house.open, true), Next::Stay);
    let _ = house.run(helper(1), wrong_code());
    assert_eq!(allowance.next(&house.open, true), Next::Stay);
    assert!(matches!(house.run(helper(2), code()), Outcome::Paired(..)));
    assert_eq!(allowance.next(&house.open, false), Next::Stay, "who has paired needs no number");
}

#[test]
fn three_burnt_codes_end_it() {
    let mut allowance = Allowance::default();
    for _ in 1..limits::BURNT_CODES {
        let mut house = house_within(allowance);
        burn(&mut house);
        let Next::Another(Why::Burnt, rest) = allowance.next(&house.open, true) else {
            panic!("no new code")
        };
        allowance = rest;
    }
    let mut house = house_within(allowance);
    burn(&mut house);
    assert_eq!(allowance.next(&house.open, true), Next::Over);
}

#[test]
fn all_codes_end_when_the_first_would_have() {
    let mut house = house_within(Allowance::default());
    house.wait(20 * MINUTE);
    burn(&mut house);
    let Next::Another(_, rest) = Allowance::default().next(&house.open, true) else { panic!("no new code") };
    assert_eq!(rest.lifetime(), limits::CODE_TOTAL - 20 * MINUTE);

    let mut second = house_within(rest);
    for _ in 0..4 {
        second.wait(25 * MINUTE - Duration::from_secs(1));
        second.open.touch(second.now, second.wall);
    }
    assert_eq!(second.open.left(), Duration::from_secs(4));
    second.wait(Duration::from_secs(4));
    assert_eq!(second.open.state(), State::Expired);
    assert_eq!(rest.next(&second.open, true), Next::Over);
}

#[test]
fn a_helper_that_goes_away_before_the_question_leaves_another_code() {
    let allowance = Allowance::default();
    let mut before_ready = House::new();
    let _ = before_ready.up_to_host_proof(helper(1), code());
    assert_eq!(allowance.next(&before_ready.open, true), Next::Stay);
    before_ready.wait(limits::PAIRING_TIME);

    let mut after_ready = House::new();
    assert!(matches!(after_ready.run(helper(1), code()), Outcome::Paired(..)));
    assert_eq!(allowance.next(&after_ready.open, true), Next::Stay);
    after_ready.open.question_over(QuestionEnd::Withdrawn, after_ready.now);

    for house in [before_ready, after_ready] {
        assert!(matches!(allowance.next(&house.open, true), Next::Another(Why::HelperGone, _)));
    }
}

#[test]
fn a_code_without_its_number_is_followed_by_another() {
    let house = House::new();
    assert!(matches!(Allowance::default().next(&house.open, false), Next::Another(Why::NumberLost, _)));
}
