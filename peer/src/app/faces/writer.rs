//! The thread that writes events. Whoever reads them may stop: a program that hangs, Ctrl-S at a terminal. Then this
//! thread stands still and the session does not.
//!
//! Life: it writes what is said until [`Writer::close`], or until nobody reads any more. A write that never comes back
//! ends with the process.

use std::thread;
use std::time::Duration;

use thiserror::Error;
use tokio::sync::mpsc::{self, error::TrySendError};
use tracing::info;

use crate::front::{Event, Front};

/// Events that wait to be written; more than a session says in minutes.
const WAITING: usize = 256;
/// From here on the figures of each second are left out: the next ones say the same.
const CROWDED: usize = WAITING / 4;
/// How long the last events may take.
const FLUSH: Duration = Duration::from_secs(2);

/// The way to the thread.
#[derive(Debug)]
pub(super) struct Writer {
    queue: mpsc::Sender<Event>,
    wants_figures: bool,
    /// Ends with the thread.
    done: std::sync::mpsc::Receiver<()>,
}

/// Why nothing is said any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(super) enum Gone {
    /// The pipe is closed, or the terminal hung up.
    #[error("it cannot be written to")]
    Closed,
    /// It has read nothing for a long time.
    #[error("it does not read")]
    Stalled,
}

impl Writer {
    /// Starts the thread.
    pub(super) fn start(mut front: Box<dyn Front>) -> Self {
        let wants_figures = front.wants_figures();
        let (queue, mut waiting) = mpsc::channel::<Event>(WAITING);
        let (ending, done) = std::sync::mpsc::sync_channel(0);
        let write = move || {
            // Dropped when this ends, by whatever road.
            let _ending: std::sync::mpsc::SyncSender<()> = ending;
            while let Some(event) = waiting.blocking_recv() {
                if let Err(error) = front.show(&event) {
                    info!(%error, "an event could not be written");
                    return;
                }
            }
        };
        thread::Builder::new()
            .name("front-writer".to_owned())
            .spawn(write)
            .expect("a system that starts programs starts threads");
        Self { queue, wants_figures, done }
    }

    /// Whether the figures of each second are written.
    pub(super) const fn wants_figures(&self) -> bool {
        self.wants_figures
    }

    /// Has `event` written, soon; never waits.
    ///
    /// # Errors
    /// Nobody reads.
    pub(super) fn say(&self, event: &Event) -> Result<(), Gone> {
        let crowded = self.queue.max_capacity() - self.queue.capacity() >= CROWDED;
        if crowded && !self.queue.is_closed() && matches!(event, Event::Stats { .. }) {
            return Ok(());
        }
        self.queue.try_send(event.clone()).map_err(|error| match error {
            TrySendError::Full(_) => Gone::Stalled,
            TrySendError::Closed(_) => Gone::Closed,
        })
    }

    /// Waits until everything is written, but no longer than [`FLUSH`].
    pub(super) fn close(self) {
        let Self { queue, done, .. } = self;
        drop(queue);
        // Nothing is ever sent: this ends with the thread, or with our patience.
        let _ = done.recv_timeout(FLUSH);
    }
}
