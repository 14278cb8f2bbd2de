//! A scripted desktop that scrolls, through stage, codec and canvas, painted as a window paints it: at every moment the
//! window shows one whole frame, to the bit what painting all of that frame would show.
//! And what happens when the screen turns to another size.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use entraide::canvas::Canvas;
use entraide::desktop::Pixels;
use entraide::media::receive::{FrameFault, Receiver};
use entraide::media::send::{self, Made};
use entraide::media::stage::{Stage, Wants, Work};
use entraide::ui::scale::{Placement, Scaler};
use entraide_common::screen::{Encoder, Picture, Rect, Size};
use entraide_common::wire::screen::{Drawn, Frame, Screen as Message};

const SCREEN: Size = Size { width: 256, height: 160 };
/// Smaller than the screen, so that the picture is resampled.
const WINDOW: Size = Size { width: 200, height: 133 };
/// Frames to see.
const FRAMES: usize = 40;

/// The desktop at that step: a column that scrolls, a column of other text, and the step itself in two corners.
fn script(step: u32) -> Picture {
    let mut picture = Picture::black(SCREEN);
    for (index, pixel) in (0..).zip(picture.pixels_mut()) {
        let (x, y) = (index % SCREEN.width, index / SCREEN.width);
        let line = if x < 160 { y + 7 * step } else { y };
        let hash = (x / 3).wrapping_mul(0x9e37_79b1) ^ (line / 5).wrapping_mul(0x85eb_ca6b);
        *pixel = [0x00ff_ffff, 0x0020_2020, 0x0080_0000, 0x00ff_ffff][(hash >> 27) as usize % 4];
    }
    let last = SCREEN.area() - 1;
    (picture.pixels_mut()[0], picture.pixels_mut()[last]) = (step, step);
    picture
}

/// Paints one step after another onto the stage, as capture does.
fn act(stage: &Stage, over: &AtomicBool) {
    for step in 1.. {
        if over.load(Ordering::Relaxed) {
            return stage.close();
        }
        let bgrx: Vec<u8> = script(step).pixels().iter().flat_map(|pixel| pixel.to_le_bytes()).collect();
        let pixels = Pixels { size: SCREEN, damage: &[], bgrx: &bgrx, stride: SCREEN.width as usize * 4 };
        stage.paint(&pixels, Instant::now());
        thread::sleep(Duration::from_millis(3));
    }
}

fn paint(scaler: &mut Scaler, picture: &Picture, rects: &[Rect], window: &mut [u32]) {
    let place = Placement::fit(SCREEN, WINDOW.rect());
    for rect in rects.iter().filter_map(|rect| place.damage(*rect)) {
        scaler.paint(picture, &place, rect, window, WINDOW.width as usize);
    }
}

#[test]
fn the_window_never_shows_half_a_frame() {
    let (stage, canvas, over) = (Stage::default(), Canvas::default(), AtomicBool::new(false));
    let (hand_out, frames) = mpsc::sync_channel(1);
    thread::scope(|scope| {
        scope.spawn(|| act(&stage, &over));
        let on = &stage;
        scope.spawn(move || send::run(on, |frame| hand_out.send(frame).is_ok()));
        scope.spawn(|| {
            let mut receiver = Receiver::default();
            let mut taken = 0;
            for made in frames {
                let Made::Picture(Message::Frame(frame)) = made else { continue };
                // A link without end.
                stage.written(frame.payload.len(), Instant::now());
                taken += frame.payload.len() as u64;
                stage.taken(taken, Instant::now());
                let drawn = receiver.draw(&frame, &canvas).expect("frames of our own encoder");
                stage.drawn(drawn, Instant::now());
            }
        });
        let mut scaler = Scaler::default();
        let mut window = vec![0; WINDOW.area()];
        // Judged afterwards: whoever is busy judging looks away while frames are published.
        let mut seen = Vec::new();
        while seen.len() < FRAMES {
            let step = canvas.with(|painting| {
                let damage = painting.take_damage();
                let picture = painting.picture().filter(|_| !damage.is_empty())?;
                paint(&mut scaler, picture, &damage, &mut window);
                Some(picture.pixels()[0])
            });
            seen.extend(step.map(|step| (step, window.clone())));
        }
        over.store(true, Ordering::Relaxed);
        let mut whole = vec![0; WINDOW.area()];
        for (step, window) in &seen {
            paint(&mut scaler, &script(*step), &[SCREEN.rect()], &mut whole);
            assert!(*window == whole, "the window does not show step {step}, or not all of it");
        }
        assert!(seen.is_sorted_by_key(|(step, _)| *step));
    });
}

#[test]
fn a_host_that_begins_anew_again_and_again_is_refused() {
    let (canvas, mut receiver) = (Canvas::default(), Receiver::default());
    let size = Size { width: 8, height: 8 };
    let mut begin = |generation| {
        let payload = Encoder::new(size).encode(&Picture::black(size), &[]).expect("the first frame");
        receiver.draw(&Frame { generation, sequence: 0, captured_us: 0, payload }, &canvas)
    };
    for generation in 1..=20 {
        begin(generation).expect("a stalled line may bring that many at once");
    }
    assert!(matches!(begin(21), Err(FrameFault::Turns)));
}

#[test]
fn a_turn_of_the_screen_drops_what_nobody_took_and_tells_when_it_is_seen() {
    let stage = Stage::default();
    let paint = |size: Size, colour: u8| {
        let bgrx = vec![colour; size.area() * 4];
        let pixels = Pixels { size, damage: &[], bgrx: &bgrx, stride: size.width as usize * 4 };
        stage.paint(&pixels, Instant::now());
    };
    let (before, after) = (Size { width: 16, height: 8 }, Size { width: 8, height: 16 });
    stage.turn();
    paint(before, 1);
    let turn = stage.turn();
    paint(after, 2);
    let mut own = Picture::black(before);
    let Work::Encode { damage, turn: taken, .. } = stage.take(&mut own, Wants::default()) else {
        panic!("the stage is open")
    };
    assert_eq!((damage, taken, own.size()), (vec![after.rect()], turn, after));
    stage.begun(1, taken);
    stage.encoded(1, 0, 1, Instant::now());
    stage.written(1, Instant::now());
    let drawn = |sequence| Drawn { generation: 1, sequence };
    assert_eq!(stage.drawn(drawn(0), Instant::now()), Some(turn));
    assert_eq!(stage.drawn(drawn(1), Instant::now()), None, "once");
}
