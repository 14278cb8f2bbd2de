//! The networks that this computer is in, as the system has them: whoever is in one of them is a neighbour, whom no
//! router and no node has to be asked for.

use std::net::{IpAddr, Ipv4Addr, UdpSocket};

/// The widest networks that are believed to be one: wider ones are mistakes, or tunnels to somewhere else.
const WIDEST_V4: u8 = 8;
const WIDEST_V6: u8 = 48;

/// An address of the IPv4 internet (RFC 8880), to which nothing is ever sent.
const ELSEWHERE: Ipv4Addr = Ipv4Addr::new(192, 0, 0, 170);

/// A network: one of its addresses, and how many bits all of them share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// The network of `address`, if it is not wider than one that is believed.
    pub(super) fn new(address: IpAddr, bits: u8) -> Option<Self> {
        let widest = if address.is_ipv4() { WIDEST_V4 } else { WIDEST_V6 };
        (bits >= widest).then_some(Self { address, bits })
    }

    /// Those that this computer is in now; none if the system does not say.
    pub(super) fn of_this_computer() -> Vec<Self> {
        let interfaces = if_addrs::get_if_addrs().inspect_err(|error| tracing::debug!(%error, "networks"));
        let outwards =
            interfaces.unwrap_or_default().into_iter().filter(|interface| !interface.is_loopback());
        outwards
            .filter_map(|interface| match interface.addr {
                if_addrs::IfAddr::V4(v4) => Self::new(v4.ip.into(), v4.prefixlen),
                if_addrs::IfAddr::V6(v6) => Self::new(v6.ip.into(), v6.prefixlen),
            })
            .collect()
    }

    /// Whether its addresses are IPv4.
    pub(super) fn is_ipv4(self) -> bool {
        self.address.is_ipv4()
    }

    /// Whether its addresses are of IPv6, and of use beyond it.
    pub(super) fn leads_on_by_ipv6(&self) -> bool {
        matches!(self.address, IpAddr::V6(ip) if !ip.is_unicast_link_local())
    }

    /// Whether `ip` is in it.
    pub(super) fn holds(self, ip: IpAddr) -> bool {
        let (own, other, length) = match (self.address, ip) {
            (IpAddr::V4(own), IpAddr::V4(other)) => (own.to_bits().into(), other.to_bits().into(), 32),
            (IpAddr::V6(own), IpAddr::V6(other)) => (own.to_bits(), other.to_bits(), 128),
            _ => return false,
        };
        let differing: u128 = own ^ other;
        differing.checked_shr(length - u32::from(self.bits).min(length)).unwrap_or(0) == 0
    }
}

/// Whether the system knows a way from one of this computer's networks to `ip`. Nothing is sent, and nobody is asked.
///
/// The networks alone do not say it: a bridge for containers has IPv4 addresses that lead nowhere.
pub(super) fn lead_to(ip: Ipv4Addr) -> bool {
    let own = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).and_then(|socket| {
        // Any port: connecting a UDP socket does no more than choose the way.
        socket.connect((ip, 9))?;
        socket.local_addr()
    });
    // What a computer gives itself that was given no address leads nowhere (RFC 3927).
    own.is_ok_and(|own| !matches!(own.ip(), IpAddr::V4(own) if own.is_link_local()))
}

/// The same with the internet's IPv4 addresses in general.
pub(super) fn lead_to_ipv4() -> bool {
    lead_to(ELSEWHERE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn a_network_holds_its_addresses_and_no_others() {
        let holds =
            |address, bits, other| Network::new(ip(address), bits).is_some_and(|n| n.holds(ip(other)));
        assert!(holds("10.20.1.2", 16, "10.20.255.3") && !holds("10.20.1.2", 16, "10.21.1.2"));
        assert!(holds("10.20.1.2", 22, "10.20.3.255") && !holds("10.20.1.2", 22, "10.20.4.0"));
        assert!(holds("10.20.1.2", 32, "10.20.1.2") && !holds("10.20.1.2", 32, "10.20.1.3"));
        assert!(holds("fd00:1::1", 64, "fd00:1::ffff") && !holds("fd00:1::1", 64, "fd00:1:0:1::1"));
        assert!(holds("fd00:1::1", 128, "fd00:1::1") && !holds("fd00:1::1", 128, "fd00:1::2"));
        assert!(!holds("10.20.1.2", 16, "fd00:1::1") && !holds("fd00:1::1", 64, "10.20.1.2"));
    }

    #[test]
    fn what_calls_everything_its_neighbour_is_not_believed() {
        assert_eq!(Network::new(ip("10.0.0.1"), 0), None);
        assert_eq!(Network::new(ip("fd00::1"), 8), None);
    }
}
