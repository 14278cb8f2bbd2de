//! The link of a peer's session: the helper opens streams on the best connection, the host takes them.

use entraide_common::ids::SessionId;
use entraide_common::limits;
use entraide_common::wire::open::{Header, Open, StreamKind};
use libp2p::PeerId;
use libp2p::swarm::{ConnectionId, Stream};
use tokio::sync::{oneshot, watch};
use tokio::time::timeout;

use super::{Done, Driver, Linked, Reply};
use crate::net::frames::{Reading, Writing};
use crate::net::link::{Lanes, Move, StreamSet};
use crate::net::path::Path;
use crate::net::streams::{OpenError, Protocol};
use crate::net::{NetError, Side};

pub(super) struct Early {
    header: Header,
    connection: ConnectionId,
    stream: Stream,
}

/// How far the session's link is.
#[derive(Default)]
pub(super) enum Link {
    /// Nobody asked for it.
    #[default]
    None,
    /// The helper opens the first streams, the host waits for them.
    Beginning { session: SessionId, reply: Reply<Linked> },
    /// The lanes run.
    Up(Up),
}

pub(super) struct Up {
    session: SessionId,
    lanes: Lanes,
    epoch: u32,
    pub(super) connection: ConnectionId,
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
    pub(super) fn improve(&mut self, peer: PeerId) {
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

    /// Lets go of direct connections beside the one that the session moved to: both sides dialled at once. The circuit
    /// is kept as a fallback. The helper decides, as it does about moving.
    pub(super) fn spare(&mut self, peer: PeerId) {
        let Some(state) = self.peers.get(&peer) else { return };
        let Link::Up(up) = &state.link else { return };
        let current = up.connection;
        let is_direct = state.connections.get(&current).is_some_and(|connection| connection.path.is_direct());
        if self.side == Side::Host || !is_direct || up.moving {
            return;
        }
        let direct = state.connections.iter().filter(|(_, connection)| connection.path.is_direct());
        for id in direct.map(|(id, _)| *id).collect::<Vec<_>>() {
            self.swarm.behaviour_mut().streams.keep(peer, id, id == current);
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
        self.spare(peer);
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
    stream: oneshot::Receiver<Result<Stream, OpenError>>,
    header: Header,
) -> Result<(StreamKind, Stream), NetError> {
    let mut stream = stream.await.map_err(|_| NetError::Lost)??;
    Writing::default().message(&mut stream, &Open::Header(header)).await.map_err(|_| NetError::Lost)?;
    Ok((header.kind, stream))
}

fn moved(lane: Move) -> futures::future::BoxFuture<'static, Done> {
    Box::pin(async move {
        lane.await;
        Done::Finished
    })
}
