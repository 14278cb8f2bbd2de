//! Keeps a behaviour away from connections that are none of its business, or not yet.
//!
//! identify and the relay client speak with nodes only, so that no peer learns an address from them. A behaviour
//! whose handler is missing on a connection does not exist there: its protocols are neither offered nor understood.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use either::Either;
use futures::future;
use libp2p::core::Endpoint;
use libp2p::core::transport::PortUse;
use libp2p::core::upgrade::DeniedUpgrade;
use libp2p::swarm::handler::{
    ConnectionEvent, FullyNegotiatedInbound, InboundUpgradeSend, ListenUpgradeError, SendWrapper,
};
use libp2p::swarm::{
    ConnectionDenied, ConnectionHandler, ConnectionHandlerEvent, ConnectionId, FromSwarm, NetworkBehaviour,
    SubstreamProtocol, THandler, THandlerInEvent, THandlerOutEvent, ToSwarm,
};
use libp2p::{Multiaddr, PeerId};

/// Whose connections a behaviour sees.
#[derive(Debug, Clone)]
pub(super) enum Audience {
    /// These.
    Only(Arc<HashSet<PeerId>>),
    /// All but these.
    AllBut(Arc<HashSet<PeerId>>),
}

impl Audience {
    fn includes(&self, peer: &PeerId) -> bool {
        match self {
            Self::Only(peers) => peers.contains(peer),
            Self::AllBut(peers) => !peers.contains(peer),
        }
    }
}

/// A behaviour with an audience.
pub(super) struct Among<B> {
    inner: B,
    audience: Audience,
}

impl<B> Among<B> {
    /// `inner` for `audience` only.
    pub(super) fn new(audience: Audience, inner: B) -> Self {
        Self { inner, audience }
    }
}

impl<B: NetworkBehaviour> NetworkBehaviour for Among<B> {
    type ConnectionHandler = Gated<THandler<B>>;
    type ToSwarm = B::ToSwarm;

    fn handle_established_inbound_connection(
        &mut self,
        connection: ConnectionId,
        peer: PeerId,
        local: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        if !self.audience.includes(&peer) {
            return Ok(Gated::shut());
        }
        self.inner.handle_established_inbound_connection(connection, peer, local, remote).map(Gated::open)
    }

    fn handle_established_outbound_connection(
        &mut self,
        connection: ConnectionId,
        peer: PeerId,
        address: &Multiaddr,
        role: Endpoint,
        port: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        if !self.audience.includes(&peer) {
            return Ok(Gated::shut());
        }
        self.inner
            .handle_established_outbound_connection(connection, peer, address, role, port)
            .map(Gated::open)
    }

    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        self.inner.on_swarm_event(event);
    }

    fn on_connection_handler_event(&mut self, peer: PeerId, id: ConnectionId, event: THandlerOutEvent<Self>) {
        self.inner.on_connection_handler_event(peer, id, event);
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        self.inner.poll(cx).map(|action| action.map_in(Command::Pass))
    }
}

/// A handler behind a gate.
pub(super) struct Gated<H>(Option<H>);

impl<H> Gated<H> {
    /// Shut until [`Command::Open`] comes.
    pub(super) const fn shut() -> Self {
        Self(None)
    }

    /// Open from the start.
    pub(super) const fn open(handler: H) -> Self {
        Self(Some(handler))
    }
}

/// To a gated handler.
pub(super) enum Command<H: ConnectionHandler> {
    /// Be this handler from now on.
    Open(H),
    /// For the handler behind; lost while the gate is shut.
    Pass(H::FromBehaviour),
}

impl<H: ConnectionHandler> fmt::Debug for Command<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(_) => f.write_str("Open"),
            Self::Pass(event) => event.fmt(f),
        }
    }
}

/// What a gated handler offers: the inner protocol, or nothing.
type Offer<H> = Either<SendWrapper<<H as ConnectionHandler>::InboundProtocol>, SendWrapper<DeniedUpgrade>>;

/// An event as it comes to the gate.
type Outside<'a, H> = ConnectionEvent<
    'a,
    Offer<H>,
    <H as ConnectionHandler>::OutboundProtocol,
    Option<<H as ConnectionHandler>::InboundOpenInfo>,
    <H as ConnectionHandler>::OutboundOpenInfo,
>;

/// An event as the handler behind the gate knows it.
type Inside<'a, H> = ConnectionEvent<
    'a,
    <H as ConnectionHandler>::InboundProtocol,
    <H as ConnectionHandler>::OutboundProtocol,
    <H as ConnectionHandler>::InboundOpenInfo,
    <H as ConnectionHandler>::OutboundOpenInfo,
>;

impl<H: ConnectionHandler> ConnectionHandler for Gated<H> {
    type FromBehaviour = Command<H>;
    type ToBehaviour = H::ToBehaviour;
    type InboundProtocol = Offer<H>;
    type OutboundProtocol = H::OutboundProtocol;
    type InboundOpenInfo = Option<H::InboundOpenInfo>;
    type OutboundOpenInfo = H::OutboundOpenInfo;

    fn listen_protocol(&self) -> SubstreamProtocol<Self::InboundProtocol, Self::InboundOpenInfo> {
        match &self.0 {
            Some(inner) => inner
                .listen_protocol()
                .map_upgrade(|upgrade| Either::Left(SendWrapper(upgrade)))
                .map_info(Some),
            None => SubstreamProtocol::new(Either::Right(SendWrapper(DeniedUpgrade)), None),
        }
    }

    fn connection_keep_alive(&self) -> bool {
        self.0.as_ref().is_some_and(H::connection_keep_alive)
    }

    fn on_behaviour_event(&mut self, command: Command<H>) {
        match (command, &mut self.0) {
            (Command::Open(handler), inner) => *inner = Some(handler),
            (Command::Pass(event), Some(inner)) => inner.on_behaviour_event(event),
            (Command::Pass(_), None) => {}
        }
    }

    fn on_connection_event(&mut self, event: Outside<'_, H>) {
        let Some(inner) = &mut self.0 else { return };
        if let Some(event) = passed::<H>(event) {
            inner.on_connection_event(event);
        }
    }

    fn poll(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<ConnectionHandlerEvent<Self::OutboundProtocol, Self::OutboundOpenInfo, Self::ToBehaviour>> {
        self.0.as_mut().map_or(Poll::Pending, |inner| inner.poll(cx))
    }

    fn poll_close(&mut self, cx: &mut Context<'_>) -> Poll<Option<Self::ToBehaviour>> {
        self.0.as_mut().map_or(Poll::Ready(None), |inner| inner.poll_close(cx))
    }
}

/// The event as the inner handler knows it. `None` for what began before the gate opened.
fn passed<H: ConnectionHandler>(event: Outside<'_, H>) -> Option<Inside<'_, H>> {
    Some(match event {
        ConnectionEvent::FullyNegotiatedInbound(FullyNegotiatedInbound { protocol, info }) => {
            let protocol = inner_output::<H::InboundProtocol>(protocol)?;
            ConnectionEvent::FullyNegotiatedInbound(FullyNegotiatedInbound { protocol, info: info? })
        }
        ConnectionEvent::ListenUpgradeError(ListenUpgradeError { info, error: Either::Left(error) }) => {
            ConnectionEvent::ListenUpgradeError(ListenUpgradeError { info: info?, error })
        }
        ConnectionEvent::ListenUpgradeError(_) => return None,
        ConnectionEvent::FullyNegotiatedOutbound(event) => ConnectionEvent::FullyNegotiatedOutbound(event),
        ConnectionEvent::DialUpgradeError(event) => ConnectionEvent::DialUpgradeError(event),
        ConnectionEvent::AddressChange(event) => ConnectionEvent::AddressChange(event),
        ConnectionEvent::LocalProtocolsChange(event) => ConnectionEvent::LocalProtocolsChange(event),
        ConnectionEvent::RemoteProtocolsChange(event) => ConnectionEvent::RemoteProtocolsChange(event),
        _ => return None,
    })
}

fn inner_output<P: InboundUpgradeSend>(
    output: future::Either<P::Output, std::convert::Infallible>,
) -> Option<P::Output> {
    match output {
        future::Either::Left(output) => Some(output),
        future::Either::Right(never) => match never {},
    }
}
