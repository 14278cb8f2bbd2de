//! The desktop of this computer behind four small traits. Back ends are dumb: no policy, no session, no network;
//! one is chosen at the start and none knows another.
//!
//! [`open`] chooses. What it gives, a [`Desktop`], is only a choice: it holds no connection, may be cloned, and each
//! of its parts is opened on the thread that will use it, with a connection of its own, so that none waits for
//! another. On Linux the choice is X11; a Wayland session is refused rather than captured through Xwayland, which
//! shows only some windows. On Windows and macOS it is the `scap` crate for pictures and `rdev` for hands.

#[cfg(any(windows, target_os = "macos"))]
mod scap;
mod wheel;
#[cfg(target_os = "linux")]
mod x11;

use std::sync::Arc;
use std::time::Instant;

use entraide_common::screen::{Rect, Size};
use entraide_common::texts::Texts;
use entraide_common::wire::control::{Monitor, MonitorChoice};
use entraide_common::wire::cursor::{Position, Shape};
use entraide_common::wire::input::Act;
use thiserror::Error;

#[cfg(any(windows, target_os = "macos"))]
use scap as engine;
#[cfg(target_os = "linux")]
use x11 as engine;

/// Chooses the engine for this computer and session, and looks whether it can work.
///
/// # Errors
/// [`Ended`] if there is nothing to capture from; [`sentence`] says what to do about it.
pub fn open() -> Result<Desktop, Ended> {
    engine::probe()?;
    Ok(Desktop(()))
}

/// The sentence for a person: why the screen cannot be shared, and what to do.
#[must_use]
pub fn sentence(ended: &Ended, texts: &Texts) -> String {
    match ended {
        Ended::Denied => texts.say("desktop-denied"),
        Ended::NoDisplay(cause) => texts.say_with("desktop-no-display", &[("cause", cause.as_str().into())]),
        Ended::Wayland => texts.say("desktop-wayland"),
        Ended::NoExtension(name) => texts.say_with("desktop-no-extension", &[("name", (*name).into())]),
        Ended::Gone(cause) => texts.say_with("desktop-gone", &[("cause", cause.as_str().into())]),
        Ended::Failed(cause) => texts.say_with("desktop-failed", &[("cause", cause.as_str().into())]),
    }
}

/// Calls `then` on each thread that finds its display gone in the middle of something; that thread does nothing any more
/// afterwards, so the main thread's call is the place to end the process. Only the first `then` of a process counts.
pub fn on_loss(then: impl Fn() + Send + Sync + 'static) {
    engine::on_loss(Box::new(then));
}

/// Whether the display is gone.
#[must_use]
pub fn is_lost() -> bool {
    engine::is_lost()
}

/// The engine that [`open`] chose. Each part lives on the thread that opened it.
#[derive(Debug, Clone)]
pub struct Desktop(());

impl Desktop {
    /// Begins to look at all monitors.
    ///
    /// # Errors
    /// [`Ended`] if the display has gone since, or refuses.
    pub fn open_screen(&self) -> Result<Box<dyn Screen>, Ended> {
        engine::screen()
    }

    /// Hands that can be lent.
    ///
    /// # Errors
    /// [`Ended`] if the display has gone since, or refuses.
    pub fn open_injector(&self) -> Result<Box<dyn Injector>, Ended> {
        engine::injector()
    }

    /// Tells `sink`, on a thread of its own, what the host's own hands do, until what it returns is dropped.
    ///
    /// # Errors
    /// [`Ended`] if the system does not tell the host's hands from a program's: control must not be lent then.
    pub fn watch_hands(&self, sink: impl Fn(Hand) + Send + 'static) -> Result<Box<dyn Hands>, Ended> {
        engine::hands(Box::new(sink))
    }

    /// A mark that can be shown, `reach` pixels to each side of its middle.
    ///
    /// # Errors
    /// [`Ended`] if the display has gone since, or has no windows that let input through.
    pub fn open_mark(&self, reach: u32) -> Result<Box<dyn Mark>, Ended> {
        engine::mark(reach)
    }

    /// Whether a person can sit here. Unsure means [`Seat::Person`].
    #[must_use]
    pub fn seat(&self) -> Seat {
        engine::seat()
    }
}

/// What the screen has to say next.
#[derive(Debug)]
pub enum Capture<'a> {
    /// Pixels changed.
    Picture(Pixels<'a>),
    /// The cursor looks different.
    Shape(Shape),
    /// The cursor is elsewhere, in the picture's pixels.
    Position(Position),
    /// Monitors came, went or changed; a whole picture in the new size follows.
    Layout(Vec<Monitor>),
    /// Nothing: the wait was ended by [`Waker::wake`], or by the back end for reasons of its own.
    Idle,
}

/// Changed pixels, borrowed from the back end until the next call.
#[derive(Debug)]
pub struct Pixels<'a> {
    /// The whole picture's size.
    pub size: Size,
    /// What changed; empty means that the back end does not know.
    pub damage: &'a [Rect],
    /// The whole picture's memory: 4 bytes a pixel, blue, green, red, unused. Outside of `damage` it may be stale.
    pub bgrx: &'a [u8],
    /// Bytes from one row to the next.
    pub stride: usize,
}

/// Why a screen gives nothing more. Each has a sentence of its own in the interface.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Ended {
    /// The system or its user said no.
    #[error("the system refused to share the screen")]
    Denied,
    /// There is no display to connect to.
    #[error("no display: {0}")]
    NoDisplay(String),
    /// A Wayland session, which cannot be captured by this version.
    #[error("a Wayland session, which this version cannot capture")]
    Wayland,
    /// The X server lacks an extension.
    #[error("the X server has no {0} extension")]
    NoExtension(&'static str),
    /// The display went away.
    #[error("the display went away: {0}")]
    Gone(String),
    /// Anything else.
    #[error("the screen could not be read: {0}")]
    Failed(String),
}

/// Ends a [`Screen`]'s wait from another thread.
#[derive(Clone)]
pub struct Waker(Arc<dyn Fn() + Send + Sync>);

impl Waker {
    /// The wait under way ends now, or the next one at once.
    pub fn wake(&self) {
        (self.0)();
    }
}

/// Where pictures come from. Lives on one thread, where only [`Screen::next`] waits; never panics.
pub trait Screen: Send {
    /// The monitors at the moment, in pixels of the picture of all of them.
    fn monitors(&self) -> Vec<Monitor>;

    /// Looks at these monitors from now on; a whole picture follows.
    ///
    /// # Errors
    /// [`Ended`] if the display is gone.
    fn choose(&mut self, choice: MonitorChoice) -> Result<(), Ended>;

    /// Where the picture's upper left corner is on the desktop: what [`Injector`] coordinates need added.
    fn origin(&self) -> (i32, i32);

    /// What ends the wait in [`Screen::next`].
    fn waker(&self) -> Waker;

    /// The next thing, waiting for it until it comes or somebody wakes. The first call gives the whole picture.
    ///
    /// # Errors
    /// [`Ended`] once, then the screen is of no more use.
    fn next(&mut self) -> Result<Capture<'_>, Ended>;
}

/// Why an act did not happen.
#[derive(Debug, Error)]
pub enum InjectError {
    /// This back end cannot do it.
    #[error("cannot be done here: {0}")]
    Unsupported(&'static str),
    /// The display is gone or refused.
    #[error("the display refused: {0}")]
    Refused(String),
}

/// Who plays the helper's hands. Lives on one thread. Does not judge: the session and the generation gate did.
pub trait Injector: Send {
    /// Does one act, a text to its end. Pointer coordinates are the desktop's and are clamped to it.
    ///
    /// # Errors
    /// The act did not happen.
    fn act(&mut self, act: &Act) -> Result<(), InjectError>;

    /// Types `text`, piece by piece, as long as `may_go_on` says yes; it is asked every few milliseconds. What is
    /// typed when it says no is a beginning of the text, and nothing stays held.
    ///
    /// # Errors
    /// The text was not typed, or not all of it.
    fn type_text(&mut self, text: &str, may_go_on: &dyn Fn() -> bool) -> Result<(), InjectError>;
}

/// What the host's own hands did, told apart from what any program injected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    /// The physical Escape key went down.
    Escape,
    /// Another physical key went down.
    Key,
    /// A physical button went down.
    Press,
    /// The mouse moved by about this many pixels.
    Moved(u32),
    /// Nothing is watched any more, Escape least of all: the last that is said.
    Gone,
}

/// Watches the host's own hands from a thread of its own until dropped.
pub trait Hands: Send {
    /// When something was pressed last, with all that happened before this call. `None` if the display does not tell
    /// within [`entraide_common::limits::HANDS_PATIENCE`], for which the call waits.
    fn presses(&self) -> Option<Presses>;
}

/// When a key or a button last went down, since the watch began. Notches of the wheel press nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Presses {
    /// A physical one.
    pub by_hand: Option<Instant>,
    /// One that a program injected.
    pub injected: Option<Instant>,
}

/// Where the helper points, over everything else on the screen. Lives on one thread; gone when dropped. What lies
/// below can be seen through it and takes every click and key as if it were not there.
pub trait Mark: Send {
    /// Shows it with its middle there, in the desktop's pixels.
    ///
    /// # Errors
    /// [`Ended`] if the display is gone.
    fn show(&mut self, x: i32, y: i32) -> Result<(), Ended>;

    /// Takes it away until it is shown again.
    ///
    /// # Errors
    /// [`Ended`] if the display is gone.
    fn hide(&mut self) -> Result<(), Ended>;
}

/// Whether a person can sit at this display.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seat {
    /// There is a physical input device, or no way to know.
    Person,
    /// A display without any input device of its own, such as Xvfb: programs may answer questions here.
    Nobody,
}
