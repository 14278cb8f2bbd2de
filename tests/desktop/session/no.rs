//! A No is an answer: it is told, it is final, and it is no failure of the one who says it.

use entraide::exit::End;
use entraide_common::texts::Language;
use entraide_tests::session::{Scene, Session};
use serde_json::json;

fn refused_at_once(language: Language) {
    let mut session = Session::new(Scene::new(language));
    session.host.deny("view");
    assert_eq!(session.helper.revoked("view")["by"], "host");
    assert_eq!(session.helper.error("refused"), session.scene.sentence(&End::Refused));
    assert_eq!(session.helper.exit_code(), 3);
    assert_eq!(session.host.exit_code(), 0);
    assert!(!session.host.has_unread("error"), "a No is no error");
    assert!(!session.helper.has_unread("granted"));
}

#[test]
fn a_no_to_view_ends_the_session() {
    refused_at_once(Language::English);
}

#[test]
fn a_no_to_view_is_said_in_french() {
    refused_at_once(Language::French);
}

#[test]
fn a_no_to_control_leaves_view() {
    let mut session = Session::new(Scene::new(Language::English)).viewing();
    session.helper.tell("request", json!({"what": "control"}));
    session.host.deny("control");
    let revoked = session.helper.revoked("control");
    assert_eq!((&revoked["by"], &revoked["reason"]), (&json!("host"), &json!("person")));
    session.screen.run("xsetroot", &["-solid", "#335577"]);
    session.seen();
    session.helper.tell("stop", json!({}));
    assert_eq!((session.helper.exit_code(), session.host.exit_code()), (0, 0));
}

#[test]
fn a_host_that_offers_view_is_not_asked_for_control() {
    let scene = Scene::new(Language::English);
    let screen = entraide_tests::xserver::XServer::xvfb(1280, 800);
    let mut session = Session::begin(scene, screen, None, &["--offer", "view"]).viewing();
    session.helper.tell("request", json!({"what": "control"}));
    assert_eq!(session.helper.revoked("control")["reason"], "unable");
    assert!(!session.host.has_unread("ask"));
}

#[test]
fn a_second_helper_with_the_code_is_refused_and_disturbs_nobody() {
    let mut session = Session::new(Scene::new(Language::English));
    let ask = session.host.asked("view");
    let mut second = session.scene.join(None, "second", &session.code);
    assert_eq!(second.error("busy"), session.scene.sentence(&End::Busy));
    assert_eq!(second.exit_code(), 3);

    std::thread::sleep(std::time::Duration::from_millis(ask["wait_ms"].as_u64().expect("a number") + 50));
    session.host.tell("answer", json!({"id": ask["id"], "allow": true}));
    session.helper.granted("view");
    session.helper.event_with("stats", |stats| stats["frames"].as_u64() > Some(0));
    let mut third = session.scene.join(None, "third", &session.code);
    assert_eq!(third.error("used"), session.scene.sentence(&End::Used));
    assert_eq!(third.exit_code(), 4);

    assert!(!session.host.has_unread("ask"), "another question");
    session.screen.run("xsetroot", &["-solid", "#557733"]);
    session.seen();
    session.helper.tell("stop", json!({}));
    assert_eq!((session.helper.exit_code(), session.host.exit_code()), (0, 0));
}
