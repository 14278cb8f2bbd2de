//! The lossless screen codec: pictures in, bytes out, and back. Pure functions over pixels.
//!
//! A desktop is text, flat colour and blocks that move. The [`Encoder`] looks only where the capture engine saw
//! damage, names blocks that moved, cuts what still differs out of its tile and leaves the repetition to one
//! zstd stream that lives as long as the generation. The [`Decoder`] believes nothing it reads. Both hold the
//! same picture after every frame, pixel for pixel; a new size or a lost stream is a new generation with a new
//! encoder and a new decoder.
//!
//! # Format, form 1
//! All numbers are little endian; a *varint* is seven bits a byte, lowest first, the top bit set on all but the
//! last byte. A frame's payload is the next stretch of the generation's zstd stream (window at most 8 MB, no
//! checksum), flushed so that it ends with a whole block. Before it, in the generation's first frame only:
//!
//! | bytes | meaning |
//! |---|---|
//! | u8 | the form, 1 |
//! | u16, u16 | width and height of the picture, within [`Size::new`]'s limits |
//!
//! The picture starts black. It is cut into tiles of 64 x 64 pixels, counted in rows from the upper left;
//! those at the right and lower edges are as much smaller as they must be. What the stretch inflates to is:
//!
//! 1. the length of the plan in bytes, a varint;
//! 2. the plan: the number of shifts, u8, at most 7; each shift as i16 dx and i16 dy; then to its end one record
//!    for each tile that changes, in ascending order:
//!
//!    | bytes | meaning |
//!    |---|---|
//!    | varint | tiles left unchanged since the record before |
//!    | u8 | bits 0-2: how the patch is coded; bit 3: the patch is the whole tile; bits 4-6: which shift, from 1, or 0 for none; bit 7: zero |
//!    | 4 x u8 | only for a patch that is not the whole tile: its x and y within the tile, its width - 1 and its height - 1 |
//!
//! 3. the bytes of the patches, in the order of their records.
//!
//! A tile with a shift is first filled with what the picture of the *previous* frame shows at (dx, dy) from it,
//! which must lie inside the picture; then its patch is drawn. A record has a shift, a patch or both. Patches:
//!
//! | coding | bytes | meaning |
//! |---|---|---|
//! | 0 | 0 | no patch |
//! | 1 | 3 | one colour: G, B - G + 128, R - G + 128 |
//! | 2 | 3 a pixel | a plane of G, one of B - G + 128, one of R - G + 128, each row by row |
//! | 3 | 3 a pixel | the same planes, each value less its prediction |
//!
//! All sums are modulo 256. The prediction is the median of left, up and left + up - corner, all within the
//! plane; left alone in its first row, up alone in its first column, 0 at its first value.
//!
//! The plan says exactly how much must follow; more or less is an error, so a frame can cost a decoder no more
//! than the area it changes. Codings 4 to 7 and other forms are for codecs to come.

mod decode;
mod encode;
mod motion;
mod picture;
mod plan;
mod planes;
mod tiles;

pub use decode::{DecodeError, Decoder};
pub use encode::Encoder;
pub use picture::Picture;

use serde::{Deserialize, Serialize};

use crate::limits;

/// A picture's size in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// Pixels across, 1 to [`limits::PICTURE_SIDE`].
    pub width: u32,
    /// Pixels down, 1 to [`limits::PICTURE_SIDE`].
    pub height: u32,
}

impl Size {
    /// `None` if a side or the area is outside the limits.
    #[must_use]
    pub fn new(width: u32, height: u32) -> Option<Self> {
        let side = 1..=limits::PICTURE_SIDE;
        let area = u64::from(width) * u64::from(height);
        (side.contains(&width) && side.contains(&height) && area <= limits::PICTURE_PIXELS)
            .then_some(Self { width, height })
    }

    /// Pixels in all.
    #[must_use]
    pub const fn area(self) -> usize {
        self.width as usize * self.height as usize
    }

    /// The whole picture as a rectangle.
    #[must_use]
    pub const fn rect(self) -> Rect {
        Rect { x: 0, y: 0, width: self.width, height: self.height }
    }
}

/// A rectangle of pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rect {
    /// Left edge.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

impl Rect {
    /// The first column right of it, or `u32::MAX` for a rectangle that reaches beyond it.
    #[must_use]
    pub const fn right(self) -> u32 {
        self.x.saturating_add(self.width)
    }

    /// The first row below it, or `u32::MAX` for a rectangle that reaches beyond it.
    #[must_use]
    pub const fn bottom(self) -> u32 {
        self.y.saturating_add(self.height)
    }

    /// Pixels in all.
    #[must_use]
    pub const fn area(self) -> usize {
        self.width as usize * self.height as usize
    }

    /// What it shares with `other`, if anything.
    #[must_use]
    pub fn intersection(self, other: Self) -> Option<Self> {
        let (x, y) = (self.x.max(other.x), self.y.max(other.y));
        let (right, bottom) = (self.right().min(other.right()), self.bottom().min(other.bottom()));
        (x < right && y < bottom).then(|| Self { x, y, width: right - x, height: bottom - y })
    }

    /// The smallest rectangle around both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        let (right, bottom) = (self.right().max(other.right()), self.bottom().max(other.bottom()));
        Self { x, y, width: right - x, height: bottom - y }
    }
}

/// The form of [the format](self) that is written and read here.
const FORM: u8 = 1;

/// How far back the zstd stream may refer, as a power of two: 8 MB, some four screens of planes.
const WINDOW_LOG: u32 = 23;
