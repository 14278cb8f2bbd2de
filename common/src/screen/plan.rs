//! What a frame does to which tile: everything about it but the pixels.
//!
//! A [`Plan`] that came from bytes is safe to carry out on a picture of the size it was read for: its tiles
//! ascend, its patches lie inside their tiles and its copies come from inside the picture.

use super::planes::Coding;
use super::tiles::Grid;
use super::{DecodeError, Rect, Size};

/// Most shifts in a frame: three bits of a record name one, and 0 names none.
pub(super) const SHIFTS: usize = 7;

const CODING: u8 = 0b0000_0111;
const WHOLE: u8 = 0b0000_1000;
const SHIFT_BITS: u32 = 4;

/// Where a copy comes from, seen from where it goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shift {
    pub(super) dx: i16,
    pub(super) dy: i16,
}

impl Shift {
    /// Where a copy to `rect` comes from, if that is inside a picture of `size`.
    pub(super) fn source(self, rect: Rect, size: Size) -> Option<Rect> {
        let x = rect.x.checked_add_signed(self.dx.into())?;
        let y = rect.y.checked_add_signed(self.dy.into())?;
        let source = Rect { x, y, ..rect };
        (source.right() <= size.width && source.bottom() <= size.height).then_some(source)
    }
}

/// All changes of a frame, in the order of their tiles.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Plan {
    pub(super) changes: Vec<Change>,
}

/// What happens to one tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) tile: u32,
    /// First the tile is filled from here in the previous picture.
    pub(super) copy: Option<Shift>,
    /// Then this is drawn.
    pub(super) patch: Option<Patch>,
}

/// Pixels to be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Patch {
    /// Where in the picture, inside its tile.
    pub(super) rect: Rect,
    pub(super) coding: Coding,
}

impl Plan {
    /// The most bytes a plan for a picture of this many tiles has.
    fn limit(grid: Grid) -> usize {
        let record = 3 + 1 + 4;
        1 + SHIFTS * 4 + grid.count() as usize * record
    }

    /// The plan's length and the plan, as they stand in a frame.
    ///
    /// There are at most [`SHIFTS`] different shifts among its copies.
    pub(super) fn to_bytes(&self, grid: Grid) -> Vec<u8> {
        let mut shifts: Vec<Shift> = self.changes.iter().filter_map(|change| change.copy).collect();
        shifts.sort_unstable();
        shifts.dedup();
        debug_assert!(shifts.len() <= SHIFTS, "the motion search names only a few shifts");

        let mut plan = vec![shifts.len() as u8];
        for shift in &shifts {
            plan.extend(shift.dx.to_le_bytes());
            plan.extend(shift.dy.to_le_bytes());
        }
        let mut expected = 0;
        for change in &self.changes {
            let number = change.copy.and_then(|copy| shifts.binary_search(&copy).ok()).map_or(0, |at| at + 1);
            push_varint(&mut plan, change.tile - expected);
            push_change(&mut plan, change, number as u8, grid.tile(change.tile));
            expected = change.tile + 1;
        }

        let mut bytes = Vec::with_capacity(plan.len() + 5);
        push_varint(&mut bytes, plan.len() as u32);
        bytes.append(&mut plan);
        bytes
    }

    /// The length of the plan, whose bytes `next` gives one by one.
    pub(super) fn length(
        grid: Grid,
        mut next: impl FnMut() -> Result<u8, DecodeError>,
    ) -> Result<usize, DecodeError> {
        let length = varint(&mut next)?;
        let limit = Self::limit(grid);
        if length as usize > limit {
            return Err(DecodeError::PlanTooLong { length: length as usize, limit });
        }
        Ok(length as usize)
    }

    /// The plan in `bytes`, checked against a picture of `size`.
    pub(super) fn from_bytes(bytes: &[u8], size: Size) -> Result<Self, DecodeError> {
        let mut reader = Reader { bytes };
        let shifts = reader.shifts()?;
        let grid = Grid::new(size);
        let mut changes = Vec::new();
        let mut expected = 0_u32;
        while !reader.bytes.is_empty() {
            let tile = expected.saturating_add(varint(|| reader.byte())?);
            if tile >= grid.count() {
                return Err(DecodeError::Plan("a tile outside the picture"));
            }
            changes.push(reader.change(tile, grid.tile(tile), &shifts, size)?);
            expected = tile + 1;
        }
        Ok(Self { changes })
    }
}

fn push_change(plan: &mut Vec<u8>, change: &Change, shift: u8, tile: Rect) {
    let shift = shift << SHIFT_BITS;
    let Some(Patch { rect, coding }) = change.patch else {
        plan.push(shift);
        return;
    };
    let whole = if rect == tile { WHOLE } else { 0 };
    plan.push(shift | whole | coding as u8);
    if rect != tile {
        plan.extend(
            [rect.x - tile.x, rect.y - tile.y, rect.width - 1, rect.height - 1].map(|side| side as u8),
        );
    }
}

/// What is left of a plan.
struct Reader<'a> {
    bytes: &'a [u8],
}

impl Reader<'_> {
    fn byte(&mut self) -> Result<u8, DecodeError> {
        Ok(self.bytes::<1>()?[0])
    }

    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let (first, rest) = self.bytes.split_first_chunk().ok_or(DecodeError::Plan("a record cut short"))?;
        self.bytes = rest;
        Ok(*first)
    }

    fn shifts(&mut self) -> Result<Vec<Shift>, DecodeError> {
        let count = usize::from(self.byte()?);
        if count > SHIFTS {
            return Err(DecodeError::Plan("too many shifts"));
        }
        (0..count)
            .map(|_| {
                let [dx, dy] = [self.bytes()?, self.bytes()?].map(i16::from_le_bytes);
                Ok(Shift { dx, dy })
            })
            .collect()
    }

    fn change(&mut self, tile: u32, area: Rect, shifts: &[Shift], size: Size) -> Result<Change, DecodeError> {
        let operation = self.byte()?;
        let copy = match usize::from(operation >> SHIFT_BITS) {
            0 => None,
            number => Some(*shifts.get(number - 1).ok_or(DecodeError::Plan("a shift that is not listed"))?),
        };
        if copy.is_some_and(|shift| shift.source(area, size).is_none()) {
            return Err(DecodeError::Plan("a copy from outside the picture"));
        }
        let coding = match operation & CODING {
            0 => None,
            1 => Some(Coding::Solid),
            2 => Some(Coding::Planes),
            3 => Some(Coding::Predicted),
            _ => return Err(DecodeError::Plan("an unknown coding")),
        };
        let patch = match (coding, operation & WHOLE != 0) {
            (None, true) => return Err(DecodeError::Plan("a whole tile of no pixels")),
            (None, false) => None,
            (Some(coding), true) => Some(Patch { rect: area, coding }),
            (Some(coding), false) => Some(Patch { rect: self.rect_in(area)?, coding }),
        };
        if copy.is_none() && patch.is_none() {
            return Err(DecodeError::Plan("a change that changes nothing"));
        }
        Ok(Change { tile, copy, patch })
    }

    fn rect_in(&mut self, tile: Rect) -> Result<Rect, DecodeError> {
        let [x, y, width, height] = self.bytes()?.map(u32::from);
        let rect = Rect { x: tile.x + x, y: tile.y + y, width: width + 1, height: height + 1 };
        if rect.right() > tile.right() || rect.bottom() > tile.bottom() {
            return Err(DecodeError::Plan("a patch outside its tile"));
        }
        Ok(rect)
    }
}

fn push_varint(bytes: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// A varint of at most three bytes, 2^21 - 1: neither a plan's length nor a count of tiles is larger.
fn varint(mut next: impl FnMut() -> Result<u8, DecodeError>) -> Result<u32, DecodeError> {
    let mut value = 0;
    for shift in [0, 7, 14] {
        let byte = next()?;
        value |= u32::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(value);
        }
    }
    Err(DecodeError::Plan("a number of more than three bytes"))
}
