//! Asking a node: one request and one answer on a stream of its own.

use entraide_common::limits;
use entraide_common::wire::WireError;
use entraide_common::wire::directory::{Decline, Request, Response};
use futures::AsyncWriteExt;
use libp2p::swarm::Stream;
use thiserror::Error;
use tokio::time::timeout;

use super::NetError;
use super::frames::{Reading, Writing};

/// Why a node did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DirectoryError {
    /// It could not be asked, or did not answer as it should.
    #[error(transparent)]
    Net(#[from] NetError),
    /// It said no.
    #[error("the node declined: {0:?}")]
    Declined(Decline),
}

/// Sends `request` and reads the answer.
pub(super) async fn ask(mut stream: Stream, request: &Request) -> Result<Response, DirectoryError> {
    match timeout(limits::DIRECTORY_TIME, exchange(&mut stream, request)).await {
        Ok(Ok(Response::Declined(decline))) => Err(DirectoryError::Declined(decline)),
        Ok(answer) => Ok(answer?),
        Err(_) => Err(NetError::TimedOut.into()),
    }
}

/// An answer that does not fit the request.
pub(super) fn misfit() -> DirectoryError {
    let rule = "an answer to another question";
    NetError::Protocol(WireError::Rule { what: "Response", rule }).into()
}

async fn exchange(stream: &mut Stream, request: &Request) -> Result<Response, NetError> {
    Writing::default().message(stream, request).await.map_err(|_| NetError::Lost)?;
    let answer = Reading::default().message(stream).await?.ok_or(NetError::Lost)?;
    // The answer is here; how the stream ends does not matter.
    let _ = stream.close().await;
    Ok(answer)
}
