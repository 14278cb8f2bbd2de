//! What photograph was drawn last at each place, whatever lies over it by now.
//!
//! A window that is dragged, a menu, a hint: they cover a photograph for a moment, and what comes back is what was there.
//! Nothing else brings it back for little: it did not move, and it seldom comes back by whole [pieces](super::pieces).

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

/// Copies what is below `to`, which begins at column `left` of a row that is kept as `row`, with a margin of so many
/// columns.
pub(super) fn load(row: &[u32], to: &mut [Below], margin: usize, left: usize) {
    let begin = left.saturating_sub(margin);
    let skipped = begin + margin - left;
    for (to, from) in to[skipped..].iter_mut().zip(&row[begin..]) {
        *to = Below(*from);
    }
}

/// Keeps in `row` what is below it from column `left` on.
pub(super) fn store(row: &mut [u32], from: &[Below], left: usize) {
    for (to, from) in row[left..].iter_mut().zip(from) {
        *to = from.0;
    }
}
