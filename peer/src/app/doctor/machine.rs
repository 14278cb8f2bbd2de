//! What this computer can show and lend, tried without showing or lending anything.

use entraide_common::wire::control::Monitor;

use crate::desktop::{self, Desktop, Ended};

/// What was tried.
pub(super) struct Machine {
    /// The engine.
    pub(super) display: Result<(), Ended>,
    /// The rest, if there is an engine to try it with.
    pub(super) parts: Option<Parts>,
}

/// What the engine offers.
pub(super) struct Parts {
    /// The layout; no picture was taken.
    pub(super) monitors: Result<Vec<Monitor>, Ended>,
    /// Mouse and keyboard; nothing was moved or pressed.
    pub(super) injection: Result<(), Ended>,
    /// Whether Esc would be heard.
    pub(super) escape: Result<(), Ended>,
}

/// Tries each part. Waits for the display, so it wants a thread of its own.
pub(super) fn look() -> Machine {
    match desktop::open() {
        Ok(desktop) => Machine { display: Ok(()), parts: Some(Parts::of(&desktop)) },
        Err(ended) => Machine { display: Err(ended), parts: None },
    }
}

impl Parts {
    fn of(desktop: &Desktop) -> Self {
        Self {
            monitors: desktop.open_screen().map(|screen| screen.monitors()),
            injection: desktop.open_injector().map(drop),
            escape: desktop.watch_hands(|_| {}).map(drop),
        }
    }
}

impl Machine {
    /// A display that does not answer.
    pub(super) fn silent() -> Self {
        Self { display: Err(Ended::Failed("no answer".to_owned())), parts: None }
    }

    /// Whether the screen can be shown.
    pub(super) fn shows(&self) -> bool {
        self.parts.as_ref().is_some_and(|parts| parts.monitors.is_ok())
    }

    /// Whether mouse and keyboard can be lent, and taken back.
    pub(super) fn lends(&self) -> bool {
        let whole = |parts: &Parts| parts.injection.is_ok() && parts.escape.is_ok();
        self.shows() && self.parts.as_ref().is_some_and(whole)
    }
}
