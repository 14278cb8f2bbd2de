//! What goes in comes out, pixel for pixel.

use std::path::Path;

use entraide_common::screen::{Picture, Rect};
use entraide_tests::trace::Trace;
use proptest::prelude::*;

use super::{Generation, fill, noise, rect, size};

/// What a program does to its screen.
#[derive(Debug, Clone)]
enum Edit {
    Flat { rect: Rect, colour: u32 },
    Noise { rect: Rect, seed: u32 },
    Text { rect: Rect, seed: u32, colours: u32 },
    Gradient { rect: Rect, slope: u32 },
    Move { rect: Rect, dx: i32, dy: i32 },
    Nothing,
}

impl Edit {
    /// Draws, and says where.
    fn draw(&self, picture: &mut Picture) -> Rect {
        match *self {
            Self::Flat { rect, colour } => {
                fill(picture, rect, std::iter::repeat(colour));
                rect
            }
            Self::Noise { rect, seed } => {
                fill(picture, rect, noise(seed));
                rect
            }
            Self::Text { rect, seed, colours } => {
                fill(
                    picture,
                    rect,
                    noise(seed).map(|pixel| (pixel % colours).wrapping_mul(0x0103_0509) & 0x00ff_ffff),
                );
                rect
            }
            Self::Gradient { rect, slope } => {
                fill(picture, rect, (0..).map(|step: u32| step.wrapping_mul(slope) >> 4 & 0x00ff_ffff));
                rect
            }
            Self::Move { rect, dx, dy } => {
                let old = picture.clone();
                let (width, height) = (picture.size().width, picture.size().height);
                let Some(rect) = rect.intersection(picture.size().rect()) else { return rect };
                for y in rect.y..rect.bottom() {
                    for x in rect.x..rect.right() {
                        let from_x = x.saturating_add_signed(dx).min(width - 1);
                        let from_y = y.saturating_add_signed(dy).min(height - 1);
                        picture.pixels_mut()[(y * width + x) as usize] =
                            old.pixels()[(from_y * width + from_x) as usize];
                    }
                }
                rect
            }
            Self::Nothing => rect(0, 0, 400, 400),
        }
    }
}

fn any_rect() -> impl Strategy<Value = Rect> {
    (0..300_u32, 0..300_u32, 0..400_u32, 0..400_u32)
        .prop_map(|(x, y, width, height)| rect(x, y, width, height))
}

fn any_edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        (any_rect(), 0..=0x00ff_ffff_u32).prop_map(|(rect, colour)| Edit::Flat { rect, colour }),
        (any_rect(), any::<u32>()).prop_map(|(rect, seed)| Edit::Noise { rect, seed }),
        (any_rect(), any::<u32>(), 1..600_u32).prop_map(|(rect, seed, colours)| Edit::Text {
            rect,
            seed,
            colours
        }),
        (any_rect(), any::<u32>()).prop_map(|(rect, slope)| Edit::Gradient { rect, slope }),
        (any_rect(), -99..99_i32, -99..99_i32).prop_map(|(rect, dx, dy)| Edit::Move { rect, dx, dy }),
        Just(Edit::Nothing),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_frame_is_exact(
        width in 1..330_u32,
        height in 1..330_u32,
        frames in prop::collection::vec(prop::collection::vec(any_edit(), 1..4), 1..8),
    ) {
        let mut picture = Picture::black(size(width, height));
        let mut generation = Generation::new(picture.size());
        for edits in frames {
            let damage: Vec<Rect> = edits.iter().map(|edit| edit.draw(&mut picture)).collect();
            generation.show(&picture, &damage);
            prop_assert!(generation.is_exact(&picture));
        }
    }
}

#[test]
fn pictures_that_no_tile_fits_are_exact() {
    for (width, height) in [(1, 1), (1, 300), (300, 1), (63, 64), (64, 64), (65, 64), (65, 129), (8192, 3)] {
        let mut picture = Picture::black(size(width, height));
        let mut generation = Generation::new(picture.size());
        for seed in 0..3 {
            fill(&mut picture, size(width, height).rect(), noise(seed));
            generation.show(&picture, &[picture.size().rect()]);
            assert!(generation.is_exact(&picture), "{width} x {height}, frame {seed}");
        }
    }
}

#[test]
fn the_first_frame_holds_everything_whatever_the_damage_says() {
    let mut picture = Picture::black(size(200, 100));
    let whole = picture.size().rect();
    assert!(Generation::new(picture.size()).show(&picture, &[]).is_some(), "even a black one");

    fill(&mut picture, whole, noise(7));
    let mut generation = Generation::new(picture.size());
    generation.show(&picture, &[]);
    assert!(generation.is_exact(&picture));
}

#[test]
fn without_a_change_in_the_damage_there_is_no_frame() {
    let mut picture = Picture::black(size(200, 100));
    let mut generation = Generation::new(picture.size());
    generation.show(&picture, &[]);
    let before = picture.clone();

    assert_eq!(generation.show(&picture, &[picture.size().rect()]), None);
    fill(&mut picture, rect(150, 50, 3, 3), noise(1));
    assert_eq!(generation.show(&picture, &[]), None);
    assert_eq!(generation.show(&picture, &[rect(0, 0, 150, 100), rect(200, 0, 9, 9)]), None);
    assert!(generation.is_exact(&before), "what nobody damaged is not sent");

    let far = rect(149, 49, u32::MAX, u32::MAX);
    assert!(generation.show(&picture, &[far]).is_some(), "damage is clipped, not ignored");
    assert!(generation.is_exact(&picture));
}

#[test]
fn what_moves_is_not_sent_again() {
    let mut page = Picture::black(size(512, 1024));
    let whole = page.size().rect();
    fill(&mut page, whole, noise(3));
    let window = |top: u32| {
        let mut picture = Picture::black(size(512, 512));
        for (to, from) in picture.rows_mut(rect(0, 0, 512, 512)).zip(page.rows(rect(0, top, 512, 512))) {
            to.copy_from_slice(from);
        }
        picture
    };
    let mut generation = Generation::new(size(512, 512));
    let first = generation.show(&window(0), &[]).expect("the first frame");
    assert!(first > 3 * 512 * 512, "noise does not shrink");
    for top in [37, 90, 20] {
        let picture = window(top);
        let bytes = generation.show(&picture, &[picture.size().rect()]).expect("a scroll is a change");
        assert!(generation.is_exact(&picture));
        // Tiles whose source is not wholly inside the picture are sent as they are.
        assert!(bytes < first * 2 / 5, "{bytes} bytes after a first frame of {first}");
    }
}

#[test]
fn another_size_is_another_generation_on_the_same_canvas() {
    let mut canvas = None;
    for (width, height) in [(100, 50), (30, 200), (101, 51)] {
        let mut picture = Picture::black(size(width, height));
        let whole = picture.size().rect();
        fill(&mut picture, whole, noise(width));
        let mut generation = Generation::new(picture.size());
        generation.canvas = canvas.unwrap_or(generation.canvas);
        generation.show(&picture, &[]);
        assert!(generation.is_exact(&picture));
        canvas = Some(generation.canvas);
    }
}

#[test]
fn captured_bytes_become_pixels_without_their_fourth_byte() {
    let mut picture = Picture::black(size(4, 3));
    // Two rows of two pixels, with four bytes of another window after each row.
    let bytes = [
        [1, 2, 3, 255, 4, 5, 6, 9, 0xee, 0xee, 0xee, 0xee],
        [7, 8, 9, 0, 10, 11, 12, 1, 0xee, 0xee, 0xee, 0xee],
    ];
    picture.write_bgrx(rect(3, 1, 2, 2), bytes.as_flattened(), 12);
    let mut expected = Picture::black(size(4, 3));
    expected.pixels_mut()[7] = 0x0003_0201;
    expected.pixels_mut()[11] = 0x0009_0807;
    assert_eq!(picture, expected, "what lies outside is left out");

    picture.write_bgrx(rect(0, 0, 2, 3), &bytes.as_flattened()[..20], 12);
    expected.pixels_mut()[..2].copy_from_slice(&[0x0003_0201, 0x0006_0504]);
    expected.pixels_mut()[4..6].copy_from_slice(&[0x0009_0807, 0x000c_0b0a]);
    assert_eq!(picture, expected, "rows that are not there stay");
    picture.write_bgrx(rect(9, 9, 2, 3), &[], usize::MAX);
    assert_eq!(picture, expected);
}

#[test]
fn typing_is_exact() {
    replay("W1.trc");
}

#[test]
fn an_idle_desktop_is_exact() {
    replay("W6.trc");
}

#[test]
fn a_dragged_window_is_exact() {
    replay("W3.trc");
}

#[test]
fn a_clip_beside_text_is_exact() {
    replay("W5-cut.trc");
}

#[test]
fn a_window_over_a_photograph_is_exact() {
    replay("P1.trc");
}

/// Plays a recorded screen of `tests/traces` through a generation.
fn replay(name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("traces").join(name);
    let mut trace = Trace::open(&path).expect("a trace of the repository");
    let mut generation = Generation::new(trace.picture().size());
    let mut frames = 0;
    while let Some(moment) = trace.step().expect("an undamaged trace") {
        frames += usize::from(generation.show(trace.picture(), &moment.damage).is_some());
        assert!(generation.is_exact(trace.picture()), "after {} ms", moment.milliseconds);
    }
    assert!(frames > 10, "the trace shows something");
}
