//! Bytes, times and exactness of the screen codec on the recorded screens, beside other programs' ways of sending a
//! screen, as Markdown tables.
//!
//! All are run one after another on the same frames. VP9 and AV1 come from ffmpeg's libraries, set as RustDesk sets
//! them; ZRLE and Tight from a real Xvnc of TigerVNC. What is not installed is left out and named. Bytes are the same
//! on every machine (VP9's nearly: its rate control looks at the clock), times are not: compare them within one run.

#[cfg(target_os = "linux")]
mod cost;
#[cfg(target_os = "linux")]
mod filmed;
#[cfg(target_os = "linux")]
mod ours;
#[cfg(target_os = "linux")]
mod paced;
#[cfg(target_os = "linux")]
mod report;
#[cfg(target_os = "linux")]
mod rfb;
#[cfg(target_os = "linux")]
mod video;
#[cfg(target_os = "linux")]
mod vnc;

use std::path::PathBuf;

use clap::Parser;

/// Measures the screen codec, and others beside it.
#[derive(Parser)]
struct Arguments {
    /// The folder of traces; else ../shared/traces beside the workspace, if it is there, and tests/traces.
    #[arg(long, env = "ENTRAIDE_TRACES")]
    traces: Option<PathBuf>,
    /// Only these traces, by name.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Only our own codec.
    #[arg(long)]
    alone: bool,
    /// Show each trace so many times side by side and below each other: 2 makes a 4K screen of a recorded one. Only our
    /// own codec then.
    #[arg(long, default_value_t = 1)]
    times: u32,
    /// Where to write the tables, too.
    #[arg(long)]
    output: Option<PathBuf>,
    /// Given by cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let traces = traces(arguments.traces.as_deref(), &arguments.only)?;
    let mut report = report::Report::default();
    for trace in &traces {
        report.begin(&trace.name);
        eprintln!("{}: our codec", trace.name);
        report.add("Entraide", Some(ours::replay(&trace.path, arguments.times)?));
        if arguments.times > 1 {
            continue;
        }
        for link in paced::LINKS {
            eprintln!("{}: {}", trace.name, link.name);
            report.add(link.name, Some(paced::replay(link, &trace.path)?));
        }
        if arguments.alone {
            continue;
        }
        for settings in video::SETTINGS {
            eprintln!("{}: {}", trace.name, settings.name);
            report.add(settings.name, video::replay(settings, &trace.path)?);
        }
        for encoding in vnc::ENCODINGS {
            eprintln!("{}: {}", trace.name, encoding.name);
            report.add(encoding.name, vnc::replay(encoding, &trace.path)?);
        }
    }
    let report = report.to_string();
    println!("{report}");
    if let Some(path) = arguments.output {
        std::fs::write(path, report)?;
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {
    let _ = Arguments::parse();
    eprintln!("this benchmark needs Linux");
}

/// A recorded screen.
#[cfg(target_os = "linux")]
struct Recording {
    name: String,
    path: PathBuf,
}

/// The traces of the folder that was named, or of all that are there, by name: of two with one name the first, and no cut
/// of one that is there as a whole.
#[cfg(target_os = "linux")]
fn traces(folder: Option<&std::path::Path>, only: &[String]) -> anyhow::Result<Vec<Recording>> {
    use anyhow::Context as _;

    let tests = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let known = ["../../shared/traces", "../../../shared/traces", "traces"].map(|folder| tests.join(folder));
    let folders = match folder {
        Some(folder) => vec![folder.to_owned()],
        None => known.into_iter().filter(|folder| folder.is_dir()).collect(),
    };
    let mut traces = Vec::<Recording>::new();
    for folder in &folders {
        for entry in folder.read_dir().with_context(|| format!("reading {}", folder.display()))? {
            let path = entry?.path();
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let whole = name.trim_end_matches("-cut");
            let is_there = only.is_empty() && traces.iter().any(|trace| trace.name == whole);
            let wanted = only.is_empty() || only.contains(&name);
            let is_twice = is_there || traces.iter().any(|trace| trace.name == name);
            if wanted && !is_twice && path.extension().is_some_and(|extension| extension == "trc") {
                traces.push(Recording { name, path });
            }
        }
    }
    traces.sort_by(|one, other| one.name.cmp(&other.name));
    anyhow::ensure!(!traces.is_empty(), "no trace of that name in {folders:?}");
    Ok(traces)
}
