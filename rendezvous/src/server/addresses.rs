//! Where a node is reached, when nobody told it: peers report the address they dialled, and one that several
//! networks agree on is believed. A single peer, or many behind one network, can make the node believe nothing.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use libp2p::Multiaddr;
use libp2p::multiaddr::Protocol;

use crate::quota::{Network, ip_of};

/// Networks that must agree.
const AGREEMENT: usize = 3;
/// Addresses kept in mind; with more, those with the fewest witnesses go.
const CANDIDATES: usize = 64;

/// Who reported which address.
#[derive(Debug, Default)]
pub(super) struct Witnesses(HashMap<Multiaddr, HashSet<Network>>);

impl Witnesses {
    /// Hears from `witness` that it sees us at `observed`; returns the address once enough networks agree. Counts only
    /// an IP address with one of our own `ports`, for any other may be an accident of the witness's own network.
    pub(super) fn hear(
        &mut self,
        observed: Multiaddr,
        ports: &[Protocol<'_>],
        witness: IpAddr,
    ) -> Option<Multiaddr> {
        let observed: Multiaddr = observed.iter().filter(|part| !matches!(part, Protocol::P2p(_))).collect();
        ip_of(&observed)?;
        if !ports.contains(&observed.iter().nth(1)?) {
            return None;
        }
        if self.0.len() >= CANDIDATES && !self.0.contains_key(&observed) {
            self.forget_weakest();
        }
        let networks = self.0.entry(observed.clone()).or_default();
        networks.insert(Network::site(witness));
        let agreed = networks.len() >= AGREEMENT;
        if agreed {
            self.0.remove(&observed);
        }
        agreed.then_some(observed)
    }

    fn forget_weakest(&mut self) {
        let weakest =
            self.0.iter().min_by_key(|(_, networks)| networks.len()).map(|(address, _)| address.clone());
        if let Some(address) = weakest {
            self.0.remove(&address);
        }
    }
}

/// Whether `address` means something on one link only.
pub(super) fn is_link_local(address: &Multiaddr) -> bool {
    match ip_of(address) {
        Some(IpAddr::V4(v4)) => v4.is_link_local(),
        Some(IpAddr::V6(v6)) => v6.is_unicast_link_local(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn an_address_is_believed_when_three_networks_agree() {
        let mut witnesses = Witnesses::default();
        let ours: Multiaddr = "/ip4/198.51.100.1/tcp/4580".parse().expect("an address");
        let ports = [Protocol::Tcp(4580)];
        for neighbour in ["192.0.2.1", "192.0.2.2", "192.0.2.3", "203.0.113.1"] {
            assert_eq!(witnesses.hear(ours.clone(), &ports, ip(neighbour)), None);
        }
        assert_eq!(witnesses.hear(ours.clone(), &ports, ip("2001:db8::1")), Some(ours));
    }

    #[test]
    fn an_address_with_a_foreign_port_is_not_believed() {
        let mut witnesses = Witnesses::default();
        let foreign: Multiaddr = "/ip4/198.51.100.1/tcp/53210".parse().expect("an address");
        let ports = [Protocol::Tcp(4580)];
        for witness in ["192.0.2.1", "203.0.113.1", "2001:db8::1", "2001:db8:1::1"] {
            assert_eq!(witnesses.hear(foreign.clone(), &ports, ip(witness)), None);
        }
    }
}
