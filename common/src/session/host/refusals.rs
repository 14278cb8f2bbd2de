//! Patience with a helper who asks again and again.

use crate::limits;
use crate::time::Moment;

/// Consecutive refusals, so that a helper cannot wear the host down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Refusals {
    in_a_row: u32,
    pause_until: Option<Moment>,
}

impl Refusals {
    pub(super) fn refused(&mut self, now: Moment) {
        self.in_a_row += 1;
        if self.in_a_row >= limits::REFUSALS {
            self.in_a_row = 0;
            self.pause_until = Some(now + limits::REFUSAL_PAUSE);
        }
    }

    pub(super) fn pausing(&self, now: Moment) -> bool {
        self.pause_until.is_some_and(|until| now < until)
    }
}
