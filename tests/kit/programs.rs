//! The product's programs as files to run: built as they are now, and copied, so that a build that goes on beside
//! the test changes nothing under its feet.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// Builds the node's program, unless it is built, and copies it into `directory`; returns the copy.
///
/// # Errors
/// If it does not build, or cannot be copied.
pub fn rendezvous(directory: &Path) -> Result<PathBuf> {
    static BUILT: Mutex<Option<PathBuf>> = Mutex::new(None);
    copy("entraide-rendezvous", &BUILT, directory)
}

/// The same with the program of host and helper.
///
/// # Errors
/// If it does not build, or cannot be copied.
pub fn entraide(directory: &Path) -> Result<PathBuf> {
    static BUILT: Mutex<Option<PathBuf>> = Mutex::new(None);
    copy("entraide", &BUILT, directory)
}

/// cargo in the workspace, as the developer calls it. What it told this program about its own package is taken back:
/// ring's build script watches those variables, and it and all that stands on it would be built again.
#[must_use]
pub fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let ours = |name: &OsStr| {
        name.to_str()
            .is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"))
    };
    for (name, _) in env::vars_os().filter(|(name, _)| ours(name)) {
        cargo.env_remove(name);
    }
    cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
    cargo
}

/// Package and program have one name.
fn copy(name: &str, built: &Mutex<Option<PathBuf>>, directory: &Path) -> Result<PathBuf> {
    let mut built = built.lock().unwrap_or_else(PoisonError::into_inner);
    let program = match built.as_ref() {
        Some(program) => program,
        None => built.insert(find(name).map_or_else(|| build(name), Ok)?),
    };
    let copy = directory.join(name);
    // Not `fs::copy`: a child that another test forks meanwhile would hold the copy open for writing, and it could
    // not be run.
    let copied = Command::new("cp").args([program, &copy]).status()?;
    ensure!(copied.success(), "{} can be copied", program.display());
    Ok(copy)
}

/// The program beside this test's own, if it was built from our sources as they are. `deploy/test` builds all of
/// them first: each test is a process, and asking cargo in each of them would take longer than most tests.
fn find(name: &str) -> Option<PathBuf> {
    let test = env::current_exe().ok()?;
    let program = test.parent()?.parent()?.join(name);
    let made = modified(&program)?;
    // `PROGRAM: FILE FILE`, as for make. A directory may be shared by several checkouts.
    let list = fs::read_to_string(program.with_extension("d")).ok()?;
    let (_, sources) = list.split_once(": ")?;
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    let settings =
        ["Cargo.toml", "Cargo.lock", "common/Cargo.toml", "peer/Cargo.toml", "rendezvous/Cargo.toml"];
    let mut sources =
        sources.split_whitespace().map(PathBuf::from).chain(settings.map(|path| workspace.join(path)));
    let is_current =
        |path: PathBuf| path.starts_with(workspace) && modified(&path).is_some_and(|changed| changed <= made);
    sources.all(is_current).then_some(program)
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}

fn build(name: &str) -> Result<PathBuf> {
    // The tests' own package is named too, so that features unify as they did for the tests and nothing but the
    // program is built.
    let output = cargo()
        .args([
            "build",
            "--quiet",
            "--message-format=json",
            "-p",
            "entraide-tests",
            "-p",
            name,
            "--bin",
            name,
        ])
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
