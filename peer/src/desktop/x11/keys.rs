//! Characters by way of keys, exactly, whatever the layout.
//!
//! A character that the layout has on a key of the main block, plain or with Shift or AltGr, is typed there, as a
//! person would. Every other one borrows a key that exists in no layout: its keycode is bound to the character, for
//! all groups and levels, and pressed. Programs learn of the binding in the order of events, before the press; but
//! they look up what it means in their own time, and would see a later meaning if there were one. So a borrowed key
//! keeps its meaning while there are others to borrow, is never given a second one within [`SETTLE`] of its last
//! press, and goes back, unbound, when the injector is dropped.
//!
//! The layout is read from the keyboard that XTEST injects by, which may have another than the host's own.

use std::ops::RangeInclusive;
use std::thread;
use std::time::{Duration, Instant};

use x11rb::connection::Connection as _;
use x11rb::errors::{ConnectionError, ReplyError};
use x11rb::protocol::xinput::{ConnectionExt as _, DeviceType};
use x11rb::protocol::xproto::{
    ConnectionExt as _, KEY_PRESS_EVENT, KEY_RELEASE_EVENT, KeyButMask, Keycode, Keysym, Window,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

use super::{Ended, seat};
use crate::desktop::InjectError;

/// How long a busy program may take to look up what a key that it was told of means.
const SETTLE: Duration = Duration::from_millis(500);
/// Most keys borrowed at once: every binding makes all programs read the layout again.
const BORROWED: usize = 24;
/// Most characters that are typed between two questions whether to go on.
const PIECE: usize = BORROWED;
/// A wait for [`SETTLE`] asks this often whether to go on: a fifth of the time in which Esc has to work.
const LOOK: Duration = Duration::from_millis(10);
/// Keys above every key that travels (F24 is 202): only these are taken back from a crashed predecessor.
const BEYOND: Keycode = 208;
/// The main block, where four levels mean plain, Shift, AltGr, both: its rows, Space, and the key left of Z.
const MAIN: [RangeInclusive<Keycode>; 3] = [10..=61, 65..=65, 94..=94];

const RETURN: Keysym = 0xff0d;
const TAB: Keysym = 0xff09;
const SHIFT: Keysym = 0xffe1;
const CAPS_LOCK: Keysym = 0xffe5;
const ALT_GR: Keysym = 0xfe03;

/// The layout and what is borrowed from it.
pub(super) struct Keyboard {
    root: Window,
    /// The keyboard XTEST injects by, where the server names it.
    device: Option<u8>,
    /// `None` until it is read (again).
    layout: Option<Layout>,
    borrowed: Vec<Borrowed>,
}

struct Borrowed {
    keycode: Keycode,
    keysym: Keysym,
    used: Instant,
}

/// Says whether what is being typed is still wanted. Once it says no, it does not say yes again.
type MayGoOn<'a> = &'a dyn Fn() -> bool;

/// A key to press, below another one if need be.
#[derive(Clone, Copy)]
struct Stroke {
    keycode: Keycode,
    with: Option<Keycode>,
}

impl Keyboard {
    /// Finds the keyboard that XTEST injects by.
    pub(super) fn learn(conn: &RustConnection, root: Window) -> Result<Self, Ended> {
        super::hands::greet(conn)?;
        let slaves = seat::slaves(conn)?;
        let xtest =
            slaves.iter().find(|slave| slave.injects && slave.info.type_ == DeviceType::SLAVE_KEYBOARD);
        let device = xtest.and_then(|xtest| u8::try_from(xtest.info.deviceid).ok());
        Ok(Self { root, device, layout: None, borrowed: Vec::new() })
    }

    /// The layout has changed, by us or by others: it is read again before the next character.
    pub(super) fn forget(&mut self) {
        self.layout = None;
    }

    /// Types `text`, or as much of it as it may; the server has pressed and let go of everything when this returns.
    pub(super) fn type_text(
        &mut self,
        conn: &RustConnection,
        text: &str,
        may_go_on: MayGoOn<'_>,
    ) -> Result<(), InjectError> {
        let layout = match self.layout.take() {
            Some(layout) => layout,
            None => Layout::read(conn, self.device)?,
        };
        self.borrowed.retain(|borrowed| layout.has(borrowed.keycode, borrowed.keysym));
        let state = State::ask(conn, self.root)?;
        let caps_lock = state.caps_lock.then(|| layout.key_of(CAPS_LOCK)).flatten();
        caps_lock.map_or(Ok(()), |key| tap(conn, Stroke { keycode: key, with: None }))?;
        let typed = self.type_in(conn, text, &layout, state, may_go_on);
        caps_lock.map_or(Ok(()), |key| tap(conn, Stroke { keycode: key, with: None }))?;
        self.layout = Some(layout);
        typed?;
        Ok(super::catch_up(conn)?)
    }

    /// Gives all borrowed keys back.
    pub(super) fn restore(&mut self, conn: &RustConnection) -> Result<(), ReplyError> {
        let Some(last) = self.borrowed.iter().map(|borrowed| borrowed.used).max() else { return Ok(()) };
        thread::sleep(SETTLE.saturating_sub(last.elapsed()));
        for borrowed in self.borrowed.drain(..) {
            conn.change_keyboard_mapping(1, borrowed.keycode, 1, &[x11rb::NO_SYMBOL])?;
        }
        super::catch_up(conn)
    }

    /// Binds ahead as many characters as there are keys for, then types them: programs read the layout once a piece.
    fn type_in(
        &mut self,
        conn: &RustConnection,
        text: &str,
        layout: &Layout,
        state: State,
        may_go_on: MayGoOn<'_>,
    ) -> Result<(), InjectError> {
        let mut piece = Vec::new();
        for character in text.chars() {
            let stroke = match layout.stroke(character, state) {
                Some(stroke) => Some(stroke),
                None => self.borrow(conn, keysym(character), layout, &mut piece, may_go_on)?,
            };
            let Some(stroke) = stroke else { return Ok(()) };
            piece.push(stroke);
            if piece.len() >= PIECE && !self.press(conn, &mut piece, may_go_on)? {
                return Ok(());
            }
        }
        self.press(conn, &mut piece, may_go_on).map(drop)
    }

    /// A key bound to `keysym`, to be pressed after `piece`, which is typed first if it needs the same key. None if
    /// it may not go on.
    fn borrow(
        &mut self,
        conn: &RustConnection,
        keysym: Keysym,
        layout: &Layout,
        piece: &mut Vec<Stroke>,
        may_go_on: MayGoOn<'_>,
    ) -> Result<Option<Stroke>, InjectError> {
        if let Some(known) = self.borrowed.iter().find(|borrowed| borrowed.keysym == keysym) {
            return Ok(Some(Stroke { keycode: known.keycode, with: None }));
        }
        let taken = |keycode: &Keycode| self.borrowed.iter().any(|borrowed| borrowed.keycode == *keycode);
        let free = layout.spares.iter().copied().find(|keycode| !taken(keycode));
        let keycode = match free {
            Some(keycode) => Some(keycode),
            None => self.take_back(conn, piece, may_go_on)?,
        };
        let Some(keycode) = keycode else { return Ok(None) };
        // Both groups, plain and with Shift: two equal levels also keep Caps Lock from changing it.
        conn.change_keyboard_mapping(1, keycode, 4, &[keysym; 4])?;
        self.borrowed.push(Borrowed { keycode, keysym, used: Instant::now() });
        Ok(Some(Stroke { keycode, with: None }))
    }

    /// The borrowed key that was pressed the longest ago, once programs have had time to look it up. None if it may
    /// not go on.
    fn take_back(
        &mut self,
        conn: &RustConnection,
        piece: &mut Vec<Stroke>,
        may_go_on: MayGoOn<'_>,
    ) -> Result<Option<Keycode>, InjectError> {
        let oldest = (0..self.borrowed.len()).min_by_key(|&place| self.borrowed[place].used);
        let oldest = oldest.ok_or(InjectError::Unsupported("this layout leaves no key to borrow"))?;
        let keycode = self.borrowed[oldest].keycode;
        if piece.iter().any(|stroke| stroke.keycode == keycode) && !self.press(conn, piece, may_go_on)? {
            return Ok(None);
        }
        if !settled(self.borrowed[oldest].used, may_go_on) {
            return Ok(None);
        }
        self.borrowed.swap_remove(oldest);
        Ok(Some(keycode))
    }

    /// Types a piece; the server has done it when this returns. False, and nothing typed, if it may not go on.
    fn press(
        &mut self,
        conn: &RustConnection,
        piece: &mut Vec<Stroke>,
        may_go_on: MayGoOn<'_>,
    ) -> Result<bool, InjectError> {
        if !may_go_on() {
            return Ok(false);
        }
        piece.iter().try_for_each(|stroke| tap(conn, *stroke))?;
        super::catch_up(conn)?;
        let now = Instant::now();
        for borrowed in &mut self.borrowed {
            if piece.iter().any(|stroke| stroke.keycode == borrowed.keycode) {
                borrowed.used = now;
            }
        }
        piece.clear();
        Ok(true)
    }
}

/// Waits until programs have looked up what a key means that was pressed then. False if it may not go on.
fn settled(pressed: Instant, may_go_on: MayGoOn<'_>) -> bool {
    loop {
        if !may_go_on() {
            return false;
        }
        let left = SETTLE.saturating_sub(pressed.elapsed());
        if left.is_zero() {
            return true;
        }
        thread::sleep(left.min(LOOK));
    }
}

/// What is held or locked while we type, by whomever.
#[derive(Clone, Copy)]
struct State {
    shift: bool,
    caps_lock: bool,
    /// Control, Alt, AltGr, Super.
    others: bool,
    group: usize,
}

impl State {
    fn ask(conn: &RustConnection, root: Window) -> Result<Self, ReplyError> {
        let mask = u16::from(conn.query_pointer(root)?.reply()?.mask);
        let any = |bits: KeyButMask| mask & u16::from(bits) != 0;
        let others =
            KeyButMask::CONTROL | KeyButMask::MOD1 | KeyButMask::MOD3 | KeyButMask::MOD4 | KeyButMask::MOD5;
        Ok(Self {
            shift: any(KeyButMask::SHIFT),
            caps_lock: any(KeyButMask::LOCK),
            others: any(others),
            // XKB puts the group into two bits that the core protocol leaves free.
            group: usize::from(mask >> 13 & 3),
        })
    }
}

/// What the keys mean.
struct Layout {
    first: Keycode,
    width: usize,
    keysyms: Vec<Keysym>,
    /// Keys that mean nothing, and so can be borrowed.
    spares: Vec<Keycode>,
}

impl Layout {
    fn read(conn: &RustConnection, device: Option<u8>) -> Result<Self, ReplyError> {
        let (first, last) = (conn.setup().min_keycode, conn.setup().max_keycode);
        let count = last - first + 1;
        let (width, keysyms) = match device {
            Some(device) => {
                let reply = conn.xinput_get_device_key_mapping(device, first, count)?.reply()?;
                (reply.keysyms_per_keycode, reply.keysyms)
            }
            None => {
                let reply = conn.get_keyboard_mapping(first, count)?.reply()?;
                (reply.keysyms_per_keycode, reply.keysyms)
            }
        };
        let mut layout = Self { first, width: usize::from(width).max(1), keysyms, spares: Vec::new() };
        layout.spares = (first..=last).rev().filter(|key| layout.is_spare(*key)).take(BORROWED).collect();
        Ok(layout)
    }

    /// How to type `character` on a key of its own, if it has one and what is held lets us.
    fn stroke(&self, character: char, state: State) -> Option<Stroke> {
        if let Some(keysym) = match character {
            '\n' => Some(RETURN),
            '\t' => Some(TAB),
            _ => None,
        } {
            return self.key_of(keysym).map(|keycode| Stroke { keycode, with: None });
        }
        if state.others {
            return None;
        }
        let keysym = keysym(character);
        let on_level =
            |level| MAIN.into_iter().flatten().find(|&key| self.at(key, state.group, level) == keysym);
        if !state.shift
            && let Some(keycode) = on_level(0)
        {
            return Some(Stroke { keycode, with: None });
        }
        if let Some(keycode) = on_level(1) {
            if state.shift {
                return Some(Stroke { keycode, with: None });
            }
            return self.key_of(SHIFT).map(|shift| Stroke { keycode, with: Some(shift) });
        }
        let (keycode, alt_gr) = (on_level(2)?, self.key_of(ALT_GR)?);
        (!state.shift).then_some(Stroke { keycode, with: Some(alt_gr) })
    }

    /// What `key` means in this group, plain (0), with Shift (1), with AltGr (2). The core protocol's order is both
    /// groups' first two levels, then the first group's others.
    fn at(&self, key: Keycode, group: usize, level: usize) -> Keysym {
        let place = match (group, level) {
            (0 | 1, 0 | 1) => group * 2 + level,
            (0, 2) => 4,
            _ => return x11rb::NO_SYMBOL,
        };
        self.meanings(key).get(place).copied().unwrap_or(x11rb::NO_SYMBOL)
    }

    fn key_of(&self, keysym: Keysym) -> Option<Keycode> {
        self.keys().find(|&key| self.meanings(key).first() == Some(&keysym))
    }

    fn has(&self, key: Keycode, keysym: Keysym) -> bool {
        self.meanings(key).first() == Some(&keysym)
    }

    /// Whether it means nothing, or one character everywhere as only we bind it.
    fn is_spare(&self, key: Keycode) -> bool {
        let mut meant = self.meanings(key).iter().filter(|keysym| **keysym != x11rb::NO_SYMBOL);
        let Some(one) = meant.next() else { return true };
        let ours = meant.clone().count() >= 3 && meant.all(|other| other == one);
        key > BEYOND && ours && (*one < 0x100 || *one == EURO || *one > UNICODE)
    }

    fn keys(&self) -> impl Iterator<Item = Keycode> + '_ {
        let count = self.keysyms.len() / self.width;
        (self.first..=Keycode::MAX).take(count)
    }

    fn meanings(&self, key: Keycode) -> &[Keysym] {
        let start = usize::from(key.saturating_sub(self.first)) * self.width;
        self.keysyms.get(start..start + self.width).unwrap_or_default()
    }
}

/// Where keysyms of Unicode characters begin.
const UNICODE: Keysym = 0x0100_0000;
/// The euro sign, which layouts name as they did before Unicode.
const EURO: Keysym = 0x20ac;

/// Latin 1 stands for itself; everything else has its place in Unicode.
fn keysym(character: char) -> Keysym {
    match character {
        ' '..='~' | '\u{a0}'..='\u{ff}' => character.into(),
        '€' => EURO,
        _ => UNICODE | u32::from(character),
    }
}

/// Presses and lets go.
fn tap(conn: &RustConnection, stroke: Stroke) -> Result<(), ConnectionError> {
    let fake = |event, keycode| {
        conn.xtest_fake_input(event, keycode, x11rb::CURRENT_TIME, x11rb::NONE, 0, 0, 0).map(drop)
    };
    stroke.with.map_or(Ok(()), |with| fake(KEY_PRESS_EVENT, with))?;
    fake(KEY_PRESS_EVENT, stroke.keycode)?;
    fake(KEY_RELEASE_EVENT, stroke.keycode)?;
    stroke.with.map_or(Ok(()), |with| fake(KEY_RELEASE_EVENT, with))
}
