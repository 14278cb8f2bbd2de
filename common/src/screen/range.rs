//! The entropy coder: yes-or-no answers in, bytes out, each answer at the price of its surprise.
//!
//! An adaptive binary range coder (Martin, "Range encoding", 1979; the halving of an interval by one adaptive
//! answer at a time is that of CABAC and LZMA). The state is an interval `[low, low + range)` of 64-bit numbers;
//! each answer keeps the part of it that its [`Bit`] held likely for that answer. Whenever fewer than 32 bits of
//! the range are left, the upper 32 bits of `low` are settled and leave as four bytes. Renewing so rarely keeps
//! the branch predictable.
//!
//! # Endings
//! Any number of the last interval ends a frame. The encoder takes the one with the most zero bytes at its end and
//! leaves those out; the decoder reads zeros in their place, at most eight, and demands that exactly this ending was
//! chosen. Whatever was cut off or hung on is therefore almost always refused, at the cost of no byte.
//!
//! # One function for both directions
//! Everything above this file is written once, over [`Coder`]. The encoder asks for the true answer and writes
//! it; the decoder never asks and returns what it read.

use super::Lie;

/// Zero bytes that an ending leaves out.
const LONGEST_TAIL: usize = 8;
/// The range never falls below this between two answers.
const LEAST_RANGE: u64 = 1 << 32;

/// How likely an answer is "yes", learnt from the answers so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bit {
    /// The chance in 1/65536.
    chance: u16,
    /// Answers so far, up to the length of [`RATES`].
    seen: u16,
}

/// How fast a [`Bit`] follows its answers: the share of the error corrected, as a negative power of two. The first
/// answers count most; later the chance is an average over the last 64.
#[rustfmt::skip]
const RATES: [u8; 40] = [
    1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5,
    5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 6,
];

/// No chance comes closer to impossible or certain: some 1/2700.
const DOUBT: u16 = 24;

impl Bit {
    /// Nothing is known.
    pub(super) const EVEN: Self = Self { chance: 1 << 15, seen: 0 };

    /// The chance of "yes" in 1/65536.
    pub(super) fn chance(self) -> u16 {
        self.chance
    }

    #[inline(always)]
    pub(super) fn learn(&mut self, answer: bool) {
        let rate = RATES[usize::from(self.seen)];
        if usize::from(self.seen) < RATES.len() - 1 {
            self.seen += 1;
        }
        if answer {
            self.chance += (u16::MAX - DOUBT).saturating_sub(self.chance) >> rate;
        } else {
            self.chance -= self.chance.saturating_sub(DOUBT) >> rate;
        }
    }

    /// The part of `range` that belongs to "yes": never nothing, never all.
    #[inline(always)]
    fn share(self, range: u64) -> u64 {
        (range >> 16) * u64::from(self.chance)
    }
}

/// Either direction.
pub(super) trait Coder {
    /// Whether answers are asked for and written, or read.
    const ENCODES: bool;

    /// One answer. `truth` is called by the encoder only.
    fn bit(&mut self, model: &mut Bit, truth: impl FnOnce() -> bool) -> bool;

    /// One answer whose chance to be "yes" is given, in 1/65536, not 0.
    fn likely(&mut self, chance: u16, truth: impl FnOnce() -> bool) -> bool;

    /// A number of `bits` bits, at most 24, each value of which is as likely as the others.
    fn even(&mut self, bits: u32, truth: impl FnOnce() -> u32) -> u32;

    /// What was written so far, in bits, for decisions of the encoder; 0 in the decoder.
    fn written(&self) -> usize;

    /// Fails once more was read than the frame can hold. To be called often enough that a short frame costs
    /// little, and before its picture is believed.
    fn check(&self) -> Result<(), Lie>;
}

/// Writes answers.
#[derive(Debug)]
pub(super) struct RangeEncoder {
    low: u64,
    range: u64,
    bytes: Vec<u8>,
}

impl RangeEncoder {
    pub(super) fn new() -> Self {
        Self { low: 0, range: u64::MAX, bytes: Vec::new() }
    }

    /// The bytes, ended.
    pub(super) fn finish(mut self) -> Vec<u8> {
        let ending = ending(self.low, self.range);
        if ending < self.low {
            self.carry();
        }
        self.bytes.extend(ending.to_be_bytes());
        let tail = self.bytes[self.bytes.len() - LONGEST_TAIL..].iter().rev().take_while(|&&byte| byte == 0);
        let length = self.bytes.len() - tail.count();
        self.bytes.truncate(length);
        self.bytes
    }

    #[inline(always)]
    fn raise(&mut self, by: u64) {
        let (low, carries) = self.low.overflowing_add(by);
        self.low = low;
        if carries {
            self.carry();
        }
    }

    /// Adds one to what has left already. It cannot run over: the whole is a fraction below one.
    #[cold]
    fn carry(&mut self) {
        for byte in self.bytes.iter_mut().rev() {
            *byte = byte.wrapping_add(1);
            if *byte != 0 {
                return;
            }
        }
    }

    #[inline(always)]
    fn renew(&mut self) {
        if self.range < LEAST_RANGE {
            self.bytes.extend_from_slice(&((self.low >> 32) as u32).to_be_bytes());
            self.low <<= 32;
            self.range <<= 32;
        }
    }
}

impl Coder for RangeEncoder {
    const ENCODES: bool = true;

    #[inline(always)]
    fn bit(&mut self, model: &mut Bit, truth: impl FnOnce() -> bool) -> bool {
        let answer = truth();
        let yes = model.share(self.range);
        if answer {
            self.range = yes;
        } else {
            self.raise(yes);
            self.range -= yes;
        }
        model.learn(answer);
        self.renew();
        answer
    }

    fn likely(&mut self, chance: u16, truth: impl FnOnce() -> bool) -> bool {
        let mut model = Bit { chance, seen: 0 };
        self.bit(&mut model, truth)
    }

    fn even(&mut self, bits: u32, truth: impl FnOnce() -> u32) -> u32 {
        let value = truth();
        self.range >>= bits;
        self.raise(self.range * u64::from(value));
        self.renew();
        value
    }

    fn written(&self) -> usize {
        self.bytes.len() * 8 + self.range.leading_zeros() as usize
    }

    fn check(&self) -> Result<(), Lie> {
        Ok(())
    }
}

/// Reads answers.
#[derive(Debug)]
pub(super) struct RangeDecoder<'a> {
    /// How far the frame's number lies above the interval's lower end.
    above: u64,
    range: u64,
    /// The frame's number, as far as it lies within 64 bits of the interval's.
    number: u64,
    rest: &'a [u8],
    /// Bytes read beyond the end, as zeros.
    beyond: usize,
}

impl<'a> RangeDecoder<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let mut new = Self { above: 0, range: u64::MAX, number: 0, rest: bytes, beyond: 0 };
        new.number = u64::from(new.next()) << 32;
        new.number |= u64::from(new.next());
        new.above = new.number;
        new
    }

    /// Checks that the frame ends here, with the one ending that is allowed.
    pub(super) fn finish(self) -> Result<(), Lie> {
        self.check()?;
        if !self.rest.is_empty() {
            return Err(Lie("more bytes than its content needs"));
        }
        let low = self.number.wrapping_sub(self.above);
        let zeros = self.number.trailing_zeros() as usize / 8;
        if self.number == ending(low, self.range) && zeros.min(LONGEST_TAIL) == self.beyond {
            Ok(())
        } else {
            Err(Lie("an ending that is not its own"))
        }
    }

    /// The next four bytes, or zeros.
    #[inline(always)]
    fn next(&mut self) -> u32 {
        if let Some((&bytes, rest)) = self.rest.split_first_chunk() {
            self.rest = rest;
            return u32::from_be_bytes(bytes);
        }
        self.last()
    }

    #[cold]
    fn last(&mut self) -> u32 {
        let mut bytes = [0; 4];
        bytes[..self.rest.len()].copy_from_slice(self.rest);
        self.beyond += bytes.len() - self.rest.len();
        self.rest = &[];
        u32::from_be_bytes(bytes)
    }

    #[inline(always)]
    fn renew(&mut self) {
        if self.range < LEAST_RANGE {
            let next = u64::from(self.next());
            self.above = self.above << 32 | next;
            self.number = self.number << 32 | next;
            self.range <<= 32;
        }
    }
}

impl Coder for RangeDecoder<'_> {
    const ENCODES: bool = false;

    #[inline(always)]
    fn bit(&mut self, model: &mut Bit, _: impl FnOnce() -> bool) -> bool {
        let yes = model.share(self.range);
        let answer = self.above < yes;
        if answer {
            self.range = yes;
        } else {
            self.above -= yes;
            self.range -= yes;
        }
        model.learn(answer);
        self.renew();
        answer
    }

    fn likely(&mut self, chance: u16, truth: impl FnOnce() -> bool) -> bool {
        let mut model = Bit { chance, seen: 0 };
        self.bit(&mut model, truth)
    }

    fn even(&mut self, bits: u32, _: impl FnOnce() -> u32) -> u32 {
        self.range >>= bits;
        // A number from outside the interval is a lie that the ending reveals.
        let value = (self.above / self.range).min((1 << bits) - 1);
        self.above -= self.range * value;
        self.renew();
        value as u32
    }

    fn written(&self) -> usize {
        0
    }

    #[inline]
    fn check(&self) -> Result<(), Lie> {
        if self.beyond > LONGEST_TAIL { Err(Lie("its end in the middle of its content")) } else { Ok(()) }
    }
}

/// The number of `[low, low + range)` that ends with the most zero bytes; it may have run over.
fn ending(low: u64, range: u64) -> u64 {
    let with_zeros = |bytes: u32| {
        let below = (1_u64 << (8 * bytes)) - 1;
        low.wrapping_add(below) & !below
    };
    (1..8).rev().map(with_zeros).find(|ending| ending.wrapping_sub(low) < range).unwrap_or(low)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers of every likelihood, numbers between them.
    fn walk<C: Coder>(coder: &mut C, length: u32) -> Vec<u32> {
        let mut models = [Bit::EVEN; 7];
        let mut seed = length.wrapping_mul(0x9e37_79b1) | 1;
        let mut next = || {
            seed ^= seed << 13;
            seed ^= seed >> 17;
            seed ^= seed << 5;
            seed
        };
        (0..length)
            .map(|step| {
                let (chance, value) = (next(), next());
                let kind = step as usize % 8;
                match models.get_mut(kind) {
                    Some(model) => coder.bit(model, || chance >> (kind * 4) == 0).into(),
                    None => coder.even(17, || value >> 15),
                }
            })
            .collect()
    }

    #[test]
    fn what_is_written_is_read_and_ends_there() {
        for length in 0..2000 {
            let mut encoder = RangeEncoder::new();
            let written = walk(&mut encoder, length);
            let bytes = encoder.finish();
            let mut decoder = RangeDecoder::new(&bytes);
            assert_eq!(walk(&mut decoder, length), written);
            decoder.finish().expect("our own ending");

            let longer = [&bytes[..], &[0]].concat();
            let mut decoder = RangeDecoder::new(&longer);
            walk(&mut decoder, length);
            decoder.finish().expect_err("one more zero");
        }
    }

    #[test]
    fn reading_on_beyond_the_end_is_noticed() {
        let mut decoder = RangeDecoder::new(&[1, 2, 3]);
        assert!(decoder.check().is_ok());
        for _ in 0..3 {
            decoder.even(24, || 0);
        }
        assert!(decoder.check().is_err());
    }
}
