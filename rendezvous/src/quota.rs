//! How often a network may do a thing.
//!
//! Peers cost nothing to make, addresses do: so the limits on rates count networks, never peers. A home has one
//! IPv4 address, shared with its neighbours at some carriers, or an IPv6 prefix of /64 to /48.
//!
//! The rule is the generic cell rate algorithm (ITU-T I.371): a bucket is one moment, the one at which it will be
//! empty again. A bucket that is empty need not be kept, and the table of buckets is bounded.

use core::hash::Hash;
use core::time::Duration;
use std::collections::HashMap;
use std::net::IpAddr;

use entraide_common::time::Moment;
use libp2p::Multiaddr;
use libp2p::multiaddr::Protocol;

/// The buckets one table keeps, some 5 MB: beyond, the fuller half stays, which is the half that matters.
const BUCKETS: usize = 100_000;

/// A range of addresses that counts as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Network {
    prefix: u128,
    bits: u32,
}

impl Network {
    /// The customer's network as a whole: /24 in IPv4, /48 in IPv6.
    #[must_use]
    pub fn site(address: IpAddr) -> Self {
        Self::of(address, 48)
    }

    /// The single link: /24 in IPv4, /64 in IPv6.
    #[must_use]
    pub fn link(address: IpAddr) -> Self {
        Self::of(address, 64)
    }

    fn of(address: IpAddr, bits_of_ipv6: u32) -> Self {
        let (address, bits) = match address.to_canonical() {
            IpAddr::V4(v4) => (v4.to_ipv6_mapped(), 96 + 24),
            IpAddr::V6(v6) => (v6, bits_of_ipv6),
        };
        Self { prefix: address.to_bits() & (u128::MAX << (128 - bits)), bits }
    }
}

/// The IP address that a connection from `address` comes from, if it has one.
#[must_use]
pub fn ip_of(address: &Multiaddr) -> Option<IpAddr> {
    match address.iter().next()? {
        Protocol::Ip4(v4) => Some(v4.into()),
        Protocol::Ip6(v6) => Some(v6.into()),
        _ => None,
    }
}

/// So many events in so much time. All of them may come at once, then they come back one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many, at least one.
    pub events: u64,
    /// In how long.
    pub per: Duration,
}

impl Rate {
    /// `events` an hour.
    #[must_use]
    pub const fn hourly(events: u64) -> Self {
        Self { events, per: Duration::from_secs(3600) }
    }

    /// `events` a minute.
    #[must_use]
    pub const fn per_minute(events: u64) -> Self {
        Self { events, per: Duration::from_secs(60) }
    }

    fn interval(self) -> Duration {
        let nanos = self.per.as_nanos() / u128::from(self.events.max(1));
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }
}

/// One bucket for each key.
#[derive(Debug)]
pub struct Buckets<K> {
    rate: Rate,
    empty_at: HashMap<K, Moment>,
}

impl<K: Eq + Hash + Copy> Buckets<K> {
    /// Empty buckets.
    #[must_use]
    pub fn new(rate: Rate) -> Self {
        Self { rate, empty_at: HashMap::new() }
    }

    /// Counts with `rate` from now on.
    pub fn set_rate(&mut self, rate: Rate) {
        self.rate = rate;
    }

    /// Counts one event of `key` at `now`.
    ///
    /// # Errors
    /// If there were too many: the time after which the next one is admitted. A refused event does not count.
    pub fn take(&mut self, key: K, now: Moment) -> Result<(), Duration> {
        let interval = self.rate.interval();
        let filled_until = self.empty_at.get(&key).map_or(now, |empty_at| (*empty_at).max(now)) + interval;
        let wait = filled_until.since(now).saturating_sub(self.rate.per);
        if !wait.is_zero() {
            return Err(wait);
        }
        if self.empty_at.len() >= BUCKETS {
            self.prune(now);
        }
        self.empty_at.insert(key, filled_until);
        Ok(())
    }

    fn prune(&mut self, now: Moment) {
        self.empty_at.retain(|_, empty_at| *empty_at > now);
        if self.empty_at.len() < BUCKETS {
            return;
        }
        let mut moments: Vec<Moment> = self.empty_at.values().copied().collect();
        let middle = moments.len() / 2;
        let (_, median, _) = moments.select_nth_unstable(middle);
        let median = *median;
        let mut over = self.empty_at.len() - middle;
        self.empty_at.retain(|_, empty_at| {
            let goes = over > 0 && *empty_at <= median;
            over -= usize::from(goes);
            !goes
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_buckets_stays_bounded_and_keeps_the_fullest() {
        let mut buckets = Buckets::new(Rate::hourly(10));
        let now = Moment::START;
        for _ in 0..10 {
            buckets.take(u64::MAX, now).expect("ten an hour");
        }
        for key in 0..3 * BUCKETS as u64 {
            buckets.take(key, now).expect("each key is new");
            assert!(buckets.empty_at.len() <= BUCKETS);
        }
        assert!(buckets.take(u64::MAX, now).is_err(), "the one that asked most is still known");
    }

    #[test]
    fn mapped_addresses_are_the_ipv4_they_map() {
        let plain: IpAddr = "192.0.2.7".parse().expect("an address");
        let mapped: IpAddr = "::ffff:192.0.2.200".parse().expect("an address");
        assert_eq!(Network::site(plain), Network::site(mapped));
        assert_eq!(Network::link(plain), Network::site(plain));
    }
}
