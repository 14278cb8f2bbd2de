//! What looks like a photograph.
//!
//! Text and drawings are flat, with hard edges: where two pixels beside each other differ at all, they differ much (in the
//! recorded desktops two in three such pairs). Photographs are soft: they have many colours, and what is beside each other
//! differs a little. Grain and grass are neither, but hardly a pixel equals its neighbour there.

use super::super::natural::farthest;
use super::super::plan::NATURAL_AREA;
use super::super::{Picture, Rect};

/// Two colours that differ by more make a hard edge.
const HARD: u8 = 32;
/// Soft: of the pairs that differ, no more are hard.
const HARD_PERCENT: usize = 35;
/// Rough: of all pairs, fewer are equal.
const REPEATED_PERCENT: usize = 30;
/// Colours in something soft, and in something rough; in a small piece of it, one for so many pixels.
const COLOURS: [usize; 2] = [48, 192];
const PIXELS_FOR_A_COLOUR: [usize; 2] = [32, 8];
/// Of something higher than so many rows, one in four is looked at.
const LEAST_ROWS: u32 = 32;
/// Text is looked for in cells of so many pixels each way: a letter and what is around it.
const CELL: u32 = 16;
/// In such a cell so many pairs are equal, and so many colours there are: black, white, and what smooths the edges.
const FLAT_PERCENT: usize = 40;
const TEXT_COLOURS: usize = 48;
/// Less says nothing.
const LEAST_PIXELS: usize = 32;
/// Narrower strips have their neighbours above.
const LEAST_WIDTH: u32 = 8;
/// Bits of the table in which colours are counted.
const TABLE_BITS: u32 = 11;

/// Whether it is as large as what the encoder calls natural.
pub(super) fn is_large(rect: Rect) -> bool {
    rect.area() >= NATURAL_AREA
}

/// Whether `rect` of a picture, within one tile, looks like a photograph.
pub(super) fn is_one(picture: &Picture, rect: Rect) -> bool {
    look(picture, rect) == Look::Photo
}

/// What pixels look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Photo,
    /// It might be one in the dark, or out of focus: soft, but with few colours.
    Soft,
    /// Text, lines, or too little to say.
    Text,
}

/// What `rect` of a picture, within one tile, looks like.
pub(super) fn look(picture: &Picture, rect: Rect) -> Look {
    if rect.area() < LEAST_PIXELS {
        return Look::Text;
    }
    let mut pairs = Pairs::default();
    let mut colours = Colours::default();
    let mut above: Option<&[u32]> = None;
    let step = if rect.height >= LEAST_ROWS && rect.width >= LEAST_WIDTH { 4 } else { 1 };
    for row in picture.rows(rect).step_by(step) {
        if rect.width >= LEAST_WIDTH {
            pairs.add(row, &row[1..]);
        } else if let Some(above) = above {
            pairs.add(row, above);
        }
        above = Some(row);
        colours.add(row);
    }
    let [soft, rough] = [0, 1].map(|kind| COLOURS[kind].min(rect.area() / PIXELS_FOR_A_COLOUR[kind]));
    match (pairs.are_soft(), pairs.are_rough()) {
        (true, _) if colours.count >= soft => Look::Photo,
        (_, true) if colours.count >= rough => Look::Photo,
        (true, _) => Look::Soft,
        _ => Look::Text,
    }
}

/// Whether there is text in some part of `rect`, of a picture that is a photograph otherwise: a cell that is mostly flat,
/// of few colours, and where they differ, they differ much.
pub(super) fn has_text(picture: &Picture, rect: Rect) -> bool {
    let begins = |from: u32, to: u32| (from..to).step_by(CELL as usize);
    let corners =
        begins(rect.y, rect.bottom()).flat_map(|y| begins(rect.x, rect.right()).map(move |x| (x, y)));
    let cells = corners.map(|(x, y)| Rect { x, y, width: CELL, height: CELL });
    cells.filter_map(|cell| cell.intersection(rect)).any(|cell| is_text(picture, cell))
}

fn is_text(picture: &Picture, cell: Rect) -> bool {
    let mut pairs = Pairs::default();
    for row in picture.rows(cell) {
        pairs.add(row, &row[1..]);
    }
    if pairs.equal * 100 < pairs.all * FLAT_PERCENT
        || pairs.hard * 2 < pairs.all - pairs.equal
        || pairs.hard == 0
    {
        return false;
    }
    let mut colours = Colours::default();
    picture.rows(cell).for_each(|row| colours.add(row));
    colours.count <= TEXT_COLOURS
}

/// Pixels beside each other.
#[derive(Default)]
struct Pairs {
    all: usize,
    equal: usize,
    hard: usize,
}

impl Pairs {
    fn add(&mut self, row: &[u32], others: &[u32]) {
        for (one, other) in row.iter().zip(others) {
            self.all += 1;
            if one == other {
                self.equal += 1;
            } else {
                self.hard += usize::from(farthest(*one, *other) > HARD);
            }
        }
    }

    fn are_soft(&self) -> bool {
        self.hard * 100 <= (self.all - self.equal) * HARD_PERCENT
    }

    fn are_rough(&self) -> bool {
        self.equal * 100 < self.all * REPEATED_PERCENT
    }
}

/// Different colours. Two of one hash pass for one.
struct Colours {
    seen: [u64; 1 << (TABLE_BITS - 6)],
    count: usize,
}

impl Default for Colours {
    fn default() -> Self {
        Self { seen: [0; 1 << (TABLE_BITS - 6)], count: 0 }
    }
}

impl Colours {
    fn add(&mut self, row: &[u32]) {
        for pixel in row {
            let hash = pixel.wrapping_mul(0x9e37_79b1) >> (32 - TABLE_BITS);
            let (word, bit) = (&mut self.seen[hash as usize / 64], 1 << (hash % 64));
            self.count += usize::from(*word & bit == 0);
            *word |= bit;
        }
    }
}
