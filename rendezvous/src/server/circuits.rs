//! How many circuits are under way, and to whom, as far as the relay's events tell.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use entraide_common::time::Moment;
use libp2p::PeerId;

/// How long a circuit that was let in may take to be opened. Not every one that fails is told of.
const OPENING: Duration = Duration::from_secs(10);

/// Circuits by source and destination.
#[derive(Debug, Default)]
pub(super) struct Circuits {
    open: HashMap<(PeerId, PeerId), usize>,
    to: HashMap<PeerId, usize>,
    /// Those that were let in and are not open yet, the oldest first.
    opening: VecDeque<(Moment, PeerId, PeerId)>,
}

impl Circuits {
    pub(super) fn count(&self) -> usize {
        self.open.values().sum()
    }

    /// How many lead to `destination`, those included that are being opened.
    pub(super) fn count_to(&mut self, destination: PeerId, now: Moment) -> usize {
        while self.opening.front().is_some_and(|(since, ..)| now.since(*since) >= OPENING) {
            self.opening.pop_front();
        }
        let opening = self.opening.iter().filter(|(.., to)| *to == destination).count();
        self.to.get(&destination).copied().unwrap_or_default() + opening
    }

    /// One was let in.
    pub(super) fn admitted(&mut self, source: PeerId, destination: PeerId, now: Moment) {
        self.opening.push_back((now, source, destination));
    }

    pub(super) fn opened(&mut self, source: PeerId, destination: PeerId) {
        let place = self.opening.iter().position(|(_, from, to)| (*from, *to) == (source, destination));
        place.and_then(|place| self.opening.remove(place));
        *self.open.entry((source, destination)).or_default() += 1;
        *self.to.entry(destination).or_default() += 1;
    }

    /// libp2p may say this twice for one circuit, once from each end: a count never goes below none.
    pub(super) fn closed(&mut self, source: PeerId, destination: PeerId) {
        if one_less(&mut self.open, (source, destination)) {
            one_less(&mut self.to, destination);
        }
    }
}

/// Counts one less; false if there was none.
fn one_less<K: std::hash::Hash + Eq>(counts: &mut HashMap<K, usize>, key: K) -> bool {
    let Some(count) = counts.get_mut(&key) else { return false };
    *count -= 1;
    if *count == 0 {
        counts.remove(&key);
    }
    true
}
