//! How often one network may have the relay work for it. Whom a circuit may lead to is the registry's to say.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use libp2p::relay::RateLimiter;
use libp2p::{Multiaddr, PeerId};

use super::Clock;
use crate::limits::Limits;
use crate::quota::{Buckets, Network, Rate, ip_of};

/// A bucket for each network. Shared with the closures that libp2p's relay asks.
#[derive(Debug, Clone)]
pub struct Admission {
    clock: Clock,
    reservations: SharedBuckets,
    circuits: SharedBuckets,
}

type SharedBuckets = Arc<Mutex<Buckets<Network>>>;

impl Admission {
    /// Empty buckets of the sizes in `limits`.
    #[must_use]
    pub fn new(limits: &Limits, clock: Clock) -> Self {
        let buckets = |events| Arc::new(Mutex::new(Buckets::new(Rate::hourly(events))));
        Self {
            clock,
            reservations: buckets(limits.reservations_per_hour),
            circuits: buckets(limits.circuits_per_hour),
        }
    }

    /// Takes over what a reload may change.
    pub fn set_limits(&self, limits: &Limits) {
        lock(&self.reservations).set_rate(Rate::hourly(limits.reservations_per_hour));
        lock(&self.circuits).set_rate(Rate::hourly(limits.circuits_per_hour));
    }

    /// Says whether a network may reserve once more.
    pub(super) fn of_reservations(&self) -> Box<dyn RateLimiter> {
        self.limiter(&self.reservations)
    }

    /// Says whether a network may ask for one more circuit.
    pub(super) fn of_circuits(&self) -> Box<dyn RateLimiter> {
        self.limiter(&self.circuits)
    }

    fn limiter(&self, buckets: &SharedBuckets) -> Box<dyn RateLimiter> {
        let (clock, buckets) = (self.clock, buckets.clone());
        Box::new(move |_: PeerId, address: &Multiaddr, now: Instant| {
            let ip = ip_of(address);
            ip.is_some_and(|ip| lock(&buckets).take(Network::site(ip), clock.at(now)).is_ok())
        })
    }
}

fn lock(buckets: &SharedBuckets) -> MutexGuard<'_, Buckets<Network>> {
    // A bucket is never left half changed, so one that a panicking thread held is as good as any.
    buckets.lock().unwrap_or_else(PoisonError::into_inner)
}
