//! Where a code leads: the hosts that may be the right one, as nodes name them or the local network announces them.

use entraide_common::ids::{PeerKey, Plate};
use entraide_common::invitation::code::Entered;
use entraide_common::wire::directory::Place;
use futures::future::join_all;
use libp2p::Multiaddr;
use tracing::info;

use crate::app::meeting::Meet;
use crate::config::Node;
use crate::exit::End;
use crate::net::{Neighbour, Net, NetError};

/// A host that may be the right one, and what leads to it.
pub(super) enum Lead {
    /// A node names it.
    Over { host: PeerKey, node: Multiaddr },
    /// It is announced on the local network.
    Near(Neighbour),
}

impl Lead {
    /// Who it is said to be.
    pub(super) const fn host(&self) -> PeerKey {
        match self {
            Self::Over { host, .. } | Self::Near(Neighbour { host, .. }) => *host,
        }
    }

    /// What it means that it does not answer.
    pub(super) const fn unreachable(&self) -> End {
        match self {
            Self::Over { .. } => End::HostUnreachable,
            Self::Near(_) => End::NeighbourUnreachable,
        }
    }

    /// Connects to it.
    pub(super) async fn follow(&self, net: &Net) -> Result<(), NetError> {
        match self {
            Self::Over { host, node } => net.reach(node, *host).await,
            Self::Near(neighbour) => net.reach_neighbour(neighbour).await,
        }
    }
}

/// Where the host of a code is met.
///
/// # Errors
/// At a node, and none is known.
pub(super) fn meet(entered: &Entered, nodes: &[Node]) -> Result<Meet, End> {
    if entered.code.plate().is_local() {
        return Ok(Meet::Here);
    }
    let nodes = named(nodes, entered.node.as_deref());
    if nodes.is_empty() { Err(End::NoNode) } else { Ok(Meet::AtNodes(nodes)) }
}

/// The nodes a code is looked up at: the one that was said after the code, if it is among them, else all.
fn named(nodes: &[Node], said: Option<&str>) -> Vec<Node> {
    let Some(said) = said else { return nodes.to_vec() };
    let is_it =
        |node: &&Node| node.address.iter().any(|part| part.to_string().ends_with(&format!("/{said}")));
    let found: Vec<Node> = nodes.iter().filter(is_it).cloned().collect();
    if found.is_empty() { nodes.to_vec() } else { found }
}

/// The stage of looking there.
pub(super) const fn stage(meet: &Meet) -> &'static str {
    match meet {
        Meet::AtNodes(_) => "looking-up",
        Meet::Here => "looking-around",
    }
}

/// The hosts that wait there under that number, each once.
///
/// # Errors
/// There is none, or nobody could be asked.
pub(super) async fn find(net: &Net, meet: &Meet, plate: Plate) -> Result<Vec<Lead>, End> {
    match meet {
        Meet::AtNodes(nodes) => look_up(net, nodes, plate).await,
        Meet::Here => look_around(net, plate).await,
    }
}

/// The hosts that the nodes name for the code, each once.
async fn look_up(net: &Net, nodes: &[Node], plate: Plate) -> Result<Vec<Lead>, End> {
    let place = Place::Plate(plate);
    let answers =
        join_all(nodes.iter().map(|node| async move { (node, net.lookup(&node.address, place).await) }));
    let mut hosts: Vec<Lead> = Vec::new();
    let mut silent = None;
    let mut answered = false;
    for (node, answer) in answers.await {
        match answer {
            Ok(Some(host)) if hosts.iter().all(|known| known.host() != host) => {
                hosts.push(Lead::Over { host, node: node.address.clone() });
            }
            Ok(_) => answered = true,
            Err(error) => {
                info!(node = %node.address, %error, "a node did not answer");
                silent = Some(End::from(&error));
            }
        }
    }
    match silent {
        Some(end) if hosts.is_empty() && !answered => Err(end),
        _ if hosts.is_empty() => Err(End::NothingFound),
        _ => Ok(hosts),
    }
}

/// The hosts that are announced for the code on the local network.
async fn look_around(net: &Net, plate: Plate) -> Result<Vec<Lead>, End> {
    let around = net.look_around(plate).await.map_err(|error| End::from(&error))?;
    if around.is_empty() { Err(End::NobodyHere) } else { Ok(around.into_iter().map(Lead::Near).collect()) }
}
