//! Keys by their W3C names, and the characters that sit on the same key in every layout.

use entraide_common::input::KeyCode;
use rdev::Key;

/// The key `rdev` has for a place on the keyboard. It goes by what is printed on a US keyboard.
pub(super) fn of_code(code: KeyCode) -> Option<Key> {
    // rdev has no name for it on Windows, where both Enters are one.
    if code.name() == Some("NumpadEnter") {
        return Some(Key::Return);
    }
    let name = code.name()?;
    KEYS.iter().find(|(known, _)| *known == name).map(|&(_, key)| key)
}

/// The key of a character, and whether Shift goes with it. Letters are named by what they write, and digits and signs
/// of the keypad write themselves; everything else moves from layout to layout.
pub(super) fn of_character(character: char) -> Option<(Key, bool)> {
    let named = |prefix: &str| {
        let name = format!("{prefix}{}", character.to_ascii_uppercase());
        KEYS.iter().find(|(known, _)| *known == name).map(|&(_, key)| key)
    };
    let key = match character {
        'a'..='z' | 'A'..='Z' => named("Key")?,
        '0'..='9' => named("Numpad")?,
        '+' => Key::KpPlus,
        '-' => Key::KpMinus,
        '*' => Key::KpMultiply,
        '/' => Key::KpDivide,
        ' ' => Key::Space,
        '\n' => Key::Return,
        '\t' => Key::Tab,
        _ => return None,
    };
    Some((key, character.is_ascii_uppercase()))
}

const KEYS: &[(&str, Key)] = &[
    ("KeyA", Key::KeyA),
    ("KeyB", Key::KeyB),
    ("KeyC", Key::KeyC),
    ("KeyD", Key::KeyD),
    ("KeyE", Key::KeyE),
    ("KeyF", Key::KeyF),
    ("KeyG", Key::KeyG),
    ("KeyH", Key::KeyH),
    ("KeyI", Key::KeyI),
    ("KeyJ", Key::KeyJ),
    ("KeyK", Key::KeyK),
    ("KeyL", Key::KeyL),
    ("KeyM", Key::KeyM),
    ("KeyN", Key::KeyN),
    ("KeyO", Key::KeyO),
    ("KeyP", Key::KeyP),
    ("KeyQ", Key::KeyQ),
    ("KeyR", Key::KeyR),
    ("KeyS", Key::KeyS),
    ("KeyT", Key::KeyT),
    ("KeyU", Key::KeyU),
    ("KeyV", Key::KeyV),
    ("KeyW", Key::KeyW),
    ("KeyX", Key::KeyX),
    ("KeyY", Key::KeyY),
    ("KeyZ", Key::KeyZ),
    ("Digit0", Key::Num0),
    ("Digit1", Key::Num1),
    ("Digit2", Key::Num2),
    ("Digit3", Key::Num3),
    ("Digit4", Key::Num4),
    ("Digit5", Key::Num5),
    ("Digit6", Key::Num6),
    ("Digit7", Key::Num7),
    ("Digit8", Key::Num8),
    ("Digit9", Key::Num9),
    ("Numpad0", Key::Kp0),
    ("Numpad1", Key::Kp1),
    ("Numpad2", Key::Kp2),
    ("Numpad3", Key::Kp3),
    ("Numpad4", Key::Kp4),
    ("Numpad5", Key::Kp5),
    ("Numpad6", Key::Kp6),
    ("Numpad7", Key::Kp7),
    ("Numpad8", Key::Kp8),
    ("Numpad9", Key::Kp9),
    ("NumpadMultiply", Key::KpMultiply),
    ("NumpadSubtract", Key::KpMinus),
    ("NumpadAdd", Key::KpPlus),
    ("NumpadDivide", Key::KpDivide),
    ("NumpadDecimal", Key::KpDelete),
    ("F1", Key::F1),
    ("F2", Key::F2),
    ("F3", Key::F3),
    ("F4", Key::F4),
    ("F5", Key::F5),
    ("F6", Key::F6),
    ("F7", Key::F7),
    ("F8", Key::F8),
    ("F9", Key::F9),
    ("F10", Key::F10),
    ("F11", Key::F11),
    ("F12", Key::F12),
    ("Escape", Key::Escape),
    ("Minus", Key::Minus),
    ("Equal", Key::Equal),
    ("Backspace", Key::Backspace),
    ("Tab", Key::Tab),
    ("BracketLeft", Key::LeftBracket),
    ("BracketRight", Key::RightBracket),
    ("Enter", Key::Return),
    ("ControlLeft", Key::ControlLeft),
    ("ControlRight", Key::ControlRight),
    ("Semicolon", Key::SemiColon),
    ("Quote", Key::Quote),
    ("Backquote", Key::BackQuote),
    ("ShiftLeft", Key::ShiftLeft),
    ("ShiftRight", Key::ShiftRight),
    ("Backslash", Key::BackSlash),
    ("Comma", Key::Comma),
    ("Period", Key::Dot),
    ("Slash", Key::Slash),
    ("AltLeft", Key::Alt),
    ("AltRight", Key::AltGr),
    ("Space", Key::Space),
    ("CapsLock", Key::CapsLock),
    ("NumLock", Key::NumLock),
    ("ScrollLock", Key::ScrollLock),
    ("IntlBackslash", Key::IntlBackslash),
    ("PrintScreen", Key::PrintScreen),
    ("Home", Key::Home),
    ("ArrowUp", Key::UpArrow),
    ("PageUp", Key::PageUp),
    ("ArrowLeft", Key::LeftArrow),
    ("ArrowRight", Key::RightArrow),
    ("End", Key::End),
    ("ArrowDown", Key::DownArrow),
    ("PageDown", Key::PageDown),
    ("Insert", Key::Insert),
    ("Delete", Key::Delete),
    ("Pause", Key::Pause),
    ("MetaLeft", Key::MetaLeft),
    ("MetaRight", Key::MetaRight),
];
