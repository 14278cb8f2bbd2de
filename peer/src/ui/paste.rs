//! The system's clipboard, read when a person pastes and at no other time.

use winit::event::{ElementState, KeyEvent};
use winit::keyboard::{Key, ModifiersState, NamedKey};

/// Longest text that is pasted, characters: no field of ours takes more.
const PASTE_CHARS: usize = 8_000;

/// Whether this key pastes.
pub(super) fn is_asked_by(event: &KeyEvent, modifiers: ModifiersState) -> bool {
    let pastes = match &event.logical_key {
        Key::Character(character) => {
            let command =
                if cfg!(target_os = "macos") { modifiers.super_key() } else { modifiers.control_key() };
            command && !modifiers.alt_key() && character.eq_ignore_ascii_case("v")
        }
        Key::Named(NamedKey::Insert) => modifiers.shift_key(),
        Key::Named(NamedKey::Paste) => true,
        _ => false,
    };
    pastes && event.state == ElementState::Pressed
}

/// The text on the clipboard, if there is any.
pub(super) fn text() -> Option<String> {
    let text = arboard::Clipboard::new().and_then(|mut clipboard| clipboard.get_text());
    let text = text.inspect_err(|error| tracing::debug!(%error, "nothing to paste")).ok()?;
    Some(text.chars().take(PASTE_CHARS).collect())
}
