//! Where a picture is cut, and what changed inside a tile.

use super::{Picture, Rect, Size};

/// Pixels along a tile's side.
pub(super) const TILE: u32 = 64;

/// A picture's tiles, counted in rows from the upper left.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grid {
    size: Size,
}

impl Grid {
    pub(super) fn new(size: Size) -> Self {
        Self { size }
    }

    /// Tiles in a row.
    pub(super) fn columns(self) -> u32 {
        self.size.width.div_ceil(TILE)
    }

    /// Rows of tiles.
    pub(super) fn rows(self) -> u32 {
        self.size.height.div_ceil(TILE)
    }

    /// Tiles in all.
    pub(super) fn count(self) -> u32 {
        self.columns() * self.rows()
    }

    /// The pixels of a tile, smaller at the right and lower edges.
    pub(super) fn tile(self, index: u32) -> Rect {
        let (x, y) = (index % self.columns() * TILE, index / self.columns() * TILE);
        let (width, height) = (TILE.min(self.size.width - x), TILE.min(self.size.height - y));
        Rect { x, y, width, height }
    }

    /// The tile in which `rect` begins.
    pub(super) fn at(self, rect: Rect) -> u32 {
        rect.y / TILE * self.columns() + rect.x / TILE
    }

    /// A tile's neighbours, at its corners too.
    pub(super) fn around(self, index: u32) -> impl Iterator<Item = u32> {
        let (columns, rows) = (self.columns(), self.size.height.div_ceil(TILE));
        let (column, row) = (index % columns, index / columns);
        let down = row.saturating_sub(1)..(row + 2).min(rows);
        let across = column.saturating_sub(1)..(column + 2).min(columns);
        let tiles = down.flat_map(move |row| across.clone().map(move |column| row * columns + column));
        tiles.filter(move |&tile| tile != index)
    }

    /// Every tile, each as a whole.
    pub(super) fn everything(self) -> Vec<(u32, Rect)> {
        (0..self.count()).map(|index| (index, self.tile(index))).collect()
    }

    /// The tiles that `damage` touches, in ascending order, each with the box around the damage inside it. What
    /// lies outside the picture is nobody's damage.
    pub(super) fn touched(self, damage: &[Rect]) -> Vec<(u32, Rect)> {
        let mut boxes: Vec<Option<Rect>> = vec![None; self.count() as usize];
        for rect in damage.iter().filter_map(|rect| rect.intersection(self.size.rect())) {
            for row in rect.y / TILE..=(rect.bottom() - 1) / TILE {
                for column in rect.x / TILE..=(rect.right() - 1) / TILE {
                    let index = row * self.columns() + column;
                    let inside = self.tile(index).intersection(rect);
                    let around = &mut boxes[index as usize];
                    *around = match (*around, inside) {
                        (Some(one), Some(other)) => Some(one.union(other)),
                        (one, other) => one.or(other),
                    };
                }
            }
        }
        (0..).zip(boxes).filter_map(|(index, around)| around.map(|around| (index, around))).collect()
    }
}

/// The box around the pixels of `area` in `now` that are not the pixels of `from` in `before`. The two
/// rectangles have one size; `None` if all are equal.
pub(super) fn change(now: &Picture, area: Rect, before: &Picture, from: Rect) -> Option<Rect> {
    let (mut left, mut right) = (area.width as usize, 0);
    let mut rows: Option<(u32, u32)> = None;
    for ((new, old), y) in now.rows(area).zip(before.rows(from)).zip(0..) {
        if new == old {
            continue;
        }
        rows = Some((rows.map_or(y, |(first, _)| first), y));
        let differs = |(new, old): (&u32, &u32)| new != old;
        left = new[..left].iter().zip(&old[..left]).position(differs).unwrap_or(left);
        let tail = new[right..].iter().zip(&old[right..]).rposition(differs);
        right = tail.map_or(right, |last| right + last + 1);
    }
    let (first, last) = rows?;
    Some(Rect {
        x: area.x + left as u32,
        y: area.y + first,
        width: (right - left) as u32,
        height: last - first + 1,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_change_is_the_box_around_what_differs() {
        let size = Size::new(100, 70).expect("a small picture");
        let before = Picture::black(size);
        let mut now = before.clone();
        for (x, y) in [(70, 3), (65, 9), (99, 5)] {
            now.pixels_mut()[y * 100 + x] = 1;
        }
        let area = Grid::new(size).tile(1);
        assert_eq!(area, Rect { x: 64, y: 0, width: 36, height: 64 });
        assert_eq!(change(&now, area, &before, area), Some(Rect { x: 65, y: 3, width: 35, height: 7 }));
        assert_eq!(change(&now, area, &now, area), None);
    }

    #[test]
    fn damage_is_clipped_and_united_for_each_tile() {
        let grid = Grid::new(Size::new(130, 64).expect("a small picture"));
        let damage = [
            Rect { x: 60, y: 10, width: 6, height: 2 },
            Rect { x: 2, y: 1, width: 1, height: 1 },
            Rect { x: 129, y: 63, width: u32::MAX, height: u32::MAX },
            Rect { x: 5, y: 5, width: 0, height: 9 },
            Rect { x: 500, y: 0, width: 1, height: 1 },
        ];
        let touched = [
            (0, Rect { x: 2, y: 1, width: 62, height: 11 }),
            (1, Rect { x: 64, y: 10, width: 2, height: 2 }),
            (2, Rect { x: 129, y: 63, width: 1, height: 1 }),
        ];
        assert_eq!(grid.touched(&damage), touched);
    }
}
