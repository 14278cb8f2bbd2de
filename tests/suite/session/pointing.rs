//! The helper points: shown where and when it may be, gone at once when it may not.

use core::time::Duration;

use entraide_common::limits;
use entraide_common::session::Party;
use entraide_common::session::grants::FromHelper;
use entraide_common::session::helper::{self, Show as Seen};
use entraide_common::session::holds::Area;
use entraide_common::session::host::{self, Do, Machine, Output, Show};
use entraide_common::wire::control::{Grant, MonitorChoice, Reason, Spot, ToHost};
use entraide_tests::pair::{BAR, FREE, Pair, monitors};

use super::{done, refusal, seen};

const THERE: Spot = Spot { x: FREE.0, y: FREE.1 };

/// The helper looks and may point.
fn pointing() -> Pair {
    let mut pair = Pair::new().viewing();
    pair.helper_does(helper::Command::Request(Grant::Point));
    pair.settle();
    pair.allow();
    pair.settle();
    pair.take();
    pair
}

fn point(pair: &mut Pair, place: Spot) {
    pair.helper_does(helper::Command::Point(place));
    pair.settle();
}

/// What became of the mark since the last time.
fn marks(pair: &mut Pair) -> Vec<Option<Spot>> {
    let marks = done(&pair.take().0).into_iter().filter_map(|act| match act {
        Do::Mark(place) => Some(place),
        _ => None,
    });
    marks.collect()
}

#[test]
fn the_mark_is_shown_where_the_helper_points_and_goes_by_itself() {
    let mut pair = pointing();
    point(&mut pair, THERE);
    assert_eq!(marks(&mut pair), [Some(THERE)]);
    pair.wait(limits::POINT_TIME - Duration::from_millis(1));
    assert_eq!(marks(&mut pair), []);
    point(&mut pair, THERE);
    pair.wait(limits::POINT_TIME - Duration::from_millis(1));
    assert_eq!(marks(&mut pair), [Some(THERE)], "pointing again keeps it there");
    pair.wait(Duration::from_millis(1));
    assert_eq!(marks(&mut pair), [None]);
    pair.machine(Machine::Hand);
    point(&mut pair, THERE);
    assert_eq!(marks(&mut pair), [Some(THERE)], "the hand that it guides does not drive it away");
    assert_eq!(pair.watch.injected, 0);
}

#[test]
fn who_was_not_allowed_to_point_shows_nothing() {
    for mut pair in [Pair::new().viewing(), Pair::new().controlling()] {
        pair.helper_does(helper::Command::Point(THERE));
        assert_eq!(seen(pair.take().1), [Seen::NotGranted(Grant::Point)]);
        pair.forge(FromHelper::Control(ToHost::Point(THERE)));
        pair.settle();
        assert_eq!(marks(&mut pair), []);
    }
}

#[test]
fn pointing_is_asked_for_like_the_rest_and_read_for_a_second() {
    let mut pair = Pair::new().viewing();
    pair.helper_does(helper::Command::Request(Grant::Point));
    pair.settle();
    let question = pair.host.question().expect("asked");
    assert_eq!((question.what, question.wait), (Grant::Point, limits::ALLOW_WAIT));
    pair.host_does(host::Command::Answer { id: question.id, allow: true });
    assert!(pair.take().0.contains(&Output::Show(Show::TooEarly(question.id))));
    pair.deny();
    pair.settle();
    assert_eq!(refusal(&pair.take().0), Some(Reason::Person));

    let mut offered = Pair::offering(Grant::View).viewing();
    let mut unable = Pair::new().viewing();
    unable.machine(Machine::MarkFailed);
    let mut unseen = Pair::new();
    unseen.deny();
    for pair in [&mut offered, &mut unable, &mut unseen] {
        pair.settle();
        pair.take();
        pair.helper_does(helper::Command::Request(Grant::Point));
        pair.settle();
        assert_eq!(refusal(&pair.take().0), Some(Reason::Unable));
    }
}

#[test]
fn of_a_thousand_places_at_once_the_last_is_shown() {
    let mut pair = pointing();
    for x in 0..1_000 {
        pair.helper_does(helper::Command::Point(Spot { x, ..THERE }));
    }
    pair.settle();
    assert_eq!(marks(&mut pair), [Some(Spot { x: 0, ..THERE })]);
    pair.wait(limits::POINT_PACE);
    assert_eq!(marks(&mut pair), [Some(Spot { x: 999, ..THERE })]);
}

#[test]
fn every_road_on_which_it_may_not_be_there_takes_the_mark_away() {
    let ask = Area { x: 600, y: 400, width: 500, height: 300, focused: false, asks: true };
    let near = Area { x: FREE.0 + 24, y: FREE.1 - 5, width: 10, height: 10, focused: false, asks: false };
    let roads: [fn(&mut Pair); 9] = [
        |pair| pair.host_does(host::Command::Revoke(Grant::Point)),
        |pair| pair.host_does(host::Command::Pause(true)),
        |pair| pair.host_does(host::Command::Stop),
        |pair| pair.host(host::Input::LinkLost),
        |pair| pair.host(host::Input::PeerFault),
        |pair| pair.machine(Machine::MarkFailed),
        |pair| pair.machine(Machine::Monitors(monitors())),
        |pair| pair.forge(FromHelper::Control(ToHost::Monitor(MonitorChoice::One(2)))),
        |pair| pair.forge(FromHelper::Control(ToHost::Request(Grant::Control))),
    ];
    let windows = [vec![BAR, ask], vec![near]]
        .map(|windows| move |pair: &mut Pair| pair.machine(Machine::Windows(windows.clone())));
    let roads = roads.iter().map(|road| road as &dyn Fn(&mut Pair));
    let roads = roads.chain(windows.iter().map(|road| road as &dyn Fn(&mut Pair)));
    for (number, road) in roads.enumerate() {
        let mut pair = pointing();
        point(&mut pair, THERE);
        point(&mut pair, Spot { x: 0, ..THERE });
        assert_eq!(marks(&mut pair), [Some(THERE)]);
        road(&mut pair);
        pair.settle();
        assert_eq!(marks(&mut pair), [None], "road {number}");
        pair.wait(limits::POINT_PACE);
        assert_eq!(marks(&mut pair), [], "road {number}: nothing that waited comes after it");
    }
}

#[test]
fn while_a_question_stands_nobody_points() {
    let mut pair = pointing();
    pair.helper_does(helper::Command::Request(Grant::Control));
    pair.settle();
    point(&mut pair, THERE);
    assert_eq!(marks(&mut pair), []);
    pair.deny();
    pair.settle();
    point(&mut pair, THERE);
    assert_eq!(marks(&mut pair), [Some(THERE)], "afterwards it goes on");
    pair.host_does(host::Command::Pause(true));
    point(&mut pair, THERE);
    assert_eq!(marks(&mut pair), [None], "nor at a picture that stands still");
    pair.host_does(host::Command::Pause(false));
    pair.wait(limits::POINT_PACE);
    point(&mut pair, THERE);
    assert_eq!(marks(&mut pair), [Some(THERE)]);
}

#[test]
fn the_mark_keeps_off_our_windows_and_on_the_monitors() {
    let mut pair = pointing();
    let below = BAR.y + BAR.height.cast_signed() + limits::POINT_REACH.cast_signed();
    for place in [(BAR.x + 5, BAR.y + 5), (BAR.x + 5, below - 1), (BAR.x - 20, 0), (-1, 500), (3_199, 1_079)]
    {
        point(&mut pair, Spot { x: place.0, y: place.1 });
        pair.wait(limits::POINT_PACE);
    }
    assert_eq!(marks(&mut pair), []);
    point(&mut pair, Spot { x: BAR.x + 5, y: below });
    assert_eq!(marks(&mut pair).len(), 1);
}

#[test]
fn the_host_takes_pointing_back_and_the_helper_is_told() {
    let mut pair = pointing();
    pair.host_does(host::Command::Revoke(Grant::Point));
    pair.settle();
    let revoked = Seen::Revoked { what: Grant::Point, by: Party::Host, reason: Reason::Person, stood: true };
    assert_eq!(seen(pair.take().1), [revoked]);
    assert!(pair.host.grants().has(Grant::View));
}
