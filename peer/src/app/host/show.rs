//! What the host's person and program are shown while no session runs.

use entraide_common::invitation::open::{State, Why};
use entraide_common::limits;

use super::{Invited, Room};
use crate::app::clock::system_time;
use crate::app::meeting::Standing;
use crate::app::words;
use crate::front::Event;
use crate::ui::model::{View, Waiting};

/// What was shown of an invitation.
pub(super) struct Shown {
    state: Option<State>,
    tries_left: u32,
    standing: Standing,
    /// Why there is this code and not the one before.
    why: Option<Why>,
}

impl Shown {
    pub(super) fn new(tries_left: u32, why: Option<Why>) -> Self {
        Self { state: None, tries_left, standing: Standing::Held, why }
    }
}

/// The stable word.
fn word(why: Why) -> &'static str {
    match why {
        Why::Burnt => "code_burnt",
        Why::HelperGone => "helper_gone",
        Why::NumberLost => "number_lost",
    }
}

impl Room<'_> {
    pub(super) fn busy(&mut self, stage: &'static str) {
        let text = words::host_stage(&self.app.texts, stage, "");
        self.app.faces.view(View::Busy { text: text.clone() });
        self.app.faces.say(&Event::Stage { name: stage, text });
    }

    /// Says why another code follows.
    pub(super) fn explain(&mut self, why: Why) {
        self.error(word(why));
    }

    pub(super) fn error(&mut self, code: &'static str) {
        let text = words::error(&self.app.texts, code);
        self.app.faces.say(&Event::Error { code, text });
    }

    /// Shows the code once, and the rest whenever it changed.
    pub(super) fn show_state(&mut self, invited: &mut Invited) {
        let standing = invited.meeting.standing();
        let (state, left, ends) = {
            let open = invited.door.desk.open();
            (open.state(), open.tries_left(), self.app.clock.instant(open.ends()))
        };
        let digits = self.show_code(invited);
        let shown = &mut invited.shown;
        if left != shown.tries_left {
            self.app.faces.say(&Event::Try { wrong: limits::WRONG_CODES - left, left });
        }
        if shown.state != Some(state) {
            self.app.faces.say(&Event::State { name: state.name() });
        }
        if shown.standing != standing && standing == Standing::OutOfReach {
            self.error("node_lost");
        }
        (shown.state, shown.tries_left, shown.standing) = (Some(state), left, standing);

        let texts = &self.app.texts;
        let status = match (state, shown.why) {
            (State::Waiting | State::Seen, _) if standing == Standing::OutOfReach => {
                words::error(texts, "node_lost")
            }
            (State::Waiting, Some(why)) if left == limits::WRONG_CODES => words::error(texts, word(why)),
            _ => words::invitation_state(texts, state, left),
        };
        self.app.faces.view(View::Waiting(Waiting {
            code: Some(digits),
            whereabouts: invited.meeting.whereabouts(),
            expires: Some(ends),
            status,
            question: None,
        }));
    }

    /// Says the code, if it was not said yet. Gives its digits.
    fn show_code(&mut self, invited: &Invited) -> String {
        let (id, digits, left) = {
            let open = invited.door.desk.open();
            (open.offer().invitation().id, open.offer().code().written().to_string(), open.left())
        };
        if invited.shown.state.is_none() {
            let expires = system_time(self.app.clock.wall().after(left));
            let lan = invited.meeting.plate().is_local();
            self.app.faces.say(&Event::Code { id: id.to_string(), digits: digits.clone(), expires, lan });
        }
        digits
    }
}
