//! Large pictures, which two processors draw at once.

use entraide_common::screen::{Decoder, Encoder, Picture};

use super::{Generation, fill, noise, rect, size};

/// Form, width and height.
const HEADER: usize = 5;
const WHOLE: u8 = 0;
const CUT: u8 = 1;

/// Larger than what one processor draws.
fn large() -> Picture {
    Picture::black(size(2600, 1440))
}

/// Rows of letters, or what looks as regular.
fn letters(seed: u32) -> impl Iterator<Item = u32> {
    noise(seed).map(|pixel| if pixel % 5 == 0 { 0x0020_2020 } else { 0x00f0_f0f0 })
}

#[test]
fn a_large_picture_is_exact_wherever_it_changes() {
    let mut picture = large();
    let mut generation = Generation::new(picture.size());
    fill(&mut picture, rect(0, 0, 2600, 700), letters(1));
    fill(&mut picture, rect(300, 650, 1500, 700), noise(2));
    let mut parts = vec![rect(0, 0, 2600, 1440), rect(0, 200, 2600, 900), rect(70, 5, 1400, 1400)];
    // The last rows, the first ones, and little.
    parts.extend([rect(0, 1000, 2600, 440), rect(0, 0, 2600, 420), rect(1290, 700, 40, 30)]);
    for (part, seed) in parts.into_iter().zip(3..) {
        fill(&mut picture, part, letters(seed));
        generation.show(&picture, &[part]).expect("a change");
        assert!(generation.is_exact(&picture), "{part:?}");
    }
    // What moves over the cut is not sent again.
    let block = rect(0, 560, 2600, 320);
    fill(&mut picture, block, noise(20));
    let drawn = generation.show(&picture, &[block]).expect("a change");
    let before = picture.clone();
    for (row, below) in picture.rows_mut(block).zip(before.rows(rect(0, 583, 2600, 297))) {
        row.copy_from_slice(below);
    }
    let scrolled = generation.show(&picture, &[block]).expect("a change");
    assert!(generation.is_exact(&picture));
    assert!(scrolled * 4 < drawn, "{scrolled} bytes after {drawn}");
}

#[test]
fn a_scroll_by_whatever_number_of_rows_is_found() {
    // Only some of so many rows are looked at.
    let page = rect(200, 100, 1800, 1200);
    for rows in [1, 2, 3, 90] {
        let mut picture = large();
        let mut generation = Generation::new(picture.size());
        fill(&mut picture, page, noise(rows));
        let drawn = generation.show(&picture, &[]).expect("the first frame");
        let before = picture.clone();
        let rest = rect(page.x, page.y + rows, page.width, page.height - rows);
        for (row, below) in picture.rows_mut(page).zip(before.rows(rest)) {
            row.copy_from_slice(below);
        }
        let scrolled = generation.show(&picture, &[page]).expect("a change");
        assert!(generation.is_exact(&picture));
        assert!(scrolled * 800 < drawn, "{rows} rows: {scrolled} bytes after {drawn}");
    }
}

/// The first frame of a picture that is cut, and its second, which is not.
fn two_frames() -> [Vec<u8>; 2] {
    let mut picture = large();
    fill(&mut picture, rect(0, 0, 2600, 1440), letters(7));
    let mut encoder = Encoder::new(picture.size());
    let first = encoder.encode(&picture, &[]).expect("the first frame");
    fill(&mut picture, rect(10, 10, 50, 50), letters(8));
    [first, encoder.encode(&picture, &[rect(10, 10, 50, 50)]).expect("a change")]
}

#[test]
fn lanes_that_lie_are_named() {
    let [first, second] = two_frames();
    assert_eq!(first[HEADER], CUT);
    assert_eq!(second[0], WHOLE);
    let mut canvas = Picture::black(size(1, 1));
    let mut named = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut frame = first.clone();
        change(&mut frame);
        Decoder::new().decode(&frame, &mut canvas).expect_err("a lie").to_string()
    };
    let unknown = named(&|frame| frame[HEADER] = 2);
    assert_eq!(unknown, "a screen frame with an unknown number of lanes");
    assert_eq!(named(&|frame| frame.truncate(HEADER)), unknown);
    let behind = named(&|frame| frame[HEADER + 1..HEADER + 5].fill(0xff));
    assert_eq!(behind, "a screen frame with a cut behind its end");
    assert_eq!(named(&|frame| frame.truncate(HEADER + 3)), behind);
    // The lower lane has no bytes left, or some that are not its own.
    let short = named(&|frame| {
        let upper = u32::from_le_bytes(*frame[HEADER + 1..].first_chunk().expect("a length"));
        frame.truncate(HEADER + 5 + upper as usize);
    });
    assert!(short.starts_with("a screen frame with "), "{short}");
    let long = named(&|frame| frame.extend([1; 8]));
    assert!(long.starts_with("a screen frame with "), "{long}");
}

#[test]
fn a_flipped_bit_breaks_lanes_but_never_the_program() {
    let [first, _] = two_frames();
    for (place, bit) in (HEADER..first.len()).step_by(first.len() / 12).zip([0, 3, 7].into_iter().cycle()) {
        let mut frame = first.clone();
        frame[place] ^= 1 << bit;
        let mut canvas = Picture::black(size(1, 1));
        let _ = Decoder::new().decode(&frame, &mut canvas);
        assert!(canvas.pixels().iter().all(|pixel| pixel >> 24 == 0));
    }
}
