//! Who waits at which number, and who may be reached by whom: the rules of claims, lookups and registrations.
//!
//! A host *claims* a place, a short number or a tag; a helper *looks it up* and learns the host's key, nothing
//! else. A claim lives until its time is over, its host withdraws it, or its host is gone, whichever comes first;
//! the number then rests for a day, so that a helper with an old code does not meet a stranger.
//!
//! While a host holds a claim, everybody may open a circuit to it. When a session has begun, the host *registers* it:
//! its helper may then open circuits to it, whatever becomes of the claim, until the host ends the registration or does
//! not renew it. It outlives the host's connections, so that both find each other again after an interruption. By
//! nothing else is a circuit admitted ([`Registry::admits`]).
//!
//! The registry is pure: time, chance and addresses are arguments. It guarantees that a place has one host, that no
//! peer or network holds more than its share, that lookups are too few to sweep the numbers, and that who holds a
//! reservation for nothing is named ([`Registry::squatters`]). There is no call that lists anything. It leaves to its
//! caller to say truly who asks ([`Caller`]), and to tell it of reservations made and hosts gone.

mod memory;
mod plates;
mod registrations;

use core::time::Duration;
use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;

use entraide_common::chance::Chance;
use entraide_common::ids::{PeerKey, Plate, RegistrationId};
use entraide_common::time::Moment;
use entraide_common::wire::directory::{
    Claim, Claimed, Decline, LookedUp, Place, Registered, Registration, Request, Response, Want,
};

use self::memory::{Claims, Held};
use self::plates::Plates;
use self::registrations::Registrations;
use crate::limits::Limits;
use crate::quota::{Buckets, Network, Rate};

/// The shortest claim: one that is over before a helper could dial would only wear numbers out.
const SHORTEST_CLAIM: Duration = Duration::from_secs(10);
/// How many links' worth of lookups one site has.
const LINKS_OF_A_SITE: u64 = 8;

/// Who asks: as the transport proved it, not as a message says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// The peer.
    pub peer: PeerKey,
    /// Where its connection comes from.
    pub address: IpAddr,
}

/// All claims of a node, and the quotas on asking.
#[derive(Debug)]
pub struct Registry {
    claim_time: Duration,
    claims_per_peer: usize,
    claims_per_network: usize,
    session_time: Duration,
    sessions: usize,
    sessions_per_peer: usize,
    sessions_per_network: usize,
    unclaimed_time: Duration,
    claims: Claims,
    plates: Plates,
    registrations: Registrations,
    /// Who holds a reservation, and since when for nothing, if so.
    reserved: HashMap<PeerKey, Option<Moment>>,
    /// The same in the order of time, and entries that `reserved` no longer confirms.
    unclaimed: VecDeque<(Moment, PeerKey)>,
    claiming: Buckets<Network>,
    registering: Buckets<Network>,
    looking: Buckets<Network>,
    looking_from_site: Buckets<Network>,
    closing: bool,
}

impl Registry {
    /// A registry in which nobody waits yet.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        let mut registry = Self {
            claim_time: Duration::ZERO,
            claims_per_peer: 0,
            claims_per_network: 0,
            session_time: Duration::ZERO,
            sessions: 0,
            sessions_per_peer: 0,
            sessions_per_network: 0,
            unclaimed_time: Duration::ZERO,
            claims: Claims::default(),
            plates: Plates::default(),
            registrations: Registrations::default(),
            reserved: HashMap::new(),
            unclaimed: VecDeque::new(),
            claiming: Buckets::new(Rate::hourly(1)),
            registering: Buckets::new(Rate::hourly(1)),
            looking: Buckets::new(Rate::hourly(1)),
            looking_from_site: Buckets::new(Rate::hourly(1)),
            closing: false,
        };
        registry.set_limits(limits);
        registry
    }

    /// Goes by `limits` from now on. Claims that stand are kept.
    pub fn set_limits(&mut self, limits: &Limits) {
        let count = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
        self.claim_time = Duration::from_secs(limits.claim_seconds);
        self.claims_per_peer = count(limits.claims_per_peer);
        self.claims_per_network = count(limits.claims_per_network);
        self.session_time = Duration::from_secs(limits.session_seconds);
        self.sessions = count(limits.sessions);
        self.sessions_per_peer = count(limits.sessions_per_peer);
        self.sessions_per_network = count(limits.sessions_per_network);
        self.unclaimed_time = Duration::from_secs(limits.unclaimed_seconds);
        self.claiming.set_rate(Rate::hourly(limits.claims_per_hour));
        self.registering.set_rate(Rate::hourly(limits.sessions_per_hour));
        self.looking.set_rate(Rate::hourly(limits.lookups_per_hour));
        self.looking_from_site
            .set_rate(Rate::hourly(limits.lookups_per_hour.saturating_mul(LINKS_OF_A_SITE)));
    }

    /// Answers `request` of `caller`.
    pub fn answer(
        &mut self,
        request: &Request,
        caller: Caller,
        now: Moment,
        chance: &mut dyn Chance,
    ) -> Response {
        self.expire(now);
        let answer = match request {
            Request::Withdraw(place) => self.withdraw(*place, caller, now),
            Request::Unregister(id) => self.unregister(*id, caller, now),
            _ if self.closing => Err(Decline::Closing),
            Request::Claim(claim) => self.claim(*claim, caller, now, chance),
            Request::Renew(claimed) => self.renew(*claimed, caller, now),
            Request::Lookup(place) => self.lookup(*place, caller, now),
            Request::Register(registration) => self.register(*registration, caller, now),
            // The server's own to answer: it has the key.
            Request::Witness(()) => Err(Decline::NoAddress),
        };
        answer.unwrap_or_else(Response::Declined)
    }

    /// Whether `source` may open a circuit to `destination`: who waits with a claim is there for everybody, who is in a
    /// session for its partner.
    pub fn admits(&mut self, source: PeerKey, destination: PeerKey, now: Moment) -> bool {
        self.is_partner(source, destination, now) || self.claims.is_held_by(destination)
    }

    /// Whether `destination` is in a session with `source`.
    pub fn is_partner(&mut self, source: PeerKey, destination: PeerKey, now: Moment) -> bool {
        self.expire(now);
        self.registrations.join(destination, source)
    }

    /// `peer` holds a relay reservation from now on.
    pub fn reserved(&mut self, peer: PeerKey, now: Moment) {
        self.reserved.entry(peer).or_default();
        self.weigh(peer, now);
    }

    /// Who has held a reservation for too long and neither claimed nor registered anything. Each is named once.
    pub fn squatters(&mut self, now: Moment) -> Vec<PeerKey> {
        self.expire(now);
        let mut squatters = Vec::new();
        while let Some((since, peer)) = self.unclaimed.front().copied()
            && now.since(since) >= self.unclaimed_time
        {
            self.unclaimed.pop_front();
            if self.reserved.get(&peer) == Some(&Some(since)) {
                squatters.push(peer);
            }
        }
        squatters
    }

    /// `peer` can no longer be reached: its connections are gone, or its reservation is over. Its registered sessions
    /// wait for it.
    pub fn gone(&mut self, peer: PeerKey, now: Moment) {
        self.reserved.remove(&peer);
        for place in self.claims.places_of(peer) {
            self.release(place, now);
        }
    }

    /// Takes no claim and answers no lookup from now on.
    pub fn close(&mut self) {
        self.closing = true;
    }

    /// How many claims are live at `now`.
    pub fn len(&mut self, now: Moment) -> usize {
        self.expire(now);
        self.claims.len()
    }

    /// Whether nobody waits at `now`.
    pub fn is_empty(&mut self, now: Moment) -> bool {
        self.len(now) == 0
    }

    fn claim(
        &mut self,
        claim: Claim,
        caller: Caller,
        now: Moment,
        chance: &mut dyn Chance,
    ) -> Result<Response, Decline> {
        self.check_reservation(caller)?;
        let site = Network::site(caller.address);
        self.claiming.take(site, now).map_err(slow_down)?;
        let ttl = self.bounded(claim.ttl);
        if let Some(place) = place_of(claim.want)
            && let Some(host) = self.claims.host(place)
        {
            // A host that lost its connection may not be missed yet: its own place is not taken, it is held on to.
            return if host == caller.peer {
                self.renew(Claimed { place, ttl }, caller, now)
            } else {
                Err(Decline::Taken)
            };
        }
        if self.claims.places_of(caller.peer).len() >= self.claims_per_peer
            || self.claims.count_from(site) >= self.claims_per_network
        {
            return Err(Decline::Full);
        }
        let place = match claim.want {
            Want::Any => Place::Plate(self.plates.draw(now, chance).ok_or(Decline::Full)?),
            Want::Number(plate) if self.plates.take(plate, caller.peer, now) => Place::Plate(plate),
            Want::Number(_) => return Err(Decline::Taken),
            Want::Tag(tag) => Place::Tag(tag),
        };
        self.claims.insert(place, Held { host: caller.peer, site, expires: now + ttl });
        self.weigh(caller.peer, now);
        Ok(Response::Claimed(Claimed { place, ttl }))
    }

    fn renew(&mut self, claimed: Claimed, caller: Caller, now: Moment) -> Result<Response, Decline> {
        self.check_holder(claimed.place, caller)?;
        let ttl = self.bounded(claimed.ttl);
        self.claims.renew(claimed.place, now + ttl);
        Ok(Response::Claimed(Claimed { place: claimed.place, ttl }))
    }

    fn withdraw(&mut self, place: Place, caller: Caller, now: Moment) -> Result<Response, Decline> {
        self.check_holder(place, caller)?;
        self.release(place, now);
        Ok(Response::Done(()))
    }

    fn lookup(&mut self, place: Place, caller: Caller, now: Moment) -> Result<Response, Decline> {
        self.looking.take(Network::link(caller.address), now).map_err(slow_down)?;
        self.looking_from_site.take(Network::site(caller.address), now).map_err(slow_down)?;
        let host = self.claims.host(place);
        Ok(Response::LookedUp(LookedUp { found: host.is_some(), host: host.unwrap_or(PeerKey([0; 32])) }))
    }

    fn register(
        &mut self,
        registration: Registration,
        caller: Caller,
        now: Moment,
    ) -> Result<Response, Decline> {
        self.check_reservation(caller)?;
        let Registration { id, partner, ttl } = registration;
        let site = Network::site(caller.address);
        // One that is registered again has its place already, even if its host has moved to a network that is full.
        let is_new = self.registrations.get(caller.peer, id).is_none();
        let is_full = self.registrations.len() >= self.sessions
            || self.registrations.count_of(caller.peer) >= self.sessions_per_peer
            || self.registrations.count_from(site) >= self.sessions_per_network;
        if is_new && is_full {
            return Err(Decline::Full);
        }
        if is_new {
            self.registering.take(site, now).map_err(slow_down)?;
        }
        let ttl = ttl.clamp(SHORTEST_CLAIM, self.session_time);
        let held = registrations::Held { partner, site, expires: now + ttl };
        self.registrations.insert(caller.peer, id, held);
        self.weigh(caller.peer, now);
        Ok(Response::Registered(Registered { id, ttl }))
    }

    fn unregister(&mut self, id: RegistrationId, caller: Caller, now: Moment) -> Result<Response, Decline> {
        self.registrations.remove(caller.peer, id).ok_or(Decline::NotYours)?;
        self.weigh(caller.peer, now);
        Ok(Response::Done(()))
    }

    fn check_reservation(&self, caller: Caller) -> Result<(), Decline> {
        if self.reserved.contains_key(&caller.peer) { Ok(()) } else { Err(Decline::NoReservation) }
    }

    fn check_holder(&self, place: Place, caller: Caller) -> Result<(), Decline> {
        if self.claims.host(place) == Some(caller.peer) { Ok(()) } else { Err(Decline::NotYours) }
    }

    fn bounded(&self, ttl: Duration) -> Duration {
        ttl.clamp(SHORTEST_CLAIM, self.claim_time)
    }

    fn expire(&mut self, now: Moment) {
        while let Some(place) = self.claims.first_expired(now) {
            self.release(place, now);
        }
        while let Some((host, id)) = self.registrations.first_expired(now) {
            self.registrations.remove(host, id);
            self.weigh(host, now);
        }
    }

    fn release(&mut self, place: Place, now: Moment) {
        let Some(held) = self.claims.remove(place) else { return };
        if let Place::Plate(plate) = place {
            self.plates.rest(plate, held.host, now);
        }
        self.weigh(held.host, now);
    }

    /// Notes whether `peer` holds its reservation, if it has one, for something.
    fn weigh(&mut self, peer: PeerKey, now: Moment) {
        let is_used = self.claims.is_held_by(peer) || self.registrations.count_of(peer) > 0;
        let Some(unused_since) = self.reserved.get_mut(&peer) else { return };
        match (is_used, &unused_since) {
            (true, _) => *unused_since = None,
            (false, None) => {
                *unused_since = Some(now);
                self.unclaimed.push_back((now, peer));
            }
            (false, Some(_)) => {}
        }
    }
}

fn place_of(want: Want) -> Option<Place> {
    match want {
        Want::Any => None,
        Want::Number(plate) => Some(Place::Plate(plate)),
        Want::Tag(tag) => Some(Place::Tag(tag)),
    }
}

fn slow_down(wait: Duration) -> Decline {
    let seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1);
    Decline::SlowDown { seconds }
}

/// How many numbers have as many digits as `plate`.
#[must_use]
pub fn numbers_as_long_as(plate: Plate) -> u32 {
    plates::Length::of(plate.get()).numbers()
}
