//! People who help each other, each at a display: a node, a host, a helper, all of them real programs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use entraide::exit::End;
use entraide::texts;
use entraide_common::chance::Chance;
use entraide_common::invitation::code::{Code, Secret};
use entraide_common::texts::{Language, Texts};
use serde_json::json;
use tempfile::TempDir;

use crate::client::Client;
use crate::programs;
use crate::xserver::{Running, Screenshot, XServer, wait_until};

/// Who needs help, and what with.
pub const HOST: &str = "Marie Lenoir";
/// Who helps.
pub const HELPER: &str = "Paul Desmarais";
/// What the trouble is.
pub const MESSAGE: &str = "Mon imprimante ne répond plus";

/// Where the host's terminal stands: clear of the bar, and in the middle of the left half.
const TERMINAL: (i16, i16) = (60, 260);
/// A place in it.
pub const IN_TERMINAL: (i32, i32) = (200, 380);

/// The programs, a place for their files, and a node.
pub struct Scene {
    /// The node; its value is taken to end it.
    pub node: Option<Client>,
    address: String,
    language: Language,
    log: &'static str,
    entraide: PathBuf,
    directory: TempDir,
}

impl Scene {
    /// A node that serves, and programs that speak `language`.
    ///
    /// # Panics
    /// If the programs cannot be built, or the node does not come up.
    #[must_use]
    pub fn new(language: Language) -> Self {
        Self::logging(language, "info")
    }

    /// The same with logs at that level.
    ///
    /// # Panics
    /// If the programs cannot be built, or the node does not come up.
    #[must_use]
    pub fn logging(language: Language, log: &'static str) -> Self {
        let directory = tempfile::tempdir().expect("a place for files");
        let entraide = programs::entraide(directory.path()).expect("the program builds");
        let rendezvous = programs::rendezvous(directory.path()).expect("the node's program builds");
        let mut command = Command::new(rendezvous);
        command.args([
            "--json",
            "--listen",
            "/ip4/127.0.0.1/tcp/0",
            "--listen",
            "/ip4/127.0.0.1/udp/0/quic-v1",
        ]);
        command.arg("--data").arg(directory.path().join("node"));
        foreign_settings_removed(&mut command, directory.path());
        let mut node = Client::start("node", command);
        let address = node.event_with("listening", |listening| {
            listening["address"].as_str().is_some_and(|address| address.contains("/tcp/"))
        });
        let address = address["address"].as_str().expect("an address").to_owned();
        Self { node: Some(node), address, language, log, entraide, directory }
    }

    /// A path among the scene's files.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// What the programs say when they end like this.
    #[must_use]
    pub fn sentence(&self, end: &End) -> String {
        end.sentence(&self.texts())
    }

    /// The programs' sentences.
    #[must_use]
    pub fn texts(&self) -> Texts {
        texts::texts(self.language)
    }

    /// The program on a display, or on none, with a data directory of that name.
    #[must_use]
    pub fn entraide(&self, server: Option<&XServer>, data: &str) -> Command {
        let mut command = self.stranger(server, data);
        command.args(["--rendezvous", &self.address]);
        command
    }

    /// The node's address.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The same program, which was told of no node; its settings are in `.config/entraide` among the scene's files.
    #[must_use]
    pub fn stranger(&self, server: Option<&XServer>, data: &str) -> Command {
        let mut command = Command::new(&self.entraide);
        foreign_settings_removed(&mut command, self.directory.path());
        command.env("LANG", if self.language == Language::French { "fr_FR.UTF-8" } else { "en_GB.UTF-8" });
        match server {
            Some(server) => command.env("DISPLAY", server.display()),
            None => command.env_remove("DISPLAY"),
        };
        command.args(["--log", self.log, "--data"]).arg(self.path(data));
        command
    }

    /// A host that gets help. Its name is no argument: lists of processes show those.
    #[must_use]
    pub fn invite(&self, server: &XServer, arguments: &[&str]) -> Client {
        let mut command = self.entraide(Some(server), "host");
        command.args(["invite", "--json"]).args(arguments).env("ENTRAIDE_NAME", HOST);
        Client::start("host", command)
    }

    /// A helper who types a code; with a window, if there is a display.
    #[must_use]
    pub fn join(&self, server: Option<&XServer>, data: &str, code: &str) -> Client {
        let mut command = self.entraide(server, data);
        command.args(["join", "-", "--json"]).env("ENTRAIDE_NAME", HELPER);
        let mut helper = Client::start(data, command);
        helper.line(code);
        helper
    }
}

/// The developer's own settings, desktop and language have no part in a test.
pub fn foreign_settings_removed(command: &mut Command, home: &Path) {
    let ours =
        |name: &str| name.starts_with("ENTRAIDE_") || name.starts_with("XDG_") || name.starts_with("LC_");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(ours)) {
        command.env_remove(name);
    }
    command.env_remove("WAYLAND_DISPLAY").env_remove("XAUTHORITY").env_remove("LANGUAGE");
    command.env("HOME", home);
}

/// The code that a host shows next.
///
/// # Panics
/// If it shows none.
pub fn code(host: &mut Client) -> String {
    host.event("code")["digits"].as_str().expect("digits").to_owned()
}

/// Another secret at the same plate, which passes the check digit.
///
/// # Panics
/// If `code` is none.
#[must_use]
pub fn wrong(code: &str, try_number: u8) -> String {
    struct Fixed(u8);
    impl Chance for Fixed {
        fn fill(&mut self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }
    let right = Code::parse(code).unwrap_or_else(|_| panic!("{code} is a code")).code;
    let other = Code::new(right.plate(), Secret::draw(&mut Fixed(try_number))).written().to_string();
    assert_ne!(other, code, "one in ten million: run it again");
    other
}

/// A host and a helper who have met: the host is being asked for view. Programs end before their displays.
pub struct Session {
    /// Who is helped.
    pub host: Client,
    /// Who helps.
    pub helper: Client,
    /// The code by which they met.
    pub code: String,
    /// The host's display.
    pub screen: XServer,
    /// The helper's display, if there is one.
    pub window: Option<XServer>,
    /// Node and files.
    pub scene: Scene,
    #[expect(dead_code, reason = "held to end them")]
    programs: Vec<Running>,
}

impl Session {
    /// On displays that nobody sits at; the helper has a window.
    #[must_use]
    pub fn with_windows(scene: Scene) -> Self {
        let window = XServer::xvfb(1280, 900);
        Self::begin(scene, XServer::xvfb(1280, 800), Some(window), &[])
    }

    /// The host on a display that nobody sits at, the helper on none.
    #[must_use]
    pub fn new(scene: Scene) -> Self {
        Self::begin(scene, XServer::xvfb(1280, 800), None, &[])
    }

    /// On these displays; the host is started with `arguments`.
    #[must_use]
    pub fn begin(scene: Scene, screen: XServer, window: Option<XServer>, arguments: &[&str]) -> Self {
        let mut programs = vec![screen.openbox()];
        programs.extend(window.as_ref().map(XServer::openbox));
        programs.push(screen.typewriter_at(TERMINAL, &scene.path("typed")));
        let mut host = scene.invite(&screen, arguments);
        let code = code(&mut host);
        let helper = scene.join(window.as_ref(), "helper", &code);
        Self { host, helper, code, screen, window, scene, programs }
    }

    /// The host says yes to view, and the helper has the picture.
    #[must_use]
    pub fn viewing(mut self) -> Self {
        self.host.allow("view");
        self.host.granted("view");
        self.helper.granted("view");
        self.helper.event_with("stats", |stats| stats["frames"].as_u64() > Some(0));
        self
    }

    /// The host says yes to view and to control.
    #[must_use]
    pub fn controlling(self) -> Self {
        let mut session = self.viewing();
        session.helper.tell("request", json!({"what": "control"}));
        session.host.allow("control");
        session.host.granted("control");
        session.helper.granted("control");
        session
    }

    /// The helper brings the pointer there.
    pub fn point(&mut self, (x, y): (i32, i32)) {
        self.helper.tell("pointer", json!({"x": x, "y": y}));
    }

    /// The helper presses or lets go of the left button.
    pub fn button(&mut self, down: bool) {
        self.helper.tell("button", json!({"n": 1, "down": down}));
    }

    /// The helper presses a key or lets it go.
    pub fn key(&mut self, code: &str, down: bool) {
        self.helper.tell("key", json!({"code": code, "down": down}));
    }

    /// The helper clicks into the host's terminal.
    pub fn click_in_terminal(&mut self) {
        self.point(IN_TERMINAL);
        self.button(true);
        self.button(false);
    }

    /// The next whole line that arrives in the host's terminal.
    ///
    /// # Panics
    /// If none does.
    #[must_use]
    pub fn typed(&self) -> String {
        let path = self.scene.path("typed");
        wait_until("the line arrives", || fs::read_to_string(&path).ok().filter(|line| line.ends_with('\n')))
    }

    /// What the helper sees, as the helper's program writes it.
    ///
    /// # Panics
    /// If it does not.
    pub fn snapshot(&mut self) -> Screenshot {
        let path = self.scene.path("snapshot.png");
        self.helper.tell("snapshot", json!({"path": path}));
        self.helper.event("snapshot");
        Screenshot::load(&path)
    }

    /// Waits until the helper sees, pixel for pixel, what the host's display shows: the picture.
    ///
    /// # Panics
    /// If it never does.
    pub fn seen(&mut self) -> Screenshot {
        let client = self.screen.client();
        wait_until("the helper sees the host's screen", || {
            let seen = self.snapshot();
            (seen == client.screenshot()).then_some(seen)
        })
    }
}
