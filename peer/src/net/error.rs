//! Why the network could not do what it was asked.

use entraide_common::wire::WireError;
use libp2p::Multiaddr;
use thiserror::Error;

use super::streams::OpenError;

/// What went wrong, and on whose side.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NetError {
    /// This address is no node of the configuration, or does not end in `/p2p/ID`.
    #[error("{0} is no address of a known node")]
    UnknownNode(Multiaddr),
    /// The node does not answer at that address.
    #[error("the node {node} cannot be reached: {reason}")]
    NodeUnreachable {
        /// Its address.
        node: Multiaddr,
        /// What the system or libp2p said.
        reason: String,
    },
    /// The node answers but gives no place to wait at.
    #[error("the node {node} gives no reservation: {reason}")]
    NodeRefused {
        /// Its address.
        node: Multiaddr,
        /// What it said.
        reason: String,
    },
    /// The node knows no way to the host: it is gone.
    #[error("the host cannot be reached: {0}")]
    HostUnreachable(String),
    /// There is no connection to that peer.
    #[error("not connected")]
    NotConnected,
    /// The peer is not proven for that session.
    #[error("the peer is not proven")]
    Unproven,
    /// The other side does not speak the protocol.
    #[error("the other side does not speak this protocol")]
    Unsupported,
    /// No answer in time.
    #[error("no answer in time")]
    TimedOut,
    /// The stream or its connection broke, or the other side ended it.
    #[error("the link to the other side was lost")]
    Lost,
    /// The other side broke a rule.
    #[error("the other side sent {0}")]
    Protocol(#[from] WireError),
    /// This computer is in no network.
    #[error("this computer is in no network")]
    NoNetwork,
    /// This computer does not hear itself on its networks: mDNS's port is another program's alone, or blocked.
    #[error("nothing can be announced on the network")]
    NotAnnounced,
    /// This computer cannot do networking.
    #[error("networking is not possible here: {0}")]
    System(String),
    /// The driver has ended.
    #[error("the network is shut down")]
    Stopped,
}

impl From<OpenError> for NetError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Unsupported => Self::Unsupported,
            OpenError::Gone => Self::Lost,
        }
    }
}
