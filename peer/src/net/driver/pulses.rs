//! Signs of life on the connections of proven peers, and what follows when they stay out.

use std::sync::Arc;

use entraide_common::ids::PeerKey;
use entraide_common::limits;
use entraide_common::pulse::Rank;
use libp2p::PeerId;
use libp2p::swarm::{ConnectionId, Stream};
use tokio::sync::{Notify, oneshot, watch};
use tokio::time::timeout;

use super::Driver;
use super::peers::Connection;
use super::sessions::Link;
use crate::net::pulse::{self, Beat, News, Teller};
use crate::net::streams::Protocol;
use crate::net::{NetEvent, Side};

impl Driver {
    /// The helper asks, on each connection.
    pub(super) fn ask_for_life(&mut self, peer: PeerId, id: ConnectionId) {
        let Some(connection) = self.peers.get_mut(&peer).and_then(|state| state.connections.get_mut(&id))
        else {
            return;
        };
        if self.side == Side::Host || connection.rank.is_some() {
            return;
        }
        let (rank, ranks) = watch::channel(Rank::StandsBy);
        connection.rank = Some(rank);
        let (opened, stream) = oneshot::channel();
        self.swarm.behaviour_mut().streams.open(peer, id, Protocol::Pulse, opened);
        let teller = self.teller(peer, id);
        self.pulses.spawn(async move {
            match timeout(limits::STREAM_OPENING_TIME, stream).await {
                Ok(Ok(Ok(stream))) => pulse::ask(stream, ranks, teller).await,
                _ => teller.dead().await,
            }
        });
        self.rank(peer);
    }

    /// The host answers.
    pub(super) fn on_pulse(&mut self, peer: PeerId, id: ConnectionId, stream: Stream) {
        let Some(state) = self.peers.get_mut(&peer).filter(|state| state.proof.is_some()) else { return };
        let Some(connection) = state.connections.get_mut(&id) else { return };
        if connection.doubts.is_none() {
            let doubts = Arc::new(Notify::new());
            connection.doubts = Some(doubts.clone());
            let teller = self.teller(peer, id);
            self.pulses.spawn(pulse::answer(stream, doubts, teller));
        }
    }

    /// A connection to the peer has ended. A program that is killed says nothing on a direct path, but the system ends its
    /// connection to the node, and with it the circuit: so the host makes sure of what is left.
    pub(super) fn doubt(&mut self, peer: PeerId) {
        let Some(state) = self.peers.get(&peer) else { return };
        for doubts in state.connections.values().filter_map(|connection| connection.doubts.as_ref()) {
            doubts.notify_one();
        }
    }

    fn teller(&self, peer: PeerId, connection: ConnectionId) -> Teller {
        Teller { peer, connection, beats: self.beat.clone() }
    }

    /// Lets those who ask know which connection carries the session.
    pub(super) fn rank(&mut self, peer: PeerId) {
        let me = *self.swarm.local_peer_id();
        let Some(state) = self.peers.get(&peer) else { return };
        let current = state.current(&me, &peer);
        for (id, connection) in &state.connections {
            let now = if Some(*id) == current { Rank::Carries } else { Rank::StandsBy };
            if let Some(rank) = &connection.rank {
                rank.send_if_modified(|before| std::mem::replace(before, now) != now);
            }
        }
    }

    pub(super) fn on_beat(&mut self, Beat { peer, connection, news }: Beat) {
        match news {
            News::RoundTrip(time) => self.on_rtt(peer, connection, time),
            News::Silent => self.on_silence(peer, connection),
            News::Dead => self.give_up(peer, connection),
        }
    }

    /// The helper takes another connection at once if there is one: the link breaks, and whoever runs the session links
    /// it again. What kills one direct connection kills all, so none of those is tried. The host waits for that, and meanwhile lets go of what the helper holds down.
    fn on_silence(&mut self, peer: PeerId, id: ConnectionId) {
        let Some(state) = self.peers.get(&peer) else { return };
        let Some(silent) = state.connections.get(&id) else { return };
        let carries = matches!(&state.link, Link::Up(up) if up.connection == id);
        let is_doomed = |(other, connection): &(&ConnectionId, &Connection)| {
            **other == id || silent.path.is_direct() && connection.path.is_direct()
        };
        let doomed: Vec<ConnectionId> =
            state.connections.iter().filter(is_doomed).map(|(id, _)| *id).collect();
        let others = state.connections.len() > doomed.len();
        tracing::debug!(%peer, ?id, carries, others, "a path is silent");
        match self.side {
            Side::Helper if others => {
                for id in doomed {
                    self.give_up(peer, id);
                }
            }
            Side::Host if carries => {
                if let Some(peer) = PeerKey::from_peer_id(&peer) {
                    self.tell(NetEvent::Silent { peer });
                }
            }
            _ => {}
        }
    }

    /// Forgets a connection at once and closes it: a dead one would take its time to say that it is closed.
    pub(super) fn give_up(&mut self, peer: PeerId, id: ConnectionId) {
        let known = self.peers.get(&peer).is_some_and(|state| state.connections.contains_key(&id));
        if known {
            tracing::debug!(%peer, ?id, "a path is given up");
            self.swarm.close_connection(id);
            self.on_peer_disconnected(peer, id);
        }
    }
}
