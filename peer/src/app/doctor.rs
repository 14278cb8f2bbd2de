//! `entraide doctor`: what works here, what does not, and what to do about it, for a person or a program.
//!
//! It looks at the [`machine`], then around in the network ([`net::survey`]), and ends by itself within
//! [`limits::DOCTOR_TIME`]. Each thing that it finds is a [`Finding`] with a sentence and, where something is not well,
//! another that says what to do. Nothing is shown, injected, read from the clipboard or kept; of the screen no more than
//! the layout is looked at. No address is told but the nodes' own.
//!
//! The exit code is 0 if a node answers, and 6 if none is set or none answers.

mod finding;
mod machine;
mod report;

use std::io::{self, IsTerminal as _};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use entraide_common::limits;
use entraide_common::texts::Texts;
use tokio::task::JoinHandle;
use tokio::time::{interval, timeout};
use tokio_util::sync::CancellationToken;

pub use self::finding::{About, Finding, State};
use self::machine::Machine;
use self::report::{Report, Verdict};
use super::{net_config, start};
use crate::config::Settings;
use crate::exit::End;
use crate::keys::Seed;
use crate::net::{self, NodeFound, Side, Survey};

/// How long the display may take to answer: one that does not is of no use.
const DISPLAY_TIME: Duration = Duration::from_secs(3);

/// Looks, tells, and says by the exit code whether a node answers.
pub fn run(settings: &Settings, json: bool, texts: &Arc<Texts>) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let end = End::Failed(error.to_string());
            eprintln!("{}", end.sentence(texts));
            return ExitCode::from(&end);
        }
    };
    let mut report = Report::new(json, texts.clone());
    let examined = runtime.block_on(async {
        let stop = CancellationToken::new();
        let interrupted = stop.clone();
        tokio::spawn(async move {
            start::signal().await;
            interrupted.cancel();
        });
        examine(settings, &mut report, stop).await
    });
    // A display that does not answer keeps its thread; it ends with the process.
    runtime.shutdown_background();
    match examined {
        Ok(Some(verdict)) => {
            report.close(&verdict);
            ExitCode::from(&verdict.end)
        }
        Ok(None) => ExitCode::from(start::INTERRUPTED),
        // Whoever closed the pipe has read enough.
        Err(_) => ExitCode::FAILURE,
    }
}

/// Looks at everything; nothing if that was interrupted.
async fn examine(
    settings: &Settings,
    report: &mut Report,
    stop: CancellationToken,
) -> io::Result<Option<Verdict>> {
    report.begin()?;
    let machine = tokio::select! {
        () = stop.cancelled() => return Ok(None),
        machine = timeout(DISPLAY_TIME, tokio::task::spawn_blocking(machine::look)) => {
            machine.ok().and_then(Result::ok).unwrap_or_else(Machine::silent)
        }
    };
    report.tell(&finding::of_machine(&machine))?;
    let nodes = &settings.rendezvous;
    let mut end = End::NoNode;
    if nodes.is_empty() {
        report.tell(&[finding::no_node()])?;
    } else {
        let progress = progress(report);
        let config = net_config(Seed::draw().expose(), nodes, Side::Helper, settings.router);
        let survey = net::survey(config, stop).await;
        progress.abort();
        report.clear();
        match survey {
            Ok(Some(survey)) => {
                report.tell(&finding::of_survey(&survey))?;
                end = end_of(&survey);
            }
            Ok(None) => return Ok(None),
            Err(error) => end = End::from(&error),
        }
    }
    Ok(Some(Verdict { shows: machine.shows(), lends: machine.lends(), end }))
}

fn end_of(survey: &Survey) -> End {
    if survey.nodes.iter().any(NodeFound::answers) { End::Normal } else { End::NodeSilent }
}

/// Shows a person at a terminal that time passes, until aborted.
fn progress(report: &mut Report) -> JoinHandle<()> {
    let texts = report.shows_progress(io::stderr().is_terminal());
    tokio::spawn(async move {
        let Some(texts) = texts else { return };
        let mut ticks = interval(Duration::from_secs(1));
        for second in 0..=limits::DOCTOR_TIME.as_secs() {
            ticks.tick().await;
            eprint!("\r{}", texts.say_with("doctor-progress", &[("seconds", second.into())]));
        }
    })
}
