//! Notices that the computer slept, or that the program was stopped: time has passed, and nothing here has run.

use std::time::Duration;

use entraide_common::limits;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

/// How often the session wakes up, that it may notice: less than what is called a sleep, [`limits::CUT_TIME`].
const PACE: Duration = Duration::from_secs(2);

/// Knows when the program last ran.
pub(super) struct Sleep {
    last: Duration,
    ticks: tokio::time::Interval,
}

impl Sleep {
    /// Awake from now on.
    pub(super) fn watch() -> Self {
        let mut ticks = interval_at(Instant::now() + PACE, PACE);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { last: now(), ticks }
    }

    /// The next time that [`Sleep::slept`] is to be asked.
    pub(super) async fn tick(&mut self) {
        self.ticks.tick().await;
    }

    /// How long it slept since this was last asked, if it did.
    pub(super) fn slept(&mut self) -> Option<Duration> {
        let now = now();
        let passed = now.saturating_sub(std::mem::replace(&mut self.last, now));
        (passed >= limits::CUT_TIME).then_some(passed)
    }
}

/// A clock that does not stand still while the computer sleeps, as [`std::time::Instant`] does here.
#[cfg(target_os = "linux")]
fn now() -> Duration {
    use rustix::time::{ClockId, clock_gettime};
    clock_gettime(ClockId::Boottime).try_into().unwrap_or_default()
}

/// It runs on while the computer sleeps on Windows, and stands still on macOS.
#[cfg(not(target_os = "linux"))]
fn now() -> Duration {
    use std::sync::LazyLock;
    static START: LazyLock<std::time::Instant> = LazyLock::new(std::time::Instant::now);
    START.elapsed()
}
