//! The swarm: transports and behaviour put together.

use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use entraide_common::limits;
use libp2p::core::muxing::StreamMuxerBox;
use libp2p::core::transport::ListenerId;
use libp2p::core::upgrade::Version;
use libp2p::identity::Keypair;
use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, PeerId, Swarm, SwarmBuilder, Transport as _, noise, quic, tcp, yamux};

use super::behaviour::PeerBehaviour;
use super::nat64::{Nat64, Translated};
use super::quic::{Holes, Quic};
use super::{NetError, Side};

/// How addresses are reached that are not simply dialled. Shared with the transport.
#[derive(Clone, Default)]
pub(super) struct Ways {
    pub(super) holes: Holes,
    pub(super) nat64: Nat64,
}

/// The swarm of a peer. It listens nowhere yet.
pub(super) fn build(
    key: Keypair,
    side: Side,
    nodes: &Arc<HashSet<PeerId>>,
    ways: &Ways,
) -> Result<Swarm<PeerBehaviour>, NetError> {
    let streams = u32::try_from(limits::STREAMS_PER_CONNECTION).expect("a small number");
    let failed = |error: &dyn std::error::Error| NetError::System(error.to_string());
    let swarm = SwarmBuilder::with_existing_identity(key)
        .with_tokio()
        .with_other_transport(|key| Ok(transport(key, streams, ways)?))
        .map_err(|error| failed(&error))?
        .with_dns()
        .map_err(|error| failed(&error))?
        .with_relay_client(noise::Config::new, muxer)
        .map_err(|error| failed(&error))?
        .with_behaviour(|key, relay| PeerBehaviour::new(key, side, nodes, relay, &ways.nat64))
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

/// QUIC and TCP, by IPv6 where IPv4 is reached so only. Names are resolved above it.
fn transport(key: &Keypair, streams: u32, ways: &Ways) -> Result<Translated, noise::Error> {
    let tcp = tcp::tokio::Transport::new(tcp::Config::default().nodelay(true))
        .upgrade(Version::V1Lazy)
        .authenticate(noise::Config::new(key)?)
        .multiplex(muxer())
        .map(|(peer, connection), _| (peer, StreamMuxerBox::new(connection)));
    let mut config = quic::Config::new(key);
    config.max_concurrent_stream_limit = streams;
    let quic = Quic::new(config, ways.holes.clone())
        .map(|(peer, connection), _| (peer, StreamMuxerBox::new(connection)));
    let both = tcp.or_transport(quic).map(|either, _| either.into_inner());
    Ok(Translated::new(both.boxed(), ways.nat64.clone()))
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

/// Listens on a punched port that leads to `remote`, which makes it a transport of its own.
pub(super) fn listen_on_hole(
    swarm: &mut Swarm<PeerBehaviour>,
    port: u16,
    remote: SocketAddr,
) -> Option<ListenerId> {
    let any: IpAddr =
        if remote.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let address = Multiaddr::from(any).with(Protocol::Udp(port)).with(Protocol::QuicV1);
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
