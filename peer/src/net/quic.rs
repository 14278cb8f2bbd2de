//! QUIC that dials from the socket it is told to.
//!
//! libp2p's transport picks the socket of a dial by a hash over all its listeners. A hole in an address translator
//! belongs to one socket: so each port that was punched has a transport of its own, with that listener only, and a dial
//! goes to the transport whose hole leads to its destination.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use entraide_common::wire::addresses::Carrier;
use libp2p::core::transport::{DialOpts, ListenerId, TransportError, TransportEvent};
use libp2p::{Multiaddr, Transport, quic};

use super::candidates;

/// Punched ports of this computer, and where each leads. Shared by the transport and who punches.
#[derive(Debug, Clone, Default)]
pub(super) struct Holes(Arc<Mutex<HashMap<u16, SocketAddr>>>);

impl Holes {
    /// The local port `port` leads to `remote` from now on: listening on it makes it a transport of its own.
    pub(super) fn add(&self, port: u16, remote: SocketAddr) {
        self.lock().insert(port, remote);
    }

    /// It does no longer.
    pub(super) fn remove(&self, port: u16) {
        self.lock().remove(&port);
    }

    /// Whether this is an address of a punched port of ours: nobody else is to hear of it.
    pub(super) fn is_one(&self, address: &Multiaddr) -> bool {
        socket(address).is_some_and(|socket| self.lock().contains_key(&socket.port()))
    }

    fn leading_to(&self, remote: SocketAddr) -> Option<u16> {
        self.lock().iter().find(|(_, leads_to)| **leads_to == remote).map(|(port, _)| *port)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u16, SocketAddr>> {
        // Nothing is ever left half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The transport.
pub(super) struct Quic {
    config: quic::Config,
    main: quic::tokio::Transport,
    holes: Holes,
    punched: Vec<Punched>,
}

struct Punched {
    port: u16,
    listener: ListenerId,
    transport: quic::tokio::Transport,
}

impl Quic {
    /// Listens nowhere yet.
    pub(super) fn new(config: quic::Config, holes: Holes) -> Self {
        Self { main: quic::tokio::Transport::new(config.clone()), config, holes, punched: Vec::new() }
    }
}

impl Transport for Quic {
    type Output = <quic::tokio::Transport as Transport>::Output;
    type Error = <quic::tokio::Transport as Transport>::Error;
    type ListenerUpgrade = <quic::tokio::Transport as Transport>::ListenerUpgrade;
    type Dial = <quic::tokio::Transport as Transport>::Dial;

    fn listen_on(
        &mut self,
        listener: ListenerId,
        address: Multiaddr,
    ) -> Result<(), TransportError<Self::Error>> {
        if !self.holes.is_one(&address) {
            return self.main.listen_on(listener, address);
        }
        let port = socket(&address).map_or(0, |socket| socket.port());
        let mut transport = quic::tokio::Transport::new(self.config.clone());
        transport.listen_on(listener, address)?;
        self.punched.push(Punched { port, listener, transport });
        Ok(())
    }

    fn remove_listener(&mut self, listener: ListenerId) -> bool {
        match self.punched.iter_mut().find(|punched| punched.listener == listener) {
            Some(punched) => punched.transport.remove_listener(listener),
            None => self.main.remove_listener(listener),
        }
    }

    fn dial(
        &mut self,
        address: Multiaddr,
        options: DialOpts,
    ) -> Result<Self::Dial, TransportError<Self::Error>> {
        let port = socket(&address).and_then(|remote| self.holes.leading_to(remote));
        match self.punched.iter_mut().find(|punched| Some(punched.port) == port) {
            Some(punched) => punched.transport.dial(address, options),
            None => self.main.dial(address, options),
        }
    }

    fn poll(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<TransportEvent<Self::ListenerUpgrade, Self::Error>> {
        let this = &mut *self;
        for punched in &mut this.punched {
            if let Poll::Ready(event) = Pin::new(&mut punched.transport).poll(cx) {
                if let TransportEvent::ListenerClosed { listener_id, .. } = &event {
                    let closed = *listener_id;
                    this.punched.retain(|punched| punched.listener != closed);
                }
                return Poll::Ready(event);
            }
        }
        Pin::new(&mut this.main).poll(cx)
    }
}

/// The UDP socket that a QUIC address names.
fn socket(address: &Multiaddr) -> Option<SocketAddr> {
    let address = candidates::parse(address)?;
    (address.carrier == Carrier::Quic).then_some(address.socket)
}
