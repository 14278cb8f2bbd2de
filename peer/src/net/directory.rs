//! Asking a node: one request and one answer on a stream of its own.

use entraide_common::ids::{PeerKey, RegistrationId};
use entraide_common::limits;
use entraide_common::wire::WireError;
use entraide_common::wire::directory::{
    Claim, Claimed, Decline, Place, Registered, Registration, Request, Response,
};
use futures::AsyncWriteExt;
use libp2p::Multiaddr;
use libp2p::swarm::Stream;
use thiserror::Error;
use tokio::time::timeout;

use super::frames::{Reading, Writing};
use super::streams::Protocol;
use super::{Net, NetError};

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

impl Net {
    /// Claims a place at the node, which must be attended. When the reservation is lost the claim is lost with it;
    /// it may be made again, for the same number, after the next [`NodeState::Attended`](super::NodeState::Attended).
    ///
    /// # Errors
    /// See [`DirectoryError`].
    pub async fn claim(&self, node: &Multiaddr, claim: Claim) -> Result<Claimed, DirectoryError> {
        self.claimed(node, &Request::Claim(claim)).await
    }

    /// Keeps a claim for as long again.
    ///
    /// # Errors
    /// See [`DirectoryError`].
    pub async fn renew(&self, node: &Multiaddr, claimed: Claimed) -> Result<Claimed, DirectoryError> {
        self.claimed(node, &Request::Renew(claimed)).await
    }

    /// Gives a claim up.
    ///
    /// # Errors
    /// See [`DirectoryError`].
    pub async fn withdraw(&self, node: &Multiaddr, place: Place) -> Result<(), DirectoryError> {
        self.done(node, &Request::Withdraw(place)).await
    }

    /// Who waits at that place, if anybody.
    ///
    /// # Errors
    /// See [`DirectoryError`].
    pub async fn lookup(&self, node: &Multiaddr, place: Place) -> Result<Option<PeerKey>, DirectoryError> {
        match self.request(node, &Request::Lookup(place)).await? {
            Response::LookedUp(answer) => Ok(answer.found.then_some(answer.host)),
            _ => Err(misfit()),
        }
    }

    /// Lets a session's partner open circuits of the node, which must be attended, to this host: until the time is over
    /// or [`Net::unregister`] is called, whatever becomes of claims, reservations and connections. The same
    /// registration again renews it. A node that was started anew has forgotten it.
    ///
    /// # Errors
    /// See [`DirectoryError`].
    pub async fn register(
        &self,
        node: &Multiaddr,
        registration: Registration,
    ) -> Result<Registered, DirectoryError> {
        match self.request(node, &Request::Register(registration)).await? {
            Response::Registered(registered) => Ok(registered),
            _ => Err(misfit()),
        }
    }

    /// Ends a registration.
    ///
    /// # Errors
    /// See [`DirectoryError`].
    pub async fn unregister(&self, node: &Multiaddr, id: RegistrationId) -> Result<(), DirectoryError> {
        self.done(node, &Request::Unregister(id)).await
    }

    async fn claimed(&self, node: &Multiaddr, request: &Request) -> Result<Claimed, DirectoryError> {
        match self.request(node, request).await? {
            Response::Claimed(claimed) => Ok(claimed),
            _ => Err(misfit()),
        }
    }

    async fn request(&self, node: &Multiaddr, request: &Request) -> Result<Response, DirectoryError> {
        let peer = self.connect(node).await?;
        ask(self.open(peer, Protocol::Directory).await?, request).await
    }

    async fn done(&self, node: &Multiaddr, request: &Request) -> Result<(), DirectoryError> {
        match self.request(node, request).await? {
            Response::Done(()) => Ok(()),
            _ => Err(misfit()),
        }
    }
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
fn misfit() -> DirectoryError {
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
