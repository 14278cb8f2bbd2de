//! What a peer speaks, in one value. The order matters: the limits are asked first whether a connection may be had.

use std::collections::HashSet;
use std::sync::Arc;

use entraide_common::limits;
use libp2p::connection_limits::{self, ConnectionLimits};
use libp2p::identity::Keypair;
use libp2p::swarm::NetworkBehaviour;
use libp2p::{PeerId, identify, ping, relay};

use super::Side;
use super::gate::{Among, Audience};
use super::nat64::Nat64;
use super::punch::Punch;
use super::streams::{Protocol, Streams};

/// The name under which identify speaks with nodes.
const IDENTIFY: &str = "/entraide/id/1";

/// The peer's half of all protocols.
#[derive(NetworkBehaviour)]
pub(super) struct PeerBehaviour {
    limits: connection_limits::Behaviour,
    relay: Among<relay::client::Behaviour>,
    identify: Among<identify::Behaviour>,
    node_ping: Among<ping::Behaviour>,
    peer_ping: Among<ping::Behaviour>,
    pub(super) punch: Punch,
    pub(super) streams: Streams,
}

impl PeerBehaviour {
    /// The behaviour of `key` on `side`, which knows `nodes` as such.
    pub(super) fn new(
        key: &Keypair,
        side: Side,
        nodes: &Arc<HashSet<PeerId>>,
        relay: relay::client::Behaviour,
        nat64: &Nat64,
    ) -> Self {
        let to_nodes = Audience::Only(nodes.clone());
        let to_peers = Audience::AllBut(nodes.clone());
        let identify = identify::Config::new(IDENTIFY.to_owned(), key.public())
            .with_agent_version(concat!("entraide/", env!("CARGO_PKG_VERSION")).to_owned())
            .with_hide_listen_addrs(true)
            .with_cache_size(0);
        let pings = |interval| {
            ping::Behaviour::new(ping::Config::new().with_interval(interval).with_timeout(limits::PING_TIME))
        };
        Self {
            limits: connection_limits::Behaviour::new(connection_limits()),
            relay: Among::new(to_nodes.clone(), relay),
            identify: Among::new(to_nodes.clone(), identify::Behaviour::new(identify)),
            node_ping: Among::new(to_nodes, pings(limits::NODE_PING_INTERVAL)),
            peer_ping: Among::new(to_peers, pings(limits::PING_INTERVAL)),
            punch: Punch::new(key.public().to_peer_id(), nat64.clone()),
            streams: Streams::new(offers(side)),
        }
    }
}

/// The helper opens every stream.
const fn offers(side: Side) -> &'static [Protocol] {
    match side {
        Side::Host => {
            &[Protocol::Pair, Protocol::Addresses, Protocol::Guess, Protocol::Pulse, Protocol::Session]
        }
        Side::Helper => &[],
    }
}

fn connection_limits() -> ConnectionLimits {
    ConnectionLimits::default()
        .with_max_pending_incoming(Some(limits::CONNECTIONS_INCOMING_PENDING))
        .with_max_established_incoming(Some(limits::CONNECTIONS_INCOMING))
        .with_max_established_per_peer(Some(limits::CONNECTIONS_PER_PEER))
}
