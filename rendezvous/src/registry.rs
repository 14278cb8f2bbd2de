//! Who waits at which number: the rules of claims and lookups.
//!
//! A host *claims* a place, a short number or a tag; a helper *looks it up* and learns the host's key, nothing
//! else. A claim lives until its time is over, its host withdraws it, or its host is gone, whichever comes first;
//! the number then rests for a day, so that a helper with an old code does not meet a stranger.
//!
//! The registry is pure: time, chance and addresses are arguments. It guarantees that a place has one host, that no
//! peer or network holds more claims than its share, and that lookups are too few to sweep the numbers. There is no
//! call that lists anything. It leaves to its caller to say truly who asks ([`Caller`]), and to tell it of
//! reservations made and hosts gone.

mod memory;
mod plates;

use core::time::Duration;
use std::collections::HashSet;
use std::net::IpAddr;

use entraide_common::chance::Chance;
use entraide_common::ids::{PeerKey, Plate};
use entraide_common::time::Moment;
use entraide_common::wire::directory::{Claim, Claimed, Decline, LookedUp, Place, Request, Response, Want};

use self::memory::{Claims, Held};
use self::plates::Plates;
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
    claims: Claims,
    plates: Plates,
    reserved: HashSet<PeerKey>,
    claiming: Buckets<Network>,
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
            claims: Claims::default(),
            plates: Plates::default(),
            reserved: HashSet::new(),
            claiming: Buckets::new(Rate::hourly(1)),
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
        self.claiming.set_rate(Rate::hourly(limits.claims_per_hour));
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
            _ if self.closing => Err(Decline::Closing),
            Request::Claim(claim) => self.claim(*claim, caller, now, chance),
            Request::Renew(claimed) => self.renew(*claimed, caller, now),
            Request::Lookup(place) => self.lookup(*place, caller, now),
            // The server's own to answer: it has the key.
            Request::Witness(()) => Err(Decline::NoAddress),
        };
        answer.unwrap_or_else(Response::Declined)
    }

    /// `peer` holds a relay reservation from now on.
    pub fn reserved(&mut self, peer: PeerKey) {
        self.reserved.insert(peer);
    }

    /// `peer` can no longer be reached: its connections are gone, or its reservation is over.
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
        if !self.reserved.contains(&caller.peer) {
            return Err(Decline::NoReservation);
        }
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
    }

    fn release(&mut self, place: Place, now: Moment) {
        if let Some(held) = self.claims.remove(place)
            && let Place::Plate(plate) = place
        {
            self.plates.rest(plate, held.host, now);
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
