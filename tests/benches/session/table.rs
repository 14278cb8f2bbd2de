//! Figures as people read them.

use std::fs;
use std::time::Duration;

/// The header and one row for each measure: what, how many, p50, p95, and the goal.
pub(crate) fn head() {
    println!("| | n | p50 | p95 | goal |");
    println!("|---|---|---|---|---|");
}

/// A row of times.
pub(crate) fn times(what: &str, times: &mut [Duration], goal: &str) {
    times.sort_unstable();
    println!(
        "| {what} | {} | {} | {} | {goal} |",
        times.len(),
        milliseconds(percentile(times, 50)),
        milliseconds(percentile(times, 95))
    );
}

/// A row of one figure.
pub(crate) fn figure(what: &str, figure: &str, goal: &str) {
    println!("| {what} | 1 | {figure} | | {goal} |");
}

/// What they were measured on.
pub(crate) fn machine(load_before: &str) {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("unknown");
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let model = model.trim_start_matches(['\t', ' ', ':']);
    println!("\n{cores} cores, {model}; load over the last minute {load_before} before, {} after.", load());
}

/// Programs that ran or wanted to, over the last minute.
pub(crate) fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().unwrap_or("unknown").to_owned()
}

/// The median of times, sorted or not.
pub(crate) fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    percentile(times, 50)
}

/// As people write it.
pub(crate) fn milliseconds(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1000.0;
    if milliseconds < 100.0 { format!("{milliseconds:.1} ms") } else { format!("{milliseconds:.0} ms") }
}

fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    sorted.get((sorted.len().saturating_sub(1) * percent).div_ceil(100)).copied().unwrap_or_default()
}
