//! The product's programs as files to run: built as they are now, and copied, so that a build that goes on beside
//! the test changes nothing under its feet.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// Builds the program `name` of the package `package` and copies it into `directory`; returns the copy.
///
/// # Errors
/// If it does not build, or cannot be copied.
pub fn build(package: &str, name: &str, directory: &Path) -> Result<PathBuf> {
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
    let built = String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter_map(|message| message["executable"].as_str().map(PathBuf::from))
        .find(|path| path.file_stem() == Some(OsStr::new(name)))
        .context("cargo names the program it built")?;
    let copy = directory.join(name);
    fs::copy(&built, &copy)?;
    Ok(copy)
}
