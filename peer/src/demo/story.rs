//! The session itself, from the node's first word to the goodbye.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use entraide_common::texts::Texts;
use fluent_bundle::FluentValue;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::client::Client;
use super::display::{Display, save_screen, save_window, wait_for_window};

/// What the helper types. The accents show that characters arrive, not keys.
const TYPED: &str = "Bonjour ! Ça marche : é ç € @ ñ";
/// How long typed text may take to be in the terminal's file.
const ARRIVAL: Duration = Duration::from_secs(30);

/// Who tells.
struct Teller {
    texts: Arc<Texts>,
    start: Instant,
}

impl Teller {
    fn tell<'a>(&'a self, key: &str, places: &[(&'a str, FluentValue<'a>)]) {
        println!("[{:5.1} s] {}", self.start.elapsed().as_secs_f64(), self.texts.say_with(key, places));
    }
}

/// What was measured on the way.
struct Figures {
    question: Duration,
    picture: Duration,
    typed: Duration,
    stats: Value,
    path: String,
}

/// Tells the whole story.
pub(super) fn tell(output: &Path, texts: &Arc<Texts>) -> Result<()> {
    let teller = Teller { texts: texts.clone(), start: Instant::now() };
    fs::create_dir_all(output).with_context(|| format!("{} cannot be made", output.display()))?;
    let room = tempfile::tempdir().context("no room for temporary files")?;
    teller.tell("demo-begin", &[]);

    let mut node = start_node(&room)?;
    let address = node.event("listening", |event| is_loopback_tcp(&event["address"]))?["address"].clone();
    let address = address.as_str().context("a node without an address")?.to_owned();
    teller.tell("demo-node", &[("address", address.as_str().into())]);

    let (host_display, mut host, received) = start_host(&room, &address)?;
    let code = host.event("code", |_| true)?["digits"].clone();
    let code = code.as_str().context("a host without a code")?.to_owned();
    teller.tell("demo-code", &[("code", code.as_str().into())]);

    let helper_display = HelperDisplay::choose()?;
    teller.tell(helper_display.key(), &[]);
    let mut helper = start_helper(&room, &address, helper_display.name())?;
    let joined = Instant::now();
    helper.write_line(&code)?;

    let figures = session(&teller, &mut host, &mut helper, joined, &received)?;
    thread::sleep(Duration::from_secs(1));
    let host_picture = output.join("host.png");
    let helper_picture = output.join("helper.png");
    save_screen(host_display.name(), &host_picture)?;
    wait_for_window(helper_display.name(), Some(helper.id()))?;
    save_window(helper_display.name(), helper.id(), &helper_picture)?;
    teller.tell("demo-pictures", &[("folder", output.display().to_string().into())]);

    helper.command(&json!({"command": "stop"}))?;
    let ended = host.event("ended", |_| true)?;
    ensure!(host.wait()?.success() && helper.wait()?.success(), "the goodbye was not a clean one");
    ensure!(ended["by"] == "helper", "the session ended otherwise: {ended}");
    teller.tell("demo-end", &[]);
    summarise(&teller, &figures, output)
}

fn session(
    teller: &Teller,
    host: &mut Client,
    helper: &mut Client,
    joined: Instant,
    received: &Path,
) -> Result<Figures> {
    let ask = host.event("ask", |ask| ask["what"] == "view")?;
    let question = joined.elapsed();
    teller.tell("demo-asked", &[("name", ask["who"]["name"].as_str().unwrap_or("").to_owned().into())]);
    host.allow(&ask)?;
    let allowed = Instant::now();
    helper.event("stage", |stage| stage["name"] == "viewing")?;
    let picture = allowed.elapsed();
    teller.tell("demo-picture", &[]);

    helper.command(&json!({"command": "request", "what": "control"}))?;
    let ask = host.event("ask", |ask| ask["what"] == "control")?;
    host.allow(&ask)?;
    helper.event("granted", |granted| granted["what"] == "control")?;
    teller.tell("demo-control", &[]);

    let before = Instant::now();
    helper.command(&json!({"command": "pointer", "x": 400, "y": 300}))?;
    helper.command(&json!({"command": "button", "n": 1, "down": true}))?;
    helper.command(&json!({"command": "button", "n": 1, "down": false}))?;
    helper.command(&json!({"command": "text", "text": format!("{TYPED}\n")}))?;
    wait_for_text(received)?;
    let typed = before.elapsed();
    teller.tell("demo-typed", &[("text", TYPED.into())]);

    let stats = helper.fresh("stats")?;
    let path = stats["path"].as_str().unwrap_or("?").to_owned();
    Ok(Figures { question, picture, typed, stats, path })
}

fn start_node(room: &TempDir) -> Result<Client> {
    let mut command = Command::new(beside("entraide-rendezvous")?);
    command
        .args(["--json", "--listen", "/ip4/127.0.0.1/tcp/0", "--listen", "/ip4/127.0.0.1/udp/0/quic-v1"])
        .arg("--data")
        .arg(room.path().join("node"));
    Client::start(command)
}

/// The host's display with a terminal on it, the host, and the file in which the terminal keeps what is typed.
fn start_host(room: &TempDir, node: &str) -> Result<(Display, Client, PathBuf)> {
    let mut display = Display::start("1280x800")?;
    let received = room.path().join("typed.txt");
    display.manage()?;
    let keep = format!("cat > '{}'", received.display());
    display.run(
        "xterm",
        &["-u8", "-fa", "Monospace", "-fs", "12", "-geometry", "90x24+60+160", "-e", "sh", "-c", &keep],
    )?;
    wait_for_window(display.name(), None)?;
    let mut command = entraide(room, "host", node)?;
    command.args(["invite", "--json", "--name", "Marie", "--message", "Mon imprimante ne répond plus"]);
    command.env("DISPLAY", display.name());
    Ok((display, Client::start(command)?, received))
}

fn start_helper(room: &TempDir, node: &str, display: &str) -> Result<Client> {
    let mut command = entraide(room, "helper", node)?;
    command.args(["join", "-", "--json", "--name", "Paul"]).env("DISPLAY", display);
    Client::start(command)
}

/// This program again, with a data directory of its own and nothing of the person's settings.
fn entraide(room: &TempDir, data: &str, node: &str) -> Result<Command> {
    let mut command = Command::new(env::current_exe()?);
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("ENTRAIDE_") {
            command.env_remove(name);
        }
    }
    command.env_remove("WAYLAND_DISPLAY").env("XDG_SESSION_TYPE", "x11");
    command.env("XDG_CONFIG_HOME", room.path().join("config"));
    command.arg("--rendezvous").arg(node).arg("--data").arg(room.path().join(data));
    Ok(command)
}

/// The node's program, which is installed beside this one.
fn beside(name: &str) -> Result<PathBuf> {
    let path = env::current_exe()?.with_file_name(name);
    ensure!(path.exists(), "{} is not there: build the whole workspace", path.display());
    Ok(path)
}

/// Where the helper's window opens.
enum HelperDisplay {
    Persons(String),
    Own(Display),
}

impl HelperDisplay {
    fn choose() -> Result<Self> {
        match env::var("DISPLAY") {
            Ok(name) if x11rb::connect(Some(&name)).is_ok() => Ok(Self::Persons(name)),
            _ => {
                let mut display = Display::start("1280x900")?;
                display.manage()?;
                Ok(Self::Own(display))
            }
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Persons(name) => name,
            Self::Own(display) => display.name(),
        }
    }

    fn key(&self) -> &'static str {
        match self {
            Self::Persons(_) => "demo-helper-window",
            Self::Own(_) => "demo-helper-hidden",
        }
    }
}

fn is_loopback_tcp(address: &Value) -> bool {
    address.as_str().is_some_and(|address| address.starts_with("/ip4/127.0.0.1/tcp/"))
}

fn wait_for_text(file: &Path) -> Result<()> {
    let until = Instant::now() + ARRIVAL;
    loop {
        let text = fs::read_to_string(file).unwrap_or_default();
        if text.contains(TYPED) {
            return Ok(());
        }
        ensure!(Instant::now() < until, "the terminal received {text:?} instead of {TYPED:?}");
        thread::sleep(Duration::from_millis(20));
    }
}

fn summarise(teller: &Teller, figures: &Figures, output: &Path) -> Result<()> {
    let ms = |time: Duration| format!("{:.0}", time.as_secs_f64() * 1000.0);
    let summary = teller.texts.say_with(
        "demo-summary",
        &[
            ("question", ms(figures.question).into()),
            ("picture", ms(figures.picture).into()),
            ("typed", ms(figures.typed).into()),
            ("frames", figures.stats["frames"].to_string().into()),
            ("bytes", figures.stats["bytes"].to_string().into()),
            ("path", figures.path.as_str().into()),
            ("rtt", figures.stats["rtt_ms"].to_string().into()),
        ],
    );
    println!("\n{summary}");
    let file = output.join("summary.txt");
    fs::write(&file, format!("{summary}\n")).with_context(|| format!("{} cannot be written", file.display()))
}
