//! What a process uses, as the kernel counts it.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

/// What one process used.
pub(crate) struct Usage {
    /// Of one core.
    pub(crate) percent: f64,
    /// Resident memory, MB of 1,000,000 bytes.
    pub(crate) megabytes: f64,
    /// The most it ever was, likewise.
    pub(crate) most_megabytes: f64,
    /// Threads by name with their share of one core in percent and their wake-ups a second, busiest first.
    pub(crate) threads: Vec<(String, f64, f64)>,
}

/// Watches processes for that time.
pub(crate) fn watch<const N: usize>(processes: [u32; N], time: Duration) -> Result<[Usage; N]> {
    let before = processes.map(threads);
    let begin = Instant::now();
    std::thread::sleep(time);
    let seconds = begin.elapsed().as_secs_f64();
    let mut before = before.into_iter();
    let mut used = Vec::new();
    for process in processes {
        let before = before.next().context("as many as there are processes")??;
        let mut shares = Vec::new();
        for thread in threads(process)? {
            // One that began meanwhile began with nothing.
            let old = before.iter().find(|old| old.id == thread.id);
            let (ran, times) = old.map_or((0, 0), |old| (old.nanoseconds, old.times));
            let percent = (thread.nanoseconds - ran) as f64 / seconds / 1e7;
            shares.push((thread.name, percent, (thread.times - times) as f64 / seconds));
        }
        shares.sort_by(|one, other| other.1.total_cmp(&one.1));
        let percent = shares.iter().map(|share| share.1).sum();
        let [megabytes, most_megabytes] = resident(process)?;
        used.push(Usage { percent, megabytes, most_megabytes, threads: shares });
    }
    used.try_into().ok().context("as many as there are processes")
}

struct Thread {
    id: u32,
    name: String,
    nanoseconds: u64,
    times: u64,
}

/// From `schedstat`, which counts in nanoseconds; `stat` counts in hundredths of a second.
fn threads(process: u32) -> Result<Vec<Thread>> {
    let folder = format!("/proc/{process}/task");
    let mut threads = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("reading {folder}"))? {
        let path = entry?.path();
        // Threads come and go while we look.
        let Ok(figures) = fs::read_to_string(path.join("schedstat")) else { continue };
        let Ok(name) = fs::read_to_string(path.join("comm")) else { continue };
        let figures: Vec<u64> = figures.split_whitespace().filter_map(|figure| figure.parse().ok()).collect();
        let &[nanoseconds, _, times] = figures.as_slice() else { continue };
        let id = path.file_name().and_then(|id| id.to_str()?.parse().ok()).context("a thread's number")?;
        threads.push(Thread { id, name: name.trim().to_owned(), nanoseconds, times });
    }
    Ok(threads)
}

/// Resident memory now, and the most it ever was.
fn resident(process: u32) -> Result<[f64; 2]> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let megabytes = |name| -> Result<f64> {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).context("resident memory")?;
        let kibibytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kibibytes * 1024.0 / 1e6)
    };
    Ok([megabytes("VmRSS:")?, megabytes("VmHWM:")?])
}
