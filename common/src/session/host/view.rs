//! Which part of the desktop the helper looks at, and so where in it everything is.

use super::super::holds::Ground;
use super::{Do, HostSession};
use crate::wire::control::MonitorChoice;

/// Which part of the desktop the picture is.
#[derive(Debug)]
pub(super) struct View {
    /// What the helper would like to see.
    wanted: MonitorChoice,
    /// What the computer was told to show.
    chosen: MonitorChoice,
    /// Whether the computer has said that it does. Until then no one knows where in the picture anything is.
    settled: bool,
    /// The picture's corner in pixels of the picture of all monitors.
    corner: (i32, i32),
}

impl View {
    /// All monitors.
    pub(super) const ALL: Self =
        Self { wanted: MonitorChoice::All, chosen: MonitorChoice::All, settled: true, corner: (0, 0) };
}

impl HostSession {
    pub(super) fn choose(&mut self, choice: MonitorChoice) {
        let known = |id| self.monitors.iter().any(|monitor| monitor.id == id);
        match choice {
            MonitorChoice::One(id) if !known(id) => {}
            _ => self.view.wanted = choice,
        }
        self.follow();
    }

    /// Shows what the helper wants, one change at a time: a helper who flips to and fro fills no queue.
    fn follow(&mut self) {
        if self.view.settled && self.view.wanted != self.view.chosen {
            self.view.chosen = self.view.wanted;
            self.view.settled = false;
            self.holds.ground(Vec::new());
            self.unmark();
            self.act_out(Do::Choose(self.view.chosen));
        }
    }

    /// The computer has told its monitors and shows the choice, or all if the chosen one is gone.
    pub(super) fn settle(&mut self) {
        self.unmark();
        let chosen = match self.view.chosen {
            MonitorChoice::All => None,
            MonitorChoice::One(id) => self.monitors.iter().find(|monitor| monitor.id == id),
        };
        let corner = chosen.map_or((0, 0), |monitor| (monitor.x, monitor.y));
        let shown = self.monitors.iter().filter(|monitor| chosen.is_none_or(|one| one.id == monitor.id));
        self.holds.ground(shown.map(|monitor| Ground::of(monitor, corner)).collect());
        self.holds.shift((self.view.corner.0 - corner.0, self.view.corner.1 - corner.1));
        self.view.corner = corner;
        self.view.settled = true;
        self.follow();
    }
}
