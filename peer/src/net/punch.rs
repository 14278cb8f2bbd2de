//! DCUtR (libp2p's hole punching), begun when we say so and with the addresses we give.
//!
//! libp2p's behaviour starts by itself on every inbound circuit, offers the addresses that identify rewrote, and
//! counts a private address of ours among them, which somebody else may have in the other's network. Here a circuit
//! is hidden from it until the peer at its end is proven, and the only candidates are public addresses that a node saw.
//! Of the other side's, none but such are dialled: nobody makes us knock on doors elsewhere.

use std::collections::{HashMap, HashSet, VecDeque};
use std::task::{Context, Poll};

use libp2p::core::Endpoint;
use libp2p::core::transport::PortUse;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::behaviour::ConnectionClosed;
use libp2p::swarm::{
    ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, NewExternalAddrCandidate, NotifyHandler,
    THandler, THandlerInEvent, THandlerOutEvent, ToSwarm,
};
use libp2p::{Multiaddr, PeerId, dcutr};
use thiserror::Error;

use super::gate::{Command, Gated};
use super::nat64::Nat64;
use super::{candidates, path};

/// The behaviour.
pub(super) struct Punch {
    inner: dcutr::Behaviour,
    /// Circuits that libp2p's behaviour does not know yet.
    hidden: HashMap<ConnectionId, Circuit>,
    /// Dials that it wants, until they are judged.
    wanted: HashSet<ConnectionId>,
    nat64: Nat64,
    actions: VecDeque<ToSwarm<dcutr::Event, THandlerInEvent<Self>>>,
}

struct Circuit {
    peer: PeerId,
    end: End,
}

enum End {
    Inbound { local: Multiaddr, remote: Multiaddr },
    Outbound { address: Multiaddr, role: Endpoint, port: PortUse },
}

impl Punch {
    /// Punches for `me`.
    pub(super) fn new(me: PeerId, nat64: Nat64) -> Self {
        Self {
            inner: dcutr::Behaviour::new(me),
            hidden: HashMap::new(),
            wanted: HashSet::new(),
            nat64,
            actions: VecDeque::new(),
        }
    }

    /// Takes an address that a node saw us at.
    pub(super) fn observe(&mut self, address: &Multiaddr) {
        if path::ip(address).is_some_and(candidates::is_public) {
            let candidate = NewExternalAddrCandidate { addr: address };
            self.inner.on_swarm_event(FromSwarm::NewExternalAddrCandidate(candidate));
        }
    }

    /// Begins on all circuits to `peer`, who is proven and knows that we are: the side at which the circuit came in
    /// speaks first.
    pub(super) fn begin(&mut self, peer: PeerId) {
        let circuits: Vec<_> = self.hidden.extract_if(|_, circuit| circuit.peer == peer).collect();
        for (connection, circuit) in circuits {
            let Ok(handler) = self.reveal(connection, circuit) else { continue };
            self.actions.push_back(ToSwarm::NotifyHandler {
                peer_id: peer,
                handler: NotifyHandler::One(connection),
                event: Command::Open(handler),
            });
        }
    }

    fn reveal(
        &mut self,
        connection: ConnectionId,
        Circuit { peer, end }: Circuit,
    ) -> Result<THandler<dcutr::Behaviour>, ConnectionDenied> {
        match end {
            End::Inbound { local, remote } => {
                self.inner.handle_established_inbound_connection(connection, peer, &local, &remote)
            }
            End::Outbound { address, role, port } => {
                self.inner.handle_established_outbound_connection(connection, peer, &address, role, port)
            }
        }
    }
}

impl NetworkBehaviour for Punch {
    type ConnectionHandler = Gated<THandler<dcutr::Behaviour>>;
    type ToSwarm = dcutr::Event;

    fn handle_established_inbound_connection(
        &mut self,
        connection: ConnectionId,
        peer: PeerId,
        local: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        if is_circuit(local) {
            let end = End::Inbound { local: local.clone(), remote: remote.clone() };
            self.hidden.insert(connection, Circuit { peer, end });
            return Ok(Gated::shut());
        }
        self.inner.handle_established_inbound_connection(connection, peer, local, remote).map(Gated::open)
    }

    /// The peer has told these addresses itself: one that is not public is a mistake at best.
    fn handle_pending_outbound_connection(
        &mut self,
        connection: ConnectionId,
        _: Option<PeerId>,
        addresses: &[Multiaddr],
        _: Endpoint,
    ) -> Result<Vec<Multiaddr>, ConnectionDenied> {
        let is_public = |address: &Multiaddr| {
            candidates::parse(address)
                .is_some_and(|a| candidates::is_public(self.nat64.way().meant(a.socket.ip())))
        };
        if self.wanted.remove(&connection) && !addresses.iter().all(is_public) {
            return Err(ConnectionDenied::new(Elsewhere));
        }
        Ok(Vec::new())
    }

    fn handle_established_outbound_connection(
        &mut self,
        connection: ConnectionId,
        peer: PeerId,
        address: &Multiaddr,
        role: Endpoint,
        port: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        if is_circuit(address) {
            let end = End::Outbound { address: address.clone(), role, port };
            self.hidden.insert(connection, Circuit { peer, end });
            return Ok(Gated::shut());
        }
        self.inner
            .handle_established_outbound_connection(connection, peer, address, role, port)
            .map(Gated::open)
    }

    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        match event {
            // Identify's, with the ports rewritten.
            FromSwarm::NewExternalAddrCandidate(_) => return,
            FromSwarm::ConnectionClosed(ConnectionClosed { connection_id, .. }) => {
                self.hidden.remove(&connection_id);
            }
            _ => {}
        }
        self.inner.on_swarm_event(event);
    }

    fn on_connection_handler_event(&mut self, peer: PeerId, id: ConnectionId, event: THandlerOutEvent<Self>) {
        self.inner.on_connection_handler_event(peer, id, event);
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        if let Some(action) = self.actions.pop_front() {
            return Poll::Ready(action);
        }
        self.inner.poll(cx).map(|action| {
            if let ToSwarm::Dial { opts } = &action {
                self.wanted.insert(opts.connection_id());
            }
            action.map_in(Command::Pass)
        })
    }
}

/// Why a dial is refused.
#[derive(Debug, Error)]
#[error("an address to punch at is not a public one")]
struct Elsewhere;

fn is_circuit(address: &Multiaddr) -> bool {
    address.iter().any(|part| part == Protocol::P2pCircuit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_makes_us_punch_at_what_is_not_public() {
        let mut punch = Punch::new(PeerId::random(), Nat64::default());
        let id = PeerId::random();
        let mut may = |wanted: bool, addresses: &[&str]| {
            let connection = ConnectionId::new_unchecked(1);
            punch.wanted.extend(wanted.then_some(connection));
            let addresses: Vec<Multiaddr> =
                addresses.iter().map(|a| format!("{a}/p2p/{id}").parse().expect("an address")).collect();
            punch
                .handle_pending_outbound_connection(connection, Some(id), &addresses, Endpoint::Dialer)
                .is_ok()
        };
        let public = "/ip4/8.8.8.8/udp/4000/quic-v1";
        assert!(may(true, &[public, "/ip6/2a0a::1/tcp/4000"]));
        for elsewhere in [
            "/ip4/10.0.0.1/tcp/22",
            "/ip6/::ffff:10.0.0.1/tcp/22",
            "/ip6/64:ff9b::a00:1/tcp/22",
            "/dns4/router.home/tcp/22",
        ] {
            assert!(!may(true, &[public, elsewhere]), "{elsewhere}");
            assert!(may(false, &[elsewhere]), "dials of others are judged by others");
        }
    }
}
