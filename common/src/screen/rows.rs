//! The rows around the pixel that is coded.
//!
//! A patch is coded row by row, and a pixel's context reaches three columns to either side, two rows up, and back to
//! what the screen showed before. These rows are copies with a margin, black beyond the picture's edges, so nothing
//! that looks around has to ask where the picture ends.

use std::ops::Range;

use super::band::Band;
use super::contexts::Around;
use super::covered::{self, Below};
use super::{PIECE, Rect};

/// Columns before and after a patch that contexts may look at.
pub(super) const MARGIN: usize = 4;

/// Calm for longer is as calm.
pub(super) const CALMEST: usize = 15;
/// Columns that are looked at for calm.
const CALM_COLUMNS: usize = 64;

/// Seven rows, of the width of a patch and a [`MARGIN`] on both sides.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// Two rows up, as it is now.
    pub(super) above2: Vec<u32>,
    /// One row up, as it is now.
    pub(super) above: Vec<u32>,
    /// The row itself: what is coded already, and then what the screen showed before.
    pub(super) row: Vec<u32>,
    /// One row up, as the screen showed it before.
    pub(super) old_above: Vec<u32>,
    /// The row, as the screen showed it before.
    pub(super) old: Vec<u32>,
    /// The photograph below the row, and below the one above.
    pub(super) below: Vec<Below>,
    pub(super) below_above: Vec<Below>,
    /// Whether any of these two is known.
    pub(super) is_covered: bool,
    /// For how many rows each column of the patch has had one colour.
    calm: Vec<u32>,
    /// The patch's left edge in the picture.
    pub(super) left: usize,
    /// The patch's width.
    pub(super) width: usize,
}

impl Rows {
    /// Before the first row of `rect`.
    pub(super) fn begin(&mut self, band: &Band<'_>, rect: Rect) {
        (self.left, self.width) = (rect.x as usize, rect.width as usize);
        for row in [&mut self.above2, &mut self.above, &mut self.row, &mut self.old_above, &mut self.old] {
            row.clear();
            row.resize(self.width + 2 * MARGIN, 0);
        }
        for row in [&mut self.below, &mut self.below_above] {
            row.clear();
            row.resize(self.width + 2 * MARGIN, Below::default());
        }
        if let Some(row) = rect.y.checked_sub(1).and_then(|y| band.covered(y)) {
            covered::load(row, &mut self.below_above, MARGIN, self.left);
        }
        self.calm.clear();
        self.calm.resize(self.width, 0);
        let columns = rect.x as usize..rect.right() as usize;
        for y in rect.y.saturating_sub(CALMEST as u32).max(1)..rect.y {
            grow_calm(&mut self.calm, &band.row(y)[columns.clone()], &band.row(y - 1)[columns.clone()]);
        }
        for (row, up) in [(&mut self.above2, 2), (&mut self.above, 1), (&mut self.old_above, 1)] {
            if let Some(y) = rect.y.checked_sub(up) {
                load(row, band.row(y), self.left);
            }
        }
    }

    /// For how many rows the `length` columns from `x` have each had one colour, at most [`CALMEST`]. Of a long stretch
    /// its beginning speaks for all.
    pub(super) fn calm(&self, x: usize, length: usize) -> usize {
        let columns = &self.calm[x..x + length.min(CALM_COLUMNS)];
        columns.iter().fold(CALMEST as u32, |least, &calm| least.min(calm)) as usize
    }

    /// Goes to row `y`, the next one.
    pub(super) fn load(&mut self, band: &Band<'_>, y: u32) {
        load(&mut self.old, band.row(y), self.left);
        if let Some(row) = band.covered(y) {
            covered::load(row, &mut self.below, MARGIN, self.left);
        }
        self.is_covered = self.below.iter().any(|below| below.pixel().is_some());
        let right = MARGIN + self.width;
        self.row[..MARGIN].copy_from_slice(&self.old[..MARGIN]);
        self.row[right..].copy_from_slice(&self.old[right..]);
    }

    /// The patch's part of the row stays as the screen showed it before, as far as nothing else is drawn.
    pub(super) fn keep(&mut self) {
        let patch = MARGIN..MARGIN + self.width;
        self.row[patch.clone()].copy_from_slice(&self.old[patch]);
    }

    /// The neighbours of the pixel at `at`.
    pub(super) fn around(&self, at: usize) -> Around {
        let (above2, above, row) = (&self.above2[at..], &self.above[at - 1..], &self.row[at - 3..]);
        let (Some(&[www, ww, w]), Some(&[nw, n, ne, nee]), Some(&[nn, nne])) =
            (row.first_chunk(), above.first_chunk(), above2.first_chunk())
        else {
            unreachable!("rows have a margin on both sides")
        };
        Around { w, ww, www, nw, n, ne, nee, nn, nne }
    }

    /// Draws the row.
    pub(super) fn store(&self, band: &mut Band<'_>, y: u32) {
        covered::store(band.covered_mut(y), &self.below[MARGIN..][..self.width], self.left);
        band.row_mut(y)[self.left..][..self.width].copy_from_slice(&self.row[MARGIN..][..self.width]);
    }

    /// The row is done: it is the one above from now on.
    pub(super) fn advance(&mut self) {
        grow_calm(&mut self.calm, &self.row[MARGIN..], &self.above[MARGIN..]);
        std::mem::swap(&mut self.above2, &mut self.above);
        std::mem::swap(&mut self.above, &mut self.row);
        std::mem::swap(&mut self.old_above, &mut self.old);
        std::mem::swap(&mut self.below_above, &mut self.below);
    }

    /// What is below `columns` of the patch, if all of it is known and it is not what the screen shows.
    pub(super) fn uncovered(&self, columns: Range<usize>) -> Option<[u32; PIECE]> {
        let mut pixels = [0; PIECE];
        let below = &self.below[MARGIN..][columns.clone()];
        for (pixel, below) in pixels.iter_mut().zip(below) {
            *pixel = below.pixel()?;
        }
        (pixels[..columns.len()] != self.old()[columns]).then_some(pixels)
    }

    /// What is drawn at `columns` of the patch is a photograph.
    pub(super) fn remember(&mut self, columns: Range<usize>) {
        for column in columns {
            self.below[MARGIN + column] = Below::of(self.row[MARGIN + column]);
        }
    }

    /// The patch's part of the row, as the screen showed it before.
    pub(super) fn old(&self) -> &[u32] {
        &self.old[MARGIN..][..self.width]
    }
}

fn grow_calm(calm: &mut [u32], row: &[u32], above: &[u32]) {
    for ((calm, one), other) in calm.iter_mut().zip(row).zip(above) {
        *calm = if one == other { *calm + 1 } else { 0 };
    }
}

fn load(to: &mut [u32], row: &[u32], left: usize) {
    let begin = left.saturating_sub(MARGIN);
    let skipped = begin + MARGIN - left;
    let length = (to.len() - skipped).min(row.len() - begin);
    to[skipped..][..length].copy_from_slice(&row[begin..][..length]);
}
