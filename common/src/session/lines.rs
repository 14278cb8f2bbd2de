//! Lines of a conversation, which a dying path must not swallow: each side says how many of the other's it has heard, and
//! keeps its own until then. When the link stands again, what was not heard is said once more, in its order.
//!
//! A line is its place in its writer's order: lanes neither lose nor reorder while the link stands, nothing of an earlier
//! link is heard after the count was told on the new one, and nothing is said on that before the other side's count is known.

use std::collections::VecDeque;

use crate::limits;
use crate::wire::control::Chat;

/// What becomes of a line that is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// It is to be sent.
    Now,
    /// It goes out with those that are said once more.
    Later,
    /// It is not kept: too many wait to be heard.
    TooMany,
}

/// One side's account.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// Own lines that the other side has not said to have heard, the oldest first.
    unheard: VecDeque<Chat>,
    /// How many own lines came before those.
    confirmed: u32,
    /// How many lines of the other side were heard.
    heard: u32,
    /// Whether the link was cut and the other side has not told its count since.
    unsure: bool,
}

impl Lines {
    /// Keeps an own line until it is heard.
    pub(super) fn say(&mut self, line: &Chat) -> Said {
        if self.unheard.len() >= limits::CHAT_UNHEARD {
            return Said::TooMany;
        }
        self.unheard.push_back(line.clone());
        if self.unsure { Said::Later } else { Said::Now }
    }

    /// One more line of the other side was heard; gives the count to tell.
    pub(super) fn hear(&mut self) -> u32 {
        self.heard = self.heard.wrapping_add(1);
        self.heard
    }

    /// Whether own lines wait to be heard.
    pub(super) fn wait(&self) -> bool {
        !self.unheard.is_empty()
    }

    /// The count to tell on a new link.
    pub(super) const fn heard(&self) -> u32 {
        self.heard
    }

    /// What is under way is lost.
    pub(super) fn cut(&mut self) {
        self.unsure = true;
    }

    /// The other side has heard so many; gives those to say once more. A count of lines that were never said is none.
    pub(super) fn confirmed(&mut self, count: u32) -> Vec<Chat> {
        let more = usize::try_from(count.wrapping_sub(self.confirmed)).unwrap_or(usize::MAX);
        if more > self.unheard.len() {
            return Vec::new();
        }
        self.unheard.drain(..more);
        self.confirmed = count;
        let again = core::mem::take(&mut self.unsure);
        self.unheard.iter().filter(|_| again).cloned().collect()
    }
}
