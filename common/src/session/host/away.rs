//! The helper is cut off, and comes back: by the path that stood behind the one that died, or, when none was left, by
//! the session's secret ([`crate::invitation::pairing::resume`]).
//!
//! Whatever was under way is lost, so everything that the helper holds down is let go of at once, and the helper is told
//! the whole state when it is back. A cut that the other path heals within [`limits::CUT_TIME`] takes no right away: it is
//! the same peer, whom the transport has proven on that path as well. Who was away comes back to the picture and to
//! nothing else.
//!
//! A computer that slept, or whose program was stopped, was away itself, whatever its paths say: nobody sat there who could
//! have pressed Esc or Stop, and whoever wakes it may have forgotten that somebody looks on.

use core::time::Duration;

use super::super::Party;
use super::{Do, HostSession, Show};
use crate::limits;
use crate::time::Moment;
use crate::wire::control::{Back, Grant, Reason, ToHelper};

/// How far away the helper is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Distance {
    /// The link stands.
    #[default]
    Here,
    /// The path died; another one may stand.
    Cut(Gap),
    /// No path is left, or none brings the helper back.
    Away(Gap),
    /// It is back, and sees nothing new before then: time for the host's person to notice.
    Returned(Moment),
}

/// A time without a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gap {
    since: Moment,
    /// However short it is, the host's person has to notice that the helper is back: there was no time for that before it,
    /// or they slept.
    unnoticed: bool,
}

impl Gap {
    /// Whether the host's person is given time to notice its end.
    fn is_told(self, now: Moment) -> bool {
        self.unnoticed || now.since(self.since) >= limits::RESUME_NOTICED
    }
}

impl Distance {
    pub(super) fn deadline(self) -> Option<Moment> {
        match self {
            Self::Cut(gap) => Some(gap.since + limits::CUT_TIME),
            Self::Returned(until) => Some(until),
            Self::Here | Self::Away(_) => None,
        }
    }
}

impl HostSession {
    pub(super) fn is_cut(&self) -> bool {
        matches!(self.distance, Distance::Cut(_) | Distance::Away(_))
    }

    /// Nothing comes from the helper at the moment: what it holds down is let go of.
    pub(super) fn silent(&mut self) {
        if self.grants().has(Grant::Control) {
            self.act_out(Do::ReleaseAll);
        }
        self.unmark();
    }

    /// The path died.
    pub(super) fn cut(&mut self, now: Moment) {
        if !self.is_cut() {
            let unnoticed = matches!(self.distance, Distance::Returned(_));
            self.distance = Distance::Cut(Gap { since: now, unnoticed });
            self.lines.cut();
            self.silent();
            self.show(Show::Cut);
        }
    }

    /// No path is left. Without the first yes there is nothing to come back to.
    pub(super) fn away(&mut self, now: Moment) {
        self.cut(now);
        let Distance::Cut(gap) = self.distance else { return };
        if !self.grants().has(Grant::View) {
            self.end(Party::Link, Reason::Closing);
            return;
        }
        self.distance = Distance::Away(gap);
        for what in [Grant::Point, Grant::Control] {
            self.revoke(what, Party::Link, Reason::Lost, now);
        }
    }

    /// A link stands again, on which nothing was said yet.
    pub(super) fn back(&mut self, now: Moment) {
        self.distance = match self.distance {
            Distance::Cut(gap) | Distance::Away(gap) if gap.is_told(now) => {
                Distance::Returned(now + limits::RESUME_NOTICE)
            }
            _ => Distance::Here,
        };
        let grants = self.grants();
        let asking = self.question().map(|question| question.what);
        self.told = self.holds.reason().filter(|_| grants.has(Grant::Control));
        self.send(ToHelper::Back(Back {
            grants: grants.iter().collect(),
            generation: self.generation,
            asking,
            hold: self.told,
            paused: self.paused,
        }));
        self.send(ToHelper::Heard(self.lines.heard()));
        if grants.has(Grant::View) {
            self.send(ToHelper::Monitors(self.monitors.clone()));
        }
        let late = matches!(self.distance, Distance::Returned(_));
        self.show(Show::Back { notice: late.then_some(limits::RESUME_NOTICE) });
        self.tell_freeze();
    }

    /// Whoever does not come back soon is away, and whoever is back is noticed after a while.
    pub(super) fn distance_time(&mut self, now: Moment) {
        match self.distance {
            Distance::Cut(gap) if now >= gap.since + limits::CUT_TIME => self.away(now),
            Distance::Returned(until) if now >= until => {
                self.distance = Distance::Here;
                self.show(Show::Back { notice: None });
                self.tell_freeze();
            }
            _ => {}
        }
    }

    /// This computer slept for so long, or the program was stopped.
    pub(super) fn slept(&mut self, time: Duration, now: Moment) {
        if time >= limits::RESUME_TIME {
            self.leave(Party::Link, Reason::Closing);
            return;
        }
        if time >= limits::CUT_TIME {
            for what in [Grant::Point, Grant::Control] {
                self.revoke(what, Party::Link, Reason::Lost, now);
            }
        }
        if time < limits::RESUME_NOTICED || !self.grants().has(Grant::View) {
            return;
        }
        match &mut self.distance {
            Distance::Cut(gap) | Distance::Away(gap) => gap.unnoticed = true,
            distance => {
                *distance = Distance::Returned(now + limits::RESUME_NOTICE);
                self.show(Show::Back { notice: Some(limits::RESUME_NOTICE) });
                self.tell_freeze();
            }
        }
    }

    /// Freezes the picture while it is paused or who came back is being noticed, and only then.
    pub(super) fn tell_freeze(&mut self) {
        let frozen = self.paused || matches!(self.distance, Distance::Returned(_));
        if std::mem::replace(&mut self.frozen, frozen) != frozen {
            self.act_out(Do::FreezeScreen(frozen));
        }
    }
}
