//! The host's places at its rendezvous nodes: the same number at each of them, so that one may die.

use std::time::{Duration, Instant};

use entraide_common::ids::{PeerKey, Plate};
use entraide_common::invitation::MeetingPlace;
use entraide_common::limits;
use entraide_common::wire::directory::{Claim, Claimed, Decline, Place, Want};
use futures::future::join_all;
use libp2p::Multiaddr;
use libp2p::multiaddr::Protocol;
use tracing::{info, warn};

use crate::config::Node;
use crate::net::{DirectoryError, Net, NetError};

/// How often another number is tried when the one from the first node is taken at another.
const NUMBERS: usize = 5;

/// A number that this host holds at one node or more. INVARIANT: `held` is not empty.
#[derive(Debug)]
pub struct Meeting {
    plate: Plate,
    held: Vec<Held>,
    renew_at: Instant,
}

#[derive(Debug, Clone)]
struct Held {
    node: Node,
    claimed: Claimed,
}

/// Attends all nodes at once and claims one number at all that answer.
///
/// # Errors
/// No node answered, or none had room; the last reason.
pub async fn claim(net: &Net, nodes: &[Node]) -> Result<Meeting, DirectoryError> {
    let attended =
        join_all(nodes.iter().map(|node| async move { (node, net.attend(&node.address).await) })).await;
    let mut silence = NetError::Stopped;
    let mut there = Vec::new();
    for (node, result) in attended {
        match result {
            Ok(()) => there.push(node),
            Err(error) => {
                warn!(node = %node.address, %error, "a node does not answer");
                silence = error;
            }
        }
    }
    let Some((first, others)) = there.split_first() else { return Err(silence.into()) };
    for _ in 0..NUMBERS {
        if let Some(meeting) = claim_one_number(net, first, others).await? {
            return Ok(meeting);
        }
    }
    // No number was free everywhere: the first node alone still makes a meeting.
    let claimed = net.claim(&first.address, ask(Want::Any)).await?;
    Meeting::new(vec![Held { node: (*first).clone(), claimed }])
}

/// One number at the first node and all others, or nothing if another has given it away already.
async fn claim_one_number(
    net: &Net,
    first: &Node,
    others: &[&Node],
) -> Result<Option<Meeting>, DirectoryError> {
    let claimed = net.claim(&first.address, ask(Want::Any)).await?;
    let mut held = vec![Held { node: first.clone(), claimed }];
    let Place::Plate(plate) = claimed.place else { return Err(DirectoryError::Declined(Decline::NotYours)) };
    for &node in others {
        match net.claim(&node.address, ask(Want::Number(plate))).await {
            Ok(claimed) => held.push(Held { node: node.clone(), claimed }),
            Err(DirectoryError::Declined(Decline::Taken)) => {
                withdraw(net, &held).await;
                return Ok(None);
            }
            Err(error) => warn!(node = %node.address, %error, "a node gives no place"),
        }
    }
    Meeting::new(held).map(Some)
}

impl Meeting {
    fn new(held: Vec<Held>) -> Result<Self, DirectoryError> {
        let Some(Held { claimed: Claimed { place: Place::Plate(plate), .. }, .. }) = held.first() else {
            return Err(DirectoryError::Declined(Decline::NotYours));
        };
        let (plate, renew_at) = (*plate, next_renewal(&held));
        Ok(Self { plate, held, renew_at })
    }

    /// The number.
    #[must_use]
    pub fn plate(&self) -> Plate {
        self.plate
    }

    /// The nodes for the invitation.
    #[must_use]
    pub fn places(&self) -> Vec<MeetingPlace> {
        self.held.iter().filter_map(|held| place(&held.node)).take(limits::NODES).collect()
    }

    /// What has to be said after the code. Nothing is shipped with the program yet, so a helper has the node from
    /// the host or from whoever set both up, and its name is said if it has one.
    #[must_use]
    pub fn spoken_node(&self) -> Option<String> {
        let name = |part: Protocol<'_>| match part {
            Protocol::Dns(name) | Protocol::Dns4(name) | Protocol::Dns6(name) => Some(format!("@{name}")),
            _ => None,
        };
        self.held.first().and_then(|held| held.node.address.iter().find_map(name))
    }

    /// When to call [`Meeting::renew`].
    #[must_use]
    pub fn renewal(&self) -> Instant {
        self.renew_at
    }

    /// Keeps the number for as long again. A node that no longer knows it is left out from then on.
    pub async fn renew(&mut self, net: &Net) {
        for held in &mut self.held {
            match net.renew(&held.node.address, held.claimed).await {
                Ok(claimed) => held.claimed = claimed,
                Err(error) => info!(node = %held.node.address, %error, "a claim was not renewed"),
            }
        }
        self.renew_at = next_renewal(&self.held);
    }

    /// Gives the number back.
    pub async fn leave(&self, net: &Net) {
        withdraw(net, &self.held).await;
    }
}

async fn withdraw(net: &Net, held: &[Held]) {
    for held in held {
        // A node that does not hear it forgets the number by itself.
        if let Err(error) = net.withdraw(&held.node.address, held.claimed.place).await {
            info!(node = %held.node.address, %error, "a claim was not given back");
        }
    }
}

fn ask(want: Want) -> Claim {
    Claim { want, ttl: limits::CODE_TOTAL }
}

/// Half of the shortest time granted, so that one lost answer costs nothing.
fn next_renewal(held: &[Held]) -> Instant {
    let shortest = held.iter().map(|held| held.claimed.ttl).min().unwrap_or(limits::CODE_IDLE);
    Instant::now() + (shortest / 2).max(Duration::from_secs(1))
}

fn place(node: &Node) -> Option<MeetingPlace> {
    let address: Multiaddr = node.address.iter().filter(|part| !matches!(part, Protocol::P2p(_))).collect();
    Some(MeetingPlace { node: PeerKey::from_peer_id(&node.peer)?, address: address.to_string() })
}
