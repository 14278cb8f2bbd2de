//! An internet in this process: every line ends in a TUN device, and what comes in on one is put out on the line of
//! its destination, later, if at all.
//!
//! Some kernels have no `netem`, and none keeps to a figure under load as a queue of ours does. Packets between two
//! lines keep their order strictly, unless a line is told otherwise: reordering alone makes QUIC crawl. What is sent is
//! counted by its two ends.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::fd::AsFd as _;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use tun_rs::{DeviceBuilder, SyncDevice};

use crate::namespace::Namespace;

/// The name of the device at which a line ends.
pub const DEVICE: &str = "wan";
/// The same with IPv6.
pub const DEVICE_V6: &str = "wan6";
/// How long a thread may take to notice that all is over, milliseconds.
const NOTICE: u16 = 100;
/// The largest packet.
const PACKET: usize = 65_536;
/// What waits at most to be sent over a line of limited rate that does not say.
const BACKLOG: Duration = Duration::from_millis(100);
/// How much later a packet comes that is overtaken.
const LATE: Duration = Duration::from_millis(10);

/// What a line does to packets, in each direction.
#[derive(Debug, Clone, Copy, Default)]
pub struct Line {
    /// How long it takes.
    pub delay: Duration,
    /// How many of a thousand packets it loses.
    pub loss: u16,
    /// How many of a thousand packets come 10 ms late, and are overtaken by those behind them.
    pub late: u16,
    /// How many bits it carries a second; none is without end.
    pub rate: Option<u64>,
    /// How long a packet waits at most to be sent over a line of limited rate; what would wait longer is lost. None
    /// is 100 ms, as a good router has it.
    pub queue: Option<Duration>,
}

/// What one address has sent to another, lost packets included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sent {
    /// How many packets.
    pub packets: u64,
    /// How many of them were parts of a larger one (RFC 791).
    pub fragments: u64,
    /// All their bytes.
    pub bytes: u64,
    /// The length of the largest.
    pub largest: usize,
}

/// The middle. Dropped, it carries nothing any more.
pub struct Internet {
    core: Arc<Core>,
    readers: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Core {
    ports: RwLock<HashMap<IpAddr, Arc<Port>>>,
    /// Between whom nothing passes, in either direction.
    severed: RwLock<HashSet<(IpAddr, IpAddr)>>,
    /// What was sent from whom to whom.
    sent: Mutex<HashMap<(IpAddr, IpAddr), Sent>>,
    chance: AtomicU64,
    over: AtomicBool,
}

/// One line's end in the middle.
struct Port {
    device: SyncDevice,
    line: Mutex<Line>,
    traffic: Mutex<Traffic>,
    queued: Condvar,
}

/// What is under way to a line, and until when the line is busy.
struct Traffic {
    packets: BinaryHeap<Reverse<Packet>>,
    count: u64,
    up_until: Instant,
    down_until: Instant,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Packet {
    due: Instant,
    number: u64,
    bytes: Vec<u8>,
}

impl Internet {
    /// Without any line.
    #[must_use]
    pub fn new() -> Self {
        let core = Core { chance: AtomicU64::new(0x9e37_79b9_7f4a_7c15), ..Core::default() };
        Self { core: Arc::new(core), readers: Vec::new() }
    }

    /// Gives `namespace` a line with that address, over which it reaches everything of that version of IP. It has one
    /// line for each version at most.
    ///
    /// # Panics
    /// If the device cannot be had.
    pub fn connect(&mut self, namespace: &Namespace, address: IpAddr, line: Line) {
        let (family, whole, name) =
            if address.is_ipv4() { ("-4", 32, DEVICE) } else { ("-6", 128, DEVICE_V6) };
        let device = namespace.within(|| DeviceBuilder::new().name(name).mtu(1500).build_sync());
        let device = device.expect("a TUN device");
        device.set_nonblocking(true).expect("a TUN device that need not wait");
        let address_of = format!("{address}/{whole}");
        namespace.run("ip", &["address", "replace", &address_of, "dev", name]);
        namespace.run("ip", &["link", "set", name, "up"]);
        namespace.run("ip", &[family, "route", "replace", "default", "dev", name]);
        let port = Arc::new(Port::new(device, line));
        self.core.ports.write().unwrap_or_else(PoisonError::into_inner).insert(address, port.clone());
        let (core, from) = (self.core.clone(), port.clone());
        self.readers.push(thread::spawn(move || core.read(&from)));
        let core = self.core.clone();
        self.readers.push(thread::spawn(move || port.write(&core.over)));
    }

    /// What the one has sent to the other.
    #[must_use]
    pub fn sent(&self, from: IpAddr, to: IpAddr) -> Sent {
        lock(&self.core.sent).get(&(from, to)).copied().unwrap_or_default()
    }

    /// From now on nothing passes between the two, or everything does again.
    pub fn sever(&self, one: IpAddr, other: IpAddr, severed: bool) {
        let mut pairs = self.core.severed.write().unwrap_or_else(PoisonError::into_inner);
        for pair in [(one, other), (other, one)] {
            if severed {
                pairs.insert(pair);
            } else {
                pairs.remove(&pair);
            }
        }
    }

    /// From now on the line of `before` has the address `after`, and so has the device at its end in `namespace`.
    ///
    /// # Panics
    /// If nobody has that address, or the device cannot be had another.
    pub fn move_to(&self, namespace: &Namespace, before: IpAddr, after: IpAddr) {
        let (family, whole, name) =
            if before.is_ipv4() { ("-4", 32, DEVICE) } else { ("-6", 128, DEVICE_V6) };
        let mut ports = self.core.ports.write().unwrap_or_else(PoisonError::into_inner);
        let port = ports.remove(&before).expect("a line");
        namespace.run("ip", &["address", "delete", &format!("{before}/{whole}"), "dev", name]);
        namespace.run("ip", &["address", "add", &format!("{after}/{whole}"), "dev", name]);
        namespace.run("ip", &[family, "route", "replace", "default", "dev", name]);
        ports.insert(after, port);
    }

    /// From now on the line of `address` is like this.
    ///
    /// # Panics
    /// If nobody has that address.
    pub fn change(&self, address: IpAddr, line: Line) {
        let ports = self.core.ports.read().unwrap_or_else(PoisonError::into_inner);
        *lock(&ports.get(&address).expect("a line").line) = line;
    }
}

impl Default for Internet {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Internet {
    fn drop(&mut self) {
        self.core.over.store(true, Ordering::SeqCst);
        for reader in self.readers.drain(..) {
            // One that panicked has said so.
            let _ = reader.join();
        }
    }
}

impl Core {
    fn read(&self, from: &Port) {
        let mut packet = vec![0; PACKET];
        while !self.over.load(Ordering::SeqCst) {
            match from.device.recv(&mut packet) {
                Ok(length) => self.pass_on(from, &packet[..length]),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => from.wait_readable(),
                // The namespace is gone.
                Err(_) => return,
            }
        }
    }

    fn pass_on(&self, from: &Port, packet: &[u8]) {
        let Some((source, destination)) = ends(packet) else { return };
        lock(&self.sent).entry((source, destination)).or_default().count(packet);
        let severed = self.severed.read().unwrap_or_else(PoisonError::into_inner);
        if severed.contains(&(source, destination)) {
            return;
        }
        drop(severed);
        let to = self.ports.read().unwrap_or_else(PoisonError::into_inner).get(&destination).cloned();
        // Nobody lives there, as on the internet: no answer.
        let Some(to) = to else { return };
        // One after the other: two that send to each other would wait for ever.
        let up = *lock(&from.line);
        let down = *lock(&to.line);
        if self.draws(up.loss) || self.draws(down.loss) {
            return;
        }
        let Some(mut arrived) = from.up(packet.len(), up) else { return };
        if self.draws(up.late) || self.draws(down.late) {
            arrived += LATE;
        }
        to.down(packet, arrived, down);
    }

    /// Says yes so many of a thousand times.
    fn draws(&self, of_a_thousand: u16) -> bool {
        // xorshift (Marsaglia 2003); two threads that draw the same number do no harm.
        let mut x = self.chance.load(Ordering::Relaxed);
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        self.chance.store(x, Ordering::Relaxed);
        x % 1000 < u64::from(of_a_thousand)
    }
}

impl Sent {
    fn count(&mut self, packet: &[u8]) {
        self.packets += 1;
        self.bytes += packet.len() as u64;
        self.largest = self.largest.max(packet.len());
        self.fragments += u64::from(is_fragment(packet));
    }
}

impl Port {
    fn new(device: SyncDevice, line: Line) -> Self {
        let now = Instant::now();
        let traffic = Traffic { packets: BinaryHeap::new(), count: 0, up_until: now, down_until: now };
        Self { device, line: Mutex::new(line), traffic: Mutex::new(traffic), queued: Condvar::new() }
    }

    /// When a packet of that length has gone up the line; nothing if too much waits already.
    fn up(&self, length: usize, line: Line) -> Option<Instant> {
        let traffic = &mut *lock(&self.traffic);
        occupy(&mut traffic.up_until, Instant::now(), length, line)
    }

    /// Puts a packet under way down the line.
    fn down(&self, packet: &[u8], from: Instant, line: Line) {
        let traffic = &mut *lock(&self.traffic);
        let Some(due) = occupy(&mut traffic.down_until, from, packet.len(), line) else { return };
        traffic.count += 1;
        traffic.packets.push(Reverse(Packet { due, number: traffic.count, bytes: packet.to_vec() }));
        self.queued.notify_one();
    }

    /// Delivers what is due.
    fn write(&self, over: &AtomicBool) {
        let mut traffic = lock(&self.traffic);
        while !over.load(Ordering::SeqCst) {
            let now = Instant::now();
            let wait = match traffic.packets.peek() {
                Some(Reverse(next)) if next.due <= now => Duration::ZERO,
                Some(Reverse(next)) => next.due - now,
                None => Duration::from_millis(u64::from(NOTICE)),
            };
            if wait > Duration::ZERO {
                let woken = self.queued.wait_timeout(traffic, wait);
                traffic = woken.unwrap_or_else(PoisonError::into_inner).0;
                continue;
            }
            let Some(Reverse(packet)) = traffic.packets.pop() else { continue };
            drop(traffic);
            // A device that is full or gone loses it, as a line does.
            let _ = self.device.send(&packet.bytes);
            traffic = lock(&self.traffic);
        }
    }

    fn wait_readable(&self) {
        let mut wanted = [PollFd::new(self.device.as_fd(), PollFlags::POLLIN)];
        // Interrupted or not, the caller looks again.
        let _ = poll(&mut wanted, PollTimeout::from(NOTICE));
    }
}

/// Sends over a line that is busy until then; gives when it has arrived at the other end.
fn occupy(busy: &mut Instant, from: Instant, length: usize, line: Line) -> Option<Instant> {
    let Some(rate) = line.rate else { return Some(from + line.delay) };
    let start = from.max(*busy);
    if start - from > line.queue.unwrap_or(BACKLOG) {
        return None;
    }
    let bits = u64::try_from(length).expect("a packet's length") * 8;
    *busy = start + Duration::from_nanos(bits * 1_000_000_000 / rate.max(1));
    Some(*busy + line.delay)
}

/// Whether an IPv4 packet is a part of a larger one: more follow, or it does not begin at its beginning.
fn is_fragment(packet: &[u8]) -> bool {
    packet.first().is_some_and(|first| first >> 4 == 4)
        && packet.get(6..8).is_some_and(|flags| u16::from_be_bytes([flags[0], flags[1]]) & 0x3fff != 0)
}

/// Where an IP packet comes from and where it goes.
fn ends(packet: &[u8]) -> Option<(IpAddr, IpAddr)> {
    let v4 = |from: usize| {
        let bytes: [u8; 4] = packet.get(from..from + 4)?.try_into().ok()?;
        Some(IpAddr::V4(Ipv4Addr::from(bytes)))
    };
    let v6 = |from: usize| {
        let bytes: [u8; 16] = packet.get(from..from + 16)?.try_into().ok()?;
        Some(IpAddr::V6(Ipv6Addr::from(bytes)))
    };
    match packet.first()? >> 4 {
        4 => Some((v4(12)?, v4(16)?)),
        6 => Some((v6(8)?, v6(24)?)),
        _ => None,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing is ever left half changed.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
