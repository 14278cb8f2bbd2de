//! Where the helper points: a mark on the host's screen, for a moment.
//!
//! A place that comes sooner than [`limits::POINT_PACE`] after the one before waits; among those that wait the newest
//! counts. The mark goes away [`limits::POINT_TIME`] after the last place, and at once when it may not be there any
//! more: the right is gone, a question stands or its window does, the picture is paused or shows another part of the
//! desktop, a window of ours has come near. So nothing of the helper's can be taken for a part of our windows.
//! The host's own hand does not drive it away: hands are what pointing is for.

use super::{Do, HostSession};
use crate::limits;
use crate::time::Moment;
use crate::wire::control::{Grant, Spot};

/// The mark and what is to become of it.
#[derive(Debug, Default)]
pub(super) struct Pointing {
    shown: Option<Shown>,
    waiting: Option<Spot>,
    /// From when another place may be shown.
    free_from: Moment,
}

#[derive(Debug)]
struct Shown {
    place: Spot,
    until: Moment,
}

impl Pointing {
    /// When the mark moves or goes, if nothing else happens.
    pub(super) fn deadline(&self) -> Option<Moment> {
        let moves = self.waiting.map(|_| self.free_from);
        let goes = self.shown.as_ref().map(|shown| shown.until);
        moves.into_iter().chain(goes).min()
    }

    /// The place that is to be shown now.
    fn due(&mut self, now: Moment) -> Option<Spot> {
        self.waiting.take_if(|_| now >= self.free_from)
    }
}

impl HostSession {
    /// The helper points there. The mark follows in [`Self::tell_mark`].
    pub(super) fn point(&mut self, place: Spot) {
        self.pointing.waiting = Some(place);
    }

    /// Brings the mark to where it is by now, or takes it away.
    pub(super) fn tell_mark(&mut self, now: Moment) {
        let due = self.pointing.due(now);
        let shown = self.pointing.shown.as_ref().filter(|shown| now < shown.until).map(|shown| shown.place);
        match due.or(shown) {
            Some(place) if self.may_mark(place) => {
                if due.is_some() {
                    self.pointing.free_from = now + limits::POINT_PACE;
                    self.pointing.shown = Some(Shown { place, until: now + limits::POINT_TIME });
                    self.act_out(Do::Mark(Some(place)));
                }
            }
            Some(_) => self.unmark(),
            None => self.hide(),
        }
    }

    /// Takes the mark away, and forgets where it was to go.
    pub(super) fn unmark(&mut self) {
        self.pointing.waiting = None;
        self.hide();
    }

    fn hide(&mut self) {
        if self.pointing.shown.take().is_some() {
            self.act_out(Do::Mark(None));
        }
    }

    fn may_mark(&self, Spot { x, y }: Spot) -> bool {
        self.grants().has(Grant::Point)
            && !self.frozen
            && !self.holds.question
            && !self.holds.asks()
            && self.holds.is_clear((x, y), limits::POINT_REACH)
    }
}
