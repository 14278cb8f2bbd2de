//! A film on the host's screen, over a real session: a video codec's picture while it plays, beside exact text; exact when
//! it rests.

use std::time::Duration;

use entraide_common::screen::{Picture, Rect};
use entraide_common::texts::Language;
use entraide_tests::film::{self, CLIP, Film};
use entraide_tests::session::{Scene, Session};
use entraide_tests::xserver::{Screenshot, wait_until};
use serde_json::json;

/// Where it plays.
const AT: (i16, i16) = (600, 300);

#[test]
fn a_film_is_shown_as_it_plays_and_exactly_when_it_rests() {
    let scene = Scene::logging(Language::English, "debug");
    let mut session = Session::with_windows(scene).viewing();
    session.seen();
    let clip = film::clip().expect("a recording of ours");
    let film = Film::play(&session.screen, AT, clip.clone(), 25).expect("a display to draw on");
    is_shown(&session);
    let log = session.helper.log();
    assert!(log.contains("a film begins"), "the helper plays it: {log}");

    // Beside it every pixel is right while it plays; and it is one of its pictures, nearly.
    let (seen, screen) = (session.snapshot(), session.screen.client().screenshot());
    let is_beside = |x: u32, y: u32| !(600..1240).contains(&x) || !(300..660).contains(&y);
    let beside = (0..800).flat_map(|y| (0..1280).map(move |x| (x, y))).filter(|&(x, y)| is_beside(x, y));
    let wrong = beside.filter(|&(x, y)| seen.at(x, y) != screen.at(x, y)).count();
    assert_eq!(wrong, 0, "pixels beside the film");
    // A machine that is busy may have little to spare for it at first.
    wait_until("the film is shown as it is", || (decibel(&session.snapshot(), &clip) > 33.0).then_some(()));

    // In a pause it stands still with everything else, and goes on after it.
    session.host.tell("pause", json!({}));
    session.host.stage("paused");
    session.helper.stage("paused");
    let paused = steady(&mut session);
    std::thread::sleep(Duration::from_secs(1));
    assert!(session.snapshot() == paused, "a film went on in a pause");
    session.host.tell("resume", json!({}));
    wait_until("the film goes on", || {
        let seen = session.snapshot();
        (seen != paused && decibel(&seen, &clip) > 33.0).then_some(())
    });

    film.pause();
    session.seen();
    drop(film);
    session.seen();
}

#[test]
fn what_lies_over_a_film_is_exact_and_the_film_comes_back_where_it_goes() {
    let scene = Scene::logging(Language::English, "debug");
    let mut session = Session::with_windows(scene).viewing();
    session.seen();
    let clip = film::clip().expect("a recording of ours");
    let film = Film::play(&session.screen, AT, clip.clone(), 25).expect("a display to draw on");
    is_shown(&session);

    // A terminal in its midst, with lines that stay, some of them in tiles that show the film as well. One row of it lies in
    // tiles that are the film's otherwise.
    let lines = "seq 100 111; sleep 1000";
    let above = ["-xrm", "XTerm*overrideRedirect: true", "-geometry", "40x12+720+383"];
    let over = session.screen.spawn("xterm", &[&above[..], &["-e", "sh", "-c", lines]].concat());
    wait_until("the terminal over the film is exact", || {
        let (seen, screen) = (session.snapshot(), session.screen.client().screenshot());
        let inside = || (384..536).flat_map(|y| (722..960).map(move |x| (x, y)));
        let is_text = inside().any(|(x, y)| screen.at(x, y) & 0x00ff_ffff == 0)
            && inside().any(|(x, y)| screen.at(x, y) & 0x00ff_ffff == 0x00ff_ffff);
        (is_text && inside().all(|(x, y)| seen.at(x, y) == screen.at(x, y))).then_some(())
    });
    drop(over);
    wait_until("the film is shown everywhere again", || {
        (decibel(&session.snapshot(), &clip) > 33.0).then_some(())
    });
    film.pause();
    session.seen();
}

/// Waits for some frames of a film, however few a second a busy machine has time for.
fn is_shown(session: &Session) {
    wait_until("a film is shown", || (session.host.log().matches("shot film=").count() > 20).then_some(()));
}

/// What is seen once nothing is under way any more.
fn steady(session: &mut Session) -> Screenshot {
    wait_until("the picture stands still", || {
        let before = session.snapshot();
        std::thread::sleep(Duration::from_millis(500));
        (session.snapshot() == before).then_some(before)
    })
}

/// How like the recording what is seen of the film is: each band like one of its pictures, since the display may be looked
/// at while it is drawn.
fn decibel(seen: &Screenshot, clip: &[Picture]) -> f64 {
    let Rect { width, height, .. } = CLIP;
    let bands = (0..height).step_by(film::ROWS).map(|y| Rect { x: 0, y, width, height: film::ROWS as u32 });
    let best = |band: Rect| clip.iter().map(|picture| squares(seen, picture, band)).fold(f64::MAX, f64::min);
    let mean = bands.map(best).sum::<f64>() / f64::from(width * height * 3);
    10.0 * (255.0 * 255.0 / mean.max(1e-9)).log10()
}

fn squares(seen: &Screenshot, picture: &Picture, band: Rect) -> f64 {
    let mut squares = 0.0;
    for (row, y) in picture.rows(band).zip(band.y..) {
        for (pixel, x) in row.iter().zip(0..) {
            let [one, other] = [*pixel, seen.at(x + 600, y + 300)].map(u32::to_le_bytes);
            let colours = one.into_iter().zip(other).take(3);
            squares += colours.map(|(one, other)| f64::from(one.abs_diff(other)).powi(2)).sum::<f64>();
        }
    }
    squares
}
