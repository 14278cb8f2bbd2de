//! Films on the helper's side: from their lane to the projector's thread.

use std::sync::Arc;
use std::thread::{self, JoinHandle};

use entraide_common::limits;
use entraide_common::wire::film::{Film, FilmAck};
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;
use tracing::{error, warn};

use super::Happening;
use super::picture::{self, Arrivals};
use crate::app::faces::session::Tally;
use crate::app::lanes::{self, Received, Shared};
use crate::canvas::Canvas;
use crate::media::projector::Projector;
use crate::net::{LaneReceiver, LaneSender};
use crate::ui;
use crate::video::Decoders;

/// What the projector answers and waits for the link.
const ACKS: usize = 64;

/// The films of a session.
pub(super) struct Films {
    projector: JoinHandle<()>,
    hand_in: mpsc::Sender<Came>,
    acks: Shared<FilmAck>,
    happen: mpsc::Sender<Happening>,
}

/// What comes to the projector.
enum Came {
    /// A link, on which nothing has been said yet.
    Link,
    Film(Film),
}

impl Films {
    /// Starts the projector's thread.
    pub(super) fn start(
        canvas: Arc<Canvas>,
        windows: Option<ui::Handle>,
        tally: Arc<Tally>,
        happen: mpsc::Sender<Happening>,
    ) -> Self {
        let (acknowledge, to_write) = mpsc::channel(ACKS);
        let (hand_in, mut waiting) = mpsc::channel(limits::FILM_SHOTS);
        let faults = happen.clone();
        let run = move || {
            // Whether this system can confine a decoder takes a moment to find out.
            let mut projector = Projector::new(Box::new(Decoders::of_this_program()));
            while let Some(came) = waiting.blocking_recv() {
                if let Came::Film(Film::Shot(shot)) = &came {
                    tally.count(shot.payload.len());
                }
                let said = match came {
                    Came::Link => vec![projector.plays()],
                    Came::Film(film) => match projector.play(film, &canvas) {
                        Ok(said) => said,
                        Err(fault) => {
                            warn!(%fault, "the host's program broke a rule");
                            // If the session has ended meanwhile, nobody needs to know.
                            let _ = faults.blocking_send(Happening::Picture(Received::Fault));
                            return;
                        }
                    },
                };
                if let Some(windows) = &windows {
                    windows.refresh();
                }
                if said.into_iter().any(|ack| acknowledge.blocking_send(ack).is_err()) {
                    return;
                }
            }
        };
        let projector = thread::Builder::new()
            .name("films".to_owned())
            .spawn(run)
            .expect("a system that starts programs starts threads");
        Self { projector, hand_in, acks: Arc::new(Mutex::new(to_write)), happen }
    }

    /// Starts the task that writes to a link's lane; gives the one that reads from it.
    pub(super) fn link(
        &self,
        tasks: &mut JoinSet<()>,
        films: LaneReceiver<Film>,
        acks: LaneSender<FilmAck>,
        arrivals: Arc<Arrivals>,
    ) -> impl Future<Output = ()> + use<> {
        tasks.spawn(write(acks, self.acks.clone(), self.hand_in.clone()));
        picture::read("films", films, (self.hand_in.clone(), Came::Film), arrivals, self.happen.clone())
    }

    /// Waits for the projector, whose queue has been closed.
    pub(super) fn close(self) {
        let Self { projector, hand_in, acks, .. } = self;
        drop((hand_in, acks));
        if projector.join().is_err() {
            error!("the projector's thread panicked");
        }
    }
}

/// Says first what is played here, and nothing that was meant for another lane.
async fn write(lane: LaneSender<FilmAck>, queue: Shared<FilmAck>, projector: mpsc::Sender<Came>) {
    let mut queue = queue.lock().await;
    while queue.try_recv().is_ok() {}
    if projector.send(Came::Link).await.is_ok() {
        lanes::write(lane, &mut queue).await;
    }
}
