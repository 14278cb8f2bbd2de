//! A node's life: it opens its listeners, serves, and closes.
//!
//! [`Server::start`] returns once the node listens. [`Server::run`] owns the only loop: it takes the swarm's events
//! and the orders of a [`Handle`] in turn, so that registry and swarm need no locks. Told to close, it takes no new
//! connection, claim or circuit and lets the circuits that stand come to their end, at most for the grace time; told
//! again, it ends at once. What an operator should know comes out as [`Notice`]s, in the order it happened.

mod addresses;
mod answering;
mod circuits;
mod closing;
mod giving;
mod listening;
mod notice;
mod relaying;

use core::time::Duration;
use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;

use entraide_common::ids::PeerKey;
use futures::StreamExt;
use libp2p::core::transport::ListenerId;
use libp2p::identity::Keypair;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::{ConnectionId, SwarmEvent};
use libp2p::{Multiaddr, PeerId, Swarm, identify, ping};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use self::addresses::Witnesses;
use self::circuits::Circuits;
pub use self::giving::Audience;
pub use self::notice::{Notice, StartError};
use crate::behaviour::{self, Admission, ByteRate, Clock, NodeBehaviour, NodeBehaviourEvent};
use crate::limits::Limits;
use crate::quota::{Buckets, Rate, ip_of};
use crate::registry::Registry;
use crate::stun;

/// Violations told a minute: whoever sends garbage shall not fill the disk.
const VIOLATIONS_TOLD: u64 = 60;
/// Orders that may wait: there are a few people and signals at most.
const ORDERS: usize = 8;
/// How often is looked for reservations that are held for nothing.
const ROUND: Duration = Duration::from_secs(5);

/// What a node is started with.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// The key by which peers know it.
    pub key: Keypair,
    /// Where to listen; one that cannot be had is told and passed over as long as another can.
    pub listen: Vec<Multiaddr>,
    /// Where peers reach it; empty means the addresses it listens on, and those that peers agree to see it at.
    pub external: Vec<Multiaddr>,
    /// The bounds.
    pub limits: Limits,
}

enum Order {
    Close,
    Reload(Box<Limits>),
}

/// Tells a running node what to do.
#[derive(Debug, Clone)]
pub struct Handle(mpsc::Sender<Order>);

impl Handle {
    /// Close in order; said twice, close at once. Does nothing if the node is gone.
    pub async fn close(&self) {
        self.send(Order::Close).await;
    }

    /// Go by `limits` where that is possible without a restart.
    pub async fn reload(&self, limits: Limits) {
        self.send(Order::Reload(Box::new(limits))).await;
    }

    async fn send(&self, order: Order) {
        // A node that is gone has closed already.
        let _ = self.0.send(order).await;
    }
}

/// A node.
pub struct Server {
    key: Keypair,
    swarm: Swarm<NodeBehaviour>,
    registry: Registry,
    admission: Admission,
    /// Bytes a second of one circuit.
    rate: ByteRate,
    clock: Clock,
    limits: Limits,
    handle: Handle,
    orders: mpsc::Receiver<Order>,
    notices: VecDeque<Notice>,
    /// Whether the operator said where the node is reached.
    told_external: bool,
    /// Whether nobody but programs on this computer can come.
    only_here: bool,
    witnesses: Witnesses,
    /// Where each connection comes from.
    sources: HashMap<ConnectionId, IpAddr>,
    circuits: Circuits,
    /// Listeners that have given no address yet.
    opening: HashMap<ListenerId, Multiaddr>,
    telling: Buckets<()>,
    /// Answers where sockets are seen; ends with the node.
    stun: JoinSet<()>,
}

impl Server {
    /// Opens the listeners, and returns when the node listens.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn start(config: ServerConfig) -> Result<Self, StartError> {
        let ServerConfig { key, listen, external, limits } = config;
        let clock = Clock::start();
        let admission = Admission::new(&limits, clock);
        let rate = ByteRate::new(limits.circuit_bytes_per_second);
        let mut swarm =
            behaviour::swarm(key.clone(), &limits, &admission, &rate, clock).map_err(StartError::Setup)?;
        for address in &external {
            swarm.add_external_address(address.clone());
        }
        let (sender, orders) = mpsc::channel(ORDERS);
        let mut server = Self {
            key,
            swarm,
            registry: Registry::new(&limits),
            admission,
            rate,
            clock,
            limits,
            handle: Handle(sender),
            orders,
            notices: VecDeque::new(),
            told_external: !external.is_empty(),
            only_here: giving::is_only_here(&listen),
            witnesses: Witnesses::default(),
            sources: HashMap::new(),
            circuits: Circuits::default(),
            opening: HashMap::new(),
            telling: Buckets::new(Rate::per_minute(VIOLATIONS_TOLD)),
            stun: JoinSet::new(),
        };
        server.listen(listen.clone()).await?;
        let listening: Vec<Multiaddr> = server.swarm.listeners().cloned().collect();
        let (stun, notices) = stun::serve(&listen, &listening, clock).await;
        server.stun = stun;
        server.notices.extend(notices);
        server.give_told(external);
        server.order_gifts();
        Ok(server)
    }

    /// What peers know the node by.
    #[must_use]
    pub fn peer_id(&self) -> PeerId {
        *self.swarm.local_peer_id()
    }

    /// Where the node listens, each address with its peer id.
    #[must_use]
    pub fn addresses(&self) -> Vec<Multiaddr> {
        self.swarm.listeners().map(|address| self.with_id(address.clone())).collect()
    }

    /// A handle to tell it things while it runs.
    #[must_use]
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Serves until told to close, then closes; tells what happens.
    pub async fn run(mut self, mut tell: impl FnMut(Notice)) {
        self.serve(&mut tell).await;
        let cut = self.drain(&mut tell).await;
        self.stun.abort_all();
        self.hang_up().await;
        tell(Notice::Closed { cut });
    }

    async fn serve(&mut self, tell: &mut impl FnMut(Notice)) {
        let mut rounds = interval(ROUND);
        rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            self.notices.drain(..).for_each(&mut *tell);
            tokio::select! {
                biased;
                order = self.orders.recv() => match order {
                    Some(Order::Reload(limits)) => self.reload(&limits),
                    Some(Order::Close) | None => return,
                },
                _ = rounds.tick() => self.hang_up_on_squatters(),
                event = self.swarm.select_next_some() => self.on_event(event),
            }
        }
    }

    fn reload(&mut self, limits: &Limits) {
        let (limits, waiting) = self.limits.reloaded(limits);
        self.registry.set_limits(&limits);
        self.admission.set_limits(&limits);
        self.rate.set(limits.circuit_bytes_per_second);
        self.swarm.behaviour_mut().set_limits(&limits);
        self.limits = limits;
        self.notices.push_back(Notice::Reloaded { waiting });
    }

    fn on_event(&mut self, event: SwarmEvent<NodeBehaviourEvent>) {
        match event {
            SwarmEvent::NewListenAddr { listener_id, address } => self.on_listening(listener_id, address),
            SwarmEvent::ExpiredListenAddr { address, .. } if !self.told_external => {
                self.swarm.remove_external_address(&address);
            }
            SwarmEvent::ListenerClosed { listener_id, addresses, reason } => {
                self.opening.remove(&listener_id);
                if let Err(error) = reason {
                    addresses.into_iter().for_each(|address| self.not_listening(address, &error));
                }
            }
            SwarmEvent::ConnectionEstablished { connection_id, endpoint, .. } => {
                if let Some(ip) = ip_of(endpoint.get_remote_address()) {
                    self.sources.insert(connection_id, ip);
                }
            }
            SwarmEvent::ConnectionClosed { connection_id, peer_id, num_established, .. } => {
                self.sources.remove(&connection_id);
                if num_established == 0 {
                    self.gone(&peer_id);
                }
            }
            SwarmEvent::Behaviour(event) => self.on_behaviour(event),
            other => tracing::trace!(?other, "swarm"),
        }
    }

    fn on_behaviour(&mut self, event: NodeBehaviourEvent) {
        match event {
            NodeBehaviourEvent::Directory(event) => self.on_directory(event),
            NodeBehaviourEvent::Relay(event) => self.on_relay(event),
            NodeBehaviourEvent::Identify(identify::Event::Received { connection_id, info, .. }) => {
                self.on_observed(connection_id, info.observed_addr);
            }
            NodeBehaviourEvent::Ping(event) => self.on_ping(&event),
            NodeBehaviourEvent::Identify(_) => {}
        }
    }

    /// A connection that does not answer is dead. libp2p's ping only says so, and TCP notices after a quarter of an hour:
    /// until then circuits would be opened on it.
    fn on_ping(&mut self, event: &ping::Event) {
        if let Err(ping::Failure::Timeout | ping::Failure::Other { .. }) = event.result {
            self.swarm.close_connection(event.connection);
        }
    }

    fn gone(&mut self, peer: &PeerId) {
        if let Some(peer) = PeerKey::from_peer_id(peer) {
            self.registry.gone(peer, self.clock.now());
        }
    }

    fn with_id(&self, address: Multiaddr) -> Multiaddr {
        address.with(Protocol::P2p(self.peer_id()))
    }
}
