//! The helper mends what a session has lost: a direct path, or the circuit that stands behind one.
//!
//! A circuit is punched from once only, so each attempt has a new one, which brings addresses, punching and guessing
//! with it as the first did. It is let go of when nothing runs on it.

use std::time::Instant;

use entraide_common::{again, limits};
use libp2p::PeerId;
use libp2p::swarm::ConnectionId;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};

use super::peers::{Connection, Peer};
use super::sessions::Link;
use super::{Done, Driver};
use crate::net::Side;

/// What is being mended, since when, and how often that was tried.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mending {
    since: Instant,
    tries: u32,
}

impl Peer {
    /// Whether something is missing that the session had.
    fn is_broken(&self) -> bool {
        let lasts = |connection: &Connection| !connection.path.is_direct() && !connection.old;
        let has_circuit = self.connections.values().any(lasts);
        let had_circuit = self.circuit.is_some();
        self.proof.is_some() && (had_circuit && !has_circuit || self.had_direct && !self.is_direct())
    }

    /// What was tried on a circuit may be tried again on another.
    fn forget_attempt(&mut self) {
        self.told = false;
        self.has_guessed = false;
        self.guessing = None;
        self.dialled.clear();
        self.to_dial.clear();
    }
}

impl Driver {
    /// Begins to mend, unless that is going on. A direct path is missed at once; the circuit behind one is not needed yet.
    pub(super) fn mend(&mut self, peer: PeerId) {
        let Some(state) = self.peers.get_mut(&peer) else { return };
        if self.side == Side::Host || state.mending.is_some() || !state.is_broken() {
            return;
        }
        let tries = u32::from(state.is_direct());
        state.mending = Some(Mending { since: Instant::now(), tries });
        self.mend_later(peer);
    }

    /// The same for a session that is resumed: the first attempt is under way.
    pub(super) fn mend_resumed(&mut self, peer: PeerId) {
        let Some(state) = self.peers.get_mut(&peer) else { return };
        state.had_direct = true;
        state.mending = Some(Mending { since: Instant::now(), tries: 1 });
        self.mend_later(peer);
    }

    fn mend_later(&mut self, peer: PeerId) {
        let Some(Mending { since, tries }) = self.peers.get(&peer).and_then(|state| state.mending) else {
            return;
        };
        self.tasks.push(Box::pin(async move {
            tokio::time::sleep_until((since + again::punch(tries)).into()).await;
            Done::Mend(peer)
        }));
    }

    /// Tries, and will again.
    pub(super) fn mend_now(&mut self, peer: PeerId) {
        let done = self.drop_circuits(peer);
        let Some(state) = self.peers.get_mut(&peer) else { return };
        if !state.is_broken() && done {
            state.mending = None;
            return;
        }
        let Some(mending) = &mut state.mending else { return };
        mending.tries += 1;
        if state.is_broken() {
            self.dial_circuit(peer);
        }
        self.mend_later(peer);
    }

    fn dial_circuit(&mut self, peer: PeerId) {
        let Some(circuit) = self.peers.get(&peer).and_then(|state| state.circuit.clone()) else { return };
        let options = DialOpts::peer_id(peer).condition(PeerCondition::Always).addresses(vec![circuit]);
        if let Err(error) = self.swarm.dial(options.build()) {
            tracing::debug!(%error, "another circuit");
        }
    }

    /// The node will end this circuit soon: another one is opened at once, and tried for again until it stands.
    pub(super) fn on_old(&mut self, peer: PeerId, id: ConnectionId) {
        let Some(state) = self.peers.get_mut(&peer) else { return };
        let Some(connection) = state.connections.get_mut(&id) else { return };
        tracing::debug!(%peer, ?id, "a circuit will end soon");
        connection.old = true;
        if state.mending.is_none() {
            self.mend(peer);
        } else if self.peers.get(&peer).is_some_and(Peer::is_broken) {
            self.dial_circuit(peer);
        }
        // One that stands already, since two tries came about, is as good as the one to come.
        self.improve(peer);
    }

    /// One circuit is enough: the one that the session runs on, or the newest. False if that has to wait: on one that the
    /// session has just left something may be under way.
    fn drop_circuits(&mut self, peer: PeerId) -> bool {
        let Some(state) = self.peers.get(&peer) else { return true };
        let circuits = state.connections.iter().filter(|(_, connection)| !connection.path.is_direct());
        let circuits: Vec<ConnectionId> = circuits.map(|(id, _)| *id).collect();
        let Link::Up(up) = &state.link else { return circuits.len() < 2 };
        if circuits.len() > 1 && up.since.elapsed() < limits::LANE_SUCCESSOR_TIME {
            return false;
        }
        let kept =
            Some(up.connection).filter(|current| circuits.contains(current)).or(circuits.last().copied());
        for id in circuits.into_iter().filter(|id| Some(*id) != kept) {
            self.give_up(peer, id);
        }
        true
    }

    /// A circuit to a proven peer stands beside others. Where a direct path is missing it brings a new attempt.
    pub(super) fn on_another_circuit(&mut self, peer: PeerId, id: ConnectionId) {
        let Some(state) = self.peers.get_mut(&peer) else { return };
        if !state.is_direct() {
            state.forget_attempt();
            if self.side == Side::Helper {
                self.say_addresses(peer, Some(id));
            }
        }
    }
}
