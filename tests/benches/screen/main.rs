//! Bytes, processor time and exactness of screen codecs on recorded screens, as a Markdown table.
//!
//! `cargo bench -p entraide-tests --bench screen [-- W1 W4]` plays every trace, or those whose names begin so,
//! through every [`Subject`]. `ENTRAIDE_TRACES` names a folder of traces; else `../shared/traces` beside the workspace
//! is read if it is there, else `tests/traces`.
//!
//! Bytes are the same on every machine and in every run. Times are not: each is also given in units of a reference,
//! measured in the same run on the same frames: copying the whole picture once.

mod clock;
mod ours;
mod traces;

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};

/// Something that can show a trace to somebody else. Others stand beside ours: one function, one line here.
struct Subject {
    name: &'static str,
    replay: fn(&Path) -> Result<Run>,
}

const SUBJECTS: &[Subject] = &[Subject { name: "Entraide", replay: ours::replay }];

/// What a trace cost.
#[derive(Default)]
struct Run {
    /// Bytes of the first screen.
    first: usize,
    /// Bytes of all later frames.
    after: usize,
    /// The frames after the first, and how many of all frames were shown pixel for pixel.
    frames: usize,
    exact: usize,
    /// Processor time of each frame but the first.
    encode: Vec<Duration>,
    decode: Vec<Duration>,
    /// The reference, after each of these frames.
    reference: Vec<Duration>,
}

fn main() -> Result<()> {
    let chosen: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    println!(
        "KB are 1000 bytes; times are processor time, p50/p95 in ms, and p95 as a multiple of copying a picture.\n"
    );
    println!("| trace | codec | first screen, KB | after, KB | encode | | decode | | exact frames |");
    println!("|---|---|---|---|---|---|---|---|---|");
    for path in traces::all()? {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        if !chosen.is_empty() && !chosen.iter().any(|word| name.starts_with(word.as_str())) {
            continue;
        }
        for subject in SUBJECTS {
            let run =
                (subject.replay)(&path).with_context(|| format!("{} on {}", subject.name, path.display()))?;
            println!("| {name} | {} | {}", subject.name, run.row());
        }
    }
    Ok(())
}

impl Run {
    fn row(self) -> String {
        let unit = percentile(&self.reference, 50);
        let timed = |times: &[Duration]| {
            let (middle, most) = (percentile(times, 50), percentile(times, 95));
            format!("{middle:.2}/{most:.2} | {:.1}", most / unit)
        };
        format!(
            "{:.2} | {:.2} | {} | {} | {} of {} |",
            self.first as f64 / 1000.0,
            self.after as f64 / 1000.0,
            timed(&self.encode),
            timed(&self.decode),
            self.exact,
            self.frames + 1,
        )
    }
}

/// Milliseconds; 0 if there are none.
fn percentile(times: &[Duration], percent: usize) -> f64 {
    let mut times = times.to_vec();
    times.sort_unstable();
    let place = (times.len().saturating_sub(1) * percent).div_ceil(100);
    times.get(place).copied().unwrap_or_default().as_secs_f64() * 1000.0
}
