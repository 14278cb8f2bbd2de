//! The one gate: what the helper may do at this moment.

use crate::wire::control::{Grant, ToHost};
use crate::wire::input::Event;

/// Anything a helper sends during a session.
#[derive(Debug, Clone, PartialEq)]
pub enum FromHelper {
    /// On the control stream.
    Control(ToHost),
    /// On the input stream.
    Act(Event),
}

/// The set of grants the host's person has given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Grants(u16);

impl Grants {
    /// Nothing is allowed.
    pub const NONE: Self = Self(0);

    /// Whether `grant` has been given.
    #[must_use]
    pub const fn has(self, grant: Grant) -> bool {
        self.0 & bit(grant) != 0
    }

    /// The grants that have been given.
    pub fn iter(self) -> impl Iterator<Item = Grant> {
        Grant::ALL.into_iter().filter(move |grant| self.has(*grant))
    }

    /// Whether this message may have an effect now.
    #[must_use]
    pub fn admits(self, message: &FromHelper) -> bool {
        needs(message).is_none_or(|grant| self.has(grant))
    }

    pub(super) fn add(&mut self, grant: Grant) {
        self.0 |= bit(grant);
    }

    pub(super) fn remove(&mut self, grant: Grant) {
        self.0 &= !bit(grant);
    }
}

/// The grant a message needs, if any. Asking, giving back, leaving and having heard need none.
fn needs(message: &FromHelper) -> Option<Grant> {
    match message {
        FromHelper::Act(_) => Some(Grant::Control),
        FromHelper::Control(ToHost::Point(_)) => Some(Grant::Point),
        // A stranger must not be able to write beside the first question what to answer.
        FromHelper::Control(ToHost::Monitor(_) | ToHost::Chat(_)) => Some(Grant::View),
        FromHelper::Control(ToHost::Request(_) | ToHost::Release(()) | ToHost::End(_) | ToHost::Heard(_)) => {
            None
        }
    }
}

const fn bit(grant: Grant) -> u16 {
    1 << grant as u16
}
