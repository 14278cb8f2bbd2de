//! What runs on one link of a session on the host's side, and what happens when it is cut and stands again.

use std::sync::Arc;

use entraide_common::session::grants::FromHelper;
use entraide_common::session::host::Input;
use entraide_common::wire::control::ToHelper;
use entraide_common::wire::input::Input as Act;
use tokio::sync::mpsc;

use super::picture::Lanes;
use super::{Happening, Hosting};
use crate::app::lanes;
use crate::app::line::{Line, Link, News};
use crate::app::rejoin::{HostBack, KNOCKS};
use crate::net::{Channel, HostLink, NetEvent};

/// The tasks of a link, and the lanes that the picture takes.
pub(super) fn begin(
    number: u32,
    link: HostLink,
    happen: &mpsc::Sender<Happening>,
) -> (Line<ToHelper>, Lanes) {
    let HostLink { control, requests, screen, acks, cursor, input, film, film_acks, path } = link;
    let mut line = Line::begin(number, control, path);
    let controls = happen.clone();
    line.tasks.spawn(lanes::read(requests, move |got| {
        (controls.clone(), Happening::Control(number, got.map(FromHelper::Control)))
    }));
    let acts = happen.clone();
    let broken = happen.clone();
    line.tasks.spawn(async move {
        lanes::read(input, move |got| {
            (acts.clone(), Happening::Acts(number, got.map(|Act::Event(event)| FromHelper::Act(event))))
        })
        .await;
        lanes::without_a_reason().await;
        // A session that is over needs not know.
        let _ = broken.send(Happening::Broken(number)).await;
    });
    (line, Lanes { number, frames: screen, acks, cursor, film, film_acks })
}

impl Hosting<'_> {
    /// What the network says during a session.
    pub(super) fn network(&mut self, event: NetEvent, serve: &(dyn Fn(Channel) + Sync)) -> Option<Input> {
        let helper = self.road.peer();
        match event {
            NetEvent::Pair(channel) if channel.peer() == helper => {
                // Who knocks has no link any more, whether that was noticed here or not.
                let cut = self.cut();
                if let Some(knocks) = &self.knocks {
                    // Full: who knocks so often is heard the next time.
                    let _ = knocks.try_send(channel);
                }
                cut
            }
            NetEvent::Pair(channel) => {
                serve(channel);
                None
            }
            NetEvent::Silent { peer } if peer == helper => Some(Input::LinkSilent),
            NetEvent::Lost { peer } if peer == helper => {
                self.cut();
                Some(Input::LinkAway)
            }
            _ => None,
        }
    }

    /// The link is dead: what ran on it ends, and the way back begins.
    pub(super) fn cut(&mut self) -> Option<Input> {
        if self.link.is_cut() {
            return None;
        }
        let (knocks, knocked) = mpsc::channel(KNOCKS);
        self.knocks = Some(knocks);
        self.link = Link::Cut(Box::pin(Arc::clone(&self.road).as_host(knocked)));
        self.picture.cut();
        Some(Input::LinkCut)
    }

    pub(super) fn news(&mut self, news: News<HostBack>) -> Option<Input> {
        match news {
            News::Path(path) => {
                self.shower.path(path);
                None
            }
            News::Back(HostBack { link, resumed }) => {
                if resumed {
                    // Who had to prove itself anew was away, even if that was not noticed here.
                    self.session.handle(Input::LinkAway, self.clock.now());
                }
                let (line, lanes) = begin(self.links, link, &self.happen);
                self.links += 1;
                self.knocks = None;
                self.link = Link::Up(line);
                self.picture.relink(lanes);
                Some(Input::LinkBack)
            }
            News::Lost => Some(Input::LinkLost),
        }
    }
}
