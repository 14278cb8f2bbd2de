//! The rendezvous node on 127.0.0.1: real sockets, real libp2p peers, and its real program.

mod client;
mod program;
mod relay;
mod seen;
mod settings;

use std::time::Duration;

use entraide_common::ids::{PeerKey, Plate, Tag};
use entraide_common::wire::directory::{Claim, Claimed, Decline, LookedUp, Place, Request, Response, Want};
use entraide_rendezvous::limits::Limits;
use entraide_rendezvous::server::{Handle, Notice, Server, ServerConfig};
use libp2p::identity::Keypair;
use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, PeerId};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use self::client::Client;

/// Longer than anything here takes on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(60);
const MINUTE: Duration = Duration::from_secs(60);

/// A node that runs in this process.
struct Node {
    id: PeerId,
    addresses: Vec<Multiaddr>,
    handle: Handle,
    notices: UnboundedReceiver<Notice>,
    running: JoinHandle<()>,
}

impl Node {
    async fn start(limits: Limits) -> Self {
        let listen = ["/ip4/127.0.0.1/tcp/0", "/ip4/127.0.0.1/udp/0/quic-v1"];
        let listen = listen.iter().map(|address| address.parse().expect("an address")).collect();
        let config = ServerConfig { key: Keypair::generate_ed25519(), listen, external: Vec::new(), limits };
        let server = Server::start(config).await.expect("the node listens");
        let (id, addresses, handle) = (server.peer_id(), server.addresses(), server.handle());
        let (sender, notices) = unbounded_channel();
        let running = tokio::spawn(server.run(move |notice| drop(sender.send(notice))));
        Self { id, addresses, handle, notices, running }
    }

    fn address(&self, carried_by: &Protocol<'_>) -> Multiaddr {
        let over = |address: &&Multiaddr| address.iter().any(|part| part.tag() == carried_by.tag());
        self.addresses.iter().find(over).expect("it listens there").clone()
    }

    fn tcp(&self) -> Multiaddr {
        self.address(&Protocol::Tcp(0))
    }

    fn quic(&self) -> Multiaddr {
        self.address(&Protocol::QuicV1)
    }

    async fn notice<T>(&mut self, mut wanted: impl FnMut(Notice) -> Option<T>) -> T {
        let found = async {
            loop {
                let notice = self.notices.recv().await.expect("the node goes on");
                if let Some(found) = wanted(notice) {
                    return found;
                }
            }
        };
        timeout(PATIENCE, found).await.expect("the node says so in time")
    }

    async fn violation(&mut self) -> (PeerId, String) {
        self.notice(|notice| match notice {
            Notice::Violation { peer, violation } => Some((peer, violation)),
            _ => None,
        })
        .await
    }
}

fn key_of(id: PeerId) -> PeerKey {
    PeerKey::from_peer_id(&id).expect("an ed25519 peer")
}

fn claim(want: Want) -> Request {
    Request::Claim(Claim { want, ttl: MINUTE })
}

async fn claimed(host: &mut Client, node: &Node) -> Place {
    match host.ask(node.id, &claim(Want::Any)).await {
        Some(Response::Claimed(Claimed { place, .. })) => place,
        other => panic!("{other:?} instead of a number"),
    }
}

async fn introduces_over(node: &Node, address: Multiaddr) {
    let mut host = Client::connected_to(&address).await;
    let early = host.ask(node.id, &claim(Want::Any)).await;
    assert_eq!(early, Some(Response::Declined(Decline::NoReservation)));
    host.reserve(&address).await;
    let place = claimed(&mut host, node).await;

    let mut helper = Client::connected_to(&address).await;
    let found = helper.ask(node.id, &Request::Lookup(place)).await;
    assert_eq!(found, Some(Response::LookedUp(LookedUp { found: true, host: key_of(host.id()) })));

    drop(host);
    let gone = async {
        loop {
            match helper.ask(node.id, &Request::Lookup(place)).await {
                Some(Response::LookedUp(LookedUp { found: false, .. })) => return,
                Some(Response::LookedUp(_)) => tokio::time::sleep(Duration::from_millis(200)).await,
                other => panic!("{other:?} instead of an answer"),
            }
        }
    };
    timeout(PATIENCE, gone).await.expect("the claim goes with its host");
}

#[tokio::test(flavor = "multi_thread")]
async fn introduces_a_host_and_a_helper_over_tcp_and_quic() {
    // A host that vanishes on QUIC is missed after its idle time only; the helper asks until then.
    let node = Node::start(Limits { lookups_per_hour: 10_000, ..Limits::default() }).await;
    introduces_over(&node, node.tcp()).await;
    introduces_over(&node, node.quic()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_of_another_node_and_a_tag_can_be_claimed() {
    let node = Node::start(Limits::default()).await;
    let mut host = Client::connected_to(&node.tcp()).await;
    host.reserve(&node.tcp()).await;
    let number = Plate::new(4_321).expect("a plate");
    for (want, place) in
        [(Want::Number(number), Place::Plate(number)), (Want::Tag(Tag([3; 32])), Place::Tag(Tag([3; 32])))]
    {
        let claimed = Response::Claimed(Claimed { place, ttl: MINUTE });
        assert_eq!(host.ask(node.id, &claim(want)).await, Some(claimed.clone()));
        let again = Request::Renew(Claimed { place, ttl: MINUTE });
        assert_eq!(host.ask(node.id, &again).await, Some(claimed));
        assert_eq!(host.ask(node.id, &Request::Withdraw(place)).await, Some(Response::Done(())));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_a_rule_ends_its_stream_and_nothing_else() {
    let mut node = Node::start(Limits::default()).await;
    let lookup = Request::Lookup(Place::Plate(Plate::new(7).expect("a plate")));
    for address in [node.tcp(), node.quic()] {
        let mut peer = Client::connected_to(&address).await;
        for (bytes, violation) in [
            (vec![0xff; 4], "a Request of 4294967295 bytes, over its limit of 2048"),
            (framed(&[0; 2_049]), "a Request of 2049 bytes, over its limit of 2048"),
            (framed(&[]), "an empty message"),
            (framed(&[99]), "a Request with the unknown number 99"),
            (framed(&[4, 7, 7, 7]), "a malformed Request (number 4)"),
            (framed(&[4, 0, 7, 0]), "a malformed Request (number 4)"),
            (framed(&[4, 0, 0]), "a malformed Request (number 4)"),
        ] {
            assert_eq!(peer.ask_bytes(node.id, bytes.clone()).await, None, "an answer to {bytes:02x?}");
            assert_eq!(node.violation().await, (peer.id(), violation.to_owned()), "for {bytes:02x?}");
            let answer = peer.ask(node.id, &lookup).await;
            assert!(matches!(answer, Some(Response::LookedUp(_))), "{answer:?} after {bytes:02x?}");
        }
        assert_eq!(peer.connections_seen(), 1, "the connection itself stood");
    }
}

fn framed(message: &[u8]) -> Vec<u8> {
    let mut bytes = u32::try_from(message.len()).expect("a short message").to_le_bytes().to_vec();
    bytes.extend_from_slice(message);
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_learns_at_which_address_it_is_seen() {
    let node = Node::start(Limits::default()).await;
    let mut peer = Client::connected_to(&node.tcp()).await;
    let seen = peer.observed().await;
    assert_eq!(seen.iter().next(), Some(Protocol::Ip4([127, 0, 0, 1].into())));
}

#[tokio::test(flavor = "multi_thread")]
async fn circuits_have_the_limits_of_the_settings() {
    let limits = Limits { circuit_seconds: 5_000, circuit_bytes: 1 << 33, ..Limits::default() };
    let node = Node::start(limits).await;
    let mut host = Client::connected_to(&node.tcp()).await;
    let (time, bytes) = host.reserve(&node.tcp()).await;
    assert_eq!((time, bytes), (Some(Duration::from_secs(5_000)), Some(1 << 33)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_limit_counts_at_once_or_is_named() {
    let mut node = Node::start(Limits::default()).await;
    let mut peer = Client::connected_to(&node.tcp()).await;
    let lookup = Request::Lookup(Place::Plate(Plate::new(7).expect("a plate")));
    assert!(matches!(peer.ask(node.id, &lookup).await, Some(Response::LookedUp(_))));
    node.handle.reload(Limits { lookups_per_hour: 1, circuits: 9, ..Limits::default() }).await;
    let waiting = node.notice(|notice| match notice {
        Notice::Reloaded { waiting } => Some(waiting),
        _ => None,
    });
    assert_eq!(waiting.await, ["circuits"]);
    let answer = peer.ask(node.id, &lookup).await;
    assert!(matches!(answer, Some(Response::Declined(Decline::SlowDown { .. }))), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_listener_that_cannot_be_had_is_told_and_passed_over() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("its address").port();
    let blocked: Multiaddr = format!("/ip4/127.0.0.1/tcp/{port}").parse().expect("an address");
    let free: Multiaddr = "/ip4/127.0.0.1/udp/0/quic-v1".parse().expect("an address");
    let config = |listen| ServerConfig {
        key: Keypair::generate_ed25519(),
        listen,
        external: Vec::new(),
        limits: Limits::default(),
    };
    let server = Server::start(config(vec![blocked.clone(), free])).await.expect("one is enough");
    let handle = server.handle();
    handle.close().await;
    let mut told = Vec::new();
    server.run(|notice| told.push(notice)).await;
    assert!(
        told.iter()
            .any(|notice| matches!(notice, Notice::NotListening { address, .. } if *address == blocked))
    );
    assert!(Server::start(config(vec![blocked])).await.is_err(), "without any listener it does not start");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_closes_lets_the_circuit_end_and_takes_nothing_new() {
    let mut node = Node::start(Limits::default()).await;
    let mut host = Client::connected_to(&node.tcp()).await;
    host.reserve(&node.tcp()).await;
    claimed(&mut host, &node).await;
    let host = host.live_on();
    let mut helper = Client::connected_to(&node.tcp()).await;
    helper.open_circuit(&node.tcp(), host.id).await;
    // The helper hears of its circuit before the node's loop does; an answer on the same connection comes after both.
    let answer = helper.ask(node.id, &claim(Want::Any)).await;
    assert_eq!(answer, Some(Response::Declined(Decline::NoReservation)));

    node.handle.close().await;
    let circuits = node.notice(|notice| match notice {
        Notice::Closing { circuits, .. } => Some(circuits),
        _ => None,
    });
    assert_eq!(circuits.await, 1);
    let answer = helper.ask(node.id, &claim(Want::Any)).await;
    assert_eq!(answer, Some(Response::Declined(Decline::Closing)));
    assert!(!node.running.is_finished(), "the circuit still stands");

    drop(helper);
    let cut = node.notice(|notice| match notice {
        Notice::Closed { cut } => Some(cut),
        _ => None,
    });
    assert_eq!(cut.await, 0);
    timeout(PATIENCE, node.running).await.expect("it ends").expect("without a panic");
}
