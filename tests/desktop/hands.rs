//! The host's own hands are told from a program's.

use entraide_tests::xserver::{Client, XServer, wait_until};

use crate::puppet::Puppet;

/// Escape and the letter A where every keyboard has them.
const ESCAPE: u8 = 9;
const LETTER: u8 = 38;

/// Who may have pressed something, in the puppet's words.
const NOBODY: &str = "nobody";
const HAND: &str = "a hand";
const PROGRAM: &str = "a program";

/// A display with hands of its own and one on which programs play, and a puppet that watches.
struct Watched {
    puppet: Puppet,
    /// The host's own hands.
    hand: Client,
    /// Hands that a program plays.
    program: Client,
    #[expect(dead_code, reason = "held to end it")]
    inner: XServer,
    #[expect(dead_code, reason = "held to end it")]
    outer: XServer,
}

impl Watched {
    fn begin() -> Self {
        let outer = XServer::xvfb(1000, 800);
        let inner = XServer::xephyr(&outer, 800, 600);
        let (hand, program) = (outer.client(), inner.client());
        hand.point(50, 50);
        let puppet = Puppet::start(&inner, "watch");
        puppet.heard("ready");
        Self { puppet, hand, program, inner, outer }
    }

    fn mark(&mut self) {
        self.puppet.tell("mark");
        self.puppet.heard("marked");
    }

    /// Asks who pressed something since the mark: all that happened before the question counts, however far behind
    /// the watching thread was. What a program does is not heard as a hand's.
    fn pressed_since(&mut self) -> String {
        self.puppet.tell("since");
        loop {
            let line = self.puppet.heard("");
            if let Some(pressed) = line.strip_prefix("since: ") {
                return pressed.to_owned();
            }
            assert!(line.starts_with("Moved"), "an injected {line} was heard");
        }
    }
}

fn tap(client: &Client, key: u8) {
    client.key(key, true);
    client.key(key, false);
}

fn click(client: &Client) {
    client.button(1, true);
    client.button(1, false);
}

#[test]
fn only_the_hosts_own_hands_are_heard() {
    let mut watched = Watched::begin();
    watched.mark();
    assert_eq!(watched.pressed_since(), NOBODY);
    tap(&watched.program, ESCAPE);
    click(&watched.program);
    watched.program.point(300, 300);
    assert_eq!(watched.pressed_since(), PROGRAM);

    watched.mark();
    tap(&watched.hand, ESCAPE);
    assert_eq!(watched.puppet.heard("Escape"), "Escape");
    tap(&watched.hand, LETTER);
    assert_eq!(watched.puppet.heard("Key"), "Key");
    click(&watched.hand);
    assert_eq!(watched.puppet.heard("Press"), "Press");
    assert_eq!(watched.pressed_since(), HAND);
    watched.hand.point(90, 60);
    wait_until("the motion is noticed", || {
        let pixels = watched.puppet.heard("Moved");
        let pixels: u32 = pixels.trim_matches(|c: char| !c.is_ascii_digit()).parse().expect("a number");
        (pixels > 10).then_some(())
    });
}

#[test]
fn keys_and_buttons_that_a_program_presses_are_told_from_the_hosts_own() {
    let mut watched = Watched::begin();
    let key: fn(&Client) = |client| tap(client, LETTER);
    let presses = [(key, "Key"), (click as fn(&Client), "Press")];
    for (press, heard) in presses {
        watched.mark();
        press(&watched.program);
        assert_eq!(watched.pressed_since(), PROGRAM);
        watched.mark();
        press(&watched.hand);
        watched.puppet.heard(heard);
        assert_eq!(watched.pressed_since(), HAND);
        // In the shadow of the hand.
        press(&watched.program);
        assert_eq!(watched.pressed_since(), "both");
    }
}

#[test]
fn a_watch_that_ends_says_so() {
    let server = XServer::xvfb(800, 600);
    let puppet = Puppet::start(&server, "watch");
    puppet.heard("ready");
    drop(server);
    assert_eq!(puppet.heard("Gone"), "Gone");
}

#[test]
fn nobody_sits_at_xvfb_and_somebody_at_xephyr() {
    let outer = XServer::xvfb(1000, 800);
    assert_eq!(Puppet::start(&outer, "seat").heard(""), "Nobody");
    let inner = XServer::xephyr(&outer, 800, 600);
    assert_eq!(Puppet::start(&inner, "seat").heard(""), "Person");
}
