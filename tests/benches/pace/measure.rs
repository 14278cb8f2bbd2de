//! One link: idle, a terminal's output, a film; and what became of the probes meanwhile.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use entraide_tests::link::DEVICE;
use entraide_tests::namespace::Namespace;
use serde_json::json;

use super::flood::{Film, PAD, Pad, terminal};
use super::meeting::{Link, Meeting, Place};

/// Between two probes of each kind.
const PACE: Duration = Duration::from_millis(50);
/// How long the idle link is watched.
const IDLE: Duration = Duration::from_secs(2);
/// Longest wait for a probe.
const PATIENCE: Duration = Duration::from_secs(30);

/// What happened on one link.
pub(crate) struct Run {
    pub(crate) link: Link,
    pub(crate) motion: Duration,
    /// One for each probe: when it was sent, from the beginning, and what the motion added to its delay, seconds.
    pub(crate) added: Vec<(f64, f64)>,
    /// The same for the pointer.
    pub(crate) pointer: Vec<(f64, f64)>,
    /// From the pointer's command to the window with nothing else on the link, seconds.
    pub(crate) pointer_idle: f64,
    /// At the end of each [`PACE`]: seconds from the beginning, and bytes that had come to the helper.
    pub(crate) bytes: Vec<(f64, u64)>,
    /// Each second, from the helper's own figures: when, and frames so far.
    pub(crate) frames: Vec<(f64, u64)>,
}

impl Run {
    /// When the motion began, seconds.
    pub(crate) const BEGIN: f64 = IDLE.as_secs_f64();

    /// The times of terminal and film, seconds.
    pub(crate) fn parts(&self) -> [(f64, f64); 2] {
        let motion = self.motion.as_secs_f64();
        [(Self::BEGIN, Self::BEGIN + motion), (Self::BEGIN + motion, Self::BEGIN + 2.0 * motion)]
    }
}

pub(crate) fn run(place: &Place, link: Link, motion: Duration) -> Result<Run> {
    let pad = Pad::start(&place.screen)?;
    let mut meeting = Meeting::begin(place, link)?;
    thread::sleep(Duration::from_millis(500));
    pad.moves();
    let begin = Instant::now();
    let mut probes = Probes { begin, sent: Vec::new(), bytes: Vec::new() };
    probes.send(&mut meeting, IDLE)?;
    let building = terminal(&place.screen);
    probes.send(&mut meeting, motion)?;
    drop(building);
    let film = Film::start(&place.screen)?;
    probes.send(&mut meeting, motion)?;
    drop(film);

    let since = |at: Instant| at.saturating_duration_since(begin).as_secs_f64();
    let mut delays = Vec::new();
    for (number, sent) in probes.sent.iter().enumerate() {
        let text = number.to_string();
        let came = meeting.helper.event_within(PATIENCE, "chat", |chat| chat["text"] == text.as_str());
        delays.push((since(*sent), (came.context("a probe came")?.0 - *sent).as_secs_f64()));
    }
    let moves = pad.moves();
    let mut pointer = Vec::new();
    for (number, sent) in probes.sent.iter().enumerate() {
        // The next move to that place: places are not taken again so soon.
        if let Some((at, _)) = moves.iter().find(|(at, x)| at > sent && *x == column(number)) {
            pointer.push((since(*sent), (*at - *sent).as_secs_f64()));
        }
    }
    let mut frames = Vec::new();
    while let Some((at, stats)) = meeting.helper.event_within(Duration::ZERO, "stats", |_| true) {
        frames.push((since(at), stats["frames"].as_u64().context("frames")?));
    }
    let (added, _) = beyond_idle(delays);
    let (pointer, pointer_idle) = beyond_idle(pointer);
    Ok(Run { link, motion, added, pointer, pointer_idle, bytes: probes.bytes, frames })
}

/// Delays less their median while nothing moved, and that median.
fn beyond_idle(mut delays: Vec<(f64, f64)>) -> (Vec<(f64, f64)>, f64) {
    let mut idle: Vec<f64> =
        delays.iter().filter(|(at, _)| *at < Run::BEGIN).map(|(_, delay)| *delay).collect();
    idle.sort_by(f64::total_cmp);
    let median = idle.get(idle.len() / 2).copied().unwrap_or_default();
    delays.iter_mut().for_each(|(_, delay)| *delay = (*delay - median).max(0.0));
    (delays, median)
}

struct Probes {
    begin: Instant,
    sent: Vec<Instant>,
    bytes: Vec<(f64, u64)>,
}

impl Probes {
    fn send(&mut self, meeting: &mut Meeting, time: Duration) -> Result<()> {
        let begin = Instant::now();
        let mut due = begin;
        while due < begin + time {
            let number = self.sent.len();
            self.sent.push(Instant::now());
            meeting.host.tell("chat", json!({"text": number.to_string()}));
            meeting.helper.tell("pointer", json!({"x": column(number), "y": PAD.1 + 20}));
            self.bytes.push((self.begin.elapsed().as_secs_f64(), received(&meeting.far)?));
            due += PACE;
            thread::sleep(due.saturating_duration_since(Instant::now()));
        }
        Ok(())
    }
}

/// Where the pointer goes.
fn column(number: usize) -> i16 {
    PAD.0 + (number % usize::from(PAD.2)) as i16
}

/// Bytes of packets that have come to a computer.
fn received(at: &Namespace) -> Result<u64> {
    let table = at.within(|| std::fs::read_to_string("/proc/thread-self/net/dev"))?;
    let row = table.lines().find_map(|row| row.trim().strip_prefix(DEVICE)?.strip_prefix(':'));
    let first = row.and_then(|row| row.split_whitespace().next()).context("the device's figures")?;
    Ok(first.parse()?)
}
