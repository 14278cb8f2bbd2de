//! The transport that dials IPv4 addresses behind a translator's prefix, and looks for that prefix.

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use entraide_common::limits;
use entraide_common::nat64::Prefix;
use futures::FutureExt as _;
use futures::future::{BoxFuture, Either};
use libp2p::core::muxing::StreamMuxerBox;
use libp2p::core::transport::{Boxed, DialOpts, ListenerId, TransportError, TransportEvent};
use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, PeerId, Transport};
use tokio::task::JoinSet;

use super::{Nat64, Sight, Way, needs_translation};
use crate::net::candidates;
use crate::net::networks::{self, Network};

/// What is dialled in the end.
type Inner = Boxed<(PeerId, StreamMuxerBox)>;

/// The transport around another.
pub(in crate::net) struct Translated {
    inner: Arc<Mutex<Inner>>,
    nat64: Nat64,
    /// The networks in which the translator was looked for.
    networks: Vec<Network>,
    /// Who asks for it. Dropped, that ends.
    seeking: JoinSet<()>,
}

impl Translated {
    /// Keeps `nat64` up to date while it is polled.
    pub(in crate::net) fn new(inner: Inner, nat64: Nat64) -> Self {
        Self { inner: Arc::new(Mutex::new(inner)), nat64, networks: Vec::new(), seeking: JoinSet::new() }
    }

    /// Looks for the translator, unless what is known holds for the networks that this computer is in.
    fn seek(&mut self) {
        let networks = Network::of_this_computer();
        let is_known = match *self.nat64.0.borrow() {
            Sight::Unsought => false,
            Sight::Sought(_) | Sight::Found(_) => networks == self.networks,
            Sight::Missing(then) => networks == self.networks && then.elapsed() < limits::NAT64_AGAIN,
        };
        if is_known || !networks.iter().any(Network::leads_on_by_ipv6) {
            return;
        }
        self.networks = networks;
        self.nat64.0.send_replace(Sight::Sought(self.nat64.prefix()));
        self.seeking = JoinSet::new();
        self.seeking.spawn(self.nat64.clone().seek());
    }
}

impl Transport for Translated {
    type Output = <Inner as Transport>::Output;
    type Error = io::Error;
    type ListenerUpgrade = <Inner as Transport>::ListenerUpgrade;
    type Dial = Either<<Inner as Transport>::Dial, BoxFuture<'static, io::Result<Self::Output>>>;

    fn listen_on(
        &mut self,
        listener: ListenerId,
        address: Multiaddr,
    ) -> Result<(), TransportError<Self::Error>> {
        lock(&self.inner).listen_on(listener, address)
    }

    fn remove_listener(&mut self, listener: ListenerId) -> bool {
        lock(&self.inner).remove_listener(listener)
    }

    fn dial(
        &mut self,
        address: Multiaddr,
        options: DialOpts,
    ) -> Result<Self::Dial, TransportError<Self::Error>> {
        if !v4(&address).is_some_and(needs_translation) {
            return lock(&self.inner).dial(address, options).map(Either::Left);
        }
        self.seek();
        let (inner, nat64) = (self.inner.clone(), self.nat64.clone());
        let dial = async move {
            let prefix = nat64.settled().await;
            let address = prefix.map_or_else(|| address.clone(), |prefix| behind(prefix, &address));
            let dial = lock(&inner).dial(address, options);
            match dial {
                Ok(dial) => dial.await,
                Err(TransportError::Other(error)) => Err(error),
                Err(error @ TransportError::MultiaddrNotSupported(_)) => Err(io::Error::other(error)),
            }
        };
        Ok(Either::Right(dial.boxed()))
    }

    fn poll(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<TransportEvent<Self::ListenerUpgrade, Self::Error>> {
        let polled = Pin::new(&mut *lock(&self.inner)).poll(cx);
        let Poll::Ready(mut event) = polled else { return Poll::Pending };
        match &mut event {
            // Before anything is dialled, so that it need not wait.
            TransportEvent::NewAddress { .. } | TransportEvent::AddressExpired { .. }
                if !networks::lead_to_ipv4() =>
            {
                self.seek();
            }
            TransportEvent::Incoming { send_back_addr, .. } => {
                if let Some(prefix) = self.nat64.prefix() {
                    *send_back_addr = meant(prefix, send_back_addr);
                }
            }
            _ => {}
        }
        Poll::Ready(event)
    }
}

/// The IPv4 address that is dialled.
fn v4(address: &Multiaddr) -> Option<Ipv4Addr> {
    match address.iter().next() {
        Some(Protocol::Ip4(ip)) => Some(ip),
        _ => None,
    }
}

/// The same place behind the prefix.
fn behind(prefix: Prefix, address: &Multiaddr) -> Multiaddr {
    let translated = v4(address).map(|ip| Protocol::Ip6(prefix.embed(ip)));
    translated.and_then(|host| address.replace(0, |_| Some(host))).unwrap_or_else(|| address.clone())
}

/// The IPv4 address that this one leads to, if it is behind the prefix.
fn meant(prefix: Prefix, address: &Multiaddr) -> Multiaddr {
    let Some(Protocol::Ip6(ip)) = address.iter().next() else { return address.clone() };
    match Way::Behind(prefix).meant(ip.into()) {
        IpAddr::V4(ip) if candidates::is_public(ip.into()) => {
            address.replace(0, |_| Some(Protocol::Ip4(ip))).unwrap_or_else(|| address.clone())
        }
        _ => address.clone(),
    }
}

fn lock(inner: &Mutex<Inner>) -> MutexGuard<'_, Inner> {
    // One that panicked has ended the program's network, and is not made worse by this.
    inner.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_the_same_on_both_sides_of_the_translator() {
        let prefix = Prefix::new("64:ff9b::".parse().expect("an address"), 96).expect("a prefix");
        let address = |text: &str| text.parse::<Multiaddr>().expect("an address");
        for (plain, translated) in [
            ("/ip4/8.8.8.8/udp/4580/quic-v1", "/ip6/64:ff9b::808:808/udp/4580/quic-v1"),
            ("/ip4/9.1.1.1/tcp/4580", "/ip6/64:ff9b::901:101/tcp/4580"),
        ] {
            assert_eq!(behind(prefix, &address(plain)), address(translated));
            assert_eq!(meant(prefix, &address(translated)), address(plain));
        }
        for other in ["/ip6/2a0a::1/tcp/4580", "/ip6/64:ff9b::a00:1/tcp/4580"] {
            assert_eq!(meant(prefix, &address(other)), address(other));
        }
    }
}
