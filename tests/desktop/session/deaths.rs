//! Whoever dies in the middle of control, nothing stays held.

use entraide_common::texts::Language;
use entraide_tests::session::{Scene, Session};
use entraide_tests::xserver::{Client, wait_until};
use serde_json::json;

/// What X calls the left Shift key and the left button.
const HELD: [u32; 2] = [42 + 8, 1001];

fn holding() -> (Session, Client) {
    let mut session = Session::new(Scene::new(Language::English)).controlling();
    let client = session.screen.client();
    session.click_in_terminal();
    session.key("ShiftLeft", true);
    session.button(true);
    wait_until("Shift and the button are held", || (client.down() == HELD).then_some(()));
    (session, client)
}

#[test]
fn a_helper_that_is_killed_holds_nothing() {
    let (mut session, client) = holding();
    session.helper.kill();
    wait_until("all is let go", || client.down().is_empty().then_some(()));
    session.host.stage("reconnecting");
    assert_eq!(session.host.revoked("control")["reason"], "lost", "who comes back has to ask again");
    session.host.tell("stop", json!({}));
    assert_eq!(session.host.event("ended")["by"], "host");
    assert_eq!(session.host.exit_code(), 0);
}

#[test]
fn a_host_that_is_killed_holds_nothing() {
    let (mut session, client) = holding();
    session.host.kill();
    wait_until("all is let go", || client.down().is_empty().then_some(()));
    session.helper.stage("reconnecting");
    session.helper.tell("request", json!({"what": "control"}));
    session.helper.error("reconnecting");
    session.helper.tell("stop", json!({}));
    assert_eq!(session.helper.event("ended")["by"], "helper");
    assert_eq!(session.helper.exit_code(), 0);
}

#[test]
fn a_helper_that_gives_control_back_holds_nothing() {
    let (mut session, client) = holding();
    session.helper.tell("release", json!({}));
    assert_eq!(session.host.revoked("control")["by"], "helper");
    assert_eq!(session.helper.revoked("control")["by"], "helper");
    wait_until("all is let go", || client.down().is_empty().then_some(()));
}
