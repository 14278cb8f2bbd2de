//! Keeps a number at the nodes that gave it, until told to give it back.

use std::time::Duration;

use entraide_common::ids::Plate;
use entraide_common::limits;
use entraide_common::wire::directory::{Claimed, Decline, Want};
use futures::future::join_all;
use libp2p::Multiaddr;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::{GOODBYE, Standing, ask};
use crate::config::Node;
use crate::net::{DirectoryError, Net, NodeState};

/// How long a node that does not hold the number is left alone. News that it is back cut the wait short.
const RETRY: Duration = Duration::from_secs(60);

/// A claim at a node.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) node: Node,
    claimed: Claimed,
    /// Whether the node holds it, as far as is known.
    stands: bool,
    /// When the node is asked again.
    due: Instant,
}

impl Held {
    pub(super) fn new(node: Node, claimed: Claimed) -> Self {
        Self { node, claimed, stands: true, due: renewal(claimed) }
    }

    fn lost(self) -> Self {
        Self { stands: false, due: Instant::now() + RETRY, ..self }
    }
}

/// Half of the time granted, so that one lost answer costs nothing.
fn renewal(claimed: Claimed) -> Instant {
    Instant::now() + (claimed.ttl / 2).max(Duration::from_secs(1))
}

pub(super) struct Keeper {
    net: Net,
    plate: Plate,
    held: Vec<Held>,
    /// Whether a node has given the number to another host.
    taken: bool,
    heard: mpsc::Receiver<(Multiaddr, NodeState)>,
    shown: watch::Sender<Standing>,
}

impl Keeper {
    pub(super) fn new(
        net: Net,
        plate: Plate,
        held: Vec<Held>,
        heard: mpsc::Receiver<(Multiaddr, NodeState)>,
        shown: watch::Sender<Standing>,
    ) -> Self {
        Self { net, plate, held, taken: false, heard, shown }
    }

    /// Keeps the number until `stop`, then gives it back.
    pub(super) async fn run(mut self, stop: CancellationToken) {
        stop.run_until_cancelled(self.keep()).await;
        if timeout(GOODBYE, withdraw(&self.net, &self.held)).await.is_err() {
            info!("a node does not hear that a number is given back");
        }
    }

    async fn keep(&mut self) {
        loop {
            self.show();
            let due = self.held.iter().map(|held| held.due).min().unwrap_or_else(|| Instant::now() + RETRY);
            tokio::select! {
                Some((node, state)) = self.heard.recv() => self.hear(&node, state),
                () = sleep_until(due) => self.ask_again().await,
            }
        }
    }

    fn hear(&mut self, node: &Multiaddr, state: NodeState) {
        let Some(held) = self.held.iter_mut().find(|held| held.node.address == *node) else { return };
        match state {
            // The node forgets the claim with the reservation.
            NodeState::Lost => *held = held.clone().lost(),
            NodeState::Attended if !held.stands => held.due = Instant::now(),
            NodeState::Attended => {}
        }
    }

    /// Asks all nodes whose time has come, side by side.
    async fn ask_again(&mut self) {
        let now = Instant::now();
        let answers = join_all(self.held.iter().map(|held| async {
            if held.due > now {
                Some(held.clone())
            } else {
                keep_at(&self.net, self.plate, held.clone()).await
            }
        }));
        let answers = answers.await;
        for (held, _) in self.held.iter().zip(&answers).filter(|(_, answer)| answer.is_none()) {
            self.taken = true;
            // Nobody finds this host there any more, and the node would hang up on it again and again.
            self.net.leave_unless_linked(&held.node.address).await;
        }
        self.held = answers.into_iter().flatten().collect();
    }

    fn show(&self) {
        let standing = if self.held.iter().any(|held| held.stands) {
            Standing::Held
        } else if self.taken {
            Standing::Gone
        } else {
            Standing::OutOfReach
        };
        self.shown.send_if_modified(|shown| std::mem::replace(shown, standing) != standing);
    }
}

/// The claim as it is after asking the node; nothing if another host has the number there.
async fn keep_at(net: &Net, plate: Plate, held: Held) -> Option<Held> {
    let address = &held.node.address;
    let again = net.claim(address, ask(Want::Number(plate)));
    let answer = timeout(limits::DIRECTORY_TIME, async {
        if !held.stands {
            return again.await;
        }
        match net.renew(address, held.claimed).await {
            Err(DirectoryError::Declined(_)) => again.await,
            answer => answer,
        }
    });
    match answer.await {
        Ok(Ok(claimed)) => Some(Held::new(held.node, claimed)),
        Ok(Err(DirectoryError::Declined(Decline::Taken))) => {
            warn!(node = %address, "another host has the number there");
            None
        }
        Ok(Err(error)) => {
            info!(node = %address, %error, "a node does not hold the number");
            Some(held.lost())
        }
        Err(_) => {
            info!(node = %address, "a node was not heard in time");
            Some(held.lost())
        }
    }
}

/// Gives the number back at all nodes at once.
pub(super) async fn withdraw(net: &Net, held: &[Held]) {
    join_all(held.iter().filter(|held| held.stands).map(|held| async move {
        // A node that does not hear it forgets the number by itself.
        if let Err(error) = net.withdraw(&held.node.address, held.claimed.place).await {
            info!(node = %held.node.address, %error, "a claim was not given back");
        }
    }))
    .await;
}
