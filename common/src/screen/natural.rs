//! Pixels of photographs and shades, each predicted from its neighbours.
//!
//! A pixel is taken apart into green, blue less green and red less green, since the three rise and fall together.
//! Each part is predicted by the median edge detector of LOCO-I (Weinberger, Seroussi and Sapiro, 2000), and the
//! prediction's error is coded with models chosen by how rough the neighbourhood is: where it is smooth, errors are
//! small.

use super::number::{fold, unfold};
use super::pieces::{Pieces, Ring, Trail};
use super::range::{Bit, Coder};
use super::rows::{MARGIN, Rows};
use super::{Lie, PIECE};

/// Magnitudes of roughness that are told apart, and how finely each.
const MAGNITUDES: usize = 10;
const STEPS: usize = 3;
/// The pixels that one "as before" stands for, inside a piece that is not.
const GROUP: usize = 8;

/// The neighbours that a prediction uses.
#[derive(Debug, Clone, Copy)]
pub(super) struct Corner {
    pub(super) w: u32,
    pub(super) nw: u32,
    pub(super) n: u32,
    pub(super) ne: u32,
}

/// The errors of predictions.
#[derive(Debug)]
pub(super) struct Literals {
    parts: [[Error; MAGNITUDES * STEPS]; 3],
}

impl Literals {
    pub(super) const fn new() -> Self {
        Self { parts: [[Error::NEW; MAGNITUDES * STEPS]; 3] }
    }

    /// One pixel.
    pub(super) fn code<C: Coder>(
        &mut self,
        coder: &mut C,
        around: Corner,
        pixel: impl FnOnce() -> u32,
    ) -> u32 {
        let [w, nw, n, ne] = [around.w, around.nw, around.n, around.ne].map(parts);
        let wanted = if C::ENCODES { parts(pixel()) } else { [0; 3] };
        let mut known = [0; 3];
        let mut before = 0;
        for part in 0..3 {
            let roughness =
                (w[part].abs_diff(nw[part])) + nw[part].abs_diff(n[part]) + n[part].abs_diff(ne[part]);
            // Blue and red less green stay such that the sum is a colour.
            let base = if part == 0 { 0 } else { known[0] };
            let predicted = median(w[part], n[part], nw[part]).clamp(-base, 255 - base);
            let step = if part == 0 {
                finer(roughness)
            } else {
                usize::from(before >= 3) + usize::from(before >= 9)
            };
            let context = magnitude(roughness) * STEPS + step;
            let error =
                self.parts[part][context].code(coder, || fold(i32::from((wanted[part] - predicted) as i8)));
            before = if part == 0 { error } else { error.max(before / 2) };
            known[part] = ((predicted + unfold(error) + base) & 255) - base;
        }
        colour(known)
    }
}

/// Green, blue less green, red less green.
fn parts(pixel: u32) -> [i32; 3] {
    let [blue, green, red, _] = pixel.to_le_bytes().map(i32::from);
    [green, blue - green, red - green]
}

fn colour([green, blue, red]: [i32; 3]) -> u32 {
    u32::from_le_bytes([(blue + green) as u8, green as u8, (red + green) as u8, 0])
}

/// The middle one of left, up, and left + up - corner, which follows edges.
fn median(w: i32, n: i32, nw: i32) -> i32 {
    (w + n - nw).clamp(w.min(n), w.max(n))
}

/// Digits of a roughness, at most 9.
fn magnitude(roughness: u32) -> usize {
    (u32::BITS - roughness.leading_zeros()).min(MAGNITUDES as u32 - 1) as usize
}

/// The second highest digit: which half of its magnitude a roughness lies in.
fn finer(roughness: u32) -> usize {
    match roughness {
        0 => 0,
        1 => 1,
        _ => (roughness >> (roughness.ilog2() - 1) & 1) as usize,
    }
}

/// A folded error, 0 to 255: like [`super::number::Number`], with one model less to learn.
#[derive(Debug, Clone, Copy)]
struct Error {
    length: [Bit; 8],
    first: [Bit; 9],
    second: [[Bit; 2]; 9],
}

impl Error {
    const NEW: Self = Self { length: [Bit::EVEN; 8], first: [Bit::EVEN; 9], second: [[Bit::EVEN; 2]; 9] };

    fn code<C: Coder>(&mut self, coder: &mut C, error: impl FnOnce() -> u32) -> u32 {
        let whole = if C::ENCODES { (error() & 255) + 1 } else { 1 };
        let digits = whole.ilog2() as usize;
        let mut length = 0;
        while length < 8 && coder.bit(&mut self.length[length], || length < digits) {
            length += 1;
        }
        let mut read = 1;
        if length >= 1 {
            read = 2 | u32::from(coder.bit(&mut self.first[length], || whole >> (length - 1) & 1 == 1));
        }
        if length >= 2 {
            let model = &mut self.second[length][(read & 1) as usize];
            read = read << 1 | u32::from(coder.bit(model, || whole >> (length - 2) & 1 == 1));
        }
        if length >= 3 {
            let rest = length as u32 - 2;
            read = read << rest | coder.even(rest, || whole & ((1 << rest) - 1));
        }
        (read - 1) & 255
    }
}

/// Rectangles of photographs.
#[derive(Debug)]
pub(super) struct Natural {
    literals: Literals,
    pieces: Pieces,
    /// "This piece is as before", by what the last piece was.
    same_piece: [Bit; Trail::OUTCOMES],
    /// "This group is as before", by whether those to the left, above and above to the right were.
    same_group: [Bit; 8],
}

impl Natural {
    pub(super) fn new() -> Self {
        Self {
            literals: Literals::new(),
            pieces: Pieces::new(),
            same_piece: [Bit::EVEN; Trail::OUTCOMES],
            same_group: [Bit::EVEN; 8],
        }
    }

    /// One row. `wanted` is what it must become, of which the decoder knows nothing; `groups` says of each group of
    /// the row above whether it was as before.
    pub(super) fn row<C: Coder>(
        &mut self,
        coder: &mut C,
        (ring, trail): (&mut Ring, &mut Trail),
        rows: &mut Rows,
        groups: &mut [bool],
        wanted: &[u32],
    ) -> Result<(), Lie> {
        trail.begin_row();
        let mut left_same = false;
        for begin in (0..rows.width).step_by(PIECE) {
            let end = (begin + PIECE).min(rows.width);
            let whole = end - begin == PIECE;
            let target = wanted.get(begin..end).unwrap_or_default();
            if whole {
                let same =
                    coder.bit(&mut self.same_piece[trail.outcome()], || target == &rows.old()[begin..end]);
                if same {
                    trail.leave(begin);
                    continue;
                }
                let found = if C::ENCODES { ring.find(target) } else { None };
                let row = &mut rows.row[MARGIN + begin..][..PIECE];
                if self.pieces.known(coder, ring, trail, begin, (target, found), row)? {
                    continue;
                }
            }
            for group in (begin..end).step_by(GROUP) {
                let columns = group..(group + GROUP).min(end);
                let at = group / GROUP;
                let right = groups.get(at + 1).copied().unwrap_or_default();
                let context = usize::from(left_same) | usize::from(groups[at]) << 1 | usize::from(right) << 2;
                let wanted_group = wanted.get(columns.clone()).unwrap_or_default();
                let model = &mut self.same_group[context];
                left_same = coder.bit(model, || wanted_group == &rows.old()[columns.clone()]);
                groups[at] = left_same;
                if !left_same {
                    self.group(coder, rows, columns, wanted);
                }
            }
            if whole {
                trail.remember(ring, begin, &rows.row[MARGIN + begin..][..PIECE]);
            }
        }
        Ok(())
    }

    fn group<C: Coder>(
        &mut self,
        coder: &mut C,
        rows: &mut Rows,
        columns: std::ops::Range<usize>,
        wanted: &[u32],
    ) {
        for x in columns {
            let at = x + MARGIN;
            let around = Corner {
                w: rows.row[at - 1],
                nw: rows.above[at - 1],
                n: rows.above[at],
                ne: rows.above[at + 1],
            };
            rows.row[at] = self.literals.code(coder, around, || wanted[x]);
        }
    }

    /// The groups of a row of `width` pixels, none of them as before.
    pub(super) fn groups(width: usize) -> Vec<bool> {
        vec![false; width.div_ceil(GROUP)]
    }
}
