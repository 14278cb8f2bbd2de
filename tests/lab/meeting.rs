//! A host and a helper, real programs at their places, who meet by a code; and how it went.

use std::net::IpAddr;
use std::thread;
use std::time::{Duration, Instant};

use entraide_tests::client::Client;
use entraide_tests::namespace::Namespace;
use entraide_tests::session::{HELPER, HOST};
use libp2p::Multiaddr;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::ground::{Ground, IN_TYPEWRITER, LOG, SETTINGS};
use crate::place::World;

/// How long a direct path is waited for where one must come.
pub(crate) const HOPE: Duration = Duration::from_secs(20);
/// And where none can come.
pub(crate) const NO_HOPE: Duration = Duration::from_secs(6);
/// A host that waits for a helper has long found out what it can about its router by then.
const BEFORE_THE_HELPER: Duration = Duration::from_millis(1500);

/// Seconds within which a path is direct where one must come, on the slowest machine; and how long what follows is watched.
const CHANGE_BY: usize = 30;
const AFTER_THE_CHANGE: usize = 2;

/// The id of a node that does not run.
const NOBODY: &str = "12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN";

/// How a meeting went. Times are as the helper's or the host's program told them.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    /// Whether the helper came to see the screen.
    pub(crate) met: bool,
    /// Kind and transport of the last path, say `direct quic`.
    pub(crate) path: String,
    /// From the code to the host's question.
    pub(crate) question: Duration,
    /// From Allow to the first picture.
    pub(crate) picture: Duration,
    /// From the code to the first path that no node is on.
    pub(crate) direct: Option<Duration>,
}

impl Outcome {
    /// Of a meeting that did not come about.
    pub(crate) fn failed() -> Self {
        let none = Duration::ZERO;
        Self { met: false, path: "FAILED".to_owned(), question: none, picture: none, direct: None }
    }
}

/// A host who waits for a helper. Programs end before what they stand on.
pub(crate) struct Waiting<'a> {
    ground: &'a Ground,
    world: &'a World,
    pub(crate) host: Client,
    nodes: Vec<Client>,
    data: TempDir,
    /// Where the nodes are.
    addresses: Vec<String>,
    pub(crate) code: String,
    /// How long the host's program took to show it, from its start.
    pub(crate) shown: Duration,
}

impl<'a> Waiting<'a> {
    /// Until the host shows a code.
    pub(crate) fn begin(ground: &'a Ground, world: &'a World) -> Self {
        Self::begin_with(ground, world, "", &[])
    }

    /// The same with a node, or two, that have these settings, and a host who invites with these arguments.
    pub(crate) fn begin_with(ground: &'a Ground, world: &'a World, settings: &str, how: &[&str]) -> Self {
        let data = tempfile::tempdir().expect("a place for files");
        std::fs::write(data.path().join(SETTINGS), settings).expect("the node's settings");
        let places = places_of_nodes(world);
        let (nodes, mut addresses): (Vec<_>, Vec<_>) =
            places.map(|place| ground.node(place, data.path())).unzip();
        if world.is_named {
            let at = Multiaddr::from(world.node_at).to_string();
            addresses[0] = addresses[0].replace(&at, &format!("/dns4/{}", World::NODE_NAME));
        }
        let waiting = Self::invite(ground, world, data, addresses, how);
        thread::sleep(BEFORE_THE_HELPER);
        Self { nodes, ..waiting }
    }

    /// A host who waits on the local network. There is no node at the place that both have in their settings.
    pub(crate) fn begin_here(ground: &'a Ground, world: &'a World) -> Self {
        let data = tempfile::tempdir().expect("a place for files");
        let address = format!("{}/tcp/4580/p2p/{NOBODY}", Multiaddr::from(world.node_at));
        let waiting = Self::invite(ground, world, data, vec![address], &["--lan"]);
        thread::sleep(BEFORE_THE_HELPER);
        waiting
    }

    fn invite(
        ground: &'a Ground,
        world: &'a World,
        data: TempDir,
        addresses: Vec<String>,
        how: &[&str],
    ) -> Self {
        let mut command = ground.entraide(&world.host, &data.path().join("host"), &addresses, HOST);
        command.args(["invite", "--json"]).args(how).env("DISPLAY", ground.display().display());
        let began = Instant::now();
        let mut host = Client::start("host", command);
        let (at, code) = host.event_within(HOPE * 3, "code", |_| true).expect("a code");
        let code = code["digits"].as_str().expect("digits").to_owned();
        Self { ground, world, host, nodes: Vec::new(), data, addresses, code, shown: at - began }
    }

    /// Ends the node without a last word.
    pub(crate) fn kill_node(&mut self) {
        self.nodes[0].kill();
    }

    /// Ends the node, of several, whose address the path names.
    pub(crate) fn kill_node_of(&mut self, path: &Value) {
        let named = path["node"].as_str().expect("a relayed path names its node");
        let is_named = |address: &String| address.split('/').nth(2).is_some_and(|at| named.contains(at));
        let place = self.addresses.iter().position(is_named).expect("one of ours");
        self.nodes[place].kill();
    }

    /// The same node at the same place.
    pub(crate) fn start_node(&mut self) {
        let (node, address) = self.ground.node((&self.world.node, self.world.node_at), self.data.path());
        assert_eq!(address, self.addresses[0], "it keeps its key");
        self.nodes[0] = node;
    }

    /// A helper who types a code.
    pub(crate) fn helper(&self, name: &str, code: &str) -> Client {
        let data = self.data.path().join(name);
        let mut command = self.ground.entraide(&self.world.helper, &data, &self.addresses, HELPER);
        command.args(["join", "-", "--json"]);
        let mut helper = Client::start(name, command);
        helper.line(code);
        helper
    }
}

/// Where there are nodes.
fn places_of_nodes(world: &World) -> impl Iterator<Item = (&Namespace, IpAddr)> {
    let second = world.second.as_ref().map(|(node, at)| (node, *at));
    std::iter::once((&world.node, world.node_at)).chain(second)
}

/// A host and a helper who have met.
pub(crate) struct Meeting<'a> {
    pub(crate) helper: Client,
    pub(crate) waiting: Waiting<'a>,
    /// When the helper was given the code.
    typed: Instant,
    question: Duration,
    picture: Duration,
}

impl<'a> Meeting<'a> {
    /// Until the helper sees the host's screen.
    pub(crate) fn begin(ground: &'a Ground, world: &'a World) -> Self {
        Self::of(Waiting::begin(ground, world))
    }

    /// The same with a node, or two, that have these settings.
    pub(crate) fn begin_with(ground: &'a Ground, world: &'a World, settings: &str) -> Self {
        Self::of(Waiting::begin_with(ground, world, settings, &[]))
    }

    /// The same with a host who waits.
    pub(crate) fn of(mut waiting: Waiting<'a>) -> Self {
        let mut helper = waiting.helper("helper", &waiting.code);
        let typed = Instant::now();
        let host = &mut waiting.host;
        let (asked, ask) = host.event_within(HOPE * 3, "ask", |_| true).expect("the host is asked");
        assert_eq!(ask["what"], "view");
        thread::sleep(Duration::from_millis(ask["wait_ms"].as_u64().expect("how long to wait") + 50));
        host.tell("answer", json!({"id": ask["id"], "allow": true}));
        let allowed = Instant::now();
        let viewing = |stage: &Value| stage["name"] == "viewing";
        let (seen, _) = helper.event_within(HOPE, "stage", viewing).expect("the helper sees the screen");
        Self { helper, waiting, typed, question: asked - typed, picture: seen - allowed }
    }

    /// The pictures that came in each of so many seconds, from the first one on.
    pub(crate) fn pictures(&mut self, seconds: usize) -> Vec<u64> {
        self.pictures_while(|_, counted| counted < seconds)
    }

    /// The pictures that came in each second from the first one on, until a direct path was told of and
    /// [`AFTER_THE_CHANGE`], or there is no hope. What was told of stays unread.
    pub(crate) fn pictures_until_direct(&mut self) -> Vec<u64> {
        let mut told = None;
        self.pictures_while(|helper, counted| {
            if told.is_none() && helper.has_unread_with("path", is_direct) {
                told = Some(counted);
            }
            let last = told.map_or(CHANGE_BY, |told| told + AFTER_THE_CHANGE);
            counted < last
        })
    }

    /// The same while that holds of the helper's program and of how many seconds were counted.
    fn pictures_while(&mut self, mut goes_on: impl FnMut(&mut Client, usize) -> bool) -> Vec<u64> {
        let mut sums = vec![0];
        while goes_on(&mut self.helper, sums.len() - 1) {
            let sum = self.helper.event("stats")["frames"].as_u64().expect("a number");
            if sum > 0 || sums.len() > 1 {
                sums.push(sum);
            }
        }
        sums.windows(2).map(|pair| pair[1] - pair[0]).collect()
    }

    /// Waits for a direct path, which both were told of after that moment: when the helper was.
    pub(crate) fn direct_after(&mut self, moment: Instant) -> Instant {
        let clients = [&mut self.helper, &mut self.waiting.host];
        let [told, _] = clients.map(|client| path_after(client, moment, is_direct).0);
        told
    }

    /// Either of them writes this line.
    pub(crate) fn both_write(&mut self, line: &str) {
        self.helper.tell("chat", json!({"text": line}));
        self.waiting.host.tell("chat", json!({"text": line}));
    }

    /// Waits for the first direct path.
    pub(crate) fn direct(&mut self) {
        self.direct_after(self.typed);
    }

    /// The helper is given mouse and keyboard, and goes to the typewriter.
    pub(crate) fn control(&mut self) {
        self.helper.tell("request", json!({"what": "control"}));
        self.waiting.host.allow("control");
        self.helper.granted("control");
        let (x, y) = IN_TYPEWRITER;
        self.helper.tell("pointer", json!({"x": x, "y": y}));
    }

    /// The helper types a line, each character a message of its own.
    pub(crate) fn types(&mut self, line: &str) {
        for character in line.chars().chain(['\n']) {
            self.helper.tell("text", json!({"text": character.to_string()}));
        }
    }

    /// The helper's program says what the path is now, once it is not relayed, or is, as `wanted` has it.
    pub(crate) fn path(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        self.helper.event_with("path", wanted)
    }

    /// Says nothing, if neither program said anything of trouble, since the beginning or what was read of it.
    pub(crate) fn assert_unnoticed(&mut self) {
        for (client, who) in [(&mut self.helper, "helper"), (&mut self.waiting.host, "host")] {
            for event in ["revoked", "error", "ended"] {
                assert!(!client.has_unread(event), "the {who} was told of an event: {event}");
            }
            let is_cut = |stage: &Value| stage["name"] == "reconnecting";
            assert!(!client.has_unread_with("stage", is_cut), "the {who} was told that the other is cut off");
        }
    }

    /// Prints what both sides logged, if that was asked for.
    pub(crate) fn tell_logs(&self) {
        if std::env::var_os(LOG).is_some() {
            let host = self.waiting.host.log();
            eprintln!("the host's log:\n{host}\nthe helper's log:\n{}", self.helper.log());
        }
    }

    /// Until there is a direct path, or `hope` is over.
    pub(crate) fn outcome(&mut self, hope: Duration) -> Outcome {
        let direct = self.helper.event_within(hope, "path", is_direct);
        let path = match &direct {
            Some((_, path)) => path.clone(),
            None => self.helper.event("path"),
        };
        self.tell_logs();
        let word = |name: &str| path[name].as_str().unwrap_or("?").to_owned();
        Outcome {
            met: true,
            path: format!("{} {}", word("kind"), word("transport")),
            question: self.question,
            picture: self.picture,
            direct: direct.map(|(at, _)| at - self.typed),
        }
    }
}

fn is_direct(path: &Value) -> bool {
    path["kind"] != "relayed"
}

/// Waits for a path of which `wanted` holds and that the program told of after that moment: when, and which. What it
/// told of before is forgotten.
pub(crate) fn path_after(
    client: &mut Client,
    moment: Instant,
    wanted: impl Fn(&Value) -> bool,
) -> (Instant, Value) {
    loop {
        let (at, path) = client.event_within(HOPE * 3, "path", &wanted).expect("such a path");
        if at > moment {
            return (at, path);
        }
    }
}
