//! A process on a display, played by lines: `puppet capture`, `puppet inject`, `puppet lend`, `puppet watch`. It is
//! its own guard, as the program is.

use std::fs;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::time::Instant;

use anyhow::Context as _;
use entraide::desktop::{self, Capture, Desktop, Hand, Pixels, Screen, Waker};
use entraide::input::guard::{self, Guard};
use entraide::input::inject::{Gate, Pump};
use entraide_common::input::{Button, KeyCode};
use entraide_common::wire::control::MonitorChoice;
use entraide_common::wire::input::{Act, Event};

fn main() -> ExitCode {
    let role = std::env::args().nth(1).unwrap_or_default();
    if role == guard::COMMAND {
        return guard::run_child();
    }
    match play(&role) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("error {error}"));
            ExitCode::FAILURE
        }
    }
}

fn play(role: &str) -> anyhow::Result<()> {
    let desktop = desktop::open()?;
    match role {
        "capture" => capture(&desktop),
        "inject" => inject(&desktop, Gate::new()),
        "lend" => lend(&desktop),
        "watch" => watch(&desktop),
        "seat" => {
            say(&format!("{:?}", desktop.seat()));
            Ok(())
        }
        _ => anyhow::bail!("no such role"),
    }
}

/// Follows the screen by its damage alone. `snapshot PATH` writes width, height and pixels; `one ID` and `all` choose.
fn capture(desktop: &Desktop) -> anyhow::Result<()> {
    let mut screen = desktop.open_screen()?;
    let lines = lines(screen.waker());
    let mut followed = Followed::default();
    loop {
        match lines.try_recv() {
            Ok(line) => command(&line, screen.as_mut(), &followed)?,
            Err(TryRecvError::Empty) => {}
            Err(TryRecvError::Disconnected) => return Ok(()),
        }
        match screen.next()? {
            Capture::Picture(pixels) => followed.take(&pixels),
            Capture::Shape(shape) => {
                let (size, hot) = ((shape.width, shape.height), (shape.hot_x, shape.hot_y));
                say(&format!(
                    "shape {size:?} {hot:?} {}",
                    shape.rgba.iter().map(|byte| u64::from(*byte)).sum::<u64>()
                ));
            }
            Capture::Position(at) => say(&format!("position {} {} {}", at.x, at.y, at.visible)),
            Capture::Layout(monitors) => {
                let monitors: Vec<_> = monitors.iter().map(|m| (m.id, m.x, m.y, m.width, m.height)).collect();
                say(&format!("layout {}", serde_json::to_string(&monitors)?));
            }
            Capture::Idle => {}
        }
    }
}

fn command(line: &str, screen: &mut dyn Screen, followed: &Followed) -> anyhow::Result<()> {
    match line.split_once(' ').unwrap_or((line, "")) {
        ("snapshot", path) => {
            let header = [followed.width, followed.height];
            let words = header.iter().chain(&followed.pixels);
            fs::write(path, words.flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>())?;
        }
        ("one", id) => screen.choose(MonitorChoice::One(id.parse()?))?,
        ("all", _) => screen.choose(MonitorChoice::All)?,
        _ => anyhow::bail!("no such command"),
    }
    let (x, y) = screen.origin();
    say(&format!("done {x} {y}"));
    Ok(())
}

/// The picture as one knows it who is told damage only.
#[derive(Default)]
struct Followed {
    width: u32,
    height: u32,
    pixels: Vec<u32>,
}

impl Followed {
    fn take(&mut self, given: &Pixels<'_>) {
        if (self.width, self.height) != (given.size.width, given.size.height) {
            (self.width, self.height) = (given.size.width, given.size.height);
            self.pixels = vec![0xdead_beef; given.size.area()];
        }
        for rect in given.damage {
            for y in rect.y..rect.bottom() {
                for x in rect.x..rect.right() {
                    let from = y as usize * given.stride + x as usize * 4;
                    let pixel = [given.bgrx[from], given.bgrx[from + 1], given.bgrx[from + 2], 0];
                    self.pixels[(y * self.width + x) as usize] = u32::from_le_bytes(pixel);
                }
            }
        }
    }
}

/// Plays acts as `inject` does until the Escape key is pressed by hand.
fn lend(desktop: &Desktop) -> anyhow::Result<()> {
    let gate = Gate::new();
    let escape = gate.clone();
    let _hands = desktop.watch_hands(move |hand| {
        if hand == Hand::Escape {
            escape.shut();
        }
    })?;
    inject(desktop, gate)
}

/// Plays acts one after the other: `text JSON`, `key CODE DOWN`, `button N DOWN`, `pointer X Y`, `wheel X Y`,
/// `release`. `shut` and `cut` do not wait for their turn.
fn inject(desktop: &Desktop, gate: Gate) -> anyhow::Result<()> {
    gate.open(1);
    let mut pump = Pump::new(gate.clone(), desktop.open_injector()?, Guard::start()?);
    let (sender, acts) = mpsc::channel();
    std::thread::spawn(move || {
        for line in io::stdin().lines().map_while(Result::ok) {
            match line.as_str() {
                "shut" => say(if gate.shut() { "shut" } else { "shut already" }),
                "cut" => {
                    gate.cut();
                    say("cut");
                }
                _ => {
                    let queued = act(&line).map(|act| gate.queue(Event { generation: 1, act }));
                    if sender.send(queued).is_err() {
                        return;
                    }
                }
            }
        }
    });
    for queued in acts {
        match pump.inject(&queued?, (0, 0)) {
            Ok(done) => say(&format!("{done:?}")),
            Err(error) => say(&format!("error {error}")),
        }
    }
    Ok(())
}

fn act(line: &str) -> anyhow::Result<Act> {
    let words: Vec<&str> = line.split(' ').collect();
    Ok(match words[..] {
        ["text", ..] => Act::Text(serde_json::from_str(&line["text ".len()..])?),
        ["key", code, down] => Act::Key { code: KeyCode(code.parse()?), down: down.parse()? },
        ["button", button, down] => Act::Button { button: Button(button.parse()?), down: down.parse()? },
        ["pointer", x, y] => Act::Pointer { x: x.parse()?, y: y.parse()? },
        ["wheel", dx, dy] => Act::Wheel { dx: dx.parse()?, dy: dy.parse()? },
        ["release"] => Act::ReleaseAll,
        _ => anyhow::bail!("no such act: {line}"),
    })
}

/// Says what hands do. `mark` sets a moment, `since` asks who pressed something since then.
fn watch(desktop: &Desktop) -> anyhow::Result<()> {
    let hands = desktop.watch_hands(|hand| say(&format!("{hand:?}")))?;
    say("ready");
    let mut mark = Instant::now();
    for line in io::stdin().lines() {
        match line?.as_str() {
            "mark" => {
                mark = Instant::now();
                say("marked");
            }
            "since" => {
                let presses = hands.presses().context("a display that tells")?;
                let since = |pressed: Option<Instant>| pressed.is_some_and(|pressed| pressed >= mark);
                say(match (since(presses.by_hand), since(presses.injected)) {
                    (false, false) => "since: nobody",
                    (true, false) => "since: a hand",
                    (false, true) => "since: a program",
                    (true, true) => "since: both",
                });
            }
            _ => anyhow::bail!("no such question"),
        }
    }
    Ok(())
}

/// Lines of standard input; each wakes, and so does the end.
fn lines(waker: Waker) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for line in io::stdin().lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
            waker.wake();
        }
        drop(sender);
        waker.wake();
    });
    receiver
}

fn say(line: &str) {
    let mut output = io::stdout().lock();
    // Whoever listened is gone: so will we be, at the end of our input.
    let _ = writeln!(output, "{line}");
    let _ = output.flush();
}
