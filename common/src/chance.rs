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
