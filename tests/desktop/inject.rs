//! What a helper types arrives, and what a helper holds is let go of.

use std::fs;
use std::path::PathBuf;

use entraide_tests::xserver::{Client, Running, XServer, wait_until};
use tempfile::TempDir;

use crate::puppet::Puppet;

/// What every layout must let through.
const HARD: &str = "aqzwm é ç € @ { ê ñ 漢 A1!;.";

const SHIFT: u32 = 42 + 8;
const LEFT_BUTTON: u32 = 1001;

/// Keys where every keyboard has them.
const ESCAPE: u8 = 9;
const RETURN: u8 = 36;
const DOT: u8 = 60;

/// Types `text` in a terminal and gives back what arrived.
fn typed(server: &XServer, puppet: &mut Puppet, text: &str) -> String {
    let directory = tempfile::tempdir().expect("a place for a file");
    let path = directory.path().join("typed");
    let _terminal = server.typewriter(&path);
    let line = serde_json::to_string(&format!("{text}\n")).expect("text is JSON");
    assert_eq!(puppet.ask(&format!("text {line}")), "Done");
    wait_until("the line arrives", || fs::read_to_string(&path).ok().filter(|line| line.ends_with('\n')))
}

fn arrives(layout: &str) {
    let server = XServer::xvfb(800, 600);
    server.run("setxkbmap", &[layout]);
    let mut puppet = Puppet::start(&server, "inject");
    assert_eq!(typed(&server, &mut puppet, HARD), format!("{HARD}\n"));
}

#[test]
fn text_arrives_under_the_us_layout() {
    arrives("us");
}

#[test]
fn text_arrives_under_the_french_layout() {
    arrives("fr");
}

#[test]
fn text_arrives_under_the_german_layout() {
    arrives("de");
}

#[test]
fn text_arrives_when_the_layout_changes_meanwhile() {
    let server = XServer::xvfb(800, 600);
    let mut puppet = Puppet::start(&server, "inject");
    for layout in ["fr", "us", "de"] {
        server.run("setxkbmap", &[layout]);
        assert_eq!(typed(&server, &mut puppet, HARD), format!("{HARD}\n"), "under {layout}");
    }
}

#[test]
fn text_arrives_in_the_second_group_of_a_layout() {
    let server = XServer::xvfb(800, 600);
    server.run("setxkbmap", &["us,fr", "-option", "grp:shifts_toggle"]);
    let client = server.client();
    for down in [true, false] {
        client.key(50, down);
        client.key(62, down);
    }
    let mut puppet = Puppet::start(&server, "inject");
    assert_eq!(typed(&server, &mut puppet, HARD), format!("{HARD}\n"));
}

#[test]
fn text_arrives_with_shift_held_and_caps_lock_on() {
    let server = XServer::xvfb(800, 600);
    server.run("setxkbmap", &["fr"]);
    let mut puppet = Puppet::start(&server, "inject");
    puppet.ask("key 42 true");
    assert_eq!(typed(&server, &mut puppet, HARD), format!("{HARD}\n"), "with Shift held");
    puppet.ask("key 42 false");
    let client = server.client();
    client.key(66, true);
    client.key(66, false);
    assert_eq!(typed(&server, &mut puppet, HARD), format!("{HARD}\n"), "with Caps Lock on");
}

#[test]
fn more_foreign_characters_than_keys_to_borrow_arrive() {
    let server = XServer::xvfb(800, 600);
    let mut puppet = Puppet::start(&server, "inject");
    let text: String = ('а'..='я').chain('α'..='ω').chain('а'..='я').collect();
    assert_eq!(typed(&server, &mut puppet, &text), format!("{text}\n"));
}

#[test]
fn borrowed_keys_are_given_back() {
    let server = XServer::xvfb(800, 600);
    let before = server.run("xmodmap", &["-pke"]);
    let mut puppet = Puppet::start(&server, "inject");
    assert_eq!(typed(&server, &mut puppet, HARD), format!("{HARD}\n"));
    assert_ne!(server.run("xmodmap", &["-pke"]), before, "nothing was borrowed");
    let _puppet = puppet.close();
    let meanings = |text: &str| text.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>();
    wait_until("the keys are back", || {
        (meanings(&server.run("xmodmap", &["-pke"])) == meanings(&before)).then_some(())
    });
}

#[test]
fn the_pointer_stays_on_the_screen_and_buttons_come_after_motion() {
    let server = XServer::xvfb(800, 600);
    let client = server.client();
    let mut puppet = Puppet::start(&server, "inject");
    for (asked, reached) in [((10, 20), (10, 20)), ((-5, 70000), (0, 599)), ((799, 3), (799, 3))] {
        assert_eq!(puppet.ask(&format!("pointer {} {}", asked.0, asked.1)), "Done");
        assert_eq!(puppet.ask("button 1 true"), "Done");
        assert_eq!(client.down(), [LEFT_BUTTON]);
        assert_eq!(client.pointer(), reached);
        assert_eq!(puppet.ask("button 1 false"), "Done");
    }
    assert_eq!(puppet.ask("button 1 false"), "Senseless");
    assert!(puppet.ask("button 4 true").starts_with("error"), "the wheel is not a button");
    assert!(puppet.ask("key 600 true").starts_with("error"), "no such key on X11");
}

fn holding(server: &XServer, client: &Client) -> Puppet {
    let mut puppet = Puppet::start(server, "inject");
    assert_eq!(puppet.ask("key 42 true"), "Done");
    assert_eq!(puppet.ask("button 1 true"), "Done");
    assert_eq!(client.down(), [SHIFT, LEFT_BUTTON]);
    puppet
}

#[test]
fn what_is_held_is_let_go_of_when_told_and_at_the_end() {
    let server = XServer::xvfb(800, 600);
    let client = server.client();
    let mut puppet = holding(&server, &client);
    assert_eq!(puppet.ask("release"), "Done");
    assert!(client.down().is_empty());
    let _puppet = holding(&server, &client).close();
    wait_until("nothing is held", || client.down().is_empty().then_some(()));
}

#[test]
fn a_shut_gate_lets_nothing_through_and_lets_go() {
    let server = XServer::xvfb(800, 600);
    let client = server.client();
    let mut puppet = holding(&server, &client);
    puppet.ask("shut");
    assert_eq!(puppet.ask("key 30 true"), "Stale");
    assert!(client.down().is_empty());
}

/// More characters than keys can be borrowed for at once, in lines: typing them takes seconds.
fn long_text() -> String {
    let characters = ('\u{4e00}'..).take(400).collect::<Vec<_>>();
    characters.chunks(8).flat_map(|line| line.iter().copied().chain(['\n'])).collect()
}

/// A terminal in which the long text is being typed, whose first line has arrived.
struct Typing {
    path: PathBuf,
    #[expect(dead_code, reason = "held to end it")]
    terminal: Running,
    #[expect(dead_code, reason = "held to remove it")]
    directory: TempDir,
}

impl Typing {
    fn begin(server: &XServer, puppet: &mut Puppet) -> Self {
        let directory = tempfile::tempdir().expect("a place for a file");
        let path = directory.path().join("typed");
        let terminal = server.typewriter(&path);
        puppet.tell(&format!("text {}", serde_json::to_string(&long_text()).expect("text is JSON")));
        let typing = Self { path, terminal, directory };
        wait_until("the first line arrives", || typing.arrived().contains('\n').then_some(()));
        typing
    }

    fn arrived(&self) -> String {
        // The terminal makes the file in its own time.
        fs::read_to_string(&self.path).unwrap_or_default()
    }

    /// Ends what is typed with a line of its own, and looks at what there is before it.
    fn only_began(&self, client: &Client) {
        for key in [RETURN, DOT, RETURN] {
            client.key(key, true);
            client.key(key, false);
        }
        let arrived = wait_until("the last line arrives", || {
            Some(self.arrived()).filter(|arrived| arrived.ends_with("\n.\n"))
        });
        // The terminal takes the host's Escape for a character.
        let typed = arrived.trim_end_matches("\n.\n").replace('\u{1b}', "");
        assert!(long_text().starts_with(&typed), "{typed:?} is no beginning of the text");
        assert!(typed.len() < long_text().trim_end().len(), "all of it was typed");
    }
}

#[test]
fn the_hosts_esc_stops_a_long_text() {
    let outer = XServer::xvfb(1000, 800);
    let inner = XServer::xephyr(&outer, 800, 600);
    let hand = outer.client();
    hand.point(100, 100);
    let mut puppet = Puppet::start(&inner, "lend");
    let typing = Typing::begin(&inner, &mut puppet);
    hand.key(ESCAPE, true);
    hand.key(ESCAPE, false);
    assert_eq!(puppet.heard(""), "Stale");
    typing.only_began(&inner.client());
}

#[test]
fn a_cut_drops_what_waits_and_lets_later_acts_through() {
    let server = XServer::xvfb(800, 600);
    let client = server.client();
    let mut puppet = Puppet::start(&server, "inject");
    let typing = Typing::begin(&server, &mut puppet);
    puppet.tell("key 42 true");
    assert_eq!(puppet.ask("cut"), "cut");
    assert_eq!(puppet.heard(""), "Stale", "the text");
    assert_eq!(puppet.heard(""), "Stale", "the key behind it");
    assert!(client.down().is_empty());
    typing.only_began(&client);
    assert_eq!(puppet.ask("key 42 true"), "Done");
    assert_eq!(client.down(), [SHIFT]);
}

#[test]
fn nothing_stays_held_after_a_kill() {
    let server = XServer::xvfb(800, 600);
    let client = server.client();
    let mut puppet = holding(&server, &client);
    puppet.kill();
    wait_until("the guard lets go", || client.down().is_empty().then_some(()));
}
