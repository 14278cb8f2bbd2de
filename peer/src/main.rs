//! The program `entraide`: everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    entraide::app::start::run(&arguments)
}
