//! Connecting, and holding reservations at nodes.

mod probe;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use entraide_common::ids::PeerKey;
use entraide_common::limits;
use libp2p::core::transport::ListenerId;
use libp2p::multiaddr::Protocol as Part;
use libp2p::swarm::ConnectionId;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::{Multiaddr, PeerId};

use super::{Connecting, Done, Driver, Leave, Reply};
use crate::net::path::Transport;
use crate::net::stun_server::StunServer;
use crate::net::{NetError, NetEvent, NodeState};

/// How long one of a node's two connections may be missing: nothing hangs on it at once.
const NODE_TWIN_PAUSE: Duration = Duration::from_secs(10);
/// Addresses of ours that nodes have seen, at most: one for each of a few nodes over both protocols.
const OBSERVED: usize = 8;

/// All nodes, and where this host waits.
pub(super) struct Nodes {
    known: Arc<HashSet<PeerId>>,
    connections: HashMap<PeerId, Vec<Connection>>,
    attended: HashMap<PeerId, Attendance>,
    observed: Vec<Multiaddr>,
}

/// A connection to a node.
struct Connection {
    id: ConnectionId,
    over: Transport,
    /// Where the node says how sockets are seen.
    stun: Option<StunServer>,
}

/// A node that says how sockets are seen.
pub(super) struct Met {
    pub(super) node: PeerId,
    pub(super) connection: ConnectionId,
    pub(super) stun: StunServer,
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

    /// The newest connection to the node.
    pub(super) fn connection(&self, node: &PeerId) -> Option<ConnectionId> {
        self.connections.get(node)?.last().map(|connection| connection.id)
    }

    /// What carries a circuit that was dialled at `address`: libp2p takes the oldest connection to the node, over
    /// whatever the address says.
    pub(super) fn carrier_of(&self, address: &Multiaddr) -> Option<Transport> {
        let node = address.iter().find_map(|part| match part {
            Part::P2p(node) => Some(node),
            _ => None,
        })?;
        self.connections.get(&node)?.first().map(|connection| connection.over)
    }

    /// Remembers where a node saw us; says whether that is news.
    pub(super) fn observe(&mut self, address: Multiaddr) -> bool {
        let news = !self.observed.contains(&address);
        if news {
            self.observed.truncate(OBSERVED - 1);
            self.observed.insert(0, address);
        }
        news
    }

    /// A node that says how sockets are seen.
    pub(super) fn met(&self) -> Option<Met> {
        let met = |node: PeerId, connection: &Connection| {
            connection.stun.clone().map(|stun| Met { node, connection: connection.id, stun })
        };
        let mut nodes = self.connections.iter();
        nodes.find_map(|(node, connections)| connections.iter().rev().find_map(|c| met(*node, c)))
    }

    /// Those whose word counts.
    pub(super) fn keys(&self) -> Vec<PeerKey> {
        self.known.iter().filter_map(PeerKey::from_peer_id).collect()
    }

    pub(super) fn observed(&self) -> &[Multiaddr] {
        &self.observed
    }
}

impl Driver {
    pub(super) fn connect(&mut self, peer: PeerId, addresses: Vec<Multiaddr>, reply: Reply<()>) {
        if !self.nodes.is_node(&peer) {
            self.peers.entry(peer).or_default().wanted = true;
        }
        if self.has_connection(peer) {
            let _ = reply.send(Ok(()));
            return;
        }
        let Some(address) = addresses.first().cloned() else { return };
        let connecting = self.connecting.entry(peer).or_insert_with(|| Connecting {
            dials: Vec::new(),
            address,
            replies: Vec::new(),
        });
        connecting.replies.push(reply);
        // Whoever calls again may know more than before.
        let is_new = |address: &Multiaddr| connecting.dials.iter().all(|(_, dialled)| dialled != address);
        let dials: Vec<(DialOpts, Multiaddr)> = addresses
            .into_iter()
            .filter(is_new)
            .map(|address| {
                let options = DialOpts::peer_id(peer).addresses(vec![address.clone()]);
                (options.condition(PeerCondition::Always).build(), address)
            })
            .collect();
        connecting
            .dials
            .extend(dials.iter().map(|(options, address)| (options.connection_id(), address.clone())));
        for (options, _) in dials {
            let dial = options.connection_id();
            if let Err(error) = self.swarm.dial(options) {
                self.on_dial_failed(peer, dial, &error.to_string());
            }
        }
    }

    /// As far as is known here: one that was given up may be closing still.
    fn has_connection(&self, peer: PeerId) -> bool {
        match self.peers.get(&peer) {
            Some(state) => !state.connections.is_empty(),
            None => self.nodes.connection(&peer).is_some(),
        }
    }

    pub(super) fn on_node_connected(&mut self, node: PeerId, connection: ConnectionId, at: &Multiaddr) {
        let over = Transport::of(at);
        let stun = StunServer::of(at);
        self.nodes.connections.entry(node).or_default().push(Connection { id: connection, over, stun });
        // What stands over QUIC and TCP shows both addresses that the internet has for us, and keeps them.
        self.swarm.behaviour_mut().streams.keep(node, connection, true);
        // Somebody here looked for it before the next try was due.
        self.attend_again(node);
    }

    pub(super) fn on_node_disconnected(&mut self, node: PeerId, connection: ConnectionId) {
        let Some(connections) = self.nodes.connections.get_mut(&node) else { return };
        connections.retain(|known| known.id != connection);
        if connections.is_empty() {
            self.nodes.connections.remove(&node);
            return;
        }
        let held = self.nodes.attended.get(&node).map(|attendance| &attendance.phase);
        if matches!(held, Some(Phase::Held { .. })) {
            self.tasks.push(Box::pin(async move {
                tokio::time::sleep(pause(NODE_TWIN_PAUSE)).await;
                Done::CompleteNode(node)
            }));
        }
    }

    /// Dials an attended node over what it is no longer connected by.
    pub(super) fn complete_node(&mut self, node: PeerId) {
        let Some(address) = self.nodes.attended.get(&node).map(|attendance| &attendance.address) else {
            return;
        };
        let connected = self.nodes.connections.get(&node).map(Vec::as_slice).unwrap_or_default();
        let missing = both_carriers(address)
            .into_iter()
            .filter(|address| connected.iter().all(|connection| connection.over != Transport::of(address)));
        for address in missing.collect::<Vec<_>>() {
            let options = DialOpts::peer_id(node).addresses(vec![address]).condition(PeerCondition::Always);
            // The next loss tries again; until then one connection does.
            let _ = self.swarm.dial(options.build());
        }
    }

    pub(super) fn on_dial_failed(&mut self, peer: PeerId, dial: ConnectionId, reason: &str) {
        let Some(connecting) = self.connecting.get_mut(&peer) else { return };
        let before = connecting.dials.len();
        connecting.dials.retain(|(under_way, _)| *under_way != dial);
        if connecting.dials.len() == before || !connecting.dials.is_empty() {
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

    pub(super) fn leave(&mut self, node: PeerId, when: Leave, reply: Reply<()>) {
        let is_linked = self.peers.values().any(|peer| peer.proof.is_some());
        if when == Leave::UnlessLinked && is_linked {
            let _ = reply.send(Ok(()));
            return;
        }
        if let Some(attendance) = self.nodes.attended.remove(&node) {
            if let Some(listener) = attendance.phase.listener() {
                self.swarm.remove_listener(listener);
            }
            self.attended.send_modify(|attended| attended.retain(|other| *other != attendance.address));
            // An error says that there is no connection.
            let _ = self.swarm.disconnect_peer_id(node);
        }
        let _ = reply.send(Ok(()));
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
                self.tell_of_node(address, NodeState::Attended);
            }
            Phase::Trying { .. } | Phase::Pausing { .. } => {
                self.tell_of_node(address, NodeState::Attended);
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
                self.tell_of_node(address, NodeState::Lost);
                0
            }
            Phase::Trying { tries, .. } | Phase::Pausing { tries } => tries,
        };
        self.nodes.attended.insert(node, attendance_pausing(attendance.address, tries));
        self.pause(node, tries);
    }

    fn tell_of_node(&mut self, address: Multiaddr, state: NodeState) {
        self.attended.send_modify(|attended| {
            attended.retain(|other| *other != address);
            if state == NodeState::Attended {
                attended.push(address.clone());
            }
        });
        self.tell(NetEvent::Node { address, state });
    }

    /// Tries again after a pause: each longer than the one before, and none the same for all who lost the node.
    fn pause(&mut self, node: PeerId, tries: u32) {
        if let Some(attendance) = self.nodes.attended.get_mut(&node) {
            attendance.phase = Phase::Pausing { tries };
        }
        let pause =
            pause(limits::ATTEND_PAUSE.saturating_mul(1 << tries.min(8)).min(limits::ATTEND_PAUSE_MOST));
        self.tasks.push(Box::pin(async move {
            tokio::time::sleep(pause).await;
            Done::AttendAgain(node)
        }));
    }
}

fn attendance_pausing(address: Multiaddr, tries: u32) -> Attendance {
    Attendance { address, phase: Phase::Pausing { tries } }
}

/// A node's address, and the same place over the other of QUIC and TCP: a node listens on both under one port.
pub(in crate::net) fn both_carriers(address: &Multiaddr) -> Vec<Multiaddr> {
    let parts: Vec<Part<'_>> = address.iter().collect();
    let other = match parts.as_slice() {
        [host, Part::Tcp(port), rest @ ..] if !rest.iter().any(is_carrier) => {
            [&[host.clone(), Part::Udp(*port), Part::QuicV1], rest].concat()
        }
        [host, Part::Udp(port), Part::QuicV1, rest @ ..] if !rest.iter().any(is_carrier) => {
            [&[host.clone(), Part::Tcp(*port)], rest].concat()
        }
        _ => return vec![address.clone()],
    };
    vec![address.clone(), other.into_iter().collect()]
}

fn is_carrier(part: &Part<'_>) -> bool {
    !matches!(part, Part::P2p(_))
}

/// Between half of and the whole time.
fn pause(whole: Duration) -> Duration {
    let mut byte = [0];
    // Without the system's chance the pauses are merely all alike.
    let _ = getrandom::fill(&mut byte);
    whole / 2 + whole / 2 * u32::from(byte[0]) / 255
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_dialled_over_both_carriers() {
        let both = |address: &str| -> Vec<String> {
            let both = both_carriers(&address.parse().expect("an address"));
            both.iter().map(ToString::to_string).collect()
        };
        let id = "/p2p/12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN";
        let (tcp, quic) =
            (format!("/ip4/9.1.1.1/tcp/4580{id}"), format!("/ip4/9.1.1.1/udp/4580/quic-v1{id}"));
        assert_eq!(both(&tcp), [tcp.as_str(), &quic]);
        assert_eq!(both(&quic), [quic.as_str(), &tcp]);
        let named = format!("/dns4/meet.example.org/tcp/4580{id}");
        assert_eq!(both(&named).len(), 2);
        let other = format!("/ip4/9.1.1.1/tcp/4580/ws{id}");
        assert_eq!(both(&other), [other.as_str()], "a carrier that is not ours has no twin");
    }
}
