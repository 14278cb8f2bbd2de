//! Pointing at the host's screen: by the left button while it is down, for whoever may point and has no control, in
//! whose hands it would be a click.

use std::time::{Duration, Instant};

use entraide_common::limits;
use entraide_common::wire::control::{Grant, Spot};

use super::model::{Command, Watching};

/// How often a place is told again while the button rests on it, so that the mark stays there.
const AGAIN: Duration = limits::POINT_TIME.checked_div(2).expect("two is not zero");

/// Whether the button points at the moment.
#[derive(Debug, Default)]
pub(super) struct Pointing {
    allowed: bool,
    /// The button is down, and the place is told again then.
    again_at: Option<Instant>,
}

impl Pointing {
    /// What the helper may do has changed, perhaps.
    pub(super) fn set_view(&mut self, watching: &Watching) {
        let may = |what| watching.grants.contains(&what);
        self.allowed = may(Grant::Point) && !may(Grant::Control) && !watching.paused;
        self.again_at = self.again_at.filter(|_| self.allowed);
    }

    /// The button went down over the picture. False if it does not point.
    pub(super) fn press(&mut self, at: Option<(i32, i32)>, out: &mut Vec<Command>) -> bool {
        if self.allowed {
            self.again_at = Some(Instant::now());
            self.at(at, out);
        }
        self.allowed
    }

    /// The button went up, wherever, or the window lost the mouse. False if it did not point.
    pub(super) fn release(&mut self) -> bool {
        self.again_at.take().is_some()
    }

    /// The pointer is over this pixel of the picture, or beside the picture.
    pub(super) fn at(&mut self, at: Option<(i32, i32)>, out: &mut Vec<Command>) {
        if let (Some(_), Some((x, y))) = (self.again_at, at) {
            self.again_at = Some(Instant::now() + AGAIN);
            out.push(Command::Point(Spot { x, y }));
        }
    }

    /// When [`Pointing::tick`] wants to be called, if it does.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.again_at
    }

    /// Time passed while the pointer is there.
    pub(super) fn tick(&mut self, now: Instant, at: Option<(i32, i32)>, out: &mut Vec<Command>) {
        if self.again_at.is_some_and(|again| again <= now) {
            self.again_at = Some(now + AGAIN);
            self.at(at, out);
        }
    }
}
