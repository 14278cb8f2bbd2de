//! When a helper who has control must wait nevertheless: a question is open, one of our own windows is in the way,
//! or the host's own hand moves.
//!
//! Everything is in the picture's pixels. A helper can always move the pointer *off* our windows and click elsewhere,
//! else nobody could leave them again; nothing of the helper's ever lands *on* one. To know where it lands, the pointer
//! goes only where a monitor is: a display moves one that is beside them to the nearest edge, where our bar may be.

use crate::limits;
use crate::time::Moment;
use crate::wire::control::{Hold, Monitor};
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
    /// Whether it is the question's, which closes with the answer.
    pub asks: bool,
}

impl Area {
    fn contains(&self, place: (i32, i32)) -> bool {
        within(place, (self.x, self.y), (self.width, self.height))
    }

    /// Whether a square that reaches `around` pixels to each side of `place` touches it.
    fn touches(&self, place: (i32, i32), around: u32) -> bool {
        let corner = (self.x.saturating_sub_unsigned(around), self.y.saturating_sub_unsigned(around));
        let grown = |side: u32| side.saturating_add(2 * around);
        within(place, corner, (grown(self.width), grown(self.height)))
    }
}

/// A monitor in the picture: a place where the pointer may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ground {
    corner: (i32, i32),
    size: (u32, u32),
}

impl Ground {
    /// `monitor` in a picture whose corner is at `corner`.
    pub(super) const fn of(monitor: &Monitor, corner: (i32, i32)) -> Self {
        let corner = (monitor.x.saturating_sub(corner.0), monitor.y.saturating_sub(corner.1));
        Self { corner, size: (monitor.width, monitor.height) }
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
    ground: Vec<Ground>,
    /// Nowhere known: then it may be over a window of ours.
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
        } else if self.focused() || self.over() {
            Some(Hold::OwnWindow)
        } else {
            None
        }
    }

    pub(super) fn reach(&self) -> Reach {
        if self.question || self.hand_until.is_some() || self.over() {
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
                let good =
                    self.on_ground((x, y)) && !self.windows.iter().any(|window| window.contains((x, y)));
                if good {
                    self.pointer = Some((x, y));
                }
                good
            }
            // A click beside our windows takes the focus from them: it is the way out. One that was aimed in a picture
            // that is no longer so would land elsewhere.
            Act::Button { down, .. } => self.reach() >= Reach::Mouse && !(down && self.ground.is_empty()),
            Act::Key { .. } | Act::Text(_) | Act::Wheel { .. } => self.reach() == Reach::Everything,
        }
    }

    pub(super) fn windows(&mut self, windows: Vec<Area>) {
        self.windows = windows;
    }

    /// The question is over. Its window counts until the windows are told anew.
    pub(super) fn question_over(&mut self) {
        self.question = false;
    }

    /// Whether a place is on a monitor, and this many pixels around it are clear of our windows.
    pub(super) fn is_clear(&self, place: (i32, i32), around: u32) -> bool {
        self.on_ground(place) && !self.windows.iter().any(|window| window.touches(place, around))
    }

    /// Whether a question's window is still on the screen.
    pub(super) fn asks(&self) -> bool {
        self.windows.iter().any(|window| window.asks)
    }

    pub(super) fn pointer(&mut self, x: i32, y: i32) {
        self.pointer = Some((x, y));
    }

    /// The monitors in the picture; none while that is not known.
    pub(super) fn ground(&mut self, ground: Vec<Ground>) {
        self.ground = ground;
    }

    /// The picture moved over the desktop, and the pointer with it the other way.
    pub(super) fn shift(&mut self, (dx, dy): (i32, i32)) {
        self.pointer = self.pointer.map(|(x, y)| (x.saturating_add(dx), y.saturating_add(dy)));
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

    /// Whether the pointer is, or may be, over a window of ours.
    fn over(&self) -> bool {
        self.windows.iter().any(|window| self.pointer.is_none_or(|place| window.contains(place)))
    }

    fn on_ground(&self, place: (i32, i32)) -> bool {
        self.ground.iter().any(|ground| within(place, ground.corner, ground.size))
    }
}

fn within((x, y): (i32, i32), (left, top): (i32, i32), (width, height): (u32, u32)) -> bool {
    let (dx, dy) = (i64::from(x) - i64::from(left), i64::from(y) - i64::from(top));
    (0..i64::from(width)).contains(&dx) && (0..i64::from(height)).contains(&dy)
}
