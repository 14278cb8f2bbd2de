//! Frames in pieces: how they go out as the link has room, and how they come together again.

use std::future::Future;
use std::time::Instant;

use entraide_common::limits;
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
        let bytes = room(|now| stage.room(now), freed).await.min(payload.len() - begin);
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

/// The same for a film's frame, which lets the picture's frames pass between its pieces.
///
/// # Errors
/// What `write` says.
pub async fn send_shot<E, W: Future<Output = Result<(), E>>>(
    shot: Shot,
    stage: &Stage,
    freed: &Freed,
    mut write: impl FnMut(Film) -> W,
) -> Result<(), E> {
    let Shot { payload, .. } = &shot;
    let mut begin = 0;
    loop {
        let bytes = room(|now| stage.film_room(now), freed).await.min(payload.len() - begin);
        let (piece, rest) = payload[begin..].split_at(bytes);
        begin += bytes;
        if rest.is_empty() {
            write(Film::Shot(Shot { payload: piece.to_vec(), ..shot })).await?;
            stage.film_written(bytes, Instant::now());
            return Ok(());
        }
        write(Film::Piece(Piece { payload: piece.to_vec() })).await?;
        stage.film_written(bytes, Instant::now());
    }
}

/// Waits for room, and says for how many bytes.
async fn room(room: impl Fn(Instant) -> Room, freed: &Freed) -> usize {
    loop {
        match room(Instant::now()) {
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

/// The helper's side: what has come of the frame that is coming.
#[derive(Debug, Default)]
pub struct Joining {
    payload: Vec<u8>,
    taken: u64,
}

impl Joining {
    /// Takes what came of the picture; gives what is whole.
    ///
    /// # Errors
    /// [`TooLong`], before anything is kept beyond that.
    pub fn take(&mut self, came: Screen) -> Result<Option<Screen>, TooLong> {
        Ok(match came {
            Screen::Piece(Piece { payload }) => {
                self.join(payload, limits::FRAME_BYTES)?;
                None
            }
            Screen::Frame(Frame { payload, generation, sequence, captured_us }) => {
                let payload = self.end(payload, limits::FRAME_BYTES)?;
                Some(Screen::Frame(Frame { payload, generation, sequence, captured_us }))
            }
            other @ Screen::Region(_) => Some(other),
        })
    }

    /// Takes what came of a film; gives what is whole.
    ///
    /// # Errors
    /// [`TooLong`], before anything is kept beyond that.
    pub fn take_film(&mut self, came: Film) -> Result<Option<Film>, TooLong> {
        Ok(match came {
            Film::Piece(Piece { payload }) => {
                self.join(payload, limits::VIDEO_FRAME_BYTES)?;
                None
            }
            Film::Shot(Shot { payload, version, captured_us }) => {
                let payload = self.end(payload, limits::VIDEO_FRAME_BYTES)?;
                Some(Film::Shot(Shot { payload, version, captured_us }))
            }
            other @ (Film::Begin(_) | Film::End(())) => Some(other),
        })
    }

    /// Bytes of payload that came since this was last asked.
    pub fn taken(&mut self) -> u64 {
        std::mem::take(&mut self.taken)
    }

    fn join(&mut self, payload: Vec<u8>, limit: usize) -> Result<(), TooLong> {
        if self.payload.len() + payload.len() > limit {
            return Err(TooLong(limit));
        }
        self.taken += payload.len() as u64;
        if self.payload.is_empty() {
            self.payload = payload;
        } else {
            self.payload.extend_from_slice(&payload);
        }
        Ok(())
    }

    fn end(&mut self, payload: Vec<u8>, limit: usize) -> Result<Vec<u8>, TooLong> {
        self.join(payload, limit)?;
        Ok(std::mem::take(&mut self.payload))
    }
}
