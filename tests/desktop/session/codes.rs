//! Codes that are wrong, worn out or too old.

use entraide::exit::End;
use entraide_common::texts::Language;
use entraide_tests::session::{Scene, code, wrong};
use entraide_tests::xserver::XServer;
use serde_json::json;

#[test]
fn three_wrong_codes_burn_it_and_another_is_shown() {
    let scene = Scene::new(Language::English);
    let screen = XServer::xvfb(1280, 800);
    let mut host = scene.invite(&screen, &[]);
    let first = code(&mut host);
    let ends = [End::WrongCode { left: 2 }, End::WrongCode { left: 1 }, End::Burnt];
    for (number, end) in (1..).zip(ends) {
        let mut helper = scene.join(None, &format!("helper-{number}"), &wrong(&first, number));
        assert_eq!(helper.error(end.word()), scene.sentence(&end));
        assert_eq!(helper.exit_code(), i32::from(end.code()));
        assert_eq!(i32::from(end.code()), if number < 3 { 5 } else { 4 });
        let tried = host.event("try");
        assert_eq!((&tried["wrong"], &tried["left"]), (&json!(number), &json!(3 - number)));
    }
    host.event_with("state", |state| state["name"] == "burnt");
    let second = code(&mut host);
    assert_ne!(second, first);

    let mut late = scene.join(None, "late", &first);
    let end = End::NothingFound;
    assert_eq!(late.error(end.word()), scene.sentence(&end), "the old plate is given back");
    assert_eq!(late.exit_code(), 6);
    let mut helper = scene.join(None, "helper", &second);
    assert_eq!(host.asked("view")["who"]["name"], entraide_tests::session::HELPER);
    host.tell("quit", json!({}));
    assert_eq!(host.exit_code(), 0);
    helper.event("ended");
}

#[test]
fn a_wrong_try_does_not_keep_the_right_code_out() {
    let scene = Scene::new(Language::French);
    let screen = XServer::xvfb(1280, 800);
    let mut host = scene.invite(&screen, &[]);
    let code = code(&mut host);
    let mut clumsy = scene.join(None, "clumsy", &wrong(&code, 1));
    let end = End::WrongCode { left: 2 };
    assert_eq!(clumsy.error(end.word()), scene.sentence(&end));
    assert_eq!(clumsy.exit_code(), 5);
    let mut helper = scene.join(None, "helper", &code);
    host.allow("view");
    helper.granted("view");
}

#[test]
fn a_mistyped_code_is_noticed_without_any_network() {
    let mut scene = Scene::new(Language::English);
    scene.node.take();
    for (typed, end) in [("42 1937 2641", End::WrongDigit), ("forty-two", End::NoCode), ("1234", End::NoCode)]
    {
        let mut helper = scene.join(None, "helper", typed);
        assert_eq!(helper.error(end.word()), scene.sentence(&end), "{typed}");
        assert_eq!(helper.exit_code(), 5);
        assert!(!helper.has_unread("stage"), "{typed} was looked up");
    }
}

#[test]
fn a_code_whose_time_is_over_ends_the_waiting() {
    let scene = Scene::new(Language::English);
    let screen = XServer::xvfb(1280, 800);
    let mut host = scene.invite(&screen, &["--valid", "1s"]);
    let code = code(&mut host);
    host.event_with("state", |state| state["name"] == "expired");
    assert_eq!(host.error("expired"), scene.sentence(&End::Expired));
    assert_eq!(host.exit_code(), 4);

    let mut helper = scene.join(None, "helper", &code);
    assert_eq!(helper.error("nothing_found"), scene.sentence(&End::NothingFound));
    assert_eq!(helper.exit_code(), 6);
}
