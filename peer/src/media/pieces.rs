//! Frames in pieces: how they go out as the link has room, and how they come together again.

use std::future::Future;
use std::time::Instant;

use entraide_common::limits;
use entraide_common::wire::Message;
use entraide_common::wire::film::{Film, Shot};
use entraide_common::wire::screen::{Frame, Piece, Screen};
use thiserror::Error;
use tokio::sync::Notify;

use super::pace::Room;
use super::stage::Stage;

/// Says that the link has more room.
#[derive(Debug, Default)]
pub struct Freed(Notify);

impl Freed {
    /// An acknowledgement came.
    pub fn tell(&self) {
        self.0.notify_one();
    }
}

/// Messages of a lane, one of which has a payload that goes in pieces.
pub trait Pieced: Message {
    /// The most bytes that a whole payload may have.
    const MOST: usize;

    /// The payload, and whether nothing of it follows; of a message that has one.
    fn payload(&mut self) -> Option<(&mut Vec<u8>, bool)>;

    /// Bytes that are followed by more.
    fn piece(payload: Vec<u8>) -> Self;

    /// What may go out on this lane now.
    fn room(stage: &Stage, now: Instant) -> Room;

    /// So many bytes went out on this lane.
    fn written(stage: &Stage, bytes: usize, now: Instant);
}

impl Pieced for Screen {
    const MOST: usize = limits::FRAME_BYTES;

    fn payload(&mut self) -> Option<(&mut Vec<u8>, bool)> {
        match self {
            Self::Frame(Frame { payload, .. }) => Some((payload, true)),
            Self::Piece(Piece { payload }) => Some((payload, false)),
            Self::Region(_) => None,
        }
    }

    fn piece(payload: Vec<u8>) -> Self {
        Self::Piece(Piece { payload })
    }

    fn room(stage: &Stage, now: Instant) -> Room {
        stage.room(now)
    }

    fn written(stage: &Stage, bytes: usize, now: Instant) {
        stage.written(bytes, now);
    }
}

/// A film lets the picture's frames pass between its pieces.
impl Pieced for Film {
    const MOST: usize = limits::VIDEO_FRAME_BYTES;

    fn payload(&mut self) -> Option<(&mut Vec<u8>, bool)> {
        match self {
            Self::Shot(Shot { payload, .. }) => Some((payload, true)),
            Self::Piece(Piece { payload }) => Some((payload, false)),
            Self::Begin(_) | Self::End(()) => None,
        }
    }

    fn piece(payload: Vec<u8>) -> Self {
        Self::Piece(Piece { payload })
    }

    fn room(stage: &Stage, now: Instant) -> Room {
        stage.film_room(now)
    }

    fn written(stage: &Stage, bytes: usize, now: Instant) {
        stage.film_written(bytes, now);
    }
}

/// Hands `message` to `write`, its payload in as many pieces as the pace asks for, each when there is room for it. What has
/// no payload goes at once.
///
/// # Errors
/// What `write` says.
pub async fn send<M: Pieced, E, W: Future<Output = Result<(), E>>>(
    mut message: M,
    stage: &Stage,
    freed: &Freed,
    mut write: impl FnMut(M) -> W,
) -> Result<(), E> {
    let Some((payload, _)) = message.payload() else { return write(message).await };
    let whole = std::mem::take(payload);
    let mut rest = whole.as_slice();
    loop {
        let (piece, after) = rest.split_at(room::<M>(stage, freed).await.min(rest.len()));
        rest = after;
        if !rest.is_empty() {
            write(M::piece(piece.to_vec())).await?;
            M::written(stage, piece.len(), Instant::now());
            continue;
        }
        if let Some((payload, _)) = message.payload() {
            *payload = piece.to_vec();
        }
        write(message).await?;
        M::written(stage, piece.len(), Instant::now());
        return Ok(());
    }
}

/// Waits for room, and says for how many bytes.
async fn room<M: Pieced>(stage: &Stage, freed: &Freed) -> usize {
    loop {
        match M::room(stage, Instant::now()) {
            Room::Now(bytes) => return bytes,
            Room::From(then) => tokio::time::sleep_until(then.into()).await,
            // What is told between the question and the wait is kept.
            Room::Full => freed.0.notified().await,
        }
    }
}

/// The pieces are more than a frame can be: the host's program broke a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("pieces of more than {0} bytes")]
pub struct TooLong(pub usize);

/// The helper's side: what has come of the payload that is coming.
#[derive(Debug, Default)]
pub struct Joining {
    payload: Vec<u8>,
    taken: u64,
}

impl Joining {
    /// Takes what came on one lane; gives what is whole.
    ///
    /// # Errors
    /// [`TooLong`], before anything is kept beyond that.
    pub fn take<M: Pieced>(&mut self, mut came: M) -> Result<Option<M>, TooLong> {
        let Some((payload, is_last)) = came.payload() else { return Ok(Some(came)) };
        if self.payload.len() + payload.len() > M::MOST {
            return Err(TooLong(M::MOST));
        }
        self.taken += payload.len() as u64;
        if self.payload.is_empty() {
            std::mem::swap(&mut self.payload, payload);
        } else {
            self.payload.append(payload);
        }
        if !is_last {
            return Ok(None);
        }
        *payload = std::mem::take(&mut self.payload);
        Ok(Some(came))
    }

    /// Bytes of payload that came since this was last asked.
    pub fn taken(&mut self) -> u64 {
        std::mem::take(&mut self.taken)
    }
}
