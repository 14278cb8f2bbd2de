//! A node's life: it opens its listeners, serves, and closes.
//!
//! [`Server::start`] returns once the node listens. [`Server::run`] owns the only loop: it takes the swarm's events
//! and the orders of a [`Handle`] in turn, so that registry and swarm need no locks. Told to close, it takes no new
//! connection, claim or circuit and lets the circuits that stand come to their end, at most for the grace time; told
//! again, it ends at once. What an operator should know comes out as [`Notice`]s, in the order it happened.

mod addresses;
mod circuits;
mod notice;

use core::time::Duration;
use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;

use entraide_common::chance::Chance;
use entraide_common::guess::Witness;
use entraide_common::ids::PeerKey;
use entraide_common::wire::WireError;
use entraide_common::wire::directory::{Decline, Request, Response};
use futures::StreamExt;
use libp2p::core::transport::ListenerId;
use libp2p::identity::Keypair;
use libp2p::multiaddr::Protocol;
use libp2p::request_response::{self, Message, ResponseChannel};
use libp2p::swarm::{ConnectionId, SwarmEvent};
use libp2p::{Multiaddr, PeerId, Swarm, identify, relay};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};

use self::addresses::{Witnesses, is_link_local};
use self::circuits::Circuits;
pub use self::notice::{Notice, StartError};
use crate::behaviour::{self, Admission, Clock, NodeBehaviour, NodeBehaviourEvent};
use crate::limits::Limits;
use crate::quota::{Buckets, Rate, ip_of};
use crate::registry::{Caller, Registry};
use crate::stun;

/// How long the start waits for all listeners before it goes on with those that are there.
const ALL_LISTENERS: Duration = Duration::from_secs(1);
/// How long the start waits for the first listener.
const FIRST_LISTENER: Duration = Duration::from_secs(10);
/// How long connections may take to close in order, at the very end.
const HANG_UP: Duration = Duration::from_secs(1);
/// Addresses the node calls its own: a reservation's answer, of at most 4 KiB, carries all of them.
const EXTERNAL_ADDRESSES: usize = 16;
/// Violations told a minute: whoever sends garbage shall not fill the disk.
const VIOLATIONS_TOLD: u64 = 60;
/// Orders that may wait: there are a few people and signals at most.
const ORDERS: usize = 8;

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
    Reload(Limits),
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
        self.send(Order::Reload(limits)).await;
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
    clock: Clock,
    limits: Limits,
    handle: Handle,
    orders: mpsc::Receiver<Order>,
    notices: VecDeque<Notice>,
    /// Whether the operator said where the node is reached.
    told_external: bool,
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
        let mut swarm =
            behaviour::swarm(key.clone(), &limits, &admission, clock).map_err(StartError::Setup)?;
        for address in &external {
            swarm.add_external_address(address.clone());
        }
        let (sender, orders) = mpsc::channel(ORDERS);
        let mut server = Self {
            key,
            swarm,
            registry: Registry::new(&limits),
            admission,
            clock,
            limits,
            handle: Handle(sender),
            orders,
            notices: VecDeque::new(),
            told_external: !external.is_empty(),
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
        loop {
            self.notices.drain(..).for_each(&mut *tell);
            tokio::select! {
                biased;
                order = self.orders.recv() => match order {
                    Some(Order::Reload(limits)) => self.reload(&limits),
                    Some(Order::Close) | None => return,
                },
                event = self.swarm.select_next_some() => self.on_event(event),
            }
        }
    }

    /// Waits for the circuits to end; returns how many did not.
    async fn drain(&mut self, tell: &mut impl FnMut(Notice)) -> usize {
        self.registry.close();
        // The listeners stay: taking a QUIC listener away would cut the connections that came through it.
        self.swarm.behaviour_mut().close();
        let grace = Duration::from_secs(self.limits.grace_seconds);
        let deadline = Instant::now() + grace;
        tell(Notice::Closing { circuits: self.circuits.count(), grace });
        while self.circuits.count() > 0 {
            tokio::select! {
                biased;
                order = self.orders.recv() => match order {
                    Some(Order::Reload(_)) => {}
                    Some(Order::Close) | None => break,
                },
                () = sleep_until(deadline) => break,
                event = self.swarm.select_next_some() => self.on_event(event),
            }
            self.notices.drain(..).for_each(&mut *tell);
        }
        self.circuits.count()
    }

    /// Closes the connections in order, so that no peer has to find out by silence.
    async fn hang_up(&mut self) {
        let peers: Vec<PeerId> = self.swarm.connected_peers().copied().collect();
        for peer in peers {
            // A peer that is gone already has nothing to close.
            let _ = self.swarm.disconnect_peer_id(peer);
        }
        let all_closed = async {
            while self.swarm.connected_peers().next().is_some() {
                self.swarm.select_next_some().await;
            }
        };
        // Who has not closed by then is left to notice it.
        let _ = timeout(HANG_UP, all_closed).await;
    }

    async fn listen(&mut self, addresses: Vec<Multiaddr>) -> Result<(), StartError> {
        for address in addresses {
            match self.swarm.listen_on(address.clone()) {
                Ok(listener) => drop(self.opening.insert(listener, address)),
                Err(error) => self.not_listening(address, &error),
            }
        }
        let all_open = async {
            while !self.opening.is_empty() {
                let event = self.swarm.select_next_some().await;
                self.on_event(event);
            }
        };
        // One without an address, IPv6 where there is none say, never opens; the others need not wait for it.
        let _ = timeout(ALL_LISTENERS, all_open).await;
        let first_open = async {
            while self.swarm.listeners().next().is_none() && !self.opening.is_empty() {
                let event = self.swarm.select_next_some().await;
                self.on_event(event);
            }
        };
        let _ = timeout(FIRST_LISTENER, first_open).await;
        if self.swarm.listeners().next().is_some() { Ok(()) } else { Err(StartError::Silent(self.refused())) }
    }

    fn refused(&mut self) -> Vec<(Multiaddr, String)> {
        let refused = self.notices.drain(..).filter_map(|notice| match notice {
            Notice::NotListening { address, error } => Some((address, error)),
            _ => None,
        });
        refused.collect()
    }

    fn reload(&mut self, limits: &Limits) {
        let (limits, waiting) = self.limits.reloaded(limits);
        self.registry.set_limits(&limits);
        self.admission.set_limits(&limits);
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
            NodeBehaviourEvent::Identify(_) | NodeBehaviourEvent::Ping(_) => {}
        }
    }

    fn on_directory(&mut self, event: request_response::Event<Result<Request, WireError>, Response>) {
        match event {
            request_response::Event::Message {
                peer,
                connection_id,
                message: Message::Request { request, channel, .. },
            } => match request {
                Ok(request) => self.on_request(peer, connection_id, &request, channel),
                // Dropping the channel closes the stream.
                Err(violation) => self.on_violation(peer, &violation),
            },
            other => tracing::debug!(?other, "directory"),
        }
    }

    fn on_violation(&mut self, peer: PeerId, violation: &WireError) {
        if self.telling.take((), self.clock.now()).is_ok() {
            self.notices.push_back(Notice::Violation { peer, violation: violation.to_string() });
        }
    }

    fn on_request(
        &mut self,
        peer: PeerId,
        connection: ConnectionId,
        request: &Request,
        channel: ResponseChannel<Response>,
    ) {
        // Without either, which the transports in use never bring about, the stream ends without an answer.
        let (Some(peer), Some(address)) = (PeerKey::from_peer_id(&peer), self.sources.get(&connection))
        else {
            return;
        };
        let caller = Caller { peer, address: *address };
        let response = match request {
            Request::Witness(()) => self.witness(caller),
            _ => self.registry.answer(request, caller, self.clock.now(), &mut SystemChance),
        };
        // A peer that did not wait for its answer misses nothing but that.
        let _ = self.swarm.behaviour_mut().directory.send_response(channel, response);
    }

    /// Our word for where the caller is seen.
    fn witness(&self, caller: Caller) -> Response {
        let IpAddr::V4(at) = caller.address.to_canonical() else {
            return Response::Declined(Decline::NoAddress);
        };
        let signed = self.key.sign(&Witness::message(caller.peer, at)).ok();
        let signature = signed.and_then(|bytes| <[u8; 64]>::try_from(bytes).ok());
        match (PeerKey::from_peer_id(self.swarm.local_peer_id()), signature) {
            (Some(node), Some(signature)) => Response::Witness(Witness::new(node, &signature)),
            // A node with a key of another kind cannot vouch.
            _ => Response::Declined(Decline::NoAddress),
        }
    }

    fn on_relay(&mut self, event: relay::Event) {
        match event {
            relay::Event::ReservationReqAccepted { src_peer_id, .. } => {
                if let Some(peer) = PeerKey::from_peer_id(&src_peer_id) {
                    self.registry.reserved(peer);
                }
            }
            relay::Event::ReservationTimedOut { src_peer_id } => self.gone(&src_peer_id),
            // `ReservationClosed` is no help: libp2p sends it for every connection that closes, reserved or not, and
            // a peer has two. What counts is that the peer has none left.
            relay::Event::CircuitReqAccepted { src_peer_id, dst_peer_id } => {
                self.circuits.opened(src_peer_id, dst_peer_id);
            }
            relay::Event::CircuitClosed { src_peer_id, dst_peer_id, .. } => {
                self.circuits.closed(src_peer_id, dst_peer_id);
            }
            other => tracing::debug!(?other, "relay"),
        }
    }

    fn on_listening(&mut self, listener: ListenerId, address: Multiaddr) {
        self.opening.remove(&listener);
        if !self.told_external && !is_link_local(&address) {
            self.add_external(address.clone());
        }
        let address = self.with_id(address);
        self.notices.push_back(Notice::Listening(address));
    }

    fn on_observed(&mut self, connection: ConnectionId, observed: Multiaddr) {
        let Some(source) = self.sources.get(&connection) else { return };
        if self.told_external || self.swarm.external_addresses().any(|known| *known == observed) {
            return;
        }
        let ports: Vec<Protocol<'_>> = self.swarm.listeners().filter_map(|own| own.iter().nth(1)).collect();
        if let Some(agreed) = self.witnesses.hear(observed, &ports, *source)
            && self.add_external(agreed.clone())
        {
            self.notices.push_back(Notice::Reachable(agreed));
        }
    }

    fn add_external(&mut self, address: Multiaddr) -> bool {
        let room = self.swarm.external_addresses().count() < EXTERNAL_ADDRESSES;
        if room {
            self.swarm.add_external_address(address);
        }
        room
    }

    fn not_listening(&mut self, address: Multiaddr, error: &dyn std::error::Error) {
        self.notices.push_back(Notice::NotListening { address, error: root_cause(error) });
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

/// What the system said, without the layers that passed it on.
fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

/// The operating system's generator.
struct SystemChance;

impl Chance for SystemChance {
    fn fill(&mut self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives random bytes");
    }
}
