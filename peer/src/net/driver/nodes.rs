//! Connecting, and holding reservations at nodes.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use entraide_common::limits;
use libp2p::core::transport::ListenerId;
use libp2p::multiaddr::Protocol as Part;
use libp2p::swarm::ConnectionId;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::{Multiaddr, PeerId};

use super::{Connecting, Done, Driver, Reply};
use crate::net::{NetError, NetEvent, NodeState};

/// Addresses of ours that nodes have seen, at most: one for each of a few nodes over both protocols.
const OBSERVED: usize = 8;

/// All nodes, and where this host waits.
pub(super) struct Nodes {
    known: Arc<HashSet<PeerId>>,
    connections: HashMap<PeerId, Vec<ConnectionId>>,
    attended: HashMap<PeerId, Attendance>,
    observed: Vec<Multiaddr>,
}

struct Attendance {
    address: Multiaddr,
    phase: Phase,
}

enum Phase {
    /// The first try, which somebody waits for.
    Asking { listener: ListenerId, replies: Vec<Reply<()>> },
    /// The reservation stands.
    Held { listener: ListenerId },
    /// It was lost and is tried again.
    Trying { listener: ListenerId, tries: u32 },
    /// It was lost; the next try is in a while.
    Pausing { tries: u32 },
}

impl Phase {
    fn listener(&self) -> Option<ListenerId> {
        match self {
            Self::Asking { listener, .. } | Self::Held { listener } | Self::Trying { listener, .. } => {
                Some(*listener)
            }
            Self::Pausing { .. } => None,
        }
    }
}

impl Nodes {
    pub(super) fn new(known: Arc<HashSet<PeerId>>) -> Self {
        Self { known, connections: HashMap::new(), attended: HashMap::new(), observed: Vec::new() }
    }

    pub(super) fn is_node(&self, peer: &PeerId) -> bool {
        self.known.contains(peer)
    }

    pub(super) fn connected(&mut self, node: PeerId, connection: ConnectionId) {
        self.connections.entry(node).or_default().push(connection);
    }

    pub(super) fn disconnected(&mut self, node: &PeerId, connection: ConnectionId) {
        if let Some(connections) = self.connections.get_mut(node) {
            connections.retain(|known| *known != connection);
        }
    }

    /// The newest connection to the node.
    pub(super) fn connection(&self, node: &PeerId) -> Option<ConnectionId> {
        self.connections.get(node)?.last().copied()
    }

    /// Remembers where a node saw us.
    pub(super) fn observe(&mut self, address: Multiaddr) {
        if !self.observed.contains(&address) {
            self.observed.truncate(OBSERVED - 1);
            self.observed.insert(0, address);
        }
    }

    pub(super) fn observed(&self) -> &[Multiaddr] {
        &self.observed
    }
}

impl Driver {
    pub(super) fn connect(&mut self, peer: PeerId, address: Multiaddr, reply: Reply<()>) {
        if !self.nodes.is_node(&peer) {
            self.peers.entry(peer).or_default().wanted = true;
        }
        if self.swarm.is_connected(&peer) {
            let _ = reply.send(Ok(()));
            return;
        }
        if let Some(connecting) = self.connecting.get_mut(&peer) {
            connecting.replies.push(reply);
            return;
        }
        let options =
            DialOpts::peer_id(peer).addresses(vec![address.clone()]).condition(PeerCondition::Always).build();
        let dial = options.connection_id();
        self.connecting.insert(peer, Connecting { dial, address, replies: vec![reply] });
        if let Err(error) = self.swarm.dial(options) {
            self.on_dial_failed(peer, dial, &error.to_string());
        }
    }

    pub(super) fn on_dial_failed(&mut self, peer: PeerId, dial: ConnectionId, reason: &str) {
        if self.connecting.get(&peer).is_none_or(|connecting| connecting.dial != dial) {
            return;
        }
        let Some(Connecting { address, replies, .. }) = self.connecting.remove(&peer) else { return };
        for reply in replies {
            let error = NetError::NodeUnreachable { node: address.clone(), reason: reason.to_owned() };
            let _ = reply.send(Err(error));
        }
        if self.peers.get(&peer).is_some_and(|peer| peer.connections.is_empty()) {
            self.peers.remove(&peer);
        }
    }

    pub(super) fn attend(&mut self, node: PeerId, address: Multiaddr, reply: Reply<()>) {
        match self.nodes.attended.get_mut(&node).map(|attendance| &mut attendance.phase) {
            Some(Phase::Asking { replies, .. }) => replies.push(reply),
            Some(_) => drop(reply.send(Ok(()))),
            None => match self.swarm.listen_on(address.clone().with(Part::P2pCircuit)) {
                Ok(listener) => {
                    let phase = Phase::Asking { listener, replies: vec![reply] };
                    self.nodes.attended.insert(node, Attendance { address, phase });
                }
                Err(error) => {
                    let reason = error.to_string();
                    drop(reply.send(Err(NetError::NodeRefused { node: address, reason })));
                }
            },
        }
    }

    pub(super) fn attend_again(&mut self, node: PeerId) {
        let Some(attendance) = self.nodes.attended.get_mut(&node) else { return };
        let Phase::Pausing { tries } = attendance.phase else { return };
        match self.swarm.listen_on(attendance.address.clone().with(Part::P2pCircuit)) {
            Ok(listener) => attendance.phase = Phase::Trying { listener, tries: tries + 1 },
            Err(_) => self.pause(node, tries + 1),
        }
    }

    pub(super) fn on_reserved(&mut self, node: PeerId) {
        let Some(attendance) = self.nodes.attended.get_mut(&node) else { return };
        let Some(listener) = attendance.phase.listener() else { return };
        let address = attendance.address.clone();
        let before = std::mem::replace(&mut attendance.phase, Phase::Held { listener });
        match before {
            Phase::Held { .. } => {}
            Phase::Asking { replies, .. } => {
                for reply in replies {
                    let _ = reply.send(Ok(()));
                }
                self.tell(NetEvent::Node { address, state: NodeState::Attended });
            }
            Phase::Trying { .. } | Phase::Pausing { .. } => {
                self.tell(NetEvent::Node { address, state: NodeState::Attended });
            }
        }
    }

    pub(super) fn on_listener_closed(&mut self, listener: ListenerId, reason: Option<String>) {
        let of_listener = |(_, a): &(&PeerId, &Attendance)| a.phase.listener() == Some(listener);
        let Some(node) = self.nodes.attended.iter().find(of_listener).map(|(node, _)| *node) else { return };
        let Some(attendance) = self.nodes.attended.remove(&node) else { return };
        let reason = reason.unwrap_or_else(|| "closed".to_owned());
        let tries = match attendance.phase {
            Phase::Asking { replies, .. } => {
                for reply in replies {
                    let node = attendance.address.clone();
                    let _ = reply.send(Err(NetError::NodeRefused { node, reason: reason.clone() }));
                }
                return;
            }
            Phase::Held { .. } => {
                tracing::info!(node = %attendance.address, %reason, "the reservation was lost");
                let address = attendance.address.clone();
                self.tell(NetEvent::Node { address, state: NodeState::Lost });
                0
            }
            Phase::Trying { tries, .. } | Phase::Pausing { tries } => tries,
        };
        self.nodes.attended.insert(node, attendance_pausing(attendance.address, tries));
        self.pause(node, tries);
    }

    /// Tries again after a pause: each longer than the one before, and none the same for all who lost the node.
    fn pause(&mut self, node: PeerId, tries: u32) {
        if let Some(attendance) = self.nodes.attended.get_mut(&node) {
            attendance.phase = Phase::Pausing { tries };
        }
        let pause = pause(tries);
        self.tasks.push(Box::pin(async move {
            tokio::time::sleep(pause).await;
            Done::AttendAgain(node)
        }));
    }
}

fn attendance_pausing(address: Multiaddr, tries: u32) -> Attendance {
    Attendance { address, phase: Phase::Pausing { tries } }
}

/// Between half of and the whole doubled pause.
fn pause(tries: u32) -> Duration {
    let whole = limits::ATTEND_PAUSE.saturating_mul(1 << tries.min(8)).min(limits::ATTEND_PAUSE_MOST);
    let mut byte = [0];
    // Without the system's chance the pauses are merely all alike.
    let _ = getrandom::fill(&mut byte);
    whole / 2 + whole / 2 * u32::from(byte[0]) / 255
}
