//! Small whole numbers: how many shifts, where a patch lies, how large it is.

use super::range::{Bit, Coder};

/// More digits no number of a frame has: twice the longest side, with its sign, and the tiles of the largest picture
/// need fewer.
const DIGITS: usize = 20;

/// A number that is mostly small, or mostly of the same magnitude: one more than it is written in binary, the count
/// of digits in unary, and then the digits after the leading one, of which the first two are learnt.
#[derive(Debug, Clone)]
pub(super) struct Number {
    length: [Bit; DIGITS],
    first: [Bit; DIGITS + 1],
    second: [Bit; DIGITS + 1],
}

impl Number {
    pub(super) const fn new() -> Self {
        Self { length: [Bit::EVEN; DIGITS], first: [Bit::EVEN; DIGITS + 1], second: [Bit::EVEN; DIGITS + 1] }
    }

    /// Codes `value`, which must be below 2^20 - 1; what is read is below 2^21.
    pub(super) fn code<C: Coder>(&mut self, coder: &mut C, value: impl FnOnce() -> u32) -> u32 {
        let whole = if C::ENCODES { value() + 1 } else { 1 };
        let digits = whole.ilog2() as usize;
        let mut length = 0;
        while length < DIGITS && coder.bit(&mut self.length[length], || length < digits) {
            length += 1;
        }
        let mut read = 1;
        for place in (0..length).rev() {
            let digit = || whole >> place & 1;
            let bit = match length - 1 - place {
                0 => coder.bit(&mut self.first[length], || digit() == 1).into(),
                1 => coder.bit(&mut self.second[length], || digit() == 1).into(),
                _ => coder.even(1, digit),
            };
            read = read << 1 | bit;
        }
        read - 1
    }
}

/// Small magnitudes of either sign as small numbers: 0, -1, 1, -2, 2 and so on become 0, 1, 2, 3, 4.
pub(super) const fn fold(value: i32) -> u32 {
    ((value << 1) ^ (value >> 31)) as u32
}

/// Undoes [`fold`].
pub(super) const fn unfold(value: u32) -> i32 {
    (value >> 1) as i32 ^ -((value & 1) as i32)
}

#[cfg(test)]
mod tests {
    use super::super::range::{RangeDecoder, RangeEncoder};
    use super::*;

    #[test]
    fn numbers_come_back() {
        let values = || (0..300).chain((0..20).map(|power| (1 << power) - 1)).chain([5, 5, 5, 70_000]);
        let mut encoder = RangeEncoder::new();
        let mut model = Number::new();
        values().for_each(|value| {
            model.code(&mut encoder, || value);
        });
        let bytes = encoder.finish();
        let mut decoder = RangeDecoder::new(&bytes);
        let mut model = Number::new();
        assert!(values().all(|value| model.code(&mut decoder, || unreachable!()) == value));
        decoder.finish().expect("nothing more");
        assert!((-9000..9000).all(|value| unfold(fold(value)) == value));
    }
}
