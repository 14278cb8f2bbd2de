//! Everything a person or program sees of a session: the windows, if there is a display, and the terminal or JSON,
//! if asked for. Showing never waits for whoever looks.

pub mod session;
mod writer;

use crate::front::{Event, Front};
use crate::ui;
use crate::ui::model::View;
use writer::Writer;

/// Where views and events go.
pub struct Faces {
    windows: Option<ui::Handle>,
    front: Option<Writer>,
    said_end: bool,
}

impl Faces {
    /// These faces; either may be missing, and with both missing nobody would see anything.
    #[must_use]
    pub fn new(windows: Option<ui::Handle>, front: Option<Box<dyn Front>>) -> Self {
        Self { windows, front: front.map(Writer::start), said_end: false }
    }

    /// Whether a terminal or program shows status and chat.
    #[must_use]
    pub fn has_front(&self) -> bool {
        self.front.is_some()
    }

    /// Whether there are windows.
    #[must_use]
    pub fn has_windows(&self) -> bool {
        self.windows.is_some()
    }

    /// Whether anybody is told the figures of each second.
    #[must_use]
    pub fn wants_figures(&self) -> bool {
        self.front.as_ref().is_some_and(Writer::wants_figures)
    }

    /// The windows' handle, for the thread that changes the canvas.
    #[must_use]
    pub fn windows(&self) -> Option<ui::Handle> {
        self.windows.clone()
    }

    /// Replaces what the windows show.
    pub fn view(&self, view: View) {
        if let Some(windows) = &self.windows {
            windows.show(view);
        }
    }

    /// Whether the end has been said: it is said once.
    #[must_use]
    pub fn has_said_end(&self) -> bool {
        self.said_end
    }

    /// Says something on the terminal or to the program, soon.
    pub fn say(&mut self, event: &Event) {
        self.said_end |= matches!(event, Event::Ended { .. });
        if let Some(front) = &self.front
            && let Err(gone) = front.say(event)
        {
            // The session goes on, and whoever sees it in windows decides.
            tracing::info!("the front is gone: {gone}");
            self.front = None;
        }
    }

    /// Waits until everything is said, for a little while. Blocks.
    pub fn close(self) {
        if let Some(front) = self.front {
            front.close();
        }
    }
}
