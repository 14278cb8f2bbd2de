//! The helper sees the host's screen, pixel for pixel, and only while the host wants it.

use std::thread;
use std::time::Duration;

use entraide_common::texts::Language;
use entraide_tests::session::{HELPER, HOST, MESSAGE, Scene, Session};
use entraide_tests::xserver::{Client, XServer, wait_until};
use serde_json::json;

#[test]
fn who_has_the_code_sees_the_screen_as_it_is() {
    let scene = Scene::new(Language::English);
    let mut session = Session::begin(scene, XServer::xvfb(1280, 800), None, &["--message", MESSAGE]);
    let invitation = session.helper.event("invitation");
    assert_eq!((&invitation["name"], &invitation["message"]), (&json!(HOST), &json!(MESSAGE)));
    assert_eq!(invitation["offers"], "control");

    let mut session = session.viewing();
    assert_eq!(session.helper.event("monitors")["monitors"][0]["width"], 1280);
    session.seen();
    for colour in ["#204060", "#c0ffee"] {
        session.screen.run("xsetroot", &["-solid", colour]);
        let seen = session.seen();
        assert_eq!((seen.width, seen.height), (1280, 800));
        assert_eq!(format!("#{:06x}", seen.at(1279, 799)), colour);
    }
    let path = session.helper.event("path");
    assert!(["lan", "direct", "relayed"].iter().any(|kind| path["kind"] == *kind), "{path}");
}

#[test]
fn a_paused_picture_stands_still() {
    let mut session = Session::new(Scene::new(Language::English)).viewing();
    session.screen.run("xsetroot", &["-solid", "#102030"]);
    let before = session.seen();

    session.host.tell("pause", json!({}));
    session.host.stage("paused");
    session.helper.stage("paused");
    session.screen.run("xsetroot", &["-solid", "#a0b0c0"]);
    session.helper.tell("chat", json!({"text": "I see nothing new"}));
    assert_eq!(session.host.event("chat")["from"], "helper");
    assert!(session.snapshot() == before, "a paused picture changed");

    session.host.tell("resume", json!({}));
    session.helper.stage("viewing");
    assert_eq!(format!("{:06x}", session.seen().at(1279, 799)), "a0b0c0");
}

/// The picture in the helper's window once it stands still, the cursor in it, without what is around it.
fn steady(helper: &Client, (x, y, width, height): (i16, i16, i16, i16)) -> Vec<u32> {
    let look = || {
        let screen = helper.screenshot();
        let (from, to) = ((x.unsigned_abs(), y.unsigned_abs() + 60), (x + width, y + height - 50));
        let rows = u32::from(from.1)..u32::from(to.1.unsigned_abs());
        rows.flat_map(|row| {
            (u32::from(from.0)..u32::from(to.0.unsigned_abs())).map(move |column| (column, row))
        })
        .map(|(column, row)| screen.at(column, row))
        .collect::<Vec<_>>()
    };
    let mut before = look();
    wait_until("the helper's window stands still", || {
        thread::sleep(Duration::from_millis(500));
        let now = look();
        let still = now == before;
        before = now;
        still.then(|| before.clone())
    })
}

#[test]
fn the_cursor_stands_still_in_a_pause() {
    let mut session = Session::with_windows(Scene::new(Language::English)).viewing();
    let bar = session.scene.texts().say("ui-title-bar");
    let _ = session.screen.window(&bar);
    session.seen();
    let host = session.screen.client();
    let display = session.window.as_ref().expect("the helper has a window");
    let title = session.scene.texts().say_with("ui-title-watching", &[("name", HOST.into())]);
    let (helper, window) = (display.client(), display.window(&title));
    let [here, there] = [(900, 600), (1000, 700)];
    let steady = || steady(&helper, helper.place(window));

    // A slow machine shows late: what is seen counts once it is seen again.
    let (seen_here, seen_there) = wait_until("the cursor is seen to go and to come back", || {
        let [first, away, back] = [here, there, here].map(|place| {
            host.point(place.0, place.1);
            steady()
        });
        (first == back && first != away).then_some((back, away))
    });

    session.host.tell("pause", json!({}));
    session.helper.stage("paused");
    let paused = steady();
    host.point(there.0, there.1);
    session.host.tell("chat", json!({"text": "Now I look elsewhere"}));
    session.helper.event("chat");
    assert!(steady() == paused, "the cursor moved in a paused picture");
    assert!(paused != seen_here && paused != seen_there, "it says that it is paused");

    session.host.tell("resume", json!({}));
    wait_until("the cursor is where it is by now", || (steady() == seen_there).then_some(()));
}

#[test]
fn the_question_says_who_asks_and_what_for() {
    let mut session = Session::new(Scene::new(Language::French));
    let ask = session.host.asked("view");
    assert_eq!((&ask["who"]["name"], &ask["who"]["proof"]), (&json!(HELPER), &json!("code")));
    assert!(ask["wait_ms"].as_u64() >= Some(1000), "{ask}");
    let stage = session.host.stage("asking-view");
    let expected = session.scene.texts().say_with("host-stage-asking-view", &[("name", HELPER.into())]);
    assert_eq!(stage["text"], expected);

    session.host.tell("answer", json!({"id": ask["id"], "allow": true}));
    assert_eq!(session.host.error("too_early"), session.scene.texts().say("fault-too-early"));
    session.host.tell("answer", json!({"id": 4711, "allow": true}));
    assert_eq!(session.host.error("no_such_question"), session.scene.texts().say("error-no-such-question"));
    assert!(!session.helper.has_unread("granted"));
    thread::sleep(Duration::from_millis(ask["wait_ms"].as_u64().expect("a number") + 50));
    session.host.tell("answer", json!({"id": ask["id"], "allow": true}));
    session.helper.granted("view");
}
