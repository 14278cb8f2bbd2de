//! What was said and cannot be done.

use entraide_common::limits;
use entraide_common::texts::Texts;
use thiserror::Error;

use super::Event;

/// Why a line is no command. The fault of whoever wrote it; the session goes on.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Fault {
    /// Longer than [`limits::COMMAND_LINE_BYTES`]; it was skipped.
    #[error("a line over {} bytes", limits::COMMAND_LINE_BYTES)]
    TooLong,
    /// Not a command in form, or a field is missing or wrong.
    #[error("a malformed command: {0}")]
    Malformed(String),
    /// No command has that name.
    #[error("no command {0}")]
    UnknownCommand(String),
    /// A command of the contract that this version cannot do.
    #[error("{0} is not in this version")]
    Unsupported(&'static str),
    /// A yes before its time: the question still stands.
    #[error("an answer before its time")]
    TooEarly,
    /// Neither yes nor no: the question still stands.
    #[error("neither yes nor no")]
    NoAnswer,
}

impl Fault {
    /// The stable word of it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong | Self::Malformed(_) => "malformed",
            Self::UnknownCommand(_) => "unknown_command",
            Self::Unsupported(_) => "unsupported",
            Self::TooEarly => "too_early",
            Self::NoAnswer => "no_answer",
        }
    }

    /// The answer to whoever wrote the line.
    #[must_use]
    pub fn event(&self, texts: &Texts) -> Event {
        let text = match self {
            Self::TooLong => {
                texts.say_with("fault-too-long", &[("limit", (limits::COMMAND_LINE_BYTES / 1024).into())])
            }
            Self::Malformed(detail) => {
                texts.say_with("fault-malformed", &[("detail", detail.as_str().into())])
            }
            Self::UnknownCommand(name) => texts.say_with("fault-unknown", &[("name", name.as_str().into())]),
            Self::Unsupported(name) => texts.say_with("fault-unsupported", &[("name", (*name).into())]),
            Self::TooEarly => texts.say("fault-too-early"),
            Self::NoAnswer => texts.say_with("fault-no-answer", &[("yes", texts.say("word-yes").into())]),
        };
        Event::Error { code: self.code(), text }
    }
}
