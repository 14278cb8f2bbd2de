//! What `entraide doctor` says on a display, and that it leaves nothing there.

use entraide_common::texts::Language;
use entraide_tests::client::Client;
use entraide_tests::session::Scene;
use entraide_tests::xserver::XServer;
use serde_json::Value;

#[test]
fn a_display_that_can_be_shown_and_lent_is_told() {
    let scene = Scene::new(Language::French);
    let screen = XServer::xvfb(1280, 800);
    let mut command = scene.entraide(Some(&screen), "doctor");
    command.args(["doctor", "--json"]);
    let mut doctor = Client::start("doctor", command);
    let about = |name: &'static str| move |found: &Value| found["about"] == name;
    assert_eq!(doctor.event_with("finding", about("display"))["system"], "X11");
    let capture = doctor.event_with("finding", about("capture"));
    assert_eq!(capture["monitors"], serde_json::json!([{"width": 1280, "height": 800}]));
    for name in ["injection", "escape"] {
        assert_eq!(doctor.event_with("finding", about(name))["value"], "works", "{name}");
    }
    let ended = doctor.event("ended");
    assert_eq!(
        (&ended["shows"], &ended["lends"], &ended["helps"]),
        (&true.into(), &true.into(), &true.into())
    );
    assert_eq!(ended["text"], scene.texts().say("doctor-end-all"));
    assert_eq!(doctor.exit_code(), 0);
}
