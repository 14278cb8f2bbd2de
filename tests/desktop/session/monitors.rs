//! The host's monitors, and what becomes of picture and pointer when they change under a session.

use entraide_common::texts::Language;
use entraide_tests::session::{HOST, Scene, Session};
use entraide_tests::xserver::{Screenshot, XServer, wait_until};
use serde_json::{Value, json};

/// A part of a screen: x, y, width, height.
type Part = (u32, u32, u32, u32);

/// A host at a display of that size with these monitors, and a helper in control.
fn controlling(size: (u32, u32), monitors: &[(&str, &str)]) -> Session {
    let screen = XServer::xvfb(size.0, size.1);
    for (name, place) in monitors {
        plug(&screen, name, place);
    }
    Session::begin(Scene::new(Language::English), screen, None, &[]).controlling()
}

/// Makes a part of the screen a monitor; a name with a star before it is the primary one's.
fn plug(screen: &XServer, name: &str, place: &str) {
    let output = if name.starts_with('*') { "screen" } else { "none" };
    screen.run("xrandr", &["--setmonitor", name, place, output]);
}

/// The id of the monitor whose left edge is there.
fn at(event: &Value, x: u32) -> Value {
    let monitors = event["monitors"].as_array().expect("a list");
    monitors.iter().find(|monitor| monitor["x"] == x).expect("a monitor there")["id"].clone()
}

/// Waits for the news that the helper sees this monitor, or all.
fn shown(session: &mut Session, choice: &Value) -> Value {
    session.helper.event_with("monitors", |event| event["shown"] == *choice)
}

/// Waits until the helper sees that part of the host's screen, pixel for pixel.
fn seen(session: &mut Session, (x, y, width, height): Part) {
    let client = session.screen.client();
    wait_until("the helper sees that part of the host's screen", || {
        let seen = session.snapshot();
        let whole = client.screenshot();
        let rows = (y..y + height).flat_map(|row| (x..x + width).map(move |column| (column, row)));
        let part = Screenshot { width, height, pixels: rows.map(|(x, y)| whole.at(x, y)).collect() };
        (seen == part).then_some(())
    });
}

/// The helper points at `place` as `fields` say it, and the host's pointer goes there.
fn pointed(session: &mut Session, fields: &Value, place: (i16, i16)) {
    let client = session.screen.client();
    wait_until("the pointer is there", || {
        session.helper.tell("pointer", fields.clone());
        (client.pointer() == place).then_some(())
    });
}

#[test]
fn each_monitor_and_all_are_seen_and_pointed_at() {
    let monitors = [
        ("*left", "700/150x900/200+0+0"),
        ("middle", "500/100x600/180+700+100"),
        ("right", "400/90x800/170+1200+0"),
    ];
    let mut session = controlling((1600, 900), &monitors);
    let all = shown(&mut session, &json!("all"));
    assert_eq!(all["monitors"].as_array().map(Vec::len), Some(3), "{all}");
    seen(&mut session, (0, 0, 1600, 900));
    pointed(&mut session, &json!({"x": 1500, "y": 700}), (1500, 700));
    pointed(&mut session, &json!({"x": 20, "y": 500, "monitor": at(&all, 700)}), (720, 600));

    for (part, corner) in
        [((700, 100, 500, 600), (700, 100)), ((1200, 0, 400, 800), (1200, 0)), ((0, 0, 700, 900), (0, 0))]
    {
        let id = at(&all, part.0);
        session.helper.tell("monitor", json!({"id": id}));
        let event = shown(&mut session, &id);
        assert!(event["text"].is_null(), "{event}");
        seen(&mut session, part);
        pointed(&mut session, &json!({"x": 300, "y": 580}), (corner.0 + 300, corner.1 + 580));
        pointed(&mut session, &json!({"x": 310, "y": 590, "monitor": id}), (corner.0 + 310, corner.1 + 590));
        session.screen.run("xsetroot", &["-solid", &format!("#10{:02x}30", part.0 / 8)]);
        seen(&mut session, part);
    }
    session.helper.tell("monitor", json!({"id": "all"}));
    shown(&mut session, &json!("all"));
    seen(&mut session, (0, 0, 1600, 900));
    pointed(&mut session, &json!({"x": 1250, "y": 610}), (1250, 610));
}

#[test]
fn a_monitor_that_is_unplugged_gives_way_to_the_primary_one_and_comes_back() {
    let mut session =
        controlling((1600, 800), &[("*left", "1000/200x800/200+0+0"), ("right", "600/100x700/180+1000+100")]);
    let all = shown(&mut session, &json!("all"));
    let (left, right) = (at(&all, 0), at(&all, 1000));
    session.helper.tell("monitor", json!({"id": right}));
    shown(&mut session, &right);
    seen(&mut session, (1000, 100, 600, 700));

    session.screen.run("xrandr", &["--delmonitor", "right"]);
    let event = shown(&mut session, &left);
    let sentence = session.scene.texts().say_with("monitor-gone", &[("number", 1.into())]);
    assert_eq!(event["text"], sentence);
    seen(&mut session, (0, 0, 1000, 800));
    pointed(&mut session, &json!({"x": 555, "y": 666}), (555, 666));

    plug(&session.screen, "right", "500/100x600/180+1100+200");
    let event = shown(&mut session, &right);
    assert!(event["text"].is_null(), "{event}");
    seen(&mut session, (1100, 200, 500, 600));
    pointed(&mut session, &json!({"x": 55, "y": 466}), (1155, 666));
}

#[test]
fn the_picture_follows_every_change_of_resolution() {
    let mut session = controlling((1280, 800), &[]);
    let mode = ["--newmode", "small", "30", "800", "810", "820", "830", "600", "610", "620", "630"];
    session.screen.run("xrandr", &mode);
    session.screen.run("xrandr", &["--addmode", "screen", "small"]);
    let output = ["--output", "screen"];
    let small = [&output[..], &["--mode", "small"]].concat();
    let tiny = [&output[..], &["--off", "--fb", "640x480"]].concat();
    let large = [&output[..], &["--fb", "1280x800", "--mode", "1280x800"]].concat();
    for (arguments, (width, height)) in [(&small, (800, 600)), (&tiny, (640, 480)), (&large, (1280, 800))] {
        session.screen.run("xrandr", arguments);
        seen(&mut session, (0, 0, width, height));
        let (x, y) = (width as i16 - 9, height as i16 - 7);
        pointed(&mut session, &json!({"x": x, "y": y}), (x, y));
        session.screen.run("xsetroot", &["-solid", &format!("#20{:02x}40", width / 8)]);
        seen(&mut session, (0, 0, width, height));
    }
    for arguments in [&small, &tiny, &large, &small, &large, &tiny, &large, &small] {
        session.screen.run("xrandr", arguments);
    }
    seen(&mut session, (0, 0, 800, 600));
    pointed(&mut session, &json!({"x": 700, "y": 500}), (700, 500));
}

#[test]
fn a_desktop_too_large_for_one_picture_is_seen_a_monitor_at_a_time() {
    let monitors = [
        ("*left", "4000/900x600/200+0+0"),
        ("middle", "4500/900x600/200+4000+0"),
        ("right", "1500/300x500/180+8500+100"),
    ];
    let mut session = controlling((10_000, 600), &monitors);
    let event = session.helper.event("monitors");
    let (left, right) = (at(&event, 0), at(&event, 8500));
    assert_eq!(event["shown"], left);
    let sentence = session.scene.texts().say_with("monitors-too-large", &[("number", 1.into())]);
    assert_eq!(event["text"], sentence);
    seen(&mut session, (0, 0, 4000, 600));

    session.helper.tell("monitor", json!({"id": "all"}));
    let sentence = session.scene.texts().say("error-monitors-too-large");
    assert_eq!(session.helper.error("monitors_too_large"), sentence);
    session.helper.tell("monitor", json!({"id": right}));
    shown(&mut session, &right);
    seen(&mut session, (8500, 100, 1500, 500));
    pointed(&mut session, &json!({"x": 1400, "y": 450}), (9900, 550));
}

/// Keycodes: Ctrl, Alt, and the digits 2 and 0.
const CTRL: u8 = 37;
const ALT: u8 = 64;
const TWO: u8 = 11;
const ZERO: u8 = 19;

#[test]
fn the_window_shows_the_monitor_that_is_chosen_in_it() {
    let screen = XServer::xvfb(1280, 800);
    plug(&screen, "*left", "780/200x800/200+0+0");
    plug(&screen, "right", "500/125x400/100+780+300");
    let window = XServer::xvfb(1280, 900);
    let mut session = Session::begin(Scene::new(Language::French), screen, Some(window), &[]).viewing();
    let all = shown(&mut session, &json!("all"));
    let right = at(&all, 780);
    session.screen.run("xsetroot", &["-solid", "#7a3b91"]);
    let display = session.window.as_ref().expect("the helper has a window");
    let title = session.scene.texts().say_with("ui-title-watching", &[("name", HOST.into())]);
    assert_ne!(display.window(&title), 0);
    let hands = display.client();
    let chord = |key| {
        for (key, down) in [(CTRL, true), (ALT, true), (key, true), (key, false), (ALT, false), (CTRL, false)]
        {
            hands.key(key, down);
        }
    };
    // All of the right monitor, pixel for pixel, but for the host's cursor; of both together it would be less.
    let whole = |pixels: usize| (500 * 400 - 1_000..=500 * 400).contains(&pixels);
    let pixels = || hands.screenshot().pixels.iter().filter(|pixel| **pixel == 0x007a_3b91).count();
    chord(TWO);
    session.helper.event_with("monitors", |event| event["shown"] == right);
    wait_until("the window shows the right monitor", || whole(pixels()).then_some(()));
    chord(ZERO);
    session.helper.event_with("monitors", |event| event["shown"] == "all");
    wait_until("the window shows both", || (!whole(pixels()) && pixels() > 0).then_some(()));
}
