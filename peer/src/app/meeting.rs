//! The host's places at its rendezvous nodes: the same number at each of them, so that one may die. Or its place on the
//! local network, where no node is asked.
//!
//! **Life.** [`begin`] finds a number, or draws one for the local network, where it is announced from then on. At nodes
//! a task of its own keeps it: it renews the claims in time, and makes those again that went with a lost reservation,
//! as [`Meeting::hear`] tells it. [`Meeting::leave`] gives the number back; so does dropping, which does not wait for it.
//!
//! Left to others: what becomes of a code whose number is [`Standing::Gone`].

mod keeper;
mod way_back;

use std::time::Duration;

use entraide_common::ids::{PeerKey, Plate};
use entraide_common::invitation::MeetingPlace;
use entraide_common::limits;
use entraide_common::wire::WireError;
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meet {
    /// At these nodes.
    AtNodes(Vec<Node>),
    /// On the local network; no node is asked.
    Here,
}

impl Meet {
    /// The nodes that are spoken to.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        match self {
            Self::AtNodes(nodes) => nodes,
            Self::Here => &[],
        }
    }
}

/// A number that is being kept.
#[derive(Debug)]
pub struct Meeting {
    plate: Plate,
    kept: Kept,
}

/// How it is kept.
#[derive(Debug)]
enum Kept {
    AtNodes(Claimed),
    /// An announcement loses its number to nobody, and no node has news of it.
    Here(Announcement),
}

/// A number that nodes gave.
#[derive(Debug)]
struct Claimed {
    places: Vec<MeetingPlace>,
    whereabouts: Whereabouts,
    news: mpsc::Sender<(Multiaddr, NodeState)>,
    standing: watch::Receiver<Standing>,
    keeping: JoinHandle<()>,
    leave: DropGuard,
}

/// A number where host and helper meet.
///
/// # Errors
/// No node answered, or none had room; the last reason. For a local network as [`Net::announce`].
pub async fn begin(net: &Net, meet: &Meet) -> Result<Meeting, DirectoryError> {
    match meet {
        Meet::AtNodes(nodes) => claim(net, nodes).await,
        Meet::Here => Ok(announce(net).await?),
    }
}

/// Attends all nodes at once and claims one number at all that answer.
async fn claim(net: &Net, nodes: &[Node]) -> Result<Meeting, DirectoryError> {
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
async fn announce(net: &Net) -> Result<Meeting, NetError> {
    let plate = Plate::draw_local(&mut SystemChance);
    Ok(Meeting { plate, kept: Kept::Here(net.announce(plate).await?) })
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
    let (plate, held) = claim_any_number(net, first).await?;
    Ok((plate, vec![held]))
}

/// One number at the first node and all others, or nothing if another has given it away already.
async fn claim_one_number(
    net: &Net,
    first: &Node,
    others: &[&Node],
) -> Result<Option<(Plate, Vec<Held>)>, DirectoryError> {
    let (plate, first) = claim_any_number(net, first).await?;
    let claims = others
        .iter()
        .map(|&node| async move { (node, net.claim(&node.address, ask(Want::Number(plate))).await) });
    let mut held = vec![first];
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

/// Whatever number the node gives, which may be none of those that are for local networks: it would be looked for there.
async fn claim_any_number(net: &Net, node: &Node) -> Result<(Plate, Held), DirectoryError> {
    let claimed = net.claim(&node.address, ask(Want::Any)).await?;
    match claimed.place {
        Place::Plate(plate) if !plate.is_local() => Ok((plate, Held::new(node.clone(), claimed))),
        Place::Plate(_) | Place::Tag(_) => {
            let rule = "a number that no node gives";
            Err(NetError::Protocol(WireError::Rule { what: "response", rule }).into())
        }
    }
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
        let keeping = tokio::spawn(keeper.run(stop.clone()));
        let leave = stop.drop_guard();
        Self { plate, kept: Kept::AtNodes(Claimed { places, whereabouts, news, standing, keeping, leave }) }
    }

    /// The number.
    #[must_use]
    pub fn plate(&self) -> Plate {
        self.plate
    }

    /// The nodes for the invitation.
    #[must_use]
    pub fn places(&self) -> Vec<MeetingPlace> {
        match &self.kept {
            Kept::AtNodes(claimed) => claimed.places.clone(),
            Kept::Here(_) => Vec::new(),
        }
    }

    /// What has to be said with the code. Nothing is shipped with the program yet, so a helper has the node from
    /// the host or from whoever set both up, and its name is said if it has one.
    #[must_use]
    pub fn whereabouts(&self) -> Whereabouts {
        match &self.kept {
            Kept::AtNodes(claimed) => claimed.whereabouts.clone(),
            Kept::Here(_) => Whereabouts::Here,
        }
    }

    /// Tells how an attended node is. What is lost in a flood of such news is found out at the next renewal.
    pub fn hear(&self, node: Multiaddr, state: NodeState) {
        if let Kept::AtNodes(claimed) = &self.kept
            && claimed.news.try_send((node, state)).is_err()
        {
            info!("news of a node were dropped");
        }
    }

    /// Whether helpers find this host by the number, as far as is known.
    #[must_use]
    pub fn standing(&self) -> Standing {
        match &self.kept {
            Kept::AtNodes(claimed) => *claimed.standing.borrow(),
            Kept::Here(_) => Standing::Held,
        }
    }

    /// Waits until [`Meeting::standing`] says something else.
    pub async fn changed(&mut self) {
        if let Kept::AtNodes(claimed) = &mut self.kept
            && claimed.standing.changed().await.is_ok()
        {
            return;
        }
        // The keeper ends when it is told to, or with the runtime.
        std::future::pending::<()>().await;
    }

    /// Gives the number back, in two seconds or not at all.
    pub async fn leave(self) {
        match self.kept {
            Kept::AtNodes(Claimed { keeping, leave, .. }) => {
                drop(leave);
                if timeout(GOODBYE, keeping).await.is_err() {
                    info!("a number was not given back in time");
                }
            }
            Kept::Here(announcement) => announcement.end().await,
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
