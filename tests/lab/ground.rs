//! What the meetings of a test share: the host's screen, and how programs are started at their places.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use entraide_tests::client::Client;
use entraide_tests::link::Line;
use entraide_tests::namespace::Namespace;
use entraide_tests::programs;
use entraide_tests::session::foreign_settings_removed;
use entraide_tests::xserver::{Running, XServer};
use libp2p::Multiaddr;
use serde_json::Value;
use tempfile::TempDir;

use crate::meeting::{HOPE, Meeting, NO_HOPE, Outcome};
use crate::oracle;
use crate::place::{Pair, World};

/// Three attempts of DCUtR, with room.
const STOCK_HOPE: Duration = Duration::from_secs(15);

/// Where the typewriter stands on the host's screen, clear of the bar, and a place in it.
const TYPEWRITER: (i16, i16) = (60, 260);
pub(crate) const IN_TYPEWRITER: (i32, i32) = (160, 360);

/// The name of the nodes' settings in a meeting's directory.
pub(crate) const SETTINGS: &str = "node.toml";

/// The variable that says how much host and helper log; if it is set, their logs are printed.
pub(crate) const LOG: &str = "LAB_LOG";

/// What all meetings share.
pub(crate) struct Ground {
    directory: TempDir,
    screen: XServer,
}

impl Ground {
    pub(crate) fn new() -> Self {
        Self::of(1280, 800)
    }

    /// The same with a screen so large.
    pub(crate) fn of(width: u32, height: u32) -> Self {
        let directory = tempfile::tempdir().expect("a place for files");
        programs::entraide(directory.path()).expect("the program builds");
        programs::rendezvous(directory.path()).expect("the node's program builds");
        Self { directory, screen: XServer::xvfb(width, height) }
    }

    /// Lets them meet at `pair`, until they have a direct path, or have had no luck for long.
    pub(crate) fn meet(&self, pair: Pair) -> Outcome {
        let world = World::new(pair);
        let hope = if oracle::is_direct(pair) { HOPE } else { NO_HOPE };
        Meeting::begin(self, &world).outcome(hope)
    }

    /// Lets two programs of libp2p's own meet there: how long it took from the call to a direct path.
    pub(crate) fn meet_stock(&self, pair: Pair) -> Option<Duration> {
        let world = World::new(pair);
        let program = env!("CARGO_BIN_EXE_stock");
        let start = |at: &Namespace, name: &str, arguments: &[&str]| {
            let mut command = at.command(program);
            command.args(arguments);
            Client::start(name, command)
        };
        let id = |client: &mut Client| client.event("peer")["id"].as_str().expect("an id").to_owned();
        let mut relay = start(&world.node, "relay", &["relay"]);
        let address = format!("/ip4/{}/tcp/4001/p2p/{}", World::NODE, id(&mut relay));
        let mut listener = start(&world.host, "listener", &["listen", &address]);
        let listener = (id(&mut listener), listener);
        let mut dialler = start(&world.helper, "dialler", &["dial", &address, &listener.0]);
        let (called, _) = dialler.event_within(HOPE, "path", |path| path["kind"] == "relayed")?;
        let (direct, _) = dialler.event_within(STOCK_HOPE, "path", |path| path["kind"] == "direct")?;
        Some(direct - called)
    }

    /// How many megabits a second move there over the direct path that they come to.
    pub(crate) fn speed(&self, pair: Pair) -> f64 {
        let world = World::new(pair);
        world.change(Line::default());
        let data = tempfile::tempdir().expect("a place for files");
        let (_node, address) = self.node((&world.node, world.node_at), data.path());
        let start = |at: &Namespace, name: &str, arguments: &[&str]| {
            let mut command = at.command(env!("CARGO_BIN_EXE_bulk"));
            command.args(arguments);
            Client::start(name, command)
        };
        let mut host = start(&world.host, "host", &["host", &address]);
        let id = host.event("peer")["id"].as_str().expect("an id").to_owned();
        let mut helper = start(&world.helper, "helper", &["helper", &address, &id]);
        let moved = helper.event("moved");
        assert_eq!(moved["over"], "Quic", "{moved}");
        moved["megabits"].as_f64().expect("a number")
    }

    /// What looks at the host's screen from outside.
    pub(crate) fn screen(&self) -> entraide_tests::xserver::Client {
        self.screen.client()
    }

    /// The host's screen.
    pub(crate) fn display(&self) -> &XServer {
        &self.screen
    }

    /// Something that moves on the host's screen until the value is dropped.
    pub(crate) fn motion(&self) -> Running {
        let script = "while :; do date +%N; done";
        self.screen.spawn("xterm", &["-geometry", "80x20+640+260", "-e", "sh", "-c", script])
    }

    /// A terminal that writes into the file what is typed there, until the value is dropped.
    pub(crate) fn typewriter(&self, path: &Path) -> Running {
        self.screen.typewriter_at(TYPEWRITER, path)
    }

    /// A place for files.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// A node at that place, and where it is reached. It goes by the settings in the directory, if there are any.
    pub(crate) fn node(&self, (place, at): (&Namespace, IpAddr), data: &Path) -> (Client, String) {
        let directory = data.join(at.to_string().replace(':', "-"));
        let mut command = self.program(place, "entraide-rendezvous", &directory);
        let settings = data.join(SETTINGS);
        if settings.exists() {
            command.arg("--config").arg(settings);
        }
        let at = Multiaddr::from(at);
        command.args(["--json", "--external", &format!("{at}/udp/4580/quic-v1")]);
        command.args(["--external", &format!("{at}/tcp/4580")]);
        let mut node = Client::start("node", command);
        let is_tcp = |event: &Value| event["address"].as_str().is_some_and(|text| text.contains("/tcp/"));
        let listening = node.event_with("listening", is_tcp);
        let id = listening["address"].as_str().and_then(|text| text.rsplit('/').next()).expect("its id");
        (node, format!("{at}/tcp/4580/p2p/{id}"))
    }

    /// The program of that person there, who knows these nodes.
    pub(crate) fn entraide(&self, at: &Namespace, data: &Path, nodes: &[String], person: &str) -> Command {
        let mut command = self.program(at, "entraide", data);
        let log = std::env::var(LOG).unwrap_or_else(|_| "info".to_owned());
        command.args(["--log", &log]).env("ENTRAIDE_NAME", person);
        for node in nodes {
            command.args(["--rendezvous", node]);
        }
        command
    }

    pub(crate) fn program(&self, at: &Namespace, name: &str, data: &Path) -> Command {
        let mut command = self.plain(at, &self.directory.path().join(name));
        command.arg("--data").arg(data);
        command
    }

    /// A line of a shell, at a terminal.
    pub(crate) fn at_a_terminal(&self, at: &Namespace, line: &str) -> Command {
        let mut command = self.plain(at, Path::new("script"));
        command.args(["-qefc", line, "/dev/null"]);
        command
    }

    fn plain(&self, at: &Namespace, program: &Path) -> Command {
        let mut command = at.command(program);
        foreign_settings_removed(&mut command, self.directory.path());
        command.env("LANG", "en_GB.UTF-8").env_remove("DISPLAY");
        command
    }
}
