//! What is held down, and how to let go of all of it.

use super::{Button, KeyCode};
use crate::limits;
use crate::wire::input::Act;

/// The keys and buttons that are pressed at the moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    keys: Vec<KeyCode>,
    buttons: Vec<Button>,
}

impl Held {
    /// Notes what `act` presses or lets go. False if it must not happen: it would hold more than
    /// [`limits::HELD`], or let go of what is not held.
    pub fn note(&mut self, act: &Act) -> bool {
        match *act {
            Act::Key { code, down } => note(&mut self.keys, code, down),
            Act::Button { button, down } => note(&mut self.buttons, button, down),
            _ => true,
        }
    }

    /// The acts that let go of everything, last pressed first; afterwards nothing is held.
    pub fn release_all(&mut self) -> Vec<Act> {
        let keys = self.keys.drain(..).rev().map(|code| Act::Key { code, down: false });
        let buttons = self.buttons.drain(..).rev().map(|button| Act::Button { button, down: false });
        keys.chain(buttons).collect()
    }

    /// Whether nothing is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.buttons.is_empty()
    }
}

fn note<T: PartialEq>(held: &mut Vec<T>, one: T, down: bool) -> bool {
    let place = held.iter().position(|other| *other == one);
    match (place, down) {
        // A repeat of a held key is a press again.
        (Some(_), true) => true,
        (Some(place), false) => {
            held.remove(place);
            true
        }
        (None, true) if held.len() < limits::HELD => {
            held.push(one);
            true
        }
        (None, _) => false,
    }
}
