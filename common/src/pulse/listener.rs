//! The side that answers.

use core::time::Duration;
use std::collections::VecDeque;

use super::{Health, Output, doubt, is_felt, patience};
use crate::limits;
use crate::time::Moment;
use crate::wire::pulse::Ask;

/// The machine of a path's answering end.
#[derive(Debug)]
pub struct Listener {
    /// From when on the path is silent, unless a question comes.
    silent_from: Moment,
    told: Option<Duration>,
    health: Health,
    outputs: VecDeque<Output>,
}

/// What happens to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListenerInput {
    /// This question came.
    Asked(Ask),
    /// Something else that led to the asker has broken.
    Doubted,
    /// A deadline passed.
    Time,
}

impl Listener {
    /// Waits for the first question.
    #[must_use]
    pub fn new(now: Moment) -> Self {
        let silent_from = now + limits::PULSE + limits::PULSE_PATIENCE;
        Self { silent_from, told: None, health: Health::Good, outputs: VecDeque::new() }
    }

    /// Tells what happened.
    pub fn handle(&mut self, input: ListenerInput, now: Moment) {
        if self.health == Health::Dead {
            return;
        }
        match input {
            ListenerInput::Asked(ask) => self.asked(ask, now),
            ListenerInput::Doubted if self.health == Health::Good => {
                self.silent_from = self.silent_from.min(now + doubt(self.told));
                self.outputs.push_back(Output::Hurry);
            }
            ListenerInput::Doubted => {}
            ListenerInput::Time => self.time(now),
        }
    }

    /// The next thing to do, until there is none.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`ListenerInput::Time`] is due; never for a dead path.
    #[must_use]
    pub fn deadline(&self) -> Option<Moment> {
        match self.health {
            Health::Good => Some(self.silent_from),
            Health::Silent => Some(self.silent_from + limits::PULSE_DEAD),
            Health::Dead => None,
        }
    }

    fn asked(&mut self, Ask { number, next, round_trip }: Ask, now: Moment) {
        self.outputs.push_back(Output::Answer(number));
        // Whoever asks cannot make this side wait longer than a path that stands by.
        let next = next.min(limits::PULSE_STANDBY);
        let round_trip = round_trip.map(|time| time.min(limits::PULSE_DEAD));
        self.silent_from = now + next + patience(round_trip);
        if let Some(time) = round_trip.filter(|time| is_felt(self.told, *time)) {
            self.told = Some(time);
            self.outputs.push_back(Output::RoundTrip(time));
        }
        if self.health == Health::Silent {
            self.health = Health::Good;
            self.outputs.push_back(Output::Heard);
        }
    }

    fn time(&mut self, now: Moment) {
        if self.health == Health::Good && now >= self.silent_from {
            self.health = Health::Silent;
            self.outputs.push_back(Output::Silent);
        }
        if self.health == Health::Silent && now >= self.silent_from + limits::PULSE_DEAD {
            self.health = Health::Dead;
            self.outputs.push_back(Output::Dead);
        }
    }
}
