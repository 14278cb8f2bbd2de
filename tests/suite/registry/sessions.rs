//! Registered sessions, and who may be reached by whom.

use std::time::Duration;

use entraide_common::ids::RegistrationId;
use entraide_common::wire::directory::{Decline, Place, Registered, Registration, Request, Response, Want};
use entraide_rendezvous::limits::Limits;
use entraide_rendezvous::registry::Caller;

use super::{HOUR, MINUTE, SECOND, World, neighbour, peer};

fn id(n: u8) -> RegistrationId {
    RegistrationId([n; 16])
}

impl World {
    /// Registers a session of a host that has its reservation.
    fn register(&mut self, host: Caller, number: u8, partner: Caller) -> Response {
        self.registry.reserved(host.peer, self.now);
        let registration = Registration { id: id(number), partner: partner.peer, ttl: 10 * MINUTE };
        self.ask(host, Request::Register(registration))
    }

    fn admits(&mut self, source: Caller, destination: Caller) -> bool {
        self.registry.admits(source.peer, destination.peer, self.now)
    }
}

fn stands(answer: &Response) -> bool {
    matches!(answer, Response::Registered(_))
}

#[test]
fn a_session_is_open_to_its_partner_until_its_time_is_over() {
    let mut world = World::new(&Limits::default());
    let (host, helper, stranger) = (peer(1), peer(2), peer(3));
    let answer = world.register(host, 1, helper);
    assert_eq!(answer, Response::Registered(Registered { id: id(1), ttl: 10 * MINUTE }));
    assert!(world.admits(helper, host) && !world.admits(stranger, host));
    assert!(!world.admits(host, helper), "the helper has not said that it wants to be reached");
    world.wait(9 * MINUTE);
    assert!(stands(&world.register(host, 1, helper)), "the same again renews it");
    world.wait(9 * MINUTE);
    assert!(world.admits(helper, host));
    world.wait(MINUTE);
    assert!(!world.admits(helper, host));
}

#[test]
fn a_session_outlives_the_hosts_reservation_and_a_claim_does_not() {
    let mut world = World::new(&Limits::default());
    let (host, helper) = (peer(1), peer(2));
    let plate = world.number(host);
    assert!(world.admits(peer(3), host), "who waits is there for everybody");
    world.register(host, 1, helper);
    let now = world.now;
    world.registry.gone(host.peer, now);
    assert_eq!(world.host_at(Place::Plate(plate)), None);
    assert!(world.admits(helper, host) && !world.admits(peer(3), host));
    let unregister = Request::Unregister(id(1));
    assert_eq!(world.ask(helper, unregister.clone()), Response::Declined(Decline::NotYours));
    assert_eq!(world.ask(host, unregister.clone()), Response::Done(()));
    assert_eq!(world.ask(host, unregister), Response::Declined(Decline::NotYours));
    assert!(!world.admits(helper, host));
}

#[test]
fn nobody_may_be_in_a_session_for_longer_than_the_node_allows() {
    let mut world = World::new(&Limits::default());
    let host = peer(1);
    world.registry.reserved(host.peer, world.now);
    for (asked, given) in [(Duration::ZERO, 10 * SECOND), (MINUTE, MINUTE), (HOUR, 15 * MINUTE)] {
        let registration = Registration { id: id(1), partner: peer(2).peer, ttl: asked };
        let answer = world.ask(host, Request::Register(registration));
        assert_eq!(answer, Response::Registered(Registered { id: id(1), ttl: given }));
    }
}

#[test]
fn sessions_are_counted_by_peer_by_network_and_in_all() {
    let limits = Limits { sessions: 7, sessions_per_peer: 3, sessions_per_network: 5, ..Limits::default() };
    let mut world = World::new(&limits);
    let full = Response::Declined(Decline::Full);
    for number in 0..3 {
        assert!(stands(&world.register(neighbour(1), number, peer(9))));
    }
    assert_eq!(world.register(neighbour(1), 3, peer(9)), full, "a fourth of one peer");
    assert!(stands(&world.register(neighbour(1), 0, peer(9))), "the first one again is no fourth");
    for number in 0..2 {
        assert!(stands(&world.register(neighbour(2), number, peer(9))));
    }
    assert_eq!(world.register(neighbour(3), 0, peer(9)), full, "a sixth of one network");
    for n in 10..12 {
        assert!(stands(&world.register(peer(n), 0, peer(9))));
    }
    assert_eq!(world.register(peer(12), 0, peer(9)), full, "an eighth in all");
    assert_eq!(world.ask(neighbour(1), Request::Unregister(id(1))), Response::Done(()));
    assert!(stands(&world.register(peer(12), 0, peer(9))));
    world.wait(10 * MINUTE);
    for number in 0..3 {
        assert!(stands(&world.register(peer(20), number, peer(9))), "those whose time is over do not count");
    }
}

#[test]
fn registering_and_ending_in_turns_is_slowed_down() {
    let mut world = World::new(&Limits::default());
    for _ in 0..240 {
        assert!(stands(&world.register(peer(1), 1, peer(2))));
        assert_eq!(world.ask(peer(1), Request::Unregister(id(1))), Response::Done(()));
    }
    let answer = world.register(peer(1), 1, peer(2));
    assert!(matches!(answer, Response::Declined(Decline::SlowDown { .. })), "{answer:?}");
}

#[test]
fn who_reserves_for_nothing_is_named_once() {
    let mut world = World::new(&Limits::default());
    let squatters = |world: &mut World| {
        let now = world.now;
        world.registry.squatters(now)
    };
    let (idle, claims, registers) = (peer(1), peer(2), peer(3));
    world.registry.reserved(idle.peer, world.now);
    let plate = world.number(claims);
    world.register(registers, 1, peer(9));
    world.wait(59 * SECOND);
    assert!(squatters(&mut world).is_empty(), "a claim comes after its reservation");
    world.wait(SECOND);
    assert_eq!(squatters(&mut world), [idle.peer]);
    assert!(squatters(&mut world).is_empty());
    // From the end of what was held, a minute counts anew.
    assert_eq!(world.ask(claims, Request::Withdraw(Place::Plate(plate))), Response::Done(()));
    world.wait(30 * SECOND);
    world.claim(claims, Want::Any);
    world.wait(MINUTE);
    assert!(squatters(&mut world).is_empty(), "it holds one again");
    world.wait(8 * MINUTE);
    assert!(squatters(&mut world).is_empty(), "the session has just run out");
    world.wait(MINUTE);
    assert_eq!(squatters(&mut world), [registers.peer]);
}
