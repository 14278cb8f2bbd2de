//! A network with IPv6 only, its translator to IPv4 (tayga, behind the kernel's own), and its name server.

use entraide_common::nat64::NAME;
use entraide_tests::namespace::{Namespace, cable};
use entraide_tests::xserver::wait_until;

use super::Router;

/// What is let through to the translator; its answers are let through as such.
pub(crate) const PASSING: &str = "iifname lan0 oifname nat64 accept";

/// The addresses that the translator gives to those inside, which are translated once more.
const POOL: &str = "192.168.255.0/24";

/// What a resolver that translates answers: the two addresses of that name behind the prefix. It was held against one
/// that computes it (unbound's dns64), which is not used here because Debian's package would start a service.
const WELL_KNOWN: [u8; 2] = [170, 171];

/// A name that the server knows, with its only address.
pub(crate) const NAMED: (&str, &str) = ("meet.example.org", "9.1.1.1");

/// A name by which the server shows that it is there.
const READY: (&str, &str) = ("ready.example.org", "2a0a::1");

impl Router {
    /// Gives `inside` IPv6, a translator to IPv4 behind `prefix`, and a name server. The last number of `network`
    /// tells networks apart.
    pub(crate) fn serve_ipv6(
        &mut self,
        [.., number]: [u8; 3],
        (inside, device): (&Namespace, &str),
        prefix: &str,
    ) {
        cable(&self.namespace, "lan0", inside, device);
        let forward = "echo 1 > /proc/sys/net/ipv6/conf/all/forwarding";
        self.namespace.run("sh", &["-c", forward]);
        let own = address(&self.namespace, "lan0", number, 1);
        self.translate_ipv6(prefix, number);
        self.answer_for_names(prefix, &own);
        join_ipv6(inside, device, number);
    }

    fn translate_ipv6(&mut self, prefix: &str, number: u8) {
        let data = self.files.path().to_owned();
        let settings = format!(
            "tun-device nat64\nipv4-addr 192.168.255.1\nipv6-addr 2a0a:64:{number}:ff::1\nprefix {prefix}\n\
             dynamic-pool {POOL}\ndata-dir {}\n",
            data.display()
        );
        let path = self.file("tayga.conf", &settings);
        let settings = path.to_str().expect("a path of ours");
        self.namespace.run("tayga", &["--mktun", "-c", settings]);
        self.namespace.run("ip", &["link", "set", "nat64", "up"]);
        self.namespace.run("ip", &["route", "add", POOL, "dev", "nat64"]);
        self.namespace.run("ip", &["-6", "route", "add", prefix, "dev", "nat64"]);
        self.start("tayga", |command| command.arg("-d").arg("-c").arg(path));
    }

    fn answer_for_names(&mut self, prefix: &str, own: &str) {
        let name = NAME.trim_end_matches('.');
        let records = WELL_KNOWN.map(|last| {
            let behind = behind(prefix, last);
            format!("--host-record={name},192.0.0.{last},{behind}")
        });
        let named = [NAMED, READY].map(|(name, address)| format!("--host-record={name},{address}"));
        self.start("dnsmasq", |command| {
            command.args(["--no-daemon", "--no-resolv", "--no-hosts", "--conf-file=/dev/null"]);
            command.args(["--bind-interfaces", "--log-queries", "--user=root", "--listen-address"]);
            command.arg(own).args(records).args(named)
        });
    }

    /// From now on what is sent to private addresses behind the translator is counted.
    pub(crate) fn watch_private(&self) {
        let rules = "table ip6 watch {
            chain private {
                type filter hook prerouting priority 0; policy accept;
                ip6 daddr { 64:ff9b::a00:0/104, 64:ff9b::c0a8:0/112 } counter
            }
        }";
        self.namespace.feed("nft", &["-f", "-"], rules);
    }

    /// How many packets that were.
    pub(crate) fn sent_to_private(&self) -> u64 {
        let rules = self.namespace.run("nft", &["list", "table", "ip6", "watch"]);
        let counted = rules.split("packets ").nth(1).and_then(|rest| rest.split(' ').next());
        counted.and_then(|count| count.parse().ok()).expect("a number of packets")
    }

    /// How often somebody inside has asked for a translator.
    pub(crate) fn sought_translators(&self) -> usize {
        let log = std::fs::read_to_string(self.log("dnsmasq")).unwrap_or_default();
        log.lines()
            .filter(|line| line.contains("query[AAAA]") && line.contains(NAME.trim_end_matches('.')))
            .count()
    }
}

/// Gives `inside` its address in that network, and the name server there.
pub(crate) fn join_ipv6(inside: &Namespace, device: &str, number: u8) {
    inside.run("ip", &["link", "set", device, "up"]);
    address(inside, device, number, 2);
    let router = format!("2a0a:64:{number}::1");
    inside.run("ip", &["-6", "route", "replace", "default", "via", &router]);
    inside.resolves_by(router.parse().expect("an address"));
    wait_until("the name server answers", || {
        let asked = inside.command("getent").args(["ahostsv6", READY.0]).output();
        asked.is_ok_and(|answer| answer.status.success()).then_some(())
    });
}

/// Gives an address in that network. Nobody else is there: it need not wait to find that out.
fn address(at: &Namespace, device: &str, number: u8, last: u8) -> String {
    let address = format!("2a0a:64:{number}::{last}");
    at.run("ip", &["-6", "address", "replace", &format!("{address}/64"), "dev", device, "nodad"]);
    address
}

/// 192.0.0.`last` behind one of the lab's two kinds of prefixes, written out rather than computed by what is tested.
fn behind(prefix: &str, last: u8) -> String {
    match prefix.split_once("::/") {
        Some((prefix, "96")) => format!("{prefix}::c000:{last:x}"),
        Some((prefix, "64")) => format!("{prefix}:c0:0:{last:x}00:0"),
        _ => panic!("{prefix}: which length?"),
    }
}
