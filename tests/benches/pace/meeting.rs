//! Three computers on an internet of ours, and two programs that met there.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};
use entraide_tests::client::Client;
use entraide_tests::link::{Internet, Line};
use entraide_tests::namespace::Namespace;
use entraide_tests::programs;
use entraide_tests::session::{HELPER, HOST, foreign_settings_removed};
use entraide_tests::xserver::XServer;
use serde_json::json;
use tempfile::TempDir;

const NODE: IpAddr = IpAddr::V4(Ipv4Addr::new(9, 1, 1, 1));
const HOST_ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::new(5, 2, 2, 2));
const HELPER_ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::new(6, 3, 3, 3));
/// Longest wait for a direct path.
const PATIENCE: Duration = Duration::from_secs(30);

/// How packets may go between host and helper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Way {
    /// As they like: directly, over QUIC.
    Direct,
    /// Through the node only.
    Relayed,
    /// Through the node only, and over TCP: no UDP leaves the host.
    RelayedTcp,
}

impl Way {
    /// Rules for the host's packet filter.
    fn rules(self) -> Option<String> {
        let udp = match self {
            Self::Direct => return None,
            Self::Relayed => "",
            Self::RelayedTcp => "meta l4proto udp drop\n",
        };
        let hook = "type filter hook output priority 0;";
        Some(format!(
            "table ip way {{\n chain out {{\n {hook}\n ip daddr {HELPER_ADDRESS} drop\n {udp} }}\n}}\n"
        ))
    }
}

/// What lies between host and helper.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link {
    pub(crate) way: Way,
    /// Mbit/s from and to the host.
    pub(crate) megabits: u64,
    /// There and back without any queue, milliseconds.
    pub(crate) round_trip: u64,
    /// What may wait to be sent.
    pub(crate) queue: Duration,
}

impl Link {
    /// Those of the goals.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let queue = Duration::from_secs(1);
        [1, 5, 20, 100].into_iter().flat_map(move |megabits| {
            [10, 40, 150].map(|round_trip| Self { way: Way::Direct, megabits, round_trip, queue })
        })
    }

    /// What a probe may be delayed by the picture, at the 95th percentile.
    pub(crate) fn goal(&self) -> Duration {
        Duration::from_millis(if self.megabits == 1 { 100 } else { 30 })
    }
}

/// The programs and the host's display.
pub(crate) struct Place {
    directory: TempDir,
    entraide: PathBuf,
    rendezvous: PathBuf,
    pub(crate) screen: XServer,
}

impl Place {
    /// With `program`, or the one that is built from these sources.
    pub(crate) fn new(program: Option<PathBuf>) -> Result<Self> {
        let directory = tempfile::tempdir()?;
        let entraide = program.map_or_else(|| programs::entraide(directory.path()), Ok)?;
        let rendezvous = programs::rendezvous(directory.path())?;
        Ok(Self { directory, entraide, rendezvous, screen: XServer::xvfb(1280, 800) })
    }

    fn program(&self, at: &Namespace, program: &PathBuf, data: &TempDir, name: &str) -> Command {
        let mut command = at.command(program);
        foreign_settings_removed(&mut command, self.directory.path());
        command.env("LANG", "en_GB.UTF-8").env_remove("DISPLAY");
        command.arg("--data").arg(data.path().join(name));
        command
    }
}

/// A helper in control. Programs end before what they stand on.
pub(crate) struct Meeting {
    pub(crate) helper: Client,
    pub(crate) host: Client,
    _node: Client,
    /// Where the helper is.
    pub(crate) far: Namespace,
    _near: [Namespace; 2],
    _internet: Internet,
    _data: TempDir,
}

impl Meeting {
    /// From a code to control, on the way that the link has.
    pub(crate) fn begin(place: &Place, link: Link) -> Result<Self> {
        let data = tempfile::tempdir()?;
        let [node_at, host_at, far] = [(); 3].map(|()| Namespace::new());
        let mut internet = Internet::new();
        // A quarter of a round trip on each line, each way.
        let line = Line { delay: Duration::from_micros(link.round_trip * 250), ..Line::default() };
        let narrow = Line { rate: Some(link.megabits * 1_000_000), queue: Some(link.queue), ..line };
        internet.connect(&node_at, NODE, Line::default());
        internet.connect(&host_at, HOST_ADDRESS, narrow);
        internet.connect(&far, HELPER_ADDRESS, line);
        if let Some(rules) = link.way.rules() {
            host_at.feed("nft", &["-f", "-"], &rules);
        }

        let mut command = place.program(&node_at, &place.rendezvous, &data, "node");
        command.args(["--json", "--external", &format!("/ip4/{NODE}/udp/4580/quic-v1")]);
        command.args(["--external", &format!("/ip4/{NODE}/tcp/4580")]);
        let mut node = Client::start("node", command);
        let listening = node.event_with("listening", |event| {
            event["address"].as_str().is_some_and(|address| address.contains("/tcp/"))
        });
        let id = listening["address"].as_str().and_then(|text| text.rsplit('/').next()).context("its id")?;
        let address = format!("/ip4/{NODE}/tcp/4580/p2p/{id}");

        let mut command = place.program(&host_at, &place.entraide, &data, "host");
        command.args(["--rendezvous", &address, "invite", "--json"]);
        command.env("ENTRAIDE_NAME", HOST).env("DISPLAY", place.screen.display());
        let mut host = Client::start("host", command);
        let code = host.event("code")["digits"].as_str().context("digits")?.to_owned();
        let mut command = place.program(&far, &place.entraide, &data, "helper");
        command.args(["--rendezvous", &address, "join", "-", "--json"]).env("ENTRAIDE_NAME", HELPER);
        let mut helper = Client::start("helper", command);
        helper.line(&code);
        host.allow("view");
        helper.granted("view");
        helper.tell("request", json!({"what": "control"}));
        host.allow("control");
        helper.granted("control");
        if link.way == Way::Direct {
            let direct = helper.event_within(PATIENCE, "path", |path| path["kind"] != "relayed");
            direct.context("a direct path")?;
        }
        helper.event_with("stats", |stats| stats["frames"].as_u64() > Some(0));
        Ok(Self {
            helper,
            host,
            _node: node,
            far,
            _near: [node_at, host_at],
            _internet: internet,
            _data: data,
        })
    }
}
