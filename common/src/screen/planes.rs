//! The pixels of a patch as bytes that zstd packs well, and back.
//!
//! On a desktop the three channels move together, so green stands alone and the others as differences from it:
//! grey text leaves two planes of nothing. Tiles of few colours repeat exactly and are best left as they are;
//! in pictures only the error of a prediction is small.

use super::{Picture, Rect};

/// The most colours for which repetition beats prediction.
const FEW_COLOURS: usize = 256;

/// How a patch is coded; the numbers are the format's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    /// One colour.
    Solid = 1,
    /// Three planes.
    Planes = 2,
    /// Three planes of prediction errors.
    Predicted = 3,
}

impl Coding {
    /// The one that suits `rect` of `picture`.
    pub(super) fn suited_to(picture: &Picture, rect: Rect) -> Self {
        match colours(picture, rect) {
            0..=1 => Self::Solid,
            2..=FEW_COLOURS => Self::Planes,
            _ => Self::Predicted,
        }
    }

    /// The bytes a patch of `area` pixels has.
    pub(super) fn length(self, area: usize) -> usize {
        match self {
            Self::Solid => 3,
            Self::Planes | Self::Predicted => 3 * area,
        }
    }

    /// Puts the bytes of `rect` into `bytes`, in place of what it held.
    pub(super) fn write(self, picture: &Picture, rect: Rect, bytes: &mut Vec<u8>) {
        bytes.clear();
        let rect = match self {
            Self::Solid => Rect { width: 1, height: 1, ..rect },
            Self::Planes | Self::Predicted => rect,
        };
        bytes.extend(picture.rows(rect).flatten().map(|&pixel| green(pixel)));
        bytes.extend(picture.rows(rect).flatten().map(|&pixel| less_green(pixel, pixel)));
        bytes.extend(picture.rows(rect).flatten().map(|&pixel| less_green(pixel >> 16, pixel)));
        if self == Self::Predicted {
            bytes.chunks_exact_mut(rect.area()).for_each(|plane| predict(plane, rect.width as usize));
        }
    }

    /// Draws `bytes`, which must be as many as [`Coding::length`] says, into `rect`. They are spoilt on the way.
    pub(super) fn read(self, bytes: &mut [u8], picture: &mut Picture, rect: Rect) {
        let area = bytes.len() / 3;
        if self == Self::Predicted {
            bytes.chunks_exact_mut(area).for_each(|plane| restore(plane, rect.width as usize));
        }
        let (greens, others) = bytes.split_at(area);
        let (blues, reds) = others.split_at(area);
        if self == Self::Solid {
            let colour = colour(greens[0], blues[0], reds[0]);
            picture.rows_mut(rect).for_each(|row| row.fill(colour));
            return;
        }
        let width = rect.width as usize;
        let planes = greens.chunks_exact(width).zip(blues.chunks_exact(width)).zip(reds.chunks_exact(width));
        for (row, ((greens, blues), reds)) in picture.rows_mut(rect).zip(planes) {
            for (pixel, ((&green, &blue), &red)) in row.iter_mut().zip(greens.iter().zip(blues).zip(reds)) {
                *pixel = colour(green, blue, red);
            }
        }
    }
}

fn green(pixel: u32) -> u8 {
    (pixel >> 8) as u8
}

/// The lowest byte of `channel` less the green of `pixel`; no difference is in the middle, so that small ones
/// of either sign are neighbours.
fn less_green(channel: u32, pixel: u32) -> u8 {
    (channel as u8).wrapping_sub(green(pixel)).wrapping_add(128)
}

fn colour(green: u8, blue: u8, red: u8) -> u32 {
    let whole = |part: u8| part.wrapping_add(green).wrapping_sub(128);
    u32::from_le_bytes([whole(blue), green, whole(red), 0])
}

/// Distinct colours of `rect`, counted up to one more than [`FEW_COLOURS`].
fn colours(picture: &Picture, rect: Rect) -> usize {
    const SLOTS: usize = 1024;
    /// No pixel: their upper byte is zero.
    const FREE: u32 = u32::MAX;
    let mut seen = [FREE; SLOTS];
    let mut count = 0;
    let mut last = FREE;
    for &pixel in picture.rows(rect).flatten() {
        if pixel == last {
            continue;
        }
        last = pixel;
        let mut slot = (pixel.wrapping_mul(0x9e37_79b1) >> 22) as usize;
        while seen[slot] != FREE && seen[slot] != pixel {
            slot = (slot + 1) % SLOTS;
        }
        if seen[slot] == FREE {
            seen[slot] = pixel;
            count += 1;
            if count > FEW_COLOURS {
                break;
            }
        }
    }
    count
}

/// Replaces each value of a plane by its prediction's error, from the last to the first.
fn predict(plane: &mut [u8], width: usize) {
    let rows = plane.len() / width;
    for y in (1..rows).rev() {
        let (above, row) = plane[(y - 1) * width..].split_at_mut(width);
        for x in (1..width).rev() {
            row[x] = row[x].wrapping_sub(median(row[x - 1], above[x], above[x - 1]));
        }
        row[0] = row[0].wrapping_sub(above[0]);
    }
    for x in (1..width).rev() {
        plane[x] = plane[x].wrapping_sub(plane[x - 1]);
    }
}

/// Undoes [`predict`].
fn restore(plane: &mut [u8], width: usize) {
    for x in 1..width {
        plane[x] = plane[x].wrapping_add(plane[x - 1]);
    }
    let rows = plane.len() / width;
    for y in 1..rows {
        let (above, row) = plane[(y - 1) * width..].split_at_mut(width);
        row[0] = row[0].wrapping_add(above[0]);
        for x in 1..width {
            row[x] = row[x].wrapping_add(median(row[x - 1], above[x], above[x - 1]));
        }
    }
}

/// The median of left, up and left + up - corner, which follows edges (Weinberger, Seroussi and Sapiro, "The
/// LOCO-I lossless image compression algorithm", 2000).
fn median(left: u8, up: u8, corner: u8) -> u8 {
    let (low, high) = (left.min(up), left.max(up));
    if corner >= high {
        low
    } else if corner <= low {
        high
    } else {
        left.wrapping_add(up).wrapping_sub(corner)
    }
}
