//! A node, a host and a helper in this process, and a stranger who speaks libp2p as it comes.

use std::future::Future;
use std::time::Duration;

use entraide::app::meeting::Meeting;
use entraide::net::{Channel, Net, NetConfig, NetEvent, NodeState, Path, Side};
use entraide_common::ids::PeerKey;
use entraide_common::wire::directory::{Claim, Place, Want};
use entraide_rendezvous::limits::Limits;
use entraide_rendezvous::server::{Handle, Server, ServerConfig};
use futures::StreamExt;
use libp2p::identity::Keypair;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::{NetworkBehaviour, SwarmEvent};
use libp2p::{Multiaddr, PeerId, Swarm, SwarmBuilder, dcutr, identify, noise, ping, relay, tcp, yamux};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

/// Longer than anything here takes on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// The outcome, in time.
pub(super) async fn within<T>(doing: impl Future<Output = T>) -> T {
    timeout(PATIENCE, doing).await.expect("it happens in time")
}

/// A side that runs.
pub(super) struct Running {
    pub(super) net: Net,
    events: mpsc::Receiver<NetEvent>,
    stop: CancellationToken,
    driver: JoinHandle<()>,
}

impl Running {
    pub(super) fn start(side: Side, seed: u8, nodes: &[Multiaddr]) -> Self {
        let (seed, nodes) = (Zeroizing::new([seed; 32]), nodes.to_vec());
        // The router of whoever runs the tests is left alone.
        let config = NetConfig { seed, nodes, side, listen_port: 0, map_ports: false };
        let (net, driver, events) = Net::new(config).expect("a network");
        let stop = CancellationToken::new();
        let driver = tokio::spawn(driver.run(stop.clone()));
        Self { net, events, stop, driver }
    }

    /// The next event that `wanted` takes.
    pub(super) async fn event<T>(&mut self, mut wanted: impl FnMut(NetEvent) -> Option<T>) -> T {
        loop {
            let event = self.events.recv().await.expect("the network goes on");
            if let Some(found) = wanted(event) {
                return found;
            }
        }
    }

    pub(super) async fn path_other_than_relayed(&mut self) -> Path {
        self.event(|event| match event {
            NetEvent::Path { path, .. } if path.is_direct() => Some(path),
            _ => None,
        })
        .await
    }

    pub(super) async fn stop(&mut self) {
        self.stop.cancel();
        within(&mut self.driver).await.expect("no panic");
    }
}

/// A node, a host and a helper.
pub(super) struct World {
    pub(super) node: Multiaddr,
    /// The address of a node where nobody listens.
    pub(super) silent: Multiaddr,
    pub(super) host: Running,
    pub(super) helper: Running,
    key: Keypair,
    serving: JoinHandle<()>,
    orders: Handle,
}

impl World {
    pub(super) async fn start() -> Self {
        let key = Keypair::generate_ed25519();
        let listen = "/ip4/127.0.0.1/tcp/0".parse().expect("an address");
        let (node, orders, serving) = serve(&key, listen).await;
        let nobody = Keypair::generate_ed25519().public().to_peer_id();
        let silent: Multiaddr = "/ip4/127.0.0.1/tcp/9".parse().expect("an address");
        let silent = silent.with(Protocol::P2p(nobody));
        let nodes = [node.clone(), silent.clone()];
        let host = Running::start(Side::Host, 1, &nodes);
        let helper = Running::start(Side::Helper, 2, &nodes);
        Self { node, silent, host, helper, key, serving, orders }
    }

    pub(super) async fn stop_node(&mut self) {
        // The second time says that it shall not wait for anything.
        self.orders.close().await;
        self.orders.close().await;
        within(&mut self.serving).await.expect("no panic");
    }

    /// The same node at the same address.
    pub(super) async fn start_node(&mut self) {
        let listen = self.node.iter().filter(|part| !matches!(part, Protocol::P2p(_))).collect();
        (_, self.orders, self.serving) = serve(&self.key, listen).await;
    }

    pub(super) fn node_id(&self) -> PeerId {
        self.key.public().to_peer_id()
    }

    /// Passes the host's news of nodes on to the meeting, up to `last`.
    pub(super) async fn pass_on_until(&mut self, last: NodeState, meeting: &Meeting) {
        let pass = |event| match event {
            NetEvent::Node { address, state } => {
                meeting.hear(address, state);
                (state == last).then_some(())
            }
            _ => None,
        };
        self.host.event(pass).await;
    }

    /// The host waits at the node.
    pub(super) async fn claim(&self) -> Place {
        let host = &self.host.net;
        within(host.attend(&self.node)).await.expect("a reservation");
        let claim = Claim { want: Want::Any, ttl: Duration::from_secs(600) };
        within(host.claim(&self.node, claim)).await.expect("a place").place
    }

    /// Both ends of a pairing stream over the node.
    pub(super) async fn pair(&mut self) -> (Channel, Channel) {
        let (helper, host) = (self.helper.net.clone(), self.host.net.key());
        within(helper.reach(&self.node, host)).await.expect("a circuit");
        let mut at_helper = within(helper.open_pair(host)).await.expect("a stream");
        // A stream is known at the other end when something was said on it.
        within(at_helper.send(&super::hello())).await.expect("sent");
        let arriving = self.host.event(|event| match event {
            NetEvent::Pair(channel) => Some(channel),
            _ => None,
        });
        let mut at_host = within(arriving).await;
        assert_eq!(within(at_host.recv()).await, Ok(super::hello()));
        (at_helper, at_host)
    }
}

async fn serve(key: &Keypair, listen: Multiaddr) -> (Multiaddr, Handle, JoinHandle<()>) {
    let (key, limits) = (key.clone(), Limits::default());
    let config = ServerConfig { key, listen: vec![listen], external: Vec::new(), limits };
    let server = Server::start(config).await.expect("the node listens");
    let (address, orders) = (server.addresses().remove(0), server.handle());
    (address, orders, tokio::spawn(server.run(|_| ())))
}

#[derive(NetworkBehaviour)]
struct Curious {
    relay: relay::client::Behaviour,
    identify: identify::Behaviour,
    dcutr: dcutr::Behaviour,
    ping: ping::Behaviour,
}

/// Somebody who calls a host to learn what it says by itself.
pub(super) struct Stranger {
    swarm: Swarm<Curious>,
}

/// What the host gave away.
#[derive(Debug, Default)]
pub(super) struct Learnt {
    pub(super) addresses: Vec<Multiaddr>,
    pub(super) incoming: usize,
    pub(super) punches: usize,
}

impl Stranger {
    pub(super) async fn start() -> Self {
        let mut swarm = SwarmBuilder::with_new_identity()
            .with_tokio()
            .with_tcp(tcp::Config::default(), noise::Config::new, yamux::Config::default)
            .expect("TCP")
            .with_quic()
            .with_relay_client(noise::Config::new, yamux::Config::default)
            .expect("circuits")
            .with_behaviour(|key, relay| Curious {
                relay,
                identify: identify::Behaviour::new(identify::Config::new(
                    "/entraide/id/1".into(),
                    key.public(),
                )),
                dcutr: dcutr::Behaviour::new(key.public().to_peer_id()),
                ping: ping::Behaviour::new(ping::Config::new().with_interval(Duration::from_millis(200))),
            })
            .expect("a behaviour")
            .with_swarm_config(|config| config.with_idle_connection_timeout(PATIENCE))
            .build();
        for address in
            ["/ip4/0.0.0.0/tcp/0", "/ip4/0.0.0.0/udp/0/quic-v1", "/ip6/::/tcp/0", "/ip6/::/udp/0/quic-v1"]
        {
            swarm.listen_on(address.parse().expect("an address")).expect("a listener");
        }
        Self { swarm }
    }

    /// Calls the host and waits until it has answered ten times, by when it would have said what it says by itself.
    pub(super) async fn calls(&mut self, node: &Multiaddr, host: PeerKey) -> Learnt {
        let host = host.to_peer_id().expect("a key");
        let circuit = node.clone().with(Protocol::P2pCircuit).with(Protocol::P2p(host));
        self.swarm.dial(circuit).expect("a dial");
        let mut learnt = Learnt::default();
        let (mut answers, mut refused) = (0, false);
        while answers < 10 || !refused {
            match self.swarm.select_next_some().await {
                SwarmEvent::IncomingConnection { .. } => learnt.incoming += 1,
                SwarmEvent::Behaviour(CuriousEvent::Dcutr(_)) => learnt.punches += 1,
                SwarmEvent::Behaviour(CuriousEvent::Identify(identify::Event::Received {
                    peer_id,
                    info,
                    ..
                })) if peer_id == host => {
                    learnt.addresses.extend(info.listen_addrs);
                    refused = true;
                }
                SwarmEvent::Behaviour(CuriousEvent::Identify(identify::Event::Error { peer_id, .. })) => {
                    refused |= peer_id == host;
                }
                SwarmEvent::Behaviour(CuriousEvent::Ping(ping::Event { peer, result: Ok(_), .. })) => {
                    answers += usize::from(peer == host);
                }
                SwarmEvent::OutgoingConnectionError { error, .. } => panic!("{error}"),
                _ => {}
            }
        }
        learnt
    }
}
