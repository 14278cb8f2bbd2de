//! How the program ends: for the person a sentence, for programs a stable word and an exit code.
//!
//! The codes are the contract of interface.md. Every end has its own sentence, which says what to do next; the
//! sentence stands in Fluent under `end-` and the word.

use std::process::ExitCode;

use entraide_common::texts::Texts;

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// As it should; the host's own No included.
    Normal,

    /// The link was lost and did not come back.
    LinkLost,
    /// The host's and the helper's program have no version in common.
    Version,
    /// The other side broke a rule of the protocol.
    Protocol,
    /// There is no display.
    NoDisplay,
    /// A Wayland session, which this version cannot show.
    Wayland,
    /// The X server lacks this extension.
    NoExtension(&'static str),
    /// The system refused to share the screen.
    ScreenDenied,
    /// The display went away.
    DisplayGone,
    /// There is no terminal to ask on.
    NoTerminal,
    /// Anything else; the detail is for whoever can read it.
    Failed(String),

    /// Wrong usage; what is wrong has been said.
    Usage,

    /// The other side's person said no.
    Refused,
    /// The other side is with somebody else.
    Busy,

    /// The invitation's time is over.
    Expired,
    /// The invitation has been used.
    Used,
    /// Too many wrong codes.
    Burnt,
    /// The host that waits there has no such invitation.
    Unknown,

    /// Wrong code; so many tries are left.
    WrongCode {
        /// Tries left on the invitation.
        left: u32,
    },
    /// The code's check digit is wrong: mistyped or misheard. Nothing was sent.
    WrongDigit,
    /// Not a code at all. Nothing was sent.
    NoCode,

    /// No node answered.
    NodeSilent,
    /// No node is configured.
    NoNode,
    /// The node has no room, or asks to wait.
    NodeFull,
    /// Nobody waits under that number.
    NothingFound,
    /// Nobody waits under that number on this network.
    NobodyHere,
    /// This computer is in no network.
    NoNetwork,
    /// This computer could not announce itself on its network.
    NotAnnounced,
    /// The host is known to the node and does not answer.
    HostUnreachable,
    /// The host is announced on this network and does not answer.
    NeighbourUnreachable,
}

impl End {
    /// One of each, with examples where there is something to fill in: what tests and manuals walk through.
    #[must_use]
    pub fn all() -> Vec<Self> {
        vec![
            Self::Normal,
            Self::LinkLost,
            Self::Version,
            Self::Protocol,
            Self::NoDisplay,
            Self::Wayland,
            Self::NoExtension("DAMAGE"),
            Self::ScreenDenied,
            Self::DisplayGone,
            Self::NoTerminal,
            Self::Failed("…".to_owned()),
            Self::Usage,
            Self::Refused,
            Self::Busy,
            Self::Expired,
            Self::Used,
            Self::Burnt,
            Self::Unknown,
            Self::WrongCode { left: 2 },
            Self::WrongDigit,
            Self::NoCode,
            Self::NodeSilent,
            Self::NoNode,
            Self::NodeFull,
            Self::NothingFound,
            Self::NobodyHere,
            Self::NoNetwork,
            Self::NotAnnounced,
            Self::HostUnreachable,
            Self::NeighbourUnreachable,
        ]
    }

    /// The exit code.
    #[must_use]
    pub const fn code(&self) -> u8 {
        match self {
            Self::Normal => 0,
            Self::LinkLost
            | Self::Version
            | Self::Protocol
            | Self::NoDisplay
            | Self::Wayland
            | Self::NoExtension(_)
            | Self::ScreenDenied
            | Self::DisplayGone
            | Self::NoTerminal
            | Self::Failed(_) => 1,
            Self::Usage => 2,
            Self::Refused | Self::Busy => 3,
            Self::Expired | Self::Used | Self::Burnt | Self::Unknown => 4,
            Self::WrongCode { .. } | Self::WrongDigit | Self::NoCode => 5,
            Self::NodeSilent
            | Self::NoNode
            | Self::NodeFull
            | Self::NothingFound
            | Self::NobodyHere
            | Self::NoNetwork
            | Self::NotAnnounced
            | Self::HostUnreachable
            | Self::NeighbourUnreachable => 6,
        }
    }

    /// The stable word, as in the events `ended` and `error`.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::LinkLost => "link_lost",
            Self::Version => "version",
            Self::Protocol => "protocol",
            Self::NoDisplay => "no_display",
            Self::Wayland => "wayland",
            Self::NoExtension(_) => "no_extension",
            Self::ScreenDenied => "screen_denied",
            Self::DisplayGone => "display_gone",
            Self::NoTerminal => "no_terminal",
            Self::Failed(_) => "failed",
            Self::Usage => "usage",
            Self::Refused => "refused",
            Self::Busy => "busy",
            Self::Expired => "expired",
            Self::Used => "used",
            Self::Burnt => "burnt",
            Self::Unknown => "unknown",
            Self::WrongCode { .. } => "wrong_code",
            Self::WrongDigit => "wrong_digit",
            Self::NoCode => "no_code",
            Self::NodeSilent => "node_silent",
            Self::NoNode => "no_node",
            Self::NodeFull => "node_full",
            Self::NothingFound => "nothing_found",
            Self::NobodyHere => "nobody_here",
            Self::NoNetwork => "no_network",
            Self::NotAnnounced => "not_announced",
            Self::HostUnreachable => "host_unreachable",
            Self::NeighbourUnreachable => "neighbour_unreachable",
        }
    }

    /// What happened and what to do, for the person.
    #[must_use]
    pub fn sentence(&self, texts: &Texts) -> String {
        let key = format!("end-{}", self.word().replace('_', "-"));
        match self {
            Self::WrongCode { left } => texts.say_with(&key, &[("left", (*left).into())]),
            Self::NoExtension(name) => texts.say_with(&key, &[("name", (*name).into())]),
            Self::Failed(detail) => texts.say_with(&key, &[("detail", detail.as_str().into())]),
            _ => texts.say(&key),
        }
    }
}

impl From<&End> for ExitCode {
    fn from(end: &End) -> Self {
        Self::from(end.code())
    }
}
