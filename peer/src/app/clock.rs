//! The clocks and the chance of the running program, for machines that take them as arguments.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use entraide_common::chance::Chance;
use entraide_common::time::{Moment, WallTime};

/// The program's clock: monotonic since its start, and the wall's.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    start: Instant,
}

impl Clock {
    /// A clock that starts now.
    #[must_use]
    pub fn start() -> Self {
        Self { start: Instant::now() }
    }

    /// Now, since the start.
    #[must_use]
    pub fn now(self) -> Moment {
        Moment::new(self.start.elapsed())
    }

    /// Now, on the wall. A wall clock before 1970 counts as 1970: everything then looks long expired.
    #[must_use]
    pub fn wall(self) -> WallTime {
        WallTime(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
    }

    /// The instant of a moment, for timers.
    #[must_use]
    pub fn instant(self, moment: Moment) -> Instant {
        self.start + moment.since_origin()
    }

    /// Sleeps until `moment`; for ever if there is none.
    pub async fn sleep_until(self, moment: Option<Moment>) {
        match moment {
            Some(moment) => tokio::time::sleep_until(self.instant(moment).into()).await,
            None => std::future::pending().await,
        }
    }
}

/// A wall time for display.
#[must_use]
pub fn system_time(wall: WallTime) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(wall.0)
}

/// The operating system's random numbers.
#[derive(Debug, Clone, Copy)]
pub struct SystemChance;

impl Chance for SystemChance {
    fn fill(&mut self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("an operating system without random numbers cannot run this program");
    }
}
