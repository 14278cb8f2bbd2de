//! Signs of life on one path, with a real stream and a real clock: a thin shell around [`entraide_common::pulse`].
//!
//! Each path has a task of its own here, so that one heartbeat of an idle session wakes nothing else. Only news wake the
//! driver. Nothing here waits for a stream that takes nothing: that is when time has to be watched.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use entraide_common::pulse::{Asker, AskerInput, Listener, ListenerInput, Output, Rank};
use entraide_common::time::Moment;
use entraide_common::wire::pulse::Pulse;
use futures::AsyncReadExt;
use futures::io::{ReadHalf, WriteHalf};
use libp2p::PeerId;
use libp2p::swarm::{ConnectionId, Stream};
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::sleep_until;

use super::frames::{Reading, Writing};

/// News of a path.
#[derive(Debug, Clone, Copy)]
pub(super) struct Beat {
    pub(super) peer: PeerId,
    pub(super) connection: ConnectionId,
    pub(super) news: News,
}

/// What is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    /// The round trip.
    RoundTrip(Duration),
    /// Nothing has come for too long.
    Silent,
    /// The path is dead.
    Dead,
}

/// Where the news of one path go.
pub(super) struct Teller {
    pub(super) peer: PeerId,
    pub(super) connection: ConnectionId,
    pub(super) beats: mpsc::Sender<Beat>,
}

impl Teller {
    /// Tells, and says whether somebody listens.
    async fn tell(&self, news: News) -> bool {
        let Self { peer, connection, beats } = self;
        beats.send(Beat { peer: *peer, connection: *connection, news }).await.is_ok()
    }

    /// The last word.
    pub(super) async fn dead(&self) {
        // Without a driver there is nobody to close the connection, which has ended with it.
        let _ = self.tell(News::Dead).await;
    }
}

/// Asks on `stream` until the path is dead or the stream ends, which is the same: a path without signs of life is none.
pub(super) async fn ask(stream: Stream, mut rank: watch::Receiver<Rank>, teller: Teller) {
    let began = Instant::now();
    let mut asker = Asker::new(*rank.borrow_and_update(), now(began));
    let mut line = Line::new(stream);
    loop {
        while let Some(output) = asker.poll() {
            if !line.put(output, &teller).await {
                return;
            }
        }
        let input = tokio::select! {
            biased;
            turn = line.turn() => match turn {
                Turn::Heard(Pulse::Answer(number)) => AskerInput::Answered(number),
                Turn::Heard(Pulse::Hurry(())) => AskerInput::Hurried,
                Turn::Said => continue,
                Turn::Heard(Pulse::Ask(_)) | Turn::Over => return teller.dead().await,
            },
            changed = rank.changed() => match changed {
                Ok(()) => AskerInput::Rank(*rank.borrow_and_update()),
                // The driver has forgotten the connection.
                Err(_) => return,
            },
            () = until(began, asker.deadline()) => AskerInput::Time,
        };
        asker.handle(input, now(began));
    }
}

/// Answers on `stream` until the path is dead or the stream ends. Notified by `doubts`, it wants to be asked at once.
pub(super) async fn answer(stream: Stream, doubts: Arc<Notify>, teller: Teller) {
    let began = Instant::now();
    let mut listener = Listener::new(now(began));
    let mut line = Line::new(stream);
    loop {
        while let Some(output) = listener.poll() {
            if !line.put(output, &teller).await {
                return;
            }
        }
        let input = tokio::select! {
            biased;
            turn = line.turn() => match turn {
                Turn::Heard(Pulse::Ask(ask)) => ListenerInput::Asked(ask),
                Turn::Said => continue,
                Turn::Heard(Pulse::Answer(_) | Pulse::Hurry(())) | Turn::Over => return teller.dead().await,
            },
            () = doubts.notified() => ListenerInput::Doubted,
            () = until(began, listener.deadline()) => ListenerInput::Time,
        };
        listener.handle(input, now(began));
    }
}

/// The stream, and what waits to be written to it: at most what is asked until the path is dead.
struct Line {
    reading: Reading,
    read: ReadHalf<Stream>,
    writing: Writing,
    write: WriteHalf<Stream>,
    waiting: VecDeque<Pulse>,
}

impl Line {
    fn new(mut stream: Stream) -> Self {
        // What only asks whether a connection lives does not keep it alive.
        stream.ignore_for_keep_alive();
        let (read, write) = stream.split();
        Self {
            reading: Reading::default(),
            read,
            writing: Writing::default(),
            write,
            waiting: VecDeque::new(),
        }
    }

    /// Does what the machine says; false when it is over.
    async fn put(&mut self, output: Output, teller: &Teller) -> bool {
        match output {
            Output::Ask(ask) => self.wait(Pulse::Ask(ask)),
            Output::Answer(number) => self.wait(Pulse::Answer(number)),
            Output::Hurry => self.wait(Pulse::Hurry(())),
            Output::RoundTrip(time) => return teller.tell(News::RoundTrip(time)).await,
            Output::Silent => return teller.tell(News::Silent).await,
            Output::Heard => {}
            Output::Dead => {
                teller.dead().await;
                return false;
            }
        }
        true
    }

    /// A newer one says all that those before it say.
    fn wait(&mut self, pulse: Pulse) {
        self.waiting.truncate(1);
        self.waiting.push_back(pulse);
    }

    /// Writes what waits and hears what comes. If it is given up half way through a message, that one is said twice,
    /// which changes nothing.
    async fn turn(&mut self) -> Turn {
        let Self { reading, read, writing, write, waiting } = self;
        let say = async {
            match waiting.front() {
                Some(pulse) => writing.message(write, pulse).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            heard = reading.message::<Pulse>(read) => match heard {
                Ok(Some(pulse)) => Turn::Heard(pulse),
                Ok(None) => Turn::Over,
                Err(error) => {
                    tracing::debug!(%error, "signs of life end");
                    Turn::Over
                }
            },
            said = say => {
                waiting.pop_front();
                if said.is_ok() { Turn::Said } else { Turn::Over }
            }
        }
    }
}

/// What a stream did.
enum Turn {
    Heard(Pulse),
    Said,
    Over,
}

fn now(began: Instant) -> Moment {
    Moment::new(began.elapsed())
}

async fn until(began: Instant, moment: Option<Moment>) {
    match moment {
        Some(moment) => sleep_until((began + moment.since_origin()).into()).await,
        None => std::future::pending().await,
    }
}
