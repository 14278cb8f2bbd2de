//! The node's registry in virtual time: who gets which number, for how long, and who is told to wait.

mod sessions;

use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use entraide_common::chance::Chance;
use entraide_common::ids::{PeerKey, Plate, Tag};
use entraide_common::time::Moment;
use entraide_common::wire::Message;
use entraide_common::wire::directory::{Claim, Claimed, Decline, LookedUp, Place, Request, Response, Want};
use entraide_rendezvous::limits::Limits;
use entraide_rendezvous::registry::{Caller, Registry};
use proptest::prelude::*;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Chance that is the same in every run (SplitMix64).
struct Fixed(u64);

impl Chance for Fixed {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            *byte = (mixed >> 56) as u8;
        }
    }
}

/// A registry, its clock and its chance.
struct World {
    registry: Registry,
    now: Moment,
    chance: Fixed,
}

impl World {
    fn new(limits: &Limits) -> Self {
        Self { registry: Registry::new(limits), now: Moment::START, chance: Fixed(7) }
    }

    fn wait(&mut self, time: Duration) {
        self.now = self.now + time;
    }

    fn ask(&mut self, caller: Caller, request: Request) -> Response {
        self.registry.answer(&request, caller, self.now, &mut self.chance)
    }

    /// A claim of a peer that has its reservation.
    fn claim(&mut self, caller: Caller, want: Want) -> Response {
        self.registry.reserved(caller.peer, self.now);
        self.ask(caller, Request::Claim(Claim { want, ttl: 30 * MINUTE }))
    }

    fn number(&mut self, caller: Caller) -> Plate {
        match self.claim(caller, Want::Any) {
            Response::Claimed(Claimed { place: Place::Plate(plate), .. }) => plate,
            other => panic!("{other:?} instead of a number"),
        }
    }

    /// Who waits at `place`, asked from a network of its own.
    fn host_at(&mut self, place: Place) -> Option<PeerKey> {
        let asker = Caller {
            peer: PeerKey([0xfe; 32]),
            address: network(0xffff_ffff - self.now.since_origin().as_secs() as u32),
        };
        match self.ask(asker, Request::Lookup(place)) {
            Response::LookedUp(LookedUp { found, host }) => found.then_some(host),
            other => panic!("{other:?} instead of an answer"),
        }
    }
}

/// Peer number `n`, in a network of its own.
fn peer(n: u32) -> Caller {
    let mut key = [0; 32];
    key[..4].copy_from_slice(&n.to_le_bytes());
    key[31] = 1;
    Caller { peer: PeerKey(key), address: network(n) }
}

/// Peer number `n`, in the network that all `neighbour`s share.
fn neighbour(n: u32) -> Caller {
    Caller { address: IpAddr::V4(Ipv4Addr::new(192, 0, 2, n as u8)), ..peer(n) }
}

fn network(n: u32) -> IpAddr {
    IpAddr::V6(std::net::Ipv6Addr::from_bits((0x2001_0db8 << 96) | (u128::from(n) << 80)))
}

fn plate(number: u32) -> Plate {
    Plate::new(number).expect("a plate")
}

fn digits(plate: Plate) -> usize {
    plate.to_string().len()
}

#[test]
fn numbers_are_as_short_as_a_tenth_full_allows() {
    let mut world = World::new(&Limits::default());
    let lengths: Vec<usize> = (0..1_100).map(|n| digits(world.number(peer(n)))).collect();
    let count = |digits| lengths.iter().filter(|length| **length == digits).count();
    assert_eq!([count(1), count(2), count(3), count(4), count(5)], [1, 9, 90, 900, 100]);
    assert!(lengths.is_sorted(), "the short ones go first");
}

#[test]
fn numbers_are_drawn_at_random() {
    let drawn = |seed| {
        let mut world = World { chance: Fixed(seed), ..World::new(&Limits::default()) };
        (0..50).map(|n| world.number(peer(n))).collect::<Vec<_>>()
    };
    assert_eq!(drawn(1), drawn(1));
    assert_ne!(drawn(1), drawn(2));
    assert!(!drawn(1).is_sorted(), "the next number cannot be guessed from the last");
}

#[test]
fn a_number_rests_for_a_day() {
    let mut world = World::new(&Limits::default());
    let first = world.number(peer(0));
    assert_eq!(world.ask(peer(0), Request::Withdraw(Place::Plate(first))), Response::Done(()));
    assert_eq!(world.claim(peer(1), Want::Number(first)), Response::Declined(Decline::Taken));
    let mut seen = HashSet::from([first]);
    for n in 2..1_000 {
        let next = world.number(peer(n));
        world.registry.gone(peer(n).peer, world.now);
        assert!(seen.insert(next), "{next} was given out twice in a day");
        world.wait(80 * SECOND);
    }
    world.wait(DAY);
    assert!(matches!(world.claim(peer(1), Want::Number(first)), Response::Claimed(_)));
}

#[test]
fn a_host_that_comes_back_gets_its_number_again() {
    let mut world = World::new(&Limits::default());
    let mine = world.number(peer(0));
    world.registry.gone(peer(0).peer, world.now);
    assert_eq!(world.host_at(Place::Plate(mine)), None);
    assert!(matches!(world.claim(peer(0), Want::Number(mine)), Response::Claimed(_)));
    assert!(matches!(world.claim(peer(0), Want::Number(mine)), Response::Claimed(_)), "it may ask twice");
    assert_eq!(world.host_at(Place::Plate(mine)), Some(peer(0).peer));
}

#[test]
fn when_every_number_rests_the_longest_rested_is_given() {
    let limits = Limits { claims_per_hour: 1_000_000, ..Limits::default() };
    let mut world = World::new(&limits);
    let mut order = Vec::new();
    for _ in 1..Plate::FIRST_LOCAL {
        let number = world.number(peer(0));
        world.registry.gone(peer(0).peer, world.now);
        order.push(number);
    }
    assert_eq!(order.iter().collect::<HashSet<_>>().len(), order.len(), "none twice while one is fresh");
    assert!(order.iter().all(|number| !number.is_local()), "those are no node's to give");
    let again: Vec<Plate> = (0..3).map(|_| world.number(peer(1))).collect();
    assert_eq!(again, order[..3]);
}

#[test]
fn numbers_of_local_networks_are_nobodys_at_a_node() {
    let mut world = World::new(&Limits::default());
    let local = [Plate::FIRST_LOCAL, Plate::MAX].map(plate);
    for local in local {
        assert_eq!(world.claim(peer(0), Want::Number(local)), Response::Declined(Decline::Taken));
        assert_eq!(world.host_at(Place::Plate(local)), None);
    }
    let last = plate(Plate::FIRST_LOCAL - 1);
    assert!(matches!(world.claim(peer(0), Want::Number(last)), Response::Claimed(_)));
}

#[test]
fn a_claim_ends_with_its_time_unless_renewed() {
    let mut world = World::new(&Limits::default());
    let place = Place::Plate(world.number(peer(0)));
    world.wait(29 * MINUTE);
    let renewed = world.ask(peer(0), Request::Renew(Claimed { place, ttl: 30 * MINUTE }));
    assert_eq!(renewed, Response::Claimed(Claimed { place, ttl: 30 * MINUTE }));
    world.wait(29 * MINUTE);
    assert_eq!(world.host_at(place), Some(peer(0).peer));
    world.wait(MINUTE);
    assert_eq!(world.host_at(place), None);
    let late = world.ask(peer(0), Request::Renew(Claimed { place, ttl: 30 * MINUTE }));
    assert_eq!(late, Response::Declined(Decline::NotYours));
}

#[test]
fn nobody_may_claim_for_longer_than_the_node_allows() {
    let mut world = World::new(&Limits::default());
    world.registry.reserved(peer(0).peer, world.now);
    let forever = Request::Claim(Claim { want: Want::Tag(Tag([1; 32])), ttl: Duration::MAX });
    let Response::Claimed(claimed) = world.ask(peer(0), forever) else { panic!("the tag is free") };
    assert_eq!(claimed.ttl, HOUR);
    world.wait(HOUR);
    assert_eq!(world.host_at(claimed.place), None);
}

#[test]
fn a_claim_needs_a_reservation_and_goes_with_it() {
    let mut world = World::new(&Limits::default());
    let claim = Request::Claim(Claim { want: Want::Any, ttl: MINUTE });
    assert_eq!(world.ask(peer(0), claim.clone()), Response::Declined(Decline::NoReservation));
    let place = Place::Plate(world.number(peer(0)));
    world.registry.gone(peer(0).peer, world.now);
    assert_eq!(world.host_at(place), None);
    assert_eq!(world.ask(peer(0), claim), Response::Declined(Decline::NoReservation));
}

#[test]
fn only_its_host_may_renew_or_withdraw_a_claim() {
    let mut world = World::new(&Limits::default());
    let place = Place::Plate(world.number(peer(0)));
    for request in [Request::Withdraw(place), Request::Renew(Claimed { place, ttl: MINUTE })] {
        assert_eq!(world.ask(peer(1), request), Response::Declined(Decline::NotYours));
    }
    assert_eq!(world.host_at(place), Some(peer(0).peer));
}

#[test]
fn a_tag_or_number_has_one_host() {
    let mut world = World::new(&Limits::default());
    for want in [Want::Tag(Tag([9; 32])), Want::Number(plate(4321))] {
        assert!(matches!(world.claim(peer(0), want), Response::Claimed(_)));
        assert_eq!(world.claim(peer(1), want), Response::Declined(Decline::Taken));
    }
}

#[test]
fn a_peer_holds_three_claims_and_a_network_twenty() {
    let mut world = World::new(&Limits::default());
    for _ in 0..3 {
        world.number(neighbour(0));
    }
    assert_eq!(world.claim(neighbour(0), Want::Any), Response::Declined(Decline::Full));
    for n in 1..18 {
        world.number(neighbour(n));
    }
    assert_eq!(world.claim(neighbour(18), Want::Any), Response::Declined(Decline::Full));
    world.number(peer(19));
    world.registry.gone(neighbour(1).peer, world.now);
    world.number(neighbour(18));
}

#[test]
fn sixty_lookups_an_hour_from_one_source_then_one_a_minute() {
    let mut world = World::new(&Limits::default());
    let lookup = Request::Lookup(Place::Plate(plate(5)));
    for n in 0..60 {
        assert!(matches!(world.ask(neighbour(n), lookup.clone()), Response::LookedUp(_)), "lookup {n}");
    }
    let Response::Declined(Decline::SlowDown { seconds }) = world.ask(neighbour(60), lookup.clone()) else {
        panic!("the sixty-first is one too many");
    };
    assert!((1..=61).contains(&seconds), "{seconds} s");
    assert!(matches!(world.ask(peer(1), lookup.clone()), Response::LookedUp(_)), "others are not concerned");
    world.wait(Duration::from_secs(u64::from(seconds)));
    assert!(matches!(world.ask(neighbour(61), lookup.clone()), Response::LookedUp(_)));
    assert!(matches!(world.ask(neighbour(62), lookup), Response::Declined(Decline::SlowDown { .. })));
}

#[test]
fn a_whole_ipv6_site_cannot_sweep_the_numbers() {
    let mut world = World::new(&Limits::default());
    let answered = (0..10_000_u32).filter(|n| {
        let address = std::net::Ipv6Addr::from_bits((0x2001_0db8 << 96) | (u128::from(*n) << 64));
        let caller = Caller { address: IpAddr::V6(address), ..peer(*n) };
        matches!(world.ask(caller, Request::Lookup(Place::Plate(plate(n + 1)))), Response::LookedUp(_))
    });
    assert_eq!(answered.count(), 480);
}

#[test]
fn claiming_and_withdrawing_in_turns_is_slowed_down() {
    let mut world = World::new(&Limits::default());
    for _ in 0..240 {
        let place = Place::Plate(world.number(peer(0)));
        world.ask(peer(0), Request::Withdraw(place));
    }
    assert!(matches!(world.claim(peer(0), Want::Any), Response::Declined(Decline::SlowDown { .. })));
}

#[test]
fn found_and_not_found_have_the_same_length() {
    let mut world = World::new(&Limits::default());
    let taken = Place::Plate(world.number(peer(0)));
    let found = world.ask(peer(1), Request::Lookup(taken));
    let nobody = world.ask(peer(1), Request::Lookup(Place::Plate(plate(99_999))));
    assert!(matches!(found, Response::LookedUp(LookedUp { found: true, .. })));
    assert!(matches!(nobody, Response::LookedUp(LookedUp { found: false, .. })));
    assert_eq!(found.encode().len(), nobody.encode().len());
}

#[test]
fn a_closing_node_takes_nothing_new() {
    let mut world = World::new(&Limits::default());
    let place = Place::Plate(world.number(peer(0)));
    world.registry.close();
    assert_eq!(world.claim(peer(1), Want::Any), Response::Declined(Decline::Closing));
    assert_eq!(world.ask(peer(1), Request::Lookup(place)), Response::Declined(Decline::Closing));
    assert_eq!(world.ask(peer(0), Request::Withdraw(place)), Response::Done(()));
}

/// What may happen to a registry.
#[derive(Debug, Clone)]
enum Op {
    Reserve(u32),
    Gone(u32),
    Claim(u32, Want, u64),
    Renew(u32, Place, u64),
    Withdraw(u32, Place),
    Lookup(u32, Place),
    Wait(u64),
}

fn op() -> impl Strategy<Value = Op> {
    let who = 0..6_u32;
    let number = (1..12_u32).prop_map(plate);
    let tag = (0..3_u8).prop_map(|byte| Tag([byte; 32]));
    let place = prop_oneof![number.clone().prop_map(Place::Plate), tag.clone().prop_map(Place::Tag),];
    let want = prop_oneof![
        3 => Just(Want::Any),
        2 => number.prop_map(Want::Number),
        1 => tag.prop_map(Want::Tag),
    ];
    let seconds = 0..8_000_u64;
    prop_oneof![
        2 => who.clone().prop_map(Op::Reserve),
        1 => who.clone().prop_map(Op::Gone),
        6 => (who.clone(), want, seconds.clone()).prop_map(|(who, want, ttl)| Op::Claim(who, want, ttl)),
        2 => (who.clone(), place.clone(), seconds.clone()).prop_map(|(who, place, ttl)| Op::Renew(who, place, ttl)),
        2 => (who.clone(), place.clone()).prop_map(|(who, place)| Op::Withdraw(who, place)),
        3 => (who, place).prop_map(|(who, place)| Op::Lookup(who, place)),
        3 => seconds.prop_map(Op::Wait),
    ]
}

/// What must be true of a registry, kept as plainly as can be.
#[derive(Default)]
struct Model {
    reserved: HashSet<u32>,
    live: HashMap<Place, (u32, Moment)>,
    released: HashMap<Place, (u32, Moment)>,
}

impl Model {
    fn expire(&mut self, now: Moment) {
        let over: Vec<Place> =
            self.live.iter().filter(|(_, (_, end))| *end <= now).map(|(place, _)| *place).collect();
        over.into_iter().for_each(|place| self.release(place, now));
    }

    fn release(&mut self, place: Place, now: Moment) {
        if let Some((who, _)) = self.live.remove(&place) {
            self.released.insert(place, (who, now));
        }
    }

    fn gone(&mut self, who: u32, now: Moment) {
        self.reserved.remove(&who);
        let places: Vec<Place> =
            self.live.iter().filter(|(_, (host, _))| *host == who).map(|(place, _)| *place).collect();
        places.into_iter().for_each(|place| self.release(place, now));
    }

    fn check_claim(&mut self, who: u32, want: Want, response: &Response, now: Moment) {
        let Response::Claimed(Claimed { place, ttl }) = response else { return };
        assert!(self.reserved.contains(&who), "a claim without a reservation");
        assert!(*ttl >= 10 * SECOND && *ttl <= HOUR, "a claim of {ttl:?}");
        match (want, place) {
            (Want::Any, Place::Plate(_)) => {}
            (Want::Number(wanted), Place::Plate(got)) => assert_eq!(wanted, *got),
            (Want::Tag(wanted), Place::Tag(got)) => assert_eq!(wanted, *got),
            (want, place) => panic!("{place:?} for {want:?}"),
        }
        if let Some((host, _)) = self.live.get(place) {
            assert_eq!(*host, who, "two hosts at {place:?}");
            assert!(!matches!(want, Want::Any), "a live number as a new one");
        }
        if let (Place::Plate(_), Some((host, since))) = (place, self.released.get(place)) {
            let own = *host == who && !matches!(want, Want::Any);
            assert!(own || now.since(*since) >= DAY, "{place:?} again too soon");
        }
        self.live.insert(*place, (who, now + *ttl));
        let held = self.live.values().filter(|(host, _)| *host == who).count();
        assert!(held <= 3, "{held} claims of one peer");
    }

    fn check_holder(&mut self, who: u32, place: Place, response: &Response) -> bool {
        let holds = self.live.get(&place).is_some_and(|(host, _)| *host == who);
        assert_eq!(holds, *response != Response::Declined(Decline::NotYours), "{response:?}");
        holds
    }
}

proptest! {
    #[test]
    fn whatever_happens_the_rules_hold(ops in prop::collection::vec(op(), 1..120)) {
        let mut world = World::new(&Limits::default());
        let mut model = Model::default();
        for op in ops {
            model.expire(world.now);
            let now = world.now;
            match op {
                Op::Reserve(who) => {
                    world.registry.reserved(peer(who).peer, now);
                    model.reserved.insert(who);
                }
                Op::Gone(who) => {
                    world.registry.gone(peer(who).peer, now);
                    model.gone(who, now);
                }
                Op::Claim(who, want, ttl) => {
                    let claim = Claim { want, ttl: Duration::from_secs(ttl) };
                    let response = world.ask(peer(who), Request::Claim(claim));
                    model.check_claim(who, want, &response, now);
                }
                Op::Renew(who, place, ttl) => {
                    let claimed = Claimed { place, ttl: Duration::from_secs(ttl) };
                    let response = world.ask(peer(who), Request::Renew(claimed));
                    if model.check_holder(who, place, &response) {
                        let Response::Claimed(claimed) = response else { panic!("{response:?}") };
                        model.live.insert(place, (who, now + claimed.ttl));
                    }
                }
                Op::Withdraw(who, place) => {
                    let response = world.ask(peer(who), Request::Withdraw(place));
                    if model.check_holder(who, place, &response) {
                        model.release(place, now);
                    }
                }
                Op::Lookup(who, place) => match world.ask(peer(who), Request::Lookup(place)) {
                    Response::LookedUp(LookedUp { found, host }) => {
                        let expected = model.live.get(&place).map(|(who, _)| peer(*who).peer);
                        prop_assert_eq!(found.then_some(host), expected);
                    }
                    Response::Declined(Decline::SlowDown { .. }) => {}
                    other => panic!("{other:?} instead of an answer"),
                },
                Op::Wait(seconds) => world.wait(Duration::from_secs(seconds)),
            }
            model.expire(world.now);
            prop_assert_eq!(world.registry.len(world.now), model.live.len());
        }
    }
}
