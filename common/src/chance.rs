//! Chance as an argument: the caller decides where random bytes come from.

/// A source of random bytes. The programs hand in the operating system's generator; tests hand in fixed bytes.
pub trait Chance {
    /// Fills `bytes` wholly. A source that cannot do so must panic rather than return weak bytes.
    fn fill(&mut self, bytes: &mut [u8]);
}

impl<T: Chance + ?Sized> Chance for &mut T {
    fn fill(&mut self, bytes: &mut [u8]) {
        (**self).fill(bytes);
    }
}

/// `N` random bytes from `chance`.
pub fn bytes<const N: usize>(chance: &mut dyn Chance) -> [u8; N] {
    let mut bytes = [0; N];
    chance.fill(&mut bytes);
    bytes
}

/// A number from 0 to `bound` - 1; `bound` is above 0. 64 random bits make the bias of the remainder less than one in 10^9.
pub fn below(bound: u32, chance: &mut dyn Chance) -> u32 {
    let drawn = u64::from_le_bytes(bytes(chance)) % u64::from(bound);
    u32::try_from(drawn).expect("the remainder is below a u32")
}
