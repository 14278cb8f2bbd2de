//! The programs, what is done with them, and what that takes.

use std::env;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use entraide_common::texts::Language;
use entraide_tests::client::Client;
use entraide_tests::programs;
use entraide_tests::session::{HELPER, Scene, code};
use entraide_tests::xserver::{Running, XServer, wait_until};
use serde_json::json;

use super::painter::{COLOURS, Painter};
use super::stages;
use super::table::{self, milliseconds};
use super::usage::{self, Usage};
use super::vnc::Server;
use super::watcher::{Watcher, middle_of_window};

/// Longest wait for a pixel or a key.
const PATIENCE: Duration = Duration::from_secs(30);
/// The key that is pressed: any that types.
const KEY: u8 = 38;
/// Who else takes a key to a screen and its picture back. 60 updates a second are Xvnc's own default.
pub(crate) const SERVERS: [Server; 3] =
    [Server::Xvnc { rate: 60 }, Server::Xvnc { rate: 240 }, Server::X11vnc];
/// Long enough for windows to open, to grow and to be drawn.
pub(crate) const SETTLED: Duration = Duration::from_millis(1500);

/// Measures everything and prints the table.
pub(crate) fn run(
    runs: usize,
    presses: usize,
    screen: (u32, u32),
    idle: Duration,
    servers: &[Server],
) -> Result<()> {
    build()?;
    let load = table::load();
    let (width, height) = screen;
    let mut stage = Stage::new(screen, "info")?;
    let (mut questions, mut pictures) = (Vec::new(), Vec::new());
    for _ in 1..runs {
        let met = stage.meet()?;
        questions.push(met.question);
        pictures.push(met.picture);
        met.part();
    }
    let mut met = stage.meet()?;
    questions.push(met.question);
    pictures.push(met.picture);
    let mut keys = stage.keys(&mut met, presses)?;
    // What was shown about the keys settles first.
    thread::sleep(2 * SETTLED);
    let [host, helper] = usage::watch([met.host.id(), met.helper.id()], idle)?;
    met.part();
    drop(stage);
    let stages = stages(screen, presses)?;
    let mut floor = floor(presses)?;
    let mut others = Vec::new();
    for server in servers {
        eprintln!("{}", server.name());
        others.push((server.name(), server.keys(presses)?));
    }

    let goal = format!("{} + 6 ms", milliseconds(table::median(&mut floor.total)));
    table::head();
    table::times("code typed to the host's question", &mut questions, "600 ms");
    table::times("Allow to first picture", &mut pictures, "300 ms");
    table::times("key press to changed pixel, nothing between (the floor)", &mut floor.total, "");
    table::times("key press to changed pixel in the helper's window", &mut keys.total, &goal);
    table::times("of it: key press to the program on the host's screen", &mut keys.there, "");
    table::times("of it: from there to the pixel", &mut keys.back, "");
    for (name, mut times) in stages {
        table::times(&format!("of that, in a run with logs: {name}"), &mut times, "");
    }
    for (name, keys) in &mut others {
        match keys {
            Some(keys) => table::times(&format!("the same by {name}"), &mut keys.total, ""),
            None => table::figure(&format!("the same by {name}"), "not installed", ""),
        }
    }
    for (who, usage) in [("host", &host), ("helper", &helper)] {
        let percent = format!("{:.2} %", usage.percent);
        table::figure(&format!("idle {who}, of one core over {} s", idle.as_secs()), &percent, "0.1 %");
        let [now, most] = [usage.megabytes, usage.most_megabytes].map(|memory| format!("{memory:.0} MB"));
        let goal = memory_goal(screen);
        table::figure(&format!("resident memory of the {who}, {width} x {height}"), &now, goal);
        table::figure(&format!("the most it ever was, {who}"), &most, goal);
    }
    table::machine(&load);
    for (who, usage) in [("host", host), ("helper", helper)] {
        println!("Idle {who} by thread: {}.", threads(usage));
    }
    Ok(())
}

/// What either program may keep resident for a screen of that size.
fn memory_goal((width, height): (u32, u32)) -> &'static str {
    match u64::from(width) * u64::from(height) {
        ..=2_073_600 => "150 MB",
        2_073_601..=8_294_400 => "400 MB",
        _ => "",
    }
}

/// The way back by stages, in a session that writes down when each is over.
fn stages(screen: (u32, u32), presses: usize) -> Result<Vec<(&'static str, Vec<Duration>)>> {
    let mut stage = Stage::new(screen, "trace")?;
    let mut met = stage.meet()?;
    let keys = stage.keys(&mut met, presses)?;
    let stages = stages::split(&keys.moments, &met.host.log(), &met.helper.log());
    met.part();
    Ok(stages)
}

/// Builds the programs as this benchmark was built.
fn build() -> Result<()> {
    let path = env::current_exe()?;
    let folder = path.parent().and_then(|deps| deps.parent()).and_then(|folder| folder.file_name());
    let folder = folder.and_then(|name| name.to_str()).context("a folder named after the profile")?;
    let profile = if folder == "debug" { "dev" } else { folder };
    let status = programs::cargo()
        .args(["build", "--quiet", "--profile", profile, "--bins", "-p", "entraide-tests"])
        .args(["-p", "entraide", "-p", "entraide-rendezvous"])
        .status()
        .context("cargo starts")?;
    ensure!(status.success(), "the programs do not build");
    Ok(())
}

/// Two displays and a node.
struct Stage {
    scene: Scene,
    screen: XServer,
    window: XServer,
    painter: Painter,
    _managers: [Running; 2],
}

impl Stage {
    fn new((width, height): (u32, u32), log: &'static str) -> Result<Self> {
        let (screen, window) = (XServer::xvfb(width, height), XServer::xvfb(width, height + 100));
        let managers = [screen.openbox(), window.openbox()];
        let painter = Painter::start(&screen)?;
        Ok(Self {
            scene: Scene::logging(Language::English, log),
            screen,
            window,
            painter,
            _managers: managers,
        })
    }

    /// From a new code to the picture.
    fn meet(&mut self) -> Result<Met> {
        let mut host = self.scene.invite(&self.screen, &[]);
        let code = code(&mut host);
        let mut helper = self.scene.entraide(Some(&self.window), "helper");
        helper.args(["join", "-", "--json"]).env("ENTRAIDE_NAME", HELPER);
        let mut helper = Client::start("helper", helper);
        thread::sleep(SETTLED);

        let typed = Instant::now();
        helper.line(&code);
        let ask = host.asked("view");
        let question = typed.elapsed();

        thread::sleep(Duration::from_millis(ask["wait_ms"].as_u64().unwrap_or_default()).max(SETTLED));
        let watcher = Watcher::start(&self.window, beside(self.middle(&helper)?))?;
        let allowed = Instant::now();
        host.tell("answer", json!({"id": ask["id"], "allow": true}));
        let picture = watcher.seen(&COLOURS, PATIENCE).context("the first picture")?.duration_since(allowed);
        Ok(Met { host, helper, question, picture })
    }

    /// Keys pressed in the helper's window, which is in control.
    fn keys(&mut self, met: &mut Met, presses: usize) -> Result<Times> {
        met.helper.tell("request", json!({"what": "control"}));
        met.host.allow("control");
        met.helper.granted("control");
        thread::sleep(SETTLED);
        let middle = self.middle(&met.helper)?;
        let hands = self.window.client();
        hands.point(middle.0, middle.1);
        hands.button(1, true);
        hands.button(1, false);
        thread::sleep(SETTLED);
        self.painter.come_forward()?;
        press(&self.window, middle, &self.painter, presses)
    }

    fn middle(&self, helper: &Client) -> Result<(i16, i16)> {
        wait_until("the helper's window opens", || middle_of_window(&self.window, helper.id()).transpose())
    }
}

/// A host and a helper who have met.
struct Met {
    host: Client,
    helper: Client,
    question: Duration,
    picture: Duration,
}

impl Met {
    fn part(mut self) {
        self.helper.tell("stop", json!({}));
        self.helper.exit_code();
        self.host.exit_code();
    }
}

/// How long keys took.
#[derive(Default)]
pub(crate) struct Times {
    /// From the key press to the pixel.
    pub(crate) total: Vec<Duration>,
    /// From the key press to the painter.
    pub(crate) there: Vec<Duration>,
    /// From the painter to the pixel.
    pub(crate) back: Vec<Duration>,
    /// When the way back began and ended.
    pub(crate) moments: Vec<Moment>,
}

/// A picture's way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    /// The painter heard of the key, and draws.
    pub(crate) drawn: Instant,
    /// The pixel changed.
    pub(crate) seen: Instant,
}

/// In the square, but clear of the cursor, which may stand in its middle.
pub(crate) fn beside((x, y): (i16, i16)) -> (i16, i16) {
    (x - 40, y - 30)
}

/// The same painter and watcher with nothing between.
fn floor(presses: usize) -> Result<Times> {
    let server = XServer::xvfb(1280, 800);
    let _manager = server.openbox();
    let painter = Painter::start(&server)?;
    thread::sleep(SETTLED);
    painter.come_forward()?;
    press(&server, (640, 400), &painter, presses)
}

/// Presses a key at `server` and waits for the pixel there, again and again. The pauses are uneven, so that no
/// clock of a program falls into step with them.
pub(crate) fn press(
    server: &XServer,
    middle: (i16, i16),
    painter: &Painter,
    presses: usize,
) -> Result<Times> {
    let watcher = Watcher::start(server, beside(middle))?;
    let hands = server.client();
    let mut times = Times::default();
    for turn in 0..presses {
        let pressed = Instant::now();
        hands.key(KEY, true);
        let heard = painter.pressed(PATIENCE)?;
        let seen = watcher.seen(&COLOURS, PATIENCE)?;
        hands.key(KEY, false);
        times.total.push(seen - pressed);
        times.there.push(heard - pressed);
        times.back.push(seen - heard);
        times.moments.push(Moment { drawn: heard, seen });
        thread::sleep(Duration::from_micros(40_000 + turn as u64 * 7_919 % 23_000));
    }
    Ok(times)
}

fn threads(usage: Usage) -> String {
    let busy = usage.threads.into_iter().filter(|(_, percent, wakes)| *percent >= 0.005 || *wakes >= 0.5);
    let said: Vec<_> = busy
        .map(|(name, percent, wakes)| format!("{name} {percent:.3} %, {wakes:.1} wake-ups a second"))
        .collect();
    said.join("; ")
}
