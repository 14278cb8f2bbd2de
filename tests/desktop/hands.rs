//! The host's own hands are told from a program's.

use entraide_tests::xserver::{XServer, wait_until};

use crate::puppet::Puppet;

/// Escape and the letter A where every keyboard has them.
const ESCAPE: u8 = 9;
const LETTER: u8 = 38;

#[test]
fn only_the_hosts_own_hands_are_heard() {
    let outer = XServer::xvfb(1000, 800);
    let inner = XServer::xephyr(&outer, 800, 600);
    let (hand, program) = (outer.client(), inner.client());
    hand.point(50, 50);
    let mut puppet = Puppet::start(&inner, "watch");
    puppet.heard("ready");

    program.key(ESCAPE, true);
    program.key(ESCAPE, false);
    program.button(1, true);
    program.button(1, false);
    program.point(300, 300);
    assert_eq!(puppet.ask("last"), "never pressed", "injected input was heard");

    hand.key(ESCAPE, true);
    hand.key(ESCAPE, false);
    assert_eq!(puppet.heard("Escape"), "Escape");
    hand.key(LETTER, true);
    hand.key(LETTER, false);
    assert_eq!(puppet.heard("Key"), "Key");
    hand.button(1, true);
    hand.button(1, false);
    assert_eq!(puppet.heard("Press"), "Press");
    assert_eq!(puppet.ask("last"), "pressed, injected since: false");
    hand.point(90, 60);
    wait_until("the motion is noticed", || {
        let pixels = puppet.heard("Moved");
        let pixels: u32 = pixels.trim_matches(|c: char| !c.is_ascii_digit()).parse().expect("a number");
        (pixels > 10).then_some(())
    });

    program.key(ESCAPE, true);
    program.key(ESCAPE, false);
    program.button(1, true);
    program.button(1, false);
    wait_until("the injected press is noticed", || {
        let said = puppet.ask("last");
        assert_ne!(said, "Escape", "an injected Escape was heard");
        (said == "pressed, injected since: true").then_some(())
    });
}

#[test]
fn nobody_sits_at_xvfb_and_somebody_at_xephyr() {
    let outer = XServer::xvfb(1000, 800);
    assert_eq!(Puppet::start(&outer, "seat").heard(""), "Nobody");
    let inner = XServer::xephyr(&outer, 800, 600);
    assert_eq!(Puppet::start(&inner, "seat").heard(""), "Person");
}
