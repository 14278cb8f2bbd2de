//! Meeting on a local network without any node: the host announces itself there, and the helper looks around.
//!
//! It is DNS-SD over mDNS (RFC 6763, RFC 6762): a service of [`SERVICE`], called by the host's peer id, with its number
//! and its ports. The addresses come with the answer, each network having its own. The number is no name, since names
//! are for one each: what several say under one name a listener may mix, and the right host would be lost among others
//! who have its number by chance or say so.
//!
//! # What it guarantees
//! - A helper's question names no number: whoever listens learns that somebody looks around, and not for whom.
//! - What is found lies in one of this computer's own networks, so that nobody can make it knock on doors elsewhere.
//!
//! # What it does not
//! Anybody on the network may answer, with any number and id. Who it is the transport proves, and whether it is the
//! right one the pairing. Who answers in the name of another hides it, as whoever disturbs a network can. And everybody
//! there can see that somebody waits for help, where, and under which number: it is announced for no code but those
//! that were asked for on this network.

use std::net::SocketAddr;
use std::time::Duration;

use entraide_common::ids::{PeerKey, Plate};
use entraide_common::limits;
use entraide_common::wire::addresses::{Address, Carrier};
use libp2p::{Multiaddr, PeerId};
use mdns_sd::{Receiver, ResolvedService, ServiceDaemon, ServiceEvent, ServiceInfo};
use tokio::time::{Instant, timeout, timeout_at};
use tracing::{debug, info};

use super::nat64::Way;
use super::networks::Network;
use super::{Net, NetError, candidates};

/// What hosts that wait are announced as.
const SERVICE: &str = "_entraide._udp.local.";

/// The names of what is said besides peer id and addresses.
const NUMBER: &str = "number";
const QUIC: &str = "quic";
const TCP: &str = "tcp";

/// How long listeners may take to say all their ports, once one is known. One that is blocked never does.
const PORTS: Duration = Duration::from_secs(1);
/// How long the last word on the network may take.
const GOODBYE: Duration = Duration::from_secs(1);

/// A host that somebody on this network announces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbour {
    /// Who it says it is.
    pub host: PeerKey,
    /// Where, at most [`limits::LAN_ADDRESSES`]; never empty.
    pub addresses: Vec<Multiaddr>,
}

/// This host, announced until the value is dropped.
#[derive(Debug)]
pub struct Announcement(Daemon);

impl Announcement {
    /// Takes it back, and waits until that is said.
    pub async fn end(self) {
        let Ok(ended) = self.0.0.shutdown() else { return };
        if timeout(GOODBYE, ended.recv_async()).await.is_err() {
            info!("an announcement was not taken back in time");
        }
    }
}

impl Net {
    /// Announces this host under `plate` on all local networks, those it comes into later included.
    ///
    /// # Errors
    /// [`NetError::NoNetwork`] if it is in none, [`NetError::System`].
    pub async fn announce(&self, plate: Plate) -> Result<Announcement, NetError> {
        let mut own = self.own.clone();
        let some = timeout(limits::REACH_TIME, own.wait_for(|own| Ports::of(own).are_any())).await;
        let some = Ports::of(&some.map_err(|_| NetError::NoNetwork)?.map_err(|_| NetError::Stopped)?);
        let Ports { quic, tcp } = match timeout(PORTS, own.wait_for(|own| Ports::of(own).are_all())).await {
            Ok(all) => Ports::of(&all.map_err(|_| NetError::Stopped)?),
            Err(_) => some,
        };
        let id = self.key.to_string();
        // A name of this run's own, as its key is: the computer's would tell the network whose it is.
        let computer = format!("entraide-{}.local.", id.get(id.len().saturating_sub(12)..).unwrap_or(&id));
        let said = [(NUMBER, plate.to_string()), (QUIC, said_port(quic)), (TCP, said_port(tcp))];
        let port = quic.or(tcp).ok_or(NetError::NoNetwork)?;
        let service = ServiceInfo::new(SERVICE, &id, &computer, "", port, &said[..]);
        let daemon = Daemon::new()?;
        daemon.0.register(service.map_err(system)?.enable_addr_auto()).map_err(system)?;
        Ok(Announcement(daemon))
    }

    /// The hosts that are announced under `plate` on the local networks, at most [`limits::LAN_HOSTS`]. Takes a
    /// moment if there is one, and [`limits::LAN_SEARCH`] if there is none.
    ///
    /// # Errors
    /// [`NetError::NoNetwork`] if this computer is in none, [`NetError::System`].
    pub async fn look_around(&self, plate: Plate) -> Result<Vec<Neighbour>, NetError> {
        let networks = Network::of_this_computer();
        if networks.is_empty() {
            return Err(NetError::NoNetwork);
        }
        let daemon = Daemon::new()?;
        let answers = daemon.0.browse(SERVICE).map_err(system)?;
        Ok(gather(&answers, plate, &networks).await)
    }
}

/// Listens until a moment after the first host that has the number.
async fn gather(answers: &Receiver<ServiceEvent>, plate: Plate, networks: &[Network]) -> Vec<Neighbour> {
    let mut found: Vec<Neighbour> = Vec::new();
    let mut until = Instant::now() + limits::LAN_SEARCH;
    while let Ok(Ok(answer)) = timeout_at(until, answers.recv_async()).await {
        let ServiceEvent::ServiceResolved(service) = answer else { continue };
        let Some(neighbour) = read(&service, plate, networks) else {
            debug!(name = %service.fullname, "announced, and not the one that is looked for");
            continue;
        };
        // The same host over another of its networks, or once more.
        found.retain(|other| other.host != neighbour.host);
        found.push(neighbour);
        until = until.min(Instant::now() + limits::LAN_OTHERS);
        if found.len() >= limits::LAN_HOSTS {
            break;
        }
    }
    found
}

/// What was announced, if it is a host with that number whom this computer may call.
fn read(service: &ResolvedService, plate: Plate, networks: &[Network]) -> Option<Neighbour> {
    let said = |name| service.get_property_val_str(name);
    if said(NUMBER)? != plate.to_string() {
        return None;
    }
    let name = service.fullname.strip_suffix(SERVICE)?.strip_suffix('.')?;
    debug!(name, "a host is announced");
    let host = PeerKey::from_peer_id(&name.parse::<PeerId>().ok()?)?;
    let port = |name| said(name)?.parse::<u16>().ok().filter(|port| *port != 0);
    let ports = [(Carrier::Quic, port(QUIC)), (Carrier::Tcp, port(TCP))];
    let mut ips: Vec<_> = service.addresses.iter().map(|address| address.to_ip_addr()).collect();
    ips.sort_unstable();
    let told: Vec<Address> = ips
        .into_iter()
        .filter(|ip| networks.iter().any(|network| network.holds(*ip)))
        .flat_map(|ip| ports.map(|(carrier, port)| (carrier, ip, port)))
        .filter_map(|(carrier, ip, port)| Some(Address { carrier, socket: SocketAddr::new(ip, port?) }))
        .collect();
    let mut addresses = candidates::to_dial(&told, networks, false, Way::Plain);
    addresses.truncate(limits::LAN_ADDRESSES);
    (!addresses.is_empty()).then_some(Neighbour { host, addresses })
}

/// The ports that this computer listens on. IPv4 and IPv6 have others, and one pair is announced: that of IPv4, where there
/// is any.
struct Ports {
    quic: Option<u16>,
    tcp: Option<u16>,
}

impl Ports {
    /// Those among the addresses of this computer that a neighbour could call.
    fn of(own: &[Multiaddr]) -> Self {
        let mut networks = Network::of_this_computer();
        if networks.iter().any(|network| network.is_ipv4()) {
            networks.retain(|network| network.is_ipv4());
        }
        let near: Vec<Address> = own
            .iter()
            .filter_map(candidates::parse)
            .filter(|address| networks.iter().any(|network| network.is_of(address.socket.ip())))
            .collect();
        let port = |carrier| {
            near.iter().find(|address| address.carrier == carrier).map(|address| address.socket.port())
        };
        Self { quic: port(Carrier::Quic), tcp: port(Carrier::Tcp) }
    }

    fn are_any(&self) -> bool {
        self.quic.is_some() || self.tcp.is_some()
    }

    fn are_all(&self) -> bool {
        self.quic.is_some() && self.tcp.is_some()
    }
}

/// 0 for none.
fn said_port(port: Option<u16>) -> String {
    port.unwrap_or(0).to_string()
}

/// The thread that speaks mDNS; dropped, it ends.
struct Daemon(ServiceDaemon);

impl Daemon {
    fn new() -> Result<Self, NetError> {
        ServiceDaemon::new().map(Self).map_err(system)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // An error says that it has ended.
        let _ = self.0.shutdown();
    }
}

impl std::fmt::Debug for Daemon {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Daemon")
    }
}

fn system(error: mdns_sd::Error) -> NetError {
    NetError::System(error.to_string())
}
