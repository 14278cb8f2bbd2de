//! The directions that must never exist, as ARCHITECTURE.md gives them, checked against the sources.

mod crates;
mod directions;
mod sizes;
mod source;
mod whole;

use std::path::Path;

use source::Source;

const PRODUCT: [&str; 3] = ["common", "peer", "rendezvous"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests live in the workspace")
}

fn product() -> Vec<Source> {
    let sources: Vec<_> =
        PRODUCT.into_iter().flat_map(|folder| source::crate_sources(root(), folder)).collect();
    assert!(sources.len() > 30, "only {} files of the product were found", sources.len());
    sources
}
