//! Rows of photographs and shades.
//!
//! A row goes in pieces of 32 pixels and groups of 8. A piece is as before, or a [known one](super::pieces), or drawn
//! group by group: a group is as before, or its [pixels](super::literals) are coded one after the other.
//!
//! In a patch that need not be exact, "as before" and "known" mean near enough. But what is sharp in it, letters on a
//! photograph above all, is exact: each group says whether it is.

use super::literals::{Corner, Literals};
use super::pieces::{Pieces, Ring, Trail};
use super::plan::Depth;
use super::range::{Bit, Coder};
use super::rows::{MARGIN, Rows};
use super::{Lie, PIECE};

/// The pixels that one "as before" stands for, inside a piece that is not.
const GROUP: usize = 8;
/// So many neighbours of a group's pixels must have their colour, and one be so far from the first, that it is
/// [sharp](sharp_groups).
const REPEATED: usize = 2;
const CONTRAST: u8 = 24;

/// What a row must become, of which the decoder knows nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Goal<'a> {
    pub(super) pixels: &'a [u32],
    /// Which of its groups must be exact whatever the patch allows.
    pub(super) sharp: &'a [bool],
    pub(super) depth: Depth,
}

impl Goal<'_> {
    /// Whether `shown` would do for the pixels from `begin`, where a group begins.
    fn is_met(&self, begin: usize, shown: &[u32]) -> bool {
        let Some(wanted) = self.pixels.get(begin..begin + shown.len()) else { return false };
        let Depth::Near(n) = self.depth else { return shown == wanted };
        let groups = shown.chunks(GROUP).zip(wanted.chunks(GROUP));
        groups.enumerate().all(|(number, (shown, wanted))| {
            if self.is_sharp(begin / GROUP + number) { shown == wanted } else { are_near(shown, wanted, n) }
        })
    }

    fn is_sharp(&self, group: usize) -> bool {
        self.sharp.get(group).copied().unwrap_or_default()
    }
}

fn are_near(shown: &[u32], wanted: &[u32], n: u8) -> bool {
    shown.iter().zip(wanted).all(|(one, other)| farthest(*one, *other) <= n)
}

/// By how much the colours of two pixels differ at most.
pub(super) fn farthest(one: u32, other: u32) -> u8 {
    let [one, other] = [one, other].map(u32::to_le_bytes);
    one.iter().zip(other).fold(0, |most, (one, other)| most.max(one.abs_diff(other)))
}

/// What the groups of the row above were.
#[derive(Debug)]
pub(super) struct Above {
    same: Vec<bool>,
    sharp: Vec<bool>,
}

impl Above {
    /// Nothing, for a patch of `width` pixels.
    pub(super) fn new(width: usize) -> Self {
        let none = vec![false; width.div_ceil(GROUP)];
        Self { same: none.clone(), sharp: none }
    }
}

/// Which of the ways to be told a group's answer goes: by those to the left, above and above to the right.
fn context(left: bool, above: &[bool], at: usize) -> usize {
    let right = above.get(at + 1).copied().unwrap_or_default();
    usize::from(left) | usize::from(above[at]) << 1 | usize::from(right) << 2
}

/// The models of patches of photographs.
#[derive(Debug)]
pub(super) struct Natural {
    /// By [`Depth::number`].
    literals: Vec<Literals>,
    pieces: Pieces,
    /// "This piece is as before", by what the last piece was.
    same_piece: [Bit; Trail::OUTCOMES],
    /// "This piece is what was covered", likewise.
    uncovered_piece: [Bit; Trail::OUTCOMES],
    /// "This group is as before", "what was covered", "exact", by what those around it were.
    same_group: [Bit; 8],
    uncovered_group: [Bit; 8],
    sharp_group: [Bit; 8],
}

impl Natural {
    pub(super) fn new() -> Self {
        Self {
            literals: vec![Literals::new(); Depth::COUNT],
            pieces: Pieces::new(),
            same_piece: [Bit::EVEN; Trail::OUTCOMES],
            uncovered_piece: [Bit::EVEN; Trail::OUTCOMES],
            same_group: [Bit::EVEN; 8],
            uncovered_group: [Bit::EVEN; 8],
            sharp_group: [Bit::EVEN; 8],
        }
    }

    /// One row. The decoder gives a goal without pixels.
    pub(super) fn row<C: Coder>(
        &mut self,
        coder: &mut C,
        (ring, trail): (&mut Ring, &mut Trail),
        rows: &mut Rows,
        above: &mut Above,
        goal: Goal<'_>,
    ) -> Result<(), Lie> {
        trail.begin_row();
        let mut left = (false, false);
        for begin in (0..rows.width).step_by(PIECE) {
            let end = (begin + PIECE).min(rows.width);
            let whole = end - begin == PIECE;
            let content = goal.pixels.get(begin..end).unwrap_or_default();
            if whole {
                let model = &mut self.same_piece[trail.outcome()];
                if coder.bit(model, || goal.is_met(begin, &rows.old()[begin..end])) {
                    trail.leave(begin);
                    continue;
                }
                if let Some(below) = rows.uncovered(begin..end) {
                    let model = &mut self.uncovered_piece[trail.outcome()];
                    if coder.bit(model, || goal.is_met(begin, &below)) {
                        rows.row[MARGIN + begin..][..PIECE].copy_from_slice(&below);
                        trail.uncover(begin);
                        continue;
                    }
                }
                let is_met = |pixels: &[u32; PIECE]| goal.is_met(begin, pixels);
                let found = if C::ENCODES { ring.find(content, is_met) } else { None };
                let row = &mut rows.row[MARGIN + begin..][..PIECE];
                if self.pieces.known(coder, ring, trail, begin, (is_met, found), row)? {
                    rows.remember(begin..end);
                    continue;
                }
            }
            for group in (begin..end).step_by(GROUP) {
                let columns = group..(group + GROUP).min(end);
                left = self.group(coder, rows, above, columns, left, goal);
            }
            if whole {
                let drawn = &rows.row[MARGIN + begin..][..PIECE];
                let content = if C::ENCODES { content } else { drawn };
                trail.remember(ring, begin, drawn, content);
            }
        }
        Ok(())
    }

    /// One group. `left` says whether the one before was as before, and sharp; so does what is returned of this one.
    fn group<C: Coder>(
        &mut self,
        coder: &mut C,
        rows: &mut Rows,
        above: &mut Above,
        columns: std::ops::Range<usize>,
        left: (bool, bool),
        goal: Goal<'_>,
    ) -> (bool, bool) {
        let at = columns.start / GROUP;
        let model = &mut self.same_group[context(left.0, &above.same, at)];
        let is_same = coder.bit(model, || goal.is_met(columns.start, &rows.old()[columns.clone()]));
        above.same[at] = is_same;
        if is_same {
            return (true, left.1);
        }
        if let Some(below) = rows.uncovered(columns.clone()) {
            let below = &below[..columns.len()];
            let model = &mut self.uncovered_group[context(left.0, &above.same, at)];
            if coder.bit(model, || goal.is_met(columns.start, below)) {
                rows.row[MARGIN..][columns].copy_from_slice(below);
                above.sharp[at] = false;
                return (false, false);
            }
        }
        let mut depth = goal.depth;
        if matches!(depth, Depth::Near(_)) {
            let model = &mut self.sharp_group[context(left.1, &above.sharp, at)];
            above.sharp[at] = coder.bit(model, || goal.is_sharp(at));
            if above.sharp[at] {
                depth = Depth::Exact;
            }
        }
        let literals = &mut self.literals[depth.number() as usize];
        for x in columns.clone() {
            let at = x + MARGIN;
            let around = Corner {
                w: rows.row[at - 1],
                nw: rows.above[at - 1],
                n: rows.above[at],
                ne: rows.above[at + 1],
            };
            rows.row[at] = literals.reach(coder, around, depth, rows.old[at], || goal.pixels[x]);
        }
        rows.remember(columns);
        (false, above.sharp[at])
    }
}

/// Which groups of `row`, between the rows `above` and `below` it, are sharp: flat, or with colours that repeat beside
/// others that are far from them. Letters are so, and lines; photographs hardly ever.
pub(super) fn sharp_groups(above: &[u32], row: &[u32], below: &[u32], sharp: &mut Vec<bool>) {
    sharp.clear();
    for begin in (0..row.len()).step_by(GROUP) {
        let columns = begin..(begin + GROUP).min(row.len());
        // How many of its four neighbours have a pixel's colour.
        let repeats = |x: usize| {
            let across = [x.checked_sub(1).map(|left| row[left]), row.get(x + 1).copied()];
            let down = [Some(above[x]), Some(below[x])];
            across.into_iter().chain(down).filter(|&other| other == Some(row[x])).count()
        };
        let contrast = || {
            let nearby = columns.start.saturating_sub(1)..(columns.end + 1).min(row.len());
            let first = row[columns.start];
            let far = |pixel: &u32| farthest(*pixel, first) >= CONTRAST;
            row[nearby].iter().any(far) || above[columns.clone()].iter().any(far)
        };
        let repeated = columns.clone().map(repeats).sum::<usize>();
        sharp.push(columns.clone().all(|x| repeats(x) > 0) || repeated >= REPEATED && contrast());
    }
}
