//! Which monitors a picture shows, and what becomes of what a helper does while that changes.

use entraide_common::input::Button;
use entraide_common::monitors::{all_fit, corner, numbered, shown};
use entraide_common::session::helper;
use entraide_common::session::host::Machine;
use entraide_common::wire::control::{Monitor, MonitorChoice};
use entraide_common::wire::input::Act;
use entraide_tests::pair::{FREE, Pair, monitors};

const LEFT: MonitorChoice = MonitorChoice::One(1);
const RIGHT: MonitorChoice = MonitorChoice::One(2);
const PRESS: Act = Act::Button { button: Button(1), down: true };
const RELEASE: Act = Act::Button { button: Button(1), down: false };

#[test]
fn people_count_from_one() {
    let both = monitors();
    let id = |number| numbered(number, &both).map(|monitor| monitor.id);
    assert_eq!([id(0), id(1), id(2), id(3)], [None, Some(1), Some(2), None]);
    assert_eq!(id(usize::MAX), None);
}

#[test]
fn a_wish_stands_as_long_as_its_monitor_is_there() {
    let both = monitors();
    for wish in [MonitorChoice::All, LEFT, RIGHT] {
        assert_eq!(shown(wish, &both), wish);
    }
    assert_eq!(shown(RIGHT, &both[..1]), LEFT, "unplugged");
    assert_eq!(shown(LEFT, &both[1..]), RIGHT, "without a primary one, the first");
    assert_eq!(shown(RIGHT, &[]), MonitorChoice::All);
    assert_eq!((corner(MonitorChoice::All, &both), corner(RIGHT, &both)), ((0, 0), (1_920, 0)));
}

#[test]
fn all_are_shown_only_where_one_picture_can() {
    let monitor =
        |id, x, y| Monitor { id, x, y, width: 4_096, height: 4_096, scale_percent: 100, primary: id == 2 };
    let square = [monitor(1, -4_096, 0), monitor(2, 0, 0), monitor(3, -4_096, -4_096), monitor(4, 0, -4_096)];
    assert!(all_fit(&square), "8,192 each way");
    let gap = [monitor(1, 0, 0), monitor(2, 4_097, 0)];
    assert!(!all_fit(&gap), "a pixel between them is too much");
    assert_eq!(shown(MonitorChoice::All, &gap), RIGHT, "the primary one");
    let far = [monitor(1, i32::MIN, 0), monitor(2, i32::MAX, 0)];
    assert!(!all_fit(&far));
}

#[test]
fn what_is_aimed_in_the_old_picture_goes_nowhere() {
    let mut pair = Pair::new().controlling();
    let aim = |pair: &mut Pair, acts: &[Act]| {
        let before = pair.watch.injected;
        for act in acts {
            pair.act(act.clone());
        }
        pair.settle();
        pair.watch.injected - before
    };
    let free = Act::Pointer { x: FREE.0, y: FREE.1 };
    assert_eq!(aim(&mut pair, &[free.clone(), PRESS]), 2);
    // The screen turns by itself, with the button down: it may be let go of, and no more.
    pair.machine(Machine::Turning);
    assert_eq!(aim(&mut pair, &[free.clone(), RELEASE, PRESS]), 1);
    assert_eq!(aim(&mut pair, &[RELEASE]), 1);
    pair.machine(Machine::Monitors(monitors()));
    assert_eq!(aim(&mut pair, &[free.clone(), PRESS, RELEASE]), 3);
    // Or because the helper wants to see another monitor.
    pair.helper_does(helper::Command::Monitor(RIGHT));
    pair.settle();
    pair.machine(Machine::Turning);
    assert_eq!(aim(&mut pair, std::slice::from_ref(&free)), 0);
    pair.machine(Machine::Monitors(monitors()));
    assert_eq!(aim(&mut pair, &[Act::Pointer { x: 1_279, y: 1_023 }]), 1);
    assert_eq!(aim(&mut pair, &[Act::Pointer { x: 1_280, y: 0 }]), 0, "beside the monitor");
    // Unplugged: the other one is looked at, in its own coordinates.
    pair.machine(Machine::Turning);
    pair.machine(Machine::Monitors(monitors()[..1].to_vec()));
    assert_eq!(aim(&mut pair, &[Act::Pointer { x: 1_919, y: 1_079 }]), 1);
}
