//! The queue between the windows' thread, which must not wait, and a session that may be late.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use entraide_common::wire::input::Act;
use tokio::sync::Notify;
use tracing::warn;

use crate::ui::model::Command;

/// From so many on, moves of the pointer replace one another: only where it ends matters then.
const THINNED: usize = 512;
/// From so many on, no other act is taken; what was held is let go of instead, once.
const ACTS: usize = 1024;
/// The most that waits: above [`ACTS`] only what is clicked, far more than anybody clicks.
const ALL: usize = 2048;

/// Commands that wait. One reader.
#[derive(Debug, Default)]
pub(super) struct Clicks {
    waiting: Mutex<Waiting>,
    filled: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    commands: VecDeque<Command>,
    closed: bool,
}

impl Clicks {
    pub(super) fn put(&self, command: Command) {
        self.lock().put(command);
        self.filled.notify_one();
    }

    /// Nothing more comes.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.filled.notify_one();
    }

    /// The next command; `None` once there are none and no more come. Nothing is lost if the wait is given up.
    pub(super) async fn next(&self) -> Option<Command> {
        loop {
            // Whatever is put from here on is noticed.
            let filled = self.filled.notified();
            {
                let mut waiting = self.lock();
                let command = waiting.commands.pop_front();
                if command.is_some() || waiting.closed {
                    return command;
                }
            }
            filled.await;
        }
    }

    /// A panic of the other thread leaves the queue whole: commands move in and out in one step.
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn put(&mut self, command: Command) {
        let count = self.commands.len();
        let command = match command {
            Command::Act(Act::Pointer { .. }) if count >= THINNED => {
                if let Some(last @ Command::Act(Act::Pointer { .. })) = self.commands.back_mut() {
                    *last = command;
                    return;
                }
                command
            }
            // Whichever of press and release is lost, nothing stays down.
            Command::Act(_) if count >= ACTS => {
                if self.commands.range(ACTS..).any(|waiting| *waiting == LET_GO) {
                    return;
                }
                LET_GO
            }
            command => command,
        };
        if count < ALL {
            self.commands.push_back(command);
        } else {
            warn!("a command from a window was dropped");
        }
    }
}

const LET_GO: Command = Command::Act(Act::ReleaseAll);
