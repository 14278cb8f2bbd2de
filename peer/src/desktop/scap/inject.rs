//! The helper's hands by `rdev`, which speaks for the system here.

use entraide_common::input::{Button, KeyCode};
use entraide_common::wire::input::Act;
use rdev::{EventType, Key};

use super::keys;
use crate::desktop::wheel::Wheel;
use crate::desktop::{InjectError, Injector};

/// The hands.
#[derive(Default)]
pub(super) struct RdevInjector {
    wheel: Wheel,
}

impl Injector for RdevInjector {
    fn act(&mut self, act: &Act) -> Result<(), InjectError> {
        match act {
            Act::Key { code, down } => key(*code, *down),
            Act::Pointer { x, y } => play(EventType::MouseMove { x: f64::from(*x), y: f64::from(*y) }),
            Act::Button { button, down } => press(*button, *down),
            Act::Wheel { dx, dy } => self.turn(*dx, *dy),
            Act::Text(text) => self.type_text(text, &|| true),
            Act::ReleaseAll => Err(InjectError::Unsupported("what is held is the pump's to know")),
        }
    }

    fn type_text(&mut self, text: &str, may_go_on: &dyn Fn() -> bool) -> Result<(), InjectError> {
        text.chars().take_while(|_| may_go_on()).try_for_each(character)
    }
}

impl RdevInjector {
    fn turn(&mut self, dx: i16, dy: i16) -> Result<(), InjectError> {
        let (x, y) = self.wheel.turn(dx, dy);
        if (x, y) == (0, 0) {
            return Ok(());
        }
        // rdev counts up as positive.
        play(EventType::Wheel { delta_x: x.into(), delta_y: -i64::from(y) })
    }
}

fn key(code: KeyCode, down: bool) -> Result<(), InjectError> {
    let key = keys::of_code(code).ok_or(InjectError::Unsupported("this key has no place here"))?;
    play(if down { EventType::KeyPress(key) } else { EventType::KeyRelease(key) })
}

/// Presses and lets go of the keys of one character.
fn character(character: char) -> Result<(), InjectError> {
    let (key, shift) = keys::of_character(character)
        .ok_or(InjectError::Unsupported("this character cannot be typed here yet"))?;
    if shift {
        play(EventType::KeyPress(Key::ShiftLeft))?;
    }
    let typed = play(EventType::KeyPress(key)).and_then(|()| play(EventType::KeyRelease(key)));
    if shift {
        play(EventType::KeyRelease(Key::ShiftLeft))?;
    }
    typed
}

fn press(button: Button, down: bool) -> Result<(), InjectError> {
    let button = match button.0 {
        1 => rdev::Button::Left,
        2 => rdev::Button::Middle,
        3 => rdev::Button::Right,
        // Windows counts its side buttons from 1, back first.
        8 => rdev::Button::Unknown(1),
        9 => rdev::Button::Unknown(2),
        _ => return Err(InjectError::Unsupported("no such button")),
    };
    play(if down { EventType::ButtonPress(button) } else { EventType::ButtonRelease(button) })
}

fn play(event: EventType) -> Result<(), InjectError> {
    rdev::simulate(&event).map_err(|_| InjectError::Refused(format!("{event:?}")))
}
