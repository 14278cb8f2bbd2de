//! The helper points, and touches nothing.

use std::thread;
use std::time::Duration;

use entraide_common::texts::Language;
use entraide_tests::session::{HOST, IN_TERMINAL, Scene, Session};
use entraide_tests::xserver::{Client, wait_until};
use serde_json::json;

/// The mark's colour, in its middle and in the ring around it.
const COLOUR: u32 = 0x000b_6b78;
/// From the middle to the ring, and to the ground that is seen between them, pixels.
const RING: i32 = 20;
const BETWEEN: i32 = 10;

const A: u8 = 38;
const ENTER: u8 = 36;

/// A session in which the helper may point.
fn pointing() -> Session {
    let mut session = Session::new(Scene::new(Language::English)).viewing();
    session.helper.tell("request", json!({"what": "point"}));
    session.host.allow("point");
    session.host.granted("point");
    session.helper.granted("point");
    session.helper.stage("pointing");
    session
}

fn point(session: &mut Session, (x, y): (i32, i32)) {
    session.helper.tell("point", json!({"x": x, "y": y}));
}

/// Whether the mark is on the screen with its middle there.
fn is_marked(screen: &Client, (x, y): (i32, i32)) -> bool {
    let picture = screen.screenshot();
    let is_coloured =
        |(dx, dy): (i32, i32)| picture.at((x + dx).unsigned_abs(), (y + dy).unsigned_abs()) == COLOUR;
    [(0, 0), (RING, 0), (-RING, 0), (0, RING), (0, -RING)].into_iter().all(is_coloured)
}

fn appears(session: &mut Session, screen: &Client, place: (i32, i32)) {
    wait_until("the mark is on the screen", || {
        point(session, place);
        thread::sleep(Duration::from_millis(50));
        is_marked(screen, place).then_some(())
    });
}

fn goes(screen: &Client, place: (i32, i32)) {
    wait_until("the mark is gone", || (!is_marked(screen, place)).then_some(()));
}

#[test]
fn the_host_sees_the_mark_and_clicks_through_it() {
    let mut session = pointing();
    let screen = session.screen.client();
    let other = session.scene.path("other");
    let _other = session.screen.typewriter_at((700, 480), &other);
    let (x, y) = IN_TERMINAL;
    let ground = screen.screenshot().at((x + BETWEEN).unsigned_abs(), y.unsigned_abs());
    appears(&mut session, &screen, IN_TERMINAL);
    let seen = session.seen();
    assert_eq!(seen.at((x + RING).unsigned_abs(), y.unsigned_abs()), COLOUR, "the helper sees it too");
    assert_eq!(seen.at((x + BETWEEN).unsigned_abs(), y.unsigned_abs()), ground, "and what lies in it");

    // The other terminal has the keyboard; the host clicks where the mark is.
    wait_until("a click arrives below the mark", || {
        point(&mut session, IN_TERMINAL);
        thread::sleep(Duration::from_millis(50));
        session.screen.run("xdotool", &["mousemove", &x.to_string(), &y.to_string(), "click", "1"]);
        is_marked(&screen, IN_TERMINAL).then_some(())
    });
    for key in [A, ENTER] {
        screen.key(key, true);
        screen.key(key, false);
    }
    assert_eq!(session.typed(), "a\n");
    goes(&screen, IN_TERMINAL);
    assert!(!session.host.has_unread("error") && !session.helper.has_unread("error"));
}

#[test]
fn in_the_window_the_left_button_points_while_it_is_held() {
    let mut session = Session::with_windows(Scene::new(Language::English)).viewing();
    let display = session.window.as_ref().expect("the helper has a window");
    let title = session.scene.texts().say_with("ui-title-watching", &[("name", HOST.into())]);
    let (helper, host) = (display.client(), session.screen.client());
    let (x, y, width, height) = helper.place(display.window(&title));
    // The picture fits the window: a quarter from the left and in the middle is the host's terminal there too.
    helper.point(x + width / 4, y + height / 2);
    let is_marked = || {
        let screen = host.screenshot();
        let terminal = (270..520).flat_map(|y| (70..530).map(move |x| (x, y)));
        terminal.into_iter().any(|(x, y)| screen.at(x, y) == COLOUR)
    };
    helper.button(1, true);
    helper.button(1, false);
    session.helper.tell("request", json!({"what": "point"}));
    session.host.allow("point");
    session.helper.granted("point");
    // Its window has our colour too.
    wait_until("the question is gone", || (!is_marked()).then_some(()));

    wait_until("the button points", || {
        helper.button(1, true);
        thread::sleep(Duration::from_millis(200));
        let marked = is_marked();
        helper.button(1, false);
        marked.then_some(())
    });
    wait_until("the mark is gone", || (!is_marked()).then_some(()));
    assert!(!session.helper.has_unread("error"), "a hand in a window is no wrong command");
}

#[test]
fn who_was_not_allowed_points_at_nothing() {
    let mut session = Session::new(Scene::new(Language::French)).viewing();
    let screen = session.screen.client();
    point(&mut session, IN_TERMINAL);
    assert_eq!(session.helper.error("not_granted"), session.scene.texts().say("error-not-granted"));
    session.helper.tell("request", json!({"what": "point"}));
    session.host.deny("point");
    assert_eq!(session.helper.revoked("point")["reason"], "person");
    point(&mut session, IN_TERMINAL);
    session.helper.error("not_granted");
    assert!(!is_marked(&screen, IN_TERMINAL));
}

#[test]
fn nothing_is_pointed_at_beside_a_question_or_in_a_pause() {
    let mut session = pointing();
    let screen = session.screen.client();
    appears(&mut session, &screen, IN_TERMINAL);
    session.helper.tell("request", json!({"what": "control"}));
    let ask = session.host.asked("control");
    let stays_away = |session: &mut Session, why: &str| {
        goes(&screen, IN_TERMINAL);
        point(session, IN_TERMINAL);
        // The host has heard of both once it answers the second.
        session.helper.tell("chat", json!({"text": "?"}));
        session.host.event("chat");
        thread::sleep(Duration::from_millis(300));
        assert!(!is_marked(&screen, IN_TERMINAL), "{why}");
    };
    stays_away(&mut session, "a mark beside a question");
    session.host.tell("answer", json!({"id": ask["id"], "allow": false}));
    session.helper.revoked("control");
    appears(&mut session, &screen, IN_TERMINAL);
    session.host.tell("pause", json!({}));
    session.helper.stage("paused");
    stays_away(&mut session, "a mark in a picture that stands still");
    session.host.tell("resume", json!({}));
    appears(&mut session, &screen, IN_TERMINAL);
}

#[test]
fn no_end_of_the_host_leaves_a_mark() {
    let ends: [fn(&mut Session); 3] = [
        |session| session.host.tell("stop", json!({})),
        |session| session.helper.kill(),
        |session| session.host.kill(),
    ];
    for end in ends {
        let mut session = pointing();
        let screen = session.screen.client();
        appears(&mut session, &screen, IN_TERMINAL);
        end(&mut session);
        goes(&screen, IN_TERMINAL);
    }
}
