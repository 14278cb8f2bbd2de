//! The host's places at its rendezvous nodes: the same number at each of them, so that one may die. Or its place on the
//! local network, where no node is asked.
//!
//! **Life.** [`claim`] finds a number, [`announce`] draws one for the local network. From then on a task of its own keeps it: it renews the claims in time, and makes
//! those again that went with a lost reservation, as [`Meeting::hear`] tells it. [`Meeting::leave`] gives the number
//! back; so does dropping, which does not wait for it.
//!
//! Left to others: what becomes of a code whose number is [`Standing::Gone`].

mod keeper;
mod way_back;

use std::time::Duration;

use entraide_common::ids::{PeerKey, Plate};
use entraide_common::invitation::MeetingPlace;
use entraide_common::limits;
use entraide_common::wire::directory::{Claim, Decline, Place, Want};
use futures::future::join_all;
use libp2p::Multiaddr;
use libp2p::multiaddr::Protocol;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};
use tracing::{info, warn};

use super::clock::SystemChance;
use crate::config::Node;
use crate::net::{Announcement, DirectoryError, Net, NetError, NodeState};
use crate::ui::model::Whereabouts;
use keeper::{Held, Keeper};
pub use way_back::WayBack;

/// How often another number is tried when the one from the first node is taken at another.
const NUMBERS: usize = 5;

/// How long giving a number back may take: a node that does not hear it forgets the number by itself.
const GOODBYE: Duration = Duration::from_secs(2);

/// Whether helpers find this host by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// At one node or more.
    Held,
    /// At none now: they are out of reach, and asked again.
    OutOfReach,
    /// No more: another host has the number.
    Gone,
}

/// Where host and helper meet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Meet {
    /// At the nodes of the settings.
    #[default]
    AtNodes,
    /// On the local network; no node is asked.
    Here,
}

/// A number that is being kept.
#[derive(Debug)]
pub struct Meeting {
    plate: Plate,
    places: Vec<MeetingPlace>,
    whereabouts: Whereabouts,
    news: mpsc::Sender<(Multiaddr, NodeState)>,
    standing: watch::Receiver<Standing>,
    kept: JoinHandle<()>,
    leave: DropGuard,
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
    let (plate, held) = claim_some_number(net, first, others).await?;
    let is_held = |node: &&&Node| held.iter().any(|held| held.node == ***node);
    for node in there.iter().filter(|node| !is_held(node)) {
        net.leave(&node.address).await;
    }
    Ok(Meeting::keep(net, plate, held))
}

/// Announces this host on the local network, and there alone.
///
/// # Errors
/// [`NetError::NoNetwork`], [`NetError::System`].
pub async fn announce(net: &Net) -> Result<Meeting, NetError> {
    let plate = Plate::draw_local(&mut SystemChance);
    let announcement = net.announce(plate).await?;
    Ok(Meeting::announced(plate, announcement))
}

/// A number that is free at all of them or, if there is none soon, at the first.
async fn claim_some_number(
    net: &Net,
    first: &Node,
    others: &[&Node],
) -> Result<(Plate, Vec<Held>), DirectoryError> {
    for _ in 0..NUMBERS {
        if let Some(held) = claim_one_number(net, first, others).await? {
            return Ok(held);
        }
    }
    let claimed = net.claim(&first.address, ask(Want::Any)).await?;
    let Place::Plate(plate) = claimed.place else { return Err(DirectoryError::Declined(Decline::NotYours)) };
    Ok((plate, vec![Held::new(first.clone(), claimed)]))
}

/// One number at the first node and all others, or nothing if another has given it away already.
async fn claim_one_number(
    net: &Net,
    first: &Node,
    others: &[&Node],
) -> Result<Option<(Plate, Vec<Held>)>, DirectoryError> {
    let claimed = net.claim(&first.address, ask(Want::Any)).await?;
    let Place::Plate(plate) = claimed.place else { return Err(DirectoryError::Declined(Decline::NotYours)) };
    let claims = others
        .iter()
        .map(|&node| async move { (node, net.claim(&node.address, ask(Want::Number(plate))).await) });
    let mut held = vec![Held::new(first.clone(), claimed)];
    let mut taken = false;
    for (node, answer) in join_all(claims).await {
        match answer {
            Ok(claimed) => held.push(Held::new(node.clone(), claimed)),
            Err(DirectoryError::Declined(Decline::Taken)) => taken = true,
            Err(error) => warn!(node = %node.address, %error, "a node gives no place"),
        }
    }
    if taken {
        keeper::withdraw(net, &held).await;
        return Ok(None);
    }
    Ok(Some((plate, held)))
}

impl Meeting {
    fn keep(net: &Net, plate: Plate, held: Vec<Held>) -> Self {
        let places = held.iter().filter_map(|held| place(&held.node)).take(limits::NODES).collect();
        let whereabouts = held.first().and_then(|held| name(&held.node));
        let whereabouts = whereabouts.map_or(Whereabouts::Known, Whereabouts::Node);
        let (news, heard) = mpsc::channel(limits::NET_EVENTS);
        let (shown, standing) = watch::channel(Standing::Held);
        let stop = CancellationToken::new();
        let keeper = Keeper::new(net.clone(), plate, held, heard, shown);
        let kept = tokio::spawn(keeper.run(stop.clone()));
        Self { plate, places, whereabouts, news, standing, kept, leave: stop.drop_guard() }
    }

    /// An announcement loses its number to nobody, and no node has news of it.
    fn announced(plate: Plate, announcement: Announcement) -> Self {
        let (news, _) = mpsc::channel(1);
        let (shown, standing) = watch::channel(Standing::Held);
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let kept = tokio::spawn(async move {
            stopped.cancelled().await;
            announcement.end().await;
            drop(shown);
        });
        let (places, leave) = (Vec::new(), stop.drop_guard());
        Self { plate, places, whereabouts: Whereabouts::Here, news, standing, kept, leave }
    }

    /// The number.
    #[must_use]
    pub fn plate(&self) -> Plate {
        self.plate
    }

    /// The nodes for the invitation.
    #[must_use]
    pub fn places(&self) -> Vec<MeetingPlace> {
        self.places.clone()
    }

    /// What has to be said with the code. Nothing is shipped with the program yet, so a helper has the node from
    /// the host or from whoever set both up, and its name is said if it has one.
    #[must_use]
    pub fn whereabouts(&self) -> Whereabouts {
        self.whereabouts.clone()
    }

    /// Tells how an attended node is. What is lost in a flood of such news is found out at the next renewal.
    pub fn hear(&self, node: Multiaddr, state: NodeState) {
        if self.news.try_send((node, state)).is_err() {
            info!("news of a node were dropped");
        }
    }

    /// Whether helpers find this host by the number, as far as is known.
    #[must_use]
    pub fn standing(&self) -> Standing {
        *self.standing.borrow()
    }

    /// Waits until [`Meeting::standing`] says something else.
    pub async fn changed(&mut self) {
        if self.standing.changed().await.is_err() {
            // The keeper ends when it is told to, or with the runtime.
            std::future::pending::<()>().await;
        }
    }

    /// Gives the number back, in two seconds or not at all.
    pub async fn leave(self) {
        drop(self.leave);
        if timeout(GOODBYE, self.kept).await.is_err() {
            info!("a number was not given back in time");
        }
    }
}

fn ask(want: Want) -> Claim {
    Claim { want, ttl: limits::CODE_TOTAL }
}

/// The name that is said of a node, if it has one.
fn name(node: &Node) -> Option<String> {
    node.address.iter().find_map(|part| match part {
        Protocol::Dns(name) | Protocol::Dns4(name) | Protocol::Dns6(name) => Some(format!("@{name}")),
        _ => None,
    })
}

fn place(node: &Node) -> Option<MeetingPlace> {
    let address: Multiaddr = node.address.iter().filter(|part| !matches!(part, Protocol::P2p(_))).collect();
    Some(MeetingPlace { node: PeerKey::from_peer_id(&node.peer)?, address: address.to_string() })
}
