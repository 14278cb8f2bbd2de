//! Lays picture, cursor and widgets over one another, for the rectangles that changed and no others.
//!
//! Every pixel is made anew from its sources, never from what stood there, so painting a rectangle twice or in
//! other pieces gives the same window.

use entraide_common::screen::{Picture, Rect};
use entraide_common::wire::cursor;

use super::layer::{Layer, TILE, Tile, over};
use super::scale::{Placement, Scaler};

/// What the window consists of, from below to above.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// The colour where there is no picture, 0x00RRGGBB.
    pub background: u32,
    /// The picture and its place.
    pub picture: Option<(&'a Picture, &'a Placement)>,
    /// The cursor.
    pub cursor: Option<Sprite<'a>>,
    /// The widgets. Its size is the window's.
    pub layer: &'a Layer,
}

/// A cursor in the window.
#[derive(Debug, Clone, Copy)]
pub struct Sprite<'a> {
    /// Its look.
    pub shape: &'a cursor::Shape,
    /// The window's pixel under its hot spot.
    pub at: (i32, i32),
    /// Where it may be painted.
    pub clip: Rect,
}

impl Sprite<'_> {
    /// The part of the window it covers.
    #[must_use]
    pub fn rect(&self) -> Option<Rect> {
        let (x, y) = self.corner();
        let (left, top) = (x.max(0), y.max(0));
        let (right, bottom) = (x + self.shape.width.cast_signed(), y + self.shape.height.cast_signed());
        let (width, height) = (u32::try_from(right - left).ok()?, u32::try_from(bottom - top).ok()?);
        Rect { x: left.cast_unsigned(), y: top.cast_unsigned(), width, height }.intersection(self.clip)
    }

    fn corner(&self) -> (i32, i32) {
        (self.at.0 - self.shape.hot_x.cast_signed(), self.at.1 - self.shape.hot_y.cast_signed())
    }
}

/// The compositor. Keeps the scaler's buffers.
#[derive(Debug, Default)]
pub struct Compositor {
    scaler: Scaler,
}

impl Compositor {
    /// Paints `rects` of `scene` into `target`, the window's pixels row by row as 0x00RRGGBB.
    pub fn paint(&mut self, scene: &Scene<'_>, rects: &[Rect], target: &mut [u32]) {
        let window = scene.layer.size();
        for rect in rects.iter().filter_map(|rect| rect.intersection(window.rect())) {
            if let Some(open) = uncovered(scene.layer, rect) {
                self.paint_below(scene, open, target);
            }
            paint_layer(scene.layer, rect, target);
        }
    }

    /// Background, picture and cursor.
    fn paint_below(&mut self, scene: &Scene<'_>, rect: Rect, target: &mut [u32]) {
        let stride = scene.layer.size().width as usize;
        let placed = scene.picture.and_then(|(picture, place)| {
            let part = place.shown()?.intersection(rect)?;
            Some((picture, place, part))
        });
        if placed.is_none_or(|(.., part)| part != rect) {
            for y in rect.y..rect.bottom() {
                let start = y as usize * stride + rect.x as usize;
                target[start..start + rect.width as usize].fill(scene.background);
            }
        }
        if let Some((picture, place, part)) = placed {
            self.scaler.paint(picture, place, part, target, stride);
        }
        if let Some(cursor) = &scene.cursor {
            paint_cursor(cursor, rect, target, stride);
        }
    }
}

/// The smallest rectangle around the parts of `rect` that opaque tiles do not cover.
fn uncovered(layer: &Layer, rect: Rect) -> Option<Rect> {
    let mut open: Option<Rect> = None;
    for (tile, part) in tiles(layer, rect) {
        if tile != Tile::Opaque {
            open = Some(open.map_or(part, |open| open.union(part)));
        }
    }
    open
}

fn paint_layer(layer: &Layer, rect: Rect, target: &mut [u32]) {
    let stride = layer.size().width as usize;
    for (tile, part) in tiles(layer, rect) {
        if tile == Tile::Empty {
            continue;
        }
        for y in part.y..part.bottom() {
            let start = y as usize * stride + part.x as usize;
            let below = &mut target[start..start + part.width as usize];
            for (below, above) in below.iter_mut().zip(layer.row(y, part.x, part.right())) {
                *below = match tile {
                    Tile::Opaque => *above & 0x00ff_ffff,
                    _ => over(*below, *above) & 0x00ff_ffff,
                };
            }
        }
    }
}

fn paint_cursor(cursor: &Sprite<'_>, rect: Rect, target: &mut [u32], stride: usize) {
    let Some(part) = cursor.rect().and_then(|own| own.intersection(rect)) else { return };
    let (x0, y0) = cursor.corner();
    for y in part.y..part.bottom() {
        for x in part.x..part.right() {
            // The part lies within the cursor, so both are at least zero.
            let column = (x.cast_signed() - x0).cast_unsigned() as usize;
            let row = (y.cast_signed() - y0).cast_unsigned() as usize;
            let at = (row * cursor.shape.width as usize + column) * 4;
            let Some(&[red, green, blue, alpha]) = cursor.shape.rgba.get(at..at + 4) else { continue };
            let below = &mut target[y as usize * stride + x as usize];
            *below = over(*below, u32::from_be_bytes([alpha, red, green, blue])) & 0x00ff_ffff;
        }
    }
}

/// The parts of `rect`, tile by tile.
fn tiles(layer: &Layer, rect: Rect) -> impl Iterator<Item = (Tile, Rect)> + '_ {
    let (rows, columns) =
        (rect.y / TILE..rect.bottom().div_ceil(TILE), rect.x / TILE..rect.right().div_ceil(TILE));
    rows.flat_map(move |row| {
        columns.clone().filter_map(move |column| {
            let tile = Rect { x: column * TILE, y: row * TILE, width: TILE, height: TILE };
            Some((layer.tile(column, row), tile.intersection(rect)?))
        })
    })
}
