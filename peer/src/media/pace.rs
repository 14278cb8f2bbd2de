//! When another frame may be sent: the link's queue stays short because nothing is sent into one that grows.
//!
//! Every frame is acknowledged when it is drawn. As long as the oldest frame without acknowledgement is younger than
//! one and a half of the shortest round trips seen lately, the link keeps up. When it is older, frames wait
//! somewhere, and the screen is better read again later than now.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use entraide_common::wire::screen::Drawn;

/// Frames need not come faster than eyes and screens follow.
const SHORTEST_INTERVAL: Duration = Duration::from_micros(16_600);
/// What may be in flight however short the round trip: drawing has its own clock on the helper's side.
const LEAST_WINDOW: Duration = Duration::from_millis(30);
/// Until a first acknowledgement came: a guess at a far away helper.
const FIRST_ROUND_TRIP: Duration = Duration::from_millis(100);
/// The shortest round trip is forgotten after this long, since paths change.
const MEMORY: Duration = Duration::from_secs(10);

/// The frames in flight of one generation after another.
#[derive(Debug, Default)]
pub struct Pace {
    in_flight: VecDeque<Flying>,
    last_sent: Option<Instant>,
    shortest: Option<(Duration, Instant)>,
}

#[derive(Debug, Clone, Copy)]
struct Flying {
    generation: u32,
    sequence: u64,
    sent: Instant,
}

impl Pace {
    /// From when a frame may be sent, if nothing else happens: `None` means not before an acknowledgement.
    #[must_use]
    pub fn next(&self, now: Instant) -> Option<Instant> {
        let interval = self.last_sent.map_or(now, |sent| sent + SHORTEST_INTERVAL);
        let late =
            self.in_flight.front().is_some_and(|oldest| now.duration_since(oldest.sent) > self.window());
        (!late).then_some(interval)
    }

    /// A frame is on its way.
    pub fn sent(&mut self, generation: u32, sequence: u64, now: Instant) {
        self.in_flight.push_back(Flying { generation, sequence, sent: now });
        self.last_sent = Some(now);
    }

    /// The helper has drawn a frame, and with it all before it.
    pub fn drawn(&mut self, drawn: Drawn, now: Instant) {
        let up_to = (drawn.generation, drawn.sequence);
        while let Some(oldest) = self.in_flight.front().copied() {
            if (oldest.generation, oldest.sequence) > up_to {
                break;
            }
            self.in_flight.pop_front();
            if (oldest.generation, oldest.sequence) == up_to {
                self.measured(now.duration_since(oldest.sent), now);
            }
        }
    }

    fn measured(&mut self, round_trip: Duration, now: Instant) {
        let stands = self
            .shortest
            .is_some_and(|(shortest, at)| shortest < round_trip && now.duration_since(at) < MEMORY);
        if !stands {
            self.shortest = Some((round_trip, now));
        }
    }

    fn window(&self) -> Duration {
        let round_trip = self.shortest.map_or(FIRST_ROUND_TRIP, |(shortest, _)| shortest);
        (round_trip * 3 / 2).max(LEAST_WINDOW)
    }
}
