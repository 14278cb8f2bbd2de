//! Network namespaces: computers and routers of a test, each with devices, addresses and rules of its own.
//!
//! A namespace has no name in the system. It lives as long as its value, or a program in it, and programs that were
//! started in it are killed with the thread that started them: nothing is left behind by a test that panics or is
//! killed, and tests beside each other cannot meet.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write as _;
use std::net::IpAddr;
use std::os::fd::AsRawFd as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio, id};
use std::sync::OnceLock;
use std::thread;

use nix::sched::{CloneFlags, setns, unshare};
use tempfile::TempDir;

/// A network of its own.
#[derive(Debug)]
pub struct Namespace {
    network: File,
    /// The settings by which programs in it ask for names, if they are others than the machine's.
    names: OnceLock<TempDir>,
}

/// Runs what follows with the settings in the directory that comes first, which it alone sees.
const WITH_NAMES: &str = r#"for f in "$0"/*; do mount --bind "$f" "/etc/${f##*/}" || exit; done; exec "$@""#;

/// What the lab runs beside programs of ours: in the order in which they are missed.
const NEEDED: &str =
    "nsenter unshare mount setpriv script getent ip nft ethtool conntrack miniupnpd tayga dnsmasq python3";

/// Why this machine cannot have namespaces with address translation, or nothing if it can.
#[must_use]
pub fn missing() -> Option<String> {
    let namespace = match Namespace::try_new() {
        Ok(namespace) => namespace,
        Err(error) => return Some(format!("no network namespaces ({error})")),
    };
    for program in NEEDED.split(' ') {
        let found = |directory: &str| Path::new(directory).join(program).exists();
        if !["/usr/sbin", "/usr/bin", "/sbin", "/bin"].into_iter().any(found) {
            return Some(format!("no {program}: deploy/packages test installs it"));
        }
    }
    // Looked for and not loaded, which takes ten times as long.
    let zeroconf = "import importlib.util, sys; sys.exit(not importlib.util.find_spec('zeroconf'))";
    let found = Command::new("/usr/bin/python3").args(["-c", zeroconf]).status();
    if !found.is_ok_and(|status| status.success()) {
        return Some("no python3-zeroconf: deploy/packages test installs it".to_owned());
    }
    let rules =
        "table ip probe {\n chain out {\n type nat hook postrouting priority 100;\n masquerade\n }\n}\n";
    if let Err(error) = namespace.try_feed("nft", &["-f", "-"], rules) {
        return Some(format!("no address translation ({error})"));
    }
    let devices: [&[&str]; 3] = [
        &["tuntap", "add", "dev", "probe0", "mode", "tun"],
        &["link", "add", "dev", "probe1", "type", "bridge"],
        &["link", "add", "dev", "probe2", "type", "veth", "peer", "name", "probe3"],
    ];
    devices.into_iter().find_map(|device| namespace.try_run("ip", device).err())
}

impl Namespace {
    /// An empty one, with nothing but its loopback.
    ///
    /// # Panics
    /// If the system does not permit it; see [`missing`].
    #[must_use]
    pub fn new() -> Self {
        let namespace = Self::try_new().expect("namespaces are permitted");
        namespace.run("ip", &["link", "set", "lo", "up"]);
        namespace
    }

    fn try_new() -> Result<Self, String> {
        // A thread's namespace is its own, and this one ends with it.
        let made = thread::spawn(|| {
            unshare(CloneFlags::CLONE_NEWNET).map_err(|error| error.to_string())?;
            File::open("/proc/thread-self/ns/net").map_err(|error| error.to_string())
        });
        made.join().expect("no panic").map(|network| Self { network, names: OnceLock::new() })
    }

    /// Where other programs find it.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        format!("/proc/{}/fd/{}", id(), self.network.as_raw_fd()).into()
    }

    /// `program` in it, which dies with the thread that starts it.
    #[must_use]
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new("nsenter");
        command.arg(format!("--net={}", self.path().display())).arg("--");
        if let Some(names) = self.names.get() {
            command.args(["unshare", "--mount", "--", "sh", "-c", WITH_NAMES]).arg(names.path());
        }
        command.args(["setpriv", "--pdeathsig", "KILL", "--"]).arg(program);
        command
    }

    /// Programs that are started in it from now on ask `server` for names, and nobody else; those that were started after
    /// another was said, too.
    ///
    /// # Panics
    /// If the settings cannot be written.
    pub fn resolves_by(&self, server: IpAddr) {
        let names = self.names.get_or_init(|| tempfile::tempdir().expect("a place for settings"));
        // In their place, where programs that run see them.
        let write = |name, text: String| fs::write(names.path().join(name), text).expect("settings");
        write("resolv.conf", format!("nameserver {server}\n"));
        write("nsswitch.conf", "hosts: files dns\n".to_owned());
    }

    /// Programs that are started in it from now on know that name by heart.
    ///
    /// # Panics
    /// If the settings cannot be written.
    pub fn knows(&self, name: &str, at: IpAddr) {
        let names = self.names.get_or_init(|| tempfile::tempdir().expect("a place for settings"));
        fs::write(names.path().join("hosts"), format!("{at} {name}\n")).expect("settings");
    }

    /// Runs a program to its end.
    ///
    /// # Panics
    /// If it fails.
    pub fn run(&self, program: &str, arguments: &[&str]) -> String {
        self.try_run(program, arguments).unwrap_or_else(|error| panic!("{error}"))
    }

    /// The same with something to read.
    ///
    /// # Panics
    /// If it fails.
    pub fn feed(&self, program: &str, arguments: &[&str], text: &str) {
        self.try_feed(program, arguments, text).unwrap_or_else(|error| panic!("{error}\nin {text}"));
    }

    /// Lets it pass on packets that are for others.
    pub fn forwards(&self) {
        self.run("sh", &["-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"]);
    }

    /// The bytes that have gone through a device of it, in and out.
    ///
    /// # Panics
    /// If there is no such device.
    #[must_use]
    pub fn passed(&self, device: &str) -> u64 {
        // Of the thread's own network; a process sees that of its first one.
        let devices = self.within(|| fs::read_to_string("/proc/thread-self/net/dev")).expect("a list");
        let named = |line: &&str| line.split_once(':').is_some_and(|(name, _)| name.trim() == device);
        let (_, figures) = devices.lines().find(named).and_then(|line| line.split_once(':')).expect("it");
        let figures: Vec<u64> = figures.split_whitespace().flat_map(str::parse).collect();
        // Eight figures of what came in, then those of what went out; bytes are the first.
        figures[0] + figures[8]
    }

    /// Does something while in it.
    ///
    /// # Panics
    /// If that panics.
    pub fn within<T: Send>(&self, doing: impl FnOnce() -> T + Send) -> T {
        let enter = || {
            setns(&self.network, CloneFlags::CLONE_NEWNET).expect("a namespace that exists");
            doing()
        };
        thread::scope(|scope| scope.spawn(enter).join().expect("no panic"))
    }

    fn try_run(&self, program: &str, arguments: &[&str]) -> Result<String, String> {
        self.try_feed(program, arguments, "")
    }

    fn try_feed(&self, program: &str, arguments: &[&str], text: &str) -> Result<String, String> {
        let mut command = self.command(program);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| format!("nsenter: {error}"))?;
        let mut input = child.stdin.take().expect("it was piped");
        // A program that does not read is not to blame.
        let _ = input.write_all(text.as_bytes());
        drop(input);
        let output = child.wait_with_output().map_err(|error| format!("{program}: {error}"))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(format!("{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr).trim()))
    }
}

impl Default for Namespace {
    fn default() -> Self {
        Self::new()
    }
}

/// Connects `a` and `b` by a cable with these ends. What a network card would do later or at once is done packet by
/// packet: bundling would hide what a wire carries, and checksums left to a card are missing behind a translation.
pub fn cable(a: &Namespace, end_a: &str, b: &Namespace, end_b: &str) {
    let other = b.path();
    let other = other.to_str().expect("a path of ours");
    a.run("ip", &["link", "add", "dev", end_a, "type", "veth", "peer", "name", end_b, "netns", other]);
    for (namespace, end) in [(a, end_a), (b, end_b)] {
        let off = ["gro", "gso", "tso", "tx", "tx-udp-segmentation"].map(|what| [what, "off"]);
        let arguments = [&["-K", end][..], off.as_flattened()].concat();
        namespace.run("ethtool", &arguments);
        namespace.run("ip", &["link", "set", end, "up"]);
    }
}
