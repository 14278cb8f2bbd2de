//! Telling a proven peer where we are, and hearing where it is, for as long as that changes: a router may open a port
//! a second after the session has begun.

use entraide_common::limits;
use entraide_common::wire::addresses::{Address, Addresses};
use libp2p::Multiaddr;
use libp2p::swarm::Stream;
use tokio::sync::watch;

use super::candidates;
use super::frames::{Reading, Writing};

/// One side's end of it.
pub(super) struct Exchange {
    stream: Stream,
    reading: Reading,
    writing: Writing,
    own: watch::Receiver<Vec<Multiaddr>>,
    /// Whether the peer is on this computer.
    loopback: bool,
    told: Option<Vec<Address>>,
    times_told: usize,
    times_heard: usize,
}

impl Exchange {
    /// On `stream`; `own` are all addresses of this computer, of which is told what may be.
    pub(super) fn new(stream: Stream, own: watch::Receiver<Vec<Multiaddr>>, loopback: bool) -> Self {
        let (reading, writing) = (Reading::default(), Writing::default());
        Self { stream, reading, writing, own, loopback, told: None, times_told: 0, times_heard: 0 }
    }

    /// Tells what is new until the peer does. `None` when the peer has ended it, or told too often.
    pub(super) async fn next(mut self) -> Option<(Vec<Address>, Self)> {
        if self.times_heard == limits::ADDRESSES_TOLD {
            return None;
        }
        loop {
            self.tell().await?;
            let more = self.times_told < limits::ADDRESSES_TOLD;
            tokio::select! {
                heard = self.reading.message(&mut self.stream) => {
                    let Ok(Some(Addresses::Mine(addresses))) = heard else { return None };
                    self.times_heard += 1;
                    return Some((addresses, self));
                }
                Ok(()) = self.own.changed(), if more => {}
            }
        }
    }

    async fn tell(&mut self) -> Option<()> {
        let mine = candidates::to_tell(self.own.borrow_and_update().iter(), self.loopback);
        if self.told.as_ref() == Some(&mine) {
            return Some(());
        }
        self.writing.message(&mut self.stream, &Addresses::Mine(mine.clone())).await.ok()?;
        self.told = Some(mine);
        self.times_told += 1;
        Some(())
    }
}
