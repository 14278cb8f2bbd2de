//! The swarm: transports and behaviour put together.

use std::collections::HashSet;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use entraide_common::limits;
use libp2p::core::transport::ListenerId;
use libp2p::core::upgrade::Version;
use libp2p::identity::Keypair;
use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, PeerId, Swarm, SwarmBuilder, noise, quic, tcp, yamux};

use super::behaviour::PeerBehaviour;
use super::quic::{Holes, Quic};
use super::{NetError, Side};

/// The swarm of a peer. It listens nowhere yet.
pub(super) fn build(
    key: Keypair,
    side: Side,
    nodes: &Arc<HashSet<PeerId>>,
    holes: Holes,
) -> Result<Swarm<PeerBehaviour>, NetError> {
    let streams = u32::try_from(limits::STREAMS_PER_CONNECTION).expect("a small number");
    let failed = |error: &dyn std::error::Error| NetError::System(error.to_string());
    let swarm = SwarmBuilder::with_existing_identity(key)
        .with_tokio()
        .with_tcp(tcp::Config::default().nodelay(true), noise::Config::new, muxer)
        .map_err(|error| failed(&error))?
        .with_other_transport(|key| {
            let mut config = quic::Config::new(key);
            config.max_concurrent_stream_limit = streams;
            Quic::new(config, holes)
        })
        .map_err(|error| failed(&error))?
        .with_dns()
        .map_err(|error| failed(&error))?
        .with_relay_client(noise::Config::new, muxer)
        .map_err(|error| failed(&error))?
        .with_behaviour(|key, relay| PeerBehaviour::new(key, side, nodes, relay))
        .map_err(|error| failed(&error))?
        .with_swarm_config(|config| {
            config
                .with_idle_connection_timeout(limits::CONNECTION_IDLE)
                .with_max_negotiating_inbound_streams(limits::STREAMS_PER_CONNECTION)
                // A stream is usable at once instead of after a round trip.
                .with_substream_upgrade_protocol_override(Version::V1Lazy)
        })
        .build();
    Ok(swarm)
}

/// Listens on QUIC and TCP, IPv4 and IPv6. What is not there on this machine is left out with a warning.
pub(super) fn listen(swarm: &mut Swarm<PeerBehaviour>, port: u16) -> Vec<ListenerId> {
    let mut listeners = Vec::new();
    for address in listen_addresses(port) {
        match swarm.listen_on(address.clone()) {
            Ok(listener) => listeners.push(listener),
            Err(error) => tracing::warn!(%address, %error, "cannot listen"),
        }
    }
    listeners
}

/// Listens on a punched port, which makes it a transport of its own.
pub(super) fn listen_on_hole(swarm: &mut Swarm<PeerBehaviour>, port: u16) -> Option<ListenerId> {
    let address = Multiaddr::from(Ipv4Addr::UNSPECIFIED).with(Protocol::Udp(port)).with(Protocol::QuicV1);
    swarm.listen_on(address).inspect_err(|error| tracing::debug!(%error, "a punched port")).ok()
}

fn listen_addresses(port: u16) -> [Multiaddr; 4] {
    let v4 = Multiaddr::from(Ipv4Addr::UNSPECIFIED);
    let v6 = Multiaddr::from(Ipv6Addr::UNSPECIFIED);
    let quic = |ip: Multiaddr| ip.with(Protocol::Udp(port)).with(Protocol::QuicV1);
    let tcp = |ip: Multiaddr| ip.with(Protocol::Tcp(port));
    [quic(v4.clone()), quic(v6.clone()), tcp(v4), tcp(v6)]
}

fn muxer() -> yamux::Config {
    let mut config = yamux::Config::default();
    config.set_max_num_streams(limits::STREAMS_PER_CONNECTION);
    config
}
