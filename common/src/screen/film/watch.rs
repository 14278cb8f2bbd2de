//! Which tiles move like a film.
//!
//! A film is photographs that come anew, several times a second, in the same place. So for each tile the last changes are
//! kept that looked like a photograph. A photograph that is scrolled, or over which a window is dragged, changes too; but
//! then much of what changes beside it has moved there from elsewhere, which the encoder's search has found. So what
//! changed together, tile beside tile, is no film if a share of it was copied.

use std::time::Duration;

use super::super::tiles::Grid;
use super::super::{Change, Picture, Rect, Size};
use super::photo;
use crate::video::fits;

/// Changes that make a film, and are remembered.
const BEATS: usize = 4;
/// So many of them may be of one look.
const MOST_BEATS: u32 = 2;
/// So many changes a second at least, on average over those.
const LEAST_RATE: u32 = 5;
/// A tile without a change for so long moves no more.
pub(super) const LAPSE: Duration = Duration::from_secs(1);
/// A film has so many tiles at least; what is smaller costs little as it is.
const LEAST_TILES: usize = 6;
/// What changed together is no film if one in so many of its tiles was copied.
const COPIED_SHARE: usize = 8;
/// A rectangle is a film's when it was found in a row for so many paintings; or later, if it goes on changing.
const STEADY: u32 = 3;
const UNSTEADY: u32 = 12;

/// What moves where.
#[derive(Debug)]
pub(super) struct Watch {
    grid: Grid,
    size: Size,
    tiles: Vec<Tile>,
    /// The rectangle found last, how often in a row, and how long there has been any.
    found: Option<(Rect, u32, u32)>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Tile {
    /// The newest first.
    beats: [Option<Beat>; BEATS],
}

#[derive(Debug, Clone, Copy)]
struct Beat {
    at: Duration,
    /// The box around what changed.
    rect: Rect,
    /// How often the screen was painted for it.
    paints: u32,
}

impl Watch {
    pub(super) fn new(size: Size) -> Self {
        let grid = Grid::new(size);
        Self { grid, size, tiles: vec![Tile::default(); grid.count() as usize], found: None }
    }

    /// These places changed at once, since the screen was looked at last, in which time it was painted so often.
    pub(super) fn note(&mut self, picture: &Picture, changes: &[Change], paints: u32, now: Duration) {
        let is_moved = self.moved(changes);
        for (change, is_moved) in changes.iter().zip(is_moved) {
            let tile = &mut self.tiles[self.grid.at(change.rect) as usize];
            if is_moved {
                *tile = Tile::default();
            } else if photo::is_one(picture, change.rect) {
                tile.beat(change.rect, paints, now);
            }
        }
    }

    /// The same for a tile that is known to look like a photograph.
    pub(super) fn beat(&mut self, rect: Rect, paints: u32, now: Duration) {
        self.tiles[self.grid.at(rect) as usize].beat(rect, paints, now);
    }

    /// Whether the tile around `rect` moves like a film.
    pub(super) fn moves(&self, rect: Rect, now: Duration) -> bool {
        self.tiles[self.grid.at(rect) as usize].moves(now)
    }

    /// The largest rectangle in which a film plays, once it is steady. To be asked once for each look, for which the screen
    /// was painted so often.
    pub(super) fn find(&mut self, paints: u32, now: Duration) -> Option<Rect> {
        let Some(rect) = self.largest(now) else {
            self.found = None;
            return None;
        };
        let (times, all) = match self.found {
            Some((before, times, all)) if before == rect => (times + paints.min(STEADY), all + paints),
            Some((_, _, all)) => (1, all + paints),
            None => (1, 1),
        };
        self.found = Some((rect, times, all));
        (times >= STEADY || all >= UNSTEADY).then_some(rect)
    }

    fn largest(&self, now: Duration) -> Option<Rect> {
        let is_seed = |tile: &u32| {
            let tile = self.tiles[*tile as usize];
            tile.moves(now) && tile.around().is_some_and(photo::is_large)
        };
        let seeds: Vec<u32> = (0..self.grid.count()).filter(is_seed).collect();
        let groups = self.groups(&seeds);
        let rects = groups.iter().filter_map(|group| self.rectangle(group, now));
        rects.max_by_key(|rect| rect.area())
    }

    /// Around a group of tiles that move, and around what moves with them at their edges.
    fn rectangle(&self, group: &[u32], now: Duration) -> Option<Rect> {
        if group.len() < LEAST_TILES {
            return None;
        }
        let edges = group.iter().flat_map(|&tile| self.grid.around(tile));
        let moving = group.iter().copied().chain(edges);
        let moving = moving.map(|tile| self.tiles[tile as usize]).filter(|tile| tile.moves(now));
        let boxes = moving.filter_map(Tile::around);
        let rect = even(boxes.reduce(Rect::union)?, self.size);
        // Scattered pictures are several small films, and what lies between them is none.
        let touched = self.grid.touched(&[rect]).len();
        let size = Size { width: rect.width, height: rect.height };
        (group.len() * 2 >= touched && fits(size)).then_some(rect)
    }

    /// Which of the changes belong to something that moved as a whole.
    fn moved(&self, changes: &[Change]) -> Vec<bool> {
        let tiles: Vec<u32> = changes.iter().map(|change| self.grid.at(change.rect)).collect();
        if changes.iter().all(|change| !change.copied) {
            return vec![false; changes.len()];
        }
        let mut moved = vec![false; self.tiles.len()];
        let copied: Vec<u32> =
            changes.iter().zip(&tiles).filter(|(change, _)| change.copied).map(|(_, &tile)| tile).collect();
        for group in self.groups(&tiles) {
            let share = group.iter().filter(|tile| copied.binary_search(tile).is_ok()).count();
            if share * COPIED_SHARE >= group.len() {
                group.iter().for_each(|&tile| moved[tile as usize] = true);
            }
        }
        tiles.iter().map(|&tile| moved[tile as usize]).collect()
    }

    /// Tiles that touch each other.
    fn groups(&self, tiles: &[u32]) -> Vec<Vec<u32>> {
        let mut left = vec![false; self.tiles.len()];
        tiles.iter().for_each(|&tile| left[tile as usize] = true);
        let mut groups = Vec::new();
        for &first in tiles {
            if !std::mem::take(&mut left[first as usize]) {
                continue;
            }
            let mut group = vec![first];
            let mut next = 0;
            while let Some(&tile) = group.get(next) {
                next += 1;
                for other in self.grid.around(tile) {
                    if std::mem::take(&mut left[other as usize]) {
                        group.push(other);
                    }
                }
            }
            groups.push(group);
        }
        groups
    }
}

impl Tile {
    fn beat(&mut self, rect: Rect, paints: u32, now: Duration) {
        // On a slow link it may be long until the next look, but much is painted meanwhile.
        let is_over = |last: Beat| {
            let least = (now - last.at).as_millis() * u128::from(LEAST_RATE);
            last.at + LAPSE < now && u128::from(paints) * 1000 < least
        };
        if self.beats[0].is_none_or(is_over) {
            *self = Self::default();
        }
        // A slow link looks seldom. Where much was painted in between, one look says as much as two.
        let times = paints.clamp(1, MOST_BEATS);
        for _ in 0..times {
            self.beats.rotate_right(1);
            self.beats[0] = Some(Beat { at: now, rect, paints: paints.div_ceil(times) });
        }
    }

    /// The box around its last changes.
    fn around(self) -> Option<Rect> {
        self.beats.iter().flatten().map(|beat| beat.rect).reduce(Rect::union)
    }

    fn moves(self, now: Duration) -> bool {
        let [Some(newest), .., Some(oldest)] = self.beats else { return false };
        let after_the_oldest = self.beats[..BEATS - 1].iter().flatten();
        let paints: u32 = after_the_oldest.map(|beat| beat.paints).sum();
        let least = (newest.at - oldest.at).as_millis() * u128::from(LEAST_RATE);
        newest.at + LAPSE > now && u128::from(paints) * 1000 >= least
    }
}

/// With even sides, one pixel more where there is one.
fn even(rect: Rect, size: Size) -> Rect {
    let grown = |from: u32, length: u32, most: u32| match length % 2 {
        0 => (from, length),
        _ if from + length < most => (from, length + 1),
        _ if from > 0 => (from - 1, length + 1),
        _ => (from, length - 1),
    };
    let (x, width) = grown(rect.x, rect.width, size.width);
    let (y, height) = grown(rect.y, rect.height, size.height);
    Rect { x, y, width, height }
}
