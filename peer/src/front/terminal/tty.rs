//! The controlling terminal: saying, waiting for a line, and forgetting what was typed ahead.

#[cfg(not(unix))]
mod console;
#[cfg(unix)]
mod device;

#[cfg(not(unix))]
pub(super) use console::{Speaker, Tty, open};
#[cfg(unix)]
pub(super) use device::{Speaker, Tty, open};

/// Why a wait is over.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Woken {
    /// A line was typed; here it is, without its end.
    Line(Vec<u8>),
    /// A question was asked meanwhile.
    Asked,
    /// The time is over.
    Time,
    /// Nobody can type any more.
    End,
}
