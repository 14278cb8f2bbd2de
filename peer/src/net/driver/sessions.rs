//! The link of a peer's session: the helper opens streams on the best connection, the host takes them.

use std::sync::Arc;
use std::time::Instant;

use entraide_common::ids::SessionId;
use entraide_common::limits;
use entraide_common::wire::open::{Header, Open, StreamKind};
use libp2p::PeerId;
use libp2p::swarm::{ConnectionId, Stream};
use tokio::sync::{oneshot, watch};
use tokio::time::timeout;

use super::{Done, Driver, Linked, Reply};
use crate::net::counted::{Counted, Meter};
use crate::net::frames::{Reading, Writing};
use crate::net::link::{Lanes, Move, StreamSet};
use crate::net::path::Path;
use crate::net::streams::{OpenError, Protocol};
use crate::net::{NetError, Side};

/// A session's stream that came before the host wants it.
pub(super) struct Early {
    header: Header,
    /// Whether a lane begins on it, instead of going on.
    begins: bool,
    pub(super) connection: ConnectionId,
    stream: Counted,
}

/// How far the session's link is.
#[derive(Default)]
pub(super) enum Link {
    /// Nobody asked for it.
    #[default]
    None,
    /// The helper opens the first streams, which will be of that epoch; the host waits for them.
    Beginning { session: SessionId, epoch: u32, reply: Reply<Linked> },
    /// The lanes run.
    Up(Up),
}

pub(super) struct Up {
    session: SessionId,
    lanes: Lanes,
    epoch: u32,
    pub(super) connection: ConnectionId,
    /// Since when it runs there.
    pub(super) since: Instant,
    /// The helper opens the streams of the next epoch.
    moving: bool,
    pub(super) path: watch::Sender<Path>,
}

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
        let epoch = state.epoch;
        match self.side {
            Side::Helper => {
                // What comes of a try that failed must not be taken for another's.
                state.epoch = epoch + 1;
                let Some(connection) = self.connection_to(peer) else {
                    let _ = reply.send(Err(NetError::NotConnected));
                    return;
                };
                self.begin_waiting(peer, Link::Beginning { session, epoch, reply });
                let header = Header { session, kind: StreamKind::Control, epoch };
                let first = if epoch == 0 { Open::Header } else { Open::Again };
                self.open_streams(peer, connection, header, first);
            }
            Side::Host => {
                self.begin_waiting(peer, Link::Beginning { session, epoch, reply });
                self.begin_if_complete(peer);
            }
        }
    }

    fn begin_waiting(&mut self, peer: PeerId, link: Link) {
        if let Some(state) = self.peers.get_mut(&peer) {
            state.link = link;
        }
    }

    /// Moves to a better connection, if there is one that has answered and no move is under way.
    pub(super) fn improve(&mut self, peer: PeerId) {
        let me = *self.swarm.local_peer_id();
        let Some(state) = self.peers.get_mut(&peer) else { return };
        let Some(best) = state.best(&me, &peer) else { return };
        let Link::Up(up) = &mut state.link else { return };
        let (Some(now), Some(then)) = (state.connections.get(&up.connection), state.connections.get(&best))
        else {
            return;
        };
        let better = then.preference() < now.preference() && then.path.rtt.is_some();
        if self.side == Side::Helper && better && !up.moving {
            up.moving = true;
            let header = Header { session: up.session, kind: StreamKind::Control, epoch: up.epoch + 1 };
            self.open_streams(peer, best, header, Open::Header);
        }
    }

    /// Lets go of direct connections that are no better than the one that the session moved to: both sides dialled at
    /// once, and what kills one of them kills all. On one that carried the session something may be under way still: it
    /// ends by itself. The circuit is kept as a fallback. The helper decides, as it does about moving.
    pub(super) fn spare(&mut self, peer: PeerId) {
        let me = *self.swarm.local_peer_id();
        let Some(state) = self.peers.get(&peer) else { return };
        let Link::Up(up) = &state.link else { return };
        let Some(current) = state.connections.get(&up.connection) else { return };
        if self.side == Side::Host || !current.path.is_direct() || up.moving {
            return;
        }
        let rank = current.rank_among(up.connection, &me, &peer);
        let spared = state.connections.iter().filter(|(id, connection)| {
            connection.path.is_direct() && connection.rank_among(**id, &me, &peer) > rank
        });
        for (id, carried) in spared.map(|(id, connection)| (*id, connection.carried)).collect::<Vec<_>>() {
            if carried {
                self.swarm.behaviour_mut().streams.keep(peer, id, false);
            } else {
                self.give_up(peer, id);
            }
        }
    }

    /// Where the connection's bytes are counted.
    fn meter(&self, peer: PeerId, connection: ConnectionId) -> Arc<Meter> {
        let connection = self.peers.get(&peer).and_then(|state| state.connections.get(&connection));
        connection.map_or_else(|| Meter::new(None), |connection| connection.meter.clone())
    }

    /// Opens one stream of each kind, with this header but for the kind.
    fn open_streams(
        &mut self,
        peer: PeerId,
        connection: ConnectionId,
        header: Header,
        open: fn(Header) -> Open,
    ) {
        let meter = self.meter(peer, connection);
        let opening = StreamKind::ALL.map(|kind| {
            let (opened, stream) = oneshot::channel();
            self.swarm.behaviour_mut().streams.open(peer, connection, Protocol::Session, opened);
            announce(stream, meter.clone(), kind, open(Header { kind, ..header }))
        });
        self.tasks.push(Box::pin(async move {
            let all = timeout(limits::STREAM_OPENING_TIME, futures::future::try_join_all(opening)).await;
            let streams = all.unwrap_or(Err(NetError::TimedOut)).map(StreamSet::from_iter);
            Done::Streams { peer, connection, epoch: header.epoch, streams }
        }));
    }

    pub(super) fn on_streams(
        &mut self,
        peer: PeerId,
        connection: ConnectionId,
        epoch: u32,
        streams: Result<StreamSet, NetError>,
    ) {
        let Some(state) = self.peers.get_mut(&peer) else { return };
        match (std::mem::take(&mut state.link), streams) {
            (Link::Beginning { session, epoch: wanted, reply }, Ok(streams)) if wanted == epoch => {
                self.begin(peer, connection, Begun { session, epoch, reply, streams });
            }
            (Link::Beginning { epoch: wanted, reply, .. }, Err(error)) if wanted == epoch => {
                drop(reply.send(Err(error)));
            }
            (Link::Up(mut up), streams) if up.epoch + 1 == epoch => {
                up.moving = false;
                // A connection may have gone while its streams were opened.
                if let (Ok(streams), true) = (streams, state.connections.contains_key(&connection)) {
                    up.epoch = epoch;
                    (up.connection, up.since) = (connection, Instant::now());
                    state.carries(connection);
                    state.epoch = epoch + 1;
                    let moves =
                        streams.into_iter().flat_map(|(kind, stream)| up.lanes.succeed(kind, epoch, stream));
                    self.tasks.extend(moves.map(moved));
                }
                state.link = Link::Up(up);
            }
            // Opened for a link that is no more.
            (link, _) => state.link = link,
        }
        self.spare(peer);
        self.show(peer);
    }

    /// A session stream came in: its header says which.
    pub(super) fn on_session_stream(&mut self, peer: PeerId, connection: ConnectionId, stream: Stream) {
        let mut stream = Counted::new(stream, self.meter(peer, connection));
        let Some(state) = self.peers.get_mut(&peer).filter(|state| state.proof.is_some()) else { return };
        if state.announcing + state.early.len() >= limits::STREAMS_OPENING {
            return;
        }
        state.announcing += 1;
        self.tasks.push(Box::pin(async move {
            let mut reading = Reading::default();
            let header = timeout(limits::STREAM_OPENING_TIME, reading.message(&mut stream)).await;
            let announced = match header {
                Ok(Ok(Some(open))) => Some((open, stream)),
                _ => None,
            };
            Done::Announced { peer, connection, announced }
        }));
    }

    pub(super) fn on_announced(
        &mut self,
        peer: PeerId,
        connection: ConnectionId,
        announced: Option<(Open, Counted)>,
    ) {
        let Some(state) = self.peers.get_mut(&peer) else { return };
        state.announcing = state.announcing.saturating_sub(1);
        let Some((open, stream)) = announced else { return };
        let (header, again) = match open {
            Open::Header(header) => (header, false),
            Open::Again(header) => (header, true),
        };
        if state.proof != Some(header.session) || !state.connections.contains_key(&connection) {
            return;
        }
        let early = Early { header, begins: again || header.epoch == 0, connection, stream };
        match &mut state.link {
            Link::Up(up) if !early.begins => {
                self.tasks.extend(up.accept(early).into_iter().map(moved));
                self.show(peer);
            }
            Link::Up(up) => {
                // The helper has given the path up on which the session runs here, and so does this side.
                let before = up.connection;
                state.link = Link::None;
                state.early.push(early);
                if before != connection {
                    self.give_up(peer, before);
                }
            }
            Link::None | Link::Beginning { .. } => {
                state.early.push(early);
                self.begin_if_complete(peer);
            }
        }
    }

    /// The host's link begins when all streams of an epoch are there on which lanes begin.
    fn begin_if_complete(&mut self, peer: PeerId) {
        let Some(state) = self.peers.get_mut(&peer) else { return };
        let begins = |epoch: u32, kind: StreamKind| {
            move |early: &Early| early.begins && early.header.epoch == epoch && early.header.kind == kind
        };
        let complete = |epoch: &u32| {
            StreamKind::ALL.into_iter().all(|kind| state.early.iter().any(begins(*epoch, kind)))
        };
        let Some(epoch) = state.early.iter().map(|early| early.header.epoch).filter(complete).max() else {
            return;
        };
        let Link::Beginning { session, reply, .. } = std::mem::take(&mut state.link) else { return };
        let (first, others): (Vec<_>, Vec<_>) =
            state.early.drain(..).partition(|early| early.header.epoch == epoch);
        let Some(connection) = first.first().map(|early| early.connection) else { return };
        let streams = first.into_iter().map(|early| (early.header.kind, early.stream)).collect();
        self.begin(peer, connection, Begun { session, epoch, reply, streams });
        if let Some(Link::Up(up)) = self.peers.get_mut(&peer).map(|state| &mut state.link) {
            let later = others.into_iter().filter(|early| early.header.epoch > epoch);
            self.tasks.extend(later.flat_map(|early| up.accept(early)).map(moved));
        }
    }

    fn begin(&mut self, peer: PeerId, connection: ConnectionId, begun: Begun) {
        let Begun { session, epoch, reply, streams } = begun;
        let Some(state) = self.peers.get_mut(&peer) else { return };
        let Some(path) = state.connections.get(&connection).map(|connection| connection.path.clone()) else {
            let _ = reply.send(Err(NetError::Lost));
            return;
        };
        let (lanes, ends) = Lanes::begin(self.side, epoch, streams);
        let (path, watch) = watch::channel(path);
        state.epoch = epoch + 1;
        state.carries(connection);
        state.link =
            Link::Up(Up { session, lanes, epoch, connection, since: Instant::now(), moving: false, path });
        let _ = reply.send(Ok((ends, watch)));
        self.improve(peer);
        self.show(peer);
    }
}

/// What a link begins with.
struct Begun {
    session: SessionId,
    epoch: u32,
    reply: Reply<Linked>,
    streams: StreamSet,
}

impl Up {
    /// The host follows the helper to the stream's connection.
    fn accept(&mut self, Early { header, connection, stream, .. }: Early) -> Vec<Move> {
        if header.epoch > self.epoch {
            self.epoch = header.epoch;
            (self.connection, self.since) = (connection, Instant::now());
        }
        self.lanes.succeed(header.kind, header.epoch, stream)
    }
}

async fn announce(
    stream: oneshot::Receiver<Result<Stream, OpenError>>,
    meter: Arc<Meter>,
    kind: StreamKind,
    open: Open,
) -> Result<(StreamKind, Counted), NetError> {
    let mut stream = Counted::new(stream.await.map_err(|_| NetError::Lost)??, meter);
    Writing::default().message(&mut stream, &open).await.map_err(|_| NetError::Lost)?;
    Ok((kind, stream))
}

fn moved(lane: Move) -> futures::future::BoxFuture<'static, Done> {
    Box::pin(async move {
        lane.await;
        Done::Finished
    })
}
