//! Where the helper's hands do not reach: windows of ours, and under the host's own hand.

use entraide_common::limits;
use entraide_common::session::grants::FromHelper;
use entraide_common::session::helper::Show as Seen;
use entraide_common::session::holds::Area;
use entraide_common::session::host::Machine;
use entraide_common::wire::control::{Hold, MonitorChoice, ToHost};
use entraide_common::wire::input::Act;
use entraide_tests::pair::{BAR, FREE, Pair, monitors};

use super::{LET_GO, PRESS, SHIFT, holding, seen};

#[test]
fn nothing_lands_on_a_window_of_ours() {
    let mut pair = holding();
    let before = pair.watch.injected;
    pair.act(Act::Pointer { x: BAR.x + 5, y: BAR.y + 5 });
    pair.settle();
    assert_eq!(pair.watch.injected, before, "not even the pointer");
    // The host carries the pointer onto the bar.
    pair.machine(Machine::Pointer { x: BAR.x + 5, y: BAR.y + 5 });
    pair.settle();
    assert!(!pair.watch.holds());
    assert_eq!(seen(pair.take().1).last(), Some(&Seen::Hold(Some(Hold::OwnWindow))));
    for act in [PRESS, SHIFT, Act::Text("oui\n".to_owned()), Act::Wheel { dx: 0, dy: 120 }] {
        pair.forge_act(act);
    }
    pair.settle();
    assert_eq!(pair.watch.injected, before);
    // Off it the helper may move, and then click.
    pair.act(Act::Pointer { x: FREE.0, y: FREE.1 });
    pair.act(PRESS);
    pair.settle();
    assert_eq!(pair.watch.injected, before + 2);
    assert_eq!(seen(pair.take().1).last(), Some(&Seen::Hold(None)));
}

#[test]
fn no_click_reaches_the_bar_from_beyond_the_edge() {
    let mut pair = Pair::new().controlling();
    pair.machine(Machine::Pointer { x: BAR.x + 5, y: BAR.y + 5 });
    for place in [(BAR.x + 5, -1), (BAR.x + 5, i32::MIN), (3_199, 1_079), (3_200, 0), (-1, -1)] {
        pair.forge_act(Act::Pointer { x: place.0, y: place.1 });
        pair.forge_act(PRESS);
    }
    // Nor by looking at the other monitor, where the bar is elsewhere in the picture.
    pair.forge(FromHelper::Control(ToHost::Monitor(MonitorChoice::One(2))));
    pair.settle();
    pair.forge_act(Act::Pointer { x: FREE.0, y: FREE.1 });
    pair.forge_act(PRESS);
    pair.settle();
    pair.machine(Machine::Windows(vec![Area { x: BAR.x - 1_920, ..BAR }]));
    pair.machine(Machine::Monitors(monitors()));
    pair.forge_act(PRESS);
    pair.settle();
    assert_eq!(pair.watch.injected, 0);
}

#[test]
fn a_focused_window_takes_no_keys_and_a_button_beside_it_comes_up_again() {
    let mut pair = holding();
    pair.machine(Machine::Windows(vec![Area { focused: true, ..BAR }]));
    pair.settle();
    assert!(!pair.watch.holds());
    pair.act(SHIFT);
    pair.act(PRESS);
    pair.settle();
    assert!(pair.watch.holds(), "a click beside it is the way out");
    pair.machine(Machine::Windows(vec![BAR]));
    pair.settle();
    pair.act(LET_GO);
    pair.settle();
    assert!(!pair.watch.holds());
}

#[test]
fn the_hosts_hand_comes_first_for_a_moment() {
    let mut pair = holding();
    let before = pair.watch.injected;
    pair.machine(Machine::Hand);
    assert!(!pair.watch.holds());
    pair.act(SHIFT);
    pair.settle();
    assert_eq!(pair.watch.injected, before);
    pair.wait(limits::HAND_PAUSE);
    pair.settle();
    let holds: Vec<_> =
        seen(pair.take().1).into_iter().filter(|show| matches!(show, Seen::Hold(_))).collect();
    assert_eq!(holds, [Seen::Hold(Some(Hold::Hand)), Seen::Hold(None)]);
    pair.act(SHIFT);
    pair.settle();
    assert_eq!(pair.watch.injected, before + 1);
}

#[test]
fn the_hosts_hand_lets_go_of_a_button_pressed_beside_our_window() {
    let mut pair = Pair::new().controlling();
    pair.machine(Machine::Windows(vec![Area { focused: true, ..BAR }]));
    pair.settle();
    pair.act(PRESS);
    pair.settle();
    assert!(pair.watch.holds());
    pair.machine(Machine::Hand);
    assert!(!pair.watch.holds());
}
