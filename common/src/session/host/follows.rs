//! What follows from it: to be sent, shown, done.

use core::time::Duration;

use crate::session::Party;
use crate::wire::control::{Grant, MonitorChoice, Reason, Spot, ToHelper};
use crate::wire::input::Event;

/// What follows.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// Tell the helper.
    Send(ToHelper),
    /// Show the host's person.
    Show(Show),
    /// Do on this computer.
    Do(Do),
}

/// What the host's person is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Show {
    /// A question; it stays until answered or withdrawn.
    Ask(Question),
    /// The question of this id is no more.
    Withdraw(u32),
    /// The helper may do this from now on.
    Granted(Grant),
    /// The helper may no longer, or was refused.
    Revoked {
        /// What.
        what: Grant,
        /// By whom.
        by: Party,
        /// Why.
        reason: Reason,
    },
    /// The picture is frozen or not.
    Paused(bool),
    /// A line from the helper (false) or from this side (true).
    Chat {
        /// Whether the host wrote it.
        own: bool,
        /// The line.
        text: String,
    },
    /// The helper is cut off, and may come back.
    Cut,
    /// The helper is back. With a notice, it sees nothing new for so long, and this is shown once more without one.
    Back {
        /// Time for the host's person to notice.
        notice: Option<Duration>,
    },
    /// That cannot be said while the helper is cut off.
    NotNow,
    /// The helper is gone, and what was said last may not have arrived.
    Unheard,
    /// An answer came before its time; the question stays.
    TooEarly(u32),
    /// The session is over.
    Ended {
        /// By whom.
        by: Party,
        /// Why.
        reason: Reason,
    },
}

/// A question to the host's person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// Counts up, from session to session.
    pub id: u32,
    /// What the helper would be allowed to do.
    pub what: Grant,
    /// An allow before this long is refused.
    pub wait: Duration,
    /// Whether it stood before, and a yes to it did not count because a program may have had a hand in it.
    pub again: bool,
}

/// What the computer has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Do {
    /// Begin to capture and send the picture.
    StartScreen,
    /// Freeze (true) or unfreeze the picture.
    FreezeScreen(bool),
    /// Look at these monitors.
    Choose(MonitorChoice),
    /// Stop the picture.
    StopScreen,
    /// Let acts of this generation through from now on.
    OpenGate(u32),
    /// Let no act through.
    CloseGate,
    /// Do this act, after those before it.
    Inject(Event),
    /// Let go of everything the helper holds, at once: what was to be injected and was not yet is dropped.
    ReleaseAll,
    /// Show where the helper points, over everything, or nothing more of it.
    Mark(Option<Spot>),
    /// The session is over: close its streams once they are flushed.
    Close,
}
