//! Which addresses a proven peer is told, and which of those it tells are dialled.
//!
//! Public unicast addresses always; private ones only within a network that this computer is in, so that nobody can
//! make it knock on doors elsewhere; loopback only where the peer is reached on loopback already.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use entraide_common::limits;
use entraide_common::wire::addresses::{Address, Carrier};
use libp2p::Multiaddr;
use libp2p::multiaddr::Protocol;

use super::nat64::Way;
use super::networks::Network;

/// What may be told of this computer's own addresses: `listening` and `observed` are what the swarm listens on and
/// what nodes see. `loopback` says that the peer is on this computer.
pub(super) fn to_tell<'a>(own: impl IntoIterator<Item = &'a Multiaddr>, loopback: bool) -> Vec<Address> {
    let mut told: Vec<_> =
        own.into_iter().filter_map(parse).filter(|a| may_tell(a.socket.ip(), loopback)).collect();
    // Own networks first, QUIC before TCP. A computer with many networks of its own must not hide the one outside.
    told.sort_unstable();
    told.dedup();
    let (public, mut own): (Vec<_>, Vec<_>) = told.into_iter().partition(|a| is_public(a.socket.ip()));
    own.truncate(limits::ADDRESSES / 2);
    own.extend(public);
    own.truncate(limits::ADDRESSES);
    own
}

/// Those of the peer's addresses that may be dialled from a computer in these networks.
///
/// What leads to an IPv4 address, written as IPv6 or behind a translator, is judged as that address.
pub(super) fn to_dial(told: &[Address], own: &[Network], loopback: bool, way: Way) -> Vec<Multiaddr> {
    let meant = told.iter().take(limits::ADDRESSES).map(|address| {
        let socket = SocketAddr::new(way.meant(address.socket.ip()), address.socket.port());
        Address { socket, ..*address }
    });
    let mut dialled: Vec<_> = meant.filter(|address| may_dial(address, own, loopback)).collect();
    dialled.dedup();
    dialled.into_iter().map(multiaddr).collect()
}

/// Whether anybody on the internet could be there.
pub(super) fn is_public(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

/// The address in our form, if it is an IP address that is spoken to directly.
pub(super) fn parse(address: &Multiaddr) -> Option<Address> {
    let mut parts = address.iter();
    let ip = match parts.next()? {
        Protocol::Ip4(ip) => IpAddr::V4(ip),
        Protocol::Ip6(ip) => IpAddr::V6(ip),
        _ => return None,
    };
    let (carrier, port) = match parts.next()? {
        Protocol::Udp(port) if parts.next() == Some(Protocol::QuicV1) => (Carrier::Quic, port),
        Protocol::Tcp(port) => (Carrier::Tcp, port),
        _ => return None,
    };
    let end = matches!(parts.next(), None | Some(Protocol::P2p(_))) && parts.next().is_none();
    (end && port != 0).then(|| Address { carrier, socket: SocketAddr::new(ip, port) })
}

fn may_tell(ip: IpAddr, loopback: bool) -> bool {
    if ip.is_loopback() { loopback } else { is_public(ip) || is_private(ip) }
}

fn may_dial(address: &Address, own: &[Network], loopback: bool) -> bool {
    let ip = address.socket.ip();
    if ip.is_loopback() {
        return loopback;
    }
    is_public(ip) || is_private(ip) && own.iter().any(|own| own.holds(ip))
}

/// RFC 1918 and RFC 4193. Link-local IPv6 is left out: it needs a zone, which means nothing to the other side.
fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_private() || ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unique_local(),
    }
}

/// Not reserved by the IANA's registry of special IPv4 addresses (RFC 6890).
fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let benchmark = a == 198 && (b == 18 || b == 19);
    let protocols = a == 192 && b == 0 && c == 0;
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        || ip.is_multicast()
        || a == 0
        || a >= 240
        || shared
        || benchmark
        || protocols)
}

/// Global unicast (RFC 4291, 2.4) but for the documentation prefix.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [a, b, ..] = ip.segments();
    a & 0xe000 == 0x2000 && !(a == 0x2001 && b == 0x0db8)
}

/// The address as libp2p writes it.
pub(super) fn multiaddr(address: Address) -> Multiaddr {
    let base = Multiaddr::from(address.socket.ip());
    let port = address.socket.port();
    match address.carrier {
        Carrier::Quic => base.with(Protocol::Udp(port)).with(Protocol::QuicV1),
        Carrier::Tcp => base.with(Protocol::Tcp(port)),
    }
}

#[cfg(test)]
mod tests {
    use entraide_common::nat64::Prefix;

    use super::*;

    fn address(text: &str) -> Address {
        Address { carrier: Carrier::Quic, socket: text.parse().expect("a socket address") }
    }

    #[test]
    fn a_peer_cannot_make_us_knock_on_doors_elsewhere() {
        let network = |ip: &str, bits| Network::new(ip.parse().expect("an address"), bits);
        let own = [network("192.168.1.20", 24), network("fd00:1:2:3::1", 64)].map(|n| n.expect("a network"));
        let asked = |text| !to_dial(&[address(text)], &own, false, Way::Plain).is_empty();
        assert!(asked("192.168.1.30:5000"));
        assert!(asked("[fd00:1:2:3::2]:5000"));
        assert!(asked("8.8.8.8:5000"));
        for elsewhere in ["192.168.2.30:5000", "10.0.0.1:22", "127.0.0.1:631", "[::1]:631", "224.0.0.1:5000"]
        {
            assert!(!asked(elsewhere), "{elsewhere}");
        }
        for mapped in ["[::ffff:127.0.0.1]:631", "[::ffff:10.0.0.1]:22"] {
            assert!(!asked(mapped), "{mapped}");
        }
    }

    #[test]
    fn a_translator_makes_no_private_address_public() {
        let own = [Network::new("2a0a:64::2".parse().expect("an address"), 64).expect("a network")];
        for (text, bits) in [("64:ff9b::", 96), ("2a0a:6464::", 64), ("2a0a:64::", 96), ("fd00:64::", 48)] {
            let prefix = Prefix::new(text.parse().expect("an address"), bits).expect("a prefix");
            let asked = |ip: Ipv4Addr| {
                let socket = SocketAddr::new(prefix.embed(ip).into(), 5000);
                to_dial(&[Address { carrier: Carrier::Quic, socket }], &own, false, Way::Behind(prefix))
            };
            assert_eq!(asked([8, 8, 8, 8].into()), [multiaddr(address("8.8.8.8:5000"))], "{text}/{bits}");
            for elsewhere in
                [[192, 168, 1, 1], [10, 0, 0, 1], [127, 0, 0, 1], [169, 254, 1, 1], [192, 0, 0, 170]]
            {
                assert!(asked(elsewhere.into()).is_empty(), "{elsewhere:?} behind {text}/{bits}");
            }
        }
    }

    #[test]
    fn no_more_is_told_than_may_be() {
        let own: Vec<Multiaddr> = (1..=40)
            .map(|n| format!("/ip4/8.8.8.{n}/udp/4000/quic-v1").parse().expect("an address"))
            .collect();
        assert_eq!(to_tell(&own, false).len(), limits::ADDRESSES);
        let bridges = (1..=40).map(|n| format!("/ip4/172.17.{n}.1/tcp/4000").parse().expect("an address"));
        let many: Vec<Multiaddr> = bridges.chain(own.iter().take(2).cloned()).collect();
        let told = to_tell(&many, false);
        assert_eq!(told.iter().filter(|address| is_public(address.socket.ip())).count(), 2);
        let local: Vec<Multiaddr> = vec!["/ip4/127.0.0.1/tcp/4000".parse().expect("an address")];
        assert!(to_tell(&local, false).is_empty());
        assert_eq!(to_tell(&local, true).len(), 1);
    }
}
