//! Films on the screen: which are found, how they are shown, and that all else stays exact.

#[path = "films/found.rs"]
mod found;
#[path = "films/shown.rs"]
mod shown;
#[path = "films/way.rs"]
mod way;

use std::path::{Path, PathBuf};

use entraide_common::screen::{Picture, Rect};

fn trace(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("traces").join(name)
}

/// Where the clip of W5 plays, to the pixel.
const CLIP: Rect = Rect { x: 24, y: 107, width: 640, height: 360 };

/// How like each other two pictures of one size are within `rect`, in decibel.
fn decibel(one: &Picture, other: &Picture, rect: Rect) -> f64 {
    // One row in four says as much.
    let rows = one.rows(rect).zip(other.rows(rect)).step_by(4);
    let pairs = rows.flat_map(|(one, other)| one.iter().zip(other));
    let squares = |(one, other): (&u32, &u32)| {
        let colours = one.to_le_bytes().into_iter().zip(other.to_le_bytes()).take(3);
        colours.map(|(one, other)| f64::from(one.abs_diff(other)).powi(2)).sum::<f64>()
    };
    let mean = pairs.map(squares).sum::<f64>() / (rect.area() / 4 * 3) as f64;
    10.0 * (255.0 * 255.0 / mean.max(1e-9)).log10()
}
