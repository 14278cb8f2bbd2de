//! What a session says and hears outside of windows: the events and commands of `--terminal` and `--json`.
//!
//! [`Event`]s mirror the table of interface.md one to one; [`json`] writes them as lines, [`terminal`] as sentences.
//! What comes back is a [`Command`]. Outside programs build on the names, units and exit codes: they are a contract.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use entraide_common::wire::control::{Grant, Monitor, MonitorChoice};
use entraide_common::wire::input::Act;

/// What a session says.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// `code`: the code to read over the phone; again when a burnt one is replaced.
    Code {
        /// The invitation's id, hexadecimal.
        id: String,
        /// `42 1937 2640`.
        digits: String,
        /// When it expires unless something happens.
        expires: SystemTime,
    },
    /// `invitation`: what the host wrote; the helper reads it before connecting.
    Invitation {
        /// The host's name.
        name: String,
        /// What the trouble is.
        message: String,
        /// When it expires.
        expires: SystemTime,
        /// The highest grant offered.
        offers: Grant,
    },
    /// `state`: of the invitation: waiting, seen, answered, used, expired, burnt.
    State {
        /// One of those names.
        name: &'static str,
    },
    /// `try`: somebody tried a code.
    Try {
        /// Wrong ones so far.
        wrong: u32,
        /// Tries left.
        left: u32,
    },
    /// `ask`: a question to this side's person.
    Ask {
        /// Goes back with the answer.
        id: u32,
        /// What is asked for.
        what: Grant,
        /// Who asks.
        who: Who,
        /// An allow that comes earlier is an error.
        wait: Duration,
    },
    /// `stage`: what this program shows, in words.
    Stage {
        /// A name that does not change with the language.
        name: &'static str,
        /// The sentence.
        text: String,
    },
    /// `path`: the way the session takes, at every change.
    Path(PathFacts),
    /// `granted`.
    Granted {
        /// What.
        what: Grant,
        /// `host` or `helper`.
        by: &'static str,
        /// Why, in a stable word.
        reason: &'static str,
    },
    /// `revoked`: also a request that was refused.
    Revoked {
        /// What.
        what: Grant,
        /// `host`, `helper` or `program`.
        by: &'static str,
        /// Why, in a stable word (`person`, `escape`, `time`, `question`, `often`, `unable`, `closing`, `protocol`).
        reason: &'static str,
    },
    /// `chat`.
    Chat {
        /// `host` or `helper`.
        from: &'static str,
        /// The line.
        text: String,
    },
    /// `monitors`.
    Monitors(Vec<Monitor>),
    /// `stats`: every second.
    Stats {
        /// Frames so far.
        frames: u64,
        /// Bytes of picture so far.
        bytes: u64,
        /// Frames in the last second.
        fps: f64,
        /// Round trip of the path, if known.
        rtt: Option<Duration>,
        /// The path's kind, if there is a path.
        path: Option<&'static str>,
    },
    /// `ended`: the last event but for errors.
    Ended {
        /// `host`, `helper`, `link` or `program`.
        by: &'static str,
        /// Why, in a stable word.
        reason: &'static str,
        /// The sentence for the person.
        text: String,
    },
    /// `error`.
    Error {
        /// A stable word.
        code: &'static str,
        /// The sentence.
        text: String,
    },
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// The name they gave themselves.
    pub name: String,
    /// Their peer id.
    pub peer: String,
    /// How they proved who they are: `code` (others come later).
    pub proof: &'static str,
}

/// A path in the contract's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathFacts {
    /// `lan`, `direct` or `relayed`.
    pub kind: &'static str,
    /// `quic` or `tcp`.
    pub transport: &'static str,
    /// The relaying node, if relayed.
    pub node: Option<String>,
    /// Round trip, if measured.
    pub rtt: Option<Duration>,
}

/// What a person or program outside of windows says.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// `answer` with `allow`.
    Answer {
        /// The question.
        id: u32,
        /// Yes or no.
        allow: bool,
    },
    /// `request`.
    Request(Grant),
    /// `release`.
    Release,
    /// `chat`.
    Chat(String),
    /// `key`, `text`, `pointer`, `button`, `wheel`: an act in picture pixels.
    Act(Act),
    /// `pointer` with a `monitor`: relative to that monitor's corner.
    PointerOn {
        /// The monitor's id.
        monitor: u32,
        /// From its left edge.
        x: i32,
        /// From its upper edge.
        y: i32,
    },
    /// `monitor`.
    Monitor(MonitorChoice),
    /// `snapshot`: the remote picture as it is now, exact pixels, PNG.
    Snapshot(PathBuf),
    /// `pause` and `resume`.
    Pause(bool),
    /// `stop`: end the session.
    Stop,
    /// `quit`: end the session and the program.
    Quit,
}
