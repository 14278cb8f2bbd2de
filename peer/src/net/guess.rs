//! One attempt at guessing a port, with real sockets: a thin shell around [`entraide_common::guess`].
//!
//! The attempt ends with a socket of ours that the translator lets the other side's packets through to. It is closed
//! here and its port taken over by the transport at once: the hole is the port's, not the socket's.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV4};
use std::sync::Arc;
use std::time::{Duration, Instant};

use entraide_common::guess::{Easy, EasyInput, EasyOutput, Hard, HardInput, HardOutput, Role, Witness};
use entraide_common::ids::PeerKey;
use entraide_common::limits;
use entraide_common::time::Moment;
use entraide_common::wire::directory::{Request, Response};
use entraide_common::wire::guess::{Guess, Nature, Packet, Stance, Token};
use entraide_common::wire::stun::{self, Transaction};
use libp2p::swarm::Stream;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout, timeout_at};

use super::frames::{Reading, Writing};
use super::nat64::{Nat64, Udp, Way};
use super::streams::OpenError;
use super::stun_server::StunServer;
use super::{candidates, directory};

/// When a node is asked again that has not answered: one lost packet must not cost the direct path.
const ASKED_AGAIN: [Duration; 4] = [
    Duration::from_millis(200),
    Duration::from_millis(300),
    Duration::from_millis(500),
    Duration::from_millis(700),
];
/// Packets of the hard side's sockets that wait to be looked at.
const HEARD: usize = 64;

/// What an attempt came to.
pub(super) enum Outcome {
    /// A port of the other side answers: listen on `port`, then say what is to be said.
    Easy {
        /// The local port.
        port: u16,
        /// The other side.
        remote: SocketAddrV4,
        /// The circuit's line.
        line: Box<Line>,
    },
    /// The other side listens at `remote`: dial it from `port`.
    Hard {
        /// The local port.
        port: u16,
        /// The other side.
        remote: SocketAddrV4,
    },
    /// There is no way, or none was found.
    Nothing,
}

/// The stream beside it.
pub(super) struct Line {
    stream: Stream,
    reading: Reading,
    writing: Writing,
}

impl Line {
    pub(super) fn new(stream: Stream) -> Self {
        Self { stream, reading: Reading::default(), writing: Writing::default() }
    }

    /// Says that the socket is ready to be dialled from `port`, and waits until the other side is done.
    pub(super) async fn say_hit(mut self, port: u16) {
        if self.say(Guess::Hit(port)).await.is_some() {
            // An end is all that comes.
            let _ = timeout(limits::GUESS_TIME, self.hear()).await;
        }
    }

    async fn say(&mut self, what: Guess) -> Option<()> {
        self.writing.message(&mut self.stream, &what).await.ok()
    }

    async fn hear(&mut self) -> Option<Guess> {
        self.reading.message(&mut self.stream).await.ok().flatten()
    }
}

/// Who takes part, and whom to ask.
pub(super) struct Parties {
    /// The other side, which is proven.
    pub(super) peer: PeerKey,
    /// Where a node says where sockets are seen.
    pub(super) stun: StunServer,
    /// How IPv4 is reached, that node and the other side, by who has none.
    pub(super) nat64: Nat64,
    /// A stream to that node, on which it gives its word for where we are.
    pub(super) directory: oneshot::Receiver<Result<Stream, OpenError>>,
    /// Nodes whose word for where the other side is counts.
    pub(super) nodes: Vec<PeerKey>,
}

/// Tries, over `line`.
pub(super) async fn attempt(line: Line, parties: Parties) -> Outcome {
    // Without sockets there is no way, which is not the session's end.
    tried(line, parties).await.ok().flatten().unwrap_or(Outcome::Nothing)
}

async fn tried(mut line: Line, parties: Parties) -> io::Result<Option<Outcome>> {
    let began = Instant::now();
    let Parties { peer, stun, nat64, directory, nodes } = parties;
    let Some(node) = stun.find().await else { return Ok(None) };
    let way = nat64.way_to(*node.ip());
    let socket = Udp::bind(way).await?;
    let (nature, witness) = tokio::join!(nature(&socket, node), witness(directory));
    let mine = Stance { nature, token: Token(chance()), witness };
    if line.say(Guess::Stance(mine)).await.is_none() {
        return Ok(None);
    }
    let Some(Guess::Stance(theirs)) = line.hear().await else { return Ok(None) };
    let may_send = |ip: Ipv4Addr| {
        let vouched = |witness: Witness| nodes.contains(&witness.node) && witness.vouches_for(peer, ip);
        candidates::is_public(IpAddr::V4(ip)) && theirs.witness.is_some_and(vouched)
    };
    let role = Role::between(&mine, &theirs, may_send);
    tracing::debug!(mine = ?mine.nature, theirs = ?theirs.nature, "guessing a port");
    match role {
        Some(Role::Easy { target, token }) => {
            Ok(Probing { began, line, socket, target, hears: mine.token, says: token }.run().await?)
        }
        Some(Role::Hard { target, token }) => {
            drop(socket);
            let (heard, hears) = mpsc::channel(HEARD);
            let opening = Opening {
                began,
                line,
                node,
                way,
                target,
                hears: mine.token,
                says: token,
                sockets: Vec::new(),
                readers: JoinSet::new(),
                heard,
                asked: Transaction(chance()),
            };
            Ok(opening.run(hears).await?)
        }
        None => Ok(None),
    }
}

/// The node's word for where we are.
async fn witness(stream: oneshot::Receiver<Result<Stream, OpenError>>) -> Option<Witness> {
    let stream = timeout(limits::DIRECTORY_TIME, stream).await.ok()?.ok()?.ok()?;
    match directory::ask(stream, &Request::Witness(())).await {
        Ok(Response::Witness(witness)) => Some(witness),
        _ => None,
    }
}

/// How the socket is translated, as the node's two ports see it.
pub(super) async fn nature(socket: &Udp, node: SocketAddrV4) -> Nature {
    let transaction = Transaction(chance());
    let ports = stun::PORTS.map(|above| SocketAddrV4::new(*node.ip(), node.port().wrapping_add(above)));
    let mut seen = [None; 2];
    for wait in ASKED_AGAIN {
        for (port, _) in ports.iter().zip(&seen).filter(|(_, seen)| seen.is_none()) {
            // One that does not get through is asked again.
            let _ = socket.send_to(&stun::request(transaction), *port).await;
        }
        let until = tokio::time::Instant::now() + wait;
        while seen.contains(&None) {
            let mut bytes = [0; stun::PACKET];
            let Ok(received) = timeout_at(until, socket.recv_from(&mut bytes)).await else { break };
            let Ok((length, from)) = received else { continue };
            let answer = stun::read_response(&bytes[..length], transaction);
            if let (Some(place), Some(SocketAddr::V4(at))) =
                (ports.iter().position(|port| from == SocketAddr::V4(*port)), answer)
            {
                seen[place] = Some(at);
            }
        }
        if let [Some(first), Some(second)] = seen {
            return if first == second { Nature::Easy(first) } else { Nature::Hard(*first.ip()) };
        }
    }
    Nature::Blocked
}

/// The easy side's half.
struct Probing {
    began: Instant,
    line: Line,
    socket: Udp,
    target: Ipv4Addr,
    hears: Token,
    says: Token,
}

impl Probing {
    async fn run(mut self) -> io::Result<Option<Outcome>> {
        let began = self.began;
        let mut machine = Easy::new(u16::from_le_bytes(chance()), Moment::START);
        let (mut bytes, mut probes) = ([0; 64], 0);
        loop {
            while let Some(output) = machine.poll() {
                match output {
                    EasyOutput::Probe(port) => {
                        let packet = Packet { token: self.says, port }.encode();
                        probes += 1;
                        // One that is not sent is one that missed.
                        let _ = self.socket.send_to(&packet, SocketAddrV4::new(self.target, port)).await;
                    }
                    EasyOutput::Found(port) => {
                        tracing::debug!(probes, after = ?began.elapsed(), "a port was found");
                        let remote = SocketAddrV4::new(self.target, port);
                        let port = self.socket.port()?;
                        return Ok(Some(Outcome::Easy { port, remote, line: Box::new(self.line) }));
                    }
                    EasyOutput::Failed => return Ok(None),
                }
            }
            let input = tokio::select! {
                said = self.line.hear() => match said {
                    Some(Guess::Open(ports)) => EasyInput::Opened(ports),
                    _ => return Ok(None),
                },
                received = self.socket.recv_from(&mut bytes) => match self.answered(received, &bytes) {
                    Some(port) => EasyInput::Answered(port),
                    None => continue,
                },
                () = until(began, machine.deadline()) => EasyInput::Time,
            };
            machine.handle(input, now(began));
        }
    }

    /// The port of the other side that answered.
    fn answered(&self, received: io::Result<(usize, SocketAddr)>, bytes: &[u8]) -> Option<u16> {
        let (length, from) = received.ok()?;
        let packet = Packet::decode(bytes.get(..length)?, self.hears)?;
        (from == SocketAddr::from((self.target, packet.port))).then_some(packet.port)
    }
}

/// The hard side's half.
struct Opening {
    began: Instant,
    line: Line,
    node: SocketAddrV4,
    way: Way,
    target: SocketAddrV4,
    hears: Token,
    says: Token,
    sockets: Vec<Arc<Udp>>,
    readers: JoinSet<()>,
    heard: mpsc::Sender<HardInput>,
    asked: Transaction,
}

impl Opening {
    async fn run(mut self, mut heard: mpsc::Receiver<HardInput>) -> io::Result<Option<Outcome>> {
        let began = self.began;
        let mut machine = Hard::new(Moment::START);
        loop {
            while let Some(output) = machine.poll() {
                match output {
                    HardOutput::Open(_) => self.open().await?,
                    HardOutput::Ask(socket) => {
                        let port = self.node.port().wrapping_add(stun::PORTS[0]);
                        let node = SocketAddrV4::new(*self.node.ip(), port);
                        send(self.sockets.get(socket), &stun::request(self.asked), node).await;
                    }
                    HardOutput::Say(ports) => {
                        if self.line.say(Guess::Open(ports)).await.is_none() {
                            return Ok(None);
                        }
                    }
                    HardOutput::Answer { socket, port } => {
                        let packet = Packet { token: self.says, port }.encode();
                        send(self.sockets.get(socket), &packet, self.target).await;
                    }
                    HardOutput::Dial(socket) => return self.hand_over(socket).await,
                    HardOutput::Failed => return Ok(None),
                }
            }
            let input = tokio::select! {
                said = self.line.hear() => match said {
                    Some(Guess::Hit(port)) => HardInput::Hit(port),
                    _ => return Ok(None),
                },
                Some(heard) = heard.recv() => heard,
                () = until(began, machine.deadline()) => HardInput::Time,
            };
            machine.handle(input, now(began));
        }
    }

    async fn open(&mut self) -> io::Result<()> {
        let socket = Arc::new(Udp::bind(self.way).await?);
        let number = self.sockets.len();
        self.sockets.push(socket.clone());
        // It is heard by nobody: what counts is that the translator sees it.
        let opener = Packet { token: self.says, port: 0 }.encode();
        send(self.sockets.last(), &opener, self.target).await;
        let reader = Reader {
            socket,
            number,
            node: *self.node.ip(),
            asked: self.asked,
            target: self.target,
            hears: self.hears,
        };
        self.readers.spawn(reader.run(self.heard.clone()));
        Ok(())
    }

    async fn hand_over(mut self, socket: usize) -> io::Result<Option<Outcome>> {
        let Some(socket) = self.sockets.get(socket) else { return Ok(None) };
        let port = socket.port()?;
        // All sockets are closed when this returns.
        self.readers.shutdown().await;
        Ok(Some(Outcome::Hard { port, remote: self.target }))
    }
}

async fn send(socket: Option<&Arc<Udp>>, bytes: &[u8], to: SocketAddrV4) {
    if let Some(socket) = socket {
        // One that is not sent is one that got lost.
        let _ = socket.send_to(bytes, to).await;
    }
}

/// Listens on one of the hard side's sockets.
struct Reader {
    socket: Arc<Udp>,
    number: usize,
    node: Ipv4Addr,
    asked: Transaction,
    target: SocketAddrV4,
    hears: Token,
}

impl Reader {
    async fn run(self, heard: mpsc::Sender<HardInput>) {
        let mut bytes = [0; stun::PACKET];
        while let Ok((length, from)) = self.socket.recv_from(&mut bytes).await {
            let Some(input) = self.input(&bytes[..length], from) else { continue };
            if heard.send(input).await.is_err() {
                return;
            }
        }
    }

    fn input(&self, bytes: &[u8], from: SocketAddr) -> Option<HardInput> {
        if from == SocketAddr::V4(self.target) {
            let packet = Packet::decode(bytes, self.hears)?;
            return Some(HardInput::Probed { socket: self.number, port: packet.port });
        }
        let is_node = from.ip() == IpAddr::V4(self.node);
        let seen = is_node.then(|| stun::read_response(bytes, self.asked)).flatten()?;
        Some(HardInput::Seen(seen.port()))
    }
}

fn now(began: Instant) -> Moment {
    Moment::new(began.elapsed())
}

async fn until(began: Instant, moment: Moment) {
    sleep(moment.since(now(began))).await;
}

fn chance<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}
