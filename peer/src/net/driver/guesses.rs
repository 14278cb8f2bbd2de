//! When ports are guessed, and what becomes of a port that was found.

use std::net::{SocketAddr, SocketAddrV4};

use entraide_common::ids::PeerKey;
use entraide_common::limits;
use entraide_common::wire::addresses::{Address, Carrier};
use libp2p::core::transport::ListenerId;
use libp2p::swarm::Stream;
use libp2p::{Multiaddr, PeerId};
use tokio::sync::oneshot;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::nodes::Met;
use super::{Done, Driver};
use crate::net::candidates;
use crate::net::guess::{self, Line, Outcome, Parties};
use crate::net::streams::Protocol;
use crate::net::swarm;

impl Driver {
    /// The helper begins, beside dialling and punching: who is who is known before those have failed.
    pub(super) fn guess(&mut self, peer: PeerId) {
        let Some((stop, parties)) = self.may_guess(peer) else { return };
        let Some(connection) = self.connection_to(peer) else { return };
        let (opened, stream) = oneshot::channel();
        self.swarm.behaviour_mut().streams.open(peer, connection, Protocol::Guess, opened);
        let attempt = async move {
            match timeout(limits::STREAM_OPENING_TIME, stream).await {
                Ok(Ok(Ok(stream))) => guess::attempt(Line::new(stream), parties).await,
                _ => Outcome::Nothing,
            }
        };
        self.attempt(peer, stop, attempt);
    }

    /// The host follows.
    pub(super) fn on_guess(&mut self, peer: PeerId, stream: Stream) {
        if let Some((stop, parties)) = self.may_guess(peer) {
            self.attempt(peer, stop, guess::attempt(Line::new(stream), parties));
        }
    }

    fn attempt(
        &mut self,
        peer: PeerId,
        stop: CancellationToken,
        attempt: impl Future<Output = Outcome> + Send + 'static,
    ) {
        self.tasks.push(Box::pin(async move {
            let outcome = stop.run_until_cancelled(attempt).await.unwrap_or(Outcome::Nothing);
            Done::Guessed { peer, outcome }
        }));
    }

    /// Once for each circuit, with a proven peer to whom nothing leads directly, and a node to ask. The token ends the
    /// attempt as soon as something leads to the peer.
    fn may_guess(&mut self, peer: PeerId) -> Option<(CancellationToken, Parties)> {
        let Met { node, connection, stun } = self.nodes.met()?;
        let key = PeerKey::from_peer_id(&peer)?;
        let state = self.peers.get_mut(&peer)?;
        if state.proof.is_none() || state.is_direct() || state.has_guessed {
            return None;
        }
        state.has_guessed = true;
        let stop = CancellationToken::new();
        state.guessing = Some(stop.clone().drop_guard());
        let (opened, directory) = oneshot::channel();
        self.swarm.behaviour_mut().streams.open(node, connection, Protocol::Directory, opened);
        Some((
            stop,
            Parties { peer: key, stun, nat64: self.ways.nat64.clone(), directory, nodes: self.nodes.keys() },
        ))
    }

    pub(super) fn on_guessed(&mut self, peer: PeerId, outcome: Outcome) {
        match outcome {
            Outcome::Easy { port, remote, line } => {
                if self.listen_on_hole(peer, port, remote).is_some() {
                    self.tasks.push(Box::pin(async move {
                        line.say_hit(remote.port()).await;
                        Done::Finished
                    }));
                }
            }
            Outcome::Hard { port, remote } => {
                if self.listen_on_hole(peer, port, remote).is_some() {
                    self.dial_directly(peer, quic(remote.into()));
                }
            }
            Outcome::Nothing => {}
        }
    }

    fn listen_on_hole(&mut self, peer: PeerId, port: u16, remote: SocketAddrV4) -> Option<ListenerId> {
        let state = self.peers.get_mut(&peer)?;
        let remote = self.ways.nat64.way_to(*remote.ip()).to(remote);
        self.ways.holes.add(port, remote);
        let Some(listener) = swarm::listen_on_hole(&mut self.swarm, port, remote) else {
            self.ways.holes.remove(port);
            return None;
        };
        state.holes.push((port, listener));
        Some(listener)
    }

    /// Gives up the ports that led to a peer. Closing a listener closes its connections: so not before they are.
    pub(super) fn fill_holes(&mut self, peer: PeerId) {
        let Some(state) = self.peers.get_mut(&peer) else { return };
        for (port, listener) in state.holes.drain(..) {
            self.swarm.remove_listener(listener);
            self.ways.holes.remove(port);
        }
    }
}

fn quic(socket: SocketAddr) -> Multiaddr {
    candidates::multiaddr(Address { carrier: Carrier::Quic, socket })
}
