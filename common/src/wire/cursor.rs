//! The host's cursor, apart from the picture, so that it never waits behind it.

use serde::{Deserialize, Serialize};

use super::codec::messages;
use crate::limits;

/// A cursor's look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// The point that clicks, from the left.
    pub hot_x: u32,
    /// The point that clicks, from above.
    pub hot_y: u32,
    /// Premultiplied red, green, blue, alpha, row by row.
    #[serde(with = "serde_bytes")]
    pub rgba: Vec<u8>,
}

/// Where the cursor is, in the picture's pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// From the left edge.
    pub x: i32,
    /// From the upper edge.
    pub y: i32,
    /// Whether it is shown at all.
    pub visible: bool,
}

messages! {
    /// The cursor stream.
    pub enum Cursor, limit limits::CURSOR_BYTES, check check;
    /// A new look.
    1 => Shape(Shape),
    /// A new place.
    2 => Position(Position),
}

fn check(message: &Cursor) -> Result<(), &'static str> {
    let Cursor::Shape(shape) = message else { return Ok(()) };
    let side = 1..=limits::CURSOR_SIDE;
    if !side.contains(&shape.width) || !side.contains(&shape.height) {
        return Err("an impossible cursor size");
    }
    if shape.rgba.len() != shape.width as usize * shape.height as usize * 4 {
        return Err("a cursor whose pixels do not fill it");
    }
    if shape.hot_x >= shape.width || shape.hot_y >= shape.height {
        return Err("a hot spot outside the cursor");
    }
    Ok(())
}
