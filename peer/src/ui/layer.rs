//! The widgets' pixels over the picture, and which parts of them matter.
//!
//! A [`Layer`] holds premultiplied 0xAARRGGBB. Its tiles are classified once when widgets were painted, so that
//! a video frame passes empty tiles without looking at them and never shows through opaque ones.

use entraide_common::screen::{Rect, Size};

/// The side of a tile, pixels.
pub const TILE: u32 = 32;

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tile {
    /// Nothing: the picture shows.
    Empty,
    /// Only opaque pixels: the picture does not matter.
    Opaque,
    /// Both, or something translucent.
    Mixed,
}

/// Widgets as pixels.
#[derive(Debug, Clone)]
pub struct Layer {
    size: Size,
    pixels: Vec<u32>,
    tiles: Vec<Tile>,
}

impl Layer {
    /// An empty layer.
    #[must_use]
    pub fn new(size: Size) -> Self {
        let tiles = (size.width.div_ceil(TILE) * size.height.div_ceil(TILE)) as usize;
        Self { size, pixels: vec![0; size.area()], tiles: vec![Tile::Empty; tiles] }
    }

    /// Its size.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }

    /// All pixels, row by row.
    #[must_use]
    pub fn pixels(&self) -> &[u32] {
        &self.pixels
    }

    /// All pixels, to be painted. The tiles are right again after [`Layer::settle`].
    pub fn pixels_mut(&mut self) -> &mut [u32] {
        &mut self.pixels
    }

    /// Makes every pixel transparent.
    pub fn clear(&mut self) {
        self.pixels.fill(0);
    }

    /// Classifies the tiles and returns those that differ from `before`, united in rows.
    pub fn settle(&mut self, before: &Self) -> Vec<Rect> {
        let mut damage = Vec::new();
        for row in 0..self.size.height.div_ceil(TILE) {
            let mut run: Option<Rect> = None;
            for column in 0..self.size.width.div_ceil(TILE) {
                let rect = self.tile_rect(column, row);
                let index = self.tile_index(column, row);
                if self.size == before.size && self.same(before, rect) {
                    self.tiles[index] = before.tiles[index];
                    damage.extend(run.take());
                } else {
                    self.tiles[index] = self.classify(rect);
                    run = Some(run.map_or(rect, |run| run.union(rect)));
                }
            }
            damage.extend(run);
        }
        damage
    }

    /// What the tile in this column and row of tiles holds.
    #[must_use]
    pub fn tile(&self, column: u32, row: u32) -> Tile {
        self.tiles[self.tile_index(column, row)]
    }

    /// The pixels `from..to` of row `y`.
    #[must_use]
    pub fn row(&self, y: u32, from: u32, to: u32) -> &[u32] {
        let start = y as usize * self.size.width as usize;
        &self.pixels[start + from as usize..start + to as usize]
    }

    fn tile_index(&self, column: u32, row: u32) -> usize {
        (row * self.size.width.div_ceil(TILE) + column) as usize
    }

    fn tile_rect(&self, column: u32, row: u32) -> Rect {
        let (x, y) = (column * TILE, row * TILE);
        Rect { x, y, width: TILE.min(self.size.width - x), height: TILE.min(self.size.height - y) }
    }

    fn same(&self, other: &Self, rect: Rect) -> bool {
        (rect.y..rect.bottom())
            .all(|y| self.row(y, rect.x, rect.right()) == other.row(y, rect.x, rect.right()))
    }

    fn classify(&self, rect: Rect) -> Tile {
        let (mut every, mut any) = (u32::MAX, 0);
        for y in rect.y..rect.bottom() {
            for pixel in self.row(y, rect.x, rect.right()) {
                every &= pixel;
                any |= pixel;
            }
        }
        match (every >> 24, any) {
            (_, 0) => Tile::Empty,
            (255, _) => Tile::Opaque,
            _ => Tile::Mixed,
        }
    }
}

/// `above` over `below`, both premultiplied 0xAARRGGBB.
#[must_use]
pub fn over(below: u32, above: u32) -> u32 {
    let rest = 255 - (above >> 24);
    // Two channels at a time, divided by 255 with rounding: (t + (t >> 8)) >> 8 with t = c * rest + 128.
    let half = |channels: u32| {
        let t = channels * rest + 0x0080_0080;
        ((t + ((t >> 8) & 0x00ff_00ff)) >> 8) & 0x00ff_00ff
    };
    above.wrapping_add(half(below & 0x00ff_00ff) | (half((below >> 8) & 0x00ff_00ff) << 8))
}
