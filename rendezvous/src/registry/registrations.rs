//! The table of registered sessions, with the counts that the rules ask for. It decides nothing.

use std::collections::{BTreeSet, HashMap};

use entraide_common::ids::{PeerKey, RegistrationId};
use entraide_common::time::Moment;

use crate::quota::Network;

/// A registered session. Its id is its host's own: others may have the same.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held {
    pub(super) partner: PeerKey,
    pub(super) site: Network,
    pub(super) expires: Moment,
}

/// INVARIANT: the three tables speak of the same sessions; keys without one are not kept.
#[derive(Debug, Default)]
pub(super) struct Registrations {
    by_host: HashMap<PeerKey, HashMap<RegistrationId, Held>>,
    from_site: HashMap<Network, usize>,
    by_expiry: BTreeSet<(Moment, PeerKey, RegistrationId)>,
}

impl Registrations {
    pub(super) fn len(&self) -> usize {
        self.by_expiry.len()
    }

    pub(super) fn get(&self, host: PeerKey, id: RegistrationId) -> Option<Held> {
        self.by_host.get(&host)?.get(&id).copied()
    }

    pub(super) fn count_of(&self, host: PeerKey) -> usize {
        self.by_host.get(&host).map_or(0, HashMap::len)
    }

    pub(super) fn count_from(&self, site: Network) -> usize {
        self.from_site.get(&site).copied().unwrap_or(0)
    }

    /// Whether `host` is in a session with `partner`.
    pub(super) fn join(&self, host: PeerKey, partner: PeerKey) -> bool {
        self.by_host.get(&host).is_some_and(|held| held.values().any(|held| held.partner == partner))
    }

    /// One whose time is over at `now`, the longest overdue first.
    pub(super) fn first_expired(&self, now: Moment) -> Option<(PeerKey, RegistrationId)> {
        let (expires, host, id) = self.by_expiry.first()?;
        (*expires <= now).then_some((*host, *id))
    }

    /// Adds one, in place of the one of that id if there is one.
    pub(super) fn insert(&mut self, host: PeerKey, id: RegistrationId, held: Held) {
        self.remove(host, id);
        self.by_host.entry(host).or_default().insert(id, held);
        *self.from_site.entry(held.site).or_default() += 1;
        self.by_expiry.insert((held.expires, host, id));
    }

    pub(super) fn remove(&mut self, host: PeerKey, id: RegistrationId) -> Option<Held> {
        let of_host = self.by_host.get_mut(&host)?;
        let held = of_host.remove(&id)?;
        if of_host.is_empty() {
            self.by_host.remove(&host);
        }
        self.by_expiry.remove(&(held.expires, host, id));
        if let Some(count) = self.from_site.get_mut(&held.site) {
            *count -= 1;
            if *count == 0 {
                self.from_site.remove(&held.site);
            }
        }
        Some(held)
    }
}
