//! Which of its addresses a node tells its operator to give to people.
//!
//! What the operator said is reached from outside is what people need, and none of it may be a local listener: behind a
//! provider's translator, or with a name, the two have nothing in common. Where nothing was said, the listeners are all
//! there is to give, each for those who can reach it.

use std::net::IpAddr;

use libp2p::Multiaddr;
use libp2p::multiaddr::Protocol;

use super::addresses::is_link_local;
use super::{Notice, Server};
use crate::quota::ip_of;

/// Who can use an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    /// Whoever is on the Internet.
    Everybody,
    /// Who is on the node's own network.
    Network,
    /// Programs on the node's own computer.
    Computer,
}

impl Audience {
    /// The stable word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Everybody => "everybody",
            Self::Network => "network",
            Self::Computer => "computer",
        }
    }

    /// By the address alone, so a name counts as known to everybody.
    fn of(address: &Multiaddr) -> Self {
        match ip_of(address) {
            Some(ip) if ip.is_loopback() => Self::Computer,
            Some(IpAddr::V4(ip)) => {
                let [a, b, ..] = ip.octets();
                // RFC 6598: a provider's own addresses, behind its translator.
                let shared = a == 100 && (64..128).contains(&b);
                if ip.is_private() || ip.is_link_local() || shared { Self::Network } else { Self::Everybody }
            }
            Some(IpAddr::V6(ip)) if ip.is_unique_local() || ip.is_unicast_link_local() => Self::Network,
            Some(IpAddr::V6(_)) | None => Self::Everybody,
        }
    }
}

impl Server {
    /// The addresses to give to people, those for most of them first. `external` is what the operator said.
    pub(super) fn to_give(&self, external: &[Multiaddr]) -> Vec<Notice> {
        let mut addresses = external.to_vec();
        if external.is_empty() {
            addresses.extend(self.swarm.listeners().filter(|address| !is_link_local(address)).cloned());
            addresses.sort_by_cached_key(|address| (is_second_choice(address), address.to_string()));
        }
        let mut given: Vec<(Audience, Multiaddr)> =
            addresses.into_iter().map(|address| (Audience::of(&address), address)).collect();
        // The sort is stable: what the operator said stays in its order.
        given.sort_by_key(|(to, _)| *to);
        if given.first().is_some_and(|(to, _)| *to != Audience::Computer) {
            given.retain(|(to, _)| *to != Audience::Computer);
        }
        given.into_iter().map(|(to, address)| Notice::Give { address: self.with_id(address), to }).collect()
    }
}

/// QUIC carries sessions more smoothly, and peers that are given one find the other by themselves.
fn is_second_choice(address: &Multiaddr) -> bool {
    address.iter().any(|part| matches!(part, Protocol::Tcp(_)))
}
