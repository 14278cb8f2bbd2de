//! Anything may happen in any order, and the invitation's promises hold.

use core::time::Duration;
use std::collections::BTreeSet;

use entraide_common::chance;
use entraide_common::ids::PeerKey;
use entraide_common::invitation::open::{Counted, QuestionEnd, Run, State, Verdict};
use entraide_common::invitation::pairing::host::Unchecked;
use entraide_common::limits;
use entraide_common::wire::pair::Refusal;

use super::house::{House, code, wrong_code};
use crate::invitation::people::{Dice, helper};

/// What may happen to an invitation, drawn at random.
#[derive(Debug, Clone, Copy)]
enum Op {
    Knock(u32),
    Prove(u32, bool),
    Count,
    Judge,
    Abort,
    Answer(QuestionEnd),
    Wait(Duration),
}

impl Op {
    fn draw(dice: &mut Dice) -> Self {
        let [what, who, how, long] = chance::bytes(dice);
        let who = u32::from(who % 8);
        match what % 12 {
            0 => Self::Knock(who),
            1..=3 => Self::Prove(who, how % 3 == 0),
            4 | 5 => Self::Count,
            6 | 7 => Self::Judge,
            8 => Self::Abort,
            9 => Self::Answer(
                [QuestionEnd::Allowed, QuestionEnd::Denied, QuestionEnd::Withdrawn][usize::from(how % 3)],
            ),
            10 => Self::Wait(Duration::from_secs(u64::from(long) % 13)),
            _ => Self::Wait(Duration::from_millis(u64::from(long))),
        }
    }
}

/// A house, with proofs at every stage on its desk.
#[derive(Default)]
struct Desk {
    unchecked: Vec<Unchecked>,
    counted: Vec<Counted>,
    runs: Vec<Run>,
    wrong: u32,
    proved: BTreeSet<PeerKey>,
}

impl Desk {
    fn apply(&mut self, house: &mut House, op: Op) {
        match op {
            Op::Knock(who) => self.runs.extend(house.knock(helper(who)).map(|admission| admission.run)),
            Op::Prove(who, right) => {
                let code = if right { code() } else { wrong_code() };
                self.unchecked.extend(house.up_to_helper_proof(helper(who), code));
            }
            Op::Count => {
                let counted = self.unchecked.pop().map(|u| house.open.begin_check(u, house.now, house.wall));
                self.counted.extend(counted.and_then(Result::ok));
            }
            Op::Judge => self.judge(house),
            Op::Abort => self.runs.pop().into_iter().for_each(|run| house.open.aborted(run)),
            Op::Answer(end) => house.open.question_over(end, house.now),
            Op::Wait(time) => house.wait(time),
        }
    }

    fn judge(&mut self, house: &mut House) {
        let Some(counted) = self.counted.pop() else { return };
        match house.open.verdict(counted, house.now) {
            Verdict::Proved { pairing, .. } => {
                self.proved.insert(pairing.helper());
            }
            Verdict::Refused(Refusal::Wrong { .. }) => self.wrong += 1,
            Verdict::Refused(_) => {}
        }
    }
}

#[test]
fn whatever_happens_three_wrong_proofs_and_one_helper_are_the_most() {
    let (mut burnt, mut bound) = (0, 0);
    for seed in 0..400 {
        let mut dice = Dice::new(seed);
        let mut house = House::with_seed(seed);
        let mut desk = Desk::default();
        for _ in 0..60 {
            let op = Op::draw(&mut dice);
            let was_over = matches!(house.open.state(), State::Burnt | State::Expired);
            desk.apply(&mut house, op);
            let state = house.open.state();
            assert!(desk.wrong <= limits::WRONG_CODES, "{op:?} of {seed}");
            assert!(desk.proved.len() <= 1, "{op:?} of {seed}");
            assert!(
                !was_over || matches!(state, State::Burnt | State::Expired),
                "{op:?} of {seed} revived it"
            );
            assert!(desk.wrong < limits::WRONG_CODES || state == State::Burnt, "{op:?} of {seed}");
        }
        burnt += u32::from(house.open.state() == State::Burnt);
        bound += u32::from(!desk.proved.is_empty());
    }
    assert!(burnt > 20 && bound > 20, "the draw reaches both ends: {burnt} burnt, {bound} bound");
}
