//! The node's program: arguments and settings in, lines or JSON out, signals to orders.

use std::io::{self, IsTerminal as _, Write};
use std::process::ExitCode;

use entraide_common::texts::{Language, Texts};
use entraide_rendezvous::cli::{self, Arguments, Command, Flags, Typed};
use entraide_rendezvous::config::{self, ConfigError, Settings};
use entraide_rendezvous::identity;
use entraide_rendezvous::sentences;
use entraide_rendezvous::server::{Handle, Notice, Server, ServerConfig};
use serde_json::json;
use tracing_subscriber::EnvFilter;

const FAILED: u8 = 1;
const WRONG_USAGE: u8 = 2;

fn main() -> ExitCode {
    let typed: Vec<_> = std::env::args_os().collect();
    let language = cli::language(&typed);
    let texts = sentences::texts(language.unwrap_or_else(sentences::system_language));
    match cli::read(typed, &texts) {
        Typed::Print(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Typed::Wrong(sentence) => fail(&sentence, WRONG_USAGE),
        Typed::Run(arguments) => run(&arguments, language, texts),
    }
}

fn run(arguments: &Arguments, language: Option<Language>, texts: Texts) -> ExitCode {
    let settings = match config::read(&arguments.settings) {
        Ok(settings) => settings,
        Err(error) => return fail(&error.sentence(&texts), WRONG_USAGE),
    };
    let texts = match settings.language {
        Some(of_file) if language.is_none() => sentences::texts(of_file),
        _ => texts,
    };
    start_log(&settings.log);
    let out = Out { json: arguments.settings.json, texts };
    match arguments.command.unwrap_or(Command::Serve) {
        Command::Check => check(&settings, &out),
        Command::Id => id(&settings, &out),
        Command::Serve => serve(settings, arguments.settings.clone(), out),
    }
}

fn check(settings: &Settings, out: &Out) -> ExitCode {
    let file = settings.file.as_ref().map(|file| file.display().to_string());
    let sentence = match &file {
        Some(file) => out.texts.say_with("check-fine", &[("file", file.as_str().into())]),
        None => out.texts.say("check-defaults"),
    };
    out.line(&sentence, &json!({ "event": "checked", "file": file }));
    ExitCode::SUCCESS
}

fn id(settings: &Settings, out: &Out) -> ExitCode {
    match identity::load_or_create(&settings.data) {
        Ok(key) => {
            let id = key.public().to_peer_id().to_string();
            out.line(&id, &json!({ "event": "id", "peer": id }));
            ExitCode::SUCCESS
        }
        Err(error) => fail(&out.texts.say_with("no-key", &[("error", error.to_string().into())]), FAILED),
    }
}

fn serve(settings: Settings, flags: Flags, out: Out) -> ExitCode {
    let key = match identity::load_or_create(&settings.data) {
        Ok(key) => key,
        Err(error) => {
            return fail(&out.texts.say_with("no-key", &[("error", error.to_string().into())]), FAILED);
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            return fail(
                &out.texts.say_with("node-no-setup", &[("error", error.to_string().into())]),
                FAILED,
            );
        }
    };
    let Settings { listen, external, limits, .. } = settings.clone();
    runtime.block_on(async move {
        let server = match Server::start(ServerConfig { key, listen, external, limits }).await {
            Ok(server) => server,
            Err(error) => return fail(&sentences::of_start_error(&error, &out.texts), FAILED),
        };
        // Before anybody hears that the node listens: whoever signals it then shall be understood.
        let signals = match Signals::catch() {
            Ok(signals) => signals,
            Err(error) => {
                let said = out.texts.say_with("node-no-setup", &[("error", error.to_string().into())]);
                return fail(&said, FAILED);
            }
        };
        let texts = sentences::texts(out.texts.language());
        let signals = tokio::spawn(obey_signals(signals, server.handle(), settings, flags, texts));
        server.run(|notice| out.notice(&notice)).await;
        signals.abort();
        ExitCode::SUCCESS
    })
}

/// What the system may send.
#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn catch() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }
}

/// Ctrl-C, which needs no preparation.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn catch() -> io::Result<Self> {
        Ok(Self)
    }
}

/// SIGTERM and SIGINT close the node, in order at first and at once when repeated; SIGHUP reads the settings again.
#[cfg(unix)]
async fn obey_signals(
    mut signals: Signals,
    handle: Handle,
    mut settings: Settings,
    flags: Flags,
    texts: Texts,
) -> io::Result<()> {
    loop {
        tokio::select! {
            Some(()) = signals.terminate.recv() => handle.close().await,
            Some(()) = signals.interrupt.recv() => handle.close().await,
            Some(()) = signals.hang_up.recv() => reload(&handle, &mut settings, &flags, &texts).await,
        }
    }
}

/// Ctrl-C closes the node, in order at first and at once when repeated.
#[cfg(not(unix))]
async fn obey_signals(
    _signals: Signals,
    handle: Handle,
    _settings: Settings,
    _flags: Flags,
    _texts: Texts,
) -> io::Result<()> {
    loop {
        tokio::signal::ctrl_c().await?;
        handle.close().await;
    }
}

/// Broken settings are told and change nothing: a running node is worth more than a wrong file.
#[cfg(unix)]
async fn reload(handle: &Handle, settings: &mut Settings, flags: &Flags, texts: &Texts) {
    let read = match config::read(flags) {
        Ok(read) => read,
        Err(error) => return eprintln!("{}", kept(&error, texts)),
    };
    let waiting = waiting_settings(settings, &read);
    if !waiting.is_empty() {
        eprintln!("{}", texts.say_with("node-settings-wait", &[("keys", waiting.join(", ").into())]));
    }
    handle.reload(read.limits).await;
}

#[cfg(unix)]
fn kept(error: &ConfigError, texts: &Texts) -> String {
    texts.say_with("node-settings-kept", &[("error", error.sentence(texts).into())])
}

/// The settings besides limits that differ, all of which need a restart.
#[cfg(unix)]
fn waiting_settings(now: &Settings, read: &Settings) -> Vec<&'static str> {
    let differs = [
        ("listen", now.listen != read.listen),
        ("external", now.external != read.external),
        ("data", now.data != read.data),
        ("lang", now.language != read.language),
        ("log", now.log != read.log),
    ];
    differs.into_iter().filter_map(|(key, differs)| differs.then_some(key)).collect()
}

fn start_log(level: &str) {
    // libp2p reports at its own levels what peers do wrong every minute; only its faults are ours to read.
    let filter = format!("warn,entraide_rendezvous={level}");
    let filter = if matches!(level, "debug" | "trace") { level.to_owned() } else { filter };
    // A file or a service's journal is read without colours; NO_COLOR (no-color.org) spares a terminal them.
    let colours = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|no| no.is_empty());
    let lines = tracing_subscriber::fmt().with_env_filter(EnvFilter::new(filter)).with_writer(io::stderr);
    lines.with_ansi(colours).init();
}

fn fail(sentence: &str, code: u8) -> ExitCode {
    eprintln!("{sentence}");
    ExitCode::from(code)
}

/// Where the program speaks: addresses and JSON on standard output, other sentences for people on standard error.
struct Out {
    json: bool,
    texts: Texts,
}

impl Out {
    fn notice(&self, notice: &Notice) {
        let sentence = sentences::of_notice(notice, &self.texts);
        let event = match notice {
            Notice::Listening(address) => {
                return self
                    .line(&sentence, &json!({ "event": "listening", "address": address.to_string() }));
            }
            Notice::Give { address, to } => {
                let address = address.to_string();
                let event = json!({ "event": "give", "address": address, "to": to.name(), "text": sentence });
                return self.line(&sentence, &event);
            }
            Notice::NotListening { .. } => "not_listening",
            Notice::Reachable(_) => "reachable",
            Notice::Violation { .. } => "violation",
            Notice::Reloaded { .. } => "reloaded",
            Notice::Closing { .. } => "closing",
            Notice::Closed { .. } => "closed",
        };
        if self.json {
            self.line(&sentence, &json!({ "event": event, "text": sentence }));
        } else {
            eprintln!("{sentence}");
        }
    }

    fn line(&self, sentence: &str, event: &serde_json::Value) {
        let mut out = io::stdout().lock();
        // A reader that went away is no reason to end: peers are still being served.
        let _ = if self.json { writeln!(out, "{event}") } else { writeln!(out, "{sentence}") };
        let _ = out.flush();
    }
}
