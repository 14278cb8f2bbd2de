//! Bytes, times and exactness of the screen codec on the recorded screens, as a Markdown table.
//!
//! `ENTRAIDE_TRACES` names a folder of traces; else `../shared/traces` beside the workspace is read if it is
//! there, else `tests/traces`. Bytes are the same on every machine, times are not: compare them within one run.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use entraide_common::screen::{Decoder, Encoder, Picture, Size};
use entraide_tests::trace::Trace;

fn main() -> Result<()> {
    println!("| trace | frames | first screen, KB | after, KB | encode p50/p95, ms | decode p50/p95, ms |");
    println!("|---|---|---|---|---|---|");
    for path in traces()? {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let run = replay(&path).with_context(|| format!("in {}", path.display()))?;
        println!(
            "| {name} | {} | {:.1} | {:.1} | {} | {} |",
            run.encode.len() + 1,
            run.first as f64 / 1000.0,
            run.after as f64 / 1000.0,
            percentiles(run.encode),
            percentiles(run.decode),
        );
    }
    println!("\nEvery frame was exact.");
    Ok(())
}

/// The traces of the first folder that is there, by name.
fn traces() -> Result<Vec<PathBuf>> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let named = std::env::var_os("ENTRAIDE_TRACES").map(PathBuf::from);
    let folders =
        [tests.join("../../shared/traces"), tests.join("../../../shared/traces"), tests.join("traces")];
    let folder = named
        .or_else(|| folders.into_iter().find(|folder| folder.is_dir()))
        .context("no folder with traces")?;
    let mut traces = Vec::new();
    for entry in folder.read_dir().with_context(|| format!("reading {}", folder.display()))? {
        traces.push(entry?.path());
    }
    traces.retain(|path| path.extension().is_some_and(|extension| extension == "trc"));
    traces.sort();
    Ok(traces)
}

/// What a trace cost: bytes, and the time of each frame but the first.
#[derive(Default)]
struct Run {
    first: usize,
    after: usize,
    encode: Vec<Duration>,
    decode: Vec<Duration>,
}

fn replay(path: &Path) -> Result<Run> {
    let mut trace = Trace::open(path)?;
    let mut run = Run::default();
    let mut encoder = Encoder::new(trace.picture().size());
    let mut decoder = Decoder::new();
    let mut canvas = Picture::black(Size::new(1, 1).context("a picture of one pixel")?);
    while let Some(moment) = trace.step()? {
        let begin = Instant::now();
        let Some(frame) = encoder.encode(trace.picture(), &moment.damage) else { continue };
        let encoded = Instant::now();
        decoder.decode(&frame, &mut canvas)?;
        let decoded = Instant::now();
        ensure!(canvas == *trace.picture(), "not exact after {} ms", moment.milliseconds);
        if run.first == 0 {
            run.first = frame.len();
        } else {
            run.after += frame.len();
            run.encode.push(encoded - begin);
            run.decode.push(decoded - encoded);
        }
    }
    Ok(run)
}

fn percentiles(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |percent: usize| {
        let time = times.get((times.len().saturating_sub(1) * percent).div_ceil(100)).copied();
        time.unwrap_or_default().as_secs_f64() * 1000.0
    };
    format!("{:.2}/{:.2}", at(50), at(95))
}
