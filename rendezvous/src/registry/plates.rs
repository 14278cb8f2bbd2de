//! Which numbers are given out.
//!
//! A number is fresh, live or resting. One is drawn at random among the fresh ones of the shortest length that is
//! live to less than a tenth: short numbers are easy to say, and a mistyped one seldom meets somebody. A released
//! number rests for a day. Only when no fresh number is left at all is the one given that has rested longest. Numbers for
//! local networks ([`Plate::is_local`]) are never given.

use core::time::Duration;
use std::collections::{HashMap, VecDeque};

use entraide_common::chance::{self, Chance};
use entraide_common::ids::{PeerKey, Plate};
use entraide_common::time::Moment;

/// How long a number rests after its claim: nobody keeps a code for longer than a day.
const REST: Duration = Duration::from_secs(24 * 60 * 60);
/// Random tries at a fresh number before the numbers are walked through: at a tenth full, one in 10^32 gets there.
const TRIES: usize = 32;

/// A number of digits, 1 to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Length(u32);

impl Length {
    const ALL: [Self; 5] = [Self(1), Self(2), Self(3), Self(4), Self(5)];

    pub(super) fn of(number: u32) -> Self {
        Self(number.max(1).ilog10() + 1)
    }

    /// 9, 90, 900, 9,000 and 80,000: numbers do not begin with a zero, and the last of them are no node's to give.
    pub(super) const fn numbers(self) -> u32 {
        let first = self.first();
        let end = if 10 * first < Plate::FIRST_LOCAL { 10 * first } else { Plate::FIRST_LOCAL };
        end - first
    }

    const fn first(self) -> u32 {
        10_u32.pow(self.0 - 1)
    }

    const fn index(self) -> usize {
        self.0 as usize - 1
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Live,
    Resting { until: Moment, host: PeerKey },
}

/// INVARIANT: `live` and `used` count the entries of `states` by length; `resting` holds every resting number in
/// the order of its `until`, and stale entries that `states` no longer confirms.
#[derive(Debug, Default)]
pub(super) struct Plates {
    /// What is not here is fresh.
    states: HashMap<u32, State>,
    live: [u32; 5],
    used: [u32; 5],
    resting: VecDeque<(Moment, u32)>,
}

impl Plates {
    /// A number for a new claim, live from now on; `None` if every number is live.
    pub(super) fn draw(&mut self, now: Moment, chance: &mut dyn Chance) -> Option<Plate> {
        self.wake(now);
        let roomy = |length: &Length| self.live[length.index()] * 10 < length.numbers();
        let fresh = |length: &Length| self.used[length.index()] < length.numbers();
        let length = Length::ALL
            .into_iter()
            .find(|length| roomy(length) && fresh(length))
            .or_else(|| Length::ALL.into_iter().rev().find(fresh));
        let number = match length {
            Some(length) => self.fresh_number(length, chance),
            None => self.longest_resting()?,
        };
        self.make_live(number);
        Plate::new(number)
    }

    /// Makes `plate` live if it is fresh and a node's to give, or rests after a claim of the same `host`.
    pub(super) fn take(&mut self, plate: Plate, host: PeerKey, now: Moment) -> bool {
        self.wake(now);
        let free = match self.states.get(&plate.get()) {
            None => !plate.is_local(),
            Some(State::Resting { host: last, .. }) => *last == host,
            Some(State::Live) => false,
        };
        if free {
            self.make_live(plate.get());
        }
        free
    }

    /// Lets the live `plate` rest; only `host` may have it back meanwhile.
    pub(super) fn rest(&mut self, plate: Plate, host: PeerKey, now: Moment) {
        let until = now + REST;
        let before = self.states.insert(plate.get(), State::Resting { until, host });
        debug_assert_eq!(before, Some(State::Live), "only what is live can be released");
        self.live[Length::of(plate.get()).index()] -= 1;
        self.resting.push_back((until, plate.get()));
    }

    fn make_live(&mut self, number: u32) {
        let index = Length::of(number).index();
        if self.states.insert(number, State::Live).is_none() {
            self.used[index] += 1;
        }
        self.live[index] += 1;
    }

    /// Makes fresh what has rested enough.
    fn wake(&mut self, now: Moment) {
        while let Some((until, number)) = self.resting.front().copied()
            && (until <= now || !self.rests(number, until))
        {
            self.resting.pop_front();
            if self.rests(number, until) {
                self.states.remove(&number);
                self.used[Length::of(number).index()] -= 1;
            }
        }
    }

    fn longest_resting(&mut self) -> Option<u32> {
        while let Some((until, number)) = self.resting.pop_front() {
            if self.rests(number, until) {
                return Some(number);
            }
        }
        None
    }

    fn rests(&self, number: u32, until: Moment) -> bool {
        matches!(self.states.get(&number), Some(State::Resting { until: noted, .. }) if *noted == until)
    }

    /// A fresh number of `length`, of which there must be one.
    fn fresh_number(&self, length: Length, chance: &mut dyn Chance) -> u32 {
        let mut number = length.first();
        for _ in 0..TRIES {
            number = length.first() + chance::below(length.numbers(), chance);
            if !self.states.contains_key(&number) {
                return number;
            }
        }
        let last = length.first() + length.numbers() - 1;
        (number..=last)
            .chain(length.first()..number)
            .find(|number| !self.states.contains_key(number))
            .expect("the caller has counted a fresh number of this length")
    }
}
