//! What the helper's hands do, from helper to host.

use serde::{Deserialize, Serialize};

use super::codec::messages;
use crate::input::{Button, KeyCode};
use crate::limits;

/// One act of the helper's hands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Act {
    /// A physical key: for shortcuts and keys that write nothing.
    Key {
        /// Which.
        code: KeyCode,
        /// Pressed or let go.
        down: bool,
    },
    /// Characters to arrive whatever the layouts; "\n" is Enter. At most [`limits::INPUT_TEXT_CHARS`].
    Text(String),
    /// The pointer, in the picture's pixels.
    Pointer {
        /// From the left edge of the picture.
        x: i32,
        /// From the upper edge.
        y: i32,
    },
    /// A button at the place of the pointer.
    Button {
        /// Which.
        button: Button,
        /// Pressed or let go.
        down: bool,
    },
    /// The wheel, in 1/120 of a notch (as Windows and Wayland count); positive is right and down.
    Wheel {
        /// Sideways.
        dx: i16,
        /// Up and down.
        dy: i16,
    },
    /// Let go of everything this helper holds: focus lost, dialog opened.
    ReleaseAll,
}

/// An act under a grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The generation of the grant of control it was made under.
    pub generation: u32,
    /// What was done.
    pub act: Act,
}

messages! {
    /// The input stream.
    pub enum Input, limit limits::INPUT_BYTES, check check;
    /// One act.
    1 => Event(Event),
}

fn check(message: &Input) -> Result<(), &'static str> {
    let Input::Event(event) = message;
    match &event.act {
        Act::Text(text) if text.chars().count() > limits::INPUT_TEXT_CHARS => {
            Err("a text too long for input")
        }
        Act::Text(text) if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') => {
            Err("control characters in typed text")
        }
        _ => Ok(()),
    }
}
