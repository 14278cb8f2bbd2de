//! Reaching the other side and moving typed messages there, with no opinion about them.
//!
//! # Life
//! [`Net::new`] gives a handle, a [`Driver`] and the events. The driver is a future that the application runs; the
//! handle's calls talk to it. A host [`attend`](Net::attend)s its nodes, claims a plate and waits for
//! [`NetEvent::Pair`]; a helper looks the plate up, [`reach`](Net::reach)es the host over a circuit and
//! [`open_pair`](Net::open_pair)s. When the pairing has proven the other side, both call [`prove`](Net::prove) and
//! link the session: its lanes stand over the circuit and move to a direct connection when there is one.
//!
//! # What it guarantees
//! - **No address before proof.** Until [`prove`](Net::prove) no peer is told an address and none that it told is
//!   dialled, but on a local network, by people who asked for that ([`lan`]): identify and the relay client speak with
//!   nodes only ([`gate`]), DCUtR does not know the circuit ([`punch`]), and the exchange of addresses ([`candidates`])
//!   waits.
//! - A peer is who the transport proved. A session's streams are accepted from its proven peer only.
//! - A lane loses, doubles and reorders nothing when the path changes ([`lane`]). When a path dies its lanes are lost.
//! - A dead path of a proven peer is noticed within two seconds while another stands by, and in four at most ([`pulse`]).
//! - What a session has lost, a direct path or the circuit behind it, is tried for again and again ([`driver`]).
//! - Everything that waits is bounded by a number in [`entraide_common::limits`].
//!
//! # What it leaves to others
//! Who may be proven, when a session ends, what is done when a lane is lost.

mod behaviour;
mod candidates;
mod channel;
mod counted;
mod directory;
mod driver;
mod error;
mod exchange;
mod frames;
mod gate;
mod guess;
mod identity;
mod lan;
mod lane;
mod link;
mod mapping;
mod nat64;
mod networks;
mod path;
mod pulse;
mod punch;
mod quic;
mod streams;
mod stun_server;
mod survey;
mod swarm;

use std::collections::HashSet;
use std::sync::Arc;

use entraide_common::ids::{PeerKey, SessionId};
use entraide_common::limits;
use entraide_common::wire::directory::Request;
use futures::future::join_all;
use libp2p::multiaddr::Protocol as Part;
use libp2p::{Multiaddr, PeerId};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;
use zeroize::Zeroizing;

pub use self::channel::Channel;
pub use self::directory::DirectoryError;
pub use self::driver::Driver;
use self::driver::{Command, Leave, Reply};
pub use self::error::NetError;
pub use self::lan::{Announcement, Neighbour};
pub use self::lane::{LaneError, LaneReceiver, LaneSender};
pub use self::link::{HelperLink, HostLink};
pub use self::path::{Path, PathKind, Transport};
use self::streams::Protocol;
pub use self::survey::{Answer, Ipv4, Ipv6, NodeFound, Opening, Survey, survey};

/// Which side of sessions this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Shows its screen; accepts streams.
    Host,
    /// Looks; opens streams.
    Helper,
}

impl Side {
    const fn other(self) -> Self {
        match self {
            Self::Host => Self::Helper,
            Self::Helper => Self::Host,
        }
    }
}

/// What a peer's network is made of.
pub struct NetConfig {
    /// The seed of the transport's ed25519 key (RFC 8032).
    pub seed: Zeroizing<[u8; 32]>,
    /// All nodes that will be spoken to; each address ends in `/p2p/ID`.
    pub nodes: Vec<Multiaddr>,
    /// Which side this is.
    pub side: Side,
    /// The port to listen on, UDP and TCP; 0 takes any.
    pub listen_port: u16,
    /// Whether the router is asked to open the ports.
    pub map_ports: bool,
}

/// What happens by itself.
#[derive(Debug)]
pub enum NetEvent {
    /// An attended node's reservation stands, or does not.
    Node {
        /// The node's address as it was given.
        address: Multiaddr,
        /// How it is.
        state: NodeState,
    },
    /// A helper wants to be paired.
    Pair(Channel),
    /// The way to a proven or reached peer is another one now.
    Path {
        /// The peer.
        peer: PeerKey,
        /// The way.
        path: Path,
    },
    /// Nothing has come from a proven helper for a while on the path that carries its session. If that lasts, the path is
    /// given up, which ends the lanes.
    Silent {
        /// The peer.
        peer: PeerKey,
    },
    /// No connection of that peer, which was proven or reached, is left.
    Lost {
        /// The peer.
        peer: PeerKey,
    },
}

/// How an attended node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeState {
    /// It holds a reservation: helpers can reach this host over it.
    Attended,
    /// It does not; it is tried again.
    Lost,
}

/// The handle. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Net {
    key: PeerKey,
    nodes: Arc<HashSet<PeerId>>,
    commands: mpsc::Sender<Command>,
    attended: watch::Receiver<Vec<Multiaddr>>,
    /// All addresses of this computer.
    own: watch::Receiver<Vec<Multiaddr>>,
}

impl Net {
    /// A network that does nothing until the driver runs. To be called within a tokio runtime.
    ///
    /// # Errors
    /// [`NetError::UnknownNode`] for an address without a peer id, [`NetError::System`].
    pub fn new(config: NetConfig) -> Result<(Self, Driver, mpsc::Receiver<NetEvent>), NetError> {
        let nodes = config.nodes.iter().map(node_id).collect::<Result<HashSet<_>, _>>()?;
        let nodes = Arc::new(nodes);
        let key = identity::keypair(&config.seed);
        let peer = PeerKey::from_peer_id(&key.public().to_peer_id()).expect("the key is an ed25519 key");
        let ways = swarm::Ways::default();
        let swarm = swarm::build(key, config.side, &nodes, &ways)?;
        let (commands, inbox) = mpsc::channel(limits::NET_COMMANDS);
        let (outbox, events) = mpsc::channel(limits::NET_EVENTS);
        let driver = Driver::new(swarm, &config, nodes.clone(), ways, inbox, outbox);
        let (attended, own) = (driver.attended(), driver.own());
        Ok((Self { key: peer, nodes, commands, attended, own }, driver, events))
    }

    /// Who this side is.
    #[must_use]
    pub fn key(&self) -> PeerKey {
        self.key
    }

    /// Connects to the node and holds a reservation there, so that helpers can reach this host. When it is lost later
    /// it is made again, told by [`NetEvent::Node`].
    ///
    /// # Errors
    /// [`NetError::UnknownNode`], [`NetError::NodeUnreachable`], [`NetError::NodeRefused`], [`NetError::TimedOut`];
    /// nothing is tried again then.
    pub async fn attend(&self, node: &Multiaddr) -> Result<(), NetError> {
        let peer = self.connect(node).await?;
        self.ask(|reply| Command::Attend { node: peer, address: node.clone(), reply }).await
    }

    /// Gives up the reservation at a node, and all connections to it: one that is held for nothing is a burden there.
    pub async fn leave(&self, node: &Multiaddr) {
        self.leave_if(node, Leave::Always).await;
    }

    /// The same, but for a host in a session: its helper may come back over that node.
    pub async fn leave_unless_linked(&self, node: &Multiaddr) {
        self.leave_if(node, Leave::UnlessLinked).await;
    }

    async fn leave_if(&self, node: &Multiaddr, when: Leave) {
        let Ok(node) = node_id(node) else { return };
        // A driver that is gone has left everything.
        let _ = self.ask(|reply| Command::Leave { node, when, reply }).await;
    }

    /// The nodes that hold a reservation of this host now, as they were given to [`Net::attend`].
    #[must_use]
    pub fn attended(&self) -> watch::Receiver<Vec<Multiaddr>> {
        self.attended.clone()
    }

    /// Connects to the host over a circuit of the node, unless there is a connection.
    ///
    /// # Errors
    /// As of [`Net::attend`], and [`NetError::HostUnreachable`].
    pub async fn reach(&self, node: &Multiaddr, host: PeerKey) -> Result<(), NetError> {
        self.connect(node).await?;
        let peer = host.to_peer_id().ok_or_else(|| NetError::HostUnreachable("not a key".to_owned()))?;
        let address = node.clone().with(Part::P2pCircuit).with(Part::P2p(peer));
        self.call(peer, vec![address]).await
    }

    /// The same for a host on a local network, at its addresses there. This tells it where this computer is, as it told
    /// everybody there: on one network that is no secret.
    ///
    /// # Errors
    /// [`NetError::HostUnreachable`], [`NetError::TimedOut`].
    pub async fn reach_neighbour(&self, neighbour: &Neighbour) -> Result<(), NetError> {
        let peer =
            neighbour.host.to_peer_id().ok_or_else(|| NetError::HostUnreachable("not a key".to_owned()))?;
        self.call(peer, neighbour.addresses.clone()).await
    }

    async fn call(&self, peer: PeerId, addresses: Vec<Multiaddr>) -> Result<(), NetError> {
        let reached = self.ask(|reply| Command::Connect { peer, addresses, reply }).await;
        reached.map_err(|error| match error {
            NetError::NodeUnreachable { reason, .. } => NetError::HostUnreachable(reason),
            other => other,
        })
    }

    /// Asks the node for a sign of life on each connection to it, and gives up those on which none comes: the way to it may
    /// be another now. The next call makes others, and a reservation is made again by itself.
    pub async fn check(&self, node: &Multiaddr) {
        let Ok(peer) = node_id(node) else { return };
        let Ok(streams) = self.ask(|reply| Command::Probe { node: peer, reply }).await else { return };
        if streams.is_empty() {
            // Whoever needs it later finds it there, or hears why not.
            let _ = timeout(limits::NODE_CHECK, self.connect(node)).await;
        }
        join_all(streams.into_iter().map(|(connection, stream)| async move {
            let asked = async { Some(directory::ask(stream.await.ok()?.ok()?, &Request::Witness(())).await) };
            let answered = |answer| matches!(answer, Some(Ok(_) | Err(DirectoryError::Declined(_))));
            if !timeout(limits::NODE_CHECK, asked).await.is_ok_and(answered) {
                // A driver that is gone has closed everything.
                let _ = self.send(Command::GiveUp { node: peer, connection }).await;
            }
        }))
        .await;
    }

    /// Opens the stream on which a helper pairs with the host.
    ///
    /// # Errors
    /// [`NetError::NotConnected`], [`NetError::Lost`], [`NetError::Unsupported`].
    pub async fn open_pair(&self, peer: PeerKey) -> Result<Channel, NetError> {
        let id = peer.to_peer_id().ok_or(NetError::NotConnected)?;
        Ok(Channel::new(peer, self.open(id, Protocol::Pair).await?))
    }

    /// The pairing has proven this peer: now addresses may be exchanged and dialled, and its streams of this session
    /// are accepted. When the call returns, it is so. The host calls it before it sends its own proof.
    ///
    /// # Errors
    /// [`NetError::NotConnected`], [`NetError::Stopped`].
    pub async fn prove(&self, peer: PeerKey, session: SessionId) -> Result<(), NetError> {
        let peer = peer.to_peer_id().ok_or(NetError::NotConnected)?;
        self.ask(|reply| Command::Prove { peer, session, reply }).await
    }

    /// Opens the session's lanes to the proven host. When they are lost and a connection is left, both sides link the
    /// same session once more.
    ///
    /// # Errors
    /// [`NetError::Unproven`], [`NetError::NotConnected`], [`NetError::Lost`].
    pub async fn link_as_helper(&self, peer: PeerKey, session: SessionId) -> Result<HelperLink, NetError> {
        let peer = peer.to_peer_id().ok_or(NetError::NotConnected)?;
        let (ends, path) = self.ask(|reply| Command::Link { peer, session, reply }).await?;
        Ok(HelperLink::new(ends, path))
    }

    /// Waits for the session's lanes, which the proven helper opens.
    ///
    /// # Errors
    /// [`NetError::Unproven`], [`NetError::TimedOut`], [`NetError::Lost`].
    pub async fn link_as_host(&self, peer: PeerKey, session: SessionId) -> Result<HostLink, NetError> {
        let peer = peer.to_peer_id().ok_or(NetError::NotConnected)?;
        let (ends, path) = self.ask(|reply| Command::Link { peer, session, reply }).await?;
        Ok(HostLink::new(ends, path))
    }

    /// Ends all connections to that peer and forgets that it was proven. What was sent and not yet read is lost; no
    /// [`NetEvent::Lost`] comes.
    pub async fn close(&self, peer: PeerKey) {
        let Some(peer) = peer.to_peer_id() else { return };
        // A driver that is gone has closed everything.
        let _ = self.ask(|reply| Command::Close { peer, reply }).await;
    }

    async fn connect(&self, node: &Multiaddr) -> Result<PeerId, NetError> {
        let peer = node_id(node)?;
        if !self.nodes.contains(&peer) {
            return Err(NetError::UnknownNode(node.clone()));
        }
        let addresses = driver::both_carriers(node);
        let connected = self.ask(|reply| Command::Connect { peer, addresses, reply }).await;
        match connected {
            Ok(()) => Ok(peer),
            Err(NetError::TimedOut) => {
                Err(NetError::NodeUnreachable { node: node.clone(), reason: NetError::TimedOut.to_string() })
            }
            Err(error) => Err(error),
        }
    }

    async fn open(&self, peer: PeerId, protocol: Protocol) -> Result<libp2p::Stream, NetError> {
        let (reply, opened) = oneshot::channel();
        self.send(Command::Open { peer, protocol, reply }).await?;
        // Dropped unanswered: there is no such connection, or no longer.
        let opened = timeout(limits::REACH_TIME, opened).await.map_err(|_| NetError::TimedOut)?;
        Ok(opened.map_err(|_| NetError::NotConnected)??)
    }

    async fn ask<T>(&self, command: impl FnOnce(Reply<T>) -> Command) -> Result<T, NetError> {
        let (reply, answer) = oneshot::channel();
        self.send(command(reply)).await?;
        let answer = timeout(limits::REACH_TIME, answer).await.map_err(|_| NetError::TimedOut)?;
        answer.map_err(|_| NetError::Lost)?
    }

    async fn send(&self, command: Command) -> Result<(), NetError> {
        self.commands.send(command).await.map_err(|_| NetError::Stopped)
    }
}

/// The peer id at the end of a node's address.
fn node_id(address: &Multiaddr) -> Result<PeerId, NetError> {
    match address.iter().last() {
        Some(Part::P2p(id)) if address.iter().all(|part| part != Part::P2pCircuit) => Ok(id),
        _ => Err(NetError::UnknownNode(address.clone())),
    }
}
