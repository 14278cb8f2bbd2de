//! The helper replaces a circuit before the node ends it, which says beforehand how long it lasts and how much it carries.
//!
//! One that has had most of its time or half of its bytes counts as missing ([`super::mending`]): another is opened, the
//! session's lanes move to it as to any better path, and then the old one is let go of.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use libp2p::multiaddr::Protocol as Part;
use libp2p::swarm::ConnectionId;
use libp2p::{Multiaddr, PeerId};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{Done, Driver};
use crate::net::counted::Meter;

/// What a node gives to one circuit.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Grant {
    pub(super) time: Option<Duration>,
    /// Both ways together, as the node counts: all that wraps ours included.
    pub(super) bytes: Option<u64>,
}

impl Grant {
    /// When it is time for another one: a quarter before the end, so that several tries have room.
    fn renewal(self) -> Option<Duration> {
        self.time.map(|time| time / 4 * 3)
    }

    /// After how many bytes of ours it is: what wraps them, and a picture that moves meanwhile, have as much again.
    pub(super) fn mark(self) -> Option<u64> {
        self.bytes.map(|bytes| bytes / 2)
    }
}

/// What each node gives to a circuit, as it said last.
#[derive(Debug, Default)]
pub(super) struct Grants(HashMap<PeerId, Grant>);

impl Grants {
    pub(super) fn says(&mut self, node: PeerId, grant: Grant) {
        self.0.insert(node, grant);
    }

    /// What the circuit has that was dialled there.
    pub(super) fn of(&self, circuit: &Multiaddr) -> Grant {
        let node = circuit.iter().find_map(|part| match part {
            Part::P2p(node) => Some(node),
            _ => None,
        });
        node.and_then(|node| self.0.get(&node)).copied().unwrap_or_default()
    }
}

impl Driver {
    /// Tells when a circuit that has been granted so much grows old, until the guard is dropped.
    pub(super) fn watch_age(
        &mut self,
        peer: PeerId,
        connection: ConnectionId,
        grant: Grant,
        meter: Arc<Meter>,
    ) -> DropGuard {
        let gone = CancellationToken::new();
        let guard = gone.clone().drop_guard();
        self.tasks.push(Box::pin(async move {
            let time = async {
                match grant.renewal() {
                    Some(time) => tokio::time::sleep(time).await,
                    None => std::future::pending().await,
                }
            };
            let old = async {
                tokio::select! {
                    () = time => {}
                    () = meter.reached() => {}
                }
            };
            match gone.run_until_cancelled(old).await {
                Some(()) => Done::Old { peer, connection },
                None => Done::Finished,
            }
        }));
        guard
    }
}
