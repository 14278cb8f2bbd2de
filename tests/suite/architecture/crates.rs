//! Which crates may stand below which: cargo's own resolution, not what a manifest seems to say.

use std::collections::BTreeSet;
use std::process::Command;

use super::{PRODUCT, root};

const PACKAGES: [(&str, &str); 3] =
    [("common", "entraide-common"), ("peer", "entraide"), ("rendezvous", "entraide-rendezvous")];

/// What must not be below a crate, however far.
const FORBIDDEN: &[(&str, &[&str], &str)] = &[
    (
        "common",
        &["tokio", "futures", "libp2p", "libp2p-swarm", "winit", "x11rb", "egui", "rdev", "mio", "socket2"],
        "it decides and never acts",
    ),
    ("peer", &["entraide-rendezvous", "entraide-tests"], "they share a language, not code"),
    (
        "rendezvous",
        &["entraide", "entraide-tests", "winit", "egui", "x11rb", "rdev", "softbuffer"],
        "a node has no screen, and shares a language with the peer, not code",
    ),
];

#[test]
fn no_crate_stands_on_a_forbidden_one() {
    for (folder, forbidden, why) in FORBIDDEN {
        let below = crates_below(folder);
        for name in *forbidden {
            assert!(!below.contains(*name), "{folder} depends on {name}: {why}");
        }
    }
}

#[test]
fn a_crate_below_another_is_seen() {
    assert!(crates_below("peer").contains("entraide-common"));
    assert!(crates_below("peer").contains("libp2p-swarm"), "not only direct ones");
}

#[test]
fn no_feature_is_for_tests() {
    for folder in PRODUCT {
        let manifest =
            std::fs::read_to_string(root().join(folder).join("Cargo.toml")).expect("every crate has one");
        let manifest: toml::Table = manifest.parse().expect("cargo read it too");
        let features = manifest.get("features").and_then(toml::Value::as_table);
        for name in features.into_iter().flat_map(toml::Table::keys) {
            assert!(!name.contains("test"), "{folder}: feature {name}: no test code in the product");
        }
    }
}

/// The names of all crates that the one in `folder` is built from, on Linux.
fn crates_below(folder: &str) -> BTreeSet<String> {
    let (_, package) = PACKAGES.iter().find(|(name, _)| *name == folder).expect("one of ours");
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .args(["--package", package])
        .current_dir(root())
        .output()
        .expect("cargo runs the tests, so it runs");
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    String::from_utf8_lossy(&tree.stdout)
        .lines()
        .skip(1)
        .filter_map(|line| line.split(' ').next())
        .map(str::to_owned)
        .collect()
}
