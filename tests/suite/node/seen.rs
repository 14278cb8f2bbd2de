//! The node says where a socket is seen, and vouches for where a peer is.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use entraide_common::wire::directory::{Request, Response};
use entraide_common::wire::stun::{self, Transaction};
use entraide_rendezvous::limits::Limits;
use libp2p::multiaddr::Protocol;
use tokio::net::UdpSocket;
use tokio::time::timeout;

use super::{Client, Node, PATIENCE, key_of};

/// A node whose two ports for this were free.
async fn node() -> (Node, [SocketAddr; 2]) {
    loop {
        let node = Node::start(Limits::default()).await;
        let port = node.quic().iter().find_map(|part| match part {
            Protocol::Udp(port) => Some(port),
            _ => None,
        });
        let port = port.expect("QUIC is carried by UDP");
        let at = stun::PORTS.map(|above| SocketAddr::from((Ipv4Addr::LOCALHOST, port.wrapping_add(above))));
        if seen(at[0], 1).await.is_some() && seen(at[1], 1).await.is_some() {
            return (node, at);
        }
    }
}

/// Asks from a new socket; gives it and where it is seen.
async fn seen(node: SocketAddr, number: u8) -> Option<(UdpSocket, SocketAddr)> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a socket");
    let seen = ask(&socket, node, number).await?;
    Some((socket, seen))
}

async fn ask(socket: &UdpSocket, node: SocketAddr, number: u8) -> Option<SocketAddr> {
    let transaction = Transaction([number; 12]);
    // On one machine only a full queue loses packets.
    for _ in 0..3 {
        socket.send_to(&stun::request(transaction), node).await.expect("sent");
        let mut bytes = [0; stun::PACKET];
        if let Ok(Ok((length, from))) = timeout(Duration::from_secs(2), socket.recv_from(&mut bytes)).await {
            assert_eq!(from, node);
            return stun::read_response(&bytes[..length], transaction);
        }
    }
    None
}

#[tokio::test]
async fn both_ports_say_where_a_socket_is_seen() {
    let (_node, [first, second]) = node().await;
    let (socket, at_first) = seen(first, 7).await.expect("an answer");
    assert_eq!(at_first, socket.local_addr().expect("its address"));
    assert_eq!(ask(&socket, second, 8).await, Some(at_first));
}

#[tokio::test]
async fn what_is_no_question_gets_no_answer() {
    let (_node, [port, _]) = node().await;
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a socket");
    let question = stun::request(Transaction([1; 12]));
    let answer = stun::response(Transaction([1; 12]), port);
    let other_kind = [&[0x00, 0x02], &question[2..]].concat();
    for garbage in [&[][..], &[0; 4], &question[..19], &answer, &other_kind, &[0xff; 1400]] {
        socket.send_to(garbage, port).await.expect("sent");
    }
    // The next answer is to the question that comes after all that.
    assert_eq!(ask(&socket, port, 2).await, socket.local_addr().ok());
}

#[tokio::test]
async fn one_network_gets_so_many_answers_and_no_more() {
    let (_node, [port, _]) = node().await;
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a socket");
    let mut silent = false;
    for _ in 0..3_000 {
        socket.send_to(&stun::request(Transaction([3; 12])), port).await.expect("sent");
        let mut bytes = [0; stun::PACKET];
        silent = timeout(Duration::from_secs(1), socket.recv_from(&mut bytes)).await.is_err();
        if silent {
            break;
        }
    }
    assert!(silent, "a flood is answered");
}

#[tokio::test]
async fn its_word_is_for_who_asks_at_the_address_it_asks_from() {
    let node = Node::start(Limits::default()).await;
    let mut peer = timeout(PATIENCE, Client::connected_to(&node.tcp())).await.expect("in time");
    let Some(Response::Witness(witness)) = peer.ask(node.id, &Request::Witness(())).await else {
        panic!("no word was given");
    };
    assert_eq!(witness.node, key_of(node.id));
    assert!(witness.vouches_for(key_of(peer.id()), Ipv4Addr::LOCALHOST));
    assert!(!witness.vouches_for(key_of(peer.id()), Ipv4Addr::new(127, 0, 0, 2)));
    assert!(!witness.vouches_for(key_of(node.id), Ipv4Addr::LOCALHOST));
}
