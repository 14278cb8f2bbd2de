//! What is taken for a film, frame by frame in virtual time.

use std::time::Duration;

use entraide_common::screen::film::{Area, Films, REST, Seen};
use entraide_common::screen::{Decoder, Encoder, Picture, Rect, Size};
use entraide_tests::trace::Trace;
use proptest::prelude::*;

use super::{CLIP, trace};

/// Both sides of the picture, and the film between them.
struct Both {
    films: Films,
    encoder: Encoder,
    decoder: Decoder,
    canvas: Picture,
}

impl Both {
    fn new(size: Size) -> Self {
        Self {
            films: Films::new(size),
            encoder: Encoder::new(size),
            decoder: Decoder::new(),
            canvas: Picture::black(Size { width: 1, height: 1 }),
        }
    }

    /// Shows a screen; afterwards the canvas is exact but where the film is.
    fn show(&mut self, screen: &Picture, damage: &[Rect], now: Duration) {
        let seen = Seen { damage, waiting: &[], paints: 1 };
        let damage = self.films.hold(screen, seen, now);
        let frame = self.encoder.encode(self.films.picture(screen), &damage);
        if let Some(frame) = frame {
            self.decoder.decode(&frame, &mut self.canvas).expect("a frame of our own");
        }
        assert!(self.is_exact(screen), "not exact beside the film at {now:?}");
        self.films.learn(screen, self.encoder.changes(), 1, now, |_| true);
    }

    fn is_exact(&self, screen: &Picture) -> bool {
        let whole = screen.size().rect();
        let outside = self.films.area().map_or_else(|| vec![whole], |area| area.outside(whole));
        outside.into_iter().all(|rect| self.canvas.rows(rect).eq(screen.rows(rect)))
    }

    fn film(&self) -> Option<Rect> {
        self.films.area().map(Area::rect)
    }

    fn shows(&self) -> usize {
        self.films.area().map_or(0, |area| area.shown().count())
    }
}

#[test]
fn the_clip_of_w5_is_found_to_the_pixel_and_all_else_is_exact() {
    let mut trace = Trace::open(&trace("W5-cut.trc")).expect("a trace of ours");
    let mut both = Both::new(trace.picture().size());
    let mut last = Duration::ZERO;
    while let Some(moment) = trace.step().expect("a whole trace") {
        last = Duration::from_millis(moment.milliseconds.into());
        both.show(trace.picture(), &moment.damage, last);
        assert!(both.film().is_none_or(|rect| rect == CLIP), "{:?}", both.film());
        assert!(both.film().is_some() == (moment.milliseconds > 220), "at {last:?}");
    }
    assert_eq!((both.films.opened(), both.shows()), (1, 77));
    let screen = trace.picture();
    let due = both.films.due().expect("it plays");
    assert!(due <= last + REST);
    both.show(screen, &[], due);
    assert_eq!(both.shows(), 0, "what rests is shown exactly");
    assert!(both.canvas == *screen);
    both.show(screen, &[], both.films.due().expect("it may go on"));
    assert_eq!(both.film(), None);
    assert_eq!(both.films.due(), None);
}

#[test]
fn nothing_else_on_the_recorded_desktops_is_a_film() {
    for name in ["W1.trc", "W2.trc", "W3.trc", "W4.trc", "W6.trc", "P1.trc", "P2.trc"] {
        for stride in [1, 5] {
            is_no_film(name, stride);
        }
    }
}

/// Looks once in so many frames, as on a link that carries no more.
fn is_no_film(name: &str, stride: usize) {
    let mut trace = Trace::open(&trace(name)).expect("a trace of ours");
    let size = trace.picture().size();
    let (mut films, mut encoder) = (Films::new(size), Encoder::new(size));
    let (mut damage, mut paints) = (Vec::new(), 0);
    for frame in 0.. {
        let Some(moment) = trace.step().expect("a whole trace") else { return };
        paints += u32::from(!moment.damage.is_empty());
        damage.extend(moment.damage);
        if frame % stride == 0 {
            let now = Duration::from_millis(moment.milliseconds.into());
            encoder.encode(trace.picture(), &damage);
            films.learn(trace.picture(), encoder.changes(), paints, now, |_| true);
            assert_eq!(films.area().map(Area::rect), None, "{name} after {now:?}, one in {stride}");
            damage.clear();
            paints = 0;
        }
    }
}

/// A soft picture that is another one each time.
fn photo(picture: &mut Picture, rect: Rect, time: u32) {
    for (y, row) in (rect.y..).zip(picture.rows_mut(rect)) {
        for (x, pixel) in (rect.x..).zip(row) {
            let wave = |a: u32, b: u32| ((x * a + y * b + time * 37) % 199) + ((x * 7 + y * 3 + time) % 23);
            *pixel = wave(1, 1) << 16 | wave(1, 2) << 8 | wave(2, 1);
        }
    }
}

/// Black on white, like letters, another text each time.
fn text(picture: &mut Picture, rect: Rect, time: u32) {
    for (y, row) in (rect.y..).zip(picture.rows_mut(rect)) {
        for (x, pixel) in (rect.x..).zip(row) {
            let stroke = y % 16 < 10 && (x / 2 + (y / 16 + time) * 7).is_multiple_of(5);
            *pixel = if stroke { 0 } else { 0x00ff_ffff };
        }
    }
}

const SCREEN: Size = Size { width: 640, height: 512 };

#[test]
fn a_menu_above_a_film_is_exact_from_its_first_frame_on() {
    let film = Rect { x: 100, y: 70, width: 400, height: 300 };
    let menu = Rect { x: 200, y: 150, width: 150, height: 130 };
    let mut both = Both::new(SCREEN);
    let mut screen = Picture::black(SCREEN);
    text(&mut screen, SCREEN.rect(), 0);
    for time in 0..60 {
        photo(&mut screen, film, time);
        if (20..40).contains(&time) {
            text(&mut screen, menu, 1);
        }
        both.show(&screen, &[film], Duration::from_millis(u64::from(time) * 40));
        if time > 10 {
            assert_eq!(both.film(), Some(film));
        }
        if (20..40).contains(&time) {
            let rows = both.canvas.rows(menu).zip(screen.rows(menu));
            let exact = rows.filter(|(one, other)| one == other).count();
            assert!(exact * 2 > menu.height as usize, "the menu is drawn");
            assert!(both.shows() < 35, "{} tiles", both.shows());
        }
    }
    assert_eq!((both.films.opened(), both.shows()), (1, 35), "one film, and all of it again");
}

#[test]
fn text_and_what_changes_seldom_are_no_film() {
    let mut both = Both::new(SCREEN);
    let mut screen = Picture::black(SCREEN);
    let (slides, flood) =
        (Rect { height: 256, ..SCREEN.rect() }, Rect { y: 256, height: 256, ..SCREEN.rect() });
    for time in 0..100 {
        if time % 10 == 0 {
            photo(&mut screen, slides, time);
        }
        text(&mut screen, flood, time);
        both.show(&screen, &[SCREEN.rect()], Duration::from_millis(u64::from(time) * 33));
        assert_eq!(both.film(), None);
    }
}

#[derive(Debug, Clone)]
enum Act {
    Film(Rect),
    Text(Rect),
    Pause(u64),
}

fn act() -> impl Strategy<Value = Act> {
    let rect = (0..500_u32, 0..400_u32, 1..500_u32, 1..400_u32).prop_map(|(x, y, width, height)| {
        let rect = Rect { x, y, width, height };
        rect.intersection(SCREEN.rect()).unwrap_or(SCREEN.rect())
    });
    prop_oneof![
        4 => rect.clone().prop_map(Act::Film),
        2 => rect.prop_map(Act::Text),
        1 => (0..400_u64).prop_map(Act::Pause),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever plays where: beside the film every frame is exact, and in the end all is.
    #[test]
    fn all_is_exact_but_films_and_films_when_they_rest(acts in prop::collection::vec(act(), 1..12)) {
        let mut both = Both::new(SCREEN);
        let mut screen = Picture::black(SCREEN);
        let mut now = Duration::ZERO;
        both.show(&screen, &[], now);
        for (number, act) in (0..).zip(acts) {
            match act {
                Act::Film(rect) => for time in 0..8 {
                    now += Duration::from_millis(40);
                    photo(&mut screen, rect, number * 8 + time);
                    both.show(&screen, &[rect], now);
                },
                Act::Text(rect) => {
                    now += Duration::from_millis(40);
                    text(&mut screen, rect, number);
                    both.show(&screen, &[rect], now);
                }
                Act::Pause(time) => {
                    let end = now + Duration::from_millis(time);
                    while let Some(due) = both.films.due().filter(|due| *due <= end) {
                        now = due;
                        both.show(&screen, &[], now);
                    }
                    now = end;
                }
            }
            if let Some(area) = both.films.area() {
                prop_assert!(area.is_sound());
                prop_assert!(area.rect().width % 2 == 0 && area.rect().height % 2 == 0);
            }
        }
        let mut rests = 0;
        while let Some(due) = both.films.due() {
            both.show(&screen, &[], due);
            rests += 1;
            prop_assert!(rests < 200, "it never ends");
        }
        prop_assert!(both.canvas == screen);
    }
}
