//! The screen codec: pictures in, bytes out, and back. Pure functions over pixels. Lossless, but that photographs may be
//! drawn only nearly while bytes are short, and made exact when they stand still.
//!
//! A desktop is text, flat colour and blocks that move. The [`Encoder`] looks only where the capture engine saw
//! damage, names blocks that moved, and codes what still differs pixel by pixel, each at the price of its surprise
//! after everything the session has shown so far. The [`Decoder`] believes nothing it reads. Both hold the same
//! picture after every frame, pixel for pixel, and where that is not yet the truth, the encoder knows; a new size or a
//! lost stream is a new generation with a new encoder and a new decoder. `docs/screen-codec.md` tells it with figures
//! and measurements.
//!
//! # The way of a frame
//! 1. [`tiles`]: which tiles of 64 x 64 pixels differ at all, and the box around what differs in each.
//! 2. [`motion`]: the few shifts by which much of the frame moved.
//! 3. [`plan`]: which tiles are copied from elsewhere in the previous picture, and which patches are drawn then.
//! 4. [`models`]: the walk through the plan, written once for both directions over [`range::Coder`].
//!    [`geometry`] codes where things are; [`text`] and [`natural`] the rows of patches; [`pieces`] finds rows of
//!    32 pixels that were on the screen before, and [`covered`] knows the photograph below each pixel; [`pixel`] codes
//!    one pixel in its [`contexts`], with the session's [`palette`] for colours that come as a surprise, and [`literals`]
//!    one that nothing foretold.
//! 5. [`rough`]: what was drawn only nearly, and when it is refined. The decoder knows nothing of it.
//!
//! Where a film plays, none of this draws it: [`film`].
//!
//! # Format, form 3
//! A generation's first frame begins with the form, u8 3, and the picture's width and height, u16 each, little
//! endian, within [`Size::new`]'s limits. All else in all frames is one number of the [range coder](range), begun
//! anew with each frame, while what its models have learnt stays from frame to frame. The picture begins black. In
//! this order a frame says:
//!
//! 1. how many shifts, each either one of the last eight or a new dx and dy ([`geometry`]);
//! 2. if there are any: for each tile, row by row, which of them fills it from (dx, dy) in the *previous* picture;
//! 3. how many patches; then for each, from above to below and from left to right, where it lies within its row of
//!    tiles, whether it is text or natural and how true it becomes, and its rows from above to below ([`text`],
//!    [`natural`]), drawn over what the copies left.
//!
//! The order of the questions is the order in which [`models`] and the modules it calls ask them: they are the
//! definition, and a change of any table, model or constant there is another form.
//!
//! # What a frame can do to a decoder
//! Patches are in order, inside their tiles and without overlaps, and at most one for each tile; copies are at most one
//! for each tile. So a frame costs at most the time of a whole picture of literals, however short or long it is, and
//! reading beyond its end is noticed within one row. Memory is allocated once for a generation: some 20 MB and two
//! pictures.

mod band;
mod contexts;
mod copies;
mod covered;
mod decode;
mod encode;
pub mod film;
mod frame;
mod geometry;
mod lane;
mod literals;
mod mix;
mod models;
mod motion;
mod natural;
mod number;
mod palette;
mod patches;
mod picture;
mod pieces;
mod pixel;
mod plan;
mod range;
mod rough;
mod rows;
mod text;
mod tiles;
mod workers;

pub use decode::{DecodeError, Decoder};
pub use encode::{Change, Encoder, Refinement};
pub use picture::Picture;
pub use rough::STILL;

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

/// How far each colour of a photograph's pixels may be from the truth for the time being.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tolerance(u8);

impl Tolerance {
    /// Nothing is left for later.
    pub const EXACT: Self = Self(0);
    /// As far as it goes: some 40 dB, which takes a second look to notice.
    pub const MOST: Self = Self(4);

    /// So many 255ths, if that is no more than [`Tolerance::MOST`].
    #[must_use]
    pub const fn new(most: u8) -> Option<Self> {
        if most <= Self::MOST.0 { Some(Self(most)) } else { None }
    }

    /// In 255ths.
    #[must_use]
    pub const fn most(self) -> u8 {
        self.0
    }
}

/// The form of [the format](self) that is written and read here.
const FORM: u8 = 4;

/// Pixels of a [piece](pieces).
const PIECE: usize = 32;

/// Which rule a frame breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Lie(&'static str);
