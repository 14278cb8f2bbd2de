//! What the handle asks the driver for, and where the answers go.

use entraide_common::ids::SessionId;
use libp2p::swarm::{ConnectionId, Stream};
use libp2p::{Multiaddr, PeerId};
use tokio::sync::{oneshot, watch};

use crate::net::NetError;
use crate::net::link::Ends;
use crate::net::path::Path;
use crate::net::streams::{OpenError, Opened, Protocol};

/// Where an answer goes.
pub(in crate::net) type Reply<T> = oneshot::Sender<Result<T, NetError>>;
/// What a link consists of, before its lanes get their types.
pub(in crate::net) type Linked = (Ends, watch::Receiver<Path>);

/// A stream that is being opened on that connection.
pub(in crate::net) type Probe = (ConnectionId, oneshot::Receiver<Result<Stream, OpenError>>);

/// What the handle asks for.
#[derive(Debug)]
pub(in crate::net) enum Command {
    /// Be connected to this peer, dialling these addresses, all at once, if need be. There is one at least.
    Connect { peer: PeerId, addresses: Vec<Multiaddr>, reply: Reply<()> },
    /// Hold a reservation at this node, to which a connection stands.
    Attend { node: PeerId, address: Multiaddr, reply: Reply<()> },
    /// Give the reservation at this node up.
    Leave { node: PeerId, when: Leave, reply: Reply<()> },
    /// Open a stream on the best connection.
    Open { peer: PeerId, protocol: Protocol, reply: Opened },
    /// The peer is proven.
    Prove { peer: PeerId, session: SessionId, reply: Reply<()> },
    /// Link the session: open its streams, or wait for them.
    Link { peer: PeerId, session: SessionId, reply: Reply<Linked> },
    /// End all connections.
    Close { peer: PeerId, reply: Reply<()> },
    /// Open a stream on each connection to this node.
    Probe { node: PeerId, reply: Reply<Vec<Probe>> },
    /// Give up this connection to the node, which does not answer there.
    GiveUp { node: PeerId, connection: ConnectionId },
}

/// When a node is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::net) enum Leave {
    Always,
    /// Not while a peer is proven, who may come back over it.
    UnlessLinked,
}
