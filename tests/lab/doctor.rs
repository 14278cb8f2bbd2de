//! What `entraide doctor` says of a place, which is built to be of that kind.

use std::time::{Duration, Instant};

use entraide_tests::client::Client;
use entraide_tests::namespace::Namespace;
use serde_json::Value;

use crate::ground::Ground;
use crate::place::{Kind, Pair, World};
use crate::skipped;

/// Far longer than it looks for anything.
const PATIENCE: Duration = Duration::from_secs(90);

#[test]
fn the_kind_of_translator_is_told() {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    let told = |first, second| Told::at(&ground, first, second, "ask");
    let [public, kept] = told(Kind::Public, Kind::PortKept);
    assert_eq!(public.of("node"), "both");
    assert_eq!((public.of("nat"), public.of("mapping")), ("public", "unneeded"));
    assert_eq!((kept.of("nat"), kept.of("mapping")), ("easy", "refused"));
    assert_eq!(kept.partners(), ["direct", "direct", "direct", "direct"]);
    let [symmetric, no_udp] = told(Kind::Symmetric, Kind::NoUdp);
    assert_eq!(symmetric.of("nat"), "hard");
    assert_eq!(symmetric.partners(), ["direct", "direct", "relayed", "relayed"]);
    assert_eq!((no_udp.of("node"), no_udp.of("nat")), ("tcp", "blocked"));
    assert_eq!(no_udp.partners(), ["direct", "direct", "relayed", "direct"]);
    let [mapped, carrier] = told(Kind::SymmetricMapped, Kind::Carrier);
    assert_eq!((mapped.of("nat"), mapped.of("mapping")), ("hard", "opened"));
    assert_eq!(mapped.partners(), ["direct", "direct", "direct", "direct"]);
    assert_eq!(carrier.of("nat"), "easy");
}

#[test]
fn a_router_is_left_alone_if_it_is_to_be() {
    if skipped() {
        return;
    }
    let [mapped, public] = Told::at(&Ground::new(), Kind::SymmetricMapped, Kind::Public, "leave");
    assert_eq!((mapped.of("mapping"), public.of("mapping")), ("unasked", "unasked"));
    assert_eq!(mapped.partners(), ["direct", "direct", "relayed", "relayed"], "as if it opened none");
}

/// All that was found.
pub(crate) struct Told(Vec<Value>);

impl Told {
    /// What is found at both places, with the router asked or not.
    fn at(ground: &Ground, first: Kind, second: Kind, router: &str) -> [Self; 2] {
        let world = World::new(Pair::Apart(first, second));
        let data = tempfile::tempdir().expect("a place for files");
        let (_node, address) = ground.node((&world.node, world.node_at), data.path());
        [&world.host, &world.helper].map(|at| Self::with(ground, at, &address, router))
    }

    /// What is found at that place, with that node.
    pub(crate) fn with(ground: &Ground, at: &Namespace, address: &str, router: &str) -> Self {
        let data = tempfile::tempdir().expect("a place for files");
        let mut command = ground.program(at, "entraide", data.path());
        command.args(["doctor", "--json", "--router", router, "--rendezvous", address]);
        let began = Instant::now();
        let mut doctor = Client::start("doctor", command);
        let (at, ended) = doctor.event_within(PATIENCE, "ended", |_| true).expect("an end");
        assert_eq!((&ended["reason"], &ended["helps"]), (&"normal".into(), &true.into()), "{ended}");
        let mut found = Vec::new();
        while doctor.has_unread("finding") {
            found.push(doctor.event("finding"));
        }
        let found = Self(found);
        eprintln!("{}, the router {}: after {:?}", found.of("nat"), found.of("mapping"), at - began);
        found
    }

    fn values<'a>(&'a self, about: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |found| found["about"] == about).filter_map(|found| found["value"].as_str())
    }

    pub(crate) fn of(&self, about: &str) -> &str {
        self.0
            .iter()
            .find(|found| found["about"] == about)
            .and_then(|found| found["value"].as_str())
            .unwrap_or("")
    }

    /// For an open one, one at home, one behind a strict router, one without UDP.
    pub(crate) fn partners(&self) -> Vec<&str> {
        self.values("partner").collect()
    }
}
