//! Asking the router to pass on what comes to a port of its outside: UPnP, NAT-PMP and PCP (RFC 6886, RFC 6887).
//!
//! Begun as soon as this computer listens, so that a port is open before anybody dials it; nothing waits for it, and
//! most routers never answer. A computer without private addresses has no router to ask.

use std::net::{IpAddr, SocketAddrV4};
use std::num::NonZeroU16;
use std::time::Duration;

use entraide_common::wire::addresses::{Address, Carrier};
use libp2p::Multiaddr;
use portmapper::{Client, Config, Protocol};
use tokio::sync::watch;
use tokio::time::sleep;

use super::candidates;

/// How long closing the ports may take at the end; the router closes them by itself in two hours.
const CLOSING_TIME: Duration = Duration::from_millis(300);

/// The ports that are asked for.
pub(super) struct Mapping {
    quic: Port,
    tcp: Port,
}

struct Port {
    carrier: Carrier,
    client: Client,
    outside: watch::Receiver<Option<SocketAddrV4>>,
    asked: bool,
}

impl Mapping {
    /// Asks for nothing yet. To be called within a tokio runtime.
    pub(super) fn new() -> Self {
        Self { quic: Port::new(Carrier::Quic, Protocol::Udp), tcp: Port::new(Carrier::Tcp, Protocol::Tcp) }
    }

    /// Asks for the port of a listening address, unless one was asked for.
    pub(super) fn listening(&mut self, address: &Address) {
        let port = match address.carrier {
            Carrier::Quic => &mut self.quic,
            Carrier::Tcp => &mut self.tcp,
        };
        let behind_a_router = match address.socket.ip() {
            IpAddr::V4(ip) => !ip.is_loopback() && !candidates::is_public(ip.into()),
            IpAddr::V6(_) => false,
        };
        if let (true, false, Some(number)) =
            (behind_a_router, port.asked, NonZeroU16::new(address.socket.port()))
        {
            port.ask(number);
        }
    }

    /// Whether there is a router, which was asked.
    pub(super) fn is_asked(&self) -> bool {
        self.quic.asked || self.tcp.asked
    }

    /// Waits until the router has opened a port, or another one.
    pub(super) async fn changed(&mut self) {
        tokio::select! {
            true = changed(&mut self.quic.outside) => {}
            true = changed(&mut self.tcp.outside) => {}
            else => std::future::pending().await,
        }
    }

    /// Where this computer is reached thanks to the router.
    pub(super) fn addresses(&self) -> impl Iterator<Item = Multiaddr> {
        [&self.quic, &self.tcp].into_iter().filter_map(Port::address)
    }

    /// Closes the ports that were opened.
    pub(super) async fn close(self) {
        if self.addresses().next().is_none() {
            return;
        }
        self.quic.client.deactivate();
        self.tcp.client.deactivate();
        // There is no answer to wait for.
        sleep(CLOSING_TIME).await;
    }
}

impl Port {
    fn new(carrier: Carrier, protocol: Protocol) -> Self {
        let client = Client::new(Config { protocol, ..Config::default() });
        let outside = client.watch_external_address();
        Self { carrier, client, outside, asked: false }
    }

    fn ask(&mut self, number: NonZeroU16) {
        self.asked = true;
        let client = self.client.clone();
        tokio::spawn(async move {
            // What the router speaks is found out first; if it is nothing, UPnP is tried all the same.
            let _ = client.probe().await;
            client.update_local_port(number);
        });
    }

    fn address(&self) -> Option<Multiaddr> {
        let outside = (*self.outside.borrow())?;
        // A router behind another one opens a port of a network between, where nobody dials.
        let of_use = candidates::is_public(IpAddr::V4(*outside.ip()));
        of_use.then(|| candidates::multiaddr(Address { carrier: self.carrier, socket: outside.into() }))
    }
}

async fn changed(outside: &mut watch::Receiver<Option<SocketAddrV4>>) -> bool {
    outside.changed().await.is_ok()
}
