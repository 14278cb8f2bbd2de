//! A generation's memory, and the walk through a frame that both directions share.

use std::ops::Range;

use super::covered::Covered;
use super::geometry::Geometry;
use super::natural::{Above, Goal, Natural, sharp_groups};
use super::patches::{Patches, Pen};
use super::pieces::{Ring, Trail};
use super::plan::{Copy, Depth, Kind, Patch, Plan, Shift};
use super::range::{Bit, Coder};
use super::rows::Rows;
use super::text::Text;
use super::tiles::{Grid, TILE};
use super::{Lie, Picture, Rect, Size};

/// Everything both sides learn from the frames, in the same way. Its size does not grow: see [`Models::new`].
#[derive(Debug)]
pub(super) struct Models {
    geometry: Geometry,
    patches: Patches,
    text: Text,
    natural: Natural,
    ring: Ring,
    /// "This row is as before", by whether the one above was.
    same_row: [Bit; 2],
    covered: Covered,
    rows: Rows,
    moved: Vec<u32>,
}

/// What the encoder wants, of which the decoder knows nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) plan: &'a Plan,
    /// What is drawn, as near to it as the plan says.
    pub(super) picture: &'a Picture,
}

impl Models {
    /// Allocates some 19 MB, 20 MB for an encoder, and as much as one picture; copies need up to one more.
    pub(super) fn new(size: Size, encodes: bool) -> Self {
        Self {
            geometry: Geometry::new(size),
            patches: Patches::new(size),
            text: Text::new(),
            natural: Natural::new(),
            ring: Ring::new(encodes),
            same_row: [Bit::EVEN; 2],
            covered: Covered::new(size),
            rows: Rows::default(),
            moved: Vec::new(),
        }
    }

    /// Codes one frame and draws it onto `shown`, which holds the previous one: copies first, then the patches one
    /// after the other. Returns what was done.
    pub(super) fn frame<C: Coder>(
        &mut self,
        coder: &mut C,
        shown: &mut Picture,
        wanted: Option<Wanted<'_>>,
    ) -> Result<Plan, Lie> {
        let none = Plan::default();
        let given = wanted.map_or(&none, |wanted| wanted.plan);
        let shifts = self.geometry.shifts(coder, &given.shifts)?;
        let copies = self.geometry.copies(coder, &shifts, &given.copies)?;
        coder.check()?;
        copy(&shifts, &copies, shown, &mut self.moved);
        let count = self.geometry.patch_count(coder, given.patches.len())?;
        let mut patches = Vec::with_capacity(count);
        let mut pen = Pen::default();
        for number in 0..count {
            let patch = self.patches.next(coder, &mut pen, given.patches.get(number))?;
            self.patch(coder, shown, patch, wanted.map(|wanted| wanted.picture))?;
            patches.push(patch);
        }
        self.patches.remember(&patches);
        Ok(Plan { shifts, copies, patches })
    }

    fn patch<C: Coder>(
        &mut self,
        coder: &mut C,
        shown: &mut Picture,
        patch: Patch,
        wanted: Option<&Picture>,
    ) -> Result<(), Lie> {
        let Patch { rect, kind } = patch;
        let columns = rect.x as usize..rect.right() as usize;
        let mut trail = Trail::new(rect.width as usize);
        let mut above = Above::new(rect.width as usize);
        let mut sharp = Vec::new();
        let mut was_same = false;
        self.rows.begin(shown, &self.covered, rect);
        for y in rect.y..rect.bottom() {
            self.rows.load(shown, &self.covered, y);
            if let (Some(picture), Kind::Natural(Depth::Near(_))) = (wanted, kind) {
                find_sharp(picture, y, columns.clone(), &mut sharp);
            }
            let wanted = wanted.map_or(&[][..], |picture| &picture.row(y)[columns.clone()]);
            let ways = (&mut self.ring, &mut trail);
            let is_same = match kind {
                Kind::Text => {
                    let old = self.rows.old();
                    was_same = coder.bit(&mut self.same_row[usize::from(was_same)], || wanted == old);
                    if !was_same {
                        self.text.row(coder, ways, &mut self.rows, wanted)?;
                    }
                    was_same
                }
                Kind::Natural(depth) => {
                    self.rows.keep();
                    let goal = Goal { pixels: wanted, sharp: &sharp, depth };
                    self.natural.row(coder, ways, &mut self.rows, &mut above, goal)?;
                    false
                }
            };
            coder.check()?;
            if is_same {
                self.rows.keep();
            } else {
                self.rows.store(shown, &mut self.covered, y);
            }
            self.rows.advance();
        }
        Ok(())
    }
}

/// Encoder only: which groups of a row are sharp.
fn find_sharp(picture: &Picture, y: u32, columns: Range<usize>, sharp: &mut Vec<bool>) {
    let last = picture.size().height - 1;
    let row = |y: u32| &picture.row(y)[columns.clone()];
    // Beyond the picture's edge the other neighbour speaks for both.
    let above = y.checked_sub(1).unwrap_or(1.min(last));
    let below = if y < last { y + 1 } else { last.saturating_sub(1) };
    sharp_groups(row(above), row(y), row(below), sharp);
}

/// Carries out copies. All of them read the picture as it was.
fn copy(shifts: &[Shift], copies: &[Copy], picture: &mut Picture, moved: &mut Vec<u32>) {
    match shifts {
        [shift] => copy_in_place(*shift, copies, picture),
        _ => copy_by_way_of(moved, shifts, copies, picture),
    }
}

/// All copies have one shift: so there is an order in which no pixel is overwritten before it is read.
fn copy_in_place(shift: Shift, copies: &[Copy], picture: &mut Picture) {
    let grid = Grid::new(picture.size());
    let (dx, dy) = (isize::from(shift.dx), isize::from(shift.dy));
    let width = picture.size().width as usize;
    let from_right = dx < 0;
    let mut row_of_tiles = |copies: &[Copy]| {
        let Some(first) = copies.first() else { return };
        let rows = grid.tile(first.tile);
        for step in 0..rows.height {
            let y = if dy < 0 { rows.bottom() - 1 - step } else { rows.y + step } as usize;
            for number in 0..copies.len() {
                let number = if from_right { copies.len() - 1 - number } else { number };
                let tile = grid.tile(copies[number].tile);
                let to = y * width + tile.x as usize;
                let from = to.wrapping_add_signed(dy * width as isize + dx);
                picture.pixels_mut().copy_within(from..from + tile.width as usize, to);
            }
        }
    };
    let same_row = |one: &Copy, other: &Copy| one.tile / grid.columns() == other.tile / grid.columns();
    if dy < 0 {
        copies.chunk_by(same_row).rev().for_each(&mut row_of_tiles);
    } else {
        copies.chunk_by(same_row).for_each(&mut row_of_tiles);
    }
}

/// Reads all before any is written, since one may lie where another goes.
fn copy_by_way_of(moved: &mut Vec<u32>, shifts: &[Shift], copies: &[Copy], picture: &mut Picture) {
    let size = picture.size();
    let grid = Grid::new(size);
    let rects = || {
        copies.iter().filter_map(|&Copy { tile, shift }| {
            let tile = grid.tile(tile);
            Some((tile, shifts[shift].source(tile, size)?))
        })
    };
    moved.clear();
    for (_, source) in rects() {
        picture.rows(source).for_each(|row| moved.extend_from_slice(row));
    }
    let mut rest = moved.as_slice();
    for (tile, _) in rects() {
        for row in picture.rows_mut(tile) {
            let (pixels, after) = rest.split_at(row.len());
            row.copy_from_slice(pixels);
            rest = after;
        }
    }
}

impl Plan {
    /// What it touches: copied tiles, neighbours joined, and patches, which may overlap them.
    pub(super) fn changed(&self, size: Size) -> Vec<Rect> {
        let grid = Grid::new(size);
        let mut rects: Vec<Rect> = Vec::with_capacity(self.patches.len());
        for copy in &self.copies {
            let rect = grid.tile(copy.tile);
            match rects.last_mut() {
                Some(last) if (last.y, last.right()) == (rect.y, rect.x) => last.width += rect.width,
                _ => rects.push(rect),
            }
        }
        let tile_of = |x: u32, y: u32| (y / TILE) * grid.columns() + x / TILE;
        let is_copied = |rect: Rect| {
            let tiles = tile_of(rect.x, rect.y)..=tile_of(rect.right() - 1, rect.y);
            tiles.into_iter().all(|tile| self.copies.binary_search_by_key(&tile, |copy| copy.tile).is_ok())
        };
        let patches = self.patches.iter().map(|patch| patch.rect);
        rects.extend(patches.filter(|&rect| !is_copied(rect)));
        rects
    }
}
