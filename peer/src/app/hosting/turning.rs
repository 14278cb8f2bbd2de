//! The time between a turn of the screen (other monitors, another resolution) and the helper's seeing it.
//!
//! In that time the helper points at a picture that is no longer so. The session lets nothing of it pass, and neither
//! hands nor session learn the new coordinates before the helper's program has drawn the new picture: whatever it sends
//! afterwards is meant in them.

use entraide_common::session::host::{Input, Machine};
use entraide_common::wire::control::Monitor;
use entraide_common::wire::cursor::Position;

use super::Hosting;

/// Whether the picture that the helper sees is the one that is captured.
#[derive(Debug)]
pub(super) enum Turning {
    /// It is.
    Still,
    /// It is about to be.
    To(Box<Next>),
}

/// What will be so once the helper sees it.
#[derive(Debug)]
pub(super) struct Next {
    /// The stage's number for it.
    pub(super) turn: u64,
    pub(super) monitors: Vec<Monitor>,
    /// Where the picture begins on the desktop.
    pub(super) origin: (i32, i32),
    /// Where in it the pointer is, once that is known.
    pub(super) pointer: Option<Position>,
}

impl Turning {
    /// Gives `position` back if it can be made use of already.
    pub(super) fn hold_back(&mut self, position: Position) -> Option<Position> {
        match self {
            Self::Still => Some(position),
            Self::To(next) => {
                next.pointer = Some(position);
                None
            }
        }
    }

    /// The helper sees that turn. None if the screen has turned again meanwhile.
    pub(super) fn arrive(&mut self, turn: u64) -> Option<Next> {
        match std::mem::replace(self, Self::Still) {
            Self::To(next) if next.turn <= turn => Some(*next),
            before => {
                *self = before;
                None
            }
        }
    }
}

impl Hosting<'_> {
    /// The helper sees the picture of that turn: what it points at from now on it sees there.
    pub(super) fn turned(&mut self, turn: u64) -> Option<Input> {
        let next = self.turning.arrive(turn)?;
        self.hands.set_origin(next.origin);
        self.picture.set_origin(next.origin);
        for machine in [Machine::Windows(self.areas()), Machine::Monitors(next.monitors)] {
            self.session.handle(Input::Machine(machine), self.clock.now());
        }
        next.pointer.map(pointer)
    }
}

/// Where the pointer is in the picture that the helper sees.
pub(super) fn pointer(position: Position) -> Input {
    Input::Machine(Machine::Pointer { x: position.x, y: position.y })
}
