//! libp2p's relay with a door: a circuit is opened once the node has said that its destination wants it.
//!
//! libp2p's own limiters are asked with a circuit's source and know nothing of its destination. So its work is watched
//! from outside. To a request it answers at once with one command: to the connection of the destination, if that has a
//! reservation, to open a stream there. Here this command waits while [`Event::Asked`] tells who wants to reach whom,
//! until [`Relay::decide`]. A refused one goes to its connection as well, but opens no stream there: libp2p hears that
//! none could be had ([`door`]), keeps its books straight, and tells the source that the destination cannot be reached,
//! which says nothing about why.
//!
//! A connection of a peer that holds a reservation is kept, however little happens on it: the second one of a host,
//! over the other of QUIC and TCP, shows it where it is seen, and is expensive to make anew.
//!
//! A peer that reserves on another connection than before has lost that one, even if the node has not noticed: it has
//! another address, or was asleep. libp2p would go on to open circuits there, so it is closed.

mod door;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};

use libp2p::core::Endpoint;
use libp2p::core::transport::PortUse;
use libp2p::relay::{self, Config, Status};
use libp2p::swarm::behaviour::{ConnectionClosed, ConnectionEstablished};
use libp2p::swarm::{
    CloseConnection, ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, NotifyHandler, THandler,
    THandlerInEvent, THandlerOutEvent, ToSwarm,
};
use libp2p::{Multiaddr, PeerId};

use self::door::{Command, Guarded};

/// What libp2p's relay tells the handler of a connection.
type Told = THandlerInEvent<relay::Behaviour>;
type Action = ToSwarm<Event, THandlerInEvent<Relay>>;

/// What happens at the relay.
#[derive(Debug)]
pub enum Event {
    /// Somebody wants to reach somebody; to be answered by [`Relay::decide`].
    Asked(Asked),
    /// What libp2p tells.
    Relay(relay::Event),
}

/// A request for a circuit. Dropped, it leaves both sides waiting until one of their connections closes.
#[derive(Debug)]
pub struct Asked {
    /// Who wants to reach.
    pub source: PeerId,
    /// Whom.
    pub destination: PeerId,
    connection: ConnectionId,
    told: Box<Told>,
}

/// The relay.
pub struct Relay {
    inner: relay::Behaviour,
    /// Set when libp2p looks at a request for a circuit.
    looked: Arc<AtomicBool>,
    /// All connections and whose they are, and the same the other way round.
    owners: HashMap<ConnectionId, PeerId>,
    peers: HashMap<PeerId, Known>,
    actions: VecDeque<Action>,
    /// The connection whose handler is being listened to.
    heard: Option<ConnectionId>,
}

#[derive(Default)]
struct Known {
    connections: Vec<ConnectionId>,
    is_reserved: bool,
    /// Where it reserved last.
    reserved_on: Option<ConnectionId>,
}

impl Relay {
    /// The relay of `me`.
    #[must_use]
    pub fn new(me: PeerId, mut config: Config) -> Self {
        let looked = Arc::new(AtomicBool::new(false));
        let look = looked.clone();
        config.circuit_src_rate_limiters.push(Box::new(move |_: PeerId, _: &Multiaddr, _| {
            look.store(true, Ordering::Relaxed);
            true
        }));
        let inner = relay::Behaviour::new(me, config);
        Self {
            inner,
            looked,
            owners: HashMap::new(),
            peers: HashMap::new(),
            actions: VecDeque::new(),
            heard: None,
        }
    }

    /// Lets a circuit be opened, or not.
    pub fn decide(&mut self, asked: Asked, admitted: bool) {
        let Asked { destination, connection, told, .. } = asked;
        self.tell(destination, connection, Command::Circuit { told: *told, admitted });
    }

    /// Takes no new reservation or circuit; what stands, stays.
    pub fn close(&mut self) {
        self.inner.set_status(Some(Status::Disable));
    }

    fn tell(&mut self, peer_id: PeerId, connection: ConnectionId, event: Command<Told>) {
        let handler = NotifyHandler::One(connection);
        self.actions.push_back(ToSwarm::NotifyHandler { peer_id, handler, event });
    }

    /// Takes what libp2p wants done. `asking` is the connection from which a circuit was asked for just now: a command
    /// to another one is then the one to open it.
    fn take_actions(&mut self, asking: Option<(PeerId, ConnectionId)>) {
        // Whoever wakes it wakes nobody: it is polled again before the swarm sleeps.
        let mut context = Context::from_waker(Waker::noop());
        while let Poll::Ready(action) = self.inner.poll(&mut context) {
            let action = match (asking, action) {
                (
                    Some((source, asking)),
                    ToSwarm::NotifyHandler { handler: NotifyHandler::One(connection), event: told, .. },
                ) if asking != connection => self.asked(source, connection, told),
                (_, action) => self.passed(action),
            };
            self.actions.push_back(action);
        }
    }

    /// The peer that libp2p names in that command is the source; the connection tells the destination.
    fn asked(&mut self, source: PeerId, connection: ConnectionId, told: Told) -> Action {
        match self.owners.get(&connection) {
            Some(destination) => {
                let (destination, told) = (*destination, Box::new(told));
                ToSwarm::GenerateEvent(Event::Asked(Asked { source, destination, connection, told }))
            }
            None => ToSwarm::NotifyHandler {
                peer_id: source,
                handler: NotifyHandler::One(connection),
                event: Command::Circuit { told, admitted: false },
            },
        }
    }

    fn passed(&mut self, action: ToSwarm<relay::Event, Told>) -> Action {
        match &action {
            ToSwarm::GenerateEvent(relay::Event::ReservationReqAccepted { src_peer_id, .. }) => {
                self.keep(*src_peer_id, true);
                self.reserved(*src_peer_id);
            }
            ToSwarm::GenerateEvent(relay::Event::ReservationTimedOut { src_peer_id }) => {
                self.keep(*src_peer_id, false);
            }
            _ => {}
        }
        action.map_out(Event::Relay).map_in(Command::Pass)
    }

    fn keep(&mut self, peer: PeerId, keep: bool) {
        let Some(known) = self.peers.get_mut(&peer) else { return };
        if known.is_reserved != keep {
            known.is_reserved = keep;
            for connection in known.connections.clone() {
                self.tell(peer, connection, Command::Keep(keep));
            }
        }
    }

    /// The peer has reserved on the connection that is being listened to.
    fn reserved(&mut self, peer: PeerId) {
        let (Some(known), Some(connection)) = (self.peers.get_mut(&peer), self.heard) else { return };
        let before = known.reserved_on.replace(connection).filter(|before| *before != connection);
        if let Some(before) = before.filter(|before| known.connections.contains(before)) {
            self.actions.push_back(ToSwarm::CloseConnection {
                peer_id: peer,
                connection: CloseConnection::One(before),
            });
        }
    }

    fn on_established(&mut self, peer: PeerId, connection: ConnectionId) {
        self.owners.insert(connection, peer);
        let known = self.peers.entry(peer).or_default();
        known.connections.push(connection);
        if known.is_reserved {
            self.tell(peer, connection, Command::Keep(true));
        }
    }

    fn on_closed(&mut self, peer: PeerId, connection: ConnectionId) {
        self.owners.remove(&connection);
        let Some(known) = self.peers.get_mut(&peer) else { return };
        known.connections.retain(|other| *other != connection);
        if known.connections.is_empty() {
            self.peers.remove(&peer);
        }
    }
}

impl NetworkBehaviour for Relay {
    type ConnectionHandler = Guarded<THandler<relay::Behaviour>>;
    type ToSwarm = Event;

    fn handle_established_inbound_connection(
        &mut self,
        connection: ConnectionId,
        peer: PeerId,
        local: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        self.inner.handle_established_inbound_connection(connection, peer, local, remote).map(Guarded::new)
    }

    fn handle_established_outbound_connection(
        &mut self,
        connection: ConnectionId,
        peer: PeerId,
        address: &Multiaddr,
        role: Endpoint,
        port: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        self.inner
            .handle_established_outbound_connection(connection, peer, address, role, port)
            .map(Guarded::new)
    }

    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        match event {
            FromSwarm::ConnectionEstablished(ConnectionEstablished { peer_id, connection_id, .. }) => {
                self.on_established(peer_id, connection_id);
            }
            FromSwarm::ConnectionClosed(ConnectionClosed { peer_id, connection_id, .. }) => {
                self.on_closed(peer_id, connection_id);
            }
            _ => {}
        }
        self.inner.on_swarm_event(event);
    }

    fn on_connection_handler_event(
        &mut self,
        peer: PeerId,
        connection: ConnectionId,
        event: THandlerOutEvent<Self>,
    ) {
        // What is left from before belongs to something else.
        self.take_actions(None);
        self.looked.store(false, Ordering::Relaxed);
        self.inner.on_connection_handler_event(peer, connection, event);
        let asking = self.looked.load(Ordering::Relaxed).then_some((peer, connection));
        self.heard = Some(connection);
        self.take_actions(asking);
        self.heard = None;
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Action> {
        if let Some(action) = self.actions.pop_front() {
            return Poll::Ready(action);
        }
        self.inner.poll(cx).map(|action| self.passed(action))
    }
}
