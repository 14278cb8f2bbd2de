//! What the host's person and program are shown of a session: events as they happen, and the view as it is.

use std::sync::Arc;

use entraide_common::invitation::open::State;
use entraide_common::session::Party;
use entraide_common::session::grants::Grants;
use entraide_common::session::host::{Question, Show};
use entraide_common::texts::Texts;
use entraide_common::wire::control::Grant;

use crate::app::faces::Faces;
use crate::app::faces::session::SessionFaces;
use crate::app::words;
use crate::desktop::{self, Ended, Seat};
use crate::front::{Event, Fault, Who, reason_word};
use crate::net::Path;
use crate::ui::model::{self, ChatLine, Hosting, View};

/// Who helps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Helper {
    /// The name they gave themselves.
    pub name: String,
    /// Their peer id.
    pub peer: String,
}

/// Shows a session on the host's side.
pub struct Shower<'a> {
    faces: SessionFaces<'a>,
    helper: Helper,
    grants: Grants,
    paused: bool,
    question: Option<model::Question>,
    chat: Arc<[ChatLine]>,
    bar_shown: bool,
}

impl<'a> Shower<'a> {
    /// Shows the session with this helper on these faces. Where nobody can sit and there are no windows, there is
    /// nobody whom a bar could tell anything.
    #[must_use]
    pub fn new(faces: &'a mut Faces, texts: Arc<Texts>, helper: Helper, seat: Seat) -> Self {
        let bar_shown = !faces.has_windows() && seat == Seat::Nobody;
        let shower = Self {
            faces: SessionFaces::new(faces, texts),
            helper,
            grants: Grants::NONE,
            paused: false,
            question: None,
            chat: Arc::default(),
            bar_shown,
        };
        shower.refresh();
        shower
    }

    pub(super) fn bar_shown(&self) -> bool {
        self.bar_shown
    }

    pub(super) fn set_bar_shown(&mut self, shown: bool) {
        self.bar_shown = shown;
    }

    /// Shows what the session decided.
    pub(super) fn show(&mut self, show: Show, grants: Grants) {
        self.grants = grants;
        match show {
            Show::Ask(question) => self.ask(question),
            Show::Withdraw(id) => self.question = self.question.take().filter(|open| open.id != id),
            Show::Granted(what) => {
                self.faces.say(&Event::Granted { what, by: Party::Host.name(), reason: "person" });
                self.stage(words::stage_of(grants));
            }
            Show::Revoked { what, by, reason } => {
                self.faces.say(&Event::Revoked { what, by: by.name(), reason: reason_word(reason) });
                if matches!(what, Grant::Control | Grant::Point) && grants.has(Grant::View) {
                    self.stage(words::stage_of(grants));
                }
            }
            Show::Paused(paused) => {
                self.paused = paused;
                self.stage(if paused { "paused" } else { words::stage_of(grants) });
            }
            Show::Chat { own, text } => {
                let from = if own { Party::Host } else { Party::Helper };
                self.faces.say(&Event::Chat { from: from.name(), text: text.clone() });
                words::remember_line(&mut self.chat, ChatLine { own, text });
            }
            Show::Cut => {
                self.faces.cut(true);
                self.stage("reconnecting");
            }
            Show::Back { notice } => {
                self.faces.cut(false);
                let on = if self.paused { "paused" } else { words::stage_of(grants) };
                self.stage(if notice.is_some() { "returned" } else { on });
            }
            Show::NotNow => self.faces.error("reconnecting"),
            Show::Unheard => self.faces.error("unheard"),
            Show::TooEarly(_) => {
                let event = Fault::TooEarly.event(self.faces.texts());
                self.faces.say(&event);
            }
            // Said once, with its sentence, by whoever ran the session.
            Show::Ended { .. } => {}
        }
        self.refresh();
    }

    /// Says what has become of the invitation.
    pub(super) fn invitation(&mut self, state: State) {
        self.faces.say(&Event::State { name: state.name() });
    }

    pub(super) fn path(&mut self, path: Path) {
        if self.faces.path(path) {
            self.refresh();
        }
    }

    /// The faces, for what concerns them alone.
    pub(super) fn faces(&mut self) -> &mut SessionFaces<'a> {
        &mut self.faces
    }

    pub(super) fn screen_ended(&mut self, ended: &Ended) {
        let text = desktop::sentence(ended, self.faces.texts());
        self.faces.say(&Event::Error { code: "screen", text });
    }

    fn ask(&mut self, question: Question) {
        let Question { id, what, wait, again } = question;
        let who = Who { name: self.helper.name.clone(), peer: self.helper.peer.clone(), proof: "code" };
        self.faces.say(&Event::Ask { id, what, who, wait });
        self.stage(words::stage_of_asking(what));
        self.question = Some(model::Question {
            id,
            what,
            name: self.helper.name.clone(),
            proof: self.faces.texts().say("proof-code"),
            // From when it is seen, and so never before the session's own clock says so.
            wait,
            again,
        });
    }

    fn stage(&mut self, name: &'static str) {
        let text = words::host_stage(self.faces.texts(), name, &self.helper.name);
        self.faces.say(&Event::Stage { name, text });
    }

    fn refresh(&self) {
        self.faces.view(View::Hosting(Hosting {
            helper: self.helper.name.clone(),
            grants: self.grants.iter().collect(),
            paused: self.paused,
            cut: self.faces.is_cut(),
            path: self.faces.path_line(),
            question: self.question.clone(),
            chat: self.chat.clone(),
            quiet: self.faces.has_front(),
        }));
    }
}
