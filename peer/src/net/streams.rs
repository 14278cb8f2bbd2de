//! Opens streams on the connection that is named, and hands over those that others open.
//!
//! libp2p-stream opens on any connection of a peer; where the same session moves from the circuit to a direct
//! connection, that is the question itself.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use libp2p::core::Endpoint;
use libp2p::core::transport::PortUse;
use libp2p::core::upgrade::{InboundUpgrade, ReadyUpgrade, UpgradeInfo};
use libp2p::swarm::handler::{
    ConnectionEvent, DialUpgradeError, FullyNegotiatedInbound, FullyNegotiatedOutbound,
};
use libp2p::swarm::{
    ConnectionDenied, ConnectionHandler, ConnectionHandlerEvent, ConnectionId, FromSwarm, NetworkBehaviour,
    NotifyHandler, Stream, StreamUpgradeError, SubstreamProtocol, THandler, THandlerInEvent,
    THandlerOutEvent, ToSwarm,
};
use libp2p::{Multiaddr, PeerId, StreamProtocol};
use tokio::sync::oneshot;

/// What is spoken on a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    /// [`entraide_common::wire::directory`].
    Directory,
    /// [`entraide_common::wire::pair`].
    Pair,
    /// [`entraide_common::wire::addresses`].
    Addresses,
    /// [`entraide_common::wire::guess`].
    Guess,
    /// [`entraide_common::wire::pulse`].
    Pulse,
    /// [`entraide_common::wire::open`] and what it announces.
    Session,
}

impl Protocol {
    const ALL: [Self; 6] =
        [Self::Directory, Self::Pair, Self::Addresses, Self::Guess, Self::Pulse, Self::Session];

    const fn name(self) -> StreamProtocol {
        StreamProtocol::new(match self {
            Self::Directory => "/entraide/directory/1",
            Self::Pair => "/entraide/pair/1",
            Self::Addresses => "/entraide/addresses/1",
            Self::Guess => "/entraide/guess/1",
            Self::Pulse => "/entraide/pulse/1",
            Self::Session => "/entraide/session/1",
        })
    }
}

/// Why a stream was not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum OpenError {
    /// The other side does not speak the protocol.
    #[error("the other side does not speak this protocol")]
    Unsupported,
    /// The connection is gone, or too slow.
    #[error("the connection is gone")]
    Gone,
}

/// Where an opened stream goes. Dropped unanswered if the connection goes.
pub(super) type Opened = oneshot::Sender<Result<Stream, OpenError>>;

/// A stream that somebody opened here.
#[derive(Debug)]
pub(super) struct Inbound {
    /// Who, as the transport proved.
    pub peer: PeerId,
    /// On which connection.
    pub connection: ConnectionId,
    /// What is spoken there.
    pub protocol: Protocol,
    /// The stream.
    pub stream: Stream,
}

/// The behaviour of all streams of our own protocols.
pub(super) struct Streams {
    offers: &'static [Protocol],
    actions: VecDeque<ToSwarm<Inbound, Command>>,
}

/// To the handler of one connection.
#[derive(Debug)]
pub(super) enum Command {
    /// Open a stream.
    Open(Protocol, Opened),
    /// Whether to keep the connection though nothing happens on it.
    Keep(bool),
}

impl Streams {
    /// Accepts streams of the protocols in `offers`.
    pub(super) fn new(offers: &'static [Protocol]) -> Self {
        Self { offers, actions: VecDeque::new() }
    }

    /// Opens a stream on that connection.
    pub(super) fn open(
        &mut self,
        peer: PeerId,
        connection: ConnectionId,
        protocol: Protocol,
        opened: Opened,
    ) {
        self.command(peer, connection, Command::Open(protocol, opened));
    }

    /// Keeps an idle connection, or no longer.
    pub(super) fn keep(&mut self, peer: PeerId, connection: ConnectionId, keep: bool) {
        self.command(peer, connection, Command::Keep(keep));
    }

    fn command(&mut self, peer_id: PeerId, connection: ConnectionId, event: Command) {
        let handler = NotifyHandler::One(connection);
        self.actions.push_back(ToSwarm::NotifyHandler { peer_id, handler, event });
    }
}

impl NetworkBehaviour for Streams {
    type ConnectionHandler = Handler;
    type ToSwarm = Inbound;

    fn handle_established_inbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(Handler::new(self.offers))
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(Handler::new(self.offers))
    }

    fn on_swarm_event(&mut self, _: FromSwarm<'_>) {}

    fn on_connection_handler_event(
        &mut self,
        peer: PeerId,
        connection: ConnectionId,
        (protocol, stream): THandlerOutEvent<Self>,
    ) {
        self.actions.push_back(ToSwarm::GenerateEvent(Inbound { peer, connection, protocol, stream }));
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        self.actions.pop_front().map_or(Poll::Pending, Poll::Ready)
    }
}

/// One connection's streams.
pub(super) struct Handler {
    offers: &'static [Protocol],
    keep: bool,
    events: VecDeque<ConnectionHandlerEvent<ReadyUpgrade<StreamProtocol>, Opened, (Protocol, Stream)>>,
}

impl Handler {
    fn new(offers: &'static [Protocol]) -> Self {
        Self { offers, keep: false, events: VecDeque::new() }
    }
}

impl ConnectionHandler for Handler {
    type FromBehaviour = Command;
    type ToBehaviour = (Protocol, Stream);
    type InboundProtocol = Offers;
    type OutboundProtocol = ReadyUpgrade<StreamProtocol>;
    type InboundOpenInfo = ();
    type OutboundOpenInfo = Opened;

    fn listen_protocol(&self) -> SubstreamProtocol<Offers> {
        SubstreamProtocol::new(Offers(self.offers), ())
    }

    fn connection_keep_alive(&self) -> bool {
        self.keep
    }

    fn on_behaviour_event(&mut self, command: Command) {
        match command {
            Command::Open(protocol, opened) => {
                let protocol = SubstreamProtocol::new(ReadyUpgrade::new(protocol.name()), opened);
                self.events.push_back(ConnectionHandlerEvent::OutboundSubstreamRequest { protocol });
            }
            Command::Keep(keep) => self.keep = keep,
        }
    }

    fn on_connection_event(
        &mut self,
        event: ConnectionEvent<'_, Offers, ReadyUpgrade<StreamProtocol>, (), Opened>,
    ) {
        match event {
            ConnectionEvent::FullyNegotiatedInbound(FullyNegotiatedInbound {
                protocol: negotiated, ..
            }) => {
                self.events.push_back(ConnectionHandlerEvent::NotifyBehaviour(negotiated));
            }
            ConnectionEvent::FullyNegotiatedOutbound(FullyNegotiatedOutbound {
                protocol: stream,
                info: opened,
            }) => {
                // Who asked may have given up; then the stream is dropped.
                let _ = opened.send(Ok(stream));
            }
            ConnectionEvent::DialUpgradeError(DialUpgradeError { info: opened, error }) => {
                let error = match error {
                    StreamUpgradeError::NegotiationFailed => OpenError::Unsupported,
                    StreamUpgradeError::Timeout | StreamUpgradeError::Io(_) => OpenError::Gone,
                    StreamUpgradeError::Apply(never) => match never {},
                };
                let _ = opened.send(Err(error));
            }
            _ => {}
        }
    }

    fn poll(
        &mut self,
        _: &mut Context<'_>,
    ) -> Poll<ConnectionHandlerEvent<ReadyUpgrade<StreamProtocol>, Opened, (Protocol, Stream)>> {
        self.events.pop_front().map_or(Poll::Pending, Poll::Ready)
    }
}

/// The protocols that are accepted; what comes out says which it was.
#[derive(Debug, Clone, Copy)]
pub(super) struct Offers(&'static [Protocol]);

impl UpgradeInfo for Offers {
    type Info = StreamProtocol;
    type InfoIter = std::iter::Map<std::slice::Iter<'static, Protocol>, fn(&Protocol) -> StreamProtocol>;

    fn protocol_info(&self) -> Self::InfoIter {
        self.0.iter().map(|protocol| protocol.name())
    }
}

impl InboundUpgrade<Stream> for Offers {
    type Output = (Protocol, Stream);
    type Error = Infallible;
    type Future = Ready<Result<Self::Output, Infallible>>;

    fn upgrade_inbound(self, stream: Stream, name: StreamProtocol) -> Self::Future {
        let protocol = Protocol::ALL.into_iter().find(|protocol| protocol.name() == name);
        ready(Ok((protocol.expect("only what was offered is negotiated"), stream)))
    }
}
