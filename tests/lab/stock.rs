//! libp2p as its own examples put it together (`relay-server` and `dcutr`), to be compared with.
//!
//!     stock relay                      serves on port 4001
//!     stock listen RELAY               waits there
//!     stock dial RELAY PEER            calls who waits
//!
//! Each says one JSON object a line: `listening`, `peer`, `path`.

use std::net::Ipv4Addr;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures::StreamExt;
use libp2p::core::ConnectedPoint;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::{NetworkBehaviour, SwarmEvent};
use libp2p::{Multiaddr, PeerId, Swarm, SwarmBuilder, dcutr, identify, noise, ping, relay, tcp, yamux};
use serde_json::json;
use tokio::time::{sleep, timeout};

/// The port of the examples.
const PORT: u16 = 4001;

#[derive(NetworkBehaviour)]
struct Server {
    relay: relay::Behaviour,
    ping: ping::Behaviour,
    identify: identify::Behaviour,
}

#[derive(NetworkBehaviour)]
struct Peer {
    relay_client: relay::client::Behaviour,
    ping: ping::Behaviour,
    identify: identify::Behaviour,
    dcutr: dcutr::Behaviour,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["relay"] => serve().await,
        ["listen", relay] => meet(&relay.parse()?, None).await,
        ["dial", relay, peer] => meet(&relay.parse()?, Some(peer.parse()?)).await,
        _ => bail!("stock relay | listen RELAY | dial RELAY PEER"),
    }
}

async fn serve() -> Result<()> {
    let mut swarm = SwarmBuilder::with_new_identity()
        .with_tokio()
        .with_tcp(tcp::Config::default(), noise::Config::new, yamux::Config::default)?
        .with_quic()
        .with_behaviour(|key| Server {
            relay: relay::Behaviour::new(key.public().to_peer_id(), relay::Config::default()),
            ping: ping::Behaviour::new(ping::Config::new()),
            identify: identify::Behaviour::new(identify::Config::new("/TODO/0.0.1".into(), key.public())),
        })?
        .build();
    let any = Multiaddr::from(Ipv4Addr::UNSPECIFIED);
    swarm.listen_on(any.clone().with(Protocol::Tcp(PORT)))?;
    swarm.listen_on(any.with(Protocol::Udp(PORT)).with(Protocol::QuicV1))?;
    say(&json!({"event": "peer", "id": swarm.local_peer_id().to_string()}));
    loop {
        let event = swarm.select_next_some().await;
        if let SwarmEvent::Behaviour(ServerEvent::Identify(identify::Event::Received { info, .. })) = event {
            swarm.add_external_address(info.observed_addr);
        }
    }
}

async fn meet(relay: &Multiaddr, wanted: Option<PeerId>) -> Result<()> {
    let mut swarm = SwarmBuilder::with_new_identity()
        .with_tokio()
        .with_tcp(tcp::Config::default().nodelay(true), noise::Config::new, yamux::Config::default)?
        .with_quic()
        .with_dns()?
        .with_relay_client(noise::Config::new, yamux::Config::default)?
        .with_behaviour(|key, relay_client| Peer {
            relay_client,
            ping: ping::Behaviour::new(ping::Config::new()),
            identify: identify::Behaviour::new(identify::Config::new("/TODO/0.0.1".into(), key.public())),
            dcutr: dcutr::Behaviour::new(key.public().to_peer_id()),
        })?
        .build();
    let any = Multiaddr::from(Ipv4Addr::UNSPECIFIED);
    swarm.listen_on(any.clone().with(Protocol::Udp(0)).with(Protocol::QuicV1))?;
    swarm.listen_on(any.with(Protocol::Tcp(0)))?;
    // The example waits for a second to listen on all interfaces.
    let listening = async {
        loop {
            swarm.select_next_some().await;
        }
    };
    let _ = timeout(Duration::from_secs(1), listening).await;
    learn_own_address(&mut swarm, relay).await?;
    let circuit = relay.clone().with(Protocol::P2pCircuit);
    match wanted {
        Some(peer) => swarm.dial(circuit.with(Protocol::P2p(peer)))?,
        None => drop(swarm.listen_on(circuit)?),
    }
    let me = swarm.local_peer_id().to_string();
    loop {
        match swarm.select_next_some().await {
            SwarmEvent::Behaviour(PeerEvent::RelayClient(relay::client::Event::ReservationReqAccepted {
                ..
            })) => say(&json!({"event": "peer", "id": me})),
            SwarmEvent::ConnectionEstablished { peer_id, endpoint, .. }
                if !relay.iter().any(|part| part == Protocol::P2p(peer_id)) =>
            {
                say(&json!({"event": "path", "kind": kind(&endpoint)}));
            }
            _ => {}
        }
    }
}

/// As the example: both learn their address from the relay, and it its own from them.
async fn learn_own_address(swarm: &mut Swarm<Peer>, relay: &Multiaddr) -> Result<()> {
    swarm.dial(relay.clone())?;
    let (mut told, mut learnt) = (false, false);
    let both = async {
        while !(told && learnt) {
            match swarm.select_next_some().await {
                SwarmEvent::Behaviour(PeerEvent::Identify(identify::Event::Sent { .. })) => told = true,
                SwarmEvent::Behaviour(PeerEvent::Identify(identify::Event::Received { .. })) => learnt = true,
                _ => {}
            }
        }
    };
    timeout(Duration::from_secs(10), both).await.context("the relay does not answer")?;
    // Until the relay calls its address its own.
    sleep(Duration::from_millis(200)).await;
    Ok(())
}

fn kind(endpoint: &ConnectedPoint) -> &'static str {
    if endpoint.is_relayed() { "relayed" } else { "direct" }
}

fn say(event: &serde_json::Value) {
    println!("{event}");
}
