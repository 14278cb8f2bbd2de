//! What the picture leaves of a link to everything else: whole sessions of real programs over links of twelve kinds,
//! as a Markdown table and a plot.
//!
//! Host and helper are real programs in network namespaces with a direct path between them, or with none but through
//! the node. The host's line has a rate
//! and, as many a home router does, keeps up to a second of packets that wait for it: whoever sends too much sees no
//! loss, only delay. After a while without motion the host's screen fills with a terminal's output, then with a moving
//! picture that no lossless codec makes small.
//!
//! The probe is a chat line from host to helper: it travels on the control stream, on the picture's connection and in
//! its direction, one every 50 ms whatever became of the one before. Both programs run on one clock, so the time from
//! the command to the event is the delay; what is added is its difference from the median without motion. The other
//! way, a pointer's way from the helper's command to a window on the host's screen is timed.

#[cfg(target_os = "linux")]
mod flood;
#[cfg(target_os = "linux")]
mod measure;
#[cfg(target_os = "linux")]
mod meeting;
#[cfg(target_os = "linux")]
mod plot;
#[cfg(target_os = "linux")]
mod table;

use clap::Parser;

/// Measures what the picture adds to the delay of everything else.
#[derive(Parser)]
struct Arguments {
    /// Seconds of each kind of motion.
    #[arg(long, default_value_t = 4)]
    seconds: u64,
    /// Only the links of this rate, Mbit/s.
    #[arg(long)]
    rate: Option<u64>,
    /// Only the links of this round trip, ms.
    #[arg(long)]
    round_trip: Option<u64>,
    /// How packets go.
    #[arg(long, value_enum, default_value = "direct")]
    way: meeting::Way,
    /// How long the bottleneck lets packets wait, ms.
    #[arg(long, default_value_t = 1_000)]
    queue: u64,
    /// Another build of the program, to compare with.
    #[arg(long)]
    program: Option<std::path::PathBuf>,
    /// Where the plot goes, an SVG file.
    #[arg(long)]
    plot: Option<std::path::PathBuf>,
    /// Given by cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    use std::time::Duration;

    let arguments = Arguments::parse();
    if let Some(missing) = entraide_tests::namespace::missing() {
        anyhow::bail!("this machine cannot: {missing}");
    }
    let place = meeting::Place::new(arguments.program)?;
    let mut runs = Vec::new();
    for link in meeting::Link::all() {
        let wanted = |only: Option<u64>, is| only.is_none_or(|only| only == is);
        if !wanted(arguments.rate, link.megabits) || !wanted(arguments.round_trip, link.round_trip) {
            continue;
        }
        let link =
            meeting::Link { way: arguments.way, queue: Duration::from_millis(arguments.queue), ..link };
        let run = measure::run(&place, link, Duration::from_secs(arguments.seconds))?;
        eprintln!("{}", table::row(&run));
        runs.push(run);
    }
    table::print(&runs);
    if let Some(path) = arguments.plot {
        std::fs::write(path, plot::svg(&runs))?;
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {
    let _ = Arguments::parse();
    eprintln!("this benchmark needs network namespaces and X displays");
}
