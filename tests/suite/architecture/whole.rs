//! Every file is compiled: one that no module declares is never tested, and looks as if it were.

use std::collections::HashSet;
use std::path::PathBuf;

use super::source::{declared_modules, rust_files};
use super::{PRODUCT, root};

#[test]
fn no_file_is_forgotten() {
    let tests = root().join("tests");
    let mut files = Vec::new();
    for folder in PRODUCT {
        rust_files(&root().join(folder).join("src"), &mut files);
    }
    for folder in ["kit", "suite", "desktop"] {
        rust_files(&tests.join(folder), &mut files);
    }
    let declared: HashSet<PathBuf> = files.iter().flat_map(|file| declared_modules(file)).collect();
    let manifest = std::fs::read_to_string(tests.join("Cargo.toml")).expect("cargo read it too");
    let forgotten: Vec<_> = files
        .iter()
        .filter(|file| !file.ends_with("lib.rs") && !file.ends_with("main.rs") && !declared.contains(*file))
        .filter(|file| {
            !file.strip_prefix(&tests).is_ok_and(|file| manifest.contains(&*file.to_string_lossy()))
        })
        .map(|file| file.display().to_string())
        .collect();
    assert!(forgotten.is_empty(), "no module declares\n{}", forgotten.join("\n"));
}
