//! The processor time of this thread: what others do on the machine meanwhile is not counted.

use std::time::Duration;

/// Since some moment in the past.
#[cfg(unix)]
pub(crate) fn now() -> Duration {
    let clock = nix::time::ClockId::CLOCK_THREAD_CPUTIME_ID;
    nix::time::clock_gettime(clock).map_or(Duration::ZERO, Duration::from)
}

/// Since the first call: the wall clock, for want of a better one.
#[cfg(not(unix))]
pub(crate) fn now() -> Duration {
    static FIRST: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    FIRST.get_or_init(std::time::Instant::now).elapsed()
}
