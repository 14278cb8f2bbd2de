//! What is typed in the viewer, as acts for the host.
//!
//! Printable characters travel as text, so that the character typed arrives whatever the two layouts are;
//! everything else travels as physical keys, pressed and let go. Between the two stand these rules:
//!
//! - Shift and AltGr choose characters, and that has happened already when text is sent. They are held back until
//!   a key or button needs them (Shift + arrow, Shift + click) and let go again before the next text, so the host
//!   never sees text while one of them is down.
//! - The lock keys stay here: their effect is in the text, and a numeric pad without its lock sends the arrow it
//!   stands for.
//! - A dead key sends nothing; the composed character follows as text.
//! - Repeats of text and keys are passed on. What was not pressed is never let go.

use entraide_common::input::KeyCode;
use entraide_common::wire::input::Act;
use winit::event::{ElementState, KeyEvent};
use winit::keyboard::{Key, ModifiersState, NamedKey, PhysicalKey};

/// One key going down or up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stroke {
    /// The key by its place; none if it is one that does not travel.
    pub code: Option<KeyCode>,
    /// The characters it wrote, after composition.
    pub text: Option<String>,
    /// What kind of key it is.
    pub kind: Kind,
    /// Whether Ctrl, Alt or Super is down, so that it is a shortcut rather than text.
    pub command: bool,
    /// Down or up.
    pub down: bool,
}

/// Kinds of keys that are treated differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Shift or AltGr.
    Level,
    /// Caps Lock and its like.
    Lock,
    /// Waits for the next character to be composed with.
    Dead,
    /// All others.
    Ordinary,
}

/// The helper's keyboard as the host is told of it.
#[derive(Debug, Default)]
pub struct Keyboard {
    /// Keys the host was told are down.
    sent: Vec<KeyCode>,
    /// Shift and AltGr that are down here, told or held back.
    levels: Vec<KeyCode>,
}

impl Keyboard {
    /// What the host is to do for `stroke`.
    pub fn stroke(&mut self, stroke: &Stroke) -> Vec<Act> {
        match (stroke.kind, stroke.code) {
            (Kind::Dead | Kind::Lock, _) => Vec::new(),
            (Kind::Level, Some(code)) if stroke.down => {
                if !self.levels.contains(&code) {
                    self.levels.push(code);
                }
                Vec::new()
            }
            (_, Some(code)) if !stroke.down => {
                self.levels.retain(|level| *level != code);
                self.let_go(code).into_iter().collect()
            }
            _ if !stroke.down => Vec::new(),
            (_, code) => match printable(stroke) {
                Some(text) => self.write(text),
                None => code.map(|code| self.press(code)).unwrap_or_default(),
            },
        }
    }

    /// Presses what was held back, before a button or the wheel.
    pub fn hold_levels(&mut self) -> Vec<Act> {
        let levels: Vec<_> = self.levels.iter().copied().filter(|level| !self.sent.contains(level)).collect();
        levels.into_iter().map(|level| self.down(level)).collect()
    }

    /// Forgets everything that is down. True if the host has to let go of something.
    pub fn release_all(&mut self) -> bool {
        self.levels.clear();
        !std::mem::take(&mut self.sent).is_empty()
    }

    fn write(&mut self, text: &str) -> Vec<Act> {
        let levels = self.levels.clone();
        let mut acts: Vec<_> = levels.into_iter().filter_map(|level| self.let_go(level)).collect();
        acts.push(Act::Text(text.to_owned()));
        acts
    }

    fn press(&mut self, code: KeyCode) -> Vec<Act> {
        let mut acts = self.hold_levels();
        acts.push(self.down(code));
        acts
    }

    fn down(&mut self, code: KeyCode) -> Act {
        if !self.sent.contains(&code) {
            self.sent.push(code);
        }
        Act::Key { code, down: true }
    }

    fn let_go(&mut self, code: KeyCode) -> Option<Act> {
        let place = self.sent.iter().position(|sent| *sent == code)?;
        self.sent.remove(place);
        Some(Act::Key { code, down: false })
    }
}

/// The text of `stroke` if it is text. Space is a key: it is the same on every layout, and may be held.
fn printable(stroke: &Stroke) -> Option<&str> {
    let text = stroke.text.as_deref()?;
    let plain = !text.is_empty() && text != " " && !text.chars().any(char::is_control);
    (plain && !stroke.command).then_some(text)
}

/// The stroke of a window's event.
#[must_use]
pub fn stroke_of(event: &KeyEvent, modifiers: ModifiersState) -> Stroke {
    Stroke {
        code: code_of(event),
        text: event.text.as_ref().map(ToString::to_string),
        kind: kind_of(&event.logical_key),
        command: modifiers.intersects(ModifiersState::CONTROL | ModifiersState::ALT | ModifiersState::SUPER),
        down: event.state == ElementState::Pressed,
    }
}

fn kind_of(key: &Key) -> Kind {
    match key {
        Key::Dead(_) => Kind::Dead,
        Key::Named(NamedKey::Shift | NamedKey::AltGraph) => Kind::Level,
        Key::Named(NamedKey::CapsLock | NamedKey::NumLock | NamedKey::ScrollLock) => Kind::Lock,
        _ => Kind::Ordinary,
    }
}

fn code_of(event: &KeyEvent) -> Option<KeyCode> {
    let PhysicalKey::Code(physical) = event.physical_key else { return None };
    let name = w3c_name(physical);
    match &event.logical_key {
        // Without its lock the numeric pad means these, whatever the host's lock says.
        Key::Named(meant) if name.starts_with("Numpad") => {
            let meant = format!("{meant:?}");
            KeyCode::of_name(if KEYPAD.contains(&meant.as_str()) { &meant } else { &name })
        }
        _ => KeyCode::of_name(&name),
    }
}

/// What keys of the numeric pad stand for without their lock.
const KEYPAD: [&str; 10] = [
    "ArrowDown",
    "ArrowLeft",
    "ArrowRight",
    "ArrowUp",
    "Delete",
    "End",
    "Home",
    "Insert",
    "PageDown",
    "PageUp",
];

/// The W3C name of a key, which winit's names follow but for the Super keys.
#[must_use]
pub fn w3c_name(key: winit::keyboard::KeyCode) -> String {
    match key {
        winit::keyboard::KeyCode::SuperLeft => "MetaLeft".to_owned(),
        winit::keyboard::KeyCode::SuperRight => "MetaRight".to_owned(),
        other => format!("{other:?}"),
    }
}
