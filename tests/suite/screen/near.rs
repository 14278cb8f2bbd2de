//! Photographs where bytes are short: nearly true at once, exact when they stand still; text exact at once.

use std::time::Duration;

use entraide_common::screen::{Encoder, Picture, Rect, Refinement, STILL, Tolerance};
use proptest::prelude::*;

use super::{Generation, fill, noise, rect, size};

/// All of it, at once.
const ALL: Refinement<'_> = Refinement { near: (0, 0), pixels: usize::MAX, moving: &[] };

fn tolerance(most: u8) -> Tolerance {
    Tolerance::new(most).expect("a tolerance within its limit")
}

/// Waves with grain, as a camera has them.
fn photograph(seed: u32) -> impl Iterator<Item = u32> {
    noise(seed).zip(0_u32..).map(move |(grain, place)| {
        let wave = (place % 400 + seed) / 3 + place / 900;
        let part = |shift: u32| (wave * (shift + 2) / 2 % 128) + 40 + ((grain >> (4 * shift)) % 8);
        part(0) | part(1) << 8 | part(2) << 16
    })
}

/// Letters of two colours, as a terminal has them.
fn text(seed: u32) -> impl Iterator<Item = u32> {
    noise(seed).map(|pixel| if pixel % 5 == 0 { 0x0010_1010 } else { 0x00e0_e0e0 })
}

/// By how much a colour of `shown` in `rect` is beside `wanted` at most.
fn farthest(shown: &Picture, wanted: &Picture, rect: Rect) -> u8 {
    let pixels = shown.rows(rect).flatten().zip(wanted.rows(rect).flatten());
    let colours = pixels.flat_map(|(one, other)| one.to_le_bytes().into_iter().zip(other.to_le_bytes()));
    colours.fold(0, |most, (one, other)| most.max(one.abs_diff(other)))
}

impl Generation {
    /// Like `show`, photographs as near as `most`.
    fn show_within(&mut self, picture: &Picture, damage: &[Rect], now: Duration, most: u8) -> Option<usize> {
        let frame = self.encoder.encode_within(picture, damage, now, |_| tolerance(most))?;
        Some(self.draw(&frame))
    }

    fn refine(&mut self, wanted: &Refinement<'_>, now: Duration) -> Option<usize> {
        let frame = self.encoder.refine(wanted, now)?;
        Some(self.draw(&frame))
    }

    fn draw(&mut self, frame: &[u8]) -> usize {
        let changed = self.decoder.decode(frame, &mut self.canvas).expect("a frame of our own");
        for rect in changed {
            self.viewed.copy_rect_from(&self.canvas, rect);
        }
        frame.len()
    }
}

/// A terminal over a wallpaper.
fn desk() -> (Picture, Rect) {
    let mut picture = Picture::black(size(400, 300));
    let whole = picture.size().rect();
    fill(&mut picture, whole, photograph(1));
    let terminal = rect(100, 70, 160, 120);
    fill(&mut picture, terminal, text(2));
    (picture, terminal)
}

#[test]
fn a_photograph_costs_less_the_less_true_it_is_and_text_is_exact() {
    let (picture, terminal) = desk();
    let mut before = usize::MAX;
    for most in 0..=4 {
        let mut generation = Generation::new(picture.size());
        let bytes = generation.show_within(&picture, &[], Duration::ZERO, most).expect("the first frame");
        let error = farthest(&generation.canvas, &picture, picture.size().rect());
        assert!(error <= most && (most == 0 || error > 0), "{error} beside the truth at {most}");
        assert_eq!(farthest(&generation.canvas, &picture, terminal), 0, "text is never nearly true");
        assert!(bytes < before, "{bytes} bytes at {most}, {before} before");
        before = bytes;
    }
}

#[test]
fn a_frame_that_is_nearly_true_and_what_makes_it_exact_have_these_bytes() {
    let mut picture = Picture::black(size(32, 32));
    fill(&mut picture, rect(0, 0, 32, 32), photograph(7));
    let mut encoder = Encoder::new(picture.size());
    let near = encoder.encode_within(&picture, &[], Duration::ZERO, |_| Tolerance::MOST).expect("a frame");
    let rest = encoder.refine(&ALL, STILL).expect("it is due");
    let sum = |bytes: &[u8]| {
        bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |sum, &byte| {
            (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    };
    let [near, rest] = [near, rest].map(|frame| (frame.len(), sum(&frame)));
    assert_eq!(
        [near, rest],
        [(714, 5_684_135_133_022_375_852), (1263, 11_154_109_058_364_131_837)],
        "another format is another form"
    );
}

#[test]
fn letters_on_a_photograph_are_exact() {
    let mut picture = Picture::black(size(256, 128));
    let whole = picture.size().rect();
    fill(&mut picture, whole, photograph(5));
    let strokes: Vec<Rect> = (0..20).map(|letter| rect(20 + 9 * letter, 40 + letter % 3, 2, 11)).collect();
    for &stroke in &strokes {
        fill(&mut picture, stroke, std::iter::repeat(0x00ff_ffff));
    }
    let mut generation = Generation::new(picture.size());
    generation.show_within(&picture, &[], Duration::ZERO, 4);
    assert!(generation.canvas != picture, "the photograph is not");
    for stroke in strokes {
        assert_eq!(farthest(&generation.canvas, &picture, stroke), 0, "{stroke:?}");
    }
}

#[test]
fn what_stands_still_becomes_exact_and_then_there_is_nothing_to_do() {
    let (picture, _) = desk();
    let mut generation = Generation::new(picture.size());
    assert_eq!(generation.encoder.due(), None);
    generation.show_within(&picture, &[], Duration::from_secs(1), 4);
    let due = generation.encoder.due().expect("it is only nearly true");
    assert_eq!(due, Duration::from_secs(1) + STILL);
    assert_eq!(generation.refine(&ALL, due - Duration::from_millis(1)), None, "it may still move");
    generation.refine(&ALL, due).expect("it is due");
    assert!(generation.is_exact(&picture));
    assert_eq!((generation.encoder.due(), generation.refine(&ALL, due * 9)), (None, None));
}

#[test]
fn making_it_exact_costs_little_more_than_having_it_exact_at_once() {
    let (picture, _) = desk();
    let exact = Generation::new(picture.size()).show(&picture, &[]).expect("the first frame");
    for most in 1..=4 {
        let mut generation = Generation::new(picture.size());
        let near = generation.show_within(&picture, &[], Duration::ZERO, most).expect("the first frame");
        let rest = generation.refine(&ALL, STILL).expect("it is due");
        assert!(near + rest < exact * 5 / 4, "{near} and {rest} bytes, {exact} at once");
    }
}

#[test]
fn what_is_nearest_comes_first_and_what_moves_waits() {
    let (picture, _) = desk();
    let mut generation = Generation::new(picture.size());
    generation.show_within(&picture, &[], Duration::ZERO, 4);
    let moving = [rect(320, 192, 80, 108)];
    let few = Refinement { near: (399, 0), pixels: 3000, moving: &moving };
    generation.refine(&few, STILL).expect("it is due");
    let corner = rect(384, 0, 16, 64);
    assert_eq!(farthest(&generation.canvas, &picture, corner), 0, "the nearest is exact");
    assert!(farthest(&generation.canvas, &picture, rect(0, 192, 64, 64)) > 0, "the farthest is not yet");

    while generation.refine(&Refinement { moving: &moving, ..ALL }, STILL).is_some() {}
    assert_eq!(farthest(&generation.canvas, &picture, rect(0, 0, 400, 192)), 0);
    assert!(farthest(&generation.canvas, &picture, moving[0]) > 0, "what moves is left alone");
    assert!(generation.encoder.due().is_some());
}

#[test]
fn what_was_covered_comes_back_for_little() {
    let mut wallpaper = Picture::black(size(512, 320));
    let whole = wallpaper.size().rect();
    fill(&mut wallpaper, whole, photograph(9));
    let mut covered = wallpaper.clone();
    let menu = rect(141, 77, 150, 180);
    fill(&mut covered, menu, text(3));
    let mut generation = Generation::new(wallpaper.size());
    let first = generation.show(&wallpaper, &[]).expect("the first frame");
    for _ in 0..3 {
        generation.show(&covered, &[menu]).expect("a menu opens");
        assert!(generation.is_exact(&covered));
        let bytes = generation.show(&wallpaper, &[menu]).expect("it closes");
        assert!(generation.is_exact(&wallpaper));
        assert!(bytes * 40 < first, "{bytes} bytes of {first}");
    }
}

#[test]
fn a_wallpaper_moved_by_copies_is_refined_too() {
    let mut page = Picture::black(size(256, 900));
    let whole = page.size().rect();
    fill(&mut page, whole, photograph(4));
    let view = |top: u32| {
        let mut picture = Picture::black(size(256, 512));
        for (to, from) in picture.rows_mut(rect(0, 0, 256, 512)).zip(page.rows(rect(0, top, 256, 512))) {
            to.copy_from_slice(from);
        }
        picture
    };
    let mut encoder = Encoder::new(size(256, 512));
    let first = encoder.encode_within(&view(0), &[], Duration::ZERO, |_| Tolerance::MOST);
    let scrolled = encoder.encode_within(&view(64), &[rect(0, 0, 256, 512)], STILL, |_| Tolerance::MOST);
    let [first, scrolled] = [first, scrolled].map(|frame| frame.expect("it changed").len());
    assert!(scrolled * 4 < first, "what is nearly true moves as it is: {scrolled} bytes after {first}");
    assert_eq!(encoder.refine(&ALL, STILL), None, "it has just moved");
    encoder.refine(&ALL, STILL * 2).expect("it is due");
    assert_eq!(encoder.due(), None);
}

/// What happens on a screen, and to the encoder.
#[derive(Debug, Clone)]
enum Step {
    Photograph(Rect, u32),
    Text(Rect, u32),
    Scroll(u32),
    Refine { near: (u32, u32), pixels: usize },
}

fn any_step() -> impl Strategy<Value = Step> {
    let any_rect = || (0..300_u32, 0..300_u32, 0..300_u32, 0..300_u32);
    prop_oneof![
        (any_rect(), any::<u32>())
            .prop_map(|((x, y, w, h), seed)| Step::Photograph(rect(x, y, w, h), seed >> 8)),
        (any_rect(), any::<u32>()).prop_map(|((x, y, w, h), seed)| Step::Text(rect(x, y, w, h), seed >> 8)),
        (1..90_u32).prop_map(Step::Scroll),
        (0..300_u32, 0..300_u32, 0..60_000_usize)
            .prop_map(|(x, y, pixels)| Step::Refine { near: (x, y), pixels }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_farther_than_allowed_and_all_is_exact_in_the_end(
        width in 1..330_u32,
        height in 1..330_u32,
        steps in prop::collection::vec((any_step(), 0..=4_u8, 0..200_u64), 1..14),
    ) {
        let mut picture = Picture::black(size(width, height));
        let whole = picture.size().rect();
        let mut generation = Generation::new(picture.size());
        let mut now = Duration::ZERO;
        generation.show_within(&picture, &[], now, 4);
        for (step, most, wait) in steps {
            now += Duration::from_millis(wait);
            let damage = match step {
                Step::Photograph(rect, seed) => {
                    fill(&mut picture, rect, photograph(seed));
                    rect
                }
                Step::Text(rect, seed) => {
                    fill(&mut picture, rect, text(seed));
                    rect
                }
                Step::Scroll(rows) => {
                    let from = rows as usize * width as usize;
                    picture.pixels_mut().rotate_left(from % whole.area());
                    whole
                }
                Step::Refine { near, pixels } => {
                    generation.refine(&Refinement { near, pixels, moving: &[] }, now);
                    continue;
                }
            };
            generation.show_within(&picture, &[damage], now, most);
            prop_assert!(farthest(&generation.canvas, &picture, whole) <= 4);
            prop_assert!(generation.viewed == generation.canvas);
            if let Step::Text(rect, _) = step {
                // At its edge a photograph may begin within a group.
                if let Some(inside) = rect.intersection(whole).filter(|inside| inside.width > 16) {
                    let inside = Rect { x: inside.x + 8, width: inside.width - 16, ..inside };
                    prop_assert_eq!(farthest(&generation.canvas, &picture, inside), 0);
                }
            }
        }
        now += STILL;
        while generation.refine(&ALL, now).is_some() {}
        prop_assert!(generation.is_exact(&picture));
        prop_assert_eq!(generation.encoder.due(), None);
    }
}
