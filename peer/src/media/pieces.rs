//! Frames in pieces: how they go out as the link has room, and how they come together again.

use std::future::Future;
use std::time::Instant;

use entraide_common::limits;
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

/// Hands `frame` to `write` in as many pieces as the pace asks for, each when there is room for it.
///
/// # Errors
/// What `write` says.
pub async fn send<E, W: Future<Output = Result<(), E>>>(
    frame: Frame,
    stage: &Stage,
    freed: &Freed,
    mut write: impl FnMut(Screen) -> W,
) -> Result<(), E> {
    let Frame { payload, .. } = &frame;
    let mut begin = 0;
    loop {
        let bytes = room(stage, freed).await.min(payload.len() - begin);
        let (piece, rest) = payload[begin..].split_at(bytes);
        begin += bytes;
        if rest.is_empty() {
            write(Screen::Frame(Frame { payload: piece.to_vec(), ..frame })).await?;
            stage.written(bytes, Instant::now());
            return Ok(());
        }
        write(Screen::Piece(Piece { payload: piece.to_vec() })).await?;
        stage.written(bytes, Instant::now());
    }
}

/// Waits for room, and says for how many bytes.
async fn room(stage: &Stage, freed: &Freed) -> usize {
    loop {
        match stage.room(Instant::now()) {
            Room::Now(bytes) => return bytes,
            Room::From(then) => tokio::time::sleep_until(then.into()).await,
            // What is told between the question and the wait is kept.
            Room::Full => freed.0.notified().await,
        }
    }
}

/// The pieces are more than a frame can be: the host's program broke a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("pieces of more than {} bytes", limits::FRAME_BYTES)]
pub struct TooLong;

/// The helper's side: what has come of the frame that is coming.
#[derive(Debug, Default)]
pub struct Joining {
    payload: Vec<u8>,
    taken: u64,
}

impl Joining {
    /// Takes what came; gives the frame, once it is whole.
    ///
    /// # Errors
    /// [`TooLong`], before anything is kept beyond that.
    pub fn take(&mut self, came: Screen) -> Result<Option<Frame>, TooLong> {
        let (Screen::Frame(Frame { payload, .. }) | Screen::Piece(Piece { payload })) = &came;
        if self.payload.len() + payload.len() > limits::FRAME_BYTES {
            return Err(TooLong);
        }
        self.taken += payload.len() as u64;
        match came {
            Screen::Piece(Piece { payload }) => {
                self.payload.extend_from_slice(&payload);
                Ok(None)
            }
            Screen::Frame(frame) if self.payload.is_empty() => Ok(Some(frame)),
            Screen::Frame(frame) => {
                let mut whole = std::mem::take(&mut self.payload);
                whole.extend_from_slice(&frame.payload);
                Ok(Some(Frame { payload: whole, ..frame }))
            }
        }
    }

    /// Bytes of payload that came so far, in all.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.taken
    }
}
