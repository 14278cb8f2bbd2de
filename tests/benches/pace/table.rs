//! The figures as a Markdown table.

use super::measure::Run;

pub(crate) fn print(runs: &[Run]) {
    println!(
        "| link | text: added p50 / p95 | film: added p50 / p95 | goal p95 | worst | pointer, idle | pointer: added p95 | text: frames/s, Mbit/s | film: frames/s, Mbit/s |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for run in runs {
        println!("{}", row(run));
    }
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let build = if cfg!(debug_assertions) { "development" } else { "release" };
    println!(
        "\nTimes in ms. {build} build, {cores} cores, load at the end {}.",
        load.split(' ').next().unwrap_or("?")
    );
}

/// One link's figures.
pub(crate) fn row(run: &Run) -> String {
    let [text, film] = run.parts();
    let whole = (text.0, film.1);
    let added =
        |part| format!("{:.0} / {:.0}", percentile(&run.added, part, 50), percentile(&run.added, part, 95));
    let flow = |part| format!("{:.1}, {:.2}", frames(run, part), megabits(run, part));
    format!(
        "| {} Mbit/s, {} ms | {} | {} | {} | {:.0} | {:.0} | {:.0} | {} | {} |",
        run.link.megabits,
        run.link.round_trip,
        added(text),
        added(film),
        run.link.goal().as_millis(),
        percentile(&run.added, whole, 100),
        run.pointer_idle * 1000.0,
        percentile(&run.pointer, whole, 95),
        flow(text),
        flow(film),
    )
}

/// Of the delays in a part of the time, milliseconds.
fn percentile(delays: &[(f64, f64)], (from, to): (f64, f64), percent: usize) -> f64 {
    let within = delays.iter().filter(|(at, _)| (from..to).contains(at));
    let mut sorted: Vec<f64> = within.map(|(_, delay)| delay * 1000.0).collect();
    sorted.sort_by(f64::total_cmp);
    let place = (sorted.len().saturating_sub(1) * percent).div_ceil(100);
    sorted.get(place).copied().unwrap_or(f64::NAN)
}

fn frames(run: &Run, part: (f64, f64)) -> f64 {
    growth(&run.frames, part)
}

fn megabits(run: &Run, part: (f64, f64)) -> f64 {
    growth(&run.bytes, part) * 8.0 / 1e6
}

/// By how much a count grew in a second.
fn growth(counts: &[(f64, u64)], (from, to): (f64, f64)) -> f64 {
    let mut within = counts.iter().filter(|(at, _)| (from..to).contains(at));
    let (Some(first), Some(last)) = (within.next(), within.next_back()) else { return f64::NAN };
    (last.1 - first.1) as f64 / (last.0 - first.0)
}
