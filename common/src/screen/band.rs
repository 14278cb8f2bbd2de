//! Whole rows of the picture that one lane draws on.

use std::ops::Range;

use super::rows::CALMEST;

/// Rows above a patch that [`Rows`](super::rows::Rows) may look at.
const SEEN: usize = CALMEST + 1;

/// Rows of what is shown and of what it [covers](super::covered), and a few rows above them, as they were before anything
/// was drawn: what lies there belongs to somebody else.
#[derive(Debug)]
pub(super) struct Band<'a> {
    width: usize,
    /// The first row, and the one after the last.
    rows: Range<u32>,
    shown: &'a mut [u32],
    covered: &'a mut [u32],
    above: Vec<u32>,
}

impl<'a> Band<'a> {
    /// All rows of a picture so wide.
    pub(super) fn whole(width: u32, shown: &'a mut [u32], covered: &'a mut [u32]) -> Self {
        let width = width as usize;
        Self { width, rows: 0..(shown.len() / width) as u32, shown, covered, above: Vec::new() }
    }

    /// The rows before `y`, and those from there on.
    ///
    /// # Panics
    /// If this band does not have such a row.
    pub(super) fn cut(self, y: u32) -> (Self, Self) {
        let Self { width, rows, shown, covered, above } = self;
        let at = (y - rows.start) as usize * width;
        let seen = shown[at.saturating_sub(SEEN * width)..at].to_vec();
        let (shown, shown_below) = shown.split_at_mut(at);
        let (covered, covered_below) = covered.split_at_mut(at);
        let upper = Self { width, rows: rows.start..y, shown, covered, above };
        let rows = y..rows.end;
        (upper, Self { width, rows, shown: shown_below, covered: covered_below, above: seen })
    }

    /// Which rows can be drawn.
    pub(super) fn rows(&self) -> Range<u32> {
        self.rows.clone()
    }

    /// Row `y`, if it is in the band or at most [`SEEN`] rows above it.
    pub(super) fn row(&self, y: u32) -> &[u32] {
        let (rows, begin) = match y.checked_sub(self.rows.start) {
            Some(y) => (&*self.shown, y as usize * self.width),
            None => (&*self.above, self.above.len() - (self.rows.start - y) as usize * self.width),
        };
        &rows[begin..][..self.width]
    }

    /// Row `y` of the band, to be drawn.
    pub(super) fn row_mut(&mut self, y: u32) -> &mut [u32] {
        &mut self.shown[(y - self.rows.start) as usize * self.width..][..self.width]
    }

    /// What is covered at row `y`, if the band has it.
    pub(super) fn covered(&self, y: u32) -> Option<&[u32]> {
        let y = y.checked_sub(self.rows.start)?;
        Some(&self.covered[y as usize * self.width..][..self.width])
    }

    /// The same, to be kept.
    pub(super) fn covered_mut(&mut self, y: u32) -> &mut [u32] {
        &mut self.covered[(y - self.rows.start) as usize * self.width..][..self.width]
    }
}
