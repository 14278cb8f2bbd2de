//! What the host's machine is told.

use core::time::Duration;

use crate::session::grants::FromHelper;
use crate::session::holds::Area;
use crate::wire::control::{Grant, Monitor};

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// The helper sent something.
    Peer(FromHelper),
    /// The host's person did something.
    Person(Command),
    /// The computer noticed something.
    Machine(Machine),
    /// Nothing has come from the helper for a while; the path may be dead.
    LinkSilent,
    /// The path to the helper is dead, and what was under way on it is lost. Another one may stand.
    LinkCut,
    /// No path to the helper is left. It may come back.
    LinkAway,
    /// The helper is linked again, and has been told nothing yet.
    LinkBack,
    /// The connection to the helper is gone for good.
    LinkLost,
    /// This computer slept for so long, or the program was stopped. To be told before anything that came meanwhile.
    Slept(Duration),
    /// The helper's program broke a rule of the protocol.
    PeerFault,
    /// A deadline passed.
    Time,
}

/// What the host's person can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Answer the question of that id.
    Answer {
        /// The question.
        id: u32,
        /// Yes or no.
        allow: bool,
    },
    /// Take this back.
    Revoke(Grant),
    /// Freeze or unfreeze what the helper sees.
    Pause(bool),
    /// Say a line.
    Chat(String),
    /// End the session.
    Stop,
    /// The program is closing.
    Close,
}

/// What the computer notices.
#[derive(Debug, Clone, PartialEq)]
pub enum Machine {
    /// The host's physical Esc went down. The gate of injection is closed already.
    Escape,
    /// The host's own hand moved mouse or keyboard.
    Hand,
    /// The question of this id was answered with yes, and a program may have had a hand in it.
    Spoilt(u32),
    /// Where our own windows are now.
    Windows(Vec<Area>),
    /// Where the pointer is now.
    Pointer {
        /// From the left edge of the picture.
        x: i32,
        /// From its upper edge.
        y: i32,
    },
    /// Whether the bar that tells the host who watches is on the screen.
    BarShown(bool),
    /// The picture turns to another part of the desktop, or to another size; [`Machine::Monitors`] follows once the
    /// helper sees it.
    Turning,
    /// The monitors are these, and the picture that the helper sees is of them as chosen.
    Monitors(Vec<Monitor>),
    /// The screen gives nothing more.
    ScreenFailed,
    /// Nothing can be injected here, or no longer, or the host's Esc would not be noticed: no control from now on.
    ControlFailed,
    /// Where the helper points cannot be shown here, or no longer: no pointing from now on.
    MarkFailed,
}
