//! Lanes: ordered, reliable channels that outlive the streams they run on.
//!
//! A session has one stream of each kind, and when a better path appears one more of each on the new connection. The
//! sender writes its current message to the end, an empty frame that says "I go on elsewhere", and goes on on the new
//! stream; the receiver reads the old stream up to the empty frame and then the new one. Nothing is lost, doubled or
//! reordered, and nobody waits: the new stream is open before the old one is left.
//!
//! The mark is needed because neither end of a stream can be trusted: yamux shows a reset as an end, and a dropped
//! QUIC stream ends like one that was finished. An end without the mark is [`LaneError::Lost`].
//!
//! The moving is done by the driver, so that an idle lane leaves the old path as well. A lane whose path died is given
//! up: what was under way on it is lost, both sides say so, and a fresh one takes its place ([`super::Net::link_as_helper`]).

use std::collections::VecDeque;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, PoisonError};

use entraide_common::limits;
use entraide_common::wire::{Message, WireError};
use futures::AsyncWriteExt;
use futures::io::{ReadHalf, WriteHalf};
use thiserror::Error;
use tokio::sync::{Mutex, mpsc};
use tokio::time::timeout;

use super::counted::Counted;
use super::frames::{Frame, FrameError, Reading, Writing};

/// Why a lane ended.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LaneError {
    /// The path broke, or the other side is gone.
    #[error("the link to the other side was lost")]
    Lost,
    /// The other side broke a rule.
    #[error("the other side sent {0}")]
    Protocol(#[from] WireError),
}

/// The sending end of a lane.
#[derive(Debug)]
pub struct LaneSender<M> {
    outgoing: Arc<Outgoing>,
    messages: PhantomData<fn(M)>,
}

impl<M: Message> LaneSender<M> {
    pub(super) fn new(outgoing: Arc<Outgoing>) -> Self {
        Self { outgoing, messages: PhantomData }
    }

    /// Sends a message; waits while the connection is full. If the future is dropped half way, the rest of the message
    /// goes out before the next.
    ///
    /// # Errors
    /// [`LaneError::Lost`], from then on always.
    pub async fn send(&mut self, message: &M) -> Result<(), LaneError> {
        let mut state = self.outgoing.state.lock().await;
        let Some(state) = &mut *state else { return Err(LaneError::Lost) };
        state.writing.message(&mut state.stream, message).await.map_err(|_| LaneError::Lost)
    }

    /// Counts the paths that this lane has taken, from 0.
    #[must_use]
    pub fn epoch(&self) -> u32 {
        self.outgoing.epoch.load(Ordering::Relaxed)
    }
}

/// What sender and driver share. The lock is held for one message at a time.
#[derive(Debug)]
pub(super) struct Outgoing {
    /// `None` once a move failed: something may be missing, so nothing more is sent.
    state: Mutex<Option<Sending>>,
    /// Where to go on, in order, whichever of several moves gets the lock first.
    next: std::sync::Mutex<VecDeque<WriteHalf<Counted>>>,
    epoch: AtomicU32,
}

#[derive(Debug)]
struct Sending {
    stream: WriteHalf<Counted>,
    writing: Writing,
}

impl Sending {
    fn new(stream: WriteHalf<Counted>) -> Self {
        Self { stream, writing: Writing::default() }
    }
}

impl Outgoing {
    pub(super) fn new(stream: WriteHalf<Counted>) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(Some(Sending::new(stream))),
            next: Default::default(),
            epoch: AtomicU32::new(0),
        })
    }

    /// Goes on on `next` after the message that is being written and after the moves begun before.
    pub(super) fn move_to(self: Arc<Self>, next: WriteHalf<Counted>) -> impl Future<Output = ()> + Send {
        self.queue().push_back(next);
        async move {
            let Some(mut left) = self.leave().await else { return };
            // All is said; closing properly only spares the other side a reset.
            let _ = timeout(limits::LANE_SUCCESSOR_TIME, left.close()).await;
        }
    }

    /// Leaves the stream for the next one.
    async fn leave(&self) -> Option<WriteHalf<Counted>> {
        let mut state = self.state.lock().await;
        let mut sending = state.take()?;
        sending.writing.empty(&mut sending.stream).await.ok()?;
        *state = self.queue().pop_front().map(Sending::new);
        self.epoch.fetch_add(1, Ordering::Relaxed);
        Some(sending.stream)
    }

    fn queue(&self) -> std::sync::MutexGuard<'_, VecDeque<WriteHalf<Counted>>> {
        // A push or a pop is never left half done.
        self.next.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The receiving end of a lane.
#[derive(Debug)]
pub struct LaneReceiver<M> {
    current: Option<Receiving>,
    /// Kept until the next move, so that its end is not turned into a reset.
    left: Option<ReadHalf<Counted>>,
    successors: Successors,
    /// A message that nobody has taken yet.
    came: Option<M>,
}

#[derive(Debug)]
struct Receiving {
    stream: ReadHalf<Counted>,
    reading: Reading,
}

impl Receiving {
    fn new(stream: ReadHalf<Counted>) -> Self {
        Self { stream, reading: Reading::default() }
    }
}

impl<M: Message> LaneReceiver<M> {
    pub(super) fn new(stream: ReadHalf<Counted>, successors: mpsc::Receiver<ReadHalf<Counted>>) -> Self {
        let successors = Successors { coming: successors, early: VecDeque::new() };
        Self { current: Some(Receiving::new(stream)), left: None, successors, came: None }
    }

    /// The next message. Messages that may be skipped are. Cancel safe.
    ///
    /// # Errors
    /// See [`LaneError`].
    pub async fn recv(&mut self) -> Result<M, LaneError> {
        self.wait().await?;
        // It has come.
        self.came.take().ok_or(LaneError::Lost)
    }

    /// Waits until a message has come, and leaves it. Cancel safe.
    ///
    /// # Errors
    /// See [`LaneError`].
    pub async fn wait(&mut self) -> Result<(), LaneError> {
        while self.came.is_none() {
            self.came = self.next().await?;
        }
        Ok(())
    }

    /// One step further; a message, if that was one.
    async fn next(&mut self) -> Result<Option<M>, LaneError> {
        let Some(Receiving { stream, reading }) = &mut self.current else {
            self.go_on().await?;
            return Ok(None);
        };
        let frame = tokio::select! {
            biased;
            frame = reading.next::<M>(stream) => frame,
            // A dead path says nothing, not even that it ends.
            () = self.successors.closed() => return Err(LaneError::Lost),
        };
        match frame {
            Ok(Frame::Message(bytes)) => match M::decode(&bytes) {
                Err(WireError::Ignorable { .. }) => Ok(None),
                decoded => Ok(Some(decoded?)),
            },
            Ok(Frame::Empty) => {
                self.left = self.current.take().map(|receiving| receiving.stream);
                Ok(None)
            }
            Ok(Frame::End) | Err(FrameError::Broken(_)) => Err(LaneError::Lost),
            Err(FrameError::Violation(violation)) => Err(violation.into()),
        }
    }

    async fn go_on(&mut self) -> Result<(), LaneError> {
        match timeout(limits::LANE_SUCCESSOR_TIME, self.successors.next()).await {
            Ok(Some(stream)) => {
                self.current = Some(Receiving::new(stream));
                Ok(())
            }
            Ok(None) | Err(_) => Err(LaneError::Lost),
        }
    }
}

/// The streams on which a lane goes on. The driver closes the channel when it gives the lane up.
#[derive(Debug)]
struct Successors {
    coming: mpsc::Receiver<ReadHalf<Counted>>,
    /// Taken while the lane was still on the stream before. Bounded by what the driver lets wait.
    early: VecDeque<ReadHalf<Counted>>,
}

impl Successors {
    /// Waits until the lane is given up. Cancel safe.
    async fn closed(&mut self) {
        while let Some(stream) = self.coming.recv().await {
            self.early.push_back(stream);
        }
    }

    async fn next(&mut self) -> Option<ReadHalf<Counted>> {
        match self.early.pop_front() {
            Some(stream) => Some(stream),
            None => self.coming.recv().await,
        }
    }
}
