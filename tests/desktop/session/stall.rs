//! A helper that stands still costs the host nothing, and is shown all it missed.

use std::fs;
use std::thread;
use std::time::Duration;

use entraide_common::texts::Language;
use entraide_tests::client::Client;
use entraide_tests::session::{Scene, Session};

/// How long it stands still: shorter than any link needs to be given up.
const STILL: Duration = Duration::from_secs(4);
/// Long enough for what was under way to be written.
const UNDER_WAY: Duration = Duration::from_secs(1);
/// What memory may grow by, bytes: no frame that was encoded for nobody fits many times.
const GROWTH: u64 = 8 << 20;

/// What a process has used up.
#[derive(Debug, Clone, Copy)]
struct Cost {
    /// Nanoseconds of a core.
    ran: u64,
    /// Resident memory, bytes.
    resident: u64,
}

impl Cost {
    fn of(client: &Client) -> Self {
        let folder = format!("/proc/{}", client.id());
        let tasks = fs::read_dir(format!("{folder}/task")).expect("it runs");
        let ran = tasks.flatten().map(|task| {
            // Threads end while we look.
            let figures = fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
            figures.split(' ').next().and_then(|ran| ran.parse::<u64>().ok()).unwrap_or_default()
        });
        let status = fs::read_to_string(format!("{folder}/status")).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
        let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
        Self { ran: ran.sum(), resident: kibibytes * 1024 }
    }
}

/// Frames sent by the host, as it says next.
fn sent(host: &mut Client) -> u64 {
    // What it said before is old.
    while host.has_unread("stats") {
        host.event("stats");
    }
    host.event("stats")["frames"].as_u64().expect("a number")
}

#[test]
fn a_helper_that_stands_still_costs_the_host_nothing() {
    let mut session = Session::new(Scene::new(Language::English)).viewing();
    let script = "while :; do date +%N; done";
    let flood = session.screen.spawn("xterm", &["-geometry", "100x40+200+300", "-e", "sh", "-c", script]);
    let before = sent(&mut session.host);
    let begin = Cost::of(&session.host);
    thread::sleep(STILL);
    let flowing = Cost::of(&session.host);
    assert!(sent(&mut session.host) > before, "the picture flows");

    session.helper.suspend();
    thread::sleep(UNDER_WAY);
    let (frames, still) = (sent(&mut session.host), Cost::of(&session.host));
    thread::sleep(STILL);
    let after = Cost::of(&session.host);
    assert_eq!(sent(&mut session.host), frames, "nothing is encoded for nobody");
    eprintln!("{begin:?}, flowing {flowing:?}, still {still:?}, after {after:?}");
    assert!(after.resident < still.resident + GROWTH, "{still:?}, {after:?}");
    assert!(after.ran - still.ran < flowing.ran - begin.ran, "it costs as much as a helper who sees it");

    session.helper.resume();
    drop(flood);
    session.seen();
}
