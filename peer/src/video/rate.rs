//! How openh264 is made to spend what each frame may cost, however that changes.
//!
//! Its bit rate is fixed when it is opened, as far as its safe interface goes, but in the mode we use (`RC_TIMESTAMP_MODE`)
//! it measures time by the frames' timestamps alone. It keeps a bucket that holds half a second of its bit rate: what
//! it writes goes in, what its bit rate sends between two timestamps flows out, and of the room that is left the next
//! frame is given half (`RcDecideTargetBitsTimestamp` in openh264's `ratectl.cpp`, version 2.6). So the time we tell it
//! is not the time of the world: it goes on as far as it takes for the room to be twice what this frame may cost.
//!
//! [`Rate`] has a bucket like its own, exact to the bit, and a second account in the time of the world, which makes later
//! frames repay what earlier ones took too much. The encoder is told of [`FRAMES`] frames a second, which makes its
//! bucket as small as two of the largest frames: it is filled, and so in our hands, from the first frame on.
//!
//! A test holds this against the encoder: should a later version reckon otherwise, the sizes of frames say so.

use std::time::Duration;

use entraide_common::screen::Size;

use super::Budget;

/// Frames a second that the encoder is told of.
pub(super) const FRAMES: u32 = 4;
/// How often the first budget the largest frame may be. A budget that grows further is used up from the next fresh
/// frame on: with that, the encoder is opened anew.
const GROWTH: i64 = 3;
/// The smallest and the largest budget that an encoder is opened for, in bits for each pixel of a frame. Below, even the
/// coarsest picture costs more; above, even the finest costs less.
const BITS: [f64; 2] = [0.02, 2.0];
/// Each frame repays this part of what those before it took too much, or takes it of what they left.
const REPAID: i64 = 8;
/// A frame that follows costly ones gets this part of its budget at least.
const LEAST: i64 = 2;
/// A key frame may cost as much as so many others: there is nothing before it to look at.
const KEY: i64 = 3;
/// What was left over counts for so many frames at most: a still film saves nothing for later.
const SAVED: i64 = 4;

/// The encoder's rate control, foreseen.
#[derive(Debug)]
pub(super) struct Rate {
    /// Bits a second in the encoder's time, a multiple of 1000, so that its milliseconds are whole bits.
    nominal: i64,
    /// Milliseconds in the encoder's time.
    clock: i64,
    /// Bits in the encoder's bucket, less than none if little was written.
    filled: i64,
    /// Bits that frames took beyond what they were allowed, less than none if they left some.
    owed: i64,
}

impl Rate {
    /// For an encoder that begins with a frame of this budget.
    pub(super) fn new(size: Size, budget: Budget) -> Self {
        Self { nominal: nominal(size, budget), clock: 1000, filled: 0, owed: 0 }
    }

    /// The bit rate to open it with.
    pub(super) fn nominal(&self) -> u32 {
        u32::try_from(self.nominal).unwrap_or(u32::MAX)
    }

    /// Whether an encoder that is opened for this budget would be about this one.
    pub(super) fn suits(&self, size: Size, budget: Budget) -> bool {
        let wanted = nominal(size, budget);
        wanted <= self.nominal * 3 / 2 && wanted * 3 >= self.nominal
    }

    /// The timestamp of the next frame, in milliseconds.
    pub(super) fn next(&mut self, budget: Budget, fresh: bool) -> u64 {
        let allowed = bits_of(budget);
        let wanted = (allowed - self.owed / REPAID).max(allowed / LEAST);
        self.owed = (self.owed - allowed).max(-SAVED * allowed);
        // Of the room a key frame is given three quarters.
        let room = if fresh { KEY * wanted * 4 / 3 } else { 2 * wanted };
        let full = self.nominal / 2 - room;
        self.pass((self.filled - full) * 1000 / self.nominal)
    }

    /// The timestamp to try again with, if the encoder finds its bucket too full for any frame. After a frame that was
    /// many times too large the time that it allows between two is not enough.
    pub(super) fn later(&mut self) -> u64 {
        self.pass(1000)
    }

    /// The frame became so large.
    pub(super) fn spent(&mut self, bytes: usize) {
        let bits = i64::try_from(bytes).unwrap_or(i64::MAX / 16) * 8;
        self.filled += bits;
        self.owed += bits;
    }

    /// Time goes on by at least a step, and not so far that the encoder takes it for a pause.
    fn pass(&mut self, milliseconds: i64) -> u64 {
        let passed = milliseconds.clamp(1, 1000);
        self.clock += passed;
        self.filled = (self.filled - self.nominal / 1000 * passed).max(-self.nominal / 4);
        u64::try_from(self.clock).unwrap_or_default()
    }
}

/// What the frame may cost: the budget for the time that has gone by, up to a second of it.
fn bits_of(budget: Budget) -> i64 {
    let time = budget.since_last.clamp(Duration::from_millis(1), Duration::from_secs(1));
    (f64::from(budget.bits_per_second) * time.as_secs_f64()).max(1.0) as i64
}

fn nominal(size: Size, budget: Budget) -> i64 {
    let [least, most] = BITS.map(|bits| (bits * size.area() as f64) as i64);
    let largest = bits_of(budget).clamp(least, most) * GROWTH;
    (largest * i64::from(FRAMES) / 1000 + 1) * 1000
}
