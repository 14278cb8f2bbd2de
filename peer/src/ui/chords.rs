//! The few chords that stay local while keys go to the picture: Ctrl + Alt and a letter or digit.

use winit::event::KeyEvent;
use winit::keyboard::{Key, KeyCode, ModifiersState};
use winit::platform::modifier_supplement::KeyEventExtModifierSupplement;

/// A chord that stays local.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chord {
    /// All of the picture, or its own size.
    Fit,
    /// Ask for control, or give it back.
    Control,
    /// End the session.
    Leave,
    /// Look at the monitor of that number, counted from 1, or at all for 0.
    Monitor(usize),
}

/// The digits by their place: on some layouts they need Shift.
const DIGITS: [KeyCode; 10] = [
    KeyCode::Digit0,
    KeyCode::Digit1,
    KeyCode::Digit2,
    KeyCode::Digit3,
    KeyCode::Digit4,
    KeyCode::Digit5,
    KeyCode::Digit6,
    KeyCode::Digit7,
    KeyCode::Digit8,
    KeyCode::Digit9,
];

/// Letters by the character on the key, wherever it is.
pub(super) fn chord_of(event: &KeyEvent, modifiers: ModifiersState) -> Option<Chord> {
    if !modifiers.control_key() || !modifiers.alt_key() {
        return None;
    }
    let digit = DIGITS.iter().position(|digit| event.physical_key == *digit);
    if let Some(number) = digit {
        return Some(Chord::Monitor(number));
    }
    let Key::Character(character) = event.key_without_modifiers() else { return None };
    match character.as_str() {
        "f" => Some(Chord::Fit),
        "c" => Some(Chord::Control),
        "q" => Some(Chord::Leave),
        _ => None,
    }
}
