//! Finds the few shifts by which most of a frame moved: a scroll, a dragged window, both at once.
//!
//! Short runs of pixels are recognised by a hash. The previous picture's runs go into a table; each run of the
//! new picture that is found there, and there only once, votes for the shift between the two places. Runs are
//! sampled by content, not by place, so that both pictures pick the same ones: the hash must begin with six
//! zero bits. Flat runs say nothing, and rows that did not change cannot vote.

use super::plan::Shift;
use super::tiles::TILE;
use super::{Picture, Rect};

/// Pixels in a run: about a letter and a half, enough to be rare.
const RUN: usize = 12;
/// One in 64 runs is looked at.
const SAMPLE_BITS: u32 = 6;
/// One in so many rows of the new picture votes.
const VOTING_ROWS: usize = 3;
/// The shifts worth trying on every tile.
const BEST: usize = 3;
/// Fewer votes are chance.
const VOTES: usize = 4;
/// Slots of the table, as a power of two: the sampled runs of a full picture of text.
const TABLE_BITS: u32 = 15;

/// The search, with the memory it reuses from frame to frame.
#[derive(Debug)]
pub(super) struct Search {
    table: Vec<Slot>,
    hashes: Vec<u32>,
    votes: Vec<Shift>,
}

/// Where the previous picture shows a run.
#[derive(Debug, Clone, Copy)]
enum Slot {
    Free,
    Once { hash: u32, x: u16, y: u16 },
    Often,
}

impl Search {
    pub(super) fn new() -> Self {
        Self { table: Vec::new(), hashes: Vec::new(), votes: Vec::new() }
    }

    /// The best shifts, the most voted for first, for the tiles that changed.
    pub(super) fn shifts(&mut self, now: &Picture, before: &Picture, tiles: &[Rect]) -> Vec<Shift> {
        let strips = strips(tiles);
        self.table.clear();
        self.table.resize(1 << TABLE_BITS, Slot::Free);
        self.votes.clear();
        for &strip in &strips {
            for (y, (_, old)) in changed_rows(now, before, strip) {
                landmarks(old, &mut self.hashes, |x, hash| {
                    remember(&mut self.table, hash, strip.x as usize + x, y);
                });
            }
        }
        for &strip in &strips {
            for (y, (new, _)) in changed_rows(now, before, strip).filter(|(y, _)| y % VOTING_ROWS == 0) {
                landmarks(new, &mut self.hashes, |x, hash| {
                    self.votes.extend(recall(&self.table, hash, strip.x as usize + x, y));
                });
            }
        }
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
    debug_assert!(strips.iter().all(|strip| strip.height <= TILE), "a strip is one row of tiles");
    strips
}

/// The rows of `strip` that are not as before: their place, their pixels now and their pixels before.
fn changed_rows<'a>(
    now: &'a Picture,
    before: &'a Picture,
    strip: Rect,
) -> impl Iterator<Item = (usize, (&'a [u32], &'a [u32]))> {
    (strip.y as usize..).zip(now.rows(strip).zip(before.rows(strip))).filter(|(_, (new, old))| new != old)
}

/// Calls `found` with the place and the hash of each sampled run of `row`.
fn landmarks(row: &[u32], hashes: &mut Vec<u32>, mut found: impl FnMut(usize, u32)) {
    let Some(count) = (row.len() + 1).checked_sub(RUN) else { return };
    // Half of a run's pixels tell it from others as well as all do, and all hashes of a row together are work
    // for vector units.
    let [a, b, c, d, e, f] = [0, 2, 5, 7, 9, 11].map(|offset| &row[offset..offset + count]);
    hashes.clear();
    hashes.extend((0..count).map(|x| {
        let sum = (a[x].wrapping_mul(0x9e37_79b1))
            .wrapping_add(b[x].wrapping_mul(0x85eb_ca6b))
            .wrapping_add(c[x].wrapping_mul(0xc2b2_ae35))
            .wrapping_add(d[x].wrapping_mul(0x27d4_eb2f))
            .wrapping_add(e[x].wrapping_mul(0x1656_67b1))
            .wrapping_add(f[x].wrapping_mul(0xd3a2_646d));
        let mixed = (sum ^ (sum >> 15)).wrapping_mul(0x2c1b_3c6d);
        mixed ^ (mixed >> 13)
    }));
    for (block, first) in hashes.chunks(16).zip((0..).step_by(16)) {
        if block.iter().fold(u32::MAX, |least, &hash| least.min(hash)) >> (32 - SAMPLE_BITS) != 0 {
            continue;
        }
        for (&hash, x) in block.iter().zip(first..) {
            if hash >> (32 - SAMPLE_BITS) == 0 && !is_flat(&row[x..x + RUN]) {
                found(x, hash);
            }
        }
    }
}

/// Whether the end of a run has one colour: a run is found again a pixel later if its beginning has.
fn is_flat(run: &[u32]) -> bool {
    run[11] == run[8] && run[10] == run[5]
}

fn slot(hash: u32) -> usize {
    (hash.wrapping_mul(0x9e37_79b1) >> (32 - TABLE_BITS)) as usize
}

fn remember(table: &mut [Slot], hash: u32, x: usize, y: usize) {
    let slot = &mut table[slot(hash)];
    *slot = match *slot {
        Slot::Free => Slot::Once { hash, x: x as u16, y: y as u16 },
        Slot::Once { hash: known, .. } if known == hash => Slot::Often,
        taken => taken,
    };
}

fn recall(table: &[Slot], hash: u32, x: usize, y: usize) -> Option<Shift> {
    let Slot::Once { hash: known, x: old_x, y: old_y } = table[slot(hash)] else { return None };
    let shift = Shift { dx: old_x as i16 - x as i16, dy: old_y as i16 - y as i16 };
    (known == hash && shift != Shift { dx: 0, dy: 0 }).then_some(shift)
}
