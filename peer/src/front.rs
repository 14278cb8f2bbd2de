//! What a session says and hears outside of windows: the events and commands of `--terminal` and `--json`.
//!
//! [`Event`]s mirror the table of interface.md one to one; [`json`] writes them as lines, [`terminal`] as sentences.
//! What comes back is a [`Command`]. Outside programs build on the names, units and exit codes: they are a contract.
//!
//! [`open`] gives two halves, each for a thread of its own, because people and programs keep one waiting. The
//! [`Front`] is shown every event. The [`Reader`] sends what it [`Heard`] over
//! a bounded channel and returns when the input ends or nobody listens any more. The end of the input is no command:
//! a session whose program closed its pipe goes on. A reader that is blocked in a read ends with the process.

pub mod fault;
pub mod json;
pub mod lines;
pub mod terminal;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use entraide_common::texts::Texts;
use entraide_common::wire::control::{Grant, Monitor, MonitorChoice, Reason, Spot};
use entraide_common::wire::input::Act;
use tokio::sync::mpsc;

pub use fault::Fault;
use lines::Input;

/// Where a session's events go.
pub trait Front: Send {
    /// Shows one event, at once. Blocks for as long as nobody reads.
    ///
    /// # Errors
    /// Nobody reads any more (a closed pipe, a terminal hung up). The session may well go on.
    fn show(&mut self, event: &Event) -> io::Result<()>;

    /// Whether [`Event::Stats`] is shown: nobody is woken every second for what nobody reads.
    fn wants_figures(&self) -> bool;
}

/// Who sits at the front.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A person at a terminal.
    Terminal,
    /// A program at two pipes.
    Json,
}

/// One thing that was said.
#[derive(Debug, PartialEq)]
pub enum Heard {
    /// Something to do.
    Command(Command),
    /// Something that cannot be done; the answer is [`Fault::event`], and the session goes on.
    Fault(Fault),
}

/// The half that listens.
#[derive(Debug)]
pub enum Reader {
    /// To a person.
    Terminal(terminal::Listener),
    /// To a program.
    Json(Input),
}

impl Reader {
    /// Listens until the input ends or `to` is closed. Blocks: it wants a thread of its own.
    pub fn run(self, to: &mpsc::Sender<Heard>) {
        match self {
            Self::Terminal(listener) => listener.run(to),
            Self::Json(input) => json::listen(input, to),
        }
    }
}

/// Both halves of a front. `input` is standard input, from which a code may have been read already.
///
/// # Errors
/// A terminal is asked for and there is none.
pub fn open(kind: Kind, texts: Arc<Texts>, input: Input) -> io::Result<(Box<dyn Front>, Reader)> {
    match kind {
        Kind::Json => Ok((Box::new(json::Json::new(io::stdout())), Reader::Json(input))),
        Kind::Terminal => {
            let (terminal, listener) = terminal::open(texts)?;
            Ok((Box::new(terminal), Reader::Terminal(listener)))
        }
    }
}

/// The stable word of a reason.
#[must_use]
pub const fn reason_word(reason: Reason) -> &'static str {
    match reason {
        Reason::Person => "person",
        Reason::Escape => "escape",
        Reason::TimeOver => "time",
        Reason::Question => "question",
        Reason::TooOften => "often",
        Reason::Unable => "unable",
        Reason::Closing => "closing",
        Reason::Protocol => "protocol",
        Reason::Lost => "lost",
    }
}

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
        /// Whether it works on the host's own network alone.
        lan: bool,
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
    /// `monitors`: at the beginning, at every change, and in answer to every choice.
    Monitors {
        /// All of them.
        monitors: Vec<Monitor>,
        /// Which of them the picture shows.
        shown: MonitorChoice,
        /// Why that is not what the helper chose, in a sentence.
        text: Option<String>,
    },
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
    /// `snapshot`: the picture is saved, whole.
    Snapshot {
        /// Where it is.
        path: PathBuf,
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
    /// `point`: in picture pixels.
    Point(Spot),
    /// `monitor`.
    Monitor(MonitorChoice),
    /// The monitor of that number, counted from 1 as people do.
    NumberedMonitor(usize),
    /// `snapshot`: the remote picture as it is now, exact pixels, PNG.
    Snapshot(PathBuf),
    /// `pause` and `resume`.
    Pause(bool),
    /// `stop`: end the session.
    Stop,
    /// `quit`: end the session and the program.
    Quit,
}
