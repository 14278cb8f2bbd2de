//! Text, lines and flat colour: rows of a patch, pixel by pixel.
//!
//! A row is as before, or goes from left to right. Where a [piece](super::pieces) begins that is no continuation of a
//! flat area, it may be a known one. Where the six nearest neighbours have one colour, a *run* goes on as long as the
//! row above has that colour: it fills all of that length or breaks off at some pixel. Everything else is a
//! [pixel](super::pixel) in its context.

use super::contexts::{Around, above_twelve};
use super::covered::Below;
use super::pieces::{Pieces, Ring, Slot, Trail};
use super::pixel::{Pixels, Reference};
use super::range::{Bit, Coder};
use super::rows::{CALMEST, MARGIN, Rows};
use super::{Lie, PIECE};
use std::ops::Range;

/// Magnitudes of a run's length.
const LENGTHS: usize = 14;
/// The highest digits of a break's place are learnt, as a tree.
const LEARNT_DIGITS: u32 = 4;
/// Naming a slot costs its number and more: no piece is named while coding one costs less than this, in bits.
const DEAR: usize = 8;
/// A piece counts for at most this much, in bits, when their cost is averaged.
const DEAREST: usize = 400;

/// The models of text.
#[derive(Debug)]
pub(super) struct Text {
    pixels: Pixels,
    pieces: Pieces,
    /// "The run fills its length", by the length's magnitude, by whether one broke off in this row already, and by how
    /// calm the rows above are: lines of text are as far apart as those before.
    fills: [[[Bit; CALMEST + 1]; 2]; LENGTHS],
    /// Where it breaks, by the first two of these.
    breaks: [[Place; 2]; LENGTHS],
    /// Encoder only: what coding a piece cost lately, in 1/16 bits.
    cost: usize,
}

/// A piece that is being coded, to be kept when it is done.
#[derive(Debug, Clone, Copy)]
struct Open {
    begin: usize,
    written: usize,
}

/// What stood at the place where a row has arrived.
#[derive(Debug, Clone, Copy)]
enum Piece {
    Open(Open),
    Known,
    None,
}

impl Text {
    pub(super) fn new() -> Self {
        Self {
            pixels: Pixels::new(),
            pieces: Pieces::new(),
            fills: [[[Bit::EVEN; CALMEST + 1]; 2]; LENGTHS],
            breaks: [[Place::NEW; 2]; LENGTHS],
            cost: DEAREST,
        }
    }

    /// One row. `wanted` is what it must become, of which the decoder knows nothing.
    pub(super) fn row<C: Coder>(
        &mut self,
        coder: &mut C,
        (ring, trail): (&mut Ring, &mut Trail),
        rows: &mut Rows,
        wanted: &[u32],
    ) -> Result<(), Lie> {
        trail.begin_row();
        let mut piece = Piece::None;
        let mut x = 0;
        let mut line = Line::default();
        while x < rows.width {
            if (rows.left + x).is_multiple_of(PIECE) {
                self.close(coder, (ring, trail), rows, piece, x);
                piece = self.open(coder, (ring, trail), rows, wanted, x)?;
                if matches!(piece, Piece::Known) {
                    x += PIECE;
                    continue;
                }
            }
            let end = rows.width.min(x + PIECE - (rows.left + x) % PIECE);
            x = self.stretch(coder, rows, wanted, x..end)?;
            if x < end {
                x += self.run(coder, rows, wanted, x, &mut line)?;
            }
        }
        self.close(coder, (ring, trail), rows, piece, x);
        Ok(())
    }

    /// Begins the piece at `x`, or finds that it is a known one.
    fn open<C: Coder>(
        &mut self,
        coder: &mut C,
        (ring, trail): (&mut Ring, &mut Trail),
        rows: &mut Rows,
        wanted: &[u32],
        x: usize,
    ) -> Result<Piece, Lie> {
        if x + PIECE > rows.width {
            return Ok(Piece::None);
        }
        let at = x + MARGIN;
        let corner = rows.row[at - 1];
        if same(&rows.above[at..at + PIECE], corner) == PIECE {
            trail.lose_above(x);
            return Ok(Piece::None);
        }
        let wanted = wanted.get(x..x + PIECE).unwrap_or_default();
        let found = if C::ENCODES { self.find(ring, wanted) } else { None };
        let row = &mut rows.row[at..at + PIECE];
        if self.pieces.known(coder, ring, trail, x, (|pixels: &[u32; PIECE]| pixels == wanted, found), row)? {
            return Ok(Piece::Known);
        }
        Ok(Piece::Open(Open { begin: x, written: coder.written() }))
    }

    /// Encoder only: the slot that may be named for a piece.
    fn find(&self, ring: &Ring, wanted: &[u32]) -> Option<Slot> {
        let is_flat = || same(wanted, wanted[0]) == wanted.len();
        if self.cost < DEAR * 16 + 8 || is_flat() {
            None
        } else {
            ring.find(wanted, |pixels| pixels == wanted)
        }
    }

    /// Keeps the piece that was being coded, if it is complete where the row has arrived at `x`.
    fn close<C: Coder>(
        &mut self,
        coder: &mut C,
        (ring, trail): (&mut Ring, &mut Trail),
        rows: &Rows,
        piece: Piece,
        x: usize,
    ) {
        match piece {
            Piece::Open(Open { begin, written }) if x >= begin + PIECE => {
                let drawn = &rows.row[MARGIN + begin..][..PIECE];
                trail.remember(ring, begin, drawn, drawn);
                if C::ENCODES {
                    let cost = (coder.written() - written).min(DEAREST);
                    self.cost = (self.cost * 15 + cost * 16) / 16;
                }
            }
            Piece::Known => {}
            Piece::Open(_) | Piece::None => trail.lose_left(),
        }
    }

    /// A run in a flat neighbourhood, and the pixel that breaks it off if one does. Returns its length.
    fn run<C: Coder>(
        &mut self,
        coder: &mut C,
        rows: &mut Rows,
        wanted: &[u32],
        x: usize,
        line: &mut Line,
    ) -> Result<usize, Lie> {
        let at = x + MARGIN;
        let colour = rows.above[at];
        if line.flat_until <= x {
            line.flat_until = x + same(&rows.above[at..MARGIN + rows.width], colour);
        }
        let length = line.flat_until - x;
        let place = if C::ENCODES { same(&wanted[x..x + length], colour) } else { 0 };
        let magnitude = length.ilog2() as usize;
        let calm = rows.calm(x, length);
        if coder.bit(&mut self.fills[magnitude][usize::from(line.broken)][calm], || place == length) {
            rows.row[at..at + length].fill(colour);
            return Ok(length);
        }
        let place = self.breaks[magnitude][usize::from(std::mem::replace(&mut line.broken, true))].code(
            coder,
            calm,
            place as u32,
        ) as usize;
        if place >= length {
            return Err(Lie("a run that breaks after its end"));
        }
        rows.row[at..at + place].fill(colour);
        let at = at + place;
        let around = rows.around(at);
        let mut above = [0];
        above_twelve(&rows.above2, &rows.above, at, &mut above);
        let reference = Reference::excluding(colour, rows.old[at]);
        rows.row[at] = self.pixels.code(coder, &around, above[0], reference, || wanted[x + place])?;
        Ok(place + 1)
    }

    /// Pixels in their contexts, as many of `columns` as come before a flat neighbourhood. Returns where that is.
    fn stretch<C: Coder>(
        &mut self,
        coder: &mut C,
        rows: &mut Rows,
        wanted: &[u32],
        columns: Range<usize>,
    ) -> Result<usize, Lie> {
        let Range { start, end } = columns;
        let at = start + MARGIN;
        let mut sums = [0; PIECE];
        let sums = &mut sums[..end - start];
        let mut are_known = false;
        let &[mut www, mut ww, mut w] = rows.row[at - 3..].first_chunk().expect("rows have a margin");
        let now = rows.above[at - 1..].array_windows().zip(rows.above2[at..].array_windows());
        let before = rows.old_above[at - 1..].array_windows().zip(rows.old[at - 1..].array_windows());
        let row = &mut rows.row[at..MARGIN + end];
        let below = &mut rows.below;
        for (x, (pixel, ((&[nw, n, ne, nee], &[nn, nne]), (old_above, old_row)))) in
            row.iter_mut().zip(now.zip(before)).enumerate()
        {
            let around = Around { w, ww, www, nw, n, ne, nee, nn, nne };
            if around.is_flat() {
                return Ok(start + x);
            }
            if !are_known {
                above_twelve(&rows.above2, &rows.above, at + x, &mut sums[x..]);
                are_known = true;
            }
            let mut reference = Reference::at(&around, old_above, old_row);
            if rows.is_covered {
                let (here, left, above) = (below[at + x], below[at + x - 1], rows.below_above[at + x]);
                reference = reference.uncovering(&around, here, left, above);
            }
            *pixel = self.pixels.code(coder, &around, sums[x], reference, || wanted[start + x])?;
            if self.pixels.was_natural() {
                below[at + x] = Below::of(*pixel);
            }
            (www, ww, w) = (ww, w, *pixel);
        }
        Ok(end)
    }
}

/// What is known of a row on the way through it.
#[derive(Debug, Default)]
struct Line {
    /// The row above has one colour from here at least up to this column.
    flat_until: usize,
    /// Whether a run broke off already.
    broken: bool,
}

/// How many pixels from the beginning of `row` are `colour`.
fn same(row: &[u32], colour: u32) -> usize {
    const STEP: usize = 16;
    let differ = |pixels: &[u32]| pixels.iter().fold(0, |any, pixel| any | (pixel ^ colour)) != 0;
    let whole = row.chunks_exact(STEP).take_while(|pixels| !differ(pixels)).count() * STEP;
    whole + row[whole..].iter().take(STEP).take_while(|&&pixel| pixel == colour).count()
}

/// Where runs of one magnitude break off: mostly soon, however long they might have been. One more than the place is
/// written in binary: the count of its digits in unary, by how calm the rows above are, and then the digits.
#[derive(Debug, Clone, Copy)]
struct Place {
    digits: [[Bit; LENGTHS]; CALMEST + 1],
    learnt: [[Bit; 1 << LEARNT_DIGITS]; LENGTHS],
}

impl Place {
    const NEW: Self = Self {
        digits: [[Bit::EVEN; LENGTHS]; CALMEST + 1],
        learnt: [[Bit::EVEN; 1 << LEARNT_DIGITS]; LENGTHS],
    };

    fn code<C: Coder>(&mut self, coder: &mut C, calm: usize, place: u32) -> u32 {
        let whole = place + 1;
        let most = whole.ilog2();
        let mut digits = 0;
        while (digits as usize) < LENGTHS - 1
            && coder.bit(&mut self.digits[calm][digits as usize], || digits < most)
        {
            digits += 1;
        }
        let mut node = 1;
        for digit in (0..digits).rev() {
            let truth = || whole >> digit & 1;
            node = node << 1
                | if digits - digit <= LEARNT_DIGITS {
                    u32::from(coder.bit(&mut self.learnt[digits as usize][node as usize], || truth() == 1))
                } else {
                    coder.even(1, truth)
                };
        }
        node - 1
    }
}
