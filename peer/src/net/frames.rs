//! Messages on a stream: the length (u32, little endian), then the bytes of [`Message::encode`].
//!
//! Reading and writing keep what they have begun in a value of their own, so that a caller may drop a future half way
//! and go on later without losing a byte.

use std::io;

use entraide_common::wire::{Message, WireError};
use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

const PREFIX: usize = 4;

/// What a stream had to say next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// A message's bytes.
    Message(Vec<u8>),
    /// A length of zero, which no message has.
    Empty,
    /// Nothing more will come. Neither QUIC nor yamux tell reliably whether the other side wanted that.
    End,
}

/// Why nothing could be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum FrameError {
    /// The stream broke.
    #[error(transparent)]
    Broken(#[from] io::Error),
    /// The other side broke a rule.
    #[error(transparent)]
    Violation(#[from] WireError),
}

/// Reads frames.
#[derive(Debug, Default)]
pub(super) struct Reading {
    prefix: [u8; PREFIX],
    body: Vec<u8>,
    /// Bytes read of prefix and body together.
    done: usize,
}

impl Reading {
    /// The next message, those left out that may be skipped; `None` at the end. Cancel safe.
    pub(super) async fn message<M: Message>(
        &mut self,
        io: &mut (impl AsyncRead + Unpin),
    ) -> Result<Option<M>, FrameError> {
        loop {
            match self.next::<M>(io).await? {
                Frame::Message(bytes) => match M::decode(&bytes) {
                    Err(WireError::Ignorable { .. }) => {}
                    decoded => return Ok(Some(decoded?)),
                },
                Frame::Empty => return Err(WireError::Empty.into()),
                Frame::End => return Ok(None),
            }
        }
    }

    /// The next frame. A length over `M`'s limit is refused before anything is allocated. Cancel safe.
    pub(super) async fn next<M: Message>(
        &mut self,
        io: &mut (impl AsyncRead + Unpin),
    ) -> Result<Frame, FrameError> {
        while self.done < PREFIX {
            let read = io.read(&mut self.prefix[self.done..]).await?;
            if read == 0 {
                return if self.done == 0 { Ok(Frame::End) } else { Err(cut_off()) };
            }
            self.done += read;
        }
        let length = usize::try_from(u32::from_le_bytes(self.prefix)).unwrap_or(usize::MAX);
        if length > M::LIMIT {
            return Err(WireError::TooLong { what: M::NAME, length, limit: M::LIMIT }.into());
        }
        while self.done < PREFIX + length {
            // Memory follows what has come, not what was announced: four bytes must not cost the limit.
            let have = self.done - PREFIX;
            if self.body.len() == have {
                self.body.resize((have + have.max(READ_AHEAD)).min(length), 0);
            }
            let read = io.read(&mut self.body[self.done - PREFIX..]).await?;
            if read == 0 {
                return Err(cut_off());
            }
            self.done += read;
        }
        self.done = 0;
        let body = std::mem::take(&mut self.body);
        Ok(if length == 0 { Frame::Empty } else { Frame::Message(body) })
    }
}

/// Bytes made room for at first; from then on the room doubles.
const READ_AHEAD: usize = 64 * 1024;

/// Writes frames.
#[derive(Debug, Default)]
pub(super) struct Writing {
    prefix: [u8; PREFIX],
    body: Vec<u8>,
    /// Bytes still to be written of prefix and body together.
    left: usize,
}

impl Writing {
    /// Writes what is left of an earlier message, then this one, and hands all to the connection. If the future is
    /// dropped, the rest of the message is written before the next.
    pub(super) async fn message<M: Message>(
        &mut self,
        io: &mut (impl AsyncWrite + Unpin),
        message: &M,
    ) -> io::Result<()> {
        self.rest(io).await?;
        self.begin(message.encode())?;
        self.rest(io).await
    }

    /// Writes what is left of an earlier message, then the empty frame.
    pub(super) async fn empty(&mut self, io: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
        self.rest(io).await?;
        self.begin(Vec::new())?;
        self.rest(io).await
    }

    fn begin(&mut self, body: Vec<u8>) -> io::Result<()> {
        self.prefix = u32::try_from(body.len()).map_err(io::Error::other)?.to_le_bytes();
        self.left = PREFIX + body.len();
        self.body = body;
        Ok(())
    }

    async fn rest(&mut self, io: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
        while self.left > self.body.len() {
            let from = PREFIX + self.body.len() - self.left;
            self.left -= written(io.write(&self.prefix[from..]).await?)?;
        }
        while self.left > 0 {
            let from = self.body.len() - self.left;
            self.left -= written(io.write(&self.body[from..]).await?)?;
        }
        self.body = Vec::new();
        io.flush().await
    }
}

fn written(bytes: usize) -> io::Result<usize> {
    if bytes == 0 { Err(io::ErrorKind::WriteZero.into()) } else { Ok(bytes) }
}

fn cut_off() -> FrameError {
    FrameError::Broken(io::ErrorKind::UnexpectedEof.into())
}
