//! What host and helper say to each other beside picture and input.

use serde::{Deserialize, Serialize};

use super::codec::{is_plain, messages};
use crate::limits;

/// One thing a helper may be allowed to do. The command line's names for them are in [`Grant::name`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Grant {
    /// See the screen.
    View,
    /// Point at things without touching them.
    Point,
    /// Use mouse and keyboard.
    Control,
    /// Put text on the host's clipboard.
    ClipboardToHost,
    /// Receive text from the host's clipboard.
    ClipboardToHelper,
    /// Send files to the host.
    FileToHost,
    /// Receive files from the host.
    FileToHelper,
    /// Be remembered as a known person.
    Remember,
}

impl Grant {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::View,
        Self::Point,
        Self::Control,
        Self::ClipboardToHost,
        Self::ClipboardToHelper,
        Self::FileToHost,
        Self::FileToHelper,
        Self::Remember,
    ];

    /// The name on the command line and in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Point => "point",
            Self::Control => "control",
            Self::ClipboardToHost => "clipboard_to_host",
            Self::ClipboardToHelper => "clipboard_to_helper",
            Self::FileToHost => "file_to_host",
            Self::FileToHelper => "file_to_helper",
            Self::Remember => "remember",
        }
    }

    /// The grant of that name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grant| grant.name() == name)
    }
}

/// Why something was refused, taken back or ended. Shown in words on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// The person said so.
    Person,
    /// The host pressed Esc.
    Escape,
    /// The time of the grant is over; it may be asked for again.
    TimeOver,
    /// Another question is open, or another right is being asked.
    Question,
    /// Refused too often; there is a pause.
    TooOften,
    /// The machine cannot do it; a following sentence says why.
    Unable,
    /// The program is ending.
    Closing,
    /// The other side broke a rule of the protocol.
    Protocol,
    /// The connection was lost in between.
    Lost,
}

/// Why the helper's input is being dropped at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Hold {
    /// A question stands on the host's screen.
    Question,
    /// A window of Entraide has the focus or the pointer on the host's screen.
    OwnWindow,
    /// The host's own hand moved.
    Hand,
}

/// One monitor of the host, in the picture's pixels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Monitor {
    /// The host's name for it; stable while it is plugged in.
    pub id: u32,
    /// Left edge.
    pub x: i32,
    /// Upper edge.
    pub y: i32,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Physical to logical pixels, in percent.
    pub scale_percent: u32,
    /// Whether the host's system calls it the first.
    pub primary: bool,
}

/// Which monitors the helper looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MonitorChoice {
    /// The bounding box of all of them, if one picture can be that large; see [`crate::monitors`].
    All,
    /// One.
    One(u32),
}

/// A grant was given or taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Granted {
    /// What the helper may do from now on.
    pub what: Grant,
    /// Input must carry this; what carries an older one is dropped.
    pub generation: u32,
}

/// A grant was taken back, or a request refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Denied {
    /// What the helper may not do.
    pub what: Grant,
    /// Why.
    pub reason: Reason,
}

/// A pixel of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spot {
    /// From its left edge.
    pub x: i32,
    /// From its upper edge.
    pub y: i32,
}

/// How everything is, for a helper who was cut off and may have missed any of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Back {
    /// All that the helper may do; each once.
    pub grants: Vec<Grant>,
    /// As in [`Granted`].
    pub generation: u32,
    /// What the host's person is being asked.
    pub asking: Option<Grant>,
    /// As in [`ToHelper::Hold`].
    pub hold: Option<Hold>,
    /// As in [`ToHelper::Paused`].
    pub paused: bool,
}

/// A line of conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chat {
    /// At most [`limits::CHAT_CHARS`] characters, no control characters but newline and tab.
    pub text: String,
}

impl Chat {
    /// `text` as a line may carry it: control characters left out, cut to [`limits::CHAT_CHARS`].
    #[must_use]
    pub fn fitting(text: &str) -> Self {
        let plain = text.chars().filter(|&c| is_plain(c.encode_utf8(&mut [0; 4]), 1));
        Self { text: plain.take(limits::CHAT_CHARS).collect() }
    }
}

/// The last message of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// Why.
    pub reason: Reason,
    /// What the person or program adds, at most [`limits::REASON_CHARS`].
    pub text: String,
}

messages! {
    /// From the host to the helper.
    pub enum ToHelper, limit limits::CONTROL_BYTES, check check_to_helper;
    /// The host's person is being asked.
    1 => Asking(Grant),
    /// A grant was given.
    2 => Granted(Granted),
    /// A grant was taken back.
    3 => Revoked(Denied),
    /// A request was refused.
    4 => Refused(Denied),
    /// The helper's input is dropped for this reason, or no longer.
    5 => Hold(Option<Hold>),
    /// The monitors, at the start and at every change.
    6 => Monitors(Vec<Monitor>),
    /// The host froze (true) or unfroze what the helper sees.
    7 => Paused(bool),
    /// A line of conversation.
    8 => Chat(Chat),
    /// The session is over.
    9 => End(End),
    /// The link was cut and stands again: so it is now.
    10 => Back(Back),
    /// So many lines of the helper's were heard since the session began. Told after each, and on a new link.
    11 => Heard(u32),
}

messages! {
    /// From the helper to the host.
    pub enum ToHost, limit limits::CONTROL_BYTES, check check_to_host;
    /// Please grant this.
    1 => Request(Grant),
    /// The helper gives control back.
    2 => Release(()),
    /// The helper wants to look at these monitors.
    3 => Monitor(MonitorChoice),
    /// A line of conversation.
    4 => Chat(Chat),
    /// The session is over.
    5 => End(End),
    /// The helper points there.
    6 => Point(Spot),
    /// So many lines of the host's were heard since the session began. Told after each, and on a new link.
    7 => Heard(u32),
}

fn check_to_helper(message: &ToHelper) -> Result<(), &'static str> {
    match message {
        ToHelper::Chat(chat) => check_chat(chat),
        ToHelper::End(end) => check_end(end),
        ToHelper::Monitors(monitors) => check_monitors(monitors),
        ToHelper::Back(back) if back.grants.len() > Grant::ALL.len() => Err("more grants than there are"),
        _ => Ok(()),
    }
}

fn check_to_host(message: &ToHost) -> Result<(), &'static str> {
    match message {
        ToHost::Chat(chat) => check_chat(chat),
        ToHost::End(end) => check_end(end),
        _ => Ok(()),
    }
}

fn check_chat(chat: &Chat) -> Result<(), &'static str> {
    if is_plain(&chat.text, limits::CHAT_CHARS) {
        Ok(())
    } else {
        Err("a chat line too long or with control characters")
    }
}

fn check_end(end: &End) -> Result<(), &'static str> {
    if is_plain(&end.text, limits::REASON_CHARS) {
        Ok(())
    } else {
        Err("a reason too long or with control characters")
    }
}

fn check_monitors(monitors: &[Monitor]) -> Result<(), &'static str> {
    let sane = |m: &Monitor| {
        (1..=limits::PICTURE_SIDE).contains(&m.width)
            && (1..=limits::PICTURE_SIDE).contains(&m.height)
            && m.x.unsigned_abs() <= limits::DESKTOP_SIDE
            && m.y.unsigned_abs() <= limits::DESKTOP_SIDE
            && (10..=1000).contains(&m.scale_percent)
    };
    if monitors.len() <= limits::MONITORS && monitors.iter().all(sane) {
        Ok(())
    } else {
        Err("impossible monitors")
    }
}
