//! Whoever shares sees the bar, or there is no control.

use std::thread;
use std::time::Duration;

use entraide_common::texts::Language;
use entraide_tests::session::{Scene, Session};
use entraide_tests::xserver::{Client, XServer, wait_until};
use serde_json::json;
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt as _, CreateWindowAux, Window, WindowClass};

/// Puts a window over the upper edge of the screen, which no window manager may move.
fn cover(client: &Client) -> Window {
    let (conn, root) = (&client.conn, client.root);
    let window = conn.generate_id().expect("an id");
    let look = CreateWindowAux::new().background_pixel(0).override_redirect(1);
    conn.create_window(24, window, root, 0, 0, 4000, 80, 0, WindowClass::INPUT_OUTPUT, 0, &look)
        .expect("sent");
    conn.map_window(window).expect("sent");
    client.settle();
    window
}

#[test]
fn a_covered_bar_ends_control_until_it_is_seen_again() {
    let mut session = Session::new(Scene::new(Language::English)).controlling();
    let client = session.screen.client();
    let cover = cover(&client);
    let revoked = session.host.revoked("control");
    assert_eq!((&revoked["by"], &revoked["reason"]), (&json!("program"), &json!("unable")));
    session.helper.revoked("control");
    session.helper.tell("request", json!({"what": "control"}));
    assert_eq!(session.helper.revoked("control")["reason"], "unable");

    client.conn.destroy_window(cover).expect("sent");
    client.settle();
    wait_until("control can be asked for again", || {
        session.helper.tell("request", json!({"what": "control"}));
        thread::sleep(Duration::from_millis(200));
        session.host.has_unread("ask").then_some(())
    });
    session.host.allow("control");
    session.helper.granted("control");
}

#[test]
fn on_a_small_screen_the_question_over_the_bar_is_no_reason_to_refuse() {
    let small = XServer::xvfb(800, 520);
    let mut session = Session::begin(Scene::new(Language::English), small, None, &[]).controlling();
    // What stays over the bar afterwards is one.
    let client = session.screen.client();
    let _cover = cover(&client);
    assert_eq!(session.helper.revoked("control")["reason"], "unable");
}
