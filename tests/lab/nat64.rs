//! Places with IPv6 only, whose networks translate to IPv4: the node, and who is met, have IPv4 addresses only.

use std::net::UdpSocket;
use std::time::{Duration, Instant};

use entraide_tests::client::Client;

use crate::doctor::Told;
use crate::ground::Ground;
use crate::meeting::Meeting;
use crate::place::{Kind, Pair, World};
use crate::router::nat64::NAMED;
use crate::{matrix, oracle, skipped};

/// Meets once, and compares with the oracle. Both say that nobody is in between, nor that they are neighbours.
fn must(pair: Pair) {
    if skipped() {
        return;
    }
    let (ground, world) = (Ground::new(), World::new(pair));
    let mut meeting = Meeting::begin(&ground, &world);
    let outcome = meeting.outcome(Duration::from_secs(20));
    eprintln!("{}", matrix::page(&[(pair, outcome.clone())]));
    assert!(oracle::is_direct(pair), "all of these must be");
    assert!(outcome.path.starts_with("direct "), "{pair}: {outcome:?}");
    let found = meeting.waiting.host.event_with("path", |path| path["kind"] != "relayed");
    assert_eq!(found["kind"], "direct", "{found}");
}

#[test]
fn a_host_behind_nat64_is_met_by_a_helper_with_ipv4() {
    must(Pair::Apart(Kind::Nat64, Kind::PortChanged));
}

#[test]
fn a_helper_behind_a_prefix_of_the_network_s_own_meets_a_host_with_ipv4() {
    must(Pair::Apart(Kind::PortKept, Kind::Nat64Own));
}

#[test]
fn two_behind_nat64_meet_over_ipv4() {
    must(Pair::Apart(Kind::Nat64Own, Kind::Nat64));
}

#[test]
fn behind_nat64_without_udp_on_the_other_side_tcp_is_punched() {
    must(Pair::Apart(Kind::NoUdp, Kind::Nat64));
}

#[test]
fn the_ports_of_another_s_translator_are_guessed_through_nat64() {
    must(Pair::Apart(Kind::Symmetric, Kind::Nat64));
}

#[test]
fn the_ports_of_a_symmetric_nat64_are_guessed() {
    must(Pair::Apart(Kind::Nat64Symmetric, Kind::PortKept));
}

#[test]
fn who_has_ipv4_seeks_no_translator_until_it_is_gone() {
    if skipped() {
        return;
    }
    let world = World::new(Pair::Apart(Kind::PortKept, Kind::Nat64Beside));
    let ground = Ground::new();
    let _motion = ground.motion();
    let mut meeting = Meeting::begin(&ground, &world);
    meeting.direct();
    assert_eq!(world.sought_translators(), 0, "it is of no use to who has IPv4");
    let gone = Instant::now();
    world.take_ipv4();
    let direct = meeting.direct_after(gone);
    eprintln!("direct again after {:?}", direct - gone);
    assert!(world.sought_translators() > 0);
    let outcome = meeting.outcome(Duration::ZERO);
    assert!(outcome.met, "{outcome:?}");
}

#[test]
fn doctor_says_that_ipv4_is_translated() {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    let world = World::new(Pair::Apart(Kind::Nat64, Kind::Nat64Beside));
    let data = tempfile::tempdir().expect("a place for files");
    let (_node, address) = ground.node((&world.node, world.node_at), data.path());
    let told = |at, address: &str| Told::with(&ground, at, address, "ask");
    let translated = told(&world.host, &address);
    assert_eq!((translated.of("node"), translated.of("nat")), ("both", "easy"));
    assert_eq!((translated.of("ipv4"), translated.of("mapping")), ("translated", "unneeded"));
    assert_eq!(translated.partners(), ["direct"; 4]);
    let named = address.replace(&format!("/ip4/{}", NAMED.1), &format!("/dns4/{}", NAMED.0));
    assert_ne!(named, address);
    assert_eq!(told(&world.host, &named).of("node"), "both", "a name with an IPv4 address only");
    let beside = told(&world.helper, &address);
    assert_eq!((beside.of("node"), beside.of("ipv4")), ("both", ""), "nothing is said of what is usual");
}

#[test]
fn doctor_says_that_ipv4_is_out_of_reach() {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    let world = World::of_ipv6();
    let data = tempfile::tempdir().expect("a place for files");
    let (_node, address) = ground.node((&world.node, world.node_at), data.path());
    let told = Told::with(&ground, &world.host, &address, "ask");
    assert_eq!((told.of("node"), told.of("ipv6"), told.of("ipv4")), ("both", "works", "missing"));
}

#[test]
fn nothing_private_is_looked_for_behind_a_translator() {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    let world = World::new(Pair::Apart(Kind::Nat64, Kind::Public));
    let data = tempfile::tempdir().expect("a place for files");
    let (_node, address) = ground.node((&world.node, world.node_at), data.path());
    let router = &world.routers()[0];
    router.watch_private();
    let private = ["10.9.8.7", "192.168.255.1"].map(|ip| address.replace(NAMED.1, ip));
    for node in private {
        let mut command = ground.program(&world.host, "entraide", &data.path().join("doctor"));
        command.args(["doctor", "--json", "--rendezvous", &node]);
        let ended = Client::start("doctor", command).event("ended");
        assert_eq!(ended["reason"], "node_silent", "{ended}");
    }
    assert_eq!(router.sent_to_private(), 0);
    // What is counted would have been.
    let sent = || UdpSocket::bind("[::]:0").and_then(|s| s.send_to(b"?", "[64:ff9b::10.9.8.7]:9"));
    world.host.within(sent).expect("a packet is sent");
    assert!(router.sent_to_private() > 0, "it is counted");
}

#[test]
fn another_network_s_translator_is_found_by_who_moves_there() {
    if skipped() {
        return;
    }
    let world = World::new(Pair::Apart(Kind::PortKept, Kind::Nat64)).with_another_nat64();
    let ground = Ground::new();
    let _motion = ground.motion();
    let mut meeting = Meeting::begin(&ground, &world);
    meeting.direct();
    let moved = Instant::now();
    world.move_helper_to_another_nat64();
    let direct = meeting.direct_after(moved);
    eprintln!("direct again after {:?}", direct - moved);
    meeting.tell_logs();
}
