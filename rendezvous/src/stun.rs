//! Tells sockets where they are seen: the binding request of STUN (RFC 8489) on two UDP ports, one and two above the
//! node's own. A peer that is seen at different ports by the two knows that it is behind a translator with a port for
//! each destination, and so what a direct path takes.
//!
//! An answer is 12 bytes longer than its question, and one network gets so many a minute: nobody is flooded through it.

use std::net::SocketAddr;
use std::time::Duration;

use entraide_common::wire::stun::{PACKET, PORTS, read_request, response};
use libp2p::Multiaddr;
use libp2p::multiaddr::Protocol;
use tokio::net::UdpSocket;
use tokio::task::JoinSet;

use crate::behaviour::Clock;
use crate::quota::{Buckets, Network, Rate};
use crate::server::Notice;

/// Answers a minute to one network (/24, or /48 in IPv6): an attempt takes up to 16, an office makes several.
const ANSWERS: u64 = 1_200;
/// The pause after an error of the socket, which is of the network below.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves beside each of the QUIC addresses that the node was told to listen on; a port of 0 there is one of those in
/// `listening`. The tasks end with the value. What cannot be listened on is given beside it: peers do without.
pub(crate) async fn serve(
    told: &[Multiaddr],
    listening: &[Multiaddr],
    clock: Clock,
) -> (JoinSet<()>, Vec<Notice>) {
    let (mut tasks, mut notices) = (JoinSet::new(), Vec::new());
    let mut bound: Vec<SocketAddr> = Vec::new();
    for address in told.iter().filter_map(udp) {
        let chosen = listening.iter().filter_map(udp).find(|own| own.is_ipv4() == address.is_ipv4());
        let own = if address.port() == 0 { chosen.map_or(0, |own| own.port()) } else { address.port() };
        for above in PORTS {
            let Some(port) = own.checked_add(above).filter(|_| own != 0) else { continue };
            let at = SocketAddr::new(address.ip(), port);
            if bound.contains(&at) {
                continue;
            }
            bound.push(at);
            match UdpSocket::bind(at).await {
                Ok(socket) => drop(tasks.spawn(answer(socket, clock))),
                Err(error) => notices.push(Notice::NotListening {
                    address: Multiaddr::from(at.ip()).with(Protocol::Udp(port)),
                    error: error.to_string(),
                }),
            }
        }
    }
    (tasks, notices)
}

async fn answer(socket: UdpSocket, clock: Clock) {
    let mut buckets = Buckets::new(Rate::per_minute(ANSWERS));
    let mut bytes = [0; PACKET];
    loop {
        let Ok((length, from)) = socket.recv_from(&mut bytes).await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let Some(transaction) = read_request(&bytes[..length]) else { continue };
        if buckets.take(Network::site(from.ip()), clock.now()).is_ok() {
            // One that cannot be sent is asked for again.
            let _ = socket.send_to(&response(transaction, from), from).await;
        }
    }
}

/// The socket of a QUIC address.
fn udp(address: &Multiaddr) -> Option<SocketAddr> {
    let mut parts = address.iter();
    let ip = match parts.next()? {
        Protocol::Ip4(ip) => ip.into(),
        Protocol::Ip6(ip) => ip.into(),
        _ => return None,
    };
    match (parts.next()?, parts.next()?) {
        (Protocol::Udp(port), Protocol::QuicV1) => Some(SocketAddr::new(ip, port)),
        _ => None,
    }
}
