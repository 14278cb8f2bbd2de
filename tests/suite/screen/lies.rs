//! The format byte by byte, and frames that break it.

use entraide_common::screen::{DecodeError, Decoder, Encoder, Picture};
use proptest::prelude::*;

use super::{fill, noise, rect, size};

/// A picture of 70 x 3: a whole tile of one colour, and two pixels in the narrow one beside it.
fn small_picture() -> Picture {
    let mut picture = Picture::black(size(70, 3));
    fill(&mut picture, rect(0, 0, 64, 3), std::iter::repeat(0x0020_3040));
    fill(&mut picture, rect(65, 1, 2, 1), [0x00ff_0000, 0x0000_00ff].into_iter());
    picture
}

/// [`small_picture`]: form, width, height, and what the range coder makes of the rest.
#[rustfmt::skip]
const SMALL_FRAME: [u8; 23] = [
    4, 70, 0, 3, 0,
    191, 3, 167, 192, 162, 13, 193, 192, 0, 0, 40, 71, 3, 42, 61, 79, 63, 20,
];

fn decode_first(payload: &[u8]) -> Result<Picture, DecodeError> {
    let mut canvas = Picture::black(size(1, 1));
    Decoder::new().decode(payload, &mut canvas).map(|_| canvas)
}

#[test]
fn a_small_frame_has_these_bytes() {
    let payload = Encoder::new(size(70, 3)).encode(&small_picture(), &[]).expect("the first frame");
    assert_eq!(payload, SMALL_FRAME, "the format is a promise: another one is another form");
    assert_eq!(decode_first(&SMALL_FRAME).expect("an honest frame"), small_picture());
}

#[test]
fn a_header_that_lies_is_named() {
    let named = |payload: &[u8]| decode_first(payload).expect_err("a lie").to_string();
    assert_eq!(named(&[]), "a first screen frame of 0 bytes, too short for its header");
    assert_eq!(named(&SMALL_FRAME[..4]), "a first screen frame of 4 bytes, too short for its header");
    assert_eq!(named(&[3, 70, 0, 3, 0, 0]), "a screen frame of the unknown form 3");
    assert_eq!(named(&[4, 0, 0, 3, 0, 0]), "a screen of 0 x 3 pixels, outside the limits");
    assert_eq!(named(&[4, 1, 32, 1, 0, 0]), "a screen of 8193 x 1 pixels, outside the limits");
    assert_eq!(named(&[4, 255, 255, 255, 255]), "a screen of 65535 x 65535 pixels, outside the limits");
}

#[test]
fn a_frame_may_end_where_nothing_was_left_out_but_zeros() {
    let named = |payload: &[u8]| decode_first(payload).expect_err("a lie").to_string();
    let ended = [&SMALL_FRAME[..], &[0]].concat();
    assert_eq!(named(&ended), "a screen frame with an ending that is not its own");
    let longer = [&SMALL_FRAME[..], &[0; 30]].concat();
    assert_eq!(named(&longer), "a screen frame with more bytes than its content needs");
}

#[test]
fn content_that_lies_is_named() {
    let mut named = std::collections::BTreeSet::new();
    let [first, second] = two_frames();
    for seed in 0..600 {
        let mut bytes: Vec<u8> = noise(seed).map(|pixel| pixel as u8).take(40 + seed as usize).collect();
        let kept = 12 + seed as usize / 2 % 40;
        let mut canvas = Picture::black(size(1, 1));
        let mut decoder = Decoder::new();
        if seed % 2 == 0 {
            decoder.decode(&first, &mut canvas).expect("a frame of our own");
            bytes.splice(..kept, second[..kept].iter().copied());
        } else {
            bytes.splice(..kept, first[..kept].iter().copied());
        }
        if let Err(refused) = decoder.decode(&bytes, &mut canvas) {
            named.insert(refused.to_string());
        }
    }
    // Those about places are lived through beside the code that reads them.
    for rule in [
        "a run that breaks after its end",
        "a piece from a slot that was never filled",
        "the number of no colour",
        "its end in the middle of its content",
    ] {
        assert!(named.contains(&format!("a screen frame with {rule}")), "{rule}; seen: {named:#?}");
    }
}

#[test]
fn a_broken_generation_stays_broken_and_a_canvas_stays_its_own() {
    let mut canvas = Picture::black(size(1, 1));
    let mut decoder = Decoder::new();
    assert!(matches!(decoder.decode(&[9; 9], &mut canvas), Err(DecodeError::UnknownForm(9))));
    assert!(matches!(decoder.decode(&SMALL_FRAME, &mut canvas), Err(DecodeError::Broken)));

    let mut decoder = Decoder::new();
    decoder.decode(&SMALL_FRAME, &mut canvas).expect("an honest frame");
    let mut other = Picture::black(size(70, 4));
    let refused = decoder.decode(&[], &mut other);
    assert!(matches!(refused, Err(DecodeError::OtherCanvas)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn noise_never_breaks_the_program(
        width in 1..2000_u16,
        height in 1..400_u16,
        frames in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..600), 1..4),
    ) {
        let mut canvas = Picture::black(size(1, 1));
        let mut decoder = Decoder::new();
        let mut header = [&[4][..], &width.to_le_bytes(), &height.to_le_bytes()].concat();
        for frame in frames {
            header.extend(frame);
            if decoder.decode(&std::mem::take(&mut header), &mut canvas).is_err() {
                break;
            }
        }
        prop_assert!(canvas.pixels().iter().all(|pixel| pixel >> 24 == 0));
    }
}

/// Two frames of every coding, with a copy in the second.
fn two_frames() -> [Vec<u8>; 2] {
    let mut picture = small_but_varied(0);
    let mut encoder = Encoder::new(picture.size());
    let first = encoder.encode(&picture, &[]).expect("the first frame");
    picture = small_but_varied(3);
    let second = encoder.encode(&picture, &[picture.size().rect()]).expect("everything moved");
    [first, second]
}

/// Text and a flat bar over a corner of noise, scrolled by `rows`.
fn small_but_varied(rows: u32) -> Picture {
    let mut picture = Picture::black(size(131, 130));
    let text = noise(5).map(|pixel| if pixel % 7 == 0 { 0x0000_0000 } else { 0x00f0_f0f0 });
    fill(&mut picture, rect(0, 0, 131, 100), text.skip(131 * rows as usize));
    fill(&mut picture, rect(0, 110, 131, 20), std::iter::repeat(0x0012_3456 + rows));
    fill(&mut picture, rect(100, 100, 20, 20), noise(9 + rows));
    picture
}

#[test]
fn a_frame_cut_at_any_byte_is_refused() {
    let [first, second] = two_frames();
    for length in 0..first.len() {
        assert!(decode_first(&first[..length]).is_err(), "the first {length} of {} bytes", first.len());
    }
    for length in 0..second.len() {
        let mut canvas = Picture::black(size(1, 1));
        let mut decoder = Decoder::new();
        decoder.decode(&first, &mut canvas).expect("a frame of our own");
        let refused = decoder.decode(&second[..length], &mut canvas);
        assert!(refused.is_err(), "the first {length} of {} bytes", second.len());
    }
}

#[test]
fn bytes_after_a_frame_are_refused() {
    let [first, _] = two_frames();
    for extra in [1, 2, 3, 4, 100] {
        let payload = [&first[..], &vec![0x55; extra]].concat();
        assert!(decode_first(&payload).is_err(), "{extra} bytes");
    }
}

#[test]
fn a_flipped_bit_breaks_a_picture_but_never_the_program() {
    let [first, second] = two_frames();
    for bit in (5 * 8..first.len() * 8).step_by(23) {
        let mut payload = first.clone();
        payload[bit / 8] ^= 1 << (bit % 8);
        let mut canvas = Picture::black(size(1, 1));
        let mut decoder = Decoder::new();
        if decoder.decode(&payload, &mut canvas).is_ok() {
            let _ = decoder.decode(&second, &mut canvas);
        }
        assert_eq!(canvas.size(), size(131, 130));
        assert!(canvas.pixels().iter().all(|pixel| pixel >> 24 == 0));
    }
}
