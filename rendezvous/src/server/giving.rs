//! Which of its addresses a node tells its operator to give to people.
//!
//! What the operator said is reached from outside is what people need, and none of it may be a local listener: behind a
//! provider's translator, or with a name, the two have nothing in common. Where nothing was said, the listeners are all
//! there is to give, each for those who can reach it.

use std::collections::VecDeque;
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
    /// What the operator said is reached from outside.
    pub(super) fn give_told(&mut self, external: Vec<Multiaddr>) {
        for address in external {
            let to = Audience::of(&address);
            self.notices.push_back(Notice::Give { address: self.with_id(address), to });
        }
    }

    /// A listener that somebody else may come to, where the operator said nothing.
    pub(super) fn give_listening(&mut self, address: Multiaddr) {
        let to = Audience::of(&address);
        if !self.told_external && !is_link_local(&address) && (to != Audience::Computer || self.only_here) {
            self.notices.push_back(Notice::Give { address: self.with_id(address), to });
        }
    }

    /// What there is to give stands last, that for most people first. What the operator said stays in its order.
    pub(super) fn order_gifts(&mut self) {
        let (mut gifts, mut others) = (Vec::new(), VecDeque::new());
        for notice in self.notices.drain(..) {
            match notice {
                Notice::Give { address, to } => gifts.push((address, to)),
                other => others.push_back(other),
            }
        }
        let told = self.told_external;
        gifts.sort_by_key(|(address, to)| (*to, !told && is_second_choice(address)));
        others.extend(gifts.into_iter().map(|(address, to)| Notice::Give { address, to }));
        self.notices = others;
    }
}

/// Whether none of `listen` is for others than the programs of this computer.
pub(super) fn is_only_here(listen: &[Multiaddr]) -> bool {
    listen.iter().all(|address| Audience::of(address) == Audience::Computer)
}

/// QUIC carries sessions more smoothly, and peers that are given one find the other by themselves.
fn is_second_choice(address: &Multiaddr) -> bool {
    address.iter().any(|part| matches!(part, Protocol::Tcp(_)))
}
