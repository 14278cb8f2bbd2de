//! Routers of real kernels: what they translate, what they let in, and which ports they open when asked.

pub(crate) mod nat64;

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use entraide_tests::link::DEVICE;
use entraide_tests::namespace::{Namespace, cable};
use tempfile::TempDir;

pub(crate) use self::nat64::PASSING;

/// The device of a computer behind a router.
pub(crate) const LAN_DEVICE: &str = "eth0";

/// A translator between an outer device and inner networks.
pub(crate) struct Router {
    pub(crate) namespace: Namespace,
    /// What runs on it: what opens ports when asked, what translates, what answers for names.
    programs: Vec<Child>,
    /// Their settings and logs.
    files: TempDir,
}

impl Router {
    pub(crate) fn new() -> Self {
        let namespace = Namespace::new();
        namespace.forwards();
        let files = tempfile::tempdir().expect("a place for its settings");
        Self { namespace, programs: Vec::new(), files }
    }

    /// Gives `inside` the address 2 of a network of which this is 1.
    pub(crate) fn serve(&self, device: &str, network: [u8; 3], inside: &Namespace) {
        self.serve_as(device, network, inside, LAN_DEVICE);
    }

    pub(crate) fn serve_as(&self, device: &str, network: [u8; 3], inside: &Namespace, inside_device: &str) {
        cable(&self.namespace, device, inside, inside_device);
        self.address(device, network);
        join(inside, inside_device, network, 2);
    }

    /// Puts both on one network, in which it is itself `own`; the addresses end in how many bits it shares.
    pub(crate) fn bridge(&self, own: &str, insides: [(&Namespace, &str); 2]) {
        // Where the system offers it, what crosses a bridge is not for the router's rules.
        let off = "for f in /proc/sys/net/bridge/bridge-nf-call-*; do [ ! -e $f ] || echo 0 > $f; done";
        self.namespace.run("sh", &["-c", off]);
        self.namespace.run("ip", &["link", "add", "dev", "lan0", "type", "bridge"]);
        self.namespace.run("ip", &["link", "set", "lan0", "up"]);
        self.namespace.run("ip", &["address", "add", own, "dev", "lan0"]);
        let (gateway, _) = own.split_once('/').expect("how many bits are shared");
        for ((inside, address), end) in insides.into_iter().zip(["port2", "port3"]) {
            cable(&self.namespace, end, inside, LAN_DEVICE);
            self.namespace.run("ip", &["link", "set", end, "master", "lan0"]);
            inside.run("ip", &["address", "add", address, "dev", LAN_DEVICE]);
            inside.run("ip", &["route", "add", "default", "via", gateway]);
        }
    }

    fn address(&self, device: &str, [a, b, c]: [u8; 3]) {
        self.namespace.run("ip", &["address", "add", &format!("{a}.{b}.{c}.1/24"), "dev", device]);
    }

    /// Translates what goes out by the rule `out`, what comes in by `inwards`; `passing` says what may not pass. The
    /// outer side answers nothing to strangers: a refusal, or an entry in the table, would spoil a punched hole.
    pub(crate) fn translate(&self, out: &str, inwards: &str, passing: &str) {
        let rules = format!(
            "table inet filter {{
                chain miniupnpd {{ }}
                chain prerouting_miniupnpd {{ }}
                chain postrouting_miniupnpd {{ }}
                chain strangers {{
                    type filter hook input priority 0; policy accept;
                    iifname {DEVICE} ct state != {{ established, related }} drop
                }}
                chain passing {{
                    type filter hook forward priority 0; policy drop;
                    {passing}
                    ct state {{ established, related }} accept
                    ct status dnat accept
                    oifname {DEVICE} accept
                    jump miniupnpd
                }}
                chain inwards {{
                    type nat hook prerouting priority -100; policy accept;
                    {inwards}
                    jump prerouting_miniupnpd
                }}
                chain out {{
                    type nat hook postrouting priority 100; policy accept;
                    jump postrouting_miniupnpd
                    oifname {DEVICE} meta l4proto {{ tcp, udp }} {out}
                }}
            }}"
        );
        self.namespace.feed("nft", &["-f", "-"], &rules);
    }

    /// By UPnP, by NAT-PMP and PCP, or by all of them.
    pub(crate) fn open_ports_when_asked(&mut self, upnp: bool, pcp: bool) {
        let [upnp, pcp] = [upnp, pcp].map(|on| if on { "yes" } else { "no" });
        let settings = format!(
            "ext_ifname={DEVICE}\nlistening_ip=lan0\nenable_natpmp={pcp}\nenable_upnp={upnp}\nsecure_mode=yes\n\
             upnp_table_name=filter\nupnp_nat_table_name=filter\nsystem_uptime=yes\n\
             uuid=a1fc72c2-0e7b-458f-b22c-112d0d6c90d9\n\
             allow 1024-65535 192.168.0.0/16 1024-65535\ndeny 0-65535 0.0.0.0/0 0-65535\n"
        );
        let path = self.file("settings", &settings);
        let number = self.files.path().join("number");
        self.start("miniupnpd", |command| command.arg("-d").arg("-f").arg(path).arg("-P").arg(number));
    }

    /// Whether it has opened a port because somebody asked.
    pub(crate) fn has_opened(&self) -> bool {
        let chain = ["list", "chain", "inet", "filter", "prerouting_miniupnpd"];
        self.namespace.run("nft", &chain).contains("dnat")
    }

    /// A file with that text.
    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.files.path().join(name);
        std::fs::write(&path, text).expect("its settings");
        path
    }

    /// Starts a program, which ends with the router and logs into a file of its name.
    fn start(&mut self, program: &str, with: impl FnOnce(&mut Command) -> &mut Command) {
        let log = std::fs::File::create(self.log(program)).expect("its log");
        let mut command = self.namespace.command(program);
        let child = with(&mut command).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn();
        self.programs.push(child.unwrap_or_else(|error| panic!("{program}: {error}")));
    }

    fn log(&self, program: &str) -> PathBuf {
        self.files.path().join(format!("{program}.log"))
    }
}

impl Drop for Router {
    fn drop(&mut self) {
        for program in &mut self.programs {
            // It may have ended by itself.
            let _ = program.kill();
            let _ = program.wait();
        }
    }
}

fn join(inside: &Namespace, device: &str, [a, b, c]: [u8; 3], number: u8) {
    inside.run("ip", &["address", "add", &format!("{a}.{b}.{c}.{number}/24"), "dev", device]);
    inside.run("ip", &["route", "add", "default", "via", &format!("{a}.{b}.{c}.1")]);
}
