//! What a program may not do is answered, and the session goes on.

use entraide_common::limits;
use entraide_common::texts::Language;
use entraide_tests::session::{Scene, Session};
use entraide_tests::xserver::wait_until;
use serde_json::json;

#[test]
fn input_without_a_grant_is_answered_and_does_nothing() {
    let mut session = Session::new(Scene::new(Language::English)).viewing();
    let client = session.screen.client();
    let before = client.pointer();
    let not_granted = session.scene.texts().say("error-not-granted");
    session.key("KeyA", true);
    assert_eq!(session.helper.error("not_granted"), not_granted);
    session.button(true);
    assert_eq!(session.helper.error("not_granted"), not_granted);
    session.point((700, 700));
    assert_eq!(session.helper.error("not_granted"), not_granted);
    session.helper.tell("text", json!({"text": "rm -rf\n"}));
    assert_eq!(session.helper.error("not_granted"), not_granted);
    session.helper.tell("chat", json!({"text": "still here"}));
    session.host.event("chat");
    assert!(client.down().is_empty());
    assert_eq!(client.pointer(), before);
}

#[test]
fn what_is_no_command_is_answered_and_the_session_goes_on() {
    let mut session = Session::new(Scene::new(Language::French)).viewing();
    let texts = session.scene.texts();
    let unknown = texts.say_with("fault-unknown", &[("name", "dance".into())]);
    for program in [&mut session.host, &mut session.helper] {
        program.line(r#"{"command":"dance"}"#);
        assert_eq!(program.error("unknown_command"), unknown);
        program.line("not JSON");
        program.error("malformed");
        program.line(&format!(r#"{{"command":"chat","text":"{}"}}"#, "x".repeat(limits::COMMAND_LINE_BYTES)));
        program.error("malformed");
        program.line(r#"{"command":"send","path":"/etc/passwd"}"#);
        program.error("unsupported");
    }
    session.host.tell("text", json!({"text": "the host has a keyboard"}));
    assert_eq!(session.host.error("not_here"), texts.say("error-not-here"));
    session.helper.tell("pause", json!({}));
    assert_eq!(session.helper.error("not_here"), texts.say("error-not-here"));
    session.helper.tell("pointer", json!({"x": 1, "y": 1, "monitor": 4711}));
    assert_eq!(session.helper.error("no_such_monitor"), texts.say("error-no-such-monitor"));
    session.helper.tell("stop", json!({}));
    assert_eq!((session.helper.exit_code(), session.host.exit_code()), (0, 0));
}

#[test]
fn while_the_host_is_asked_nothing_is_played() {
    let mut session = Session::new(Scene::new(Language::English)).controlling();
    let client = session.screen.client();
    session.click_in_terminal();
    session.key("ShiftLeft", true);
    wait_until("Shift is held", || (client.down() == [42 + 8]).then_some(()));
    session.host.tell("release", json!({}));
    assert_eq!(session.helper.revoked("control")["by"], "host");
    wait_until("Shift is let go", || client.down().is_empty().then_some(()));
    session.helper.tell("request", json!({"what": "control"}));
    let ask = session.host.asked("control");
    session.key("KeyA", true);
    session.helper.error("not_granted");
    assert!(client.down().is_empty());
    session.host.tell("answer", json!({"id": ask["id"], "allow": false}));
    session.helper.revoked("control");
}
