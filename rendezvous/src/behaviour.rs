//! What the node speaks with peers: the directory, the relay, identify and ping, behind limits on connections and
//! memory.
//!
//! Order matters in [`NodeBehaviour`]: libp2p asks the fields in turn whether a connection may be had, and the first
//! No ends it, so the limits stand before what costs something. Within a connection they are polled in turn: the relay
//! stands before the directory, so that a reservation is known when the claim that follows it is read.

#![expect(missing_docs, reason = "the derived event is documented by its protocols")]

mod admission;
mod codec;
mod gate;
mod meter;
mod relay;

use core::time::Duration;
use std::error::Error;
use std::time::Instant;

use entraide_common::time::Moment;
use libp2p::connection_limits::ConnectionLimits;
use libp2p::core::upgrade::Version;
use libp2p::identity::Keypair;
use libp2p::request_response::{self, ProtocolSupport};
use libp2p::swarm::NetworkBehaviour;
use libp2p::{
    Swarm, SwarmBuilder, Transport as _, connection_limits, identify, noise, ping, quic, tcp, yamux,
};
use libp2p_memory_connection_limits as memory_limits;

pub use self::admission::Admission;
pub use self::codec::{DirectoryCodec, PROTOCOL as DIRECTORY_PROTOCOL};
pub use self::gate::Gate;
use self::meter::Metered;
pub use self::meter::Rate as ByteRate;
pub use self::relay::{Asked, Event as RelayEvent, Relay};
use crate::limits::Limits;
use crate::quota::Rate;

/// The name under which identify speaks with our peers.
pub const IDENTIFY_PROTOCOL: &str = "/entraide/id/1";

/// The node's half of all protocols.
#[derive(NetworkBehaviour)]
pub struct NodeBehaviour {
    /// How many connections.
    pub connections: connection_limits::Behaviour,
    /// How often from one network.
    pub gate: Gate,
    /// How much memory.
    pub memory: memory_limits::Behaviour,
    /// Reservations and circuits.
    pub relay: Relay,
    /// Claims and lookups.
    pub directory: request_response::Behaviour<DirectoryCodec>,
    /// Tells peers the addresses they are seen at.
    pub identify: identify::Behaviour,
    /// Notices dead connections.
    pub ping: ping::Behaviour,
}

impl NodeBehaviour {
    /// Takes over what a reload may change.
    pub fn set_limits(&mut self, limits: &Limits) {
        *self.connections.limits_mut() = connection_limits(limits);
        self.memory = memory_limits::Behaviour::with_max_bytes(count(limits.memory_bytes));
        self.gate.set_rate(Rate::per_minute(limits.connections_per_minute));
    }

    /// Takes no new connection, reservation or circuit; what stands, stays.
    pub fn close(&mut self) {
        let limits = self.connections.limits_mut();
        *limits = limits.clone().with_max_pending_incoming(Some(0));
        self.relay.close();
    }
}

/// The clock of a node: moments since its start.
#[derive(Debug, Clone, Copy)]
pub struct Clock(Instant);

impl Clock {
    /// A clock that starts now.
    #[must_use]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since the start.
    #[must_use]
    pub fn now(self) -> Moment {
        self.at(Instant::now())
    }

    fn at(self, instant: Instant) -> Moment {
        Moment::new(instant.saturating_duration_since(self.0))
    }
}

/// The swarm of a node that is known by `key`. It listens nowhere yet.
///
/// # Errors
/// If noise or the system's TCP or UDP cannot be set up at all.
pub fn swarm(
    key: Keypair,
    limits: &Limits,
    admission: &Admission,
    rate: &ByteRate,
    clock: Clock,
) -> anyhow::Result<Swarm<NodeBehaviour>> {
    let behaviour = |key: &Keypair| behaviour(key, limits, admission, clock);
    let swarm = SwarmBuilder::with_existing_identity(key)
        .with_tokio()
        .with_other_transport(|key| {
            let transport = tcp::tokio::Transport::new(tcp::Config::default().nodelay(true))
                .upgrade(Version::V1Lazy)
                .authenticate(noise::Config::new(key)?)
                .multiplex(muxer(limits));
            let rate = rate.clone();
            Ok::<_, Box<dyn Error + Send + Sync>>(
                transport.map(move |(peer, muxer), _| (peer, Metered::new(muxer, rate.clone()))),
            )
        })?
        .with_other_transport(|key| {
            let (transport, rate) = (quic::tokio::Transport::new(quic_config(key, limits)), rate.clone());
            transport.map(move |(peer, muxer), _| (peer, Metered::new(muxer, rate.clone())))
        })
        .map_err(|infallible| anyhow::anyhow!("{infallible}"))?
        .with_behaviour(behaviour)
        .map_err(|infallible| anyhow::anyhow!("{infallible}"))?
        .with_swarm_config(|config| {
            config
                .with_idle_connection_timeout(Duration::from_secs(limits.idle_seconds))
                .with_max_negotiating_inbound_streams(count(limits.streams_per_connection))
        })
        .build();
    Ok(swarm)
}

fn muxer(limits: &Limits) -> yamux::Config {
    let mut config = yamux::Config::default();
    config.set_max_num_streams(count(limits.streams_per_connection));
    config
}

fn quic_config(key: &Keypair, limits: &Limits) -> quic::Config {
    let mut config = quic::Config::new(key);
    config.max_concurrent_stream_limit = count(limits.streams_per_connection);
    config.max_stream_data = count(limits.receive_window_bytes);
    config.max_connection_data = count(limits.receive_window_bytes);
    config
}

fn behaviour(key: &Keypair, limits: &Limits, admission: &Admission, clock: Clock) -> NodeBehaviour {
    let identify = identify::Config::new(IDENTIFY_PROTOCOL.to_owned(), key.public())
        .with_agent_version(concat!("entraide-rendezvous/", env!("CARGO_PKG_VERSION")).to_owned())
        .with_hide_listen_addrs(true)
        .with_cache_size(0);
    let directory = request_response::Config::default()
        .with_request_timeout(Duration::from_secs(limits.request_seconds))
        .with_max_concurrent_streams(count(limits.requests_per_connection));
    NodeBehaviour {
        connections: connection_limits::Behaviour::new(connection_limits(limits)),
        gate: Gate::new(Rate::per_minute(limits.connections_per_minute), clock),
        memory: memory_limits::Behaviour::with_max_bytes(count(limits.memory_bytes)),
        directory: request_response::Behaviour::new(
            [(DIRECTORY_PROTOCOL, ProtocolSupport::Inbound)],
            directory,
        ),
        relay: Relay::new(key.public().to_peer_id(), relay_config(limits, admission)),
        identify: identify::Behaviour::new(identify),
        ping: ping::Behaviour::default(),
    }
}

fn connection_limits(limits: &Limits) -> ConnectionLimits {
    ConnectionLimits::default()
        .with_max_pending_incoming(Some(count(limits.pending_connections)))
        .with_max_pending_outgoing(Some(0))
        .with_max_established(Some(count(limits.connections)))
        .with_max_established_per_peer(Some(count(limits.connections_per_peer)))
}

/// Every field by name: libp2p's defaults cut a circuit after 128 KiB or two minutes.
fn relay_config(limits: &Limits, admission: &Admission) -> libp2p::relay::Config {
    libp2p::relay::Config {
        max_reservations: count(limits.reservations),
        // libp2p compares what a peer has with `>`, before it adds: one less is what it says.
        max_reservations_per_peer: count(limits.reservations_per_peer - 1),
        reservation_duration: Duration::from_secs(limits.reservation_seconds),
        reservation_rate_limiters: vec![admission.of_reservations()],
        max_circuits: count(limits.circuits),
        max_circuits_per_peer: count(limits.circuits_per_peer - 1),
        max_circuit_duration: Duration::from_secs(limits.circuit_seconds),
        max_circuit_bytes: limits.circuit_bytes,
        circuit_src_rate_limiters: vec![admission.of_circuits()],
    }
}

/// A limit as the number type libp2p wants; the ranges in [`Limits::KEYS`] fit all of them on 64-bit machines.
fn count<T: TryFrom<u64> + Bounded>(value: u64) -> T {
    T::try_from(value).unwrap_or(T::MOST)
}

trait Bounded {
    const MOST: Self;
}

impl Bounded for u32 {
    const MOST: Self = Self::MAX;
}

impl Bounded for usize {
    const MOST: Self = Self::MAX;
}
