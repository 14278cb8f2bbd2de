//! What one wish for help is good for, however many codes it takes.
//!
//! A code may die before anybody was helped: by guessing, by a helper who went away after proving itself, by a node
//! that gave its number to another. The person then gets another, and whoever guesses gets new odds with it. So all
//! codes of one wish end when the first would have, and they are few: see [`limits::BURNT_CODES`].

use core::time::Duration;

use super::{OpenInvitation, State};
use crate::limits;

/// What is left for the codes of one wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    lifetime: Duration,
    burnt: u32,
}

/// Why a code is followed by another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Too many wrong codes.
    Burnt,
    /// A helper proved itself and went away before it was asked about; the code is for no one else.
    HelperGone,
    /// No node leads to this host by the code's number any more.
    NumberLost,
}

/// What becomes of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It stays.
    Stay,
    /// Another is given, within the allowance.
    Another(Why, Allowance),
    /// No code is given any more.
    Over,
}

impl Default for Allowance {
    fn default() -> Self {
        Self { lifetime: limits::CODE_TOTAL, burnt: 0 }
    }
}

impl Allowance {
    /// How long the next code may live at most.
    #[must_use]
    pub const fn lifetime(self) -> Duration {
        self.lifetime
    }

    /// What becomes of `open`, a code given within this allowance. `has_number` says whether helpers can still find
    /// it. The answer is as of the last call that told `open` the time.
    #[must_use]
    pub fn next(self, open: &OpenInvitation, has_number: bool) -> Next {
        let why = match open.state() {
            State::Expired => return Next::Over,
            State::Burnt => Why::Burnt,
            State::Used => Why::HelperGone,
            State::Waiting | State::Seen if !has_number => Why::NumberLost,
            State::Waiting | State::Seen | State::Answered => return Next::Stay,
        };
        let burnt = self.burnt + u32::from(why == Why::Burnt);
        let lifetime = open.age.rest(self.lifetime);
        // An invitation's end is a whole second after its beginning at least.
        if burnt >= limits::BURNT_CODES || lifetime < Duration::from_secs(1) {
            return Next::Over;
        }
        Next::Another(why, Self { lifetime, burnt })
    }
}
