//! `entraide demo`: a whole session on this machine with nobody else, told step by step.
//!
//! A rendezvous node, a host on an Xvfb of its own (never the person's display) and a helper whose real window opens
//! on `$DISPLAY` if there is one, else on a second Xvfb. All three are the ordinary programs, joined by the code that
//! the host prints; the demo answers their questions as any program may, over pipes. It ends by itself and leaves two
//! screenshots and a summary. Everything it starts dies with it.

#[cfg(target_os = "linux")]
mod client;
#[cfg(target_os = "linux")]
mod display;
#[cfg(target_os = "linux")]
mod story;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use entraide_common::texts::Texts;

/// Where screenshots and summary go unless told otherwise.
#[cfg(target_os = "linux")]
const OUTPUT: &str = "demo-output";

/// Runs the demo.
pub fn run(output: Option<&Path>, texts: &Arc<Texts>) -> ExitCode {
    #[cfg(target_os = "linux")]
    {
        let output = output.unwrap_or(Path::new(OUTPUT));
        match story::tell(output, texts) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{}", texts.say_with("demo-failed", &[("detail", format!("{error:#}").into())]));
                ExitCode::FAILURE
            }
        }
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = output;
        eprintln!("{}", texts.say("demo-linux"));
        ExitCode::FAILURE
    }
}
