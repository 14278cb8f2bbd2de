//! What a node tells its operator.

use core::time::Duration;

use libp2p::{Multiaddr, PeerId};
use thiserror::Error;

use super::Audience;

/// Why a node does not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// A part of the network stack cannot be set up at all.
    #[error("the network cannot be set up: {0}")]
    Setup(anyhow::Error),
    /// None of the addresses can be listened on; each with its reason, if it gave one.
    #[error("none of the addresses can be listened on")]
    Silent(Vec<(Multiaddr, String)>),
}

/// What an operator should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The node listens on this address, which ends in its peer id.
    Listening(Multiaddr),
    /// It does not, or no longer, listen on this one.
    NotListening {
        /// Which.
        address: Multiaddr,
        /// What the system says.
        error: String,
    },
    /// People may be given this address, which ends in the node's peer id.
    Give {
        /// Which.
        address: Multiaddr,
        /// Who can use it.
        to: Audience,
    },
    /// Peers in several networks see the node at this address, which ends in its peer id, so it counts as its own.
    Reachable(Multiaddr),
    /// A peer broke a rule of the protocol, and its stream was closed.
    Violation {
        /// Who.
        peer: PeerId,
        /// Which rule.
        violation: String,
    },
    /// New limits count.
    Reloaded {
        /// The keys that were changed too and wait for a restart.
        waiting: Vec<&'static str>,
    },
    /// The node closes as soon as these circuits have ended.
    Closing {
        /// How many.
        circuits: usize,
        /// How long they may take.
        grace: Duration,
    },
    /// The node has closed.
    Closed {
        /// How many circuits were cut.
        cut: usize,
    },
}
