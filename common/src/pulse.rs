//! Signs of life on the paths of a session: is a path dead, and how long does it take.
//!
//! A path that dies says nothing: QUIC notices after ten seconds, TCP after minutes. So one side, the helper, asks, and
//! the other answers; each judges by what it hears. One question a second on the path that carries the session, and
//! hardly any on one that stands behind it, is the cheapest scheme that notices within two seconds:
//!
//! ```text
//! asker     0 s ask -> answer     1 s ask -> nothing     1.5 s ask -> nothing     2 s silent     4 s dead
//! listener  0 s ask               2 s silent              4 s dead
//! ```
//!
//! The listener may wish for a question at once: when something else that led to the asker has just broken, a program that
//! was killed is told from a lost circuit in half a second.
//!
//! A question says when the next one comes, so the listener needs no rule of its own for paths that are asked rarely. It
//! also brings the round trip that the asker measured, so that both sides show the same.
//!
//! [`Asker`] and [`Listener`] stand for one path each and live as long as it does. After every `handle`, drain `poll`;
//! call `handle` with `Time` at `deadline`.
//!
//! Left to others: which path carries the session, and what follows from silence.

mod asker;
mod listener;

use core::time::Duration;

pub use asker::{Asker, AskerInput};
pub use listener::{Listener, ListenerInput};

use crate::limits;
use crate::wire::pulse::Ask;

/// What the path is to its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rank {
    /// The session runs on it.
    Carries,
    /// It stands behind another.
    StandsBy,
}

/// What follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// Send this question.
    Ask(Ask),
    /// Send the answer to the question of this number.
    Answer(u32),
    /// Ask the asker to ask at once.
    Hurry,
    /// The round trip is this now, and was felt to be another before.
    RoundTrip(Duration),
    /// Nothing has come for too long.
    Silent,
    /// Something came again after all.
    Heard,
    /// The silence lasts: the path is dead. Nothing follows.
    Dead,
}

/// How the path is, as far as was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Health {
    #[default]
    Good,
    Silent,
    Dead,
}

/// How long an answer is waited for on a path with this round trip.
fn patience(round_trip: Option<Duration>) -> Duration {
    round_trip
        .map_or(limits::PULSE_PATIENCE, |time| time * limits::PULSE_ROUND_TRIPS)
        .max(limits::PULSE_PATIENCE)
}

/// How long a question is waited for that was wished for.
fn doubt(round_trip: Option<Duration>) -> Duration {
    round_trip.map_or(limits::PULSE_DOUBT, |time| time * limits::PULSE_ROUND_TRIPS).max(limits::PULSE_DOUBT)
}

/// Whether a round trip is another than the one that was told.
fn is_felt(told: Option<Duration>, now: Duration) -> bool {
    told.is_none_or(|told| told.abs_diff(now) > limits::PULSE_FELT.max(told / 4))
}
