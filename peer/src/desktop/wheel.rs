//! Wheels travel in 1/120 of a notch, and systems here turn whole notches: what is left over waits for more.

/// 1/120 units that make a notch.
const NOTCH: i32 = 120;

/// What is left of earlier turns, sideways and up and down.
#[derive(Debug, Default)]
pub(super) struct Wheel {
    x: i32,
    y: i32,
}

impl Wheel {
    /// Adds a turn; gives the whole notches that are due, positive being right and down as they travel.
    pub(super) fn turn(&mut self, dx: i16, dy: i16) -> (i32, i32) {
        (whole(&mut self.x, dx), whole(&mut self.y, dy))
    }
}

/// A turn the other way forgets the rest: a hand that turns back expects the first notch at once.
fn whole(rest: &mut i32, turn: i16) -> i32 {
    let turn = i32::from(turn);
    if turn.signum() * rest.signum() < 0 {
        *rest = 0;
    }
    *rest += turn;
    let notches = *rest / NOTCH;
    *rest %= NOTCH;
    notches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_turns_add_up_and_a_turn_back_starts_anew() {
        let mut wheel = Wheel::default();
        let turned: Vec<_> = [40, 40, 40, 119, -1, -119, 250].map(|dy| wheel.turn(0, dy).1).into();
        assert_eq!(turned, [0, 0, 1, 0, 0, -1, 2]);
    }
}
