//! Shows one of the views with made-up people, to look at and to try by hand:
//!
//! ```text
//! cargo run -p entraide --example windows -- VIEW [fr|en] [SECONDS]
//! ```
//!
//! Commands are printed as they come. `watching` and `control` show a picture that changes 30 times a second in a
//! tenth of its area, and print the processor time it took when they end.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use entraide::canvas::Canvas;
use entraide::texts::texts;
use entraide::ui::model::{ChatLine, Hosting, Place, Question, View, Waiting, Watching, Whereabouts};
use entraide_common::screen::{Picture, Rect, Size};
use entraide_common::texts::Language;
use entraide_common::wire::control::{Grant, MonitorChoice};
use entraide_common::wire::cursor;

fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let name = args.next().unwrap_or_else(|| "home".to_owned());
    let language = Language::of_locale(&args.next().unwrap_or_default());
    let seconds = args.next().and_then(|seconds| seconds.parse().ok()).unwrap_or(600);
    let canvas = Arc::new(Canvas::default());
    let print = Box::new(|command| println!("{command:?}"));
    let (shell, handle) = entraide::ui::new(Arc::new(texts(language)), Arc::clone(&canvas), print)?;
    let view = view(&name).ok_or_else(|| anyhow::anyhow!("no such view: {name}"))?;
    thread::spawn(move || {
        let end = Instant::now() + Duration::from_secs(seconds);
        handle.show(view);
        if name != "watching" && name != "control" {
            thread::sleep(end - Instant::now());
            return handle.close();
        }
        let mut picture = first_picture(&canvas);
        let mut frames = 0_u32;
        while Instant::now() < end {
            next_picture(&canvas, &mut picture, frames);
            handle.refresh();
            frames += 1;
            thread::sleep(Duration::from_millis(33));
        }
        println!("{frames} frames");
        handle.close();
    });
    Ok(shell.run()?)
}

fn view(name: &str) -> Option<View> {
    let named = |notice: &str| Some(notice.to_owned()).filter(|notice| !notice.is_empty());
    let path = "direct, 18 ms".to_owned();
    Some(match name {
        "home" => View::Home { notice: named("") },
        "notice" => View::Home { notice: named("The code is not right. Ask whether an @ stands after it.") },
        "place" => View::Place(place(false, None)),
        "wrong" => View::Place(place(true, Some("This address is not whole or has a wrong character."))),
        "busy" => View::Busy { text: "Looking for the computer with this code…".to_owned() },
        "waiting" => View::Waiting(waiting(None)),
        "waiting-here" => View::Waiting(Waiting { whereabouts: Whereabouts::Here, ..waiting(None) }),
        "view" => View::Waiting(waiting(Some(question(Grant::View, 1)))),
        "ask" => View::Waiting(waiting(Some(question(Grant::Control, 3)))),
        "ask-again" => View::Waiting(waiting(Some(Question { again: true, ..question(Grant::Control, 3) }))),
        "ask-point" => View::Waiting(waiting(Some(question(Grant::Point, 1)))),
        "hosting" => View::Hosting(hosting(&[Grant::View])),
        "controlled" => View::Hosting(hosting(&[Grant::View, Grant::Control])),
        "pointed" => View::Hosting(hosting(&[Grant::View, Grant::Point])),
        "quiet" => View::Hosting(Hosting { quiet: true, ..hosting(&[Grant::View]) }),
        "asking" => View::Watching(watching(&[], path)),
        "watching" => View::Watching(watching(&[Grant::View], path)),
        "pointing" => View::Watching(watching(&[Grant::View, Grant::Point], path)),
        "control" => View::Watching(watching(&[Grant::View, Grant::Control], path)),
        "over" => View::Over { text: "Amélie has ended the session.".to_owned() },
        _ => return None,
    })
}

fn place(helps: bool, wrong: Option<&str>) -> Place {
    let file = "/home/amelie/.config/entraide/config.toml".to_owned();
    Place { helps, wrong: wrong.map(str::to_owned), file }
}

fn waiting(question: Option<Question>) -> Waiting {
    Waiting {
        code: Some("42 1937 2640".to_owned()),
        whereabouts: Whereabouts::Known,
        expires: Some(Instant::now() + Duration::from_secs(27 * 60)),
        status: "Nobody has used the code yet.".to_owned(),
        question,
    }
}

fn question(what: Grant, seconds: u64) -> Question {
    let wait = Duration::from_secs(seconds);
    Question {
        id: 7,
        what,
        name: "Amélie".to_owned(),
        proof: "They typed the code that you read aloud.".to_owned(),
        wait,
        again: false,
    }
}

fn hosting(grants: &[Grant]) -> Hosting {
    Hosting {
        helper: "Amélie".to_owned(),
        grants: grants.to_vec(),
        paused: false,
        cut: false,
        path: "direct, 18 ms".to_owned(),
        question: None,
        chat: chat(),
        quiet: false,
    }
}

fn watching(grants: &[Grant], path: String) -> Watching {
    Watching {
        host: "Jean-Pierre".to_owned(),
        grants: grants.to_vec(),
        asking: None,
        hold: None,
        paused: false,
        cut: false,
        path,
        notice: String::new(),
        monitors: Vec::new(),
        shown: MonitorChoice::All,
        chat: chat(),
    }
}

fn chat() -> Arc<[ChatLine]> {
    let line = |own, text: &str| ChatLine { own, text: text.to_owned() };
    Arc::new([
        line(false, "Hello, I see the printer window."),
        line(true, "Yes, that one. It says paper jam."),
    ])
}

const SIZE: Size = Size { width: 1920, height: 1080 };
/// A tenth of the picture.
const MOVING: Rect = Rect { x: 600, y: 300, width: 576, height: 360 };

fn first_picture(canvas: &Canvas) -> Picture {
    let mut picture = Picture::black(SIZE);
    for (index, pixel) in (0_u32..).zip(picture.pixels_mut()) {
        let (x, y) = (index % SIZE.width, index / SIZE.width);
        let line = x % 64 == 0 || y % 64 == 0;
        *pixel = if line {
            0x0030_4050
        } else {
            (x * 255 / SIZE.width) << 16 | (y * 255 / SIZE.height) << 8 | 0x60
        };
    }
    let side = 16_usize;
    let arrow = |at: usize| if at % side <= at / side { [255, 255, 255, 255] } else { [0, 0, 0, 0] };
    let shape = cursor::Shape {
        width: 16,
        height: 16,
        hot_x: 0,
        hot_y: 0,
        rgba: (0..side * side).flat_map(arrow).collect(),
    };
    canvas.publish(&picture, &[]);
    let mut pointer = canvas.pointer();
    pointer.wear(shape);
    pointer.position = Some(cursor::Position { x: 960, y: 540, visible: true });
    picture
}

fn next_picture(canvas: &Canvas, picture: &mut Picture, frame: u32) {
    for (y, row) in (MOVING.y..).zip(picture.rows_mut(MOVING)) {
        let shade = (y + frame * 4) & 0xff;
        row.fill(shade << 16 | shade << 8 | shade);
    }
    canvas.publish(picture, &[MOVING]);
    let x = 900 + (frame % 100).cast_signed();
    canvas.pointer().position = Some(cursor::Position { x, y: 540, visible: true });
}
