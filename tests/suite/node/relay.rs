//! Whom the node relays to: who waits for somebody, or for this one, and nobody else. How much, and how fast.

use std::time::{Duration, Instant};

use entraide_common::ids::RegistrationId;
use entraide_common::wire::directory::{Decline, Registered, Registration, Request, Response};
use entraide_rendezvous::limits::Limits;
use libp2p::PeerId;
use libp2p::identity::Keypair;

use super::{Client, MINUTE, Node, claimed, key_of};

const ID: RegistrationId = RegistrationId([7; 16]);

fn register(partner: PeerId) -> Request {
    Request::Register(Registration { id: ID, partner: key_of(partner), ttl: MINUTE })
}

/// A host that holds a reservation and nothing else.
async fn reserved(node: &Node) -> Client {
    let mut host = Client::connected_to(&node.tcp()).await;
    host.reserve(&node.tcp()).await;
    host
}

/// Whether `helper` comes through to `host`; afterwards it is gone again.
async fn reaches(helper: &mut Client, host: &mut Client, node: &Node) -> bool {
    let id = host.id();
    let circuit = async {
        let opened = helper.try_circuit(&node.tcp(), id).await;
        if opened.is_ok() {
            helper.leave(id).await;
        }
        opened
    };
    let opened = host.alive_while(circuit).await;
    host.left_by(helper.id()).await;
    opened.is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_circuit_leads_to_who_holds_a_claim_or_is_in_a_session_with_its_source() {
    let node = Node::start(Limits::default()).await;
    let mut host = reserved(&node).await;
    let mut helper = Client::connected_to(&node.quic()).await;
    let mut stranger = Client::connected_to(&node.tcp()).await;
    assert!(!reaches(&mut helper, &mut host, &node).await, "a reservation alone is no invitation");

    let place = claimed(&mut host, &node).await;
    assert!(reaches(&mut helper, &mut host, &node).await, "the claim is");
    assert!(reaches(&mut stranger, &mut host, &node).await, "for everybody");
    let helper_key = helper.id();
    assert_eq!(host.ask(node.id, &Request::Withdraw(place)).await, Some(Response::Done(())));
    assert!(!reaches(&mut helper, &mut host, &node).await, "and no longer than it lives");

    let answer = host.ask(node.id, &register(helper_key)).await;
    assert_eq!(answer, Some(Response::Registered(Registered { id: ID, ttl: MINUTE })));
    assert!(reaches(&mut helper, &mut host, &node).await, "the session's helper comes back");
    assert!(!reaches(&mut stranger, &mut host, &node).await, "and nobody else does");
    assert_eq!(host.ask(node.id, &Request::Unregister(ID)).await, Some(Response::Done(())));
    assert!(!reaches(&mut helper, &mut host, &node).await, "a session that is over is over");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_registers_for_somebody_else() {
    let node = Node::start(Limits::default()).await;
    let mut host = reserved(&node).await;
    let mut stranger = Client::connected_to(&node.tcp()).await;
    let early = stranger.ask(node.id, &register(host.id())).await;
    assert_eq!(early, Some(Response::Declined(Decline::NoReservation)));
    stranger.reserve(&node.tcp()).await;
    let own = stranger.ask(node.id, &register(host.id())).await;
    assert!(matches!(own, Some(Response::Registered(_))), "{own:?}");
    assert!(!reaches(&mut stranger, &mut host, &node).await, "what it wants itself does not count");
    let end = host.ask(node.id, &Request::Unregister(ID)).await;
    assert_eq!(end, Some(Response::Declined(Decline::NotYours)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_outlives_its_hosts_connections() {
    let node = Node::start(Limits::default()).await;
    let mut host = reserved(&node).await;
    let mut helper = Client::connected_to(&node.tcp()).await;
    claimed(&mut host, &node).await;
    let answer = host.ask(node.id, &register(helper.id())).await;
    assert!(matches!(answer, Some(Response::Registered(_))), "{answer:?}");
    host.leave(node.id).await;
    host.connect_again(&node.tcp()).await;
    host.reserve(&node.tcp()).await;
    assert!(reaches(&mut helper, &mut host, &node).await, "the claim is gone, the session is not");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_reserves_anew_is_reached_there() {
    // Which of two connections libp2p would take is a matter of luck.
    for _ in 0..4 {
        let node = Node::start(Limits::default()).await;
        let key = Keypair::generate_ed25519();
        let mut before = Client::connected_as(key.clone(), &node.tcp()).await;
        before.reserve(&node.tcp()).await;
        // It is asleep from now on, or has another address: the node hears nothing of it.
        let mut host = Client::connected_as(key, &node.tcp()).await;
        host.reserve(&node.tcp()).await;
        claimed(&mut host, &node).await;
        let mut helper = Client::connected_to(&node.tcp()).await;
        assert!(reaches(&mut helper, &mut host, &node).await);
        drop(before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_peer_has_more_circuits_than_it_may() {
    let node = Node::start(Limits { circuits_per_peer: 3, ..Limits::default() }).await;
    let mut host = reserved(&node).await;
    claimed(&mut host, &node).await;
    let host = host.live_on();
    let mut helper = Client::connected_to(&node.tcp()).await;
    for _ in 0..3 {
        helper.open_circuit(&node.tcp(), host.id).await;
    }
    assert!(helper.try_circuit(&node.tcp(), host.id).await.is_err(), "a fourth");
    helper.leave(host.id).await;
    helper.open_circuit(&node.tcp(), host.id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_have_so_many_circuits_to_one_peer_together_and_its_helper_one_more() {
    let node = Node::start(Limits { circuits_per_destination: 2, ..Limits::default() }).await;
    let mut host = reserved(&node).await;
    claimed(&mut host, &node).await;
    let mut helper = Client::connected_to(&node.tcp()).await;
    let answer = host.ask(node.id, &register(helper.id())).await;
    assert!(matches!(answer, Some(Response::Registered(_))), "{answer:?}");
    let host = host.live_on();
    let mut strangers = Vec::new();
    for _ in 0..4 {
        strangers.push(Client::connected_to(&node.tcp()).await);
    }
    let at = node.tcp();
    let tries = strangers.iter_mut().map(|stranger| stranger.try_circuit(&at, host.id));
    let opened: Vec<bool> = futures::future::join_all(tries).await.iter().map(Result::is_ok).collect();
    assert_eq!(opened.iter().filter(|opened| **opened).count(), 2, "however fast they are");
    helper.open_circuit(&node.tcp(), host.id).await;
    helper.leave(host.id).await;
    for (stranger, _) in strangers.iter_mut().zip(&opened).filter(|(_, opened)| **opened) {
        stranger.leave(host.id).await;
    }
    let outside = opened.iter().position(|opened| !opened).expect("two were let in");
    // The node may be slower to hear of an end than whoever made it.
    while strangers[outside].try_circuit(&node.tcp(), host.id).await.is_err() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_circuits_leave_room_for_others_however_many_they_are() {
    let node = Node::start(Limits { circuits: 2, circuits_per_hour: 100_000, ..Limits::default() }).await;
    let uninvited = reserved(&node).await.live_on();
    let mut host = reserved(&node).await;
    claimed(&mut host, &node).await;
    let host = host.live_on();
    let mut strangers = Vec::new();
    for _ in 0..4 {
        strangers.push(Client::connected_to(&node.tcp()).await);
    }
    let mut helper = Client::connected_to(&node.quic()).await;
    let at = node.tcp();
    for _ in 0..25 {
        let tries = strangers.iter_mut().map(|stranger| stranger.try_circuit(&at, uninvited.id));
        let refused = futures::future::join_all(tries).await;
        assert!(refused.iter().all(Result::is_err), "{refused:?}");
    }
    for _ in 0..2 {
        helper.open_circuit(&node.quic(), host.id).await;
    }
    assert!(helper.try_circuit(&node.quic(), host.id).await.is_err(), "a third in all");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reserves_for_nothing_is_hung_up_on() {
    let node = Node::start(Limits { unclaimed_seconds: 1, ..Limits::default() }).await;
    let mut host = reserved(&node).await;
    let place = claimed(&mut host, &node).await;
    let mut squatter = reserved(&node).await;
    host.alive_while(squatter.left_by(node.id)).await;
    assert!(host.is_connected_to(node.id), "one that waits for somebody may stay");
    assert_eq!(host.ask(node.id, &Request::Withdraw(place)).await, Some(Response::Done(())));
    host.left_by(node.id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_keeps_its_second_connection_and_others_do_not_stay_idle() {
    let node = Node::start(Limits { idle_seconds: 1, ..Limits::default() }).await;
    let mut host = Client::connected_to(&node.quic()).await;
    host.connect_again(&node.tcp()).await;
    host.reserve(&node.quic()).await;
    claimed(&mut host, &node).await;
    let mut idle = Client::connected_to(&node.tcp()).await;
    // libp2p's relay itself keeps a fresh connection for ten seconds.
    host.alive_while(idle.left_by(node.id)).await;
    host.alive_while(tokio::time::sleep(Duration::from_secs(3))).await;
    assert_eq!(host.connections_to(node.id), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_circuit_carries_so_many_bytes_a_second() {
    let (slow, fast) = (time_of_256_kib(64 << 10).await, time_of_256_kib(64 << 20).await);
    // Four seconds' worth: the first goes out at once, and what is read last is not waited for.
    assert!(slow >= Duration::from_millis(2_500), "{slow:?}");
    assert!(fast < slow, "{fast:?} without that limit");
}

/// How long as many bytes take from helper to host through a node.
async fn time_of_256_kib(circuit_bytes_per_second: u64) -> Duration {
    let node = Node::start(Limits { circuit_bytes_per_second, ..Limits::default() }).await;
    let mut host = reserved(&node).await;
    claimed(&mut host, &node).await;
    let host = host.live_on();
    let mut helper = Client::connected_to(&node.quic()).await;
    helper.open_circuit(&node.quic(), host.id).await;
    let began = Instant::now();
    helper.send(host.id, vec![0x5a; 256 << 10]).await;
    began.elapsed()
}
