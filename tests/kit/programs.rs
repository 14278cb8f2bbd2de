//! The product's programs as files to run: built as they are now, and copied, so that a build that goes on beside
//! the test changes nothing under its feet.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// Builds the node's program, once in a process, and copies it into `directory`; returns the copy.
///
/// # Errors
/// If it does not build, or cannot be copied.
pub fn rendezvous(directory: &Path) -> Result<PathBuf> {
    static BUILT: Mutex<Option<PathBuf>> = Mutex::new(None);
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    let program = match built.as_ref() {
        Some(program) => program,
        None => built.insert(build("entraide-rendezvous", "entraide-rendezvous")?),
    };
    let copy = directory.join("entraide-rendezvous");
    // Not `fs::copy`: a child that another test forks meanwhile would hold the copy open for writing, and it could
    // not be run.
    let copied = Command::new("cp").args([program, &copy]).status()?;
    ensure!(copied.success(), "{} can be copied", program.display());
    Ok(copy)
}

fn build(package: &str, name: &str) -> Result<PathBuf> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    // The tests' own package is named too, so that features unify as they did for the tests and nothing but the
    // program is built.
    let output = Command::new(cargo)
        .args([
            "build",
            "--quiet",
            "--message-format=json",
            "-p",
            "entraide-tests",
            "-p",
            package,
            "--bin",
            name,
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .context("cargo starts")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter_map(|message| message["executable"].as_str().map(PathBuf::from))
        .find(|path| path.file_stem() == Some(OsStr::new(name)))
        .context("cargo names the program it built")
}
