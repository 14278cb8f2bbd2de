//! The relay's handler on one connection, which opens a stream for a circuit only if that was admitted.

use std::collections::VecDeque;
use std::io;
use std::task::{Context, Poll};

use libp2p::swarm::handler::{ConnectionEvent, DialUpgradeError};
use libp2p::swarm::{ConnectionHandler, ConnectionHandlerEvent, StreamUpgradeError, SubstreamProtocol};

/// To the handler; `T` is what the one behind is told.
#[derive(Debug)]
pub enum Command<T> {
    /// Anything but a circuit.
    Pass(T),
    /// To open a stream to this peer for a circuit.
    Circuit {
        /// What the handler behind is told either way.
        told: T,
        /// Whether the stream is opened.
        admitted: bool,
    },
    /// Whether to keep the connection though nothing happens on it.
    Keep(bool),
}

/// The handler.
#[derive(Debug)]
pub struct Guarded<H> {
    inner: H,
    /// Whether the streams that the one behind is going to ask for may be opened, in its order: it asks for one for
    /// each circuit. A peer that wants a circuit to itself over one connection has none here, and gets none.
    admitted: VecDeque<bool>,
    keep: bool,
}

impl<H> Guarded<H> {
    pub(super) fn new(inner: H) -> Self {
        Self { inner, admitted: VecDeque::new(), keep: false }
    }
}

impl<H: ConnectionHandler> ConnectionHandler for Guarded<H> {
    type FromBehaviour = Command<H::FromBehaviour>;
    type ToBehaviour = H::ToBehaviour;
    type InboundProtocol = H::InboundProtocol;
    type OutboundProtocol = H::OutboundProtocol;
    type InboundOpenInfo = H::InboundOpenInfo;
    type OutboundOpenInfo = H::OutboundOpenInfo;

    fn listen_protocol(&self) -> SubstreamProtocol<Self::InboundProtocol, Self::InboundOpenInfo> {
        self.inner.listen_protocol()
    }

    fn connection_keep_alive(&self) -> bool {
        self.keep || self.inner.connection_keep_alive()
    }

    fn on_behaviour_event(&mut self, command: Self::FromBehaviour) {
        match command {
            Command::Pass(told) => self.inner.on_behaviour_event(told),
            Command::Circuit { told, admitted } => {
                self.admitted.push_back(admitted);
                self.inner.on_behaviour_event(told);
            }
            Command::Keep(keep) => self.keep = keep,
        }
    }

    fn on_connection_event(
        &mut self,
        event: ConnectionEvent<
            '_,
            Self::InboundProtocol,
            Self::OutboundProtocol,
            Self::InboundOpenInfo,
            Self::OutboundOpenInfo,
        >,
    ) {
        self.inner.on_connection_event(event);
    }

    fn poll(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<ConnectionHandlerEvent<Self::OutboundProtocol, Self::OutboundOpenInfo, Self::ToBehaviour>> {
        loop {
            match self.inner.poll(cx) {
                Poll::Ready(ConnectionHandlerEvent::OutboundSubstreamRequest { protocol })
                    if self.admitted.pop_front() != Some(true) =>
                {
                    let (_, info) = protocol.into_upgrade();
                    let error = StreamUpgradeError::Io(io::ErrorKind::PermissionDenied.into());
                    let refused = ConnectionEvent::DialUpgradeError(DialUpgradeError { info, error });
                    self.inner.on_connection_event(refused);
                }
                other => return other,
            }
        }
    }

    fn poll_close(&mut self, cx: &mut Context<'_>) -> Poll<Option<Self::ToBehaviour>> {
        self.inner.poll_close(cx)
    }
}
