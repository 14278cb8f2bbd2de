//! The tasks between a session's loop and its lanes, and how both part.

use std::sync::Arc;
use std::time::Duration;

use entraide_common::wire::Message;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{self, error::TrySendError};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tracing::{info, warn};

use crate::net::{LaneError, LaneReceiver, LaneSender};

/// Messages that wait for the link. A peer that reads none of so many is as good as gone.
const QUEUE: usize = 256;

/// How long a goodbye may take to be heard.
const GOODBYE: Duration = Duration::from_secs(2);

/// How long the control stream has to say why another lane ended: a goodbye comes there.
const REASONS: Duration = Duration::from_secs(2);

/// What a lane gave.
#[derive(Debug, Clone, PartialEq)]
pub enum Received<M> {
    /// A message.
    Message(M),
    /// The other program broke the protocol; nothing more comes.
    Fault,
    /// The link is gone; nothing more comes.
    Lost,
}

impl<M> Received<M> {
    /// The message changed by `with`.
    pub fn map<N>(self, with: impl FnOnce(M) -> N) -> Received<N> {
        match self {
            Self::Message(message) => Received::Message(with(message)),
            Self::Fault => Received::Fault,
            Self::Lost => Received::Lost,
        }
    }
}

/// Reads a lane to its end and brings everything where `bring` says. Reading has a task of its own because a read
/// that is half done must not be dropped.
pub async fn read<M: Message, H: Send>(
    mut lane: LaneReceiver<M>,
    bring: impl Fn(Received<M>) -> (mpsc::Sender<H>, H) + Send,
) {
    loop {
        let received = match lane.recv().await {
            Ok(message) => Received::Message(message),
            Err(error @ LaneError::Protocol(_)) => {
                warn!(%error, "the other program broke the protocol");
                Received::Fault
            }
            Err(error) => {
                info!(%error, "a lane ended");
                Received::Lost
            }
        };
        let last = !matches!(received, Received::Message(_));
        let (queue, happening) = bring(received);
        if queue.send(happening).await.is_err() || last {
            return;
        }
    }
}

/// Waits until the control stream would have said why another lane ended. If it goes on instead, that lane was cut on the
/// way from one path to another, and so the link is.
pub async fn without_a_reason() {
    sleep(REASONS).await;
}

/// A queue that is written to one lane after the other, when a link is cut and stands again.
pub type Shared<M> = Arc<Mutex<mpsc::Receiver<M>>>;

/// Writes what comes from the queue, but for what waits there from before, which was meant for another lane.
pub async fn write_fresh<M: Message + Sync>(lane: LaneSender<M>, queue: Shared<M>) {
    let mut queue = queue.lock().await;
    while queue.try_recv().is_ok() {}
    write(lane, &mut queue).await;
}

/// Writes what comes from the queue until nobody puts anything in any more.
pub async fn write<M: Message + Sync>(mut lane: LaneSender<M>, queue: &mut mpsc::Receiver<M>) {
    while let Some(message) = queue.recv().await {
        if let Err(error) = lane.send(&message).await {
            info!(%error, "a lane cannot be written any more");
            return;
        }
    }
}

/// Waits until the other side has heard the goodbye and hung up, which ends its control stream: the happening that
/// `ends` knows. One that is gone does neither, and nothing is left to be done about it after a while.
pub async fn hung_up<H>(happenings: &mut mpsc::Receiver<H>, ends: impl Fn(&H) -> bool) {
    let heard = async { while happenings.recv().await.is_some_and(|happening| !ends(&happening)) {} };
    let _ = timeout(GOODBYE, heard).await;
}

/// The way out of a session's loop, which never waits for the link.
pub struct Outbox<M> {
    queue: mpsc::Sender<M>,
}

impl<M: Message + Sync> Outbox<M> {
    /// Starts the task that writes. It flushes and ends when this is dropped.
    pub fn spawn(tasks: &mut JoinSet<()>, lane: LaneSender<M>) -> Self {
        let (queue, mut waiting) = mpsc::channel(QUEUE);
        tasks.spawn(async move { write(lane, &mut waiting).await });
        Self { queue }
    }

    /// Sends a message, soon. False if so many wait that one would have to be left out: then the other side is as
    /// good as gone.
    #[must_use]
    pub fn send(&self, message: M) -> bool {
        match self.queue.try_send(message) {
            // If the lane is gone, whoever reads it says so.
            Ok(()) | Err(TrySendError::Closed(_)) => true,
            Err(TrySendError::Full(_)) => {
                warn!("the other side reads nothing any more");
                false
            }
        }
    }

    /// Whether the rest of the queue is needed for what must not be left out.
    #[must_use]
    pub fn is_nearly_full(&self) -> bool {
        self.queue.capacity() < QUEUE / 4
    }
}
