//! Where a node says how sockets are seen (STUN, RFC 8489): where it is connected.
//!
//! A node is mostly given by its name, and what the resolver made of it for a connection stays with libp2p; so the
//! resolver is asked once more, when somebody wants to know.

use std::net::{SocketAddr, SocketAddrV4};

use entraide_common::limits;
use libp2p::Multiaddr;
use libp2p::multiaddr::Protocol;
use tokio::net::lookup_host;
use tokio::time::timeout;

/// A node's port, above which it answers such questions ([`entraide_common::wire::stun::PORTS`]).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum StunServer {
    /// At this address.
    At(SocketAddrV4),
    /// At the IPv4 address that goes by this name.
    Named {
        /// The name.
        name: String,
        /// The port.
        port: u16,
    },
}

impl StunServer {
    /// That of the node which is connected at `address`; none over IPv6, where nothing is translated.
    pub(super) fn of(address: &Multiaddr) -> Option<Self> {
        let mut parts = address.iter();
        let host = parts.next()?;
        let (Protocol::Udp(port) | Protocol::Tcp(port)) = parts.next()? else { return None };
        match host {
            Protocol::Ip4(ip) => Some(Self::At(SocketAddrV4::new(ip, port))),
            Protocol::Dns(name) | Protocol::Dns4(name) => Some(Self::Named { name: name.into_owned(), port }),
            _ => None,
        }
    }

    /// Its address, if it has one of IPv4.
    pub(super) async fn find(self) -> Option<SocketAddrV4> {
        match self {
            Self::At(at) => Some(at),
            Self::Named { name, port } => {
                let asked = timeout(limits::NAME_TIME, lookup_host((name, port))).await;
                asked.ok()?.ok()?.find_map(|found| match found {
                    SocketAddr::V4(at) => Some(at),
                    SocketAddr::V6(_) => None,
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_where_the_node_is_connected() {
        let of = |text: &str| StunServer::of(&text.parse().expect("an address"));
        let id = "/p2p/12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN";
        let named = |name: &str| Some(StunServer::Named { name: name.to_owned(), port: 4580 });
        let at = StunServer::At("9.1.1.1:4580".parse().expect("an address"));
        assert_eq!(of(&format!("/ip4/9.1.1.1/udp/4580/quic-v1{id}")), Some(at));
        assert_eq!(of(&format!("/dns4/meet.example.org/tcp/4580{id}")), named("meet.example.org"));
        assert_eq!(of(&format!("/dns/meet.example.org/udp/4580/quic-v1{id}")), named("meet.example.org"));
        assert_eq!(of(&format!("/ip6/2a0a::1/tcp/4580{id}")), None);
        assert_eq!(of(&format!("/dns6/meet.example.org/tcp/4580{id}")), None);
    }
}
