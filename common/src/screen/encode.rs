//! From pictures to frames.

use std::time::Duration;

use super::frame;
use super::models::{Coders, Models, Wanted};
use super::motion::Search;
use super::plan::{Plan, dirty};
use super::range::RangeEncoder;
use super::rough::Rough;
use super::tiles::Grid;
use super::{FORM, Picture, Rect, Size, Tolerance};

/// One generation of frames.
///
/// It remembers the picture the decoder holds and the models they share, so every frame it returns must reach the
/// decoder, in order.
pub struct Encoder {
    size: Size,
    /// INVARIANT: what the decoder's canvas shows after the frames so far.
    shown: Picture,
    /// Where that is not the truth, if it is not.
    rough: Option<Rough>,
    is_first: bool,
    search: Search,
    models: Models,
    changes: Vec<Change>,
}

/// What differed from the picture before, in one tile.
#[derive(Debug, Clone, Copy)]
pub struct Change {
    /// The box around it.
    pub rect: Rect,
    /// Whether it had moved there from elsewhere.
    pub copied: bool,
}

/// What to make exact.
#[derive(Debug, Clone, Copy)]
pub struct Refinement<'a> {
    /// What is nearest to this point comes first.
    pub near: (u32, u32),
    /// No more pixels than this, or one small rectangle.
    pub pixels: usize,
    /// What changed and has not been encoded yet: it is left alone.
    pub moving: &'a [Rect],
}

impl Encoder {
    /// A generation for pictures of `size`.
    #[must_use]
    pub fn new(size: Size) -> Self {
        Self {
            size,
            shown: Picture::black(size),
            rough: None,
            is_first: true,
            search: Search::new(),
            models: Models::new(size, true),
            changes: Vec::new(),
        }
    }

    /// The frame that turns the decoder's canvas into `picture`, or `None` if nothing changed. All that it draws is
    /// exact.
    ///
    /// Only the damage is looked at, as far as it lies inside the picture; a change elsewhere is not sent. The
    /// first call encodes everything whatever the damage says, and always returns a frame.
    ///
    /// # Panics
    /// If `picture` has another size than the generation.
    pub fn encode(&mut self, picture: &Picture, damage: &[Rect]) -> Option<Vec<u8>> {
        self.encode_within(picture, damage, Duration::ZERO, |_| Tolerance::EXACT)
    }

    /// The same, but photographs may be drawn only nearly at first: `tolerance` is asked how nearly, at most once, with
    /// their number of pixels. Text, lines and flat colour are always exact. `now` is the time since any one moment.
    ///
    /// # Panics
    /// If `picture` has another size than the generation.
    pub fn encode_within(
        &mut self,
        picture: &Picture,
        damage: &[Rect],
        now: Duration,
        tolerance: impl FnOnce(usize) -> Tolerance,
    ) -> Option<Vec<u8>> {
        assert_eq!(picture.size(), self.size, "another size is another generation");
        let grid = Grid::new(self.size);
        let is_first = self.is_first;
        let touched = if is_first { grid.everything() } else { grid.touched(damage) };
        let before = self.rough.as_ref().map_or(&self.shown, Rough::truth);
        let dirty = dirty(picture, before, &touched);
        let mut plan = Plan::new(&mut self.search, picture, before, &dirty);
        // Before the first there was none.
        self.changes = if is_first { Vec::new() } else { changes(&dirty, &plan) };
        if plan.is_empty() && !is_first {
            return None;
        }
        if plan.natural_area() > 0 {
            let tolerance = tolerance(plan.natural_area());
            plan.soften(tolerance);
            if tolerance > Tolerance::EXACT && self.rough.is_none() {
                self.rough = Some(Rough::new(&self.shown));
            }
        }
        if let Some(rough) = &mut self.rough {
            rough.follow(&plan, picture, now);
        }
        Some(self.frame(&plan, picture))
    }

    /// What the last picture that was encoded had changed, in the order of the tiles.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// When photographs that were drawn only nearly will have been still for long enough to be refined, if nothing
    /// changes until then. `None` if all is exact.
    #[must_use]
    pub fn due(&self) -> Option<Duration> {
        self.rough.as_ref().and_then(Rough::due)
    }

    /// The frame that makes exact what is due, as much as is `wanted`. `None` if nothing is.
    pub fn refine(&mut self, wanted: &Refinement<'_>, now: Duration) -> Option<Vec<u8>> {
        let mut rough = self.rough.take()?;
        let plan = rough.plan(&self.shown, wanted, now);
        let frame = (!plan.is_empty()).then(|| self.frame(&plan, rough.truth()));
        self.rough = Some(rough).filter(|rough| !rough.is_over());
        frame
    }

    /// Draws what the plan says, for the decoder and here.
    fn frame(&mut self, plan: &Plan, picture: &Picture) -> Vec<u8> {
        let cuts = self.models.cuts(plan);
        let mut coders = Coders { upper: RangeEncoder::new(), lower: cuts.then(RangeEncoder::new) };
        let wanted = Wanted { plan, picture };
        self.models.frame(&mut coders, &mut self.shown, Some(wanted)).expect("an encoder does not lie");
        let mut bytes = Vec::new();
        if std::mem::take(&mut self.is_first) {
            bytes.push(FORM);
            bytes.extend((self.size.width as u16).to_le_bytes());
            bytes.extend((self.size.height as u16).to_le_bytes());
        }
        frame::join(self.size, coders, &mut bytes);
        bytes
    }
}

fn changes(dirty: &[(u32, Rect)], plan: &Plan) -> Vec<Change> {
    let copied = |tile: u32| plan.copies.binary_search_by_key(&tile, |copy| copy.tile).is_ok();
    dirty.iter().map(|&(tile, rect)| Change { rect, copied: copied(tile) }).collect()
}
