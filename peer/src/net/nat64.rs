//! IPv4 for a computer that has none, in a network that translates to it (NAT64).
//!
//! Such a computer reaches an IPv4 address behind the translator's prefix, which the network's resolver tells (RFC 7050).
//! Here that stays below everything else: the [`transport`] dials an IPv4 address behind the prefix and says of who comes
//! in from behind it that it is an IPv4 address, so that nodes, circuits, direct paths and punching know nothing of it;
//! and what speaks UDP by itself does so by [`Udp`].
//!
//! # What it guarantees
//! - A computer that knows a way to an address goes that way, and the resolver is asked by none that has IPv4.
//! - Nothing waits for the answer but dials that lead nowhere without, and those for [`limits::NAT64_TIME`] at most.
//! - No address is put behind the prefix that not everybody on the internet could have ([`candidates::is_public`]).

mod transport;

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4};
use std::sync::Arc;

use entraide_common::limits;
use entraide_common::nat64::{NAME, Prefix};
use tokio::net::{UdpSocket, lookup_host};
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

pub(super) use self::transport::Translated;
use super::{candidates, networks};

/// What is known of the translator. Shared by the transport, which looks for it, and who asks.
#[derive(Clone)]
pub(super) struct Nat64(Arc<watch::Sender<Sight>>);

/// How far the search is.
#[derive(Debug, Clone, Copy)]
enum Sight {
    /// Nobody needed it.
    Unsought,
    /// The resolver is being asked; what it said before is believed until then.
    Sought(Option<Prefix>),
    /// There is a translator.
    Found(Prefix),
    /// There was none then.
    Missing(Instant),
}

impl Default for Nat64 {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(Sight::Unsought)))
    }
}

impl Nat64 {
    /// The translator's prefix, as far as is known.
    pub(super) fn prefix(&self) -> Option<Prefix> {
        match *self.0.borrow() {
            Sight::Found(prefix) => Some(prefix),
            Sight::Sought(before) => before,
            Sight::Unsought | Sight::Missing(_) => None,
        }
    }

    /// How IPv4 is reached by who has none.
    pub(super) fn way(&self) -> Way {
        self.prefix().map_or(Way::Plain, Way::Behind)
    }

    /// How this computer reaches `ip`.
    pub(super) fn way_to(&self, ip: Ipv4Addr) -> Way {
        if needs_translation(ip) { self.way() } else { Way::Plain }
    }

    /// The same as [`Nat64::prefix`], when nobody is being asked any more.
    pub(super) async fn settled(&self) -> Option<Prefix> {
        // The sender is `self`: it is there.
        let _ = self.0.subscribe().wait_for(|sight| !matches!(sight, Sight::Sought(_))).await;
        self.prefix()
    }

    /// Asks the network's resolver.
    async fn seek(self) {
        let asked = timeout(limits::NAT64_TIME, lookup_host((NAME, 0))).await;
        let answers = asked.ok().and_then(Result::ok).into_iter().flatten();
        let answers: Vec<Ipv6Addr> = answers.filter_map(|answer| v6(answer.ip())).collect();
        let found = Prefix::find(&answers);
        tracing::debug!(?found, "looked for a translator to IPv4");
        self.0.send_replace(found.map_or_else(|| Sight::Missing(Instant::now()), Sight::Found));
    }
}

/// How an IPv4 address is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// As it is.
    Plain,
    /// Behind that prefix.
    Behind(Prefix),
}

impl Way {
    /// Where packets for `to` are sent.
    pub(super) fn to(self, to: SocketAddrV4) -> SocketAddr {
        match self {
            Self::Plain => to.into(),
            Self::Behind(prefix) => (prefix.embed(*to.ip()), to.port()).into(),
        }
    }

    /// The address that `ip` leads to: what is behind the prefix, or IPv4 written as IPv6, is an IPv4 address.
    pub(super) fn meant(self, ip: IpAddr) -> IpAddr {
        match (self, ip.to_canonical()) {
            (Self::Behind(prefix), IpAddr::V6(v6)) => prefix.embedded(v6).map_or(v6.into(), IpAddr::V4),
            (_, ip) => ip,
        }
    }
}

/// A UDP socket that speaks with IPv4 addresses, whichever way leads there.
pub(super) struct Udp {
    socket: UdpSocket,
    way: Way,
}

impl Udp {
    /// On any port.
    pub(super) async fn bind(way: Way) -> io::Result<Self> {
        let any: IpAddr = match way {
            Way::Plain => Ipv4Addr::UNSPECIFIED.into(),
            Way::Behind(_) => Ipv6Addr::UNSPECIFIED.into(),
        };
        Ok(Self { socket: UdpSocket::bind((any, 0)).await?, way })
    }

    pub(super) fn port(&self) -> io::Result<u16> {
        Ok(self.socket.local_addr()?.port())
    }

    /// Sends it all.
    pub(super) async fn send_to(&self, bytes: &[u8], to: SocketAddrV4) -> io::Result<usize> {
        self.socket.send_to(bytes, self.way.to(to)).await
    }

    /// How many bytes came, and from where; from IPv4 if it was from behind the prefix.
    pub(super) async fn recv_from(&self, bytes: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        let (length, from) = self.socket.recv_from(bytes).await?;
        Ok((length, SocketAddr::new(self.way.meant(from.ip()), from.port())))
    }
}

/// Whether `ip` leads nowhere as it is, and may be put behind a prefix.
fn needs_translation(ip: Ipv4Addr) -> bool {
    candidates::is_public(ip.into()) && !networks::lead_to(ip)
}

fn v6(ip: IpAddr) -> Option<Ipv6Addr> {
    match ip {
        IpAddr::V6(ip) => Some(ip),
        IpAddr::V4(_) => None,
    }
}
