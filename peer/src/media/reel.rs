//! When a film's next frame may be made, and what it may cost: the host's side of the film's lane.
//!
//! A frame is made of the newest screen when the one before has gone out, the link has room, and few enough are on their
//! way: as many as a round trip holds, and two. So nothing of a film waits anywhere for long, whatever the link does, and
//! there is nothing to cancel. The picture's frames go first: between two pieces of a film whenever one is there
//! (`Pace::film_room`). What the link carries beside them is the film's. A film takes a little more of it than is known to
//! be there, or what there is would never be known; up to what makes it no better to look at. Where there is less than
//! what it takes to be worth looking at, frames come less often instead.

use std::time::{Duration, Instant};

use entraide_common::limits;
use entraide_common::wire::video::VideoCodec;

use crate::video::Budget;

/// The time of a frame at the highest rate.
const FRAME_TIME: Duration = Duration::from_nanos(1_000_000_000 / limits::FILM_RATE as u64);
/// Bits for a pixel of a frame, in hundredths: less is not worth looking at, more is no better.
const BITS: (u64, u64) = (4, 30);
/// More than the link is known to carry, in percent.
const PROBE: u64 = 125;
/// A pause counts for so much at most.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// The film that is under way.
#[derive(Debug, Default)]
pub struct Reel {
    /// What the helper can decode of what can be encoded here.
    codec: Option<VideoCodec>,
    /// Whether the last frame has not gone out yet.
    is_waiting: bool,
    /// Frames that the helper has not shown yet.
    underway: usize,
    /// When the last frame was made.
    last: Option<Instant>,
    /// When the next one may be.
    next: Option<Instant>,
    /// The film that is to begin anew.
    again: Option<u32>,
}

impl Reel {
    /// The helper says what it plays: the best of it, or nothing.
    pub fn plays(&mut self, codec: Option<VideoCodec>) {
        self.codec = codec;
    }

    /// What films are encoded with; none if there are to be none.
    #[must_use]
    pub fn codec(&self) -> Option<VideoCodec> {
        self.codec
    }

    /// From when the next frame may be made, if nothing else happens: `None` means not before something went out or was
    /// shown.
    #[must_use]
    pub fn next(&self, round_trip: Duration, now: Instant) -> Option<Instant> {
        let on_the_way = 2 + round_trip.as_millis().div_ceil(FRAME_TIME.as_millis());
        let most = usize::try_from(on_the_way).unwrap_or(limits::FILM_SHOTS).min(limits::FILM_SHOTS);
        let is_free = self.codec.is_some() && !self.is_waiting && self.underway < most;
        is_free.then(|| self.next.unwrap_or(now))
    }

    /// What a frame of so many pixels may cost, where the link carries so many bytes a second.
    #[must_use]
    pub fn budget(&self, pixels: usize, carried: usize, now: Instant) -> Budget {
        let a_second = |hundredths: u64| pixels as u64 * hundredths * u64::from(limits::FILM_RATE) / 100;
        let bits = (carried as u64 * 8 * PROBE / 100).clamp(a_second(BITS.0), a_second(BITS.1));
        let since_last = self.last.map_or(FRAME_TIME, |last| now.saturating_duration_since(last));
        Budget {
            bits_per_second: u32::try_from(bits).unwrap_or(u32::MAX),
            since_last: since_last.clamp(FRAME_TIME, LONGEST_PAUSE),
        }
    }

    /// A frame of so many bytes was made of the screen as it was then.
    pub fn shot(&mut self, bytes: usize, carried: usize, begun: Instant) {
        let carried = (carried as u64 * PROBE / 100).max(1);
        let time = Duration::from_secs_f64(bytes as f64 / carried as f64).clamp(FRAME_TIME, LONGEST_PAUSE);
        (self.is_waiting, self.last, self.next) = (true, Some(begun), Some(begun + time));
        self.underway += 1;
    }

    /// The last frame has gone out.
    pub fn gone(&mut self) {
        self.is_waiting = false;
    }

    /// The helper has shown one more.
    pub fn shown(&mut self) {
        self.underway = self.underway.saturating_sub(1);
    }

    /// The helper cannot go on with this film.
    pub fn again(&mut self, film: u32) {
        self.again = Some(film);
    }

    /// Whether this film is to begin anew; says so once.
    pub fn is_again(&mut self, film: u32) -> bool {
        self.again.take_if(|again| *again == film).is_some()
    }
}
