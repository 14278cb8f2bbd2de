//! Asking a node at which address a socket is seen: the binding request of STUN (RFC 8489), and no more of it.
//!
//! The node answers on two ports. A socket that is seen at the same port by both is seen there by everybody; one that
//! is not has a translator that takes another port for each destination.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The longest packet that is looked at, bytes: what fits into every IPv4 path.
pub const PACKET: usize = 548;
/// How far above a node's UDP port its two ports for this are.
pub const PORTS: [u16; 2] = [1, 2];

const HEADER: usize = 20;
const REQUEST: u16 = 0x0001;
const SUCCESS: u16 = 0x0101;
const XOR_MAPPED_ADDRESS: u16 = 0x0020;
const COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
const IPV4: u8 = 1;
const IPV6: u8 = 2;

/// What tells one question from another; drawn at random.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transaction(pub [u8; 12]);

/// A binding request.
#[must_use]
pub fn request(transaction: Transaction) -> Vec<u8> {
    packet(REQUEST, transaction, &[])
}

/// The transaction of a binding request. Its attributes are not looked at: there is nothing to negotiate.
#[must_use]
pub fn read_request(bytes: &[u8]) -> Option<Transaction> {
    read(bytes, REQUEST).map(|(transaction, _)| transaction)
}

/// The answer to who is seen at `seen`.
#[must_use]
pub fn response(transaction: Transaction, seen: SocketAddr) -> Vec<u8> {
    let (family, ip) = match seen.ip() {
        IpAddr::V4(ip) => (IPV4, ip.octets().to_vec()),
        IpAddr::V6(ip) => (IPV6, ip.octets().to_vec()),
    };
    let mask = [&COOKIE[..], &transaction.0].concat();
    let masked = |bytes: &[u8]| bytes.iter().zip(&mask).map(|(byte, mask)| byte ^ mask).collect::<Vec<u8>>();
    let value = [vec![0, family], masked(&seen.port().to_be_bytes()), masked(&ip)].concat();
    let length = u16::try_from(value.len()).expect("an address is short");
    let attribute = [XOR_MAPPED_ADDRESS.to_be_bytes(), length.to_be_bytes()].concat();
    packet(SUCCESS, transaction, &[attribute, value].concat())
}

/// Where the asker is seen, if this is the answer to `transaction`.
#[must_use]
pub fn read_response(bytes: &[u8], transaction: Transaction) -> Option<SocketAddr> {
    let (answered, mut attributes) = read(bytes, SUCCESS)?;
    if answered != transaction {
        return None;
    }
    while let Some((head, rest)) = attributes.split_at_checked(4) {
        let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
        let value = rest.get(..length)?;
        if u16::from_be_bytes([head[0], head[1]]) == XOR_MAPPED_ADDRESS {
            return address(value, transaction);
        }
        attributes = rest.get(length.next_multiple_of(4)..)?;
    }
    None
}

fn address(value: &[u8], transaction: Transaction) -> Option<SocketAddr> {
    let mask = [&COOKIE[..], &transaction.0].concat();
    let (head, ip) = value.split_at_checked(4)?;
    let port = u16::from_be_bytes([head[2] ^ mask[0], head[3] ^ mask[1]]);
    let plain: Vec<u8> = ip.iter().zip(&mask).map(|(byte, mask)| byte ^ mask).collect();
    let ip = match (head[1], ip.len()) {
        (IPV4, 4) => IpAddr::V4(Ipv4Addr::from(<[u8; 4]>::try_from(plain).ok()?)),
        (IPV6, 16) => IpAddr::V6(Ipv6Addr::from(<[u8; 16]>::try_from(plain).ok()?)),
        _ => return None,
    };
    Some(SocketAddr::new(ip, port))
}

fn packet(kind: u16, transaction: Transaction, attributes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(attributes.len()).expect("attributes are short");
    [&kind.to_be_bytes()[..], &length.to_be_bytes(), &COOKIE, &transaction.0, attributes].concat()
}

/// Transaction and attributes of a message of that kind.
fn read(bytes: &[u8], kind: u16) -> Option<(Transaction, &[u8])> {
    let (header, attributes) = bytes.split_at_checked(HEADER)?;
    let fits = bytes.len() <= PACKET
        && header[..2] == kind.to_be_bytes()
        && usize::from(u16::from_be_bytes([header[2], header[3]])) == attributes.len()
        && attributes.len().is_multiple_of(4)
        && header[4..8] == COOKIE;
    fits.then(|| (Transaction(header[8..].try_into().expect("twelve bytes")), attributes))
}
