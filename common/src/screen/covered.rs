//! What photograph was drawn last at each place, whatever lies over it by now.
//!
//! A window that is dragged, a menu, a hint: they cover a photograph for a moment, and what comes back is what was there.
//! Nothing else brings it back for little: it did not move, and it seldom comes back by whole [pieces](super::pieces).

use super::Size;

/// A colour that is known; without it, nothing is. So fresh memory knows nothing.
const KNOWN: u32 = 1 << 24;

/// One pixel of it, as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Below(u32);

impl Below {
    pub(super) fn of(pixel: u32) -> Self {
        Self(pixel | KNOWN)
    }

    #[inline(always)]
    pub(super) fn pixel(self) -> Option<u32> {
        (self.0 & KNOWN != 0).then_some(self.0 & !KNOWN)
    }
}

/// All of it.
#[derive(Debug)]
pub(super) struct Covered {
    width: usize,
    pixels: Vec<u32>,
}

impl Covered {
    pub(super) fn new(size: Size) -> Self {
        Self { width: size.width as usize, pixels: vec![0; size.area()] }
    }

    /// Copies what is below `to`, which begins at column `left` of row `y`, with a margin of so many columns.
    pub(super) fn load(&self, to: &mut [Below], margin: usize, left: usize, y: u32) {
        let row = &self.pixels[y as usize * self.width..][..self.width];
        let begin = left.saturating_sub(margin);
        let skipped = begin + margin - left;
        for (to, from) in to[skipped..].iter_mut().zip(&row[begin..]) {
            *to = Below(*from);
        }
    }

    /// Keeps what is below a row from column `left` on.
    pub(super) fn store(&mut self, from: &[Below], left: usize, y: u32) {
        let row = &mut self.pixels[y as usize * self.width..][..self.width];
        for (to, from) in row[left..].iter_mut().zip(from) {
            *to = from.0;
        }
    }
}
