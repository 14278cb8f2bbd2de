//! Peers: their connections, and which of them is the best.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use entraide_common::ids::{PeerKey, SessionId};
use entraide_common::pulse::Rank;
use libp2p::core::ConnectedPoint;
use libp2p::core::transport::ListenerId;
use libp2p::swarm::{ConnectionId, Stream};
use libp2p::{Multiaddr, PeerId};
use tokio::sync::{Notify, watch};
use tokio_util::sync::DropGuard;

use super::mending::Mending;
use super::renewal::Grant;
use super::sessions::{Early, Link};
use super::{Driver, Reply};
use crate::net::counted::Meter;
use crate::net::path::{self, Path, Transport};
use crate::net::streams::{Opened, Protocol};
use crate::net::{Channel, NetEvent};

/// What is known of a peer.
#[derive(Default)]
pub(super) struct Peer {
    pub(super) connections: BTreeMap<ConnectionId, Connection>,
    /// Somebody here asked for it or it is proven: its paths are told.
    pub(super) wanted: bool,
    /// The session that the pairing proved it for.
    pub(super) proof: Option<SessionId>,
    /// Whether addresses were exchanged, or are being.
    pub(super) told: bool,
    /// What it told and was not yet dialled.
    pub(super) to_dial: VecDeque<Multiaddr>,
    /// What was or is to be dialled.
    pub(super) dialled: Vec<Multiaddr>,
    /// Whether that is going on.
    pub(super) dialling: bool,
    /// Held while a port is being guessed; dropped, that ends.
    pub(super) guessing: Option<DropGuard>,
    /// Whether that was tried on this circuit.
    pub(super) has_guessed: bool,
    /// Punched ports that lead to it.
    pub(super) holes: Vec<(u16, ListenerId)>,
    /// Streams whose header is being read.
    pub(super) announcing: usize,
    /// Streams of the session that came before it was linked.
    pub(super) early: Vec<Early>,
    pub(super) link: Link,
    /// The epoch of the next stream set.
    pub(super) epoch: u32,
    /// Where a circuit to it was dialled.
    pub(super) circuit: Option<Multiaddr>,
    /// Whether something led to it directly.
    pub(super) had_direct: bool,
    pub(super) mending: Option<Mending>,
    /// The path that was told last.
    shown: Option<Path>,
}

/// What lies between, whether that ends soon, and what carries it.
pub(super) type Preference = (u8, bool, Transport);

/// One connection of a peer.
pub(super) struct Connection {
    pub(super) path: Path,
    /// Whether this side dialled it.
    dialled: bool,
    /// Whether it begins on this computer's loopback.
    loopback: bool,
    /// Whether the session ran on it at any time.
    pub(super) carried: bool,
    /// Who asks for signs of life on it is told here what it is to the session.
    pub(super) rank: Option<watch::Sender<Rank>>,
    /// Who answers such questions on it is told here that they are wanted at once.
    pub(super) doubts: Option<Arc<Notify>>,
    /// Counts what passes.
    pub(super) meter: Arc<Meter>,
    /// Dropped, nobody waits any more for it to grow old.
    _age: DropGuard,
    /// Whether the node will end it soon.
    pub(super) old: bool,
}

impl Peer {
    /// The best connection. Of two alike the one whose dialler has the smaller id, as the other side finds too.
    pub(super) fn best(&self, me: &PeerId, peer: &PeerId) -> Option<ConnectionId> {
        let order = |(id, connection): &(&ConnectionId, &Connection)| connection.rank_among(**id, me, peer);
        self.connections.iter().min_by_key(order).map(|(id, _)| *id)
    }

    /// The connection that the session runs on, or would.
    pub(super) fn current(&self, me: &PeerId, peer: &PeerId) -> Option<ConnectionId> {
        match &self.link {
            Link::Up(up) => Some(up.connection),
            Link::None | Link::Beginning { .. } => self.best(me, peer),
        }
    }

    /// The session runs on that connection from now on.
    pub(super) fn carries(&mut self, id: ConnectionId) {
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.carried = true;
        }
    }

    pub(super) fn is_direct(&self) -> bool {
        self.direct_over().is_some()
    }

    /// What the best direct connection goes over.
    pub(super) fn direct_over(&self) -> Option<Transport> {
        let direct = self.connections.values().filter(|connection| connection.path.is_direct());
        direct.map(|connection| connection.path.transport).min()
    }

    pub(super) fn is_on_loopback(&self) -> bool {
        self.connections.values().any(|connection| connection.loopback)
    }
}

impl Connection {
    /// The smallest is the best.
    pub(super) fn rank_among(
        &self,
        id: ConnectionId,
        me: &PeerId,
        peer: &PeerId,
    ) -> (Preference, PeerId, ConnectionId) {
        let dialler = if self.dialled { me } else { peer };
        (self.preference(), *dialler, id)
    }

    /// The smallest is the best, whoever dialled.
    pub(super) fn preference(&self) -> Preference {
        let (kind, transport) = self.path.preference();
        (kind, self.old, transport)
    }
}

impl Driver {
    pub(super) fn on_peer_connected(&mut self, peer: PeerId, id: ConnectionId, endpoint: &ConnectedPoint) {
        let mut path = Path::of(endpoint);
        if let (ConnectedPoint::Dialer { address, .. }, false) = (endpoint, path.is_direct()) {
            path.transport = self.nodes.carrier_of(address).unwrap_or(path.transport);
        }
        tracing::debug!(%peer, ?path, "connected");
        let grant = match endpoint {
            ConnectedPoint::Dialer { address, .. } if !path.is_direct() => self.grants.of(address),
            _ => Grant::default(),
        };
        let meter = Meter::new(grant.mark());
        let connection = Connection {
            _age: self.watch_age(peer, id, grant, meter.clone()),
            meter,
            old: false,
            dialled: endpoint.is_dialer(),
            loopback: path::is_loopback(endpoint),
            path,
            carried: false,
            rank: None,
            doubts: None,
        };
        let state = self.peers.entry(peer).or_default();
        let is_direct = connection.path.is_direct();
        if is_direct {
            state.guessing = None;
            state.had_direct = true;
        } else if let ConnectedPoint::Dialer { address, .. } = endpoint {
            state.circuit = Some(address.clone());
        }
        let another = !state.connections.is_empty();
        state.connections.insert(id, connection);
        let proven = state.proof.is_some();
        self.swarm.behaviour_mut().streams.keep(peer, id, proven);
        if proven {
            self.ask_for_life(peer, id);
            if another && !is_direct {
                self.on_another_circuit(peer, id);
            }
        }
        self.spare(peer);
        self.show(peer);
    }

    pub(super) fn on_peer_disconnected(&mut self, peer: PeerId, id: ConnectionId) {
        let Some(state) = self.peers.get_mut(&peer) else { return };
        let Some(connection) = state.connections.remove(&id) else { return };
        tracing::debug!(%peer, path = ?connection.path, left = state.connections.len(), "disconnected");
        if matches!(&state.link, Link::Up(up) if up.connection == id) {
            state.link = Link::None;
        }
        state.early.retain(|early| early.connection != id);
        if !state.connections.is_empty() {
            self.doubt(peer);
            self.rank(peer);
            self.show(peer);
            self.mend(peer);
            return;
        }
        let (wanted, proof) = (state.wanted, state.proof.filter(|_| state.had_direct));
        self.fill_holes(peer);
        self.peers.remove(&peer);
        self.direct_before = proof.or(self.direct_before);
        if let (true, Some(peer)) = (wanted, PeerKey::from_peer_id(&peer)) {
            self.tell(NetEvent::Lost { peer });
        }
    }

    pub(super) fn on_rtt(&mut self, peer: PeerId, id: ConnectionId, rtt: Duration) {
        let connection = self.peers.get_mut(&peer).and_then(|state| state.connections.get_mut(&id));
        if let Some(connection) = connection {
            connection.path.rtt = Some(rtt);
            self.improve(peer);
            self.show(peer);
        }
    }

    pub(super) fn open(&mut self, peer: PeerId, protocol: Protocol, reply: Opened) {
        // Without a connection the reply is dropped, which says so.
        if let Some(connection) = self.connection_to(peer) {
            self.swarm.behaviour_mut().streams.open(peer, connection, protocol, reply);
        }
    }

    pub(super) fn close(&mut self, peer: PeerId, reply: Reply<()>) {
        if let Some(state) = self.peers.get_mut(&peer) {
            state.wanted = false;
            state.proof = None;
            state.link = Link::None;
        }
        self.direct_before = None;
        // An error says that there is no connection.
        let _ = self.swarm.disconnect_peer_id(peer);
        let _ = reply.send(Ok(()));
    }

    pub(super) fn on_pair(&mut self, peer: PeerId, stream: Stream) {
        // A peer without an ed25519 key is not spoken to. Full means too many at once: the stream is dropped.
        if let Some(key) = PeerKey::from_peer_id(&peer) {
            let _ = self.events.try_send(NetEvent::Pair(Channel::new(key, stream)));
        }
    }

    pub(super) fn connection_to(&self, peer: PeerId) -> Option<ConnectionId> {
        let Some(state) = self.peers.get(&peer) else { return self.nodes.connection(&peer) };
        state.current(self.swarm.local_peer_id(), &peer)
    }

    /// Tells the path if it is another one, and how long it takes to who watches.
    pub(super) fn show(&mut self, peer: PeerId) {
        let me = *self.swarm.local_peer_id();
        let Some(state) = self.peers.get_mut(&peer) else { return };
        let Some(path) =
            state.current(&me, &peer).and_then(|id| state.connections.get(&id)).map(|c| c.path.clone())
        else {
            return;
        };
        self.rank(peer);
        let Some(state) = self.peers.get_mut(&peer) else { return };
        if let Link::Up(up) = &state.link {
            up.path.send_if_modified(|shown| std::mem::replace(shown, path.clone()) != path);
        }
        let same = state.shown.as_ref().is_some_and(|shown| shown.is_like(&path));
        if same || !state.wanted {
            return;
        }
        state.shown = Some(path.clone());
        if let Some(peer) = PeerKey::from_peer_id(&peer) {
            self.tell(NetEvent::Path { peer, path });
        }
    }
}
