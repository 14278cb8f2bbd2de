//! Finds the few shifts by which most of a frame moved: a scroll, a dragged window, both at once.
//!
//! Short runs of pixels are recognised by a hash. The previous picture's runs go into a table; each run of the
//! new picture that is found there, and there only once, votes for the shift between the two places. Runs are
//! sampled by content, not by place, so that both pictures pick the same ones: the hash must begin with six
//! zero bits. Flat runs say nothing, and rows that did not change cannot vote.

use super::plan::Shift;
use super::workers::{are_two, shared};
use super::{Picture, Rect};

/// Pixels in a run: about a letter and a half, enough to be rare.
const RUN: usize = 12;
/// One in 64 runs is looked at.
const SAMPLE_BITS: u32 = 6;
/// One in so many rows of the previous picture is remembered, and one in so many of the new one votes.
const ROWS: [usize; 2] = [1, 3];
/// The same in a large picture, which has more than enough of them. They have no common divisor: so rows that moved by
/// whatever number meet.
const ROWS_OF_MANY: [usize; 2] = [3, 4];
/// The shifts worth trying on every tile.
const BEST: usize = 3;
/// Fewer votes are chance.
const VOTES: usize = 4;
/// Slots of the table, as a power of two: the sampled runs of a full picture of text.
const TABLE_BITS: u32 = 15;
/// An odd number near 2^32 over the golden ratio, which spreads neighbours far.
const SPREAD: u32 = 0x9e37_79b1;

/// The search, with the memory it reuses from frame to frame.
#[derive(Debug)]
pub(super) struct Search {
    table: Vec<Slot>,
    votes: Vec<Shift>,
}

/// A run that is looked at.
#[derive(Debug, Clone, Copy)]
struct Landmark {
    hash: u32,
    x: u16,
    y: u16,
}

/// What was found in the same rows before and now.
#[derive(Debug, Default)]
struct Found {
    before: Vec<Landmark>,
    now: Vec<Landmark>,
}

/// What is computed from one row at a time.
#[derive(Debug, Default)]
struct Scratch {
    pairs: Vec<u32>,
    hashes: Vec<u32>,
}

/// Where the previous picture shows a run.
#[derive(Debug, Clone, Copy)]
enum Slot {
    Free,
    Once(Landmark),
    Often,
}

impl Search {
    pub(super) fn new() -> Self {
        Self { table: Vec::new(), votes: Vec::new() }
    }

    /// The best shifts, the most voted for first, for the tiles that changed.
    pub(super) fn shifts(&mut self, now: &Picture, before: &Picture, tiles: &[Rect]) -> Vec<Shift> {
        let strips = strips(tiles);
        let look = |strips: &[Rect]| vec![landmarks(now, before, strips)];
        let found = shared(now.size(), tiles.len(), &strips, look);
        self.table.clear();
        self.table.resize(1 << TABLE_BITS, Slot::Free);
        for landmark in found.iter().flat_map(|found| &found.before) {
            remember(&mut self.table, *landmark);
        }
        self.votes.clear();
        let seen = found.iter().flat_map(|found| &found.now);
        self.votes.extend(seen.filter_map(|landmark| recall(&self.table, *landmark)));
        self.votes.sort_unstable();
        let mut counted: Vec<(usize, Shift)> = self
            .votes
            .chunk_by(|one, other| one == other)
            .map(|same| (same.len(), same[0]))
            .filter(|&(votes, _)| votes >= VOTES)
            .collect();
        counted.sort_by_key(|&(votes, shift)| (core::cmp::Reverse(votes), shift));
        counted.into_iter().take(BEST).map(|(_, shift)| shift).collect()
    }
}

/// Tiles that are neighbours in a row, joined: longer rows have more runs.
fn strips(tiles: &[Rect]) -> Vec<Rect> {
    let mut strips: Vec<Rect> = Vec::new();
    for &tile in tiles {
        match strips.last_mut() {
            Some(last) if last.y == tile.y && last.right() == tile.x => last.width += tile.width,
            _ => strips.push(tile),
        }
    }
    strips
}

/// The sampled runs of the rows that changed: before, and now.
fn landmarks(now: &Picture, before: &Picture, strips: &[Rect]) -> Found {
    let mut found = Found::default();
    let mut scratch = Scratch::default();
    let steps = if are_two(now.size()) { ROWS_OF_MANY } else { ROWS };
    for &strip in strips {
        let rows = (strip.y as u16..).zip(now.rows(strip).zip(before.rows(strip)));
        for ((y, (new, old)), number) in rows.zip(0_usize..) {
            let [remembers, votes] = steps.map(|step| number.is_multiple_of(step));
            if !remembers && !votes || new == old {
                continue;
            }
            let mut look = |row, found: &mut Vec<Landmark>| {
                runs(row, &mut scratch, |x, hash| {
                    found.push(Landmark { hash, x: (strip.x as usize + x) as u16, y });
                });
            };
            if remembers {
                look(old, &mut found.before);
            }
            if votes {
                look(new, &mut found.now);
            }
        }
    }
    found
}

/// Calls `found` with the place and the hash of each sampled run of `row`.
fn runs(row: &[u32], scratch: &mut Scratch, mut found: impl FnMut(usize, u32)) {
    let Some(count) = (row.len() + 1).checked_sub(RUN) else { return };
    // Half of a run's pixels tell it from others as well as all do: three pairs of them, each spread by one
    // multiplication and then used three times.
    scratch.pairs.clear();
    scratch
        .pairs
        .extend(row.iter().zip(&row[2..]).map(|(one, two)| (one ^ two.rotate_left(13)).wrapping_mul(SPREAD)));
    let [first, second, third] = [0, 5, 9].map(|offset| &scratch.pairs[offset..offset + count]);
    scratch.hashes.clear();
    scratch.hashes.extend(first.iter().zip(second).zip(third).map(|((first, second), third)| {
        let sum = first.wrapping_add(second.rotate_left(5)).wrapping_sub(third.rotate_left(11));
        sum ^ (sum >> 15)
    }));
    for (block, first) in scratch.hashes.chunks(16).zip((0..).step_by(16)) {
        if !block.iter().fold(false, |any, &hash| any | is_sampled(hash)) {
            continue;
        }
        for (&hash, x) in block.iter().zip(first..) {
            if is_sampled(hash) && !is_flat(&row[x..x + RUN]) {
                found(x, hash);
            }
        }
    }
}

fn is_sampled(hash: u32) -> bool {
    hash >> (32 - SAMPLE_BITS) == 0
}

/// Whether the end of a run has one colour: a run is found again a pixel later if its beginning has.
fn is_flat(run: &[u32]) -> bool {
    run[11] == run[8] && run[10] == run[5]
}

fn slot(hash: u32) -> usize {
    (hash.wrapping_mul(SPREAD) >> (32 - TABLE_BITS)) as usize
}

fn remember(table: &mut [Slot], landmark: Landmark) {
    let slot = &mut table[slot(landmark.hash)];
    *slot = match *slot {
        Slot::Free => Slot::Once(landmark),
        Slot::Once(known) if known.hash == landmark.hash => Slot::Often,
        taken => taken,
    };
}

fn recall(table: &[Slot], new: Landmark) -> Option<Shift> {
    let Slot::Once(old) = table[slot(new.hash)] else { return None };
    let shift = Shift { dx: old.x as i16 - new.x as i16, dy: old.y as i16 - new.y as i16 };
    (old.hash == new.hash && shift != Shift { dx: 0, dy: 0 }).then_some(shift)
}
