//! Several opinions on one answer, mixed.
//!
//! Where a wrong guess is dear, one model is not enough: each of several contexts gives its chance, and a small
//! network learns whom to trust (logistic mixing, as in Mahoney's PAQ). All in whole numbers, so that both sides come
//! to the same chance everywhere.

/// Weights are in 1/65536.
const ONE: i32 = 1 << 16;
/// No weight grows beyond this, whatever a sender makes of it.
const HEAVIEST: i32 = 16 * ONE;
/// How fast weights follow their errors.
const RATE: i32 = 30;

/// The weights of `N` opinions.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mixer<const N: usize> {
    weights: [i32; N],
}

/// Opinions on one answer, and what was made of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mixed<const N: usize> {
    opinions: [i32; N],
    /// The chance of "yes" in 1/4096, 1 to 4095.
    chance: i32,
}

impl<const N: usize> Mixed<N> {
    /// The chance of "yes" in 1/65536.
    pub(super) fn chance(&self) -> u16 {
        (self.chance << 4) as u16
    }
}

impl<const N: usize> Mixer<N> {
    /// All are trusted alike.
    pub(super) const NEW: Self = Self { weights: [ONE * 2 / (N as i32 + 1); N] };

    /// `chances` are those of "yes" in 1/65536.
    pub(super) fn mix(&self, chances: [u16; N]) -> Mixed<N> {
        let opinions = chances.map(|chance| i32::from(STRETCH[usize::from(chance >> 4)]));
        let sum: i64 = self
            .weights
            .iter()
            .zip(opinions)
            .map(|(&weight, opinion)| i64::from(weight) * i64::from(opinion))
            .sum();
        Mixed { opinions, chance: squash((sum >> 16) as i32) }
    }

    /// What the answer was.
    pub(super) fn learn(&mut self, mixed: &Mixed<N>, answer: bool) {
        let error = ((i32::from(answer) << 12) - mixed.chance) * RATE;
        for (weight, opinion) in self.weights.iter_mut().zip(mixed.opinions) {
            *weight = (*weight + ((opinion * error + (1 << 15)) >> 16)).clamp(-HEAVIEST, HEAVIEST);
        }
    }
}

/// The chance, in 1/4096, of which `x` / 256 is the logarithm of the odds.
const fn squash(x: i32) -> i32 {
    // 4096 / (1 + e^-x) for x from -8 to 8 in halves.
    const POINTS: [i32; 33] = [
        1, 2, 4, 6, 10, 17, 27, 45, 73, 120, 194, 311, 488, 747, 1102, 1546, 2048, 2550, 2994, 3349, 3608,
        3785, 3902, 3976, 4023, 4051, 4069, 4079, 4086, 4090, 4092, 4094, 4095,
    ];
    if x >= 2047 {
        return 4095;
    }
    if x <= -2047 {
        return 1;
    }
    let place = ((x + 2048) >> 7) as usize;
    let part = x & 127;
    (POINTS[place] * (128 - part) + POINTS[place + 1] * part + 64) >> 7
}

/// The inverse of [`squash`]: 256 times the logarithm of the odds of a chance in 1/4096.
static STRETCH: [i16; 4096] = {
    let mut table = [0; 4096];
    let mut x = -2047;
    let mut next = 0;
    while x <= 2047 {
        let chance = squash(x);
        while next <= chance {
            table[next as usize] = x as i16;
            next += 1;
        }
        x += 1;
    }
    while next < 4096 {
        table[next as usize] = 2047;
        next += 1;
    }
    table
};
