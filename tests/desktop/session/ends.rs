//! Every end is told to both sides, and by whom.

use entraide_common::texts::Language;
use entraide_tests::session::{Scene, Session};
use serde_json::json;

/// What both sides are told when `end` ended the session: by whom, and why; both programs leave in peace.
fn told(end: impl FnOnce(&mut Session)) -> [(String, String); 2] {
    let mut session = Session::new(Scene::new(Language::English)).viewing();
    end(&mut session);
    [&mut session.host, &mut session.helper].map(|program| {
        let ended = program.event("ended");
        assert_eq!(program.exit_code(), 0);
        assert!(!program.has_unread("error"), "a goodbye is no error");
        let word = |name: &str| ended[name].as_str().expect("a word").to_owned();
        (word("by"), word("reason"))
    })
}

fn both(by: &str, reason: &str) -> [(String, String); 2] {
    [(); 2].map(|()| (by.to_owned(), reason.to_owned()))
}

#[test]
fn the_host_stops() {
    assert_eq!(told(|session| session.host.tell("stop", json!({}))), both("host", "person"));
}

#[test]
fn the_helper_stops() {
    assert_eq!(told(|session| session.helper.tell("stop", json!({}))), both("helper", "person"));
}

#[test]
fn the_hosts_program_is_left() {
    assert_eq!(told(|session| session.host.tell("quit", json!({}))), both("host", "closing"));
}

#[test]
fn the_helpers_program_is_left() {
    assert_eq!(told(|session| session.helper.tell("quit", json!({}))), both("helper", "person"));
}

#[test]
fn the_system_ends_the_hosts_program() {
    assert_eq!(told(|session| session.host.terminate()), both("host", "closing"));
}

#[test]
fn the_system_ends_the_helpers_program() {
    assert_eq!(told(|session| session.helper.terminate()), both("helper", "closing"));
}

#[test]
fn a_node_that_dies_ends_nothing() {
    let mut session = Session::new(Scene::new(Language::English)).viewing();
    session.helper.event_with("path", |path| path["kind"] != "relayed");
    session.scene.node.take();
    session.screen.run("xsetroot", &["-solid", "#334455"]);
    session.seen();
    session.helper.tell("stop", json!({}));
    assert_eq!((session.helper.exit_code(), session.host.exit_code()), (0, 0));
}
