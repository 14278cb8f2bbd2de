//! Peers: their connections and which of them is the best, what their proof allows, and the link of their session.

use std::collections::BTreeMap;
use std::time::Duration;

use entraide_common::ids::{PeerKey, SessionId};
use entraide_common::limits;
use entraide_common::wire::addresses::Addresses;
use entraide_common::wire::open::{Header, Open, StreamKind};
use libp2p::core::ConnectedPoint;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::swarm::{ConnectionId, Stream};
use libp2p::{Multiaddr, PeerId};
use tokio::sync::{oneshot, watch};
use tokio::time::timeout;

use super::{Done, Driver, Linked, Reply};
use crate::net::candidates;
use crate::net::frames::{Reading, Writing};
use crate::net::link::{Lanes, Move, StreamSet};
use crate::net::path::Path;
use crate::net::streams::{Opened, Protocol};
use crate::net::{Channel, NetError, NetEvent, Side};

/// What is known of a peer.
#[derive(Default)]
pub(super) struct Peer {
    pub(super) connections: BTreeMap<ConnectionId, Connection>,
    /// Somebody here asked for it or it is proven: its paths are told.
    pub(super) wanted: bool,
    /// The session that the pairing proved it for.
    proof: Option<SessionId>,
    /// Whether addresses were exchanged, or are being.
    told: bool,
    /// Streams whose header is being read.
    announcing: usize,
    /// Streams of the session that came before it was linked.
    early: Vec<Early>,
    link: Link,
    /// The path that was told last.
    shown: Option<Path>,
}

/// One connection of a peer.
pub(super) struct Connection {
    path: Path,
    /// Whether this side dialled it.
    dialled: bool,
    /// Whether it begins on this computer's loopback.
    loopback: bool,
}

struct Early {
    header: Header,
    connection: ConnectionId,
    stream: Stream,
}

/// How far the session's link is.
#[derive(Default)]
enum Link {
    /// Nobody asked for it.
    #[default]
    None,
    /// The helper opens the first streams, the host waits for them.
    Beginning { session: SessionId, reply: Reply<Linked> },
    /// The lanes run.
    Up(Up),
}

struct Up {
    session: SessionId,
    lanes: Lanes,
    epoch: u32,
    connection: ConnectionId,
    /// The helper opens the streams of the next epoch.
    moving: bool,
    path: watch::Sender<Path>,
}

impl Peer {
    /// The best connection. Of two alike the one whose dialler has the smaller id, as the other side finds too.
    fn best(&self, me: &PeerId, peer: &PeerId) -> Option<ConnectionId> {
        let order = |(id, connection): &(&ConnectionId, &Connection)| {
            let dialler = if connection.dialled { me } else { peer };
            (connection.path.preference(), *dialler, **id)
        };
        self.connections.iter().min_by_key(order).map(|(id, _)| *id)
    }

    /// The connection that the session runs on, or would.
    fn current(&self, me: &PeerId, peer: &PeerId) -> Option<ConnectionId> {
        match &self.link {
            Link::Up(up) => Some(up.connection),
            Link::None | Link::Beginning { .. } => self.best(me, peer),
        }
    }

    fn is_on_loopback(&self) -> bool {
        self.connections.values().any(|connection| connection.loopback)
    }
}

impl Driver {
    pub(super) fn on_peer_connected(&mut self, peer: PeerId, id: ConnectionId, endpoint: &ConnectedPoint) {
        let path = Path::of(endpoint);
        tracing::debug!(%peer, ?path, "connected");
        let connection = Connection {
            dialled: endpoint.is_dialer(),
            loopback: crate::net::path::is_loopback(endpoint),
            path,
        };
        let state = self.peers.entry(peer).or_default();
        state.connections.insert(id, connection);
        let keep = state.proof.is_some();
        self.swarm.behaviour_mut().streams.keep(peer, id, keep);
        self.show(peer);
    }

    pub(super) fn on_peer_disconnected(&mut self, peer: PeerId, id: ConnectionId) {
        let Some(state) = self.peers.get_mut(&peer) else { return };
        state.connections.remove(&id);
        if matches!(&state.link, Link::Up(up) if up.connection == id) {
            state.link = Link::None;
        }
        if !state.connections.is_empty() {
            self.show(peer);
            return;
        }
        let wanted = state.wanted;
        self.peers.remove(&peer);
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

    fn connection_to(&self, peer: PeerId) -> Option<ConnectionId> {
        let Some(state) = self.peers.get(&peer) else { return self.nodes.connection(&peer) };
        state.current(self.swarm.local_peer_id(), &peer)
    }

    /// Tells the path if it is another one, and how long it takes to who watches.
    fn show(&mut self, peer: PeerId) {
        let me = *self.swarm.local_peer_id();
        let Some(state) = self.peers.get_mut(&peer) else { return };
        let Some(path) =
            state.current(&me, &peer).and_then(|id| state.connections.get(&id)).map(|c| c.path.clone())
        else {
            return;
        };
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

/// What the proof allows.
impl Driver {
    pub(super) fn prove(&mut self, peer: PeerId, session: SessionId, reply: Reply<()>) {
        let Some(state) = self.peers.get_mut(&peer).filter(|state| !state.connections.is_empty()) else {
            let _ = reply.send(Err(NetError::NotConnected));
            return;
        };
        state.proof = Some(session);
        state.wanted = true;
        let connections: Vec<_> = state.connections.keys().copied().collect();
        for id in connections {
            self.swarm.behaviour_mut().streams.keep(peer, id, true);
        }
        if self.side == Side::Helper {
            self.say_addresses(peer);
        }
        self.show(peer);
        let _ = reply.send(Ok(()));
    }

    /// The helper, who is proven last, speaks first: so the host knows that the helper listens.
    fn say_addresses(&mut self, peer: PeerId) {
        let Some(connection) = self.may_exchange(peer) else { return };
        self.swarm.behaviour_mut().punch.begin(peer);
        let (opened, stream) = oneshot::channel();
        self.swarm.behaviour_mut().streams.open(peer, connection, Protocol::Addresses, opened);
        let mine = self.addresses(peer);
        self.tasks.push(Box::pin(async move {
            let exchange = async {
                let mut stream = stream.await.ok()?.ok()?;
                Writing::default().message(&mut stream, &mine).await.ok()?;
                Reading::default().message(&mut stream).await.ok()?
            };
            Done::Told {
                peer,
                addresses: timeout(limits::STREAM_OPENING_TIME, exchange).await.ok().flatten(),
            }
        }));
    }

    pub(super) fn on_addresses(&mut self, peer: PeerId, mut stream: Stream) {
        if self.may_exchange(peer).is_none() {
            return;
        }
        self.swarm.behaviour_mut().punch.begin(peer);
        let mine = self.addresses(peer);
        self.tasks.push(Box::pin(async move {
            let exchange = async {
                Writing::default().message(&mut stream, &mine).await.ok()?;
                Reading::default().message(&mut stream).await.ok()?
            };
            Done::Told {
                peer,
                addresses: timeout(limits::STREAM_OPENING_TIME, exchange).await.ok().flatten(),
            }
        }));
    }

    /// The connection to exchange addresses on: once, with a proven peer, and only if there is no direct way yet.
    fn may_exchange(&mut self, peer: PeerId) -> Option<ConnectionId> {
        let me = *self.swarm.local_peer_id();
        let state = self.peers.get_mut(&peer)?;
        let direct = state.connections.values().any(|connection| connection.path.is_direct());
        if state.proof.is_none() || state.told || direct {
            return None;
        }
        state.told = true;
        state.current(&me, &peer)
    }

    fn addresses(&self, peer: PeerId) -> Addresses {
        let loopback = self.peers.get(&peer).is_some_and(Peer::is_on_loopback);
        Addresses::Mine(candidates::to_tell(self.own_addresses(), loopback))
    }

    pub(super) fn on_told(&mut self, peer: PeerId, addresses: Option<Addresses>) {
        let Some(Addresses::Mine(told)) = addresses else { return };
        let Some(state) = self.peers.get(&peer).filter(|state| state.proof.is_some()) else { return };
        let own: Vec<_> = self.swarm.listeners().filter_map(candidates::parse).collect();
        for address in candidates::to_dial(&told, &own, state.is_on_loopback()) {
            self.dial_directly(peer, address);
        }
    }

    fn dial_directly(&mut self, peer: PeerId, address: Multiaddr) {
        let options =
            DialOpts::peer_id(peer).condition(PeerCondition::Always).addresses(vec![address.clone()]);
        // From the listening port both sides' TCP dials would meet, and both would take themselves for the dialler.
        let tcp = candidates::parse(&address)
            .is_some_and(|a| a.carrier == entraide_common::wire::addresses::Carrier::Tcp);
        let options = if tcp { options.allocate_new_port() } else { options };
        if let Err(error) = self.swarm.dial(options.build()) {
            tracing::debug!(%address, %error, "direct dial");
        }
    }

    fn own_addresses(&self) -> impl Iterator<Item = &Multiaddr> {
        self.swarm.listeners().chain(self.nodes.observed())
    }
}

/// The session's link.
impl Driver {
    pub(super) fn link(&mut self, peer: PeerId, session: SessionId, reply: Reply<Linked>) {
        let Some(state) = self.peers.get_mut(&peer) else {
            let _ = reply.send(Err(NetError::NotConnected));
            return;
        };
        if state.proof != Some(session) {
            let _ = reply.send(Err(NetError::Unproven));
            return;
        }
        state.link = Link::Beginning { session, reply };
        match self.side {
            Side::Helper => {
                if let Some(connection) = self.connection_to(peer) {
                    self.open_streams(
                        peer,
                        connection,
                        Header { session, kind: StreamKind::Control, epoch: 0 },
                    );
                }
            }
            Side::Host => self.begin_if_complete(peer),
        }
    }

    /// Moves to a better connection, if there is one that has answered and no move is under way.
    fn improve(&mut self, peer: PeerId) {
        let me = *self.swarm.local_peer_id();
        let Some(state) = self.peers.get_mut(&peer) else { return };
        let Some(best) = state.best(&me, &peer) else { return };
        let Link::Up(up) = &mut state.link else { return };
        let (Some(now), Some(then)) = (state.connections.get(&up.connection), state.connections.get(&best))
        else {
            return;
        };
        let better = then.path.preference() < now.path.preference() && then.path.rtt.is_some();
        if self.side == Side::Helper && better && !up.moving {
            up.moving = true;
            let header = Header { session: up.session, kind: StreamKind::Control, epoch: up.epoch + 1 };
            self.open_streams(peer, best, header);
        }
    }

    /// Opens one stream of each kind; `first` is the header of the first of them.
    fn open_streams(&mut self, peer: PeerId, connection: ConnectionId, first: Header) {
        let opening = StreamKind::ALL.map(|kind| {
            let (opened, stream) = oneshot::channel();
            self.swarm.behaviour_mut().streams.open(peer, connection, Protocol::Session, opened);
            announce(stream, Header { kind, ..first })
        });
        self.tasks.push(Box::pin(async move {
            let all = timeout(limits::STREAM_OPENING_TIME, futures::future::try_join_all(opening)).await;
            let streams = all.unwrap_or(Err(NetError::TimedOut)).map(StreamSet::from_iter);
            Done::Streams { peer, connection, streams }
        }));
    }

    pub(super) fn on_streams(
        &mut self,
        peer: PeerId,
        connection: ConnectionId,
        streams: Result<StreamSet, NetError>,
    ) {
        let Some(state) = self.peers.get_mut(&peer) else { return };
        match (std::mem::take(&mut state.link), streams) {
            (Link::Beginning { session, reply }, Ok(streams)) => {
                self.begin(peer, connection, session, reply, streams);
            }
            (Link::Beginning { reply, .. }, Err(error)) => drop(reply.send(Err(error))),
            (Link::Up(mut up), streams) => {
                up.moving = false;
                if let Ok(streams) = streams {
                    up.epoch += 1;
                    up.connection = connection;
                    let epoch = up.epoch;
                    let moves =
                        streams.into_iter().flat_map(|(kind, stream)| up.lanes.succeed(kind, epoch, stream));
                    self.tasks.extend(moves.map(moved));
                }
                state.link = Link::Up(up);
            }
            (Link::None, _) => {}
        }
        self.show(peer);
    }

    /// A session stream came in: its header says which.
    pub(super) fn on_session_stream(&mut self, peer: PeerId, connection: ConnectionId, mut stream: Stream) {
        let Some(state) = self.peers.get_mut(&peer).filter(|state| state.proof.is_some()) else { return };
        if state.announcing + state.early.len() >= limits::STREAMS_OPENING {
            return;
        }
        state.announcing += 1;
        self.tasks.push(Box::pin(async move {
            let mut reading = Reading::default();
            let header = timeout(limits::STREAM_OPENING_TIME, reading.message(&mut stream)).await;
            let announced = match header {
                Ok(Ok(Some(Open::Header(header)))) => Some((header, stream)),
                _ => None,
            };
            Done::Announced { peer, connection, announced }
        }));
    }

    pub(super) fn on_announced(
        &mut self,
        peer: PeerId,
        connection: ConnectionId,
        announced: Option<(Header, Stream)>,
    ) {
        let Some(state) = self.peers.get_mut(&peer) else { return };
        state.announcing = state.announcing.saturating_sub(1);
        let Some((header, stream)) = announced else { return };
        if state.proof != Some(header.session) {
            return;
        }
        let early = Early { header, connection, stream };
        if let Link::Up(up) = &mut state.link {
            self.tasks.extend(up.accept(early).into_iter().map(moved));
            self.show(peer);
        } else {
            state.early.push(early);
            self.begin_if_complete(peer);
        }
    }

    /// The host's link begins when all streams of the first epoch are there.
    fn begin_if_complete(&mut self, peer: PeerId) {
        let Some(state) = self.peers.get_mut(&peer) else { return };
        let first = |early: &Early, kind| early.header.epoch == 0 && early.header.kind == kind;
        let complete = StreamKind::ALL.iter().all(|kind| state.early.iter().any(|early| first(early, *kind)));
        if !complete {
            return;
        }
        let Link::Beginning { session, reply } = std::mem::take(&mut state.link) else { return };
        let (first, later): (Vec<_>, Vec<_>) =
            state.early.drain(..).partition(|early| early.header.epoch == 0);
        let Some(connection) = first.first().map(|early| early.connection) else { return };
        let streams = first.into_iter().map(|early| (early.header.kind, early.stream)).collect();
        self.begin(peer, connection, session, reply, streams);
        if let Some(Link::Up(up)) = self.peers.get_mut(&peer).map(|state| &mut state.link) {
            self.tasks.extend(later.into_iter().flat_map(|early| up.accept(early)).map(moved));
        }
    }

    fn begin(
        &mut self,
        peer: PeerId,
        connection: ConnectionId,
        session: SessionId,
        reply: Reply<Linked>,
        streams: StreamSet,
    ) {
        let Some(state) = self.peers.get_mut(&peer) else { return };
        let Some(path) = state.connections.get(&connection).map(|connection| connection.path.clone()) else {
            let _ = reply.send(Err(NetError::Lost));
            return;
        };
        let (lanes, ends) = Lanes::begin(self.side, streams);
        let (path, watch) = watch::channel(path);
        state.link = Link::Up(Up { session, lanes, epoch: 0, connection, moving: false, path });
        let _ = reply.send(Ok((ends, watch)));
        self.improve(peer);
        self.show(peer);
    }
}

impl Up {
    /// The host follows the helper to the stream's connection.
    fn accept(&mut self, Early { header, connection, stream }: Early) -> Vec<Move> {
        if header.epoch > self.epoch {
            self.epoch = header.epoch;
            self.connection = connection;
        }
        self.lanes.succeed(header.kind, header.epoch, stream)
    }
}

async fn announce(
    stream: oneshot::Receiver<Result<Stream, crate::net::OpenError>>,
    header: Header,
) -> Result<(StreamKind, Stream), NetError> {
    let mut stream = stream.await.map_err(|_| NetError::Lost)??;
    Writing::default().message(&mut stream, &Open::Header(header)).await.map_err(|_| NetError::Lost)?;
    Ok((header.kind, stream))
}

fn moved(lane: Move) -> futures::future::BoxFuture<'static, Done> {
    Box::pin(async move {
        lane.await;
        Done::Moved
    })
}
