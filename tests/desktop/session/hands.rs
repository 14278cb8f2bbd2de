//! A host who sits at the display: Xephyr in Xvfb, whose keys and pointer are the host's own when they are played on
//! the outer server, and a program's when they are played on the inner one.

use std::mem;
use std::thread;
use std::time::{Duration, Instant};

use entraide_common::texts::Language;
use entraide_tests::session::{IN_TERMINAL, Scene, Session};
use entraide_tests::xserver::{Client, XServer, wait_until};
use serde_json::{Value, json};
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt as _, CreateWindowAux, InputFocus, Window, WindowClass};

const ENTER: u8 = 36;
const SPACE: u8 = 65;
const ESCAPE: u8 = 9;
const SHIFT: u32 = 42 + 8;
/// Our colour.
const COLOUR: u32 = 0x000b_6b78;
/// From the place to click at to a little outside of the button's left edge, and from there into the button, pixels.
const ALLOW_HALF: i16 = 136;
const EDGE: u16 = 10;
/// A place in the host's terminal that no question covers.
const BESIDE: (i16, i16) = (100, 300);

/// A session whose host sits there. The session ends before the outer display.
struct Seated {
    session: Session,
    /// The host's own hands.
    hand: Client,
    /// Hands that a program plays on the host's display.
    program: Client,
    #[expect(dead_code, reason = "held to end it")]
    outer: XServer,
}

impl Seated {
    fn begin() -> Self {
        let outer = XServer::xvfb(1280, 800);
        let inner = XServer::xephyr(&outer, 1280, 800);
        let (hand, program) = (outer.client(), inner.client());
        let session = Session::begin(Scene::new(Language::English), inner, None, &[]);
        Self { session, hand, program, outer }
    }

    /// The question's title.
    fn title(&self) -> String {
        self.session.scene.texts().say("ui-title-question")
    }

    /// The place of the Allow button in the question that is on the screen.
    fn allow_button(&self) -> (i16, i16) {
        let window = self.session.screen.window(&self.title());
        let mut place = self.program.place(window);
        // The window manager frames and moves a new window.
        wait_until("the question stands still", || {
            thread::sleep(Duration::from_millis(100));
            let before = mem::replace(&mut place, self.program.place(window));
            (before == place).then_some(())
        });
        let (x, y, width, height) = place;
        (x + width * 3 / 4, y + height - 84)
    }

    /// The same once it looks as if it worked: its edge has our colour then, and is grey before. The wait begins when
    /// the question is drawn, which on a slow machine is later than when a program is told.
    fn ready_button(&self) -> (i16, i16) {
        let (x, y) = self.allow_button();
        let (left, row) = ((x - ALLOW_HALF).unsigned_abs(), y.unsigned_abs());
        wait_until("Allow works", || {
            let screen = self.program.screenshot();
            (left..left + EDGE).any(|x| screen.at(x.into(), row.into()) == COLOUR).then_some(())
        });
        (x, y)
    }

    /// Waits until a program may answer the question with yes.
    fn wait_for(ask: &Value) {
        let wait = Duration::from_millis(ask["wait_ms"].as_u64().expect("a number"));
        thread::sleep(wait + Duration::from_millis(200));
    }

    /// The host's own hand says yes to `what` as soon as that counts.
    fn allow(&mut self, what: &str) {
        self.session.host.asked(what);
        self.click_allow();
        self.session.host.granted(what);
        self.session.helper.granted(what);
    }

    /// Clicks on Allow, once, and waits until the question is gone: the next one is another window.
    fn click_allow(&mut self) {
        let button = self.ready_button();
        let title = self.title();
        let question = self.program.window(&title);
        click(&self.hand, button);
        wait_until("the question goes", || (self.program.window(&title) != question).then_some(()));
    }

    fn question_has_the_keyboard(&self) -> bool {
        let focus = self.program.conn.get_input_focus().expect("sent").reply().expect("a focus").focus;
        self.program.window(&self.title()) == Some(focus)
    }

    /// Gives a window the keyboard and leaves it the time to notice.
    fn give_the_keyboard(&self, window: Window) {
        let given = self.program.conn.set_input_focus(InputFocus::NONE, window, x11rb::CURRENT_TIME);
        given.expect("sent");
        self.program.settle();
        thread::sleep(Duration::from_millis(500));
    }

    fn request_control(&mut self) {
        self.session.helper.tell("request", json!({"what": "control"}));
    }

    /// Waits until the helper's hands are no longer kept waiting by the host's.
    fn helper_moves(&mut self) {
        wait_until("the helper moves the pointer", || {
            self.session.point(IN_TERMINAL);
            thread::sleep(Duration::from_millis(50));
            let (x, y) = self.program.pointer();
            ((i32::from(x), i32::from(y)) == IN_TERMINAL).then_some(())
        });
    }
}

fn click(client: &Client, (x, y): (i16, i16)) {
    client.point(x, y);
    client.button(1, true);
    client.button(1, false);
}

fn press(client: &Client, key: u8) {
    client.key(key, true);
    client.key(key, false);
}

#[test]
fn only_the_hosts_own_hand_says_yes_and_not_before_its_time() {
    let mut seated = Seated::begin();
    let ask = seated.session.host.asked("view");
    Seated::wait_for(&ask);
    seated.session.host.tell("answer", json!({"id": ask["id"], "allow": true}));
    let sentence = seated.session.scene.texts().say("error-answer-in-window");
    assert_eq!(seated.session.host.error("answer_in_window"), sentence);
    assert!(!seated.session.helper.has_unread("granted"), "a program said yes for a person");
    seated.click_allow();
    seated.session.helper.granted("view");

    let start = Instant::now();
    seated.request_control();
    let ask = seated.session.host.asked("control");
    let button = seated.allow_button();
    for key in [ENTER, SPACE] {
        press(&seated.hand, key);
    }
    click(&seated.hand, button);
    // On a machine that was this slow, the click may have come in time.
    if start.elapsed() < Duration::from_millis(ask["wait_ms"].as_u64().expect("a number")) {
        Seated::wait_for(&ask);
        assert!(!seated.session.helper.has_unread("granted"), "allowed before its time");
        press(&seated.hand, ENTER);
        assert_eq!(seated.session.helper.revoked("control")["reason"], "person", "Enter is a No");
    }
}

#[test]
fn the_first_click_counts_in_a_window_without_the_keyboard() {
    let mut seated = Seated::begin();
    seated.session.host.asked("view");
    let button = seated.ready_button();
    wait_until("it has the keyboard", || seated.question_has_the_keyboard().then_some(()));
    // Whoever reads does something else meanwhile.
    click(&seated.hand, BESIDE);
    wait_until("it has not", || (!seated.question_has_the_keyboard()).then_some(()));
    click(&seated.hand, button);
    seated.session.helper.granted("view");
}

#[test]
fn the_first_click_counts_if_it_brings_the_keyboard_late() {
    let mut seated = Seated::begin();
    seated.session.host.asked("view");
    let question = seated.session.screen.window(&seated.title());
    // Openbox gives the keyboard before it lets a click through. Another window manager may take its time, and is
    // played here.
    seated.session.screen.run("openbox", &["--exit"]);
    wait_until("no window manager holds it", || {
        let tree = seated.program.conn.query_tree(question).expect("sent").reply().expect("a window");
        (tree.parent == tree.root).then_some(())
    });
    let elsewhere = seated.program.conn.generate_id().expect("an id");
    let (class, aux) = (WindowClass::INPUT_ONLY, CreateWindowAux::new());
    let made =
        seated.program.conn.create_window(0, elsewhere, seated.program.root, 0, 0, 1, 1, 0, class, 0, &aux);
    made.expect("sent");
    seated.program.conn.map_window(elsewhere).expect("sent");
    seated.give_the_keyboard(elsewhere);
    let (x, y) = seated.ready_button();
    seated.hand.point(x, y);
    seated.hand.button(1, true);
    seated.give_the_keyboard(question);
    seated.hand.button(1, false);
    seated.session.helper.granted("view");
}

#[test]
fn the_hosts_esc_takes_control_back_and_the_helpers_does_not() {
    let mut seated = Seated::begin();
    seated.allow("view");
    seated.request_control();
    seated.allow("control");
    seated.helper_moves();

    for down in [true, false] {
        seated.session.key("Escape", down);
    }
    seated.session.key("ShiftLeft", true);
    wait_until("Shift is held", || seated.program.down().contains(&SHIFT).then_some(()));
    assert!(!seated.session.host.has_unread("revoked"), "the helper's Esc ended control");

    press(&seated.hand, ESCAPE);
    for program in [&mut seated.session.host, &mut seated.session.helper] {
        let revoked = program.revoked("control");
        assert_eq!((&revoked["by"], &revoked["reason"]), (&json!("host"), &json!("escape")));
    }
    wait_until("Shift is let go", || seated.program.down().is_empty().then_some(()));
    seated.session.key("ShiftLeft", true);
    seated.session.helper.error("not_granted");
    seated.session.screen.run("xsetroot", &["-solid", "#123456"]);
    seated.session.seen();
}

#[test]
fn a_script_left_behind_does_not_say_yes_later() {
    let mut seated = Seated::begin();
    seated.allow("view");
    seated.request_control();
    seated.allow("control");
    press(&seated.hand, ESCAPE);
    seated.session.helper.revoked("control");

    seated.request_control();
    let ask = seated.session.host.asked("control");
    let spoilt = seated.session.screen.window(&seated.title());
    click(&seated.program, seated.ready_button());
    let sentence = seated.session.scene.texts().say("error-answer-by-hand");
    assert_eq!(seated.session.host.error("answer_by_hand"), sentence);
    assert!(!seated.session.helper.has_unread("granted"), "a script said yes");
    // The question is put once more, to be read and waited for from the beginning; it says why, and the host's own
    // first click is good for a yes.
    let again = seated.session.host.asked("control");
    assert!(again["id"].as_u64() > ask["id"].as_u64(), "{again}");
    let title = seated.title();
    wait_until("another window asks", || seated.program.window(&title).filter(|window| *window != spoilt));
    seated.click_allow();
    seated.session.host.granted("control");
    seated.session.helper.granted("control");
    assert!(!seated.session.helper.has_unread("revoked"), "to the helper it is one question");
}
