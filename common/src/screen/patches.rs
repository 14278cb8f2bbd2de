//! Where the patches of a frame lie.
//!
//! What changes on a screen changes again: the line that is being written, the clock, the row of a list. Where the
//! patches of earlier frames lay is remembered, and a patch is told by which of those it follows, how far it went
//! sideways, and how its width changed; only what appears at a new place is told in full.

use std::ops::Range;

use super::number::{Number, fold, unfold};
use super::plan::{Depth, Kind, NATURAL_AREA, Patch};
use super::range::{Bit, Coder};
use super::tiles::{Grid, TILE};
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
    count: Number,
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
    depth: Number,
}

/// How far a frame's patches have come.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pen {
    row: u32,
    x: u32,
    /// The first known place that may come next.
    known: usize,
    /// The first row that is not theirs.
    end: u32,
}

impl Pen {
    /// Before the first patch of `rows`, which begin with a row of tiles.
    pub(super) fn within(rows: Range<u32>) -> Self {
        Self { row: rows.start / TILE, x: 0, known: 0, end: rows.end }
    }
}

impl Patches {
    pub(super) fn new(size: Size) -> Self {
        Self {
            size,
            known: Vec::with_capacity(PLACES + 1),
            frame: 0,
            count: Number::new(),
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
            depth: Number::new(),
        }
    }

    /// How many patches there are.
    pub(super) fn count<C: Coder>(&mut self, coder: &mut C, given: usize) -> Result<usize, Lie> {
        let count = self.count.code(coder, || given as u32);
        if count > Grid::new(self.size).count() {
            Err(Lie("more patches than tiles"))
        } else {
            Ok(count as usize)
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
        if rect.bottom() > pen.end {
            return Err(Lie("a patch below its lane"));
        }
        (pen.row, pen.x) = (rect.y / TILE, rect.right());
        while known_before(&self.known, pen.known, rect) {
            pen.known += 1;
        }
        Ok(Patch { rect, kind: self.kind(coder, rect, given.kind)? })
    }

    fn kind<C: Coder>(&mut self, coder: &mut C, rect: Rect, given: Kind) -> Result<Kind, Lie> {
        if rect.area() < NATURAL_AREA || !coder.bit(&mut self.is_natural, || given != Kind::Text) {
            return Ok(Kind::Text);
        }
        let number = self.depth.code(coder, || match given {
            Kind::Text => 0,
            Kind::Natural(depth) => depth.number(),
        });
        let depth = Depth::from_number(number).ok_or(Lie("a photograph of no depth"))?;
        Ok(Kind::Natural(depth))
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

#[cfg(test)]
mod tests {
    use super::super::range::{RangeDecoder, RangeEncoder};
    use super::*;

    const SIZE: Size = Size { width: 130, height: 100 };

    fn patch(x: u32, y: u32, width: u32, height: u32) -> Patch {
        Patch { rect: Rect { x, y, width, height }, kind: Kind::Text }
    }

    /// What is read when these frames were written.
    fn read_back(frames: &[&[Patch]]) -> Result<Vec<Vec<Patch>>, Lie> {
        let mut encoder = RangeEncoder::new();
        let mut patches = Patches::new(SIZE);
        for frame in frames {
            let mut pen = Pen::within(0..SIZE.height);
            for patch in *frame {
                let _ = patches.next(&mut encoder, &mut pen, Some(patch));
            }
            patches.remember(frame);
        }
        let bytes = encoder.finish();

        let mut decoder = RangeDecoder::new(&bytes);
        let mut patches = Patches::new(SIZE);
        let mut read = Vec::new();
        for frame in frames {
            let mut pen = Pen::within(0..SIZE.height);
            let next = |_| patches.next(&mut decoder, &mut pen, None);
            let frame = frame.iter().map(next).collect::<Result<Vec<_>, _>>()?;
            patches.remember(&frame);
            read.push(frame);
        }
        decoder.finish()?;
        Ok(read)
    }

    #[test]
    fn patches_come_back_at_new_places_and_at_known_ones() {
        let natural = |depth| Patch { kind: Kind::Natural(depth), ..patch(8, 64, 100, 36) };
        let first = [patch(0, 0, 130, 64), patch(3, 70, 5, 6), natural(Depth::Exact), patch(129, 99, 1, 1)];
        let near = natural(Depth::Near(4));
        let second = [patch(7, 0, 20, 64), patch(40, 0, 90, 64), patch(0, 70, 2, 6), near];
        let third = [natural(Depth::Refined(4))];
        let frames: [&[Patch]; 5] = [&first, &second, &[], &third, &first];
        let read = read_back(&frames).expect("patches of our own");
        assert!(read.iter().zip(frames).all(|(read, frame)| read == frame), "{read:?}");
    }

    #[test]
    fn a_line_that_is_written_costs_little() {
        let frames: Vec<Vec<Patch>> = (0..12).map(|step| vec![patch(8 * step, 20, 9, 17)]).collect();
        let frames: Vec<&[Patch]> = frames.iter().map(Vec::as_slice).collect();
        let mut encoder = RangeEncoder::new();
        let mut patches = Patches::new(SIZE);
        for frame in &frames {
            patches
                .next(&mut encoder, &mut Pen::within(0..SIZE.height), frame.first())
                .expect("a patch of our own");
            patches.remember(frame);
        }
        let bytes = encoder.finish().len();
        assert!(bytes < 2 * frames.len(), "{bytes} bytes");
    }

    #[test]
    fn patches_that_lie_are_named() {
        let said = |patches: &[Patch]| read_back(&[patches]).expect_err("a lie").0;
        assert_eq!(said(&[patch(0, 128, 1, 1)]), "a patch below the picture");
        assert_eq!(said(&[patch(0, 0, 0, 1)]), "a patch of no pixels");
        assert_eq!(said(&[patch(0, 0, 1, 0)]), "a patch of no pixels");
        assert_eq!(said(&[patch(100, 0, 31, 1)]), "a patch outside the picture");
        assert_eq!(said(&[patch(0, 0, 1, 65)]), "a patch outside its row of tiles");
        assert_eq!(said(&[patch(0, 101, 1, 1)]), "a patch outside its row of tiles");
    }

    #[test]
    fn depths_have_numbers_and_no_others_do() {
        for number in 0..Depth::COUNT as u32 {
            assert_eq!(Depth::from_number(number).map(Depth::number), Some(number));
        }
        for number in [Depth::COUNT as u32, 255, 256, 1 << 20] {
            assert_eq!(Depth::from_number(number), None);
        }
    }

    #[test]
    fn places_that_nobody_knows_are_named() {
        let read = |write: &dyn Fn(&mut Patches, &mut RangeEncoder)| {
            let known = [patch(8, 20, 9, 17), patch(8, 40, 9, 17)];
            let mut encoder = RangeEncoder::new();
            let mut patches = Patches::new(SIZE);
            patches.remember(&known);
            write(&mut patches, &mut encoder);
            let bytes = encoder.finish();
            let mut patches = Patches::new(SIZE);
            patches.remember(&known);
            let mut pen = Pen { x: 3, ..Pen::within(0..SIZE.height) };
            patches.next(&mut RangeDecoder::new(&bytes), &mut pen, None)
        };
        let unknown = read(&|patches, encoder| {
            patches.which.code(encoder, || 3);
        });
        assert_eq!(unknown, Err(Lie("a patch at no known place")));
        let back = read(&|patches, encoder| {
            patches.which.code(encoder, || 1);
            patches.sideways.code(encoder, || fold(-6));
            patches.wider.code(encoder, || 0);
        });
        assert_eq!(back, Err(Lie("a patch that lies before the last")));
    }
}
