//! The tables.

use std::collections::BTreeSet;
use std::fmt::{self, Display, Formatter};
use std::time::Duration;

use crate::cost::{Cost, Film, Time, Truth};

/// The costs of all, trace by trace; the first that is added for a trace is what the others are compared with.
#[derive(Default)]
pub(crate) struct Report {
    traces: Vec<(String, Vec<(&'static str, Cost)>)>,
    missing: BTreeSet<&'static str>,
}

impl Report {
    /// What follows is about this trace.
    pub(crate) fn begin(&mut self, trace: &str) {
        self.traces.push((trace.to_owned(), Vec::new()));
    }

    /// What the trace cost one of them, or that it is not installed.
    pub(crate) fn add(&mut self, name: &'static str, cost: Option<Cost>) {
        match (cost, self.traces.last_mut()) {
            (Some(cost), Some((_, costs))) => costs.push((name, cost)),
            _ => _ = self.missing.insert(name),
        }
    }

    /// One table: a row for each of them, a column for each trace, and what stands in a cell.
    fn table(
        &self,
        f: &mut Formatter<'_>,
        title: &str,
        cell: impl Fn(&Cost, &Cost) -> Option<String>,
    ) -> fmt::Result {
        let Some((_, names)) = self.traces.first() else { return Ok(()) };
        let traces: Vec<&str> = self.traces.iter().map(|(trace, _)| trace.as_str()).collect();
        writeln!(f, "\n| {title} | {} |\n|---|{}", traces.join(" | "), "---|".repeat(traces.len()))?;
        for (row, (name, _)) in names.iter().enumerate() {
            let cells = self.traces.iter().map(|(_, costs)| {
                let ours = costs.first().map(|(_, cost)| cost)?;
                cell(&costs.get(row)?.1, ours)
            });
            let cells: Vec<Option<String>> = cells.collect();
            if cells.iter().any(Option::is_some) {
                let cells = cells.into_iter().map(|cell| cell.unwrap_or_else(|| "-".to_owned()));
                writeln!(f, "| {name} | {} |", cells.collect::<Vec<_>>().join(" | "))?;
            }
        }
        Ok(())
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "KB are 1,000 bytes; in brackets, times ours. Times are of one processor; with --times, those that pass."
        )?;
        self.table(f, "after the first screen, KB", |cost, ours| Some(bytes(cost.after, ours.after)))?;
        self.table(f, "first screen, KB", |cost, ours| Some(bytes(cost.first, ours.first)))?;
        let refined = |cost: &Cost| cost.refined.map(|bytes| format!("{:.1}", bytes as f64 / 1000.0));
        self.table(f, "of it to make exact what stands still, KB", |cost, _| refined(cost))?;
        let film = |cost: &Cost| cost.film.as_ref().map(film);
        self.table(f, "of it a film, KB", |cost, _| film(cost))?;
        self.table(f, "encode a frame, ms: mean, p50/p95", |cost, _| time(&cost.encode, cost.sent))?;
        self.table(f, "decode a frame, ms: mean, p50/p95", |cost, _| time(&cost.decode, cost.sent))?;
        self.table(f, "frames sent, of those with a change", |cost, _| {
            Some(format!("{} of {}", cost.sent, cost.changed))
        })?;
        self.table(f, "exact", |cost, _| Some(truth(&cost.truth)))?;
        if !self.missing.is_empty() {
            let missing: Vec<&str> = self.missing.iter().copied().collect();
            writeln!(f, "\nNot installed here, so not in the tables: {}.", missing.join(", "))?;
            writeln!(f, "On Debian: apt-get install ffmpeg tigervnc-standalone-server")?;
        }
        Ok(())
    }
}

fn film(film: &Film) -> String {
    format!("{:.0}, {} frames, {:.1} dB", film.bytes as f64 / 1000.0, film.shots, film.decibel)
}

fn bytes(count: usize, ours: usize) -> String {
    let [count, ours] = [count, ours].map(|bytes| bytes as f64 / 1000.0);
    let times = count / ours;
    let digits = |figure: f64| if figure < 10.0 { 2 } else { usize::from(figure < 100.0) };
    format!("{count:.*} ({times:.*}x)", digits(count), digits(times).min(1))
}

fn time(time: &Time, frames: usize) -> Option<String> {
    match time {
        Time::Each(times) => {
            let mean = times.iter().sum::<Duration>() / times.len().max(1) as u32;
            let mut sorted = times.clone();
            sorted.sort_unstable();
            let at = |percent: usize| {
                let index = (sorted.len().saturating_sub(1) * percent).div_ceil(100);
                milliseconds(sorted.get(index).copied().unwrap_or_default())
            };
            Some(format!("{}, {}/{}", milliseconds(mean), at(50), at(95)))
        }
        Time::Together(all) => Some(milliseconds(*all / frames.max(1) as u32)),
        Time::Unknown => None,
    }
}

fn milliseconds(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64() * 1000.0)
}

fn truth(truth: &Truth) -> String {
    match truth {
        Truth::EveryFrame => "every frame".to_owned(),
        Truth::ByDefinition => "yes".to_owned(),
        Truth::AtRest { moving, after } => {
            format!("moving {moving:.1} dB; {} ms later all", after.as_millis())
        }
        Truth::LastFrame { exact, decibel, moving } => {
            let moving = moving.map_or_else(String::new, |moving| format!("moving {moving:.1} dB; "));
            format!("{moving}{:.0} % of the last frame, {decibel:.1} dB", exact * 100.0)
        }
    }
}
