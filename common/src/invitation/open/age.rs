//! How old an invitation is, by two clocks neither of which is trusted alone.
//!
//! The monotonic clock may stand still while the computer sleeps; the wall clock may be set at any time. The age
//! goes on by the monotonic clock, and by the wall clock where that has gone further: a sleep counts, and a wall
//! clock that is set back, or back and forth, prolongs nothing. One that is set forward ends the invitation early,
//! which is the safe side.

use core::time::Duration;

use crate::limits;
use crate::time::{Moment, WallTime};

/// The clocks count in different steps and drift: up to this much they are taken to agree.
const TOLERANCE: Duration = Duration::from_secs(2);

/// An age that only grows.
#[derive(Debug, Clone)]
pub(super) struct Age {
    /// The age at `anchor`.
    lived: Duration,
    anchor: (Moment, WallTime),
    /// The age now.
    now: Duration,
    /// The time of the last call.
    moment: Moment,
    /// The age at the last activity.
    touched: Duration,
}

impl Age {
    pub(super) const fn new(now: Moment, wall: WallTime) -> Self {
        let nothing = Duration::ZERO;
        Self { lived: nothing, anchor: (now, wall), now: nothing, moment: now, touched: nothing }
    }

    pub(super) fn advance(&mut self, now: Moment, wall: WallTime) {
        let (then, wall_then) = self.anchor;
        let elapsed = now.since(then);
        let by_wall = Duration::from_secs(wall.0.saturating_sub(wall_then.0));
        let was_set_back = wall_then.after(elapsed.saturating_sub(TOLERANCE)) > wall;
        self.moment = now;
        let age = if was_set_back || by_wall > elapsed + TOLERANCE {
            self.anchor = (now, wall);
            self.lived = self.lived.saturating_add(elapsed.max(by_wall));
            self.lived
        } else {
            self.lived.saturating_add(elapsed)
        };
        self.now = self.now.max(age);
    }

    /// Something happened: the idle time begins anew.
    pub(super) const fn touch(&mut self) {
        self.touched = self.now;
    }

    /// What is left of a life of at most `lifetime`, and of at most `idle` since the last activity.
    pub(super) fn left(&self, lifetime: Duration, idle: Duration) -> Duration {
        self.rest(lifetime).min(self.touched.saturating_add(idle).saturating_sub(self.now))
    }

    /// What is left of a life of at most `lifetime`, however idle.
    pub(super) fn rest(&self, lifetime: Duration) -> Duration {
        lifetime.min(limits::CODE_TOTAL).saturating_sub(self.now)
    }

    /// The moment `later` from the last call.
    pub(super) fn moment_in(&self, later: Duration) -> Moment {
        self.moment + later
    }
}
