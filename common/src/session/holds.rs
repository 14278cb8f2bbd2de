//! When a helper who has control must wait nevertheless: a question is open, one of our own windows is in the way,
//! or the host's own hand moves.
//!
//! Everything is in the picture's pixels. A helper can always move the pointer *off* our windows and click elsewhere,
//! else nobody could leave them again; nothing of the helper's ever lands *on* one.

use crate::limits;
use crate::time::Moment;
use crate::wire::control::Hold;
use crate::wire::input::Act;

/// A window of ours on the host's screen, in the picture's pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    /// Left edge.
    pub x: i32,
    /// Upper edge.
    pub y: i32,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Whether it has the keyboard.
    pub focused: bool,
}

impl Area {
    fn contains(&self, (x, y): (i32, i32)) -> bool {
        let (dx, dy) = (i64::from(x) - i64::from(self.x), i64::from(y) - i64::from(self.y));
        (0..i64::from(self.width)).contains(&dx) && (0..i64::from(self.height)).contains(&dy)
    }
}

/// How far the helper's hands reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// Nowhere; at most the pointer may move off our windows.
    Nothing,
    /// Our windows have the keyboard: the mouse may click beside them.
    Mouse,
    /// Mouse and keyboard.
    Everything,
}

/// The reasons to wait that stand at the moment.
#[derive(Debug, Clone, Default)]
pub(super) struct Holds {
    pub(super) question: bool,
    windows: Vec<Area>,
    pointer: Option<(i32, i32)>,
    hand_until: Option<Moment>,
}

impl Holds {
    /// The reason that is told to the helper, the strongest first.
    pub(super) fn reason(&self) -> Option<Hold> {
        if self.question {
            Some(Hold::Question)
        } else if self.hand_until.is_some() {
            Some(Hold::Hand)
        } else if self.focused() || self.over(self.pointer) {
            Some(Hold::OwnWindow)
        } else {
            None
        }
    }

    pub(super) fn reach(&self) -> Reach {
        if self.question || self.hand_until.is_some() || self.over(self.pointer) {
            Reach::Nothing
        } else if self.focused() {
            Reach::Mouse
        } else {
            Reach::Everything
        }
    }

    /// Whether this act may happen under the holds as they are; notes where it brings the pointer.
    pub(super) fn admit(&mut self, act: &Act) -> bool {
        if self.question || self.hand_until.is_some() {
            return false;
        }
        match *act {
            Act::ReleaseAll => true,
            Act::Pointer { x, y } => {
                let off = !self.over(Some((x, y)));
                if off {
                    self.pointer = Some((x, y));
                }
                off
            }
            // A click beside our windows takes the focus from them: it is the way out.
            Act::Button { .. } => self.reach() >= Reach::Mouse,
            Act::Key { .. } | Act::Text(_) | Act::Wheel { .. } => self.reach() == Reach::Everything,
        }
    }

    pub(super) fn windows(&mut self, windows: Vec<Area>) {
        self.windows = windows;
    }

    pub(super) fn pointer(&mut self, x: i32, y: i32) {
        self.pointer = Some((x, y));
    }

    pub(super) fn hand(&mut self, now: Moment) {
        self.hand_until = Some(now + limits::HAND_PAUSE);
    }

    pub(super) fn time(&mut self, now: Moment) {
        self.hand_until = self.hand_until.filter(|until| now < *until);
    }

    pub(super) fn deadline(&self) -> Option<Moment> {
        self.hand_until
    }

    fn focused(&self) -> bool {
        self.windows.iter().any(|window| window.focused)
    }

    fn over(&self, place: Option<(i32, i32)>) -> bool {
        place.is_some_and(|place| self.windows.iter().any(|window| window.contains(place)))
    }
}
