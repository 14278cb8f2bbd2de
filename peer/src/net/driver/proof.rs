//! What the proof of a peer allows: telling it addresses, dialling those it tells, punching.

use entraide_common::ids::SessionId;
use entraide_common::limits;
use entraide_common::wire::addresses::{Address, Carrier};
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::swarm::{ConnectionId, Stream};
use libp2p::{Multiaddr, PeerId};
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::peers::Peer;
use super::{Done, Driver, Reply};
use crate::net::candidates;
use crate::net::exchange::Exchange;
use crate::net::mapping::Mapping;
use crate::net::networks::Network;
use crate::net::path::Transport;
use crate::net::streams::Protocol;
use crate::net::{NetError, Side};

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
            self.ask_for_life(peer, id);
        }
        if self.side == Side::Helper {
            self.say_addresses(peer, None);
            if self.direct_before.take_if(|before| *before == session).is_some() {
                self.mend_resumed(peer);
            }
        }
        self.show(peer);
        let _ = reply.send(Ok(()));
    }

    /// The helper, who is proven last, speaks first, on that connection or the best: so the host knows that the helper
    /// listens.
    pub(super) fn say_addresses(&mut self, peer: PeerId, on: Option<ConnectionId>) {
        let Some(best) = self.may_exchange(peer) else { return };
        let connection = on.unwrap_or(best);
        self.swarm.behaviour_mut().punch.begin(peer);
        let (opened, stream) = oneshot::channel();
        self.swarm.behaviour_mut().streams.open(peer, connection, Protocol::Addresses, opened);
        self.guess(peer);
        let (own, loopback) = (self.own.subscribe(), self.is_on_loopback(peer));
        self.tasks.push(Box::pin(async move {
            let opened = timeout(limits::STREAM_OPENING_TIME, stream).await;
            let Ok(Ok(Ok(stream))) = opened else { return Done::Told { peer, told: None } };
            Done::Told { peer, told: Exchange::new(stream, own, loopback).next().await }
        }));
    }

    pub(super) fn on_addresses(&mut self, peer: PeerId, stream: Stream) {
        if self.may_exchange(peer).is_none() {
            return;
        }
        self.swarm.behaviour_mut().punch.begin(peer);
        let exchange = Exchange::new(stream, self.own.subscribe(), self.is_on_loopback(peer));
        self.exchange(peer, exchange);
    }

    fn exchange(&mut self, peer: PeerId, exchange: Exchange) {
        self.tasks.push(Box::pin(async move { Done::Told { peer, told: exchange.next().await } }));
    }

    /// The connection to exchange addresses on: once, with a proven peer, and only if there is no direct way yet.
    fn may_exchange(&mut self, peer: PeerId) -> Option<ConnectionId> {
        let me = *self.swarm.local_peer_id();
        let state = self.peers.get_mut(&peer)?;
        if state.proof.is_none() || state.told || state.is_direct() {
            return None;
        }
        state.told = true;
        state.current(&me, &peer)
    }

    fn is_on_loopback(&self, peer: PeerId) -> bool {
        self.peers.get(&peer).is_some_and(Peer::is_on_loopback)
    }

    pub(super) fn on_told(&mut self, peer: PeerId, told: Option<(Vec<Address>, Exchange)>) {
        let Some((told, exchange)) = told else { return };
        let Some(state) = self.peers.get_mut(&peer).filter(|state| state.proof.is_some()) else { return };
        let own = Network::of_this_computer();
        for address in candidates::to_dial(&told, &own, state.is_on_loopback(), self.ways.nat64.way()) {
            if state.dialled.len() < limits::ADDRESSES_DIALLED && !state.dialled.contains(&address) {
                state.dialled.push(address.clone());
                state.to_dial.push_back(address);
            }
        }
        if !std::mem::replace(&mut state.dialling, true) {
            self.dial_next(peer);
        }
        self.exchange(peer, exchange);
    }

    /// Dials the addresses that the peer told one after the other, until one of them leads to it; one over QUIC is
    /// worth looking for even then.
    pub(super) fn dial_next(&mut self, peer: PeerId) {
        let Some(state) = self.peers.get_mut(&peer) else { return };
        let reached = state.direct_over();
        let of_use = |address: &Multiaddr| reached.is_none_or(|over| Transport::of(address) < over);
        let next = std::iter::from_fn(|| state.to_dial.pop_front()).find(of_use);
        state.dialling = next.is_some();
        let Some(address) = next else { return };
        self.dial_directly(peer, address);
        self.tasks.push(Box::pin(async move {
            tokio::time::sleep(limits::DIAL_PACE).await;
            Done::DialNext(peer)
        }));
    }

    pub(super) fn dial_directly(&mut self, peer: PeerId, address: Multiaddr) {
        let options =
            DialOpts::peer_id(peer).condition(PeerCondition::Always).addresses(vec![address.clone()]);
        // From the listening port both sides' TCP dials would meet, and both would take themselves for the dialler.
        let tcp = candidates::parse(&address).is_some_and(|a| a.carrier == Carrier::Tcp);
        let options = if tcp { options.allocate_new_port() } else { options };
        if let Err(error) = self.swarm.dial(options.build()) {
            tracing::debug!(%address, %error, "direct dial");
        }
    }

    /// Tells the peers with whom addresses are exchanged when this computer's are others.
    pub(super) fn on_own_addresses(&mut self) {
        let mapped = self.mapping.iter().flat_map(Mapping::addresses);
        let listening = self.swarm.listeners().filter(|address| !self.ways.holes.is_one(address));
        let seen = listening.chain(self.nodes.observed()).cloned();
        let own: Vec<Multiaddr> = seen.chain(mapped).collect();
        self.own.send_if_modified(|before| std::mem::replace(before, own.clone()) != own);
    }
}
