//! Meeting on a local network without any node: the host announces itself there, and the helper looks around.
//!
//! It is DNS-SD over mDNS (RFC 6763, RFC 6762): a service of [`SERVICE`] that says the host's number, its peer id and its
//! ports. The addresses come with the answer, each network having its own.
//!
//! The service's name means nothing and belongs to one announcement. Were it the number, a listener would mix what several
//! say who have the same number, and lose the right host among them; were it the host, the end of one announcement
//! would be taken for the end of the next.
//!
//! # What it guarantees
//! - A helper's question names no number: whoever listens learns that somebody looks around, and not for whom.
//! - What is found lies in one of this computer's own networks, so that nobody can make it knock on doors elsewhere.
//!
//! # What it does not
//! Anybody on the network may answer, with any number and id. Who it is the transport proves, and whether it is the
//! right one the pairing. Who answers in the name of another hides it, and so do many who say its number: as many as
//! [`limits::LAN_HOSTS`] are listed. And everybody there can see that somebody waits for help, where, and under which
//! number: it is announced for no code but those that were asked for on this network.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use entraide_common::ids::{PeerKey, Plate};
use entraide_common::limits;
use entraide_common::wire::addresses::{Address, Carrier};
use libp2p::{Multiaddr, PeerId};
use mdns_sd::{IfKind, ResolvedService, ServiceDaemon, ServiceEvent, ServiceInfo};
use tokio::time::{Instant, timeout, timeout_at};
use tracing::{debug, info};

use super::nat64::Way;
use super::networks::Network;
use super::{Net, NetError, candidates};

/// What hosts that wait are announced as.
const SERVICE: &str = "_entraide._udp.local.";

/// The names of what is said besides the addresses.
const NUMBER: &str = "number";
const ID: &str = "id";
/// The ports, as they are named: IPv4 and IPv6 have others.
const PORTS: [(&str, Family, Carrier); 4] = [
    ("quic", Family::V4, Carrier::Quic),
    ("tcp", Family::V4, Carrier::Tcp),
    ("quic6", Family::V6, Carrier::Quic),
    ("tcp6", Family::V6, Carrier::Tcp),
];

/// How long listeners may take to say all their ports. One that is blocked never does.
const LISTENERS: Duration = Duration::from_secs(2);
/// How long the first word on the network may take, and the last.
const WORD: Duration = Duration::from_secs(2);

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
        if timeout(WORD, ended.recv_async()).await.is_err() {
            info!("an announcement was not taken back in time");
        }
    }
}

impl Net {
    /// Announces this host under `plate` on all local networks, those it comes into later included, with the ports that it
    /// has now. When the call returns, this computer has heard itself.
    ///
    /// # Errors
    /// [`NetError::NoNetwork`] if it is in none, [`NetError::NotAnnounced`] if nothing is heard there,
    /// [`NetError::System`] if nothing listens.
    pub async fn announce(&self, plate: Plate) -> Result<Announcement, NetError> {
        let networks = Network::of_this_computer();
        if networks.is_empty() {
            return Err(NetError::NoNetwork);
        }
        let ports = self.ports(&networks).await?;
        let id = self.key.to_string();
        // In small letters: as a name of the DNS it is the same in all others, and not every program knows.
        let name = format!("{plate}-{}", id.get(id.len().saturating_sub(12)..).unwrap_or(&id)).to_lowercase();
        // A name of its own for the computer as well: the system's would tell the network whose it is.
        let computer = format!("entraide-{name}.local.");
        let mut said = vec![(NUMBER.to_owned(), plate.to_string()), (ID.to_owned(), id)];
        said.extend(ports.iter().map(|(name, port)| ((*name).to_owned(), port.to_string())));
        let port = ports.first().map_or(0, |(_, port)| *port);
        let service = ServiceInfo::new(SERVICE, &name, &computer, "", port, &said[..]).map_err(system)?;
        let mut service = service.enable_addr_auto();
        // Nobody has that name by chance: it comes from a fresh key.
        service.set_requires_probe(false);
        let own = service.get_fullname().to_owned();
        let daemon = Daemon::new()?;
        let heard = daemon.0.browse(SERVICE).map_err(system)?;
        daemon.0.register(service).map_err(system)?;
        let heard = async {
            while let Ok(event) = heard.recv_async().await {
                if matches!(event, ServiceEvent::ServiceResolved(service) if service.fullname == own) {
                    return true;
                }
            }
            false
        };
        let is_heard = timeout(WORD, heard).await.unwrap_or(false);
        daemon.0.stop_browse(SERVICE).map_err(system)?;
        is_heard.then_some(Announcement(daemon)).ok_or(NetError::NotAnnounced)
    }

    /// The ports that a neighbour can call, by name; at least one.
    async fn ports(&self, networks: &[Network]) -> Result<Vec<(&'static str, u16)>, NetError> {
        let is_there = |family| networks.iter().any(|network| network.is_ipv4() == (family == Family::V4));
        let wanted = PORTS.iter().filter(|(_, family, _)| is_there(*family)).map(|(name, ..)| *name);
        let wanted: Vec<&str> = wanted.collect();
        let are_there = |own: &Vec<Multiaddr>| {
            let ports = named_ports(own);
            wanted.iter().all(|wanted| ports.iter().any(|(name, _)| name == wanted))
        };
        let mut own = self.own.clone();
        // Whichever of them are there when the time is up do.
        let _ = timeout(LISTENERS, own.wait_for(are_there)).await;
        let ports = named_ports(&own.borrow());
        if ports.is_empty() {
            return Err(NetError::System("nothing listens".to_owned()));
        }
        Ok(ports)
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
        gather(&Daemon::new()?, plate, &networks).await
    }
}

/// Listens until a moment after the first host that has the number.
async fn gather(daemon: &Daemon, plate: Plate, networks: &[Network]) -> Result<Vec<Neighbour>, NetError> {
    let answers = daemon.0.browse(SERVICE).map_err(system)?;
    let mut found: Vec<Neighbour> = Vec::new();
    let mut asked = HashMap::new();
    let mut until = Instant::now() + limits::LAN_SEARCH;
    while let Ok(Ok(answer)) = timeout_at(until, answers.recv_async()).await {
        let ServiceEvent::ServiceResolved(service) = answer else { continue };
        let Some((host, addresses)) = read(&service, plate, networks) else {
            debug!(name = service.fullname, "announced, and not the one that is looked for");
            continue;
        };
        debug!(name = service.fullname, ?addresses, "a host is announced");
        if addresses.is_empty() {
            // What was said by IPv6 tells no address of IPv4, and the other answer was lost, or is not given twice a second.
            // Those that come now are told with the service, as long as this is kept.
            let is_new = asked.len() < limits::LAN_HOSTS && !asked.contains_key(&service.host);
            if is_new && let Ok(others) = daemon.0.resolve_hostname(&service.host, None) {
                asked.insert(service.host, others);
            }
            continue;
        }
        // The same host over another of its networks, or once more.
        found.retain(|other| other.host != host);
        found.push(Neighbour { host, addresses });
        until = until.min(Instant::now() + limits::LAN_OTHERS);
        if found.len() >= limits::LAN_HOSTS {
            break;
        }
    }
    Ok(found)
}

/// What was announced, if it is a host with that number, and where this computer may call it.
fn read(service: &ResolvedService, plate: Plate, networks: &[Network]) -> Option<(PeerKey, Vec<Multiaddr>)> {
    let said = |name| service.get_property_val_str(name);
    if said(NUMBER)? != plate.to_string() {
        return None;
    }
    let host = PeerKey::from_peer_id(&said(ID)?.parse::<PeerId>().ok()?)?;
    let mut ips: Vec<_> = service.addresses.iter().map(|address| address.to_ip_addr()).collect();
    ips.retain(|ip| networks.iter().any(|network| network.holds(*ip)));
    ips.sort_unstable();
    let port = |name| said(name)?.parse::<u16>().ok().filter(|port| *port != 0);
    let at = |ip: IpAddr| {
        let ports = PORTS.iter().filter(move |(_, family, _)| *family == Family::of(ip));
        ports.filter_map(move |&(name, _, carrier)| {
            Some(Address { carrier, socket: SocketAddr::new(ip, port(name)?) })
        })
    };
    let told: Vec<Address> = ips.into_iter().flat_map(at).collect();
    let mut addresses = candidates::to_dial(&told, networks, false, Way::Plain);
    addresses.truncate(limits::LAN_ADDRESSES);
    Some((host, addresses))
}

/// The ports that this computer listens on, by name.
fn named_ports(own: &[Multiaddr]) -> Vec<(&'static str, u16)> {
    let own: Vec<Address> = own.iter().filter_map(candidates::parse).collect();
    let port = |&(name, family, carrier): &(&'static str, Family, Carrier)| {
        let is_it = |it: &&Address| it.carrier == carrier && Family::of(it.socket.ip()) == family;
        own.iter().find(is_it).map(|address| (name, address.socket.port()))
    };
    PORTS.iter().filter_map(port).collect()
}

/// IPv4 or IPv6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    V4,
    V6,
}

impl Family {
    const fn of(ip: IpAddr) -> Self {
        if ip.is_ipv4() { Self::V4 } else { Self::V6 }
    }
}

/// The thread that speaks mDNS; dropped, it ends.
struct Daemon(ServiceDaemon);

impl Daemon {
    fn new() -> Result<Self, NetError> {
        let daemon = Self(ServiceDaemon::new().map_err(system)?);
        // Whoever hears that is this computer.
        daemon.0.disable_interface(vec![IfKind::LoopbackV4, IfKind::LoopbackV6]).map_err(system)?;
        Ok(daemon)
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
