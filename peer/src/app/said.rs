//! What people and programs say, from whichever face, in one queue.

use tokio::sync::mpsc::{self, error::TrySendError};
use tracing::warn;

use crate::front::Heard;
use crate::ui::model;

/// Room for a burst of clicks and keys; a person does not fill it, a program waits.
pub const QUEUE: usize = 1024;

/// Something said.
#[derive(Debug, PartialEq)]
pub enum Said {
    /// In a window.
    Window(model::Command),
    /// On the terminal or by a program.
    Front(Heard),
    /// By the system: the program is to end.
    Interrupted,
}

/// The windows' end of the queue. Their thread never waits: what does not fit is dropped and noted.
pub fn from_windows(queue: mpsc::Sender<Said>) -> impl Fn(model::Command) + Send + 'static {
    move |command| {
        match queue.try_send(Said::Window(command)) {
            Ok(()) => {}
            Err(TrySendError::Full(Said::Window(command))) => {
                warn!(?command, "a command from a window was dropped")
            }
            // The way has ended, and the windows are about to.
            Err(_) => {}
        }
    }
}
