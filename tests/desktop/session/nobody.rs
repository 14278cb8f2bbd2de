//! What is missing is said in a sentence, with what to do: node, host, display, settings.

use std::fs;
use std::process::Command;

use entraide::exit::End;
use entraide::texts;
use entraide_common::texts::Language;
use entraide_tests::client::Client;
use entraide_tests::session::{Scene, code};
use entraide_tests::xserver::XServer;

/// A code that passes the check digit, for a plate that nobody has.
const NOBODYS: &str = "42 1937 2640";

#[test]
fn a_silent_node_is_said_on_both_sides() {
    let mut scene = Scene::new(Language::English);
    scene.node.take();
    let screen = XServer::xvfb(1280, 800);
    let mut host = scene.invite(&screen, &[]);
    let mut helper = scene.join(None, "helper", NOBODYS);
    for program in [&mut host, &mut helper] {
        assert_eq!(program.error("node_silent"), scene.sentence(&End::NodeSilent));
        assert_eq!(program.exit_code(), 6);
    }
}

#[test]
fn a_number_that_nobody_has_is_said() {
    let scene = Scene::new(Language::French);
    let mut helper = scene.join(None, "helper", NOBODYS);
    assert_eq!(helper.error("nothing_found"), scene.sentence(&End::NothingFound));
    assert_eq!(helper.exit_code(), 6);
}

#[test]
fn a_host_that_has_left_is_not_found() {
    let scene = Scene::new(Language::English);
    let screen = XServer::xvfb(1280, 800);
    let mut host = scene.invite(&screen, &[]);
    let code = code(&mut host);
    host.terminate();
    assert_eq!(host.exit_code(), 0);
    let mut helper = scene.join(None, "helper", &code);
    assert_eq!(helper.error("nothing_found"), scene.sentence(&End::NothingFound));
    assert_eq!(helper.exit_code(), 6);
}

/// Runs a host that cannot share its screen; what it says, and its exit code.
fn unable(mut command: Command, word: &str) -> String {
    command.args(["invite", "--json"]);
    let mut host = Client::start("host", command);
    let sentence = host.error(word);
    assert_eq!(host.exit_code(), 1);
    sentence
}

#[test]
fn a_host_without_a_display_says_so() {
    for language in [Language::English, Language::French] {
        let scene = Scene::new(language);
        let sentence = unable(scene.entraide(None, "host"), "no_display");
        assert_eq!(sentence, scene.sentence(&End::NoDisplay));
    }
}

#[test]
fn a_wayland_session_is_recognised() {
    let scene = Scene::new(Language::English);
    let screen = XServer::xvfb(1280, 800);
    let mut command = scene.entraide(Some(&screen), "host");
    command.env("WAYLAND_DISPLAY", "wayland-0").env("XDG_SESSION_TYPE", "wayland");
    assert_eq!(unable(command, "wayland"), scene.sentence(&End::Wayland));
}

#[test]
fn a_display_that_lacks_an_extension_is_said() {
    let scene = Scene::new(Language::English);
    let screen = XServer::xvfb_without("DAMAGE");
    let sentence = unable(scene.entraide(Some(&screen), "host"), "no_extension");
    assert_eq!(sentence, scene.sentence(&End::NoExtension("DAMAGE")));
}

#[test]
fn a_broken_settings_file_is_named_with_its_line_and_what_is_accepted() {
    let scene = Scene::new(Language::French);
    let file = scene.path("broken.toml");
    fs::write(&file, "name = \"Marie\"\nvalid = \"next week\"\n").expect("a file to read");
    let mut command = scene.entraide(None, "host");
    let output = command.args(["invite", "--json", "--config"]).arg(&file).output().expect("it starts");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    let accepted = texts::texts(Language::French).say_with("config-accepts-valid", &[("hours", 2.into())]);
    for part in [format!("{}:2", file.display()), "next week".to_owned(), accepted] {
        assert!(said.contains(&part), "{part:?} is not in {said:?}");
    }
}
