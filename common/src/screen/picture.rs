//! Pixels in memory, and how they get there.

use super::{Rect, Size};

/// Pixels of 0x00RRGGBB, row by row without gaps. The upper byte is always zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    size: Size,
    pixels: Vec<u32>,
}

impl Picture {
    /// A black picture.
    #[must_use]
    pub fn black(size: Size) -> Self {
        Self { size, pixels: vec![0; size.area()] }
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

    /// All pixels, to be written.
    pub fn pixels_mut(&mut self) -> &mut [u32] {
        &mut self.pixels
    }

    /// The pixels of `rect`, one slice for each of its rows. What lies outside the picture is left out.
    pub fn rows(&self, rect: Rect) -> impl Iterator<Item = &[u32]> {
        let stride = self.size.width as usize;
        let (x, rows, width) = self.span(rect);
        self.pixels.chunks_exact(stride).skip(rows.start).take(rows.len()).map(move |row| &row[x..x + width])
    }

    /// The pixels of `rect`, to be written; otherwise like [`Picture::rows`].
    pub fn rows_mut(&mut self, rect: Rect) -> impl Iterator<Item = &mut [u32]> {
        let stride = self.size.width as usize;
        let (x, rows, width) = self.span(rect);
        self.pixels
            .chunks_exact_mut(stride)
            .skip(rows.start)
            .take(rows.len())
            .map(move |row| &mut row[x..x + width])
    }

    /// One row of it.
    pub(super) fn row(&self, y: u32) -> &[u32] {
        let stride = self.size.width as usize;
        &self.pixels[y as usize * stride..][..stride]
    }

    /// Copies `rect` from the same place in `other`. What lies outside either picture is left out.
    pub fn copy_rect_from(&mut self, other: &Self, rect: Rect) {
        let Some(rect) =
            rect.intersection(self.size.rect()).and_then(|rect| rect.intersection(other.size.rect()))
        else {
            return;
        };
        for (to, from) in self.rows_mut(rect).zip(other.rows(rect)) {
            to.copy_from_slice(from);
        }
    }

    /// The pixels of `rect`, which must lie in it, as a picture of their own.
    #[must_use]
    pub fn cut(&self, rect: Rect) -> Self {
        let pixels = self.rows(rect).flatten().copied().collect();
        Self { size: Size { width: rect.width, height: rect.height }, pixels }
    }

    /// Copies pixels of four bytes B, G, R, X into `rect`, as capture engines deliver them. `bytes` starts at the
    /// rectangle's upper left pixel and has `stride` bytes from one row to the next; X may hold anything. What
    /// lies outside the picture is left out, and rows that `bytes` does not hold wholly stay as they are.
    pub fn write_bgrx(&mut self, rect: Rect, bytes: &[u8], stride: usize) {
        let Some(inside) = rect.intersection(self.size.rect()) else { return };
        for (to, y) in self.rows_mut(inside).zip(0_usize..) {
            let from = y.saturating_mul(stride);
            let Some(row) = bytes.get(from..).and_then(|rest| rest.get(..to.len() * 4)) else { return };
            for (pixel, bgrx) in to.iter_mut().zip(row.as_chunks().0) {
                *pixel = u32::from_le_bytes(*bgrx) & 0x00ff_ffff;
            }
        }
    }

    /// Where `rect` lies, as far as it is inside: its first column, its rows, its width.
    fn span(&self, rect: Rect) -> (usize, core::ops::Range<usize>, usize) {
        match rect.intersection(self.size.rect()) {
            Some(rect) => (rect.x as usize, rect.y as usize..rect.bottom() as usize, rect.width as usize),
            None => (0, 0..0, 0),
        }
    }
}
