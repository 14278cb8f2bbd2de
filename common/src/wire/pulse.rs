//! Signs of life on a path, on `/entraide/pulse/1`: the helper asks, the host answers. What they mean is in
//! [`crate::pulse`].

use core::time::Duration;

use serde::{Deserialize, Serialize};

use super::codec::messages;
use crate::limits;

/// Are you there?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// Counts the questions on this path.
    pub number: u32,
    /// The next one comes after this long.
    pub next: Duration,
    /// The last round trip that was measured here.
    pub round_trip: Option<Duration>,
}

messages! {
    /// Both ways on the stream.
    pub enum Pulse, limit limits::PULSE_BYTES, check |_| Ok(());
    /// Helper: are you there?
    1 => Ask(Ask),
    /// Host: yes, says the answer to the question of that number.
    2 => Answer(u32),
    /// Host: ask now.
    3 => Hurry(()),
}
