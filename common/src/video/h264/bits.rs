//! Numbers of a NAL unit's payload, bit by bit (7.2, 9.1).

/// What is left of a payload.
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    /// Zeros in a row before the next byte.
    zeros: u32,
    /// The byte under way, its unread bits in front.
    current: u8,
    left: u32,
}

impl<'a> Bits<'a> {
    /// From its first bit.
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, zeros: 0, current: 0, left: 0 }
    }

    /// The next bit; `None` at the end.
    pub(super) fn flag(&mut self) -> Option<bool> {
        if self.left == 0 {
            self.current = self.byte()?;
            self.left = 8;
        }
        let bit = self.current & 0x80 != 0;
        self.current <<= 1;
        self.left -= 1;
        Some(bit)
    }

    /// The next Exp-Golomb code, unsigned; `None` at the end or from 2^31 on. Of a signed one the same bits, folded.
    pub(super) fn number(&mut self) -> Option<u32> {
        let mut length = 0;
        while !self.flag()? {
            length += 1;
            if length > 30 {
                return None;
            }
        }
        let mut number = 1;
        for _bit in 0..length {
            number = number << 1 | u32::from(self.flag()?);
        }
        Some(number - 1)
    }

    /// Whether nothing is left but the bit that ends a payload, and what fills its byte.
    pub(super) fn ends(mut self) -> bool {
        self.flag() == Some(true) && std::iter::from_fn(|| self.flag()).all(|bit| !bit)
    }

    /// The next byte of what is meant: a 3 after two zeros only keeps start codes from appearing.
    fn byte(&mut self) -> Option<u8> {
        let mut byte = self.take()?;
        if self.zeros >= 2 && byte == 3 {
            self.zeros = 0;
            byte = self.take()?;
        }
        self.zeros = if byte == 0 { self.zeros + 1 } else { 0 };
        Some(byte)
    }

    fn take(&mut self) -> Option<u8> {
        let (&byte, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(byte)
    }
}
