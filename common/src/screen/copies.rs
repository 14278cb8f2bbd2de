//! Tiles that are filled from elsewhere in the picture.

use super::Picture;
use super::plan::{Copy, Shift};
use super::tiles::Grid;

/// Carries out copies. All of them read the picture as it was.
pub(super) fn carry_out(shifts: &[Shift], copies: &[Copy], picture: &mut Picture, moved: &mut Vec<u32>) {
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
