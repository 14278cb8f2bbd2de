//! What the proof of a peer allows: telling it addresses, dialling those it tells, punching.

use entraide_common::ids::SessionId;
use entraide_common::limits;
use entraide_common::wire::addresses::{Addresses, Carrier};
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::swarm::{ConnectionId, Stream};
use libp2p::{Multiaddr, PeerId};
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::peers::Peer;
use super::{Done, Driver, Reply};
use crate::net::candidates;
use crate::net::frames::{Reading, Writing};
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
            let addresses = timeout(limits::STREAM_OPENING_TIME, exchange).await;
            Done::Told { peer, addresses: addresses.ok().flatten() }
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
            let addresses = timeout(limits::STREAM_OPENING_TIME, exchange).await;
            Done::Told { peer, addresses: addresses.ok().flatten() }
        }));
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

    fn addresses(&self, peer: PeerId) -> Addresses {
        let loopback = self.peers.get(&peer).is_some_and(Peer::is_on_loopback);
        Addresses::Mine(candidates::to_tell(self.own_addresses(), loopback))
    }

    pub(super) fn on_told(&mut self, peer: PeerId, addresses: Option<Addresses>) {
        let Some(Addresses::Mine(told)) = addresses else { return };
        let Some(state) = self.peers.get_mut(&peer).filter(|state| state.proof.is_some()) else { return };
        let own: Vec<_> = self.swarm.listeners().filter_map(candidates::parse).collect();
        state.to_dial = candidates::to_dial(&told, &own, state.is_on_loopback()).into();
        self.dial_next(peer);
    }

    /// Dials the addresses that the peer told one after the other, until one of them leads to it.
    pub(super) fn dial_next(&mut self, peer: PeerId) {
        let Some(state) = self.peers.get_mut(&peer).filter(|state| !state.is_direct()) else { return };
        let Some(address) = state.to_dial.pop_front() else { return };
        self.dial_directly(peer, address);
        self.tasks.push(Box::pin(async move {
            tokio::time::sleep(limits::DIAL_PACE).await;
            Done::DialNext(peer)
        }));
    }

    fn dial_directly(&mut self, peer: PeerId, address: Multiaddr) {
        let options =
            DialOpts::peer_id(peer).condition(PeerCondition::Always).addresses(vec![address.clone()]);
        // From the listening port both sides' TCP dials would meet, and both would take themselves for the dialler.
        let tcp = candidates::parse(&address).is_some_and(|a| a.carrier == Carrier::Tcp);
        let options = if tcp { options.allocate_new_port() } else { options };
        if let Err(error) = self.swarm.dial(options.build()) {
            tracing::debug!(%address, %error, "direct dial");
        }
    }

    fn own_addresses(&self) -> impl Iterator<Item = &Multiaddr> {
        self.swarm.listeners().chain(self.nodes.observed())
    }
}
