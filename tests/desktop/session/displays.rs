//! A display that goes away under a window ends the program with a sentence, and nothing stays held.

use std::mem;
use std::process::Stdio;

use entraide::exit::End;
use entraide_common::texts::Language;
use entraide_tests::client::Client;
use entraide_tests::session::{Scene, Session};
use entraide_tests::xserver::{XServer, wait_until};

/// The program has said why it ended, and no library said anything else.
fn said_so(program: &mut Client, sentence: &str) {
    program.event("ended");
    let said = program.event_with("error", |error| error["code"] == "display_gone");
    assert_eq!(said["text"], sentence);
    assert_eq!(program.exit_code(), 1);
    let log = program.log();
    assert!(!log.contains("panicked") && !log.contains("X connection"), "{log}");
}

#[test]
fn the_helpers_display_goes_away() {
    let mut session = Session::with_windows(Scene::new(Language::English)).controlling();
    let client = session.screen.client();
    session.key("ShiftLeft", true);
    wait_until("Shift is held", || (!client.down().is_empty()).then_some(()));
    drop(session.window.take());
    said_so(&mut session.helper, &session.scene.sentence(&End::DisplayGone));
    wait_until("Shift is let go", || client.down().is_empty().then_some(()));
    assert_eq!(session.host.event("ended")["by"], "helper");
    assert_eq!(session.host.exit_code(), 0);
}

#[test]
fn the_hosts_display_goes_away() {
    let mut session = Session::with_windows(Scene::new(Language::French)).controlling();
    drop(mem::replace(&mut session.screen, XServer::xvfb(640, 480)));
    said_so(&mut session.host, &session.scene.sentence(&End::DisplayGone));
    session.helper.event("ended");
    assert_eq!(session.helper.exit_code(), 1);
}

#[test]
fn the_display_goes_away_under_the_first_window() {
    let scene = Scene::new(Language::French);
    let server = XServer::xvfb(900, 700);
    let home = scene.entraide(Some(&server), "home").stderr(Stdio::piped()).spawn().expect("it starts");
    let _window = server.window(&scene.texts().say("ui-title"));
    drop(server);
    let output = home.wait_with_output().expect("a child of ours");
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(said.trim(), scene.sentence(&End::DisplayGone));
}
