//! What windows show and what people do in them: the whole interface between windows and the rest of the program.
//!
//! The program replaces the [`View`] as a whole; the windows return [`Command`]s. Neither knows how the other works.

use std::sync::Arc;
use std::time::{Duration, Instant};

use entraide_common::wire::control::{Grant, Hold, Monitor, MonitorChoice, Spot};
use entraide_common::wire::input::Act;

/// Everything that is shown at a moment.
#[derive(Debug, Clone, PartialEq)]
pub enum View {
    /// The two big buttons: get help, help someone.
    Home {
        /// What went wrong before, if anything.
        notice: Option<String>,
    },
    /// Where to meet is asked for.
    Place(Place),
    /// Something takes a moment; the sentence says what.
    Busy {
        /// What is being done.
        text: String,
    },
    /// The host waits with a code.
    Waiting(Waiting),
    /// A helper is connected to this host.
    Hosting(Hosting),
    /// This helper sees a host's screen.
    Watching(Watching),
    /// It is over; the window stays until closed.
    Over {
        /// Who ended it and why, or what failed and what to do.
        text: String,
    },
    /// No window but the bar and questions: a terminal or a program shows the rest.
    Quiet,
}

/// The question where to meet, which is asked once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Whether this person helps; else they need help.
    pub helps: bool,
    /// What is wrong with the last answer, in a sentence.
    pub wrong: Option<String>,
    /// Where it will be remembered; empty if nowhere.
    pub file: String,
}

/// The host's code and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// The code as it is read: `42 1937 2640`. None while the node has not answered.
    pub code: Option<String>,
    /// What has to be said with the code.
    pub whereabouts: Whereabouts,
    /// When the code expires unless something happens.
    pub expires: Option<Instant>,
    /// What is going on, in a sentence.
    pub status: String,
    /// A question, over everything else.
    pub question: Option<Question>,
}

/// Where a helper finds the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whereabouts {
    /// Where their program looks by itself.
    Known,
    /// At this node, which is said after the code: `@node.example`.
    Node(String),
    /// On the host's own network, and nowhere else.
    Here,
}

/// A question to the host. Nothing answers it but the person: no time, no Enter, no Space.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Goes back with the answer.
    pub id: u32,
    /// What the helper would be allowed to do.
    pub what: Grant,
    /// Who asks: a name they gave themselves.
    pub name: String,
    /// How they proved who they are, in words.
    pub proof: String,
    /// How long the question has to be seen before Allow works; the wait is drawn.
    pub wait: Duration,
    /// Whether it is asked once more because a yes did not count: a program may have had a hand in it.
    pub again: bool,
}

/// The host's view of a running session.
#[derive(Debug, Clone, PartialEq)]
pub struct Hosting {
    /// The helper's name.
    pub helper: String,
    /// What the helper may do now.
    pub grants: Vec<Grant>,
    /// Whether the host froze the picture.
    pub paused: bool,
    /// Whether the other side is cut off and may come back.
    pub cut: bool,
    /// The way the session takes, in words; empty while unknown.
    pub path: String,
    /// A question, over everything else.
    pub question: Option<Question>,
    /// The conversation, oldest first. Shared: most views show the one that the view before showed.
    pub chat: Arc<[ChatLine]>,
    /// Whether a terminal or program shows status and chat, so that the bar and questions are enough.
    pub quiet: bool,
}

/// A line of conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatLine {
    /// Whether this side wrote it.
    pub own: bool,
    /// The line.
    pub text: String,
}

/// The helper's view of a running session. The picture itself is the canvas.
#[derive(Debug, Clone, PartialEq)]
pub struct Watching {
    /// The host's name.
    pub host: String,
    /// What this helper may do now.
    pub grants: Vec<Grant>,
    /// What the host's person is being asked at the moment.
    pub asking: Option<Grant>,
    /// Why input is not passed on at the moment.
    pub hold: Option<Hold>,
    /// Whether the host froze the picture.
    pub paused: bool,
    /// Whether the other side is cut off and may come back.
    pub cut: bool,
    /// The way the session takes, in words; empty while unknown.
    pub path: String,
    /// What happened last, in a sentence (refused, taken back and why); empty if nothing.
    pub notice: String,
    /// The host's monitors.
    pub monitors: Vec<Monitor>,
    /// Which of them the picture shows.
    pub shown: MonitorChoice,
    /// The conversation, oldest first. Shared: most views show the one that the view before showed.
    pub chat: Arc<[ChatLine]>,
}

/// A rectangle of the desktop that belongs to one of our windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnWindow {
    /// Left edge on the desktop.
    pub x: i32,
    /// Upper edge.
    pub y: i32,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Whether it has the keyboard.
    pub focused: bool,
    /// Whether it is the question's, which closes with the answer.
    pub asks: bool,
}

/// What a person did in a window.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Home: get help.
    Invite,
    /// Get help from somebody on the same network, without any node.
    InviteHere,
    /// Home: help someone, with this code.
    Join {
        /// As typed.
        code: String,
    },
    /// Where to meet.
    Place {
        /// As typed or pasted.
        text: String,
    },
    /// An answer to a question.
    Answer {
        /// The question's id.
        id: u32,
        /// Yes or no.
        allow: bool,
    },
    /// Helper: please grant this.
    Request(Grant),
    /// Helper: give control back.
    Release,
    /// Host: take this back.
    Revoke(Grant),
    /// Host: freeze or unfreeze the picture.
    Pause(bool),
    /// Helper: look at these monitors.
    Monitor(MonitorChoice),
    /// Helper: an act in the picture, in picture pixels.
    Act(Act),
    /// Helper: point there, in picture pixels.
    Point(Spot),
    /// A line of conversation.
    Chat(String),
    /// Where our windows are now; on the host, remote input keeps off them.
    OwnWindows(Vec<OwnWindow>),
    /// Whether the bar could be shown: without it there is no control.
    BarShown(bool),
    /// End the session, or stop waiting.
    Stop,
    /// The window was closed: end whatever runs and leave the program.
    Quit,
}
