//! From pictures to frames.

use super::models::{Models, Wanted};
use super::motion::Search;
use super::plan::Plan;
use super::range::RangeEncoder;
use super::tiles::Grid;
use super::{FORM, Picture, Rect, Size};

/// One generation of frames.
///
/// It remembers the picture the decoder holds and the models they share, so every frame it returns must reach the
/// decoder, in order.
pub struct Encoder {
    size: Size,
    /// INVARIANT: what the decoder's canvas shows after the frames so far.
    shown: Picture,
    is_first: bool,
    search: Search,
    models: Models,
}

impl Encoder {
    /// A generation for pictures of `size`.
    #[must_use]
    pub fn new(size: Size) -> Self {
        Self {
            size,
            shown: Picture::black(size),
            is_first: true,
            search: Search::new(),
            models: Models::new(size, true),
        }
    }

    /// The frame that turns the decoder's canvas into `picture`, or `None` if nothing changed.
    ///
    /// Only the damage is looked at, as far as it lies inside the picture; a change elsewhere is not sent. The
    /// first call encodes everything whatever the damage says, and always returns a frame.
    ///
    /// # Panics
    /// If `picture` has another size than the generation.
    pub fn encode(&mut self, picture: &Picture, damage: &[Rect]) -> Option<Vec<u8>> {
        assert_eq!(picture.size(), self.size, "another size is another generation");
        let grid = Grid::new(self.size);
        let is_first = std::mem::take(&mut self.is_first);
        let touched = if is_first { grid.everything() } else { grid.touched(damage) };
        let plan = Plan::new(&mut self.search, picture, &self.shown, &touched);
        if plan.is_empty() && !is_first {
            return None;
        }
        let mut bytes = Vec::new();
        if is_first {
            bytes.push(FORM);
            bytes.extend((self.size.width as u16).to_le_bytes());
            bytes.extend((self.size.height as u16).to_le_bytes());
        }
        let mut coder = RangeEncoder::new(bytes);
        let wanted = Wanted { plan: &plan, picture };
        self.models.frame(&mut coder, &mut self.shown, Some(wanted)).expect("an encoder does not lie");
        Some(coder.finish())
    }
}
