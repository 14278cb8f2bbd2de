//! The side that asks.

use core::time::Duration;
use std::collections::VecDeque;

use super::{Health, Output, Rank, is_felt, patience};
use crate::limits;
use crate::time::Moment;
use crate::wire::pulse::Ask;

/// The machine of a path's asking end.
#[derive(Debug)]
pub struct Asker {
    rank: Rank,
    /// The number of the next question.
    number: u32,
    /// Questions without an answer, the oldest first. Bounded by the time after which the path is dead.
    open: VecDeque<(u32, Moment)>,
    /// When the next question is due.
    next: Moment,
    round_trip: Option<Duration>,
    told: Option<Duration>,
    health: Health,
    outputs: VecDeque<Output>,
}

/// What happens to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskerInput {
    /// The question of this number was answered.
    Answered(u32),
    /// The path is this to its session from now on.
    Rank(Rank),
    /// The listener wants to be asked at once.
    Hurried,
    /// A deadline passed.
    Time,
}

impl Asker {
    /// Asks at once.
    #[must_use]
    pub fn new(rank: Rank, now: Moment) -> Self {
        let mut asker = Self {
            rank,
            number: 0,
            open: VecDeque::new(),
            next: now,
            round_trip: None,
            told: None,
            health: Health::Good,
            outputs: VecDeque::new(),
        };
        asker.time(now);
        asker
    }

    /// Tells what happened.
    pub fn handle(&mut self, input: AskerInput, now: Moment) {
        if self.health == Health::Dead {
            return;
        }
        match input {
            AskerInput::Answered(number) => self.answered(number, now),
            AskerInput::Rank(rank) => {
                if rank == Rank::Carries && self.rank == Rank::StandsBy {
                    self.next = now;
                }
                self.rank = rank;
            }
            // One that is open is answered or put again soon.
            AskerInput::Hurried if self.open.is_empty() => self.next = now,
            AskerInput::Hurried | AskerInput::Time => {}
        }
        self.time(now);
    }

    /// The next thing to do, until there is none.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`AskerInput::Time`] is due; never for a dead path.
    #[must_use]
    pub fn deadline(&self) -> Option<Moment> {
        match self.health {
            Health::Dead => None,
            Health::Good => Some(self.silent_from().map_or(self.next, |from| from.min(self.next))),
            Health::Silent => {
                Some(self.silent_from().map_or(self.next, |from| (from + limits::PULSE_DEAD).min(self.next)))
            }
        }
    }

    /// From when on the path is silent, unless an answer comes.
    fn silent_from(&self) -> Option<Moment> {
        self.open.front().map(|(_, asked)| *asked + patience(self.round_trip))
    }

    fn answered(&mut self, number: u32, now: Moment) {
        // An answer to a question that was not put, or twice, is none.
        let Some(place) = self.open.iter().position(|(open, _)| *open == number) else { return };
        let asked = self.open.drain(..=place).next_back().map(|(_, asked)| asked);
        let time = asked.map_or(Duration::ZERO, |asked| now.since(asked));
        self.round_trip = Some(time);
        if is_felt(self.told, time) {
            self.told = Some(time);
            self.outputs.push_back(Output::RoundTrip(time));
        }
        if self.health == Health::Silent {
            self.health = Health::Good;
            self.outputs.push_back(Output::Heard);
        }
        if let (true, Some(asked)) = (self.open.is_empty(), asked) {
            self.next = asked + self.interval();
        }
    }

    fn time(&mut self, now: Moment) {
        match (self.silent_from(), self.health) {
            (Some(from), Health::Good) if now >= from => {
                self.health = Health::Silent;
                self.outputs.push_back(Output::Silent);
            }
            (Some(from), Health::Silent) if now >= from + limits::PULSE_DEAD => {
                self.health = Health::Dead;
                self.outputs.push_back(Output::Dead);
                return;
            }
            _ => {}
        }
        if now >= self.next {
            self.ask(now);
        }
    }

    fn ask(&mut self, now: Moment) {
        let number = self.number;
        self.number = number.wrapping_add(1);
        self.open.push_back((number, now));
        self.next = now + self.interval().min(limits::PULSE_AGAIN);
        let next = self.interval();
        self.outputs.push_back(Output::Ask(Ask { number, next, round_trip: self.round_trip }));
    }

    fn interval(&self) -> Duration {
        match self.rank {
            Rank::Carries => limits::PULSE,
            Rank::StandsBy => limits::PULSE_STANDBY,
        }
    }
}
