//! What the helper types is what stands in the host's terminal.

use entraide_common::texts::Language;
use entraide_tests::session::{HOST, IN_TERMINAL, Scene, Session};
use serde_json::json;

/// What every layout must let through.
const HARD: &str = "aqzwm é ç € @ { ê ñ 漢 A1!;.";

fn text_arrives(layout: &str) {
    let session = Session::new(Scene::new(Language::English));
    session.screen.run("setxkbmap", &[layout]);
    let mut session = session.controlling();
    session.click_in_terminal();
    session.helper.tell("text", json!({"text": format!("{HARD}\n")}));
    assert_eq!(session.typed(), format!("{HARD}\n"));
}

#[test]
fn text_arrives_under_the_us_layout() {
    text_arrives("us");
}

#[test]
fn text_arrives_under_the_french_layout() {
    text_arrives("fr");
}

#[test]
fn what_is_typed_in_the_window_arrives() {
    let session = Session::with_windows(Scene::new(Language::English)).controlling();
    let display = session.window.as_ref().expect("the helper has a window");
    let title = session.scene.texts().say_with("ui-title-control", &[("name", HOST.into())]);
    let window = display.window(&title);
    display.run("xdotool", &["windowfocus", "--sync", &window.to_string()]);
    let client = display.client();
    // The picture fits the window: a quarter from the left and in the middle is the terminal there too.
    let (x, y, width, height) = client.place(window);
    client.point(x + width / 4, y + height / 2);
    client.button(1, true);
    client.button(1, false);
    let host = session.screen.client();
    entraide_tests::xserver::wait_until("the host's pointer is in the terminal", || {
        let (x, y) = host.pointer();
        let (left, top) = (x - IN_TERMINAL.0 as i16, y - IN_TERMINAL.1 as i16);
        (left.abs() < 200 && top.abs() < 100).then_some(())
    });
    display.run("xdotool", &["type", "--delay", "30", "aqzwm 123"]);
    display.run("xdotool", &["key", "Return"]);
    assert_eq!(session.typed(), "aqzwm 123\n");
}
