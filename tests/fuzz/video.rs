//! What fuzzing does to the doorkeeper of video decoders; otherwise as in `screen.rs`.

use entraide_common::screen::Size;
use entraide_common::video::h264::Checker;

/// A stream: two bytes for its size, and then each frame with its length before it. Whatever is let through has one of
/// two shapes, and no parameter sets but the first.
pub(crate) fn units(bytes: &[u8]) {
    let Some((&[width, height], mut rest)) = bytes.split_first_chunk() else { return };
    let size = Size { width: u32::from(width) * 2 + 64, height: u32::from(height) * 2 + 64 };
    let mut checker = Checker::new(size);
    let mut sets: Option<Vec<Vec<u8>>> = None;
    while let Some((&length, after)) = rest.split_first_chunk() {
        let length = usize::from(u16::from_le_bytes(length)).min(after.len());
        let (frame, after) = after.split_at(length);
        rest = after;
        if checker.check(frame).is_err() {
            continue;
        }
        let mut units = split(frame);
        let kinds: Vec<u8> = units.iter().map(|unit| unit[0] & 31).collect();
        let slice = units.pop().expect("a frame has a slice");
        // The first bit of a slice's header: it begins with the first macroblock.
        assert!(slice[1] & 0x80 != 0, "not the whole picture");
        if kinds == [1] {
            assert!(sets.is_some(), "there was no key frame");
        } else {
            assert_eq!(kinds, [7, 8, 5]);
            assert_eq!(*sets.get_or_insert_with(|| units.clone()), units, "other parameter sets");
        }
    }
}

/// What stands between start codes, found in another way than there.
fn split(frame: &[u8]) -> Vec<Vec<u8>> {
    let mut units: Vec<Vec<u8>> = Vec::new();
    let mut zeros = 0;
    for &byte in frame {
        match (zeros, byte) {
            (2.., 1) => units.push(Vec::new()),
            _ => units.last_mut().into_iter().for_each(|unit| unit.push(byte)),
        }
        zeros = if byte == 0 { zeros + 1 } else { 0 };
    }
    for unit in &mut units {
        while unit.last() == Some(&0) {
            unit.pop();
        }
    }
    units
}
