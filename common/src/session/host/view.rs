//! Which part of the desktop the helper looks at, and so where in it everything is.

use super::super::holds::Ground;
use super::{Do, HostSession};
use crate::monitors;
use crate::wire::control::{Monitor, MonitorChoice};

/// Which part of the desktop the picture is.
#[derive(Debug)]
pub(super) struct View {
    /// What the helper would like to see.
    wanted: MonitorChoice,
    /// What the computer was told to show.
    chosen: MonitorChoice,
    /// Whether the helper sees that. Until then no one knows where in the picture anything is.
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
            self.unsettle();
            self.act_out(Do::Choose(self.view.chosen));
        }
    }

    /// What the helper points at now it sees in a picture that is no longer so.
    pub(super) fn unsettle(&mut self) {
        self.view.settled = false;
        self.holds.ground(Vec::new());
        self.unmark();
    }

    /// The computer has told its monitors and shows what the choice comes to.
    pub(super) fn settle(&mut self) {
        self.unmark();
        let shown = monitors::shown(self.view.chosen, &self.monitors);
        let corner = monitors::corner(shown, &self.monitors);
        let seen =
            |monitor: &&Monitor| shown == MonitorChoice::All || shown == MonitorChoice::One(monitor.id);
        let ground = self.monitors.iter().filter(seen).map(|monitor| Ground::of(monitor, corner));
        self.holds.ground(ground.collect());
        self.holds.shift((self.view.corner.0 - corner.0, self.view.corner.1 - corner.1));
        self.view.corner = corner;
        self.view.settled = true;
        self.follow();
    }
}
