//! The format byte by byte, and frames that break it.

use std::io::Write as _;

use entraide_common::screen::{DecodeError, Decoder, Encoder, Picture};
use zstd::stream::raw::{CParameter, Operation as _};

use super::{fill, noise, rect, size};

/// A picture of 70 x 3: a whole tile of one colour, and two pixels in the narrow one beside it.
fn small_picture() -> Picture {
    let mut picture = Picture::black(size(70, 3));
    fill(&mut picture, rect(0, 0, 64, 3), std::iter::repeat(0x0020_3040));
    fill(&mut picture, rect(65, 1, 2, 1), [0x00ff_0000, 0x0000_00ff].into_iter());
    picture
}

const SMALL_HEADER: [u8; 5] = [1, 70, 0, 3, 0];

/// What stands in the zstd stream for [`small_picture`].
#[rustfmt::skip]
const SMALL_CONTENT: [u8; 19] = [
    9, // bytes of plan
    0, // shifts
    0, 0b0000_1001, // the next tile, wholly of one colour
    0, 0b0000_0010, 1, 1, 1, 0, // the next tile, planes at (1, 1) of 2 x 1
    0x30, 0x90, 0x70,
    0, 0, 0x80, 0x7f, 0x7f, 0x80,
];

/// A sender that writes what it likes.
struct Liar {
    zstd: zstd::stream::write::Encoder<'static, Vec<u8>>,
}

impl Liar {
    fn new(header: &[u8]) -> Self {
        Self { zstd: zstd::stream::write::Encoder::new(header.to_vec(), 1).expect("zstd") }
    }

    fn frame(&mut self, content: &[u8]) -> Vec<u8> {
        self.zstd.write_all(content).expect("memory");
        self.zstd.flush().expect("memory");
        std::mem::take(self.zstd.get_mut())
    }
}

fn decode_first(payload: &[u8]) -> Result<Picture, DecodeError> {
    let mut canvas = Picture::black(size(1, 1));
    Decoder::new().decode(payload, &mut canvas).map(|_| canvas)
}

/// What a decoder says to a first frame of 70 x 3 with this content.
fn complaint(content: &[u8]) -> String {
    let payload = Liar::new(&SMALL_HEADER).frame(content);
    decode_first(&payload).expect_err("a lie").to_string()
}

/// A plan with its length before it.
fn planned(plan: &[u8]) -> Vec<u8> {
    let length = u8::try_from(plan.len()).expect("a short plan");
    [&[length], plan].concat()
}

#[test]
fn a_small_frame_has_these_bytes() {
    let payload = Encoder::new(size(70, 3)).encode(&small_picture(), &[]).expect("the first frame");
    let (header, stream) = payload.split_at(5);
    assert_eq!(header, SMALL_HEADER);
    // Packed bytes may differ from one zstd to the next, so the layer before is what is promised.
    let mut content = [0; 64];
    let mut zstd = zstd::stream::raw::Decoder::new().expect("zstd");
    let status = zstd.run_on_buffers(stream, &mut content).expect("a zstd stream");
    assert_eq!(status.bytes_read, stream.len());
    assert_eq!(&content[..status.bytes_written], SMALL_CONTENT);

    let foreign = Liar::new(&SMALL_HEADER).frame(&SMALL_CONTENT);
    assert_eq!(decode_first(&foreign).expect("an honest frame"), small_picture());
}

#[test]
fn copies_read_the_picture_before_and_predictions_add_up() {
    let mut liar = Liar::new(&SMALL_HEADER);
    let mut decoder = Decoder::new();
    let mut canvas = Picture::black(size(1, 1));
    decoder.decode(&liar.frame(&SMALL_CONTENT), &mut canvas).expect("an honest frame");
    #[rustfmt::skip]
    let content = [
        15,
        2, 0, 0, 0, 0, 0xc0, 0xff, 0, 0, // (0, 0) and (-64, 0)
        0, 0b0000_0011, 0, 0, 1, 1, // predicted, at (0, 0), 2 x 2
        0, 0b0010_0000, // all of it from 64 to the left
    ];
    // Left alone: 10, 10 + 5. Up alone: 10 + 3. The median of 13, 15 and 13 + 15 - 10, and 1.
    let pixels = [10, 5, 3, 1, 128, 0, 0, 0, 128, 0, 0, 0];
    let content = [&[content.len() as u8 - 1], &content[1..], &pixels].concat();
    let changed = decoder.decode(&liar.frame(&content), &mut canvas).expect("an honest frame");

    assert_eq!(changed, [rect(0, 0, 2, 2), rect(64, 0, 6, 3)]);
    let mut expected = Picture::black(size(70, 3));
    fill(&mut expected, rect(0, 0, 70, 3), std::iter::repeat(0x0020_3040));
    fill(&mut expected, rect(0, 0, 2, 2), [0x000a_0a0a, 0x000f_0f0f, 0x000d_0d0d, 0x0010_1010].into_iter());
    assert_eq!(canvas, expected);
}

#[test]
fn a_header_that_lies_is_named() {
    let named = |payload: &[u8]| decode_first(payload).expect_err("a lie").to_string();
    assert_eq!(named(&[]), "a first screen frame of 0 bytes, too short for its header");
    assert_eq!(named(&SMALL_HEADER[..4]), "a first screen frame of 4 bytes, too short for its header");
    assert_eq!(named(&[2, 70, 0, 3, 0, 0]), "a screen frame of the unknown form 2");
    assert_eq!(named(&[1, 0, 0, 3, 0, 0]), "a screen of 0 x 3 pixels, outside the limits");
    assert_eq!(named(&[1, 1, 32, 1, 0, 0]), "a screen of 8193 x 1 pixels, outside the limits");
    assert_eq!(named(&[1, 255, 255, 255, 255]), "a screen of 65535 x 65535 pixels, outside the limits");
}

#[test]
fn a_plan_that_lies_is_named() {
    let cases: [(&[u8], &str); 13] = [
        (&[], "a screen frame with a record cut short"),
        (&[8], "a screen frame with too many shifts"),
        (&[1, 0, 0, 0], "a screen frame with a record cut short"),
        (&[0, 0], "a screen frame with a record cut short"),
        (&[0, 0, 0], "a screen frame with a change that changes nothing"),
        (&[0, 0, 0b1000], "a screen frame with a whole tile of no pixels"),
        (&[0, 0, 0b1100], "a screen frame with an unknown coding"),
        (&[0, 0, 0b0001_0000], "a screen frame with a shift that is not listed"),
        (&[1, 0, 0, 0, 0, 0, 0b1001_0000], "a screen frame with a shift that is not listed"),
        (&[1, 7, 0, 0, 0, 0, 0b0001_0000], "a screen frame with a copy from outside the picture"),
        (&[1, 0, 0, 0xff, 0xff, 0, 0b0001_0000], "a screen frame with a copy from outside the picture"),
        (&[0, 1, 1, 0, 0, 6, 0], "a screen frame with a patch outside its tile"),
        (&[0, 0, 1, 255, 255, 255, 255], "a screen frame with a patch outside its tile"),
    ];
    for (plan, named) in cases {
        assert_eq!(complaint(&planned(plan)), named, "{plan:?}");
    }
    assert_eq!(complaint(&planned(&[0, 2, 9])), "a screen frame with a tile outside the picture");
    assert_eq!(complaint(&planned(&[0, 1, 9, 0, 9])), "a screen frame with a tile outside the picture");
    let endless = [0, 0xff, 0xff, 0xff, 1, 9];
    assert_eq!(complaint(&planned(&endless)), "a screen frame with a number of more than three bytes");
    assert_eq!(complaint(&[0xff, 0x7f]), "a screen frame with a plan of 16383 bytes, over its limit of 45");
}

#[test]
fn content_that_is_not_what_the_plan_needs_is_named() {
    let more = [&SMALL_CONTENT[..], &[0]].concat();
    assert_eq!(complaint(&more), "a screen frame with more content than its plan needs");
    assert_eq!(complaint(&SMALL_CONTENT[..18]), "a screen frame cut short");
    assert_eq!(complaint(&[]), "a screen frame cut short");

    let bomb = [&SMALL_CONTENT[..], &vec![0; 300 << 20]].concat();
    let payload = Liar::new(&SMALL_HEADER).frame(&bomb);
    assert!(payload.len() < 1 << 20, "the bomb is small on the wire");
    let refused = decode_first(&payload).expect_err("a bomb");
    assert_eq!(refused.to_string(), "a screen frame with more content than its plan needs");
}

#[test]
fn a_stream_that_lies_is_named() {
    let garbage = [&SMALL_HEADER[..], b"this is no zstd stream"].concat();
    let named = |payload: &[u8]| decode_first(payload).expect_err("a lie").to_string();
    assert_eq!(named(&garbage), "a screen frame that does not inflate");

    let mut ending = Liar::new(&SMALL_HEADER);
    ending.zstd.write_all(&SMALL_CONTENT).expect("memory");
    let payload = ending.zstd.finish().expect("memory");
    assert_eq!(named(&payload), "a screen frame that ends its generation's stream");

    let mut wide = Liar::new(&SMALL_HEADER);
    wide.zstd.set_parameter(CParameter::WindowLog(24)).expect("zstd");
    assert_eq!(named(&wide.frame(&SMALL_CONTENT)), "a screen frame that does not inflate");
}

#[test]
fn a_broken_generation_stays_broken_and_a_canvas_stays_its_own() {
    let mut canvas = Picture::black(size(1, 1));
    let mut decoder = Decoder::new();
    assert!(matches!(decoder.decode(&[2; 9], &mut canvas), Err(DecodeError::UnknownForm(2))));
    let honest = Liar::new(&SMALL_HEADER).frame(&SMALL_CONTENT);
    assert!(matches!(decoder.decode(&honest, &mut canvas), Err(DecodeError::Broken)));

    let mut liar = Liar::new(&SMALL_HEADER);
    let mut decoder = Decoder::new();
    decoder.decode(&liar.frame(&SMALL_CONTENT), &mut canvas).expect("an honest frame");
    let mut other = Picture::black(size(70, 4));
    let refused = decoder.decode(&liar.frame(&planned(&[0])), &mut other);
    assert!(matches!(refused, Err(DecodeError::OtherCanvas)));
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
    for bit in 5 * 8..first.len() * 8 {
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
