//! The node's program: its lines, its key file, its exit codes, its signals.

mod crowd;
mod given;

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use entraide_common::wire::directory::{Decline, Response, Want};
use entraide_tests::programs;
use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, PeerId};
use serde_json::Value;
use tempfile::TempDir;

use super::claim;
use super::client::{Client, Live};

struct Program {
    directory: TempDir,
    path: PathBuf,
}

impl Program {
    fn build() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let path = programs::rendezvous(directory.path());
        Self { path: path.expect("the program builds"), directory }
    }

    fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.path);
        command.args(arguments).args(["--lang", "en", "--data"]).arg(self.data());
        command.env("HOME", self.directory.path()).env_remove("XDG_CONFIG_HOME");
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the program starts")
    }

    fn serve(&self, arguments: &[&str]) -> Serving {
        let mut command = self.command(arguments);
        command.args(["--listen", "/ip4/127.0.0.1/tcp/0"]).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().expect("the program starts");
        let lines = BufReader::new(child.stdout.take().expect("a pipe"));
        Serving { child, lines }
    }
}

/// A node that runs as a program; killed if the test leaves it.
struct Serving {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Serving {
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    }

    fn event(&mut self, name: &str) -> Value {
        loop {
            let line = self.line();
            let event: Value =
                serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
            if event["event"] == name {
                return event;
            }
        }
    }

    /// All that it has to say when it is told to close.
    fn all(mut self) -> Vec<Value> {
        let mut events = vec![self.event("listening")];
        self.signal("TERM");
        let rest = self.lines.by_ref().lines().map(|line| line.expect("a line"));
        events.extend(rest.map(|line| serde_json::from_str::<Value>(&line).expect("an object")));
        events
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        // As the shell has it: not every system has the program.
        let status =
            Command::new("sh").args(["-c", &format!("kill -s {name} {id}")]).status().expect("a shell");
        assert!(status.success());
    }

    fn exit_code(mut self) -> Option<i32> {
        self.child.wait().expect("the program ends").code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It has ended already where the test went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end().to_owned()
}

#[test]
#[cfg(unix)]
fn the_id_stays_and_its_key_is_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let program = Program::build();
    let first = program.run(&["id"]);
    let id = text(&first.stdout);
    assert!(id.starts_with("12D3KooW"), "{id}");
    assert_eq!(text(&program.run(&["id"]).stdout), id);
    let names: Vec<_> =
        fs::read_dir(program.data()).expect("a directory").map(|entry| entry.expect("a file")).collect();
    assert_eq!(names.len(), 1, "no draft is left behind");
    let key = program.data().join("node.key");
    assert_eq!(fs::metadata(&key).expect("a key").permissions().mode() & 0o777, 0o600);

    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).expect("it is ours");
    let exposed = program.run(&["id"]);
    assert_eq!(exposed.status.code(), Some(1));
    assert!(text(&exposed.stderr).contains("can be read by others"), "{}", text(&exposed.stderr));
}

#[test]
fn wrong_usage_and_settings_end_with_2_and_say_why() {
    let program = Program::build();
    let file = program.directory.path().join("node.toml");
    fs::write(&file, "[limits]\ncircuits = 0\n").expect("a file");
    let file = file.to_str().expect("a plain path");
    let right = program.run(&["check"]);
    assert_eq!(right.status.code(), Some(0));
    for (arguments, reason) in [
        (vec!["check", "--config", file], "line 2: “circuits” does not take 0"),
        (vec!["--nonsense"], "There is no “--nonsense” here."),
        (vec!["dance"], "There is no command “dance”."),
        (vec!["check", "--listen", "localhost:1"], "--listen: “listen” does not take localhost:1."),
        (vec!["check", "--config", "/nowhere/node.toml"], "cannot be read"),
    ] {
        let output = program.run(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(text(&output.stderr).contains(reason), "{arguments:?}: {}", text(&output.stderr));
    }
}

#[test]
#[cfg(target_os = "linux")]
fn the_usual_settings_file_is_read_if_it_is_there() {
    let program = Program::build();
    let folder = program.directory.path().join("etc/entraide-rendezvous");
    let check = || {
        let mut command = program.command(&["check"]);
        command.env("XDG_CONFIG_HOME", program.directory.path().join("etc"));
        text(&command.output().expect("the program starts").stdout)
    };
    assert_eq!(check(), "There is no settings file; the usual values are in order.");
    fs::create_dir_all(&folder).expect("a directory");
    fs::write(folder.join("config.toml"), "[limits]\ncircuits = 50\n").expect("a file");
    assert_eq!(check(), format!("{} is in order.", folder.join("config.toml").display()));
}

#[test]
#[cfg(unix)]
fn without_json_it_prints_where_it_listens() {
    let program = Program::build();
    let id = text(&program.run(&["id"]).stdout);
    let mut serving = program.serve(&[]);
    let line = serving.line();
    let address = line.strip_prefix("listening ").expect("the promised line");
    assert!(address.ends_with(&format!("/p2p/{id}")), "{line}");
    address.parse::<Multiaddr>().expect("an address");
    serving.signal("TERM");
    assert_eq!(serving.exit_code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
#[cfg(unix)]
async fn terminated_it_drains_and_ends_well() {
    let program = Program::build();
    let mut serving = program.serve(&["--json"]);
    let (mut helper, host, node) = circuit_through(&mut serving).await;
    serving.signal("TERM");
    let closing = serving.event("closing");
    assert!(closing["text"].as_str().is_some_and(|text| text.contains("one session")), "{closing}");
    let answer = helper.ask(id_of(&node), &claim(Want::Any)).await;
    assert_eq!(answer, Some(Response::Declined(Decline::Closing)));
    drop(helper);
    assert_eq!(serving.event("closed")["text"], "Closed.");
    assert_eq!(serving.exit_code(), Some(0));
    drop(host);
}

#[tokio::test(flavor = "multi_thread")]
#[cfg(unix)]
async fn terminated_twice_it_ends_at_once() {
    let program = Program::build();
    let file = write(program.directory.path(), "[limits]\ngrace_seconds = 86400\n");
    let mut serving = program.serve(&["--json", "--config", &file]);
    let (_helper, _host, _node) = circuit_through(&mut serving).await;
    serving.signal("TERM");
    serving.event("closing");
    serving.signal("TERM");
    assert_eq!(serving.event("closed")["text"], "Closed; one session was cut.");
    assert_eq!(serving.exit_code(), Some(0));
}

#[test]
#[cfg(unix)]
fn hung_up_it_reads_its_settings_again() {
    let program = Program::build();
    let file = write(program.directory.path(), "");
    let mut serving = program.serve(&["--json", "--config", &file]);
    serving.event("listening");
    write(program.directory.path(), "[limits]\ncircuits = 5\nclaims_per_peer = 1\n");
    serving.signal("HUP");
    let reloaded = serving.event("reloaded");
    assert!(reloaded["text"].as_str().is_some_and(|text| text.ends_with("restart: circuits.")), "{reloaded}");
    serving.signal("INT");
    assert_eq!(serving.exit_code(), Some(0));
}

fn write(directory: &Path, text: &str) -> String {
    let file = directory.join("node.toml");
    fs::write(&file, text).expect("a file");
    file.to_str().expect("a plain path").to_owned()
}

fn id_of(node: &Multiaddr) -> PeerId {
    match node.iter().last() {
        Some(Protocol::P2p(id)) => id,
        other => panic!("{other:?} instead of the node's id"),
    }
}

/// A helper and a host with a circuit between them through the node, and the node's address.
async fn circuit_through(serving: &mut Serving) -> (Client, Live, Multiaddr) {
    let listening = serving.event("listening");
    let node: Multiaddr = listening["address"].as_str().expect("an address").parse().expect("an address");
    let mut host = Client::connected_to(&node).await;
    host.reserve(&node).await;
    let answer = host.ask(id_of(&node), &claim(Want::Any)).await;
    assert!(matches!(answer, Some(Response::Claimed(_))), "{answer:?}");
    let host = host.live_on();
    let mut helper = Client::connected_to(&node).await;
    helper.open_circuit(&node, host.id).await;
    (helper, host, node)
}
