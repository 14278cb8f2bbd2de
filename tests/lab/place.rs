//! The places at which a host or a helper may be, built of namespaces, cables and real address translators.

mod kind;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use entraide_tests::link::{DEVICE, DEVICE_V6, Internet, Line, Sent};
use entraide_tests::namespace::Namespace;

pub(crate) use self::kind::Kind;
use crate::router::nat64::join_ipv6;
use crate::router::{LAN_DEVICE, PASSING, Router};

/// Half of a line's way to the middle and on to another: 80 ms there and back between two places, 40 ms to the node.
const WAY: Duration = Duration::from_millis(20);

/// Ports that are changed, and changed for each destination.
const CHANGED: &str = "masquerade to :10000-30000";
const RANDOM: &str = "masquerade random,fully-random";

/// Where a computer has IPv4 beside IPv6.
const IPV4_DEVICE: &str = "eth1";

/// The network inside the helper's place, and another that it may move to, over that device.
const HELPERS: [u8; 3] = [192, 168, 1];
const ANOTHER: [u8; 3] = [192, 168, 99];
const ANOTHER_DEVICE: &str = "eth2";

/// Where host and helper are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pair {
    /// The host at the first, the helper at the second, far from each other.
    Apart(Kind, Kind),
    /// On one network behind one translator.
    OneLan,
    /// Behind one translator on networks that know no way to each other.
    OneNat,
}

impl Pair {
    /// All 66.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let apart = Kind::ALL.into_iter().flat_map(|a| Kind::ALL.map(|b| Self::Apart(a, b)));
        apart.chain([Self::OneLan, Self::OneNat])
    }
}

impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Apart(host, helper) => write!(f, "{host} - {helper}"),
            Self::OneLan => f.write_str("one LAN"),
            Self::OneNat => f.write_str("one NAT, two LANs"),
        }
    }
}

/// A world with a node and two places.
pub(crate) struct World {
    /// Where the node is.
    pub(crate) node: Namespace,
    /// The node's address.
    pub(crate) node_at: IpAddr,
    /// Whether host and helper have the node's name in their settings, and not its address.
    pub(crate) is_named: bool,
    /// Another node, if there is one, and its address.
    pub(crate) second: Option<(Namespace, IpAddr)>,
    pub(crate) host: Namespace,
    pub(crate) helper: Namespace,
    /// What passes the packets on; held for as long as they shall pass.
    internet: Internet,
    routers: Vec<Router>,
}

impl World {
    /// Where the node is reached.
    pub(crate) const NODE: Ipv4Addr = Ipv4Addr::new(9, 1, 1, 1);
    /// Its name, where it has one.
    pub(crate) const NODE_NAME: &str = "meet.example.org";
    const NODE_V6: Ipv6Addr = Ipv6Addr::new(0x2a0a, 9, 0, 0, 0, 0, 0, 2);
    const HOST: Ipv4Addr = Ipv4Addr::new(5, 2, 2, 2);
    const HELPER: Ipv4Addr = Ipv4Addr::new(6, 3, 3, 3);

    pub(crate) fn new(pair: Pair) -> Self {
        let mut world = Self::around(Self::NODE.into());
        match pair {
            Pair::Apart(host, helper) => {
                let first = place(&mut world.internet, &world.host, host, Self::HOST, [192, 168, 178]);
                let second = place(&mut world.internet, &world.helper, helper, Self::HELPER, HELPERS);
                world.routers = first.into_iter().chain(second).collect();
            }
            Pair::OneLan => world.share_a_lan("192.168.1.1/24", ["192.168.1.2/24", "192.168.1.3/24"]),
            Pair::OneNat => world.share_a_router(),
        }
        world
    }

    /// Two places and a node that have IPv6 and nothing else; the places' routers let no stranger in.
    pub(crate) fn of_ipv6() -> Self {
        Self::around(Self::NODE_V6.into()).with_ipv6()
    }

    /// Both on one network as a company has it: their addresses share fewer bits than at home.
    pub(crate) fn of_a_wide_lan() -> Self {
        let mut world = Self::around(Self::NODE.into());
        world.share_a_lan("10.20.0.1/16", ["10.20.1.2/16", "10.20.7.3/16"]);
        world
    }

    /// Both on one network without IPv4. The host's computer has some, on a bridge that leads nowhere, as those for containers.
    pub(crate) fn of_a_lan_of_ipv6() -> Self {
        let world = Self::new(Pair::OneLan);
        for (place, address) in [(&world.host, "fd12::2/64"), (&world.helper, "fd12::3/64")] {
            place.run("ip", &["-4", "address", "flush", "dev", LAN_DEVICE]);
            place.run("ip", &["-6", "address", "add", address, "dev", LAN_DEVICE, "nodad"]);
        }
        world.host.run("ip", &["link", "add", "docker0", "type", "bridge"]);
        world.host.run("ip", &["address", "add", "172.17.0.1/16", "dev", "docker0"]);
        world.host.run("ip", &["link", "set", "docker0", "up"]);
        world
    }

    /// A node there, and places without any line.
    fn around(node_at: IpAddr) -> Self {
        let [node, host, helper] = [(); 3].map(|()| Namespace::new());
        let mut internet = Internet::new();
        internet.connect(&node, node_at, Line::default());
        Self { node, node_at, is_named: false, second: None, host, helper, internet, routers: Vec::new() }
    }

    /// Whether the one place has sent anything to the other, whatever it was.
    pub(crate) fn have_spoken(&self) -> bool {
        let (between, _) = self.sent();
        between.packets > 0
    }

    /// What was sent between the two places, and between them and the node; both ways together.
    pub(crate) fn sent(&self) -> (Sent, Sent) {
        let between = self.both_ways(Self::HOST, Self::HELPER);
        let [host, helper] = [Self::HOST, Self::HELPER].map(|place| self.both_ways(place, Self::NODE));
        (between, sum(host, helper))
    }

    /// The bytes that the host's computer, which is behind a router, has sent to whomever and was sent.
    pub(crate) fn passed_the_host(&self) -> u64 {
        self.host.passed(LAN_DEVICE)
    }

    fn both_ways(&self, a: Ipv4Addr, b: Ipv4Addr) -> Sent {
        sum(self.internet.sent(a.into(), b.into()), self.internet.sent(b.into(), a.into()))
    }

    /// From now on the lines of both places lose so many of a thousand packets, each way.
    pub(crate) fn lose(&self, of_a_thousand: u16) {
        self.change(Line { delay: WAY, loss: of_a_thousand, ..Line::default() });
    }

    /// From now on the lines of both places are like this.
    pub(crate) fn change(&self, line: Line) {
        for address in [Self::HOST, Self::HELPER] {
            self.internet.change(address.into(), line);
        }
    }

    /// From now on the routers' outer lines take packets of so many bytes.
    pub(crate) fn narrow(&self, bytes: u16) {
        for router in &self.routers {
            router.namespace.run("ip", &["link", "set", DEVICE, "mtu", &bytes.to_string()]);
        }
    }

    /// From now on the translators let no UDP through.
    pub(crate) fn stop_udp(&self) {
        for router in &self.routers {
            let rule = ["insert", "rule", "inet", "filter", "passing", "meta", "l4proto", "udp", "drop"];
            router.namespace.run("nft", &rule);
        }
    }

    /// The translators forget what they have translated, as when they are started anew.
    pub(crate) fn forget(&self) {
        for router in &self.routers {
            router.namespace.run("conntrack", &["--flush"]);
        }
    }

    /// From now on nothing passes between the two places, or everything does again. The node is reached by both.
    pub(crate) fn sever(&self, severed: bool) {
        self.internet.sever(Self::HOST.into(), Self::HELPER.into(), severed);
    }

    /// The helper's computer, which has no translator, is in another network from now on.
    pub(crate) fn move_helper(&self) {
        self.internet.move_to(&self.helper, Self::HELPER.into(), Ipv4Addr::new(7, 4, 4, 4).into());
    }

    /// The same with the host's.
    pub(crate) fn move_host(&self) {
        self.internet.move_to(&self.host, Self::HOST.into(), Ipv4Addr::new(8, 5, 5, 5).into());
    }

    /// The host's computer, which shares a network with the helper's, has another address there from now on.
    pub(crate) fn renumber_host(&self, before: &str, after: &str) {
        self.host.run("ip", &["address", "delete", before, "dev", LAN_DEVICE]);
        self.host.run("ip", &["address", "add", after, "dev", LAN_DEVICE]);
    }

    /// The helper's computer, which has no translator, has IPv6 and nothing else from now on. It must have been built so.
    pub(crate) fn leave_ipv4(&self) {
        self.helper.run("ip", &["address", "flush", "dev", DEVICE]);
        self.helper.run("ip", &["link", "set", DEVICE, "down"]);
        self.helper.run("ip", &["link", "set", DEVICE_V6, "up"]);
        let address = format!("{}/128", ipv6_of(2));
        self.helper.run("ip", &["address", "replace", &address, "dev", DEVICE_V6]);
        self.helper.run("ip", &["-6", "route", "replace", "default", "dev", DEVICE_V6]);
    }

    /// The helper's computer, which has IPv4 beside IPv6, has IPv6 only from now on.
    pub(crate) fn take_ipv4(&self) {
        self.helper.run("ip", &["link", "set", IPV4_DEVICE, "down"]);
    }

    /// Puts a network beside the helper's that is like it, with another prefix; the helper is not in it yet.
    pub(crate) fn with_another_nat64(mut self) -> Self {
        let mut router = Router::new();
        line(&mut self.internet, &router.namespace, Ipv4Addr::new(7, 4, 4, 4));
        let prefix = Kind::Nat64Own.prefix().expect("it has one");
        router.serve_ipv6(ANOTHER, (&self.helper, ANOTHER_DEVICE), prefix);
        router.translate(CHANGED, "", PASSING);
        self.helper.run("ip", &["link", "set", ANOTHER_DEVICE, "down"]);
        let [.., number] = HELPERS;
        join_ipv6(&self.helper, LAN_DEVICE, number);
        self.routers.push(router);
        self
    }

    /// The helper is in that network from now on, and no longer in its own.
    pub(crate) fn move_helper_to_another_nat64(&self) {
        self.helper.run("ip", &["link", "set", LAN_DEVICE, "down"]);
        let [.., number] = ANOTHER;
        join_ipv6(&self.helper, ANOTHER_DEVICE, number);
    }

    /// The routers; the host's come first.
    pub(crate) fn routers(&self) -> &[Router] {
        &self.routers
    }

    /// How often computers at the places have asked for a translator to IPv4.
    pub(crate) fn sought_translators(&self) -> usize {
        self.routers.iter().map(Router::sought_translators).sum()
    }

    /// The node is given by its name.
    pub(crate) fn with_named_node(mut self) -> Self {
        for place in [&self.host, &self.helper] {
            place.knows(Self::NODE_NAME, self.node_at);
        }
        self.is_named = true;
        self
    }

    /// A second node, at an address of IPv4 or, if `ipv6` says so, of IPv6 and nothing else.
    pub(crate) fn with_second_node(mut self, ipv6: bool) -> Self {
        let at: IpAddr = if ipv6 { Self::NODE_V6.into() } else { Ipv4Addr::new(9, 1, 1, 2).into() };
        let node = Namespace::new();
        self.internet.connect(&node, at, Line::default());
        self.second = Some((node, at));
        self
    }

    /// Gives the host's place IPv6 beside what it has, and the helper's a line of IPv6 that is down.
    pub(crate) fn with_ipv6_to_come(self) -> Self {
        let world = self.with_ipv6();
        world.helper.run("ip", &["link", "set", DEVICE_V6, "down"]);
        world
    }

    /// Gives both places IPv6 as a home has it: an address of its own, and a router that lets no stranger in.
    pub(crate) fn with_ipv6(mut self) -> Self {
        self.give_ipv6(1);
        self.give_ipv6(2);
        self
    }

    /// To the host's place, which is the first, or to the helper's.
    fn give_ipv6(&mut self, number: u16) {
        let inside = if number == 1 { &self.host } else { &self.helper };
        let address = ipv6_of(number);
        self.internet.connect(inside, address.into(), Line { delay: WAY, ..Line::default() });
        let rules = format!(
            "table ip6 home {{
                chain strangers {{
                    type filter hook input priority 0; policy accept;
                    iifname {DEVICE_V6} ct state != {{ established, related }} drop
                }}
            }}"
        );
        inside.feed("nft", &["-f", "-"], &rules);
    }

    /// Both behind one router, on one network.
    fn share_a_lan(&mut self, router_at: &str, places: [&str; 2]) {
        let router = self.router();
        router.bridge(router_at, [(&self.host, places[0]), (&self.helper, places[1])]);
        self.routers.push(router);
    }

    /// Both behind one router, on two networks.
    fn share_a_router(&mut self) {
        let router = self.router();
        router.serve("lan0", [192, 168, 1], &self.host);
        router.serve("lan1", [192, 168, 2], &self.helper);
        self.routers.push(router);
    }

    /// A router with a line, which translates.
    fn router(&mut self) -> Router {
        let router = Router::new();
        line(&mut self.internet, &router.namespace, Self::HOST);
        router.translate("masquerade", "", "");
        router
    }
}

fn ipv6_of(number: u16) -> Ipv6Addr {
    Ipv6Addr::new(0x2a0a, number, 0, 0, 0, 0, 0, 2)
}

fn sum(a: Sent, b: Sent) -> Sent {
    Sent {
        packets: a.packets + b.packets,
        fragments: a.fragments + b.fragments,
        bytes: a.bytes + b.bytes,
        largest: a.largest.max(b.largest),
    }
}

fn line(internet: &mut Internet, namespace: &Namespace, address: Ipv4Addr) {
    internet.connect(namespace, IpAddr::V4(address), Line { delay: WAY, ..Line::default() });
}

/// Builds the place around `inside`.
fn place(
    internet: &mut Internet,
    inside: &Namespace,
    kind: Kind,
    address: Ipv4Addr,
    network: [u8; 3],
) -> Vec<Router> {
    if kind == Kind::Public {
        line(internet, inside, address);
        return Vec::new();
    }
    let mut router = Router::new();
    if let Some(prefix) = kind.prefix() {
        line(internet, &router.namespace, address);
        router.serve_ipv6(network, (inside, LAN_DEVICE), prefix);
        if kind == Kind::Nat64Beside {
            router.serve_as("lan1", network, inside, IPV4_DEVICE);
        }
        let out = if kind == Kind::Nat64Symmetric { RANDOM } else { CHANGED };
        router.translate(out, "", PASSING);
        return vec![router];
    }
    router.serve("lan0", network, inside);
    if let Kind::Carrier | Kind::SymmetricCarrier = kind {
        let outer = Router::new();
        line(internet, &outer.namespace, address);
        outer.serve_as("lan0", [100, 64, 7], &router.namespace, DEVICE);
        let (out, further) = match kind {
            Kind::Carrier => ("masquerade", CHANGED),
            _ => (RANDOM, RANDOM),
        };
        outer.translate(further, "", "");
        router.translate(out, "", "");
        return vec![router, outer];
    }
    line(internet, &router.namespace, address);
    let [a, b, c] = network;
    let all_to_inside = format!("iifname {DEVICE} meta l4proto {{ tcp, udp }} dnat ip to {a}.{b}.{c}.2");
    match kind {
        Kind::FullCone => router.translate("masquerade", &all_to_inside, ""),
        Kind::PortChanged => router.translate(CHANGED, "", ""),
        Kind::Symmetric | Kind::SymmetricMapped | Kind::SymmetricUpnp | Kind::SymmetricPcp => {
            router.translate(RANDOM, "", "");
        }
        Kind::NoUdp => router.translate("masquerade", "", "meta l4proto udp drop"),
        _ => router.translate("masquerade", "", ""),
    }
    match kind {
        Kind::SymmetricMapped => router.open_ports_when_asked(true, true),
        Kind::SymmetricUpnp => router.open_ports_when_asked(true, false),
        Kind::SymmetricPcp => router.open_ports_when_asked(false, true),
        _ => {}
    }
    vec![router]
}
