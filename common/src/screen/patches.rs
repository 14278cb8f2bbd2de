//! Where the patches of a frame lie.
//!
//! What changes on a screen changes again: the line that is being written, the clock, the row of a list. Where the
//! patches of earlier frames lay is remembered, and a patch is told by which of those it follows, how far it went
//! sideways, and how its width changed; only what appears at a new place is told in full.

use super::number::{Number, fold, unfold};
use super::plan::{Kind, NATURAL_AREA, Patch};
use super::range::{Bit, Coder};
use super::tiles::TILE;
use super::{Lie, Rect, Size};

/// Places that are remembered.
const PLACES: usize = 32;

/// The models of patches.
#[derive(Debug)]
pub(super) struct Patches {
    size: Size,
    /// Where patches lay, from above to below and from left to right, each with the frame that last had it.
    known: Vec<(Rect, u32)>,
    frame: u32,
    /// Which of the known places after the last one, from 1, or 0 for a new one.
    which: Number,
    sideways: Number,
    wider: Number,
    rows_down: Number,
    is_lower: Bit,
    top: Number,
    right_by: Number,
    width: Number,
    is_shorter: Bit,
    height: Number,
    is_natural: Bit,
}

/// How far a frame's patches have come.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Pen {
    row: u32,
    x: u32,
    /// The first known place that may come next.
    known: usize,
}

impl Patches {
    pub(super) fn new(size: Size) -> Self {
        Self {
            size,
            known: Vec::with_capacity(PLACES + 1),
            frame: 0,
            which: Number::new(),
            sideways: Number::new(),
            wider: Number::new(),
            rows_down: Number::new(),
            is_lower: Bit::EVEN,
            top: Number::new(),
            right_by: Number::new(),
            width: Number::new(),
            is_shorter: Bit::EVEN,
            height: Number::new(),
            is_natural: Bit::EVEN,
        }
    }

    /// The next patch. The encoder gives it.
    pub(super) fn next<C: Coder>(
        &mut self,
        coder: &mut C,
        pen: &mut Pen,
        given: Option<&Patch>,
    ) -> Result<Patch, Lie> {
        let given = given.copied().unwrap_or(Patch { rect: self.size.rect(), kind: Kind::Text });
        let known = &self.known;
        let which = self.which.code(coder, || {
            let same =
                |(place, _): &(Rect, u32)| (place.y, place.height) == (given.rect.y, given.rect.height);
            let nearest = (pen.known..known.len())
                .filter(|&place| same(&known[place]))
                .min_by_key(|&place| known[place].0.x.abs_diff(given.rect.x));
            nearest.map_or(0, |place| (place - pen.known) as u32 + 1)
        });
        let rect = if which > 0 {
            self.moved(coder, pen, pen.known + which as usize - 1, given.rect)?
        } else {
            self.fresh(coder, pen, given.rect)?
        };
        if rect.width == 0 || rect.height == 0 {
            return Err(Lie("a patch of no pixels"));
        }
        if rect.right() > self.size.width || rect.bottom() > self.size.height {
            return Err(Lie("a patch outside the picture"));
        }
        (pen.row, pen.x) = (rect.y / TILE, rect.right());
        while known_before(&self.known, pen.known, rect) {
            pen.known += 1;
        }
        let is_natural =
            rect.area() >= NATURAL_AREA && coder.bit(&mut self.is_natural, || given.kind == Kind::Natural);
        Ok(Patch { rect, kind: if is_natural { Kind::Natural } else { Kind::Text } })
    }

    /// A patch where one was known.
    fn moved<C: Coder>(
        &mut self,
        coder: &mut C,
        pen: &mut Pen,
        place: usize,
        given: Rect,
    ) -> Result<Rect, Lie> {
        let Some(&(known, _)) = self.known.get(place) else { return Err(Lie("a patch at no known place")) };
        let sideways = self.sideways.code(coder, || fold(given.x.wrapping_sub(known.x) as i32));
        let wider = self.wider.code(coder, || fold(given.width.wrapping_sub(known.width) as i32));
        let x = known.x.checked_add_signed(unfold(sideways));
        let width = known.width.checked_add_signed(unfold(wider));
        let row = known.y / TILE;
        match (x, width) {
            (Some(x), Some(width)) if row > pen.row || row == pen.row && x >= pen.x => {
                pen.known = place + 1;
                Ok(Rect { x, width, ..known })
            }
            _ => Err(Lie("a patch that lies before the last")),
        }
    }

    /// A patch at a new place.
    fn fresh<C: Coder>(&mut self, coder: &mut C, pen: &Pen, given: Rect) -> Result<Rect, Lie> {
        let down = self.rows_down.code(coder, || given.y / TILE - pen.row);
        let (row, left) = if down > 0 { (pen.row + down, 0) } else { (pen.row, pen.x) };
        let below = self.size.height.saturating_sub(row * TILE);
        if below == 0 {
            return Err(Lie("a patch below the picture"));
        }
        let offset = given.y % TILE;
        let is_lower = coder.bit(&mut self.is_lower, || offset > 0);
        let top = if is_lower { self.top.code(coder, || offset) } else { 0 };
        let x = left + self.right_by.code(coder, || given.x - left);
        let width = self.width.code(coder, || given.width);
        let Some(most) = TILE.min(below).checked_sub(top) else {
            return Err(Lie("a patch outside its row of tiles"));
        };
        let is_shorter = coder.bit(&mut self.is_shorter, || given.height != most);
        let height = if is_shorter { self.height.code(coder, || given.height) } else { most };
        if height > most {
            return Err(Lie("a patch outside its row of tiles"));
        }
        Ok(Rect { x, y: row * TILE + top, width, height })
    }

    /// The frame had these patches.
    pub(super) fn remember(&mut self, patches: &[Patch]) {
        self.frame = self.frame.wrapping_add(1);
        for &Patch { rect, .. } in patches {
            let same = |place: Rect| (place.y, place.height) == (rect.y, rect.height);
            let frame = self.frame;
            // The line goes on: its place moves with it.
            let nearest = self
                .known
                .iter_mut()
                .filter(|(place, last)| same(*place) && *last != frame)
                .min_by_key(|(place, _)| place.x.abs_diff(rect.x));
            match nearest {
                Some(known) => *known = (rect, frame),
                None => self.known.push((rect, frame)),
            }
            if self.known.len() > PLACES
                && let Some(oldest) = (0..self.known.len()).min_by_key(|&place| self.known[place].1)
            {
                self.known.remove(oldest);
            }
        }
        self.known.sort_by_key(|(place, _)| (place.y / TILE, place.x));
    }
}

/// Whether the known place `number` lies before `rect`, and no patch after that one can be there.
fn known_before(known: &[(Rect, u32)], number: usize, rect: Rect) -> bool {
    known.get(number).is_some_and(|(place, _)| (place.y / TILE, place.x) < (rect.y / TILE, rect.x))
}
