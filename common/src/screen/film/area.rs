//! Where a film plays.

use serde::{Deserialize, Serialize};

use super::super::tiles::TILE;
use super::super::{Rect, Size};
use crate::limits;

/// A rectangle, and which of the picture's tiles that it touches show a film there. Those tiles are numbered row by row
/// from the rectangle's upper left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Area {
    rect: Rect,
    /// A bit for each tile, the first in the lowest.
    #[serde(with = "serde_bytes")]
    mask: Vec<u8>,
}

impl Area {
    /// None of `rect` yet, which must lie in a picture and hold something.
    #[must_use]
    pub fn new(rect: Rect) -> Self {
        let mut area = Self { rect, mask: Vec::new() };
        area.mask = vec![0; area.count().div_ceil(8)];
        area
    }

    /// The rectangle.
    #[must_use]
    pub fn rect(&self) -> Rect {
        self.rect
    }

    /// Its size.
    #[must_use]
    pub fn size(&self) -> Size {
        Size { width: self.rect.width, height: self.rect.height }
    }

    /// Tiles that the rectangle touches.
    #[must_use]
    pub fn count(&self) -> usize {
        let down = self.rect.bottom().div_ceil(TILE) - self.rect.y / TILE;
        self.columns() as usize * down as usize
    }

    /// The pixels of a tile, as far as it lies in the rectangle.
    #[must_use]
    pub fn tile(&self, number: usize) -> Rect {
        let (column, row) = (number as u32 % self.columns(), number as u32 / self.columns());
        let left = ((self.rect.x / TILE + column) * TILE).max(self.rect.x);
        let top = ((self.rect.y / TILE + row) * TILE).max(self.rect.y);
        let right = ((left / TILE + 1) * TILE).min(self.rect.right());
        let bottom = ((top / TILE + 1) * TILE).min(self.rect.bottom());
        Rect { x: left, y: top, width: right - left, height: bottom - top }
    }

    /// Whether a tile shows the film.
    #[must_use]
    pub fn shows(&self, number: usize) -> bool {
        self.mask.get(number / 8).is_some_and(|bits| bits >> (number % 8) & 1 == 1)
    }

    /// Has a tile show the film, or the picture.
    pub fn set(&mut self, number: usize, shows: bool) {
        let bit = 1 << (number % 8);
        let bits = &mut self.mask[number / 8];
        *bits = if shows { *bits | bit } else { *bits & !bit };
    }

    /// The tiles that show the film, with their pixels.
    pub fn shown(&self) -> impl Iterator<Item = (usize, Rect)> {
        (0..self.count()).filter(|&number| self.shows(number)).map(|number| (number, self.tile(number)))
    }

    /// Whether `pixels`, which lie in one tile of the picture, all show the film.
    #[must_use]
    pub fn holds(&self, pixels: Rect) -> bool {
        if pixels.intersection(self.rect) != Some(pixels) {
            return false;
        }
        let column = pixels.x / TILE - self.rect.x / TILE;
        let row = pixels.y / TILE - self.rect.y / TILE;
        self.shows((row * self.columns() + column) as usize)
    }

    /// What of `rect` does not show the film.
    #[must_use]
    pub fn outside(&self, rect: Rect) -> Vec<Rect> {
        let Some(inside) = rect.intersection(self.rect) else { return vec![rect] };
        let mut parts = around(rect, inside);
        let plain = (0..self.count()).filter(|&number| !self.shows(number));
        parts.extend(plain.filter_map(|number| self.tile(number).intersection(inside)));
        parts
    }

    /// Whether it can be one: what came over the wire may say anything.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let inside = |from: u32, length: u32| {
            length > 0 && from.checked_add(length).is_some_and(|end| end <= limits::PICTURE_SIDE)
        };
        if !inside(self.rect.x, self.rect.width) || !inside(self.rect.y, self.rect.height) {
            return false;
        }
        let count = self.count();
        self.mask.len() == count.div_ceil(8) && (count..self.mask.len() * 8).all(|spare| !self.shows(spare))
    }

    fn columns(&self) -> u32 {
        self.rect.right().div_ceil(TILE) - self.rect.x / TILE
    }
}

/// What of `rect` lies around `inside`, which lies in it.
fn around(rect: Rect, inside: Rect) -> Vec<Rect> {
    let across = |y: u32, bottom: u32| Rect { y, height: bottom - y, ..rect };
    let beside = |x: u32, right: u32| Rect { x, width: right - x, ..inside };
    let parts = [
        across(rect.y, inside.y),
        beside(rect.x, inside.x),
        beside(inside.right(), rect.right()),
        across(inside.bottom(), rect.bottom()),
    ];
    parts.into_iter().filter(|part| part.area() > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_is_the_tiles_that_its_rectangle_touches() {
        let mut area = Area::new(Rect { x: 60, y: 70, width: 10, height: 130 });
        assert_eq!(area.count(), 6);
        assert_eq!(area.tile(0), Rect { x: 60, y: 70, width: 4, height: 58 });
        assert_eq!(area.tile(5), Rect { x: 64, y: 192, width: 6, height: 8 });
        area.set(5, true);
        assert_eq!(area.shown().collect::<Vec<_>>(), [(5, area.tile(5))]);
        assert!(area.holds(Rect { x: 65, y: 195, width: 1, height: 1 }));
        assert!(!area.holds(Rect { x: 63, y: 195, width: 1, height: 1 }));
        assert!(!area.holds(Rect { x: 65, y: 195, width: 1, height: 6 }));
        let whole = Rect { x: 0, y: 0, width: 100, height: 300 };
        let outside: usize = area.outside(whole).into_iter().map(Rect::area).sum();
        assert_eq!(outside, whole.area() - area.tile(5).area());
        assert!(area.is_sound());
        area.mask[0] |= 0x40;
        assert!(!area.is_sound(), "a seventh tile");
    }
}
