//! Looking around once, for `entraide doctor`: which nodes answer over what, how the internet sees this computer, what
//! its router does. It uses what sessions use, and stays with no node: it asks, listens, and says goodbye.

use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use entraide_common::limits;
use entraide_common::reach::{Outlook, Signs};
use entraide_common::wire::guess::Nature;
use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::swarm::{ConnectionId, DialError, SwarmEvent};
use libp2p::{Multiaddr, PeerId, Swarm, ping};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::behaviour::{PeerBehaviour, PeerBehaviourEvent};
use super::driver::both_carriers;
use super::mapping::Mapping;
use super::nat64::{Nat64, Udp, Way};
use super::networks::{self, Network};
use super::path::Transport;
use super::stun_server::StunServer;
use super::swarm::Ways;
use super::{NetConfig, NetError, candidates, guess, identity, node_id, swarm};

/// How long listeners may take to say their addresses: this computer's own are known by them.
const LISTENING_TIME: Duration = Duration::from_secs(1);
/// How long connections may take to say goodbye.
const CLOSING_TIME: Duration = Duration::from_millis(500);

/// What was found.
#[derive(Debug, Clone)]
pub struct Survey {
    /// The nodes, in the order of the configuration; one with several addresses stands once.
    pub nodes: Vec<NodeFound>,
    /// How the internet sees this computer's UDP.
    pub outlook: Outlook,
    /// What the router does when it is asked to open a port.
    pub opening: Opening,
    /// Whether there is a way over IPv6.
    pub ipv6: Ipv6,
    /// Whether there is a way over IPv4.
    pub ipv4: Ipv4,
}

/// A node.
#[derive(Debug, Clone)]
pub struct NodeFound {
    /// Its first address in the configuration.
    pub address: Multiaddr,
    /// Over QUIC.
    pub quic: Answer,
    /// Over TCP.
    pub tcp: Answer,
}

/// What a node said over one transport. The order is from nothing to the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// Its address leads there over the other transport only.
    Untried,
    /// None.
    Silent,
    /// Somebody is there who proved another id.
    Impostor,
    /// It proved its id.
    Proven {
        /// A round trip, if one was measured.
        rtt: Option<Duration>,
    },
}

/// What the router does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// No router was asked: this computer has no private address.
    Unneeded,
    /// No router was asked: that is not wanted.
    Unasked,
    /// It passes on what comes to a port of its outside, which the internet sees.
    Opened,
    /// It does not, or does not lead to the internet itself.
    Refused,
}

/// IPv6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ipv6 {
    /// A node was reached over it.
    Works,
    /// There is an address that the internet could see; no node has one too, so it was not tried.
    Untried,
    /// There is such an address, and no node answered over it.
    Silent,
    /// There is no such address.
    Missing,
}

/// IPv4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ipv4 {
    /// This computer has it, or has no network at all.
    Here,
    /// It has not, but its network translates (NAT64).
    Translated,
    /// It has IPv6 only, and nobody says that its network translates.
    Missing,
}

impl NodeFound {
    /// Whether it proved its id over something.
    #[must_use]
    pub fn answers(&self) -> bool {
        [self.quic, self.tcp].into_iter().any(|answer| matches!(answer, Answer::Proven { .. }))
    }
}

/// Looks around for at most [`limits::DOCTOR_TIME`]; nothing if `stop` is cancelled before. To be called within a
/// tokio runtime.
///
/// # Errors
/// As of [`super::Net::new`].
pub async fn survey(config: NetConfig, stop: CancellationToken) -> Result<Option<Survey>, NetError> {
    let ids = config.nodes.iter().map(node_id).collect::<Result<Vec<_>, _>>()?;
    let known = Arc::new(ids.iter().copied().collect::<HashSet<_>>());
    let key = identity::keypair(&config.seed);
    let ways = Ways::default();
    let swarm = swarm::build(key, config.side, &known, &ways)?;
    let mapping = config.map_ports.then(Mapping::new);
    let mut looking = Looking {
        swarm,
        ways,
        mapping,
        nodes: Vec::new(),
        dials: HashMap::new(),
        unmeasured: HashMap::new(),
        asked: HashSet::new(),
        asking: FuturesUnordered::new(),
        nature: None,
        tried_ipv6: None,
    };
    let deadline = Instant::now() + limits::DOCTOR_TIME;
    let whole = tokio::select! {
        () = stop.cancelled() => false,
        () = sleep_until(deadline) => true,
        () = looking.look(&ids, &config) => true,
    };
    let found = looking.found();
    looking.leave().await;
    Ok(whole.then_some(found))
}

/// A survey under way.
struct Looking {
    swarm: Swarm<PeerBehaviour>,
    ways: Ways,
    mapping: Option<Mapping>,
    nodes: Vec<NodeFound>,
    /// Dials that have come to nothing yet: to which of the nodes, over what.
    dials: HashMap<ConnectionId, (usize, Transport)>,
    /// Connections whose round trip is still being measured.
    unmeasured: HashMap<ConnectionId, (usize, Transport)>,
    /// Nodes that were asked where a socket is seen.
    asked: HashSet<StunServer>,
    asking: FuturesUnordered<BoxFuture<'static, Option<Nature>>>,
    nature: Option<Nature>,
    /// Whether a node was dialled over IPv6, and whether one answered.
    tried_ipv6: Option<bool>,
}

impl Looking {
    async fn look(&mut self, ids: &[PeerId], config: &NetConfig) {
        let mut silent: HashSet<_> = swarm::listen(&mut self.swarm, config.listen_port).into_iter().collect();
        // Those that stay silent are not waited for.
        let _ = timeout(LISTENING_TIME, async {
            while !silent.is_empty() {
                let event = self.swarm.select_next_some().await;
                if let SwarmEvent::NewListenAddr { listener_id, .. } = &event {
                    silent.remove(listener_id);
                }
                self.on_swarm(event);
            }
        })
        .await;
        self.dial(ids, &config.nodes);
        let router = Instant::now() + limits::DOCTOR_MAPPING_TIME;
        while !self.is_done(router) {
            tokio::select! {
                event = self.swarm.select_next_some() => self.on_swarm(event),
                Some(nature) = self.asking.next(), if !self.asking.is_empty() => self.on_nature(nature),
                () = sleep_until(router), if Instant::now() < router => {}
                () = mapped(&mut self.mapping) => {}
            }
        }
        self.ways.nat64.settled().await;
    }

    fn is_done(&self, router: Instant) -> bool {
        let routed = match self.opening() {
            Opening::Refused => Instant::now() >= router,
            Opening::Unneeded | Opening::Unasked | Opening::Opened => true,
        };
        // Another address of the same node says nothing new.
        let told = self.dials.values().all(|(place, over)| self.is_proven(*place, *over));
        told && self.unmeasured.is_empty() && self.asking.is_empty() && routed
    }

    fn is_proven(&self, place: usize, over: Transport) -> bool {
        let answer = self.nodes.get(place).map(|node| match over {
            Transport::Quic => node.quic,
            Transport::Tcp => node.tcp,
        });
        matches!(answer, Some(Answer::Proven { .. }))
    }

    fn dial(&mut self, ids: &[PeerId], addresses: &[Multiaddr]) {
        let mut places: Vec<PeerId> = Vec::new();
        let mut dialled = HashSet::new();
        for (id, address) in ids.iter().zip(addresses) {
            let place = places.iter().position(|known| known == id).unwrap_or_else(|| {
                places.push(*id);
                let (quic, tcp) = (Answer::Untried, Answer::Untried);
                self.nodes.push(NodeFound { address: address.clone(), quic, tcp });
                places.len() - 1
            });
            for address in both_carriers(address) {
                if dialled.insert(address.clone()) {
                    self.dial_one(*id, place, address);
                }
            }
        }
    }

    fn dial_one(&mut self, id: PeerId, place: usize, address: Multiaddr) {
        let over = Transport::of(&address);
        if candidates::parse(&address).is_some_and(|address| address.socket.is_ipv6()) {
            self.tried_ipv6.get_or_insert(false);
        }
        let options = DialOpts::peer_id(id).addresses(vec![address]).condition(PeerCondition::Always).build();
        let dial = options.connection_id();
        self.answered(place, over, Answer::Silent);
        match self.swarm.dial(options) {
            Ok(()) => drop(self.dials.insert(dial, (place, over))),
            Err(error) => tracing::debug!(%error, "a node"),
        }
    }

    fn on_swarm(&mut self, event: SwarmEvent<PeerBehaviourEvent>) {
        match event {
            SwarmEvent::NewListenAddr { address, .. } => {
                if let (Some(mapping), Some(address)) = (&mut self.mapping, candidates::parse(&address)) {
                    mapping.listening(&address);
                }
            }
            SwarmEvent::ConnectionEstablished { connection_id, endpoint, .. } => {
                self.on_connected(connection_id, endpoint.get_remote_address());
            }
            SwarmEvent::OutgoingConnectionError { connection_id, error, .. } => {
                let Some((place, over)) = self.dials.remove(&connection_id) else { return };
                tracing::debug!(%error, ?over, "a node");
                if let DialError::WrongPeerId { .. } = error {
                    self.answered(place, over, Answer::Impostor);
                }
            }
            SwarmEvent::ConnectionClosed { connection_id, .. } => {
                self.unmeasured.remove(&connection_id);
            }
            SwarmEvent::Behaviour(PeerBehaviourEvent::NodePing(event)) => self.on_ping(&event),
            _ => {}
        }
    }

    fn on_connected(&mut self, connection: ConnectionId, at: &Multiaddr) {
        let Some((place, over)) = self.dials.remove(&connection) else { return };
        self.answered(place, over, Answer::Proven { rtt: None });
        self.unmeasured.insert(connection, (place, over));
        if candidates::parse(at).is_some_and(|address| address.socket.is_ipv6()) {
            self.tried_ipv6 = Some(true);
        }
        if let Some(stun) = StunServer::of(at).filter(|stun| self.asked.insert(stun.clone())) {
            self.asking.push(Box::pin(ask(stun, self.ways.nat64.clone())));
        }
    }

    fn on_ping(&mut self, event: &ping::Event) {
        let Some((place, over)) = self.unmeasured.remove(&event.connection) else { return };
        self.answered(place, over, Answer::Proven { rtt: event.result.as_ref().ok().copied() });
    }

    /// Keeps the better of two answers.
    fn answered(&mut self, place: usize, over: Transport, answer: Answer) {
        let Some(node) = self.nodes.get_mut(place) else { return };
        let known = match over {
            Transport::Quic => &mut node.quic,
            Transport::Tcp => &mut node.tcp,
        };
        *known = answer.max(*known);
    }

    /// What a node on the internet sees counts most, and least that one did not answer.
    fn on_nature(&mut self, nature: Option<Nature>) {
        let Some(nature) = nature else { return };
        let worth = |nature: &Nature| match nature {
            Nature::Easy(seen) => 1 + u8::from(is_public(*seen.ip())),
            Nature::Hard(seen) => 1 + u8::from(is_public(*seen)),
            Nature::Blocked => 0,
        };
        if self.nature.is_none_or(|known| worth(&nature) > worth(&known)) {
            self.nature = Some(nature);
        }
    }

    fn opening(&self) -> Opening {
        match &self.mapping {
            Some(mapping) if mapping.addresses().next().is_some() => Opening::Opened,
            Some(mapping) if mapping.is_asked() => Opening::Refused,
            Some(_) => Opening::Unneeded,
            None => Opening::Unasked,
        }
    }

    fn found(&self) -> Survey {
        let own: Vec<IpAddr> =
            self.swarm.listeners().filter_map(candidates::parse).map(|address| address.socket.ip()).collect();
        let quic = self.nodes.iter().any(|node| matches!(node.quic, Answer::Proven { .. }));
        let signs = Signs { nature: self.nature, quic, own: &own };
        let has_ipv6 = own.iter().any(|ip| ip.is_ipv6() && candidates::is_public(*ip));
        let ipv6 = match (self.tried_ipv6, has_ipv6) {
            (_, false) => Ipv6::Missing,
            (Some(true), true) => Ipv6::Works,
            (Some(false), true) => Ipv6::Silent,
            (None, true) => Ipv6::Untried,
        };
        Survey {
            nodes: self.nodes.clone(),
            outlook: Outlook::judge(signs, is_public),
            opening: self.opening(),
            ipv6,
            ipv4: self.ipv4(),
        }
    }

    fn ipv4(&self) -> Ipv4 {
        match self.ways.nat64.way() {
            _ if networks::lead_to_ipv4() => Ipv4::Here,
            Way::Behind(_) => Ipv4::Translated,
            Way::Plain if Network::of_this_computer().iter().any(Network::leads_on_by_ipv6) => Ipv4::Missing,
            Way::Plain => Ipv4::Here,
        }
    }

    async fn leave(mut self) {
        let connected: Vec<_> = self.swarm.connected_peers().copied().collect();
        for node in connected {
            // An error says that it is gone already.
            let _ = self.swarm.disconnect_peer_id(node);
        }
        // Those that do not hear the goodbye notice by themselves.
        let _ = timeout(CLOSING_TIME, async {
            while self.swarm.connected_peers().next().is_some() {
                self.swarm.select_next_some().await;
            }
        })
        .await;
        if let Some(mapping) = self.mapping {
            mapping.close().await;
        }
    }
}

fn is_public(ip: Ipv4Addr) -> bool {
    candidates::is_public(IpAddr::V4(ip))
}

/// How a socket is translated, as that node sees it; nothing if it has IPv6 alone.
async fn ask(stun: StunServer, nat64: Nat64) -> Option<Nature> {
    let node = stun.find().await?;
    Some(match Udp::bind(nat64.way_to(*node.ip())).await {
        Ok(socket) => guess::nature(&socket, node).await,
        Err(_) => Nature::Blocked,
    })
}

/// Waits until the router opens a port.
async fn mapped(mapping: &mut Option<Mapping>) {
    match mapping {
        Some(mapping) => mapping.changed().await,
        None => std::future::pending().await,
    }
}
