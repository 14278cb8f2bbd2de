//! The few chords that stay local while keys go to the picture: Ctrl + Alt and a letter.

use winit::event::KeyEvent;
use winit::keyboard::{Key, ModifiersState};
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
}

/// By the character on the key, wherever it is.
pub(super) fn chord_of(event: &KeyEvent, modifiers: ModifiersState) -> Option<Chord> {
    if !modifiers.control_key() || !modifiers.alt_key() {
        return None;
    }
    let Key::Character(character) = event.key_without_modifiers() else { return None };
    match character.as_str() {
        "f" => Some(Chord::Fit),
        "c" => Some(Chord::Control),
        "q" => Some(Chord::Leave),
        _ => None,
    }
}
