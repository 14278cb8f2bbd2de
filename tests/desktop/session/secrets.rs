//! A whole session leaves no secret in logs and lists of processes.

use std::fs;

use entraide_common::texts::Language;
use entraide_tests::session::{HELPER, HOST, MESSAGE, Scene, Session};
use entraide_tests::xserver::XServer;
use serde_json::json;

/// Said in the session, and nobody else's business.
const CHAT: &str = "mon chat s'appelle Mistigri";
const TYPED: &str = "le mot de passe est rose";

#[test]
fn neither_logs_nor_lists_of_processes_know_a_secret() {
    let scene = Scene::logging(Language::English, "trace");
    let session = Session::begin(scene, XServer::xvfb(1280, 800), None, &["--message", MESSAGE]);
    let mut session = session.controlling();
    session.click_in_terminal();
    session.helper.tell("text", json!({"text": format!("{TYPED}\n")}));
    assert_eq!(session.typed(), format!("{TYPED}\n"));
    session.helper.tell("chat", json!({"text": CHAT}));
    session.host.event("chat");

    // `1937 264` of `42 1937 2640`: the plate is public, and the check digit is nothing of its own.
    let written = session.code[session.code.len() - 9..session.code.len() - 1].to_owned();
    let secret = written.replace(' ', "");
    let secrets = [secret, written, HOST.to_owned(), HELPER.to_owned(), MESSAGE.to_owned()];
    let own = session.host.id();
    for (process, command) in commands_below(&[own, session.helper.id(), node(&session)]) {
        // What the person typed as an argument is the person's own affair.
        let command = if process == own { command.replace(MESSAGE, "") } else { command };
        for secret in &secrets {
            assert!(!command.contains(secret.as_str()), "{secret:?} is shown in {command:?}");
        }
    }

    session.helper.tell("stop", json!({}));
    assert_eq!((session.helper.exit_code(), session.host.exit_code()), (0, 0));
    let node = session.scene.node.take().expect("a node").log();
    let logs = [("host", session.host.log()), ("helper", session.helper.log()), ("node", node)];
    for (program, log) in logs {
        assert!(program == "node" || log.lines().count() > 3, "the {program} logs nothing: {log}");
        for secret in secrets.iter().map(String::as_str).chain([CHAT, TYPED]) {
            assert!(!log.contains(secret), "{secret:?} is in the {program}'s log:\n{log}");
        }
    }
}

fn node(session: &Session) -> u32 {
    session.scene.node.as_ref().expect("a node").id()
}

/// The command lines of these processes and of all their children, as everybody on the computer can read them.
fn commands_below(parents: &[u32]) -> Vec<(u32, String)> {
    let mut found: Vec<(u32, String)> = Vec::new();
    let mut open = parents.to_vec();
    while let Some(process) = open.pop() {
        let line = fs::read(format!("/proc/{process}/cmdline")).expect("it runs");
        found.push((process, String::from_utf8_lossy(&line).replace('\0', " ")));
        for task in fs::read_dir(format!("/proc/{process}/task")).expect("it runs").flatten() {
            let children = fs::read_to_string(task.path().join("children")).unwrap_or_default();
            open.extend(children.split_whitespace().filter_map(|child| child.parse::<u32>().ok()));
        }
    }
    assert!(found.len() > parents.len(), "the host has a guard");
    found
}
