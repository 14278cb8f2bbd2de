//! Somebody who knows no meeting place is asked for one, once.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use entraide::exit::End;
use entraide_common::texts::Language;
use entraide_tests::client::Client;
use entraide_tests::session::Scene;
use entraide_tests::xserver::{Running, XServer, wait_until};

/// The settings file, with something in it.
fn settings(scene: &Scene) -> PathBuf {
    let path = scene.path(".config/entraide/config.toml");
    fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
    fs::write(&path, "# my own remark\nname = \"Zoé\" # and another\n").expect("it can be written");
    path
}

/// Waits until the node is remembered, and sees that everything else still is.
fn remembered(scene: &Scene, settings: &Path) {
    let changed = wait_until("the node is remembered", || {
        let text = fs::read_to_string(settings).expect("it is there at any time");
        text.contains(scene.address()).then_some(text)
    });
    assert!(changed.starts_with("# my own remark\nname = \"Zoé\" # and another\n"), "{changed}");
}

/// A host who says nothing of nodes gets a code.
fn is_asked_no_more(scene: &Scene, server: &XServer) {
    let mut command = scene.stranger(Some(server), "second");
    command.args(["invite", "--json"]);
    let mut host = Client::start("host", command);
    host.event("code");
}

/// Text on the clipboard, as long as the value lives.
fn copied(server: &XServer, text: &str) -> Running {
    let xclip =
        server.command("xclip").args(["-selection", "clipboard", "-quiet"]).stdin(Stdio::piped()).spawn();
    let mut xclip = xclip.expect("xclip starts: deploy/test installs it");
    let mut input = xclip.stdin.take().expect("it was piped");
    input.write_all(text.as_bytes()).expect("it reads");
    Running::from(xclip)
}

#[test]
fn a_program_is_told_what_is_missing() {
    let scene = Scene::new(Language::French);
    let server = XServer::xvfb(800, 600);
    let mut command = scene.stranger(Some(&server), "host");
    command.args(["invite", "--json"]);
    let mut host = Client::start("host", command);
    let sentence = host.error("no_node");
    assert_eq!(sentence, scene.sentence(&End::NoNode));
    assert!(sentence.contains("--rendezvous"), "it names a way: {sentence}");
    assert_eq!(host.exit_code(), 6);
}

#[test]
fn the_window_asks_once_and_remembers() {
    let scene = Scene::new(Language::English);
    let server = XServer::xvfb(900, 760);
    let _manager = server.openbox();
    let settings = settings(&scene);
    let _home = Running::from(scene.stranger(Some(&server), "host").spawn().expect("it starts"));
    let window = server.window(&scene.texts().say("ui-title"));
    let name = window.to_string();
    let press = |keys: &[&str]| {
        server.run("xdotool", &[&["windowfocus", "--sync", &name, "key", "--delay", "80"], keys].concat());
    };
    let eyes = server.client();
    let home = eyes.at_rest(window, None);
    press(&["Tab", "space"]);
    let asked = eyes.at_rest(window, Some(&home));
    server.run("xdotool", &["type", "meet.example.org"]);
    let typed = eyes.at_rest(window, Some(&asked));
    press(&["Return"]);
    let refused = eyes.at_rest(window, Some(&typed));
    let before = fs::read_to_string(&settings).expect("settings");
    assert!(!before.contains("rendezvous"), "what is no address is not remembered");

    let _clip = copied(&server, &format!("listening {}\n", scene.address()));
    press(&["ctrl+a"]);
    let selected = eyes.at_rest(window, Some(&refused));
    press(&["ctrl+v"]);
    // Another program has to be asked what it copied: Return is for who sees the answer.
    let _ = eyes.at_rest(window, Some(&selected));
    press(&["Return"]);
    remembered(&scene, &settings);
    is_asked_no_more(&scene, &server);
}

#[test]
fn the_terminal_asks_once_and_remembers() {
    let scene = Scene::new(Language::French);
    let server = XServer::xvfb(900, 760);
    let _manager = server.openbox();
    let settings = settings(&scene);
    let command = scene.stranger(Some(&server), "host");
    let script = scene.path("asks");
    let arguments: Vec<_> = command.get_args().map(|word| word.to_string_lossy()).collect();
    let program = command.get_program().to_string_lossy();
    let home = scene.path("");
    let line = format!(
        "HOME='{}' LANG=fr_FR.UTF-8 exec '{program}' {} invite --terminal\n",
        home.display(),
        arguments.join(" ")
    );
    fs::write(&script, line).expect("it can be written");
    let script = script.display().to_string();
    let _terminal = server.spawn("xterm", &["-e", "sh", &script]);
    // The window manager gives a new window the keyboard; a line that comes before the question waits for it.
    wait_until("the node is remembered", || {
        server.run("xdotool", &["type", "--delay", "2", &format!("{}\n", scene.address())]);
        thread::sleep(Duration::from_secs(2));
        fs::read_to_string(&settings).is_ok_and(|text| text.contains("rendezvous")).then_some(())
    });
    remembered(&scene, &settings);
    is_asked_no_more(&scene, &server);
}
