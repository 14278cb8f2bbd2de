//! What of an open invitation survives a restart of the program.

use core::time::Duration;

use serde::{Deserialize, Serialize};

use super::age::Age;
use super::{OpenInvitation, Phase, Question};
use crate::ids::PeerKey;
use crate::invitation::offer::Offer;
use crate::limits;
use crate::time::{Moment, WallTime};

/// Tries, time and single use, to be stored before each verdict and after it. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Wrong tries, those that were being checked included.
    failures: u32,
    banned: Vec<PeerKey>,
    end: End,
    lived: Duration,
    touched: Duration,
    written: WallTime,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum End {
    Open { seen: bool },
    Bound(PeerKey),
    Expired,
    Burnt,
}

impl OpenInvitation {
    /// What to store, at the wall time `wall`.
    #[must_use]
    pub fn record(&self, wall: WallTime) -> Record {
        Record {
            failures: self.failures,
            banned: self.banned.clone(),
            end: match self.phase {
                Phase::Open { seen } => End::Open { seen },
                Phase::Bound { helper, .. } => End::Bound(helper),
                Phase::Expired => End::Expired,
                Phase::Burnt => End::Burnt,
            },
            lived: self.age.total(),
            touched: self.age.touched(),
            written: wall,
        }
    }

    /// The invitation as stored. Tries whose verdict was never stored stay failed. The time in between counts by
    /// the wall clock, the only one that went on.
    #[must_use]
    pub fn restore(offer: Offer, idle: Duration, record: Record, now: Moment, wall: WallTime) -> Self {
        let away = Duration::from_secs(wall.0.saturating_sub(record.written.0));
        let lived = record.lived.saturating_add(away);
        let phase = match record.end {
            End::Burnt => Phase::Burnt,
            End::Expired => Phase::Expired,
            _ if record.failures >= limits::WRONG_CODES => Phase::Burnt,
            End::Open { seen } => Phase::Open { seen },
            End::Bound(helper) => {
                Phase::Bound { helper, question: Question::Over, denials: 0, paused_until: now }
            }
        };
        let mut open = Self {
            age: Age::restored(lived, record.touched, now, wall),
            phase,
            failures: record.failures,
            banned: record.banned,
            ..Self::new(offer, idle, now, wall)
        };
        open.advance(now, wall);
        open
    }
}
