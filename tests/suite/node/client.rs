//! A peer as the node meets it: libp2p with the relay's client, and raw bytes on the directory's streams.

use std::io;
use std::time::Duration;

use entraide_common::wire::Message as _;
use entraide_common::wire::directory::{Request, Response};
use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, StreamExt};
use libp2p::identity::Keypair;
use libp2p::multiaddr::Protocol;
use libp2p::relay::client::Event as RelayEvent;
use libp2p::request_response::{self, Codec, ProtocolSupport};
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::swarm::{NetworkBehaviour, SwarmEvent};
use libp2p::{
    Multiaddr, PeerId, StreamProtocol, Swarm, SwarmBuilder, identify, noise, ping, relay, tcp, yamux,
};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::PATIENCE;

/// Writes what it is given and reads all that comes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct RawCodec;

impl Codec for RawCodec {
    type Protocol = StreamProtocol;
    type Request = Vec<u8>;
    type Response = Vec<u8>;

    /// Other peers ask, through circuits.
    async fn read_request<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Vec<u8>>
    where
        T: AsyncRead + Unpin + Send,
    {
        let mut bytes = Vec::new();
        io.read_to_end(&mut bytes).await?;
        Ok(bytes)
    }

    async fn read_response<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Vec<u8>>
    where
        T: AsyncRead + Unpin + Send,
    {
        let mut bytes = Vec::new();
        io.read_to_end(&mut bytes).await?;
        Ok(bytes)
    }

    async fn write_request<T>(&mut self, _: &StreamProtocol, io: &mut T, bytes: Vec<u8>) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        io.write_all(&bytes).await
    }

    async fn write_response<T>(&mut self, _: &StreamProtocol, io: &mut T, bytes: Vec<u8>) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        io.write_all(&bytes).await
    }
}

#[derive(NetworkBehaviour)]
pub(super) struct Behaviour {
    relay: relay::client::Behaviour,
    directory: request_response::Behaviour<RawCodec>,
    identify: identify::Behaviour,
    ping: ping::Behaviour,
}

/// A peer. Its connections end when it is dropped.
pub(super) struct Client {
    swarm: Swarm<Behaviour>,
    connections_seen: usize,
}

/// A peer whose swarm runs by itself.
pub(super) struct Live {
    pub(super) id: PeerId,
    running: JoinHandle<()>,
}

impl Drop for Live {
    fn drop(&mut self) {
        self.running.abort();
    }
}

impl Client {
    pub(super) async fn connected_to(node: &Multiaddr) -> Self {
        Self::connected_as(Keypair::generate_ed25519(), node).await
    }

    /// The same with that key.
    pub(super) async fn connected_as(key: Keypair, node: &Multiaddr) -> Self {
        // An idle connection is looked at when something happens on it.
        let mut client = Self::new(key, Duration::from_secs(1));
        client.connect(node).await.expect("the node is reached");
        client
    }

    /// A peer that is connected to nobody yet, and asks for a sign of life as often as that.
    pub(super) fn new(key: Keypair, pings: Duration) -> Self {
        let swarm = SwarmBuilder::with_existing_identity(key)
            .with_tokio()
            .with_tcp(tcp::Config::default(), noise::Config::new, yamux::Config::default)
            .expect("tcp")
            .with_quic()
            .with_relay_client(noise::Config::new, yamux::Config::default)
            .expect("a relay client")
            .with_behaviour(|key, relay| Behaviour {
                relay,
                directory: request_response::Behaviour::new(
                    [(StreamProtocol::new("/entraide/directory/1"), ProtocolSupport::Full)],
                    request_response::Config::default(),
                ),
                identify: identify::Behaviour::new(identify::Config::new(
                    "/entraide/id/1".to_owned(),
                    key.public(),
                )),
                ping: ping::Behaviour::new(ping::Config::new().with_interval(pings)),
            })
            .expect("a behaviour")
            .with_swarm_config(|config| config.with_idle_connection_timeout(Duration::from_secs(600)))
            .build();
        Self { swarm, connections_seen: 0 }
    }

    /// Connects to the node, or learns why not.
    pub(super) async fn connect(&mut self, node: &Multiaddr) -> Result<(), String> {
        self.swarm.dial(node.clone()).expect("the node can be dialled");
        self.until(|event| match event {
            SwarmEvent::ConnectionEstablished { .. } => Some(Ok(())),
            SwarmEvent::OutgoingConnectionError { error, .. } => Some(Err(error.to_string())),
            _ => None,
        })
        .await
    }

    pub(super) fn id(&self) -> PeerId {
        *self.swarm.local_peer_id()
    }

    pub(super) fn connections_seen(&self) -> usize {
        self.connections_seen
    }

    /// Takes a reservation at the node; returns the time and the bytes that a circuit may last.
    pub(super) async fn reserve(&mut self, node: &Multiaddr) -> (Option<Duration>, Option<u64>) {
        self.try_reserve(node).await.unwrap_or_else(|reason| panic!("no reservation: {reason}"))
    }

    /// The same, or learns why not.
    pub(super) async fn try_reserve(
        &mut self,
        node: &Multiaddr,
    ) -> Result<(Option<Duration>, Option<u64>), String> {
        self.swarm.listen_on(node.clone().with(Protocol::P2pCircuit)).expect("a circuit can be listened on");
        self.until(|event| match event {
            SwarmEvent::Behaviour(BehaviourEvent::Relay(RelayEvent::ReservationReqAccepted {
                limit,
                ..
            })) => Some(Ok(limit.map_or((None, None), |limit| (limit.duration(), limit.data_in_bytes())))),
            SwarmEvent::ListenerClosed { reason, .. } => Some(Err(format!("{reason:?}"))),
            _ => None,
        })
        .await
    }

    /// Reaches `host` through the node.
    pub(super) async fn open_circuit(&mut self, node: &Multiaddr, host: PeerId) {
        self.try_circuit(node, host).await.expect("a circuit");
    }

    /// Reaches `host` through the node once more, or learns why not.
    pub(super) async fn try_circuit(&mut self, node: &Multiaddr, host: PeerId) -> Result<(), String> {
        let address = node.clone().with(Protocol::P2pCircuit).with(Protocol::P2p(host));
        let options = DialOpts::peer_id(host).condition(PeerCondition::Always).addresses(vec![address]);
        self.swarm.dial(options.build()).expect("the host can be dialled");
        self.until(|event| match event {
            SwarmEvent::ConnectionEstablished { peer_id, .. } if peer_id == host => Some(Ok(())),
            SwarmEvent::OutgoingConnectionError { error, .. } => Some(Err(error.to_string())),
            _ => None,
        })
        .await
    }

    /// Ends all connections to `peer`.
    pub(super) async fn leave(&mut self, peer: PeerId) {
        self.swarm.disconnect_peer_id(peer).expect("a connection");
        self.until(|event| match event {
            SwarmEvent::ConnectionClosed { peer_id, num_established: 0, .. } if peer_id == peer => Some(()),
            _ => None,
        })
        .await;
    }

    /// Lives on until there is no connection to `peer`, however long that takes.
    pub(super) async fn lives_with(&mut self, peer: PeerId) {
        while self.swarm.is_connected(&peer) {
            let event = self.swarm.select_next_some().await;
            self.answer(event);
        }
    }

    /// Waits until there is no connection to `peer`.
    pub(super) async fn left_by(&mut self, peer: PeerId) {
        if self.swarm.is_connected(&peer) {
            self.until(|event| match event {
                SwarmEvent::ConnectionClosed { peer_id, num_established: 0, .. } if peer_id == peer => {
                    Some(())
                }
                _ => None,
            })
            .await;
        }
    }

    /// How many connections there are to `peer`.
    pub(super) fn connections_to(&self, peer: PeerId) -> u32 {
        let info = self.swarm.network_info();
        if self.swarm.is_connected(&peer) { info.connection_counters().num_established() } else { 0 }
    }

    pub(super) fn is_connected_to(&self, peer: PeerId) -> bool {
        self.swarm.is_connected(&peer)
    }

    /// One more connection to the node.
    pub(super) async fn connect_again(&mut self, node: &Multiaddr) {
        let options = DialOpts::unknown_peer_id().address(node.clone()).build();
        self.swarm.dial(options).expect("the node can be dialled");
        self.until(|event| matches!(event, SwarmEvent::ConnectionEstablished { .. }).then_some(())).await;
    }

    /// Sends `bytes` to the peer and waits for its answer.
    pub(super) async fn send(&mut self, to: PeerId, bytes: Vec<u8>) {
        self.swarm.behaviour_mut().directory.send_request(&to, bytes);
        self.until(|event| match event {
            SwarmEvent::Behaviour(BehaviourEvent::Directory(request_response::Event::Message {
                message: request_response::Message::Response { .. },
                ..
            })) => Some(()),
            SwarmEvent::Behaviour(BehaviourEvent::Directory(request_response::Event::OutboundFailure {
                error,
                ..
            })) => panic!("{error}"),
            _ => None,
        })
        .await;
    }

    /// Lives on while something else is done.
    pub(super) async fn alive_while<T>(&mut self, doing: impl Future<Output = T>) -> T {
        tokio::pin!(doing);
        loop {
            tokio::select! {
                done = &mut doing => return done,
                event = self.swarm.select_next_some() => self.answer(event),
            }
        }
    }

    /// Answers what other peers ask with nothing.
    fn answer(&mut self, event: SwarmEvent<BehaviourEvent>) {
        if let SwarmEvent::Behaviour(BehaviourEvent::Directory(request_response::Event::Message {
            message: request_response::Message::Request { channel, .. },
            ..
        })) = event
        {
            self.swarm.behaviour_mut().directory.send_response(channel, Vec::new()).expect("it waits for it");
        }
    }

    /// The address at which the node says it sees this peer.
    pub(super) async fn observed(&mut self) -> Multiaddr {
        self.until(|event| match event {
            SwarmEvent::Behaviour(BehaviourEvent::Identify(identify::Event::Received { info, .. })) => {
                Some(info.observed_addr)
            }
            _ => None,
        })
        .await
    }

    /// The node's answer; `None` if it closed the stream instead.
    pub(super) async fn ask(&mut self, node: PeerId, request: &Request) -> Option<Response> {
        self.ask_bytes(node, super::framed(&request.encode())).await
    }

    pub(super) async fn ask_bytes(&mut self, node: PeerId, bytes: Vec<u8>) -> Option<Response> {
        self.swarm.behaviour_mut().directory.send_request(&node, bytes);
        let answer = self.until(|event| match event {
            SwarmEvent::Behaviour(BehaviourEvent::Directory(event)) => match event {
                request_response::Event::Message {
                    message: request_response::Message::Response { response, .. },
                    ..
                } => Some(response),
                request_response::Event::OutboundFailure {
                    error: request_response::OutboundFailure::Io(_),
                    ..
                } => Some(Vec::new()),
                other => panic!("{other:?}"),
            },
            _ => None,
        });
        let answer = answer.await;
        let (prefix, message) = answer.split_first_chunk::<4>()?;
        assert_eq!(u32::from_le_bytes(*prefix) as usize, message.len(), "the answer's length is true");
        Some(Response::decode(message).expect("the node speaks our language"))
    }

    /// Lets the peer go on by itself.
    pub(super) fn live_on(mut self) -> Live {
        let id = self.id();
        let running = tokio::spawn(async move {
            self.alive_while(std::future::pending::<()>()).await;
        });
        Live { id, running }
    }

    async fn until<T>(&mut self, mut wanted: impl FnMut(SwarmEvent<BehaviourEvent>) -> Option<T>) -> T {
        let found = async {
            loop {
                let event = self.swarm.select_next_some().await;
                self.connections_seen +=
                    usize::from(matches!(event, SwarmEvent::ConnectionEstablished { .. }));
                if let Some(found) = wanted(event) {
                    return found;
                }
            }
        };
        timeout(PATIENCE, found).await.expect("it happens in time")
    }
}
