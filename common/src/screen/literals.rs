//! One pixel that nothing foretold, predicted from its neighbours.
//!
//! A pixel is taken apart into green, blue less green and red less green, since the three rise and fall together.
//! Each part is predicted by the median edge detector of LOCO-I (Weinberger, Seroussi and Sapiro, 2000), and the
//! prediction's error is coded with models chosen by how rough the neighbourhood is: where it is smooth, errors are
//! small.
//!
//! An error may be written exactly; or in steps of 2 N + 1, so that each colour is at most N beside the truth
//! (near-lossless, as in JPEG-LS); or, where that was done before, as what is missing to the truth, which can only lie
//! within N of what is shown.

use super::number::{fold, unfold};
use super::plan::Depth;
use super::range::{Bit, Coder};

/// Magnitudes of roughness that are told apart, and how finely each.
const MAGNITUDES: usize = 10;
const STEPS: usize = 3;

/// The neighbours that a prediction uses.
#[derive(Debug, Clone, Copy)]
pub(super) struct Corner {
    pub(super) w: u32,
    pub(super) nw: u32,
    pub(super) n: u32,
    pub(super) ne: u32,
}

/// The errors of predictions, all of one [`Depth`].
#[derive(Debug, Clone)]
pub(super) struct Literals {
    parts: [[Error; MAGNITUDES * STEPS]; 3],
}

impl Literals {
    pub(super) const fn new() -> Self {
        Self { parts: [[Error::NEW; MAGNITUDES * STEPS]; 3] }
    }

    /// One pixel, exactly.
    pub(super) fn code<C: Coder>(
        &mut self,
        coder: &mut C,
        around: Corner,
        pixel: impl FnOnce() -> u32,
    ) -> u32 {
        self.reach(coder, around, Depth::Exact, 0, pixel)
    }

    /// One pixel as near to the truth as `depth` says. `old` is what is shown in its place.
    #[inline(always)]
    pub(super) fn reach<C: Coder>(
        &mut self,
        coder: &mut C,
        around: Corner,
        depth: Depth,
        old: u32,
        pixel: impl FnOnce() -> u32,
    ) -> u32 {
        let [w, nw, n, ne] = [around.w, around.nw, around.n, around.ne].map(parts);
        let wanted = if C::ENCODES { colours(pixel()) } else { [0; 3] };
        let old = colours(old);
        let mut known = [0; 3];
        let mut before = 0;
        for part in 0..3 {
            let roughness =
                (w[part].abs_diff(nw[part])) + nw[part].abs_diff(n[part]) + n[part].abs_diff(ne[part]);
            // Blue and red less the green that is drawn stay such that the sum is a colour.
            let base = if part == 0 { 0 } else { known[0] };
            let range = depth.range(old[part]);
            let range = Range { low: range.low - base, high: range.high - base };
            let predicted = median(w[part], n[part], nw[part]).clamp(range.low, range.high);
            let step = if part == 0 {
                finer(roughness)
            } else {
                usize::from(before >= 3) + usize::from(before >= 9)
            };
            let context = magnitude(roughness) * STEPS + step;
            let truth = wanted[part] - base;
            let error = self.parts[part][context].code(coder, || depth.error(truth, predicted, range));
            before = if part == 0 { error } else { error.max(before / 2) };
            known[part] = depth.value(error, predicted, range);
        }
        colour(known)
    }
}

/// Between which values, both of them possible, a part lies.
#[derive(Debug, Clone, Copy)]
struct Range {
    low: i32,
    high: i32,
}

impl Depth {
    /// Between which colours a colour lies that is shown as `old`.
    #[inline(always)]
    fn range(self, old: i32) -> Range {
        match self {
            Self::Exact | Self::Near(_) => Range { low: 0, high: 255 },
            Self::Refined(n) => {
                let n = i32::from(n);
                Range { low: (old - n).max(0), high: (old + n).min(255) }
            }
        }
    }

    /// How a part that was `predicted` and is `truth` is written, 0 to 255.
    #[inline(always)]
    fn error(self, truth: i32, predicted: i32, range: Range) -> u32 {
        let error = truth - predicted;
        match self {
            Self::Exact => fold(i32::from(error as i8)),
            Self::Near(n) => {
                let n = i32::from(n);
                fold((error.abs() + n) / (2 * n + 1) * error.signum())
            }
            Self::Refined(_) => {
                // By distance; where one side has ended, the other goes on alone.
                let both = (predicted - range.low).min(range.high - predicted);
                if error.abs() <= both { fold(error) } else { (error.abs() + both) as u32 }
            }
        }
    }

    /// Undoes [`Depth::error`], as far as the depth goes. It lies within `range` whatever `error` is.
    #[inline(always)]
    fn value(self, error: u32, predicted: i32, range: Range) -> i32 {
        let Range { low, high } = range;
        match self {
            Self::Exact => low + ((predicted - low + unfold(error)) & 255),
            Self::Near(n) => (predicted + unfold(error) * (2 * i32::from(n) + 1)).clamp(low, high),
            Self::Refined(_) => {
                let both = (predicted - low).min(high - predicted);
                let far = error as i32 - both;
                let error = if far <= both {
                    unfold(error)
                } else if predicted - low > both {
                    -far
                } else {
                    far
                };
                (predicted + error).clamp(low, high)
            }
        }
    }
}

/// Green, blue, red.
fn colours(pixel: u32) -> [i32; 3] {
    let [blue, green, red, _] = pixel.to_le_bytes().map(i32::from);
    [green, blue, red]
}

/// Green, blue less green, red less green.
fn parts(pixel: u32) -> [i32; 3] {
    let [green, blue, red] = colours(pixel);
    [green, blue - green, red - green]
}

fn colour([green, blue, red]: [i32; 3]) -> u32 {
    u32::from_le_bytes([(blue + green) as u8, green as u8, (red + green) as u8, 0])
}

/// The middle one of left, up, and left + up - corner, which follows edges.
fn median(w: i32, n: i32, nw: i32) -> i32 {
    (w + n - nw).clamp(w.min(n), w.max(n))
}

/// Digits of a roughness, at most 9.
fn magnitude(roughness: u32) -> usize {
    (u32::BITS - roughness.leading_zeros()).min(MAGNITUDES as u32 - 1) as usize
}

/// The second highest digit: which half of its magnitude a roughness lies in.
fn finer(roughness: u32) -> usize {
    match roughness {
        0 => 0,
        1 => 1,
        _ => (roughness >> (roughness.ilog2() - 1) & 1) as usize,
    }
}

/// A folded error, 0 to 255: like [`super::number::Number`], with one model less to learn.
#[derive(Debug, Clone, Copy)]
struct Error {
    length: [Bit; 8],
    first: [Bit; 9],
    second: [[Bit; 2]; 9],
}

impl Error {
    const NEW: Self = Self { length: [Bit::EVEN; 8], first: [Bit::EVEN; 9], second: [[Bit::EVEN; 2]; 9] };

    #[inline]
    fn code<C: Coder>(&mut self, coder: &mut C, error: impl FnOnce() -> u32) -> u32 {
        let whole = if C::ENCODES { (error() & 255) + 1 } else { 1 };
        let digits = whole.ilog2() as usize;
        let mut length = 0;
        while length < 8 && coder.bit(&mut self.length[length], || length < digits) {
            length += 1;
        }
        let mut read = 1;
        if length >= 1 {
            read = 2 | u32::from(coder.bit(&mut self.first[length], || whole >> (length - 1) & 1 == 1));
        }
        if length >= 2 {
            let model = &mut self.second[length][(read & 1) as usize];
            read = read << 1 | u32::from(coder.bit(model, || whole >> (length - 2) & 1 == 1));
        }
        if length >= 3 {
            let rest = length as u32 - 2;
            read = read << rest | coder.even(rest, || whole & ((1 << rest) - 1));
        }
        (read - 1) & 255
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_comes_back_as_near_as_its_depth() {
        let depths = [Depth::Exact].into_iter();
        let depths = depths.chain((1..=4).flat_map(|n| [Depth::Near(n), Depth::Refined(n)]));
        for depth in depths {
            for truth in 0..=255 {
                for aim in 0..=255 {
                    let (old, most) = match depth {
                        Depth::Exact => (0, 0),
                        Depth::Near(n) => (0, i32::from(n)),
                        Depth::Refined(n) => {
                            ((truth + aim % 9 - 4).clamp(truth - i32::from(n), truth + i32::from(n)), 0)
                        }
                    };
                    let range = depth.range(old);
                    let predicted = aim.clamp(range.low, range.high);
                    let error = depth.error(truth, predicted, range);
                    assert!(error < 256, "{depth:?}: {error}");
                    let value = depth.value(error, predicted, range);
                    assert!(value.abs_diff(truth) <= most as u32, "{depth:?}: {truth} became {value}");
                }
            }
        }
    }

    #[test]
    fn what_lies_stays_a_colour() {
        for depth in [Depth::Exact, Depth::Near(1), Depth::Near(4), Depth::Refined(1), Depth::Refined(4)] {
            for (old, aim) in (0..=255).flat_map(|old| [(old, 0), (old, 255), (old, old)]) {
                let range = depth.range(old);
                for error in 0..256 {
                    let value = depth.value(error, aim.clamp(range.low, range.high), range);
                    assert!((0..256).contains(&value), "{depth:?}: {value}");
                }
            }
        }
    }
}
