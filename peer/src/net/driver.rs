//! The one place that holds the swarm: commands in, events out, and the futures of its own that take a while.
//!
//! Nodes are looked after in [`nodes`], peers in [`peers`], what their proof allows in [`proof`], and the link of
//! their session in [`sessions`]. Whether their paths live is watched in [`pulses`], what was lost is mended in
//! [`mending`], and what will be lost soon is replaced in [`renewal`].

mod commands;
mod guesses;
mod mending;
mod nodes;
mod peers;
mod proof;
mod pulses;
mod renewal;
mod sessions;

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use entraide_common::ids::SessionId;
use entraide_common::limits;
use entraide_common::wire::addresses::Address;
use entraide_common::wire::open::Open;
use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use libp2p::core::transport::ListenerId;
use libp2p::swarm::{ConnectionId, SwarmEvent};
use libp2p::{Multiaddr, PeerId, Swarm, identify, ping, relay};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

pub(super) use self::commands::{Command, Leave, Reply};
use self::commands::{Linked, Probe};
use self::nodes::Nodes;
pub(super) use self::nodes::both_carriers;
use self::peers::Peer;
use self::renewal::{Grant, Grants};
use super::behaviour::{PeerBehaviour, PeerBehaviourEvent};
use super::counted::Counted;
use super::exchange::Exchange;
use super::guess::Outcome;
use super::link::StreamSet;
use super::mapping::Mapping;
use super::pulse::Beat;
use super::streams::{Inbound, Protocol};
use super::swarm::Ways;
use super::{NetConfig, NetError, NetEvent, Side, candidates, swarm};

/// How long listeners may take to say their addresses before anything is dialled: TCP dials from the listening port,
/// which is what makes an observed address worth telling.
const LISTENING_TIME: Duration = Duration::from_secs(1);
/// How long connections may take to say goodbye at the end.
const CLOSING_TIME: Duration = Duration::from_millis(500);

/// What a future of the driver's own came to.
enum Done {
    /// Something that nothing follows from: a lane has moved, a port was said.
    Finished,
    /// A session stream was announced.
    Announced { peer: PeerId, connection: ConnectionId, announced: Option<(Open, Counted)> },
    /// The streams of a path are open.
    Streams { peer: PeerId, connection: ConnectionId, epoch: u32, streams: Result<StreamSet, NetError> },
    /// A peer told its addresses, or tells no more.
    Told { peer: PeerId, told: Option<(Vec<Address>, Exchange)> },
    /// The next of a peer's addresses may be dialled.
    DialNext(PeerId),
    /// An attempt at guessing a port is over.
    Guessed { peer: PeerId, outcome: Outcome },
    /// A lost node is to be tried again.
    AttendAgain(PeerId),
    /// What a session has lost is to be tried again.
    Mend(PeerId),
    /// The node will end this circuit soon.
    Old { peer: PeerId, connection: ConnectionId },
    /// A node is to be dialled over what it is no longer connected by.
    CompleteNode(PeerId),
}

/// The network's motor; see [`Driver::run`].
pub struct Driver {
    swarm: Swarm<PeerBehaviour>,
    side: Side,
    listen_port: u16,
    mapping: Option<Mapping>,
    /// All addresses of this computer.
    own: watch::Sender<Vec<Multiaddr>>,
    /// The nodes that hold a reservation, by the addresses that were given.
    attended: watch::Sender<Vec<Multiaddr>>,
    /// Listeners that have not yet said an address.
    silent: HashSet<ListenerId>,
    commands: mpsc::Receiver<Command>,
    events: mpsc::Sender<NetEvent>,
    /// Events that found the channel full: few, as only proven or reached peers and attended nodes make them.
    waiting_events: VecDeque<NetEvent>,
    tasks: FuturesUnordered<BoxFuture<'static, Done>>,
    connecting: HashMap<PeerId, Connecting>,
    nodes: Nodes,
    /// What nodes give to one circuit.
    grants: Grants,
    peers: HashMap<PeerId, Peer>,
    ways: Ways,
    /// Those who watch over connections, and what they tell.
    pulses: JoinSet<()>,
    beat: mpsc::Sender<Beat>,
    beats: mpsc::Receiver<Beat>,
    /// The last session that had a direct path before all its paths were lost.
    direct_before: Option<SessionId>,
}

/// A dial that somebody waits for.
struct Connecting {
    /// Those under way, each to another address.
    dials: Vec<(ConnectionId, Multiaddr)>,
    /// The first of them all.
    address: Multiaddr,
    replies: Vec<Reply<()>>,
}

impl Driver {
    pub(super) fn new(
        swarm: Swarm<PeerBehaviour>,
        config: &NetConfig,
        nodes: Arc<HashSet<PeerId>>,
        ways: Ways,
        commands: mpsc::Receiver<Command>,
        events: mpsc::Sender<NetEvent>,
    ) -> Self {
        let (beat, beats) = mpsc::channel(limits::NET_EVENTS);
        Self {
            swarm,
            side: config.side,
            listen_port: config.listen_port,
            mapping: config.map_ports.then(Mapping::new),
            own: watch::Sender::default(),
            attended: watch::Sender::default(),
            silent: HashSet::new(),
            commands,
            events,
            waiting_events: VecDeque::new(),
            tasks: FuturesUnordered::new(),
            connecting: HashMap::new(),
            nodes: Nodes::new(nodes),
            grants: Grants::default(),
            peers: HashMap::new(),
            ways,
            pulses: JoinSet::new(),
            beat,
            beats,
            direct_before: None,
        }
    }

    /// See [`super::Net::attended`].
    pub(super) fn attended(&self) -> watch::Receiver<Vec<Multiaddr>> {
        self.attended.subscribe()
    }

    /// All addresses of this computer, as far as they are known.
    pub(super) fn own(&self) -> watch::Receiver<Vec<Multiaddr>> {
        self.own.subscribe()
    }

    /// Moves everything until `stop` is cancelled, all handles are gone, or the events are no longer wanted; then ends
    /// all connections and returns. Spawn it once.
    pub async fn run(mut self, stop: CancellationToken) {
        self.silent = swarm::listen(&mut self.swarm, self.listen_port).into_iter().collect();
        // Those that stay silent are not waited for.
        let _ = timeout(LISTENING_TIME, self.listen()).await;
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                command = self.commands.recv() => match command {
                    Some(command) => self.on_command(command),
                    None => break,
                },
                Some(done) = self.tasks.next(), if !self.tasks.is_empty() => self.on_done(done),
                Some(beat) = self.beats.recv() => self.on_beat(beat),
                // One that panicked has said so.
                Some(_) = self.pulses.join_next(), if !self.pulses.is_empty() => {}
                () = mapped(&mut self.mapping) => self.on_own_addresses(),
                () = deliver(&self.events, &mut self.waiting_events) => break,
                event = self.swarm.select_next_some() => self.on_swarm(event),
            }
        }
        self.pulses.abort_all();
        // Those that do not hear the goodbye notice by themselves.
        let _ = timeout(CLOSING_TIME, self.say_goodbye()).await;
        if let Some(mapping) = self.mapping {
            mapping.close().await;
        }
    }

    async fn listen(&mut self) {
        while !self.silent.is_empty() {
            let event = self.swarm.select_next_some().await;
            self.on_swarm(event);
        }
    }

    async fn say_goodbye(&mut self) {
        let connected: Vec<_> = self.swarm.connected_peers().copied().collect();
        for peer in connected {
            // An error says that it is gone already.
            let _ = self.swarm.disconnect_peer_id(peer);
        }
        while self.swarm.connected_peers().next().is_some() {
            self.swarm.select_next_some().await;
        }
    }

    fn on_command(&mut self, command: Command) {
        match command {
            Command::Connect { peer, addresses, reply } => self.connect(peer, addresses, reply),
            Command::Attend { node, address, reply } => self.attend(node, address, reply),
            Command::Leave { node, when, reply } => self.leave(node, when, reply),
            Command::Open { peer, protocol, reply } => self.open(peer, protocol, reply),
            Command::Prove { peer, session, reply } => self.prove(peer, session, reply),
            Command::Link { peer, session, reply } => self.link(peer, session, reply),
            Command::Close { peer, reply } => self.close(peer, reply),
            Command::Probe { node, reply } => self.probe(node, reply),
            Command::GiveUp { node, connection } => self.give_up_node(node, connection),
        }
    }

    fn on_done(&mut self, done: Done) {
        match done {
            Done::Finished => {}
            Done::Announced { peer, connection, announced } => self.on_announced(peer, connection, announced),
            Done::Streams { peer, connection, epoch, streams } => {
                self.on_streams(peer, connection, epoch, streams);
            }
            Done::Told { peer, told } => self.on_told(peer, told),
            Done::DialNext(peer) => self.dial_next(peer),
            Done::Guessed { peer, outcome } => self.on_guessed(peer, outcome),
            Done::AttendAgain(node) => self.attend_again(node),
            Done::Mend(peer) => self.mend_now(peer),
            Done::Old { peer, connection } => self.on_old(peer, connection),
            Done::CompleteNode(node) => self.complete_node(node),
        }
    }

    fn on_swarm(&mut self, event: SwarmEvent<PeerBehaviourEvent>) {
        match event {
            SwarmEvent::Behaviour(event) => self.on_behaviour(event),
            SwarmEvent::ConnectionEstablished { peer_id, connection_id, endpoint, .. } => {
                if self.nodes.is_node(&peer_id) {
                    self.on_node_connected(peer_id, connection_id, endpoint.get_remote_address());
                } else {
                    self.on_peer_connected(peer_id, connection_id, &endpoint);
                }
                let connecting = self.connecting.remove(&peer_id);
                for reply in connecting.into_iter().flat_map(|connecting| connecting.replies) {
                    let _ = reply.send(Ok(()));
                }
            }
            SwarmEvent::ConnectionClosed { peer_id, connection_id, .. } => {
                if self.nodes.is_node(&peer_id) {
                    self.on_node_disconnected(peer_id, connection_id);
                } else {
                    self.on_peer_disconnected(peer_id, connection_id);
                }
            }
            SwarmEvent::OutgoingConnectionError { peer_id: Some(peer), connection_id, error } => {
                self.on_dial_failed(peer, connection_id, &error.to_string());
            }
            SwarmEvent::NewListenAddr { listener_id, address } => {
                self.silent.remove(&listener_id);
                let told = candidates::parse(&address).filter(|_| !self.ways.holes.is_one(&address));
                if let (Some(mapping), Some(address)) = (&mut self.mapping, told) {
                    mapping.listening(&address);
                }
                self.on_own_addresses();
            }
            SwarmEvent::ExpiredListenAddr { .. } => self.on_own_addresses(),
            SwarmEvent::ListenerClosed { listener_id, reason, .. } => {
                self.silent.remove(&listener_id);
                self.on_listener_closed(listener_id, reason.err().map(|error| error.to_string()));
            }
            SwarmEvent::ListenerError { listener_id, error } => {
                self.silent.remove(&listener_id);
                tracing::debug!(%error, "listening");
            }
            _ => {}
        }
    }

    fn on_behaviour(&mut self, event: PeerBehaviourEvent) {
        match event {
            PeerBehaviourEvent::Relay(relay::client::Event::ReservationReqAccepted {
                relay_peer_id, ..
            }) => {
                self.on_reserved(relay_peer_id);
            }
            PeerBehaviourEvent::Relay(relay::client::Event::OutboundCircuitEstablished {
                relay_peer_id,
                limit: Some(limit),
            }) => {
                let grant = Grant { time: limit.duration(), bytes: limit.data_in_bytes() };
                self.grants.says(relay_peer_id, grant);
            }
            PeerBehaviourEvent::Relay(_) => {}
            PeerBehaviourEvent::Identify(identify::Event::Received { info, .. }) => {
                self.swarm.behaviour_mut().punch.observe(&info.observed_addr);
                if self.nodes.observe(info.observed_addr) {
                    self.on_own_addresses();
                }
            }
            PeerBehaviourEvent::Identify(_) => {}
            PeerBehaviourEvent::NodePing(event) => self.on_ping(&event),
            PeerBehaviourEvent::PeerPing(event) => {
                self.on_ping(&event);
                if let Ok(rtt) = event.result {
                    self.on_rtt(event.peer, event.connection, rtt);
                }
            }
            PeerBehaviourEvent::Punch(event) => {
                tracing::debug!(peer = %event.remote_peer_id, result = ?event.result, "hole punching");
            }
            PeerBehaviourEvent::Streams(inbound) => self.on_inbound(inbound),
        }
    }

    /// A connection that does not answer is dead: QUIC notices after 20 seconds, TCP after minutes.
    fn on_ping(&mut self, event: &ping::Event) {
        if let Err(ping::Failure::Timeout | ping::Failure::Other { .. }) = event.result {
            self.swarm.close_connection(event.connection);
        }
    }

    fn on_inbound(&mut self, Inbound { peer, connection, protocol, stream }: Inbound) {
        match protocol {
            Protocol::Pair => self.on_pair(peer, stream),
            Protocol::Addresses => self.on_addresses(peer, stream),
            Protocol::Guess => self.on_guess(peer, stream),
            Protocol::Pulse => self.on_pulse(peer, connection, stream),
            Protocol::Session => self.on_session_stream(peer, connection, stream),
            // Never offered.
            Protocol::Directory => {}
        }
    }

    fn tell(&mut self, event: NetEvent) {
        self.waiting_events.push_back(event);
    }
}

/// Waits until the router opens a port.
async fn mapped(mapping: &mut Option<Mapping>) {
    match mapping {
        Some(mapping) => mapping.changed().await,
        None => std::future::pending().await,
    }
}

/// Hands over what waits; ends when nobody reads events any more.
async fn deliver(events: &mpsc::Sender<NetEvent>, waiting: &mut VecDeque<NetEvent>) {
    while !waiting.is_empty() {
        let Ok(permit) = events.reserve().await else { return };
        if let Some(event) = waiting.pop_front() {
            permit.send(event);
        }
    }
    events.closed().await;
}
