//! What the host's own hands do, told apart from injected input by the device it came from.
//!
//! Raw events of XInput 2 name their source, pass by all grabs, and can neither be swallowed nor faked by other
//! programs. A thread sleeps on the connection and on a pipe. A number written to the pipe asks it to say that number
//! once it has heard all that happened before; dropping the pipe's other end ends it.

use std::io::{self, PipeReader, PipeWriter, Read as _, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use entraide_common::input::KeyCode;
use entraide_common::limits;
use rustix::event::{PollFd, PollFlags};
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xinput::{ConnectionExt as _, Device, DeviceId, EventMask, XIEventMask};
use x11rb::protocol::xproto::{ConnectionExt as _, Window};
use x11rb::rust_connection::RustConnection;

use super::{Ended, seat};
use crate::desktop::{Hand, Hands, Presses};

/// Keysym of Escape.
const ESCAPE: u32 = 0xff1b;
/// From Linux input event codes to keycodes of X11.
const EVDEV: u32 = 8;
/// Buttons 4 to 7 are notches of the wheel: a hand, but not a press on anything.
const WHEEL: std::ops::RangeInclusive<u32> = 4..=7;

/// Tells the server which XInput we speak, which it wants to know first. 2.2 gives raw events during grabs too.
pub(super) fn greet(conn: &RustConnection) -> Result<(), Ended> {
    super::require(conn, "XInputExtension")?;
    let version = conn.xinput_xi_query_version(2, 2)?.reply()?;
    let spoken = (version.major_version, version.minor_version) >= (2, 2);
    spoken.then_some(()).ok_or(Ended::NoExtension("XInputExtension 2.2"))
}

/// The watching thread.
pub(super) struct X11Hands {
    presses: Arc<Mutex<Presses>>,
    /// Where numbers are written; closed to end the thread.
    ask: Option<PipeWriter>,
    /// The numbers up to which all was heard.
    heard: Receiver<u8>,
    last_asked: AtomicU8,
    thread: Option<JoinHandle<()>>,
}

impl X11Hands {
    pub(super) fn watch(sink: Box<dyn Fn(Hand) + Send>) -> Result<Self, Ended> {
        let presses = Arc::<Mutex<Presses>>::default();
        let watcher = Watcher::open(sink, Arc::clone(&presses))?;
        let (mut asked, ask) = io::pipe().map_err(|error| Ended::Failed(error.to_string()))?;
        let (hear, heard) = channel();
        let thread = thread::Builder::new()
            .name("hands".to_owned())
            .spawn(move || {
                let mut watcher = watcher;
                let watched = catch_unwind(AssertUnwindSafe(|| watcher.run(&mut asked, &hear)));
                if let Ok(Ok(())) = watched {
                    return;
                }
                let cause = watched.map_or_else(|_| "a panic".to_owned(), |ended| format!("{ended:?}"));
                tracing::warn!(cause, "the host's own keyboard is watched no more");
                (watcher.sink)(Hand::Gone);
            })
            .map_err(|error| Ended::Failed(error.to_string()))?;
        Ok(Self { presses, ask: Some(ask), heard, last_asked: AtomicU8::new(0), thread: Some(thread) })
    }
}

impl Hands for X11Hands {
    fn presses(&self) -> Option<Presses> {
        let number = self.last_asked.fetch_add(1, Ordering::Relaxed);
        let mut ask = self.ask.as_ref()?;
        ask.write_all(&[number]).ok()?;
        let until = Instant::now() + limits::HANDS_PATIENCE;
        // An answer that was not waited for may come first.
        while self.heard.recv_timeout(until.saturating_duration_since(Instant::now())).ok()? != number {}
        Some(*self.presses.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for X11Hands {
    fn drop(&mut self) {
        drop(self.ask.take());
        if let Some(thread) = self.thread.take() {
            // Its panic was caught, and told to the sink; a second one, of the sink itself, is told by nobody else.
            let _ = thread.join();
        }
    }
}

/// What the thread knows.
struct Watcher {
    conn: RustConnection,
    root: Window,
    sink: Box<dyn Fn(Hand) + Send>,
    presses: Arc<Mutex<Presses>>,
    injecting: Vec<DeviceId>,
    /// Keycodes of Escape: where it is on every keyboard, and where this layout has it.
    escapes: Vec<u32>,
    pointer: (i32, i32),
}

impl Watcher {
    fn open(sink: Box<dyn Fn(Hand) + Send>, presses: Arc<Mutex<Presses>>) -> Result<Self, Ended> {
        let (conn, root) = super::connect()?;
        greet(&conn)?;
        let raw = XIEventMask::RAW_KEY_PRESS | XIEventMask::RAW_BUTTON_PRESS | XIEventMask::RAW_MOTION;
        let masks = [
            EventMask { deviceid: Device::ALL_MASTER.into(), mask: vec![raw] },
            EventMask { deviceid: Device::ALL.into(), mask: vec![XIEventMask::HIERARCHY] },
        ];
        conn.xinput_xi_select_events(root, &masks)?.check()?;
        let (injecting, escapes, pointer) = (Vec::new(), Vec::new(), (0, 0));
        let mut watcher = Self { conn, root, sink, presses, injecting, escapes, pointer };
        watcher.learn_devices()?;
        watcher.learn_escapes()?;
        watcher.step()?;
        Ok(watcher)
    }

    fn run(&mut self, asked: &mut PipeReader, heard: &Sender<u8>) -> Result<(), Ended> {
        let mut number = None;
        loop {
            let mut moved = Moved::No;
            while let Some(event) = self.conn.poll_for_event()? {
                self.hear(&event, &mut moved)?;
            }
            if moved != Moved::No {
                let way = self.step()?;
                if moved == Moved::ByHand {
                    (self.sink)(Hand::Moved(way));
                }
                // The answer may have brought events along, which the socket holds no more.
                continue;
            }
            if let Some(number) = number.take() {
                // Whoever asked may have given up.
                let _ = heard.send(number);
            }
            self.conn.flush()?;
            let mut sources =
                [PollFd::new(self.conn.stream(), PollFlags::IN), PollFd::new(&*asked, PollFlags::IN)];
            super::wait_for(&mut sources, None).map_err(|error| Ended::Failed(error.to_string()))?;
            if !sources[1].revents().is_empty() {
                let mut byte = [0];
                match asked.read_exact(&mut byte) {
                    Ok(()) => {}
                    Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
                    Err(error) => return Err(Ended::Failed(error.to_string())),
                }
                // Events come in order with answers: all that the server sent before this one is here with it.
                self.conn.get_input_focus()?.reply()?;
                number = Some(byte[0]);
            }
        }
    }

    fn hear(&mut self, event: &Event, moved: &mut Moved) -> Result<(), Ended> {
        match event {
            Event::XinputRawKeyPress(key) => {
                self.note_press(key.sourceid);
                if self.by_hand(key.sourceid) {
                    let escape = self.escapes.contains(&key.detail);
                    (self.sink)(if escape { Hand::Escape } else { Hand::Key });
                }
            }
            Event::XinputRawButtonPress(button) => {
                if !WHEEL.contains(&button.detail) {
                    self.note_press(button.sourceid);
                }
                if self.by_hand(button.sourceid) {
                    (self.sink)(Hand::Press);
                }
            }
            Event::XinputRawMotion(motion) if self.by_hand(motion.sourceid) => *moved = Moved::ByHand,
            Event::XinputRawMotion(_) if *moved == Moved::No => *moved = Moved::Injected,
            Event::XinputHierarchy(_) => self.learn_devices()?,
            Event::MappingNotify(_) => self.learn_escapes()?,
            _ => {}
        }
        Ok(())
    }

    fn by_hand(&self, source: DeviceId) -> bool {
        !self.injecting.contains(&source)
    }

    fn note_press(&self, source: DeviceId) {
        let mut presses = self.presses.lock().unwrap_or_else(PoisonError::into_inner);
        let last = if self.by_hand(source) { &mut presses.by_hand } else { &mut presses.injected };
        *last = Some(Instant::now());
    }

    fn learn_devices(&mut self) -> Result<(), Ended> {
        let slaves = seat::slaves(&self.conn)?;
        self.injecting =
            slaves.iter().filter(|slave| slave.injects).map(|slave| slave.info.deviceid).collect();
        Ok(())
    }

    fn learn_escapes(&mut self) -> Result<(), Ended> {
        let (first, last) = (self.conn.setup().min_keycode, self.conn.setup().max_keycode);
        let mapping = self.conn.get_keyboard_mapping(first, last - first + 1)?.reply()?;
        let width = usize::from(mapping.keysyms_per_keycode).max(1);
        let codes = (u32::from(first)..).zip(mapping.keysyms.chunks(width));
        let mapped = codes.filter(|(_, keysyms)| keysyms.first() == Some(&ESCAPE)).map(|(code, _)| code);
        self.escapes = mapped.chain([u32::from(KeyCode::ESCAPE.0) + EVDEV]).collect();
        Ok(())
    }

    /// Pixels the pointer went since the last time, the longer way of the two axes.
    fn step(&mut self) -> Result<u32, Ended> {
        let pointer = self.conn.query_pointer(self.root)?.reply()?;
        let (x, y) = (i32::from(pointer.root_x), i32::from(pointer.root_y));
        let (was_x, was_y) = std::mem::replace(&mut self.pointer, (x, y));
        Ok(x.abs_diff(was_x).max(y.abs_diff(was_y)))
    }
}

/// Whether the pointer moved, and by whom: among several, the hand counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Moved {
    No,
    Injected,
    ByHand,
}
