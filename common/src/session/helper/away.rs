//! The host is cut off, and comes back with word of how everything is. See [`crate::session::host`] for its side.

use super::{Command, HelperSession, Phase, Show};
use crate::session::Party;
use crate::wire::control::{Back, Grant, Reason, ToHost};

/// Whether this comes to nothing while nobody hears it.
pub(super) const fn needs_link(command: &Command) -> bool {
    !matches!(command, Command::Stop | Command::Close)
}

impl HelperSession {
    pub(super) fn is_cut(&self) -> bool {
        matches!(&self.phase, Phase::Open(open) if open.cut)
    }

    /// The host lets go of everything at the same time; what is still held here is forgotten.
    pub(super) fn cut(&mut self) {
        let Phase::Open(open) = &mut self.phase else { return };
        if !std::mem::replace(&mut open.cut, true) {
            open.held.release_all();
            open.lines.cut();
            self.show(Show::Cut);
        }
    }

    /// So it is now. What was missed is told as if it had come.
    pub(super) fn back(&mut self, back: Back) {
        let Phase::Open(open) = &mut self.phase else { return };
        let mut before = std::mem::take(open);
        open.lines = std::mem::take(&mut before.lines);
        let heard = open.lines.heard();
        let Back { grants, generation, asking, hold, paused } = back;
        (open.generation, open.asking, open.hold, open.paused) = (generation, asking, hold, paused);
        grants.into_iter().for_each(|what| open.grants.add(what));
        let now = open.grants;

        for what in Grant::ALL {
            let (by, reason) = (Party::Link, Reason::Lost);
            match (before.grants.has(what), now.has(what)) {
                (true, false) => self.show(Show::Revoked { what, by, reason, stood: true }),
                (false, true) => self.show(Show::Granted(what)),
                (false, false) if before.asking == Some(what) && asking != Some(what) => {
                    self.show(Show::Revoked { what, by, reason, stood: false });
                }
                _ => {}
            }
        }
        if asking != before.asking
            && let Some(what) = asking
        {
            self.show(Show::Asking(what));
        }
        if paused != before.paused {
            self.show(Show::Paused(paused));
        }
        if hold != before.hold {
            self.show(Show::Hold(hold));
        }
        self.show(Show::Back);
        self.send(ToHost::Heard(heard));
    }
}
