//! Bytes that are almost a message: cut short, too long, with a length that lies, with a rule broken.

use entraide_common::limits;
use entraide_common::wire::addresses::Addresses;
use entraide_common::wire::control::{ToHelper, ToHost};
use entraide_common::wire::cursor::Cursor;
use entraide_common::wire::film::{Film, FilmAck};
use entraide_common::wire::input::Input;
use entraide_common::wire::pair::Pair;
use entraide_common::wire::screen::Screen;
use entraide_common::wire::{Message, WireError};

use super::Family;

/// Tells every small lie about `bytes`: they end early, or too late, or one byte of them is another.
pub(super) fn tell<M: Family>(message: &M, bytes: &[u8]) {
    for end in 0..bytes.len() {
        assert!(M::decode(&bytes[..end]).is_err(), "{message:?} in its first {end} bytes");
    }
    for more in [0, 1, u8::MAX] {
        assert!(M::decode(&[bytes, &[more]].concat()).is_err(), "{message:?} and {more}");
    }
    for place in 0..bytes.len() {
        let honest = bytes[place];
        // From 251 on bincode's numbers announce two, four, eight and sixteen bytes; the last two are no numbers.
        for lie in
            [0, 1, honest.wrapping_add(1), honest.wrapping_sub(1), 127, 128, 250, 251, 252, 253, 254, 255]
        {
            let mut bytes = bytes.to_vec();
            bytes[place] = lie;
            if let Ok(other) = M::decode(&bytes) {
                assert_eq!(M::decode(&other.encode()), Ok(other), "byte {place} of {message:?} as {lie}");
            }
        }
    }
}

/// A number as bincode writes it.
fn varint(number: u64) -> Vec<u8> {
    bincode::encode_to_vec(number, bincode::config::standard()).expect("a number")
}

/// `before`, a length that lies about the two bytes behind it, those bytes. Always an error, and soon: what is
/// announced is not allocated first.
fn lying_length<M: Family>(before: &[u8]) {
    let lengths = [
        1,
        3,
        250,
        251,
        1 << 16,
        M::LIMIT as u64 - 1,
        M::LIMIT as u64,
        M::LIMIT as u64 + 1,
        1 << 31,
        u64::from(u32::MAX),
        1 << 40,
        1 << 63,
        u64::MAX,
    ];
    for length in lengths {
        let bytes = [before, &varint(length), b"ab"].concat();
        assert!(M::decode(&bytes).is_err(), "{} {before:?} with a length of {length}", M::NAME);
    }
}

#[test]
fn lengths_that_lie() {
    lying_length::<ToHelper>(&[6]);
    lying_length::<ToHelper>(&[8]);
    lying_length::<ToHelper>(&[9, 0]);
    lying_length::<ToHost>(&[4]);
    lying_length::<ToHost>(&[5, 0]);
    lying_length::<Input>(&[1, 0, 1]);
    lying_length::<Screen>(&[1, 0, 0, 0]);
    lying_length::<Screen>(&[3, 0, 0, 0, 1, 0, 0, 0, 64, 64]);
    lying_length::<Film>(&[3, 0, 0]);
    lying_length::<FilmAck>(&[1]);
    lying_length::<Cursor>(&[1, 1, 1, 0, 0]);
    lying_length::<Pair>(&[1, 1]);
    lying_length::<Pair>(&[7]);
    lying_length::<Addresses>(&[1]);
}

fn rule_broken<M: Family>(bytes: &[u8]) {
    assert!(matches!(M::decode(bytes), Err(WireError::Rule { .. })), "{:?}", M::decode(bytes));
}

/// A text of `length` times `character`, behind `before`.
fn text(before: &[u8], character: char, length: usize) -> Vec<u8> {
    let text = String::from(character).repeat(length);
    [before, &varint(text.len() as u64), text.as_bytes()].concat()
}

#[test]
fn texts_end_at_their_bounds() {
    for character in ['a', 'é', '\u{1f600}'] {
        for (before, bound) in [(&[8][..], limits::CHAT_CHARS), (&[9, 0], limits::REASON_CHARS)] {
            assert!(ToHelper::decode(&text(before, character, bound)).is_ok(), "{character} x {bound}");
            rule_broken::<ToHelper>(&text(before, character, bound + 1));
        }
        let typed = &[1, 0, 1];
        assert!(Input::decode(&text(typed, character, limits::INPUT_TEXT_CHARS)).is_ok());
        rule_broken::<Input>(&text(typed, character, limits::INPUT_TEXT_CHARS + 1));
    }
}

#[test]
fn control_characters_and_broken_text_are_refused() {
    for character in ['\0', '\u{7}', '\r', '\u{1b}', '\u{7f}', '\u{9b}'] {
        rule_broken::<ToHelper>(&text(&[8], character, 1));
        rule_broken::<ToHost>(&text(&[4], character, 1));
        rule_broken::<ToHost>(&text(&[5, 0], character, 1));
        rule_broken::<Input>(&text(&[1, 0, 1], character, 1));
    }
    for broken in [&[0xff][..], &[0xc3], &[0xed, 0xa0, 0x80], &[0xc0, 0x80], &[0xf4, 0x90, 0x80, 0x80]] {
        let bytes = [&[4], &varint(broken.len() as u64)[..], broken].concat();
        assert!(matches!(ToHost::decode(&bytes), Err(WireError::Malformed { number: 4, .. })), "{broken:?}");
    }
}

#[test]
fn impossible_films_are_refused() {
    let begin = |width: u64, height: u64| [vec![1, 7, 1], varint(width), varint(height)].concat();
    for (width, height) in [(64, 64), (3_840, 2_160), (2_160, 3_840)] {
        assert!(Film::decode(&begin(width, height)).is_ok(), "{width} x {height}");
    }
    for (width, height) in [(62, 64), (641, 360), (640, 361), (3_842, 2_160), (2_162, 2_162), (0, 0)] {
        rule_broken::<Film>(&begin(width, height));
    }
    rule_broken::<FilmAck>(&[vec![1, 9], vec![1; 9]].concat());
    // Generation, version, with the next frame, a film of number 1; its place, and a bit for each tile.
    let region = |place: [u64; 4], mask: &[u8]| {
        let place = place.map(varint).concat();
        [vec![3, 1, 1, 0, 1, 1], place, varint(mask.len() as u64), mask.to_vec()].concat()
    };
    assert!(Screen::decode(&region([60, 0, 8, 64], &[3])).is_ok());
    rule_broken::<Screen>(&region([60, 0, 8, 64], &[7]));
    rule_broken::<Screen>(&region([60, 0, 8, 64], &[3, 0]));
    rule_broken::<Screen>(&region([60, 0, 8, 64], &[]));
    rule_broken::<Screen>(&region([60, 0, 0, 64], &[]));
    rule_broken::<Screen>(&region([8_190, 0, 4, 4], &[1]));
    rule_broken::<Screen>(&region([u64::from(u32::MAX), 0, 4, 4], &[1]));
}

#[test]
fn impossible_monitors_are_refused() {
    // id, x, y, width, height, scale, primary; numbers with a sign are written in zigzag.
    let monitor = |x: u64, width: u64, scale: u64| {
        [varint(1), varint(x), varint(0), varint(width), varint(1), varint(scale), vec![1]].concat()
    };
    let monitors = |count: u64, one: &[u8]| [vec![6], varint(count), one.repeat(count as usize)].concat();
    assert!(ToHelper::decode(&monitors(16, &monitor(0, 8_192, 100))).is_ok());
    assert!(ToHelper::decode(&monitors(1, &monitor(2 * 9_000, 8_192, 100))).is_ok(), "far to the right");
    rule_broken::<ToHelper>(&monitors(17, &monitor(0, 8_192, 100)));
    for (x, width, scale) in [
        (0, 0, 100),
        (0, 8_193, 100),
        (0, 1, 9),
        (0, 1, 1_001),
        (2 * (1 << 16) + 2, 1, 100),
        (u64::from(u32::MAX), 1, 100),
    ] {
        rule_broken::<ToHelper>(&monitors(1, &monitor(x, width, scale)));
    }
}

#[test]
fn impossible_cursors_are_refused() {
    let cursor = |width: u64, height: u64, hot_x: u64, pixels: usize| {
        let rgba = vec![0; pixels * 4];
        [vec![1], varint(width), varint(height), varint(hot_x), varint(0), varint(rgba.len() as u64), rgba]
            .concat()
    };
    assert!(Cursor::decode(&cursor(256, 256, 255, 65_536)).is_ok());
    for (width, height, hot_x, pixels) in
        [(0, 0, 0, 0), (257, 1, 0, 257), (2, 2, 0, 3), (2, 2, 0, 5), (2, 2, 2, 4)]
    {
        rule_broken::<Cursor>(&cursor(width, height, hot_x, pixels));
    }
    assert!(Cursor::decode(&cursor(u64::from(u32::MAX), u64::from(u32::MAX), 0, 1)).is_err());
}
