//! The desktop of this computer behind four small traits. Back ends are dumb: no policy, no session, no network;
//! one is chosen at the start and none knows another.

use std::time::Duration;

use entraide_common::screen::{Rect, Size};
use entraide_common::wire::control::{Monitor, MonitorChoice};
use entraide_common::wire::cursor::{Position, Shape};
use entraide_common::wire::input::Act;
use thiserror::Error;

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
    /// Nothing within the time given.
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

/// Where pictures come from. Lives on one thread; never blocks past a timeout, never panics.
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

    /// The next thing, waiting for it at most `timeout`. The first call gives the whole picture.
    ///
    /// # Errors
    /// [`Ended`] once, then the screen is of no more use.
    fn next(&mut self, timeout: Duration) -> Result<Capture<'_>, Ended>;
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
    /// Does one act. Pointer coordinates are the desktop's and are clamped to it.
    ///
    /// # Errors
    /// The act did not happen.
    fn act(&mut self, act: &Act) -> Result<(), InjectError>;
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
}

/// Watches the host's own hands from a thread of its own until dropped.
pub trait Hands: Send {
    /// How long ago a physical button went down, if ever; and whether a program has injected one since.
    fn last_press(&self) -> Option<LastPress>;
}

/// The last physical press of a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastPress {
    /// How long ago.
    pub ago: Duration,
    /// Whether a program injected a press after it.
    pub injected_since: bool,
}

/// Whether a person can sit at this display.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seat {
    /// There is a physical input device, or no way to know.
    Person,
    /// A display without any input device of its own, such as Xvfb: programs may answer questions here.
    Nobody,
}
