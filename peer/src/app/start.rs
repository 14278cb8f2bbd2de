//! From the command line to a running way through the program, and from its end to the exit code.
//!
//! The main thread belongs to the windows where there are any: the runtime runs beside it, and the windows close when
//! the way has ended. Without a display, the main thread waits for the runtime.

use std::ffi::OsString;
use std::io::{self, IsTerminal as _, Write};
use std::process::{self, ExitCode};
use std::sync::Arc;
use std::thread;

use entraide_common::session::Party;
use entraide_common::texts::Texts;
use tokio::sync::mpsc;
use tracing_subscriber::EnvFilter;

use super::clock::Clock;
use super::faces::Faces;
use super::home;
use super::host::{self, Wish};
use super::meeting::Meet;
use super::said::{self, Interrupter};
use super::{App, curtain, doctor, helper};
use crate::canvas::Canvas;
use crate::cli::{self, Action, Cli, Join, Stop};
use crate::config::{self, Settings, System};
use crate::demo;
use crate::exit::End;
use crate::front::lines::{Input, Line};
use crate::front::{self, Event, Heard};
use crate::input::guard;
use crate::texts;
use crate::ui;
use crate::ui::model::View;
use crate::video;

/// The exit code of a program that was interrupted before it was done: 128 and the number of SIGINT, as shells say it.
pub(super) const INTERRUPTED: u8 = 130;

/// Runs the program. `arguments` begin with its name.
pub fn run(arguments: &[OsString]) -> ExitCode {
    let language = config::first_language(arguments, &System);
    let texts = texts::texts(language);
    let cli = match cli::parse(arguments, &texts) {
        Ok(cli) => cli,
        Err(Stop::Print(text)) => return print(text.as_bytes()),
        Err(Stop::Usage(text)) => return complain(&text, &End::Usage),
    };
    match &cli.action {
        Some(Action::Guard) => return guard::run_child(),
        Some(Action::DecodeVideo) => return video::run_child(),
        Some(Action::Completions { shell }) => return print(&cli::completions(*shell, &texts)),
        Some(Action::Man) => return cli::manual(&texts).map_or(ExitCode::FAILURE, |page| print(&page)),
        _ => {}
    }
    let settings = match config::settings(&cli, &System) {
        Ok(settings) => settings,
        Err(error) => return complain(&error.sentence(&texts), &End::Usage),
    };
    let texts = Arc::new(texts::texts(settings.language));
    log(&settings);
    if let Some(Action::Demo(demo)) = &cli.action {
        return demo::run(demo.output.as_deref(), &texts);
    }
    if let Some(Action::Doctor(wish)) = &cli.action {
        return doctor::run(&settings, wish.json, &texts);
    }
    session(&cli, settings, &texts)
}

/// A way with windows, a front, or both.
fn session(cli: &Cli, settings: Settings, texts: &Arc<Texts>) -> ExitCode {
    let mut input = Input::stdin();
    let way = match Way::of(cli, &mut input) {
        Ok(way) => way,
        Err(end) => return complain(&end.sentence(texts), &end),
    };
    let kind = match &cli.action {
        Some(Action::Invite(invite)) => invite.front.kind(),
        Some(Action::Join(join)) => join.front.kind(),
        _ => None,
    };
    let (said::Mouths { interrupter, windows: clicks, front: heard }, ears) = said::open();
    let canvas = Arc::<Canvas>::default();
    // A host on a display is always shown who watches; a helper at a terminal wants no window.
    let wants_windows = !matches!((&way, kind), (Way::Help { .. }, Some(front::Kind::Terminal)));
    let windows = wants_windows
        .then(|| ui::new(texts.clone(), canvas.clone(), Box::new(move |command| clicks.say(command))));
    let (shell, handle) = match windows {
        Some(Ok((shell, handle))) => (Some(shell), Some(handle)),
        // With a front the rest goes on; a host without a display is told so when it looks at its screen.
        Some(Err(_)) if kind.is_some() => (None, None),
        Some(Err(_)) => return complain(&End::NoDisplay.sentence(texts), &End::NoDisplay),
        None => (None, None),
    };
    let front = match kind.map(|kind| front::open(kind, texts.clone(), input)).transpose() {
        Ok(front) => front.map(|(front, reader)| {
            listen(reader, heard);
            front
        }),
        Err(_) => return complain(&End::NoTerminal.sentence(texts), &End::NoTerminal),
    };
    let has_front = front.is_some();
    let mut app = App {
        kind,
        texts: texts.clone(),
        clock: Clock::start(),
        faces: Faces::new(handle.clone(), front),
        said: ears,
        questions: 1,
        canvas,
        quit: has_front,
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let end = End::Failed(error.to_string());
            return complain(&end.sentence(texts), &end);
        }
    };
    let signals = interrupter.clone();
    let running = move || {
        let _closing = handle.map(Closing);
        let end = runtime.block_on(async {
            tokio::spawn(interruptions(signals));
            walk(&mut app, settings, way).await
        });
        app.faces.close();
        // What is left on the runtime (a reader blocked in a read) ends with the process.
        runtime.shutdown_background();
        end
    };
    let end = match shell {
        None => running(),
        Some(shell) => {
            let walking = thread::Builder::new().name("app".to_owned()).spawn(running);
            let walking = walking.expect("a system that starts programs starts threads");
            let texts = Arc::clone(texts);
            curtain::run(shell, walking, &interrupter, move |end| {
                // A window that could tell is gone.
                if !has_front {
                    eprintln!("{}", end.sentence(&texts));
                }
                end.code()
            })
        }
    };
    ExitCode::from(&end)
}

/// Closes the windows when the way has ended, also by a panic.
struct Closing(ui::Handle);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Where to.
enum Way {
    Home,
    Invite(Wish),
    Help { code: String },
}

impl Way {
    fn of(cli: &Cli, input: &mut Input) -> Result<Self, End> {
        match &cli.action {
            Some(Action::Invite(invite)) => Ok(Self::Invite(Wish {
                whom: invite.whom.clone().unwrap_or_default(),
                message: invite.message.clone().unwrap_or_default(),
                meet: if invite.lan { Meet::Here } else { Meet::AtNodes },
            })),
            Some(Action::Join(join)) => Ok(Self::Help { code: code_of(join, input)? }),
            _ => Ok(Self::Home),
        }
    }
}

/// The code: an argument, or the first line of standard input, where no list of processes shows it.
fn code_of(join: &Join, input: &mut Input) -> Result<String, End> {
    if join.code != "-" {
        return Ok(join.code.clone());
    }
    match input.line() {
        Ok(Some(Line::Whole(line))) => String::from_utf8(line).map_err(|_| End::NoCode),
        _ => Err(End::NoCode),
    }
}

/// Walks the way to its end; in windows, the end is shown until the person closes it.
async fn walk(app: &mut App, mut settings: Settings, way: Way) -> End {
    let end = match way {
        Way::Home => {
            let end = home::run(app, settings).await;
            return if app.said.has_lost_display() { End::DisplayGone } else { end };
        }
        Way::Invite(wish) => host::get_help(app, &mut settings, wish).await,
        Way::Help { code } => helper::help(app, &mut settings, &code).await,
    };
    let Some(end) = end else { return End::Normal };
    let end = if end == End::Normal && app.said.has_lost_display() { End::DisplayGone } else { end };
    say_end(app, &end);
    if !app.quit {
        home::linger(app).await;
    }
    end
}

/// Tells how it ended: on the front as events, in the window as its last page. A way that never became a session
/// was ended by the program.
pub(super) fn say_end(app: &mut App, end: &End) {
    let text = end.sentence(&app.texts);
    if *end != End::Normal {
        app.faces.say(&Event::Error { code: end.word(), text: text.clone() });
    }
    if !app.faces.has_said_end() {
        let by = Party::Program.name();
        app.faces.say(&Event::Ended { by, reason: end.word(), text: text.clone() });
    }
    app.faces.view(View::Over { text });
}

/// Reads the front on a thread of its own.
fn listen(reader: front::Reader, heard: mpsc::Sender<Heard>) {
    thread::Builder::new()
        .name("front".to_owned())
        .spawn(move || reader.run(&heard))
        .expect("a system that starts programs starts threads");
}

/// Ctrl-C and, on Unix, SIGTERM end the session properly; the person sees why. Who says so twice does not want to
/// wait: the process ends, and the guard lets go of what the helper holds.
async fn interruptions(interrupter: Interrupter) {
    signal().await;
    interrupter.interrupt();
    signal().await;
    process::exit(INTERRUPTED.into());
}

pub(super) async fn signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        // Without the signal there is nothing to pass on.
        std::future::pending().await
    }
}

fn log(settings: &Settings) {
    // The libraries below speak of every packet; what they say matters to us from warnings on.
    let level = settings.log.name();
    let filter = EnvFilter::new(format!("warn,winit=error,yamux=error,entraide={level}"));
    // A file or a service's journal is read without colours; NO_COLOR (no-color.org) spares a terminal them.
    let colours = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|no| no.is_empty());
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    lines.with_ansi(colours).init();
}

fn print(bytes: &[u8]) -> ExitCode {
    match io::stdout().write_all(bytes) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever closed the pipe has read enough.
        Err(_) => ExitCode::FAILURE,
    }
}

fn complain(text: &str, end: &End) -> ExitCode {
    eprintln!("{text}");
    ExitCode::from(end)
}
