//! The way that bytes take to a peer: what kind, over what, how long. Which of several ways is the better one.

use std::net::IpAddr;
use std::time::Duration;

use libp2p::Multiaddr;
use libp2p::core::ConnectedPoint;
use libp2p::multiaddr::Protocol;

use super::candidates;

/// A way to a peer, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// What lies between.
    pub kind: PathKind,
    /// What carries it; for a relayed path, this side's connection to the node as far as it is known.
    pub transport: Transport,
    /// The last measured round trip, if there was one.
    pub rtt: Option<Duration>,
}

/// What lies between two peers. The order is that of preference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PathKind {
    /// The same network, or the same computer.
    Lan,
    /// The internet.
    Direct,
    /// A node that passes on what it cannot read.
    Relayed {
        /// The node's address.
        node: String,
    },
}

/// What carries the bytes. The order is that of preference: over QUIC a large frame holds up no other stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Transport {
    /// QUIC over UDP.
    Quic,
    /// TCP, noise and yamux.
    Tcp,
}

impl Path {
    /// The path of a connection with these ends, not yet measured.
    pub(super) fn of(endpoint: &ConnectedPoint) -> Self {
        let far = far(endpoint);
        Self { kind: PathKind::of(far), transport: Transport::of(far), rtt: None }
    }

    /// Orders paths from the best to the worst; the round trip does not count.
    pub(super) fn preference(&self) -> (u8, Transport) {
        let kind = match self.kind {
            PathKind::Lan => 0,
            PathKind::Direct => 1,
            PathKind::Relayed { .. } => 2,
        };
        (kind, self.transport)
    }

    /// Whether both paths look the same but for the round trip.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.kind == other.kind && self.transport == other.transport
    }

    /// Whether no node lies between.
    #[must_use]
    pub fn is_direct(&self) -> bool {
        !matches!(self.kind, PathKind::Relayed { .. })
    }
}

impl PathKind {
    fn of(far: &Multiaddr) -> Self {
        if far.iter().any(|part| part == Protocol::P2pCircuit) {
            let node = far.iter().take_while(|part| *part != Protocol::P2pCircuit).collect::<Multiaddr>();
            return Self::Relayed { node: node.to_string() };
        }
        match ip(far) {
            Some(ip) if !candidates::is_public(ip) => Self::Lan,
            _ => Self::Direct,
        }
    }
}

impl Transport {
    /// What carries bytes to this address.
    pub(super) fn of(far: &Multiaddr) -> Self {
        if far.iter().any(|part| part == Protocol::QuicV1) { Self::Quic } else { Self::Tcp }
    }
}

/// Whether the connection, or that to its node, begins and ends on this computer.
pub(super) fn is_loopback(endpoint: &ConnectedPoint) -> bool {
    ip(far(endpoint)).is_some_and(|ip| ip.is_loopback())
}

fn far(endpoint: &ConnectedPoint) -> &Multiaddr {
    match endpoint {
        ConnectedPoint::Dialer { address, .. } => address,
        // The far end of an inbound circuit is named by its peer only; the near end names the node.
        ConnectedPoint::Listener { local_addr, .. } if endpoint.is_relayed() => local_addr,
        ConnectedPoint::Listener { send_back_addr, .. } => send_back_addr,
    }
}

/// The first IP address in `address`.
pub(super) fn ip(address: &Multiaddr) -> Option<IpAddr> {
    address.iter().find_map(|part| match part {
        Protocol::Ip4(ip) => Some(ip.into()),
        Protocol::Ip6(ip) => Some(ip.to_canonical()),
        _ => None,
    })
}
