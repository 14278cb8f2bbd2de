//! What runs on one link of a session on the helper's side, and what happens when it is cut and stands again.

use std::sync::Arc;

use entraide_common::session::helper::Input;
use entraide_common::wire::control::ToHost;
use entraide_common::wire::input::Input as Act;
use tokio::sync::mpsc;

use super::picture::{Lanes, Pictures};
use super::{Happening, Watching};
use crate::app::lanes::{self, Outbox};
use crate::app::line::{Line, Link, News};
use crate::net::HelperLink;

/// The tasks of a link, and the way out for acts.
pub(super) fn begin(
    number: u32,
    link: HelperLink,
    picture: &Pictures,
    happen: &mpsc::Sender<Happening>,
) -> (Line<ToHost>, Outbox<Act>) {
    let HelperLink { control, requests, screen, acks, cursor, input, film, film_acks, path } = link;
    let mut line = Line::begin(number, requests, path);
    let acts = Outbox::spawn(&mut line.tasks, input);
    let happen = happen.clone();
    line.tasks.spawn(lanes::read(control, move |got| (happen.clone(), Happening::Peer(number, got))));
    let lanes = Lanes { number, frames: screen, acks, cursor, film, film_acks };
    picture.link(&mut line.tasks, lanes);
    (line, acts)
}

impl Watching<'_> {
    /// The link is dead: what ran on it ends, and the way back begins.
    pub(super) fn cut(&mut self) -> Option<Input> {
        if self.link.is_cut() {
            return None;
        }
        self.acts = None;
        self.link = Link::Cut(Box::pin(Arc::clone(&self.road).as_helper()));
        Some(Input::LinkCut)
    }

    pub(super) fn news(&mut self, news: News<HelperLink>) -> Option<Input> {
        match news {
            News::Path(path) => {
                self.shower.path(path);
                None
            }
            News::Back(link) => {
                let (line, acts) = begin(self.links, link, &self.picture, &self.happen);
                self.links += 1;
                self.acts = Some(acts);
                self.link = Link::Up(line);
                // The host says how everything is.
                None
            }
            News::Lost => Some(Input::LinkLost),
        }
    }
}
