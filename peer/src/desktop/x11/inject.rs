//! The helper's hands: `rdev` plays keys, buttons and wheel; XTEST moves the pointer and types text.
//!
//! `rdev` opens a connection of its own for every act and waits until the server has done it. Ours is brought to
//! the same point before each such act, because requests of two connections have no order otherwise. Xlib, below
//! `rdev`, ends the whole process on a protocol error: what the server would refuse never gets there.

use entraide_common::input::{Button, KeyCode};
use entraide_common::wire::input::Act;
use rdev::EventType;
use x11rb::connection::Connection as _;
use x11rb::errors::{ConnectionError, ReplyError};
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    ChangeWindowAttributesAux, ConnectionExt as _, EventMask, MOTION_NOTIFY_EVENT, Window,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

use super::Ended;
use super::keys::Keyboard;
use crate::desktop::wheel::Wheel;
use crate::desktop::{InjectError, Injector};

/// From Linux input event codes to keycodes of X11.
const EVDEV: u32 = 8;

/// The hands and where they may reach.
pub(super) struct X11Injector {
    conn: RustConnection,
    root: Window,
    /// The root window's size.
    reach: (u16, u16),
    keyboard: Keyboard,
    wheel: Wheel,
    /// Whether the server may not yet have done what this connection asked.
    behind: bool,
}

impl X11Injector {
    pub(super) fn open() -> Result<Self, Ended> {
        let (conn, root) = super::connect()?;
        super::require(&conn, "XTEST")?;
        let structure = ChangeWindowAttributesAux::new().event_mask(EventMask::STRUCTURE_NOTIFY);
        conn.change_window_attributes(root, &structure)?;
        let geometry = conn.get_geometry(root)?.reply()?;
        let keyboard = Keyboard::learn(&conn, root)?;
        let reach = (geometry.width, geometry.height);
        Ok(Self { conn, root, reach, keyboard, wheel: Wheel::default(), behind: false })
    }

    /// Takes note of a new size and of a new layout.
    fn hear(&mut self) -> Result<(), ConnectionError> {
        while let Some(event) = self.conn.poll_for_event()? {
            match event {
                Event::ConfigureNotify(configure) => self.reach = (configure.width, configure.height),
                Event::MappingNotify(_) => self.keyboard.forget(),
                _ => {}
            }
        }
        Ok(())
    }

    fn point(&mut self, x: i32, y: i32) -> Result<(), ConnectionError> {
        let within = |at: i32, side: u16| at.clamp(0, i32::from(side.max(1)) - 1) as i16;
        let (x, y) = (within(x, self.reach.0), within(y, self.reach.1));
        self.conn.xtest_fake_input(MOTION_NOTIFY_EVENT, 0, x11rb::CURRENT_TIME, self.root, x, y, 0)?;
        self.behind = true;
        self.conn.flush()
    }

    fn turn(&mut self, dx: i16, dy: i16) -> Result<(), InjectError> {
        let (x, y) = self.wheel.turn(dx, dy);
        if (x, y) == (0, 0) {
            return Ok(());
        }
        // rdev counts up as positive.
        self.play(EventType::Wheel { delta_x: x.into(), delta_y: -i64::from(y) })
    }

    fn key(&mut self, code: KeyCode, down: bool) -> Result<(), InjectError> {
        let setup = self.conn.setup();
        let keycode = u32::from(code.0) + EVDEV;
        if !(u32::from(setup.min_keycode)..=u32::from(setup.max_keycode)).contains(&keycode) {
            return Err(InjectError::Unsupported("this key has no place on X11"));
        }
        let key = rdev::Key::Unknown(keycode);
        self.play(if down { EventType::KeyPress(key) } else { EventType::KeyRelease(key) })
    }

    fn button(&mut self, button: Button, down: bool) -> Result<(), InjectError> {
        let button = match button.0 {
            1 => rdev::Button::Left,
            2 => rdev::Button::Middle,
            3 => rdev::Button::Right,
            side @ (8 | 9) => rdev::Button::Unknown(side),
            _ => return Err(InjectError::Unsupported("no such button")),
        };
        self.play(if down { EventType::ButtonPress(button) } else { EventType::ButtonRelease(button) })
    }

    fn play(&mut self, event: EventType) -> Result<(), InjectError> {
        if std::mem::take(&mut self.behind) {
            super::catch_up(&self.conn)?;
        }
        rdev::simulate(&event).map_err(|_| InjectError::Refused(format!("{event:?}")))
    }
}

impl Injector for X11Injector {
    fn act(&mut self, act: &Act) -> Result<(), InjectError> {
        self.hear()?;
        match act {
            Act::Key { code, down } => self.key(*code, *down),
            Act::Pointer { x, y } => Ok(self.point(*x, *y)?),
            Act::Button { button, down } => self.button(*button, *down),
            Act::Wheel { dx, dy } => self.turn(*dx, *dy),
            Act::Text(text) => self.type_text(text, &|| true),
            Act::ReleaseAll => Err(InjectError::Unsupported("what is held is the pump's to know")),
        }
    }

    fn type_text(&mut self, text: &str, may_go_on: &dyn Fn() -> bool) -> Result<(), InjectError> {
        self.hear()?;
        self.keyboard.type_text(&self.conn, text, may_go_on)
    }
}

impl Drop for X11Injector {
    fn drop(&mut self) {
        if let Err(error) = self.keyboard.restore(&self.conn) {
            tracing::debug!(?error, "borrowed keys stay as they are");
        }
    }
}

impl From<ConnectionError> for InjectError {
    fn from(error: ConnectionError) -> Self {
        Self::Refused(error.to_string())
    }
}

impl From<ReplyError> for InjectError {
    fn from(error: ReplyError) -> Self {
        Self::Refused(error.to_string())
    }
}
