//! Typed messages both ways on one stream. The pairing runs on one.

use entraide_common::ids::PeerKey;
use entraide_common::wire::Message;
use futures::AsyncWriteExt;
use libp2p::swarm::Stream;

use super::NetError;
use super::frames::{FrameError, Reading, Writing};

/// A stream of messages. After an error it is of no more use; dropping it ends the stream.
#[derive(Debug)]
pub struct Channel {
    peer: PeerKey,
    stream: Stream,
    reading: Reading,
    writing: Writing,
}

impl Channel {
    pub(super) fn new(peer: PeerKey, stream: Stream) -> Self {
        Self { peer, stream, reading: Reading::default(), writing: Writing::default() }
    }

    /// Who is at the other end, as the transport proved.
    #[must_use]
    pub fn peer(&self) -> PeerKey {
        self.peer
    }

    /// Sends a message; waits while the connection is full.
    ///
    /// # Errors
    /// [`NetError::Lost`].
    pub async fn send<M: Message>(&mut self, message: &M) -> Result<(), NetError> {
        self.writing.message(&mut self.stream, message).await.map_err(|_| NetError::Lost)
    }

    /// The next message. Messages that may be skipped are. Cancel safe.
    ///
    /// # Errors
    /// [`NetError::Protocol`] with the violation, [`NetError::Lost`] at the end of the stream.
    pub async fn recv<M: Message>(&mut self) -> Result<M, NetError> {
        match self.reading.message(&mut self.stream).await {
            Ok(Some(message)) => Ok(message),
            Ok(None) => Err(NetError::Lost),
            Err(error) => Err(error.into()),
        }
    }

    /// Ends the stream after all that was sent. The other side's stream ends too once it has read it.
    pub async fn close(mut self) {
        // Whether the other side still hears it no longer matters here.
        let _ = self.stream.close().await;
    }
}

impl From<FrameError> for NetError {
    fn from(error: FrameError) -> Self {
        match error {
            FrameError::Broken(_) => Self::Lost,
            FrameError::Violation(violation) => Self::Protocol(violation),
        }
    }
}
