//! The table of live claims, in memory, with the counts that the rules ask for. It decides nothing.

use std::collections::{BTreeSet, HashMap};

use entraide_common::ids::PeerKey;
use entraide_common::time::Moment;
use entraide_common::wire::directory::Place;

use crate::quota::Network;

/// A live claim.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held {
    pub(super) host: PeerKey,
    pub(super) site: Network,
    pub(super) expires: Moment,
}

/// INVARIANT: the four tables speak of the same claims; keys without a claim are not kept.
#[derive(Debug, Default)]
pub(super) struct Claims {
    by_place: HashMap<Place, Held>,
    by_host: HashMap<PeerKey, Vec<Place>>,
    from_site: HashMap<Network, usize>,
    by_expiry: BTreeSet<(Moment, Place)>,
}

impl Claims {
    pub(super) fn len(&self) -> usize {
        self.by_place.len()
    }

    pub(super) fn host(&self, place: Place) -> Option<PeerKey> {
        self.by_place.get(&place).map(|held| held.host)
    }

    pub(super) fn is_held_by(&self, host: PeerKey) -> bool {
        self.by_host.contains_key(&host)
    }

    pub(super) fn places_of(&self, host: PeerKey) -> Vec<Place> {
        self.by_host.get(&host).cloned().unwrap_or_default()
    }

    pub(super) fn count_from(&self, site: Network) -> usize {
        self.from_site.get(&site).copied().unwrap_or(0)
    }

    /// A place whose time is over at `now`, the longest overdue first.
    pub(super) fn first_expired(&self, now: Moment) -> Option<Place> {
        self.by_expiry.first().filter(|(expires, _)| *expires <= now).map(|(_, place)| *place)
    }

    /// Adds a claim on `place`, which must be free.
    pub(super) fn insert(&mut self, place: Place, held: Held) {
        debug_assert!(!self.by_place.contains_key(&place), "a place has one host");
        self.by_place.insert(place, held);
        self.by_host.entry(held.host).or_default().push(place);
        *self.from_site.entry(held.site).or_default() += 1;
        self.by_expiry.insert((held.expires, place));
    }

    pub(super) fn renew(&mut self, place: Place, expires: Moment) {
        if let Some(held) = self.by_place.get_mut(&place) {
            self.by_expiry.remove(&(held.expires, place));
            held.expires = expires;
            self.by_expiry.insert((expires, place));
        }
    }

    pub(super) fn remove(&mut self, place: Place) -> Option<Held> {
        let held = self.by_place.remove(&place)?;
        self.by_expiry.remove(&(held.expires, place));
        if let Some(places) = self.by_host.get_mut(&held.host) {
            places.retain(|other| *other != place);
            if places.is_empty() {
                self.by_host.remove(&held.host);
            }
        }
        if let Some(count) = self.from_site.get_mut(&held.site) {
            *count -= 1;
            if *count == 0 {
                self.from_site.remove(&held.site);
            }
        }
        Some(held)
    }
}
