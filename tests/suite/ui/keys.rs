//! What typing in the viewer means for the host.

use entraide::ui::keys::{Keyboard, Kind, Stroke, w3c_name};
use entraide_common::input::KeyCode;
use entraide_common::wire::input::Act;
use winit::keyboard::KeyCode as Winit;

fn code(name: &str) -> KeyCode {
    KeyCode::of_name(name).expect("a key that travels")
}

fn stroke(name: &str, text: Option<&str>, kind: Kind, down: bool) -> Stroke {
    Stroke { code: Some(code(name)), text: text.map(str::to_owned), kind, command: false, down }
}

fn text(name: &str, text: &str, down: bool) -> Stroke {
    stroke(name, Some(text), Kind::Ordinary, down)
}

fn shift(down: bool) -> Stroke {
    stroke("ShiftLeft", None, Kind::Level, down)
}

fn key(name: &str, down: bool) -> Act {
    Act::Key { code: code(name), down }
}

/// What the host is told for all of `strokes`.
fn acts(strokes: &[Stroke]) -> Vec<Act> {
    let mut keyboard = Keyboard::default();
    strokes.iter().flat_map(|stroke| keyboard.stroke(stroke)).collect()
}

#[test]
fn characters_travel_as_text_and_never_with_shift() {
    let typed = acts(&[
        text("KeyA", "a", true),
        text("KeyA", "a", false),
        shift(true),
        text("KeyA", "A", true),
        text("KeyA", "A", false),
        shift(false),
        text("Digit2", "é", true),
    ]);
    let wanted = ["a", "A", "é"].map(|text| Act::Text(text.to_owned()));
    assert_eq!(typed, wanted);
}

#[test]
fn a_held_character_repeats() {
    assert_eq!(acts(&[text("KeyA", "a", true), text("KeyA", "a", true)]).len(), 2);
}

#[test]
fn shift_is_pressed_for_keys_that_need_it_and_let_go_before_text() {
    let told = acts(&[
        shift(true),
        stroke("ArrowLeft", None, Kind::Ordinary, true),
        stroke("ArrowLeft", None, Kind::Ordinary, false),
        text("KeyB", "B", true),
        stroke("ArrowLeft", None, Kind::Ordinary, true),
        stroke("ArrowLeft", None, Kind::Ordinary, false),
        shift(false),
    ]);
    let wanted = [
        key("ShiftLeft", true),
        key("ArrowLeft", true),
        key("ArrowLeft", false),
        key("ShiftLeft", false),
        Act::Text("B".to_owned()),
        key("ShiftLeft", true),
        key("ArrowLeft", true),
        key("ArrowLeft", false),
        key("ShiftLeft", false),
    ];
    assert_eq!(told, wanted);
}

#[test]
fn shift_is_pressed_for_a_click() {
    let mut keyboard = Keyboard::default();
    assert_eq!(keyboard.stroke(&shift(true)), []);
    assert_eq!(keyboard.hold_levels(), [key("ShiftLeft", true)]);
    assert_eq!(keyboard.hold_levels(), [], "once");
    assert_eq!(keyboard.stroke(&shift(false)), [key("ShiftLeft", false)]);
}

#[test]
fn shortcuts_are_physical_keys() {
    let told = acts(&[
        stroke("ControlLeft", None, Kind::Ordinary, true),
        Stroke { command: true, ..text("KeyC", "c", true) },
        Stroke { command: true, ..text("KeyC", "c", false) },
        stroke("ControlLeft", None, Kind::Ordinary, false),
    ]);
    let wanted = [key("ControlLeft", true), key("KeyC", true), key("KeyC", false), key("ControlLeft", false)];
    assert_eq!(told, wanted);
}

#[test]
fn enter_tab_backspace_and_space_are_keys() {
    for (name, text) in [("Enter", "\r"), ("Tab", "\t"), ("Backspace", "\u{8}"), ("Space", " ")] {
        assert_eq!(acts(&[stroke(name, Some(text), Kind::Ordinary, true)]), [key(name, true)]);
    }
}

#[test]
fn dead_keys_and_locks_send_nothing() {
    let told = acts(&[
        stroke("BracketLeft", None, Kind::Dead, true),
        stroke("BracketLeft", None, Kind::Dead, false),
        text("KeyE", "ê", true),
        stroke("CapsLock", None, Kind::Lock, true),
        stroke("CapsLock", None, Kind::Lock, false),
    ]);
    assert_eq!(told, [Act::Text("ê".to_owned())]);
}

#[test]
fn what_was_not_pressed_is_never_let_go() {
    assert_eq!(acts(&[stroke("Enter", None, Kind::Ordinary, false), shift(false)]), []);
    let mut keyboard = Keyboard::default();
    keyboard.stroke(&stroke("ControlLeft", None, Kind::Ordinary, true));
    assert!(keyboard.release_all(), "something is down");
    assert!(!keyboard.release_all(), "nothing is down any more");
    assert_eq!(keyboard.stroke(&stroke("ControlLeft", None, Kind::Ordinary, false)), []);
}

#[test]
fn the_names_of_keys_are_w3c_names() {
    for (key, name) in [
        (Winit::KeyA, "KeyA"),
        (Winit::Digit1, "Digit1"),
        (Winit::SuperLeft, "MetaLeft"),
        (Winit::SuperRight, "MetaRight"),
        (Winit::NumpadEnter, "NumpadEnter"),
        (Winit::IntlBackslash, "IntlBackslash"),
        (Winit::ContextMenu, "ContextMenu"),
        (Winit::PrintScreen, "PrintScreen"),
        (Winit::F24, "F24"),
    ] {
        assert_eq!(w3c_name(key), name);
        assert!(KeyCode::of_name(name).is_some(), "{name} travels");
    }
}
