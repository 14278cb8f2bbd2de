//! Patience with a helper who writes faster than anybody reads.

use crate::limits;
use crate::time::Moment;

/// A bucket of lines: [`limits::CHAT_BURST`] at once, and then one every [`limits::CHAT_PACE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Talk {
    /// When all lines admitted so far would have come at their pace.
    paid_until: Moment,
}

impl Talk {
    /// Whether one more line is shown.
    pub(super) fn admits(&mut self, now: Moment) -> bool {
        if self.paid_until.since(now) > limits::CHAT_PACE * (limits::CHAT_BURST - 1) {
            return false;
        }
        self.paid_until = self.paid_until.max(now) + limits::CHAT_PACE;
        true
    }
}
