//! Where the time between a program's drawing and the pixel in the helper's window goes, by what the two programs write
//! in their logs at `--log trace`. Both stamp their lines with the one clock of this machine.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::session::Moment;

/// Each stage ends with a line of this last word: what it was, whose log has it, and the word.
const STAGES: [(&str, Log, &str); 5] = [
    ("drawn by the program to read by the host", Log::Host, "painted"),
    ("read to encoded", Log::Host, "encoded"),
    ("encoded to received by the helper", Log::Helper, "came"),
    ("received to decoded", Log::Helper, "drawn"),
    ("decoded to handed to the window system", Log::Helper, "presented"),
];
/// After the last of them.
const LAST: &str = "handed over to seen on the screen";
/// So long after the pixel was seen a program may write that it handed it over.
const LATE: Duration = Duration::from_millis(5);
const DAY: u64 = 24 * 60 * 60;

#[derive(Clone, Copy, PartialEq)]
enum Log {
    Host,
    Helper,
}

/// The times of each stage, over all moments whose whole way stands in the logs.
pub(crate) fn split(moments: &[Moment], host: &str, helper: &str) -> Vec<(&'static str, Vec<Duration>)> {
    let names = STAGES.iter().map(|(name, ..)| *name).chain([LAST]);
    let mut stages: Vec<_> = names.map(|name| (name, Vec::new())).collect();
    let clock = Clock::now();
    let ends: Vec<_> = STAGES
        .iter()
        .map(|(_, log, word)| stamps(if *log == Log::Host { host } else { helper }, word))
        .collect();
    for moment in moments {
        let seen = clock.time_of_day(moment.seen);
        let mut before = clock.time_of_day(moment.drawn);
        let mut ways = Vec::new();
        for ends in &ends {
            let Some(&end) = ends.iter().find(|end| **end >= before && **end <= seen + LATE) else { break };
            ways.push(end - before);
            before = end;
        }
        if ways.len() == STAGES.len() {
            ways.push(seen.saturating_sub(before));
            stages.iter_mut().zip(ways).for_each(|((_, times), way)| times.push(way));
        }
    }
    stages
}

/// Between the two clocks: that of the bench's measures, and that of the logs.
struct Clock {
    instant: Instant,
    time_of_day: Duration,
}

impl Clock {
    fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let time_of_day = Duration::new(since.as_secs() % DAY, since.subsec_nanos());
        Self { instant: Instant::now(), time_of_day }
    }

    /// Of today: a bench at midnight loses a few moments.
    fn time_of_day(&self, then: Instant) -> Duration {
        self.time_of_day.saturating_sub(self.instant.saturating_duration_since(then))
    }
}

/// When lines that end with that word, be it followed by fields or not, were written.
fn stamps(log: &str, word: &str) -> Vec<Duration> {
    let says = |line: &&str| line.contains(" TRACE ") && line.contains(&format!(": {word}"));
    log.lines().filter(says).filter_map(time_of_day).collect()
}

/// Of a line that begins like 2026-11-22T17:00:00.123456Z.
fn time_of_day(line: &str) -> Option<Duration> {
    let (_, time) = line.split_once('T')?;
    let (time, _) = time.split_once('Z')?;
    let mut parts = time.splitn(3, ':');
    let hours: u64 = parts.next()?.parse().ok()?;
    let minutes: u64 = parts.next()?.parse().ok()?;
    let seconds: f64 = parts.next()?.parse().ok()?;
    Some(Duration::from_secs(hours * 3600 + minutes * 60) + Duration::from_secs_f64(seconds))
}
