//! Where things happen in a frame: shifts, which tiles they fill, and where patches lie.
//!
//! Everything is checked as it is read. What [`Geometry`] returns is safe to carry out on a picture of the size it was
//! read for: copies come from inside the picture, patches lie inside one row of tiles each, in order and without
//! overlaps. So a frame, however it lies, draws no pixel twice and can cost no more than a whole picture.

use super::number::{Number, fold, unfold};
use super::plan::{Copy, SHIFTS, Shift};
use super::range::{Bit, Coder};
use super::tiles::Grid;
use super::{Lie, Size};

/// Shifts that are remembered, since what moves tends to go on.
const RECENT: usize = 8;

/// The models of geometry.
#[derive(Debug)]
pub(super) struct Geometry {
    size: Size,
    shift_count: Number,
    /// Which of the recent ones, from 1, or 0.
    again: Number,
    dx: Number,
    dy: Number,
    recent: Vec<Shift>,
    /// "Not this shift", for each in turn, by those of the tiles to the left and above.
    tiles: [[[Bit; SHIFTS]; SHIFTS + 1]; SHIFTS + 1],
}

impl Geometry {
    pub(super) fn new(size: Size) -> Self {
        Self {
            size,
            shift_count: Number::new(),
            again: Number::new(),
            dx: Number::new(),
            dy: Number::new(),
            recent: Vec::new(),
            tiles: [[[Bit::EVEN; SHIFTS]; SHIFTS + 1]; SHIFTS + 1],
        }
    }

    /// The frame's shifts. The encoder gives them; so with the other functions.
    pub(super) fn shifts<C: Coder>(&mut self, coder: &mut C, given: &[Shift]) -> Result<Vec<Shift>, Lie> {
        let count = self.shift_count.code(coder, || given.len() as u32) as usize;
        if count > SHIFTS {
            return Err(Lie("too many shifts"));
        }
        let mut shifts = Vec::with_capacity(count);
        for number in 0..count {
            shifts.push(self.shift(coder, given.get(number).copied())?);
        }
        for &shift in &shifts {
            self.recent.retain(|&known| known != shift);
            self.recent.insert(0, shift);
        }
        self.recent.truncate(RECENT);
        Ok(shifts)
    }

    fn shift<C: Coder>(&mut self, coder: &mut C, given: Option<Shift>) -> Result<Shift, Lie> {
        let recent = &self.recent;
        let number = self.again.code(coder, || {
            let place = recent.iter().position(|&known| Some(known) == given);
            place.map_or(0, |place| place as u32 + 1)
        });
        if number > 0 {
            return recent.get(number as usize - 1).copied().ok_or(Lie("a shift that is not remembered"));
        }
        let given = given.unwrap_or(Shift { dx: 0, dy: 0 });
        let dx = unfold(self.dx.code(coder, || fold(given.dx.into())));
        let dy = unfold(self.dy.code(coder, || fold(given.dy.into())));
        match (i16::try_from(dx), i16::try_from(dy)) {
            (Ok(dx), Ok(dy)) => Ok(Shift { dx, dy }),
            _ => Err(Lie("a shift farther than any picture")),
        }
    }

    /// Which tiles are copies. Without shifts there are none, and nothing is written.
    pub(super) fn copies<C: Coder>(
        &mut self,
        coder: &mut C,
        shifts: &[Shift],
        given: &[Copy],
    ) -> Result<Vec<Copy>, Lie> {
        let mut copies = Vec::new();
        if shifts.is_empty() {
            return Ok(copies);
        }
        let grid = Grid::new(self.size);
        let columns = grid.columns() as usize;
        let mut given = given.iter().peekable();
        // For each tile of the row above, and then of this one: its shift from 1, or 0.
        let mut numbers = vec![0; columns];
        let mut left = 0;
        for tile in 0..grid.count() {
            let column = tile as usize % columns;
            if column == 0 {
                left = 0;
            }
            let wanted = given.next_if(|copy| copy.tile == tile).map_or(0, |copy| copy.shift + 1);
            let models = &mut self.tiles[left][numbers[column]];
            let mut number = 0;
            while number < shifts.len() && coder.bit(&mut models[number], || wanted > number) {
                number += 1;
            }
            if number > 0 {
                if shifts[number - 1].source(grid.tile(tile), self.size).is_none() {
                    return Err(Lie("a copy from outside the picture"));
                }
                copies.push(Copy { tile, shift: number - 1 });
            }
            numbers[column] = number;
            left = number;
        }
        Ok(copies)
    }
}

#[cfg(test)]
mod tests {
    use super::super::range::{RangeDecoder, RangeEncoder};
    use super::*;

    const SIZE: Size = Size { width: 130, height: 100 };

    fn shift(dx: i16, dy: i16) -> Shift {
        Shift { dx, dy }
    }

    /// What is read when this was written.
    fn read_back(shifts: &[Shift], copies: &[Copy]) -> Result<(Vec<Shift>, Vec<Copy>), Lie> {
        let mut encoder = RangeEncoder::new();
        let mut geometry = Geometry::new(SIZE);
        let _ = geometry.shifts(&mut encoder, shifts);
        let _ = geometry.copies(&mut encoder, shifts, copies);
        let bytes = encoder.finish();

        let mut decoder = RangeDecoder::new(&bytes);
        let mut geometry = Geometry::new(SIZE);
        let shifts = geometry.shifts(&mut decoder, &[])?;
        let copies = geometry.copies(&mut decoder, &shifts, &[])?;
        decoder.finish()?;
        Ok((shifts, copies))
    }

    #[test]
    fn shifts_and_copies_come_back() {
        let shifts = vec![shift(-64, 0), shift(0, 36)];
        let copies = vec![Copy { tile: 0, shift: 1 }, Copy { tile: 1, shift: 0 }, Copy { tile: 2, shift: 1 }];
        assert_eq!(read_back(&shifts, &copies), Ok((shifts, copies)));
        assert_eq!(read_back(&[], &[]), Ok((vec![], vec![])));
    }

    #[test]
    fn copies_that_lie_are_named() {
        let many: Vec<Shift> = (1..=8).map(|dx| shift(dx, 0)).collect();
        assert_eq!(read_back(&many, &[]), Err(Lie("too many shifts")));
        for outside in [shift(-1, 0), shift(0, -1), shift(0, 37), shift(67, 0)] {
            let said = read_back(&[outside], &[Copy { tile: 0, shift: 0 }]);
            assert_eq!(said, Err(Lie("a copy from outside the picture")), "{outside:?}");
        }
    }

    #[test]
    fn shifts_from_nowhere_are_named() {
        let read = |write: &dyn Fn(&mut Geometry, &mut RangeEncoder)| {
            let mut encoder = RangeEncoder::new();
            let mut geometry = Geometry::new(SIZE);
            geometry.shift_count.code(&mut encoder, || 1);
            write(&mut geometry, &mut encoder);
            let bytes = encoder.finish();
            Geometry::new(SIZE).shifts(&mut RangeDecoder::new(&bytes), &[])
        };
        let again = read(&|geometry, encoder| {
            geometry.again.code(encoder, || 1);
        });
        assert_eq!(again, Err(Lie("a shift that is not remembered")));
        let far = read(&|geometry, encoder| {
            geometry.again.code(encoder, || 0);
            geometry.dx.code(encoder, || fold(40_000));
            geometry.dy.code(encoder, || 0);
        });
        assert_eq!(far, Err(Lie("a shift farther than any picture")));
    }
}
