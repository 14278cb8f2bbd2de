//! Places with IPv6 only, whose networks translate to IPv4: the node, and who is met, have IPv4 addresses only.

use std::time::{Duration, Instant};

use crate::meeting::{Ground, Meeting};
use crate::place::{Kind, Pair, World};
use crate::{must, skipped};

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
