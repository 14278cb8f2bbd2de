//! How true photographs may be for the bytes there are, and how much of them is made exact at a time.
//!
//! Text, lines and flat colour cost little and are always exact. A photograph that appears costs more than all of them:
//! on a slow link a frame of it would take seconds. So it is drawn as nearly as the link carries in [`FRAME_TIME`], and
//! made exact when it stands still ([`entraide_common::screen::STILL`]), in frames so small that whatever happens
//! meanwhile waits for none of them long.

use std::time::Duration;

use entraide_common::screen::Tolerance;

/// The time that the photographs of a frame may take on the link: sixty a second is all that is ever shown.
pub const FRAME_TIME: Duration = Duration::from_micros(16_600);
/// The time that a frame may take which makes exact what stands still: a key press may wait for it.
pub const REFINEMENT_TIME: Duration = Duration::from_millis(25);
/// Pixels in such a frame, whatever the link carries: encoding them takes about as long.
const MOST_REFINED: usize = 1 << 17;

/// What photographs are taken to cost at each tolerance, in bits a pixel: grass and hair. A soft wallpaper
/// (`tests/traces/P1.trc`) takes 5.6 at the first and 2.4 at the last.
const BITS: [usize; Tolerance::MOST.most() as usize + 1] = [12, 8, 6, 5, 4];
/// What making them exact is taken to cost after the largest tolerance; the same wallpaper takes 5.
const REFINED_BITS: usize = 8;

/// How near to the truth so many pixels of photographs can be for so many bytes.
#[must_use]
pub fn tolerance(pixels: usize, bytes: usize) -> Tolerance {
    let affordable =
        (0..).zip(BITS).find(|(_, bits)| pixels.saturating_mul(*bits) <= bytes.saturating_mul(8));
    affordable.and_then(|(most, _)| Tolerance::new(most)).unwrap_or(Tolerance::MOST)
}

/// How many pixels can be made exact for so many bytes.
#[must_use]
pub fn refined(bytes: usize) -> usize {
    (bytes.saturating_mul(8) / REFINED_BITS).min(MOST_REFINED)
}
