//! What the helper's person and program are shown of a session: events as they happen, and the view as it is.

use std::path::Path as FilePath;
use std::sync::Arc;

use entraide_common::monitors;
use entraide_common::session::Party;
use entraide_common::session::grants::Grants;
use entraide_common::session::helper::Show;
use entraide_common::texts::Texts;
use entraide_common::wire::control::{Grant, Hold, Monitor, MonitorChoice};

use crate::app::faces::Faces;
use crate::app::faces::session::SessionFaces;
use crate::app::words;
use crate::front::{Event, reason_word};
use crate::net::Path;
use crate::ui;
use crate::ui::model::{ChatLine, View, Watching};

/// Shows a session on the helper's side.
pub struct Shower<'a> {
    faces: SessionFaces<'a>,
    host: String,
    grants: Grants,
    asking: Option<Grant>,
    hold: Option<Hold>,
    paused: bool,
    notice: String,
    monitors: Vec<Monitor>,
    /// Which of them this helper would like to see.
    wish: MonitorChoice,
    chat: Arc<[ChatLine]>,
}

impl<'a> Shower<'a> {
    /// Shows the session with the host of this name on these faces.
    #[must_use]
    pub fn new(faces: &'a mut Faces, texts: Arc<Texts>, host: String) -> Self {
        let shower = Self {
            faces: SessionFaces::new(faces, texts),
            host,
            grants: Grants::NONE,
            asking: None,
            hold: None,
            paused: false,
            notice: String::new(),
            monitors: Vec::new(),
            wish: MonitorChoice::All,
            chat: Arc::default(),
        };
        shower.refresh();
        shower
    }

    pub(super) fn windows(&self) -> Option<ui::Handle> {
        self.faces.windows()
    }

    pub(super) fn monitor(&self, id: u32) -> Option<&Monitor> {
        self.monitors.iter().find(|monitor| monitor.id == id)
    }

    /// The id of the monitor of that number, counted from 1.
    pub(super) fn numbered(&self, number: usize) -> Option<u32> {
        monitors::numbered(number, &self.monitors).map(|monitor| monitor.id)
    }

    /// Whether one picture can show all monitors.
    pub(super) fn all_fit(&self) -> bool {
        monitors::all_fit(&self.monitors)
    }

    /// The picture's corner, in pixels of the picture of all monitors.
    pub(super) fn corner(&self) -> (i32, i32) {
        monitors::corner(self.shown(), &self.monitors)
    }

    /// The helper would like to see this.
    pub(super) fn wish(&mut self, choice: MonitorChoice) {
        self.wish = choice;
        self.notice.clear();
        self.refresh();
    }

    /// Shows what the session decided.
    pub(super) fn show(&mut self, show: Show, grants: Grants) {
        self.grants = grants;
        match show {
            Show::Asking(what) => {
                self.asking = Some(what);
                self.stage(words::stage_of_asking(what));
            }
            Show::Granted(what) => {
                self.asking = None;
                self.notice.clear();
                self.faces.say(&Event::Granted { what, by: Party::Host.name(), reason: "person" });
                // That there is something to see is said when there is.
                if what != Grant::View {
                    self.stage(words::stage_of(grants));
                }
            }
            Show::Revoked { what, by, reason, stood } => {
                self.asking = self.asking.filter(|asked| *asked != what);
                self.hold = self.hold.filter(|_| what != Grant::Control);
                // Whoever gives something back need not be told.
                self.notice = match by {
                    Party::Helper => String::new(),
                    _ => words::denied(self.faces.texts(), what, reason, stood),
                };
                self.faces.say(&Event::Revoked { what, by: by.name(), reason: reason_word(reason) });
                if grants.has(Grant::View) {
                    self.stage(words::stage_of(grants));
                }
            }
            Show::Hold(hold) => {
                self.hold = hold;
                self.stage(if hold.is_some() { "hold" } else { words::stage_of(grants) });
            }
            Show::Monitors(monitors) => {
                let before = self.shown();
                self.monitors = monitors;
                let shown = self.shown();
                let text = words::monitors(self.faces.texts(), self.wish, &self.monitors);
                if shown != before {
                    self.notice = text.clone().unwrap_or_default();
                }
                self.faces.say(&Event::Monitors { monitors: self.monitors.clone(), shown, text });
            }
            Show::Paused(paused) => {
                self.paused = paused;
                self.stage(if paused { "paused" } else { words::stage_of(grants) });
            }
            Show::Chat { own, text } => {
                let from = if own { Party::Helper } else { Party::Host };
                self.faces.say(&Event::Chat { from: from.name(), text: text.clone() });
                words::remember_line(&mut self.chat, ChatLine { own, text });
            }
            Show::Cut => {
                self.faces.cut(true);
                self.stage("reconnecting");
            }
            Show::Back => {
                self.faces.cut(false);
                self.stage(if self.paused { "paused" } else { words::stage_of(grants) });
            }
            Show::NotNow => self.faces.error("reconnecting"),
            Show::Unheard => self.faces.error("unheard"),
            Show::NotGranted(_) => self.faces.error("not_granted"),
            // Said once, with its sentence, by whoever ran the session.
            Show::Ended { .. } => {}
        }
        self.refresh();
    }

    /// Says that the picture has begun.
    pub(super) fn first_picture(&mut self) {
        self.stage(words::stage_of(self.grants));
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

    pub(super) fn snapshot(&mut self, path: &FilePath, written: Result<(), String>) {
        let event = match written {
            Ok(()) => Event::Snapshot { path: path.to_owned() },
            Err(detail) => {
                let text = self.faces.texts().say_with("error-snapshot", &[("detail", detail.into())]);
                Event::Error { code: "snapshot", text }
            }
        };
        self.faces.say(&event);
    }

    /// What the picture shows, or will in a moment.
    fn shown(&self) -> MonitorChoice {
        monitors::shown(self.wish, &self.monitors)
    }

    fn stage(&mut self, name: &'static str) {
        let mut text = words::helper_stage(self.faces.texts(), name, &self.host);
        if name == "hold" {
            text = words::hold(self.faces.texts(), self.hold);
        }
        self.faces.say(&Event::Stage { name, text });
    }

    fn refresh(&self) {
        self.faces.view(View::Watching(Watching {
            host: self.host.clone(),
            grants: self.grants.iter().collect(),
            asking: self.asking,
            hold: self.hold,
            paused: self.paused,
            cut: self.faces.is_cut(),
            path: self.faces.path_line(),
            notice: self.notice.clone(),
            monitors: self.monitors.clone(),
            shown: self.shown(),
            chat: self.chat.clone(),
        }));
    }
}
