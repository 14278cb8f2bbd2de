//! How many circuits are under way, as far as the relay's events tell.

use std::collections::HashMap;

use libp2p::PeerId;

/// Circuits by source and destination.
#[derive(Debug, Default)]
pub(super) struct Circuits(HashMap<(PeerId, PeerId), usize>);

impl Circuits {
    pub(super) fn count(&self) -> usize {
        self.0.values().sum()
    }

    pub(super) fn opened(&mut self, source: PeerId, destination: PeerId) {
        *self.0.entry((source, destination)).or_default() += 1;
    }

    /// libp2p may say this twice for one circuit, once from each end: a count never goes below none.
    pub(super) fn closed(&mut self, source: PeerId, destination: PeerId) {
        if let Some(count) = self.0.get_mut(&(source, destination)) {
            *count -= 1;
            if *count == 0 {
                self.0.remove(&(source, destination));
            }
        }
    }
}
