//! Where recorded screens are.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// The traces of the first folder that is there, by name.
pub(crate) fn all() -> Result<Vec<PathBuf>> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let named = std::env::var_os("ENTRAIDE_TRACES").map(PathBuf::from);
    let folders =
        [tests.join("../../shared/traces"), tests.join("../../../shared/traces"), tests.join("traces")];
    let folder = named
        .or_else(|| folders.into_iter().find(|folder| folder.is_dir()))
        .context("no folder with traces")?;
    let mut traces = Vec::new();
    for entry in folder.read_dir().with_context(|| format!("reading {}", folder.display()))? {
        traces.push(entry?.path());
    }
    traces.retain(|path| path.extension().is_some_and(|extension| extension == "trc"));
    traces.sort();
    Ok(traces)
}
