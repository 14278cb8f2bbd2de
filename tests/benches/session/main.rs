//! A whole session of real programs on two X displays of this machine, timed from outside, as a Markdown table.
//!
//! A node, a host and a helper with its viewer run as people run them; a painter on the host's display changes
//! colour at each key, a watcher looks at one pixel of the helper's display. The floor is the same painter and the
//! same watcher on one display with no program between; TigerVNC and x11vnc, where they are installed, take the same
//! keys in the same run. The programs are built in this benchmark's own profile.
//! Times depend on the machine and on what else it does: both stand below the table.

#[cfg(target_os = "linux")]
mod painter;
#[cfg(target_os = "linux")]
mod session;
#[cfg(target_os = "linux")]
mod stages;
#[cfg(target_os = "linux")]
mod table;
#[cfg(target_os = "linux")]
mod usage;
#[cfg(target_os = "linux")]
mod vnc;
#[cfg(target_os = "linux")]
mod watcher;

use clap::Parser;

/// Times a whole session from outside.
#[derive(Parser)]
struct Arguments {
    /// Sessions to begin, each with a code, a question and a first picture.
    #[arg(long, default_value_t = 10)]
    runs: usize,
    /// Keys to press.
    #[arg(long, default_value_t = 200)]
    presses: usize,
    /// The host's screen, pixels across and down. The helper's is a little taller.
    #[arg(long, default_value = "1280x800", value_parser = size)]
    screen: (u32, u32),
    /// Seconds to watch idle programs.
    #[arg(long, default_value_t = 20)]
    idle: u64,
    /// Only our own programs.
    #[arg(long)]
    alone: bool,
    /// Given by cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    let Arguments { runs, presses, screen, idle, alone, bench: _ } = Arguments::parse();
    let others = if alone { &[][..] } else { &session::SERVERS };
    session::run(runs, presses, screen, std::time::Duration::from_secs(idle), others)
}

fn size(text: &str) -> Result<(u32, u32), String> {
    let sides =
        text.split_once('x').and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    sides.ok_or_else(|| "a size such as 1920x1080".to_owned())
}

#[cfg(not(target_os = "linux"))]
fn main() {
    let _ = Arguments::parse();
    eprintln!("this benchmark needs X displays");
}
