//! Turns away connections from networks that open too many, before they cost a handshake.

use core::convert::Infallible;
use core::task::{Context, Poll};

use libp2p::core::Endpoint;
use libp2p::core::transport::PortUse;
use libp2p::swarm::{
    ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, THandler, THandlerInEvent, THandlerOutEvent,
    ToSwarm, dummy,
};
use libp2p::{Multiaddr, PeerId};
use thiserror::Error;

use super::Clock;
use crate::quota::{Buckets, Network, Rate, ip_of};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("too many connections from that network")]
struct TooMany;

/// A bucket of new connections for each network.
#[derive(Debug)]
pub struct Gate {
    buckets: Buckets<Network>,
    clock: Clock,
}

impl Gate {
    /// Admits so many connections from each network.
    #[must_use]
    pub fn new(rate: Rate, clock: Clock) -> Self {
        Self { buckets: Buckets::new(rate), clock }
    }

    /// Counts with `rate` from now on.
    pub fn set_rate(&mut self, rate: Rate) {
        self.buckets.set_rate(rate);
    }
}

impl NetworkBehaviour for Gate {
    type ConnectionHandler = dummy::ConnectionHandler;
    type ToSwarm = Infallible;

    fn handle_pending_inbound_connection(
        &mut self,
        _: ConnectionId,
        _: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<(), ConnectionDenied> {
        let ip = ip_of(remote).ok_or_else(|| ConnectionDenied::new(TooMany))?;
        self.buckets.take(Network::site(ip), self.clock.now()).map_err(|_| ConnectionDenied::new(TooMany))
    }

    fn handle_established_inbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(dummy::ConnectionHandler)
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(dummy::ConnectionHandler)
    }

    fn on_swarm_event(&mut self, _: FromSwarm<'_>) {}

    fn on_connection_handler_event(&mut self, _: PeerId, _: ConnectionId, event: THandlerOutEvent<Self>) {
        match event {}
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        Poll::Pending
    }
}
