//! What may be shown to a decoder at all.

use entraide_common::limits;
use entraide_common::screen::Size;
use entraide_common::video::h264::{Checker, FrameError};
use proptest::prelude::*;

use super::{BUDGET, open_encoder, stripes};

const SIZE: Size = Size { width: 94, height: 66 };

/// A key frame and what follows it, from an encoder of our own.
fn stream(size: Size, frames: u32) -> Vec<Vec<u8>> {
    let mut encoder = open_encoder(size);
    (0..frames)
        .map(|moment| encoder.encode(&stripes(size, moment), size.rect(), BUDGET, false).expect("a frame"))
        .collect()
}

/// Its units, each with the start code before it.
fn units(frame: &[u8]) -> Vec<&[u8]> {
    let starts: Vec<usize> =
        (0..frame.len()).filter(|&at| frame[at..].starts_with(&[0, 0, 0, 1])).chain([frame.len()]).collect();
    starts.windows(2).map(|ends| &frame[ends[0]..ends[1]]).collect()
}

#[test]
fn an_encoder_of_ours_is_understood() {
    for size in [SIZE, Size { width: 64, height: 64 }, Size { width: 3840, height: 2160 }] {
        let mut checker = Checker::new(size);
        let frames = stream(size, 3);
        for frame in frames.iter().chain([&frames[0]]) {
            assert_eq!(checker.check(frame), Ok(()));
        }
        let kinds: Vec<u8> = units(&frames[0]).iter().map(|unit| unit[4] & 31).collect();
        assert_eq!(kinds, [7, 8, 5]);
    }
}

#[test]
fn what_we_do_not_write_is_refused_by_name() {
    let frames = stream(SIZE, 2);
    let (key, next) = (&frames[0], &frames[1]);
    let [sequence, picture, slice] = units(key)[..] else { panic!("three units") };
    let refused = |frame: &[u8]| Checker::new(SIZE).check(frame).expect_err("it is refused");

    assert_eq!(refused(next), FrameError::NoKey);
    assert_eq!(refused(&[]), FrameError::Start);
    assert_eq!(refused(&key[1..][2..]), FrameError::Start);
    assert_eq!(
        refused(&vec![0; limits::VIDEO_FRAME_BYTES + 1]),
        FrameError::TooLong(limits::VIDEO_FRAME_BYTES + 1)
    );
    assert_eq!(refused(&[sequence, picture].concat()), FrameError::Shape);
    assert_eq!(refused(&[sequence, slice].concat()), FrameError::Shape);
    assert_eq!(refused(&[sequence, picture, slice, slice].concat()), FrameError::Shape);
    assert_eq!(refused(&[sequence, sequence, slice].concat()), FrameError::Shape);
    assert_eq!(refused(&[key, next.as_slice()].concat()), FrameError::Shape);
    assert_eq!(Checker::new(Size { width: 96, height: 66 }).check(key), Err(FrameError::Size));

    let with = |at: usize, byte: u8| {
        let mut frame = key.clone();
        frame[at] = byte;
        refused(&frame)
    };
    assert_eq!(with(4, 0x67 | 0x80), FrameError::Damaged(7), "the forbidden bit");
    assert_eq!(with(4, 0x07), FrameError::Damaged(7), "of no importance");
    assert_eq!(with(4, 0x66), FrameError::Shape, "a message of its own");
    assert_eq!(with(5, 100), FrameError::Refused("another profile"));
    assert_eq!(with(6, 0), FrameError::Refused("another profile"), "not the constrained one");
    assert_eq!(with(7, 60), FrameError::Refused("a level over 5.2"));
}

#[test]
fn other_parameter_sets_end_the_stream() {
    let [first, other] = [SIZE, Size { width: 96, height: 66 }].map(|size| stream(size, 1).remove(0));
    let mut checker = Checker::new(SIZE);
    assert_eq!(checker.check(&first), Ok(()));
    assert_eq!(checker.check(&other), Err(FrameError::Size));
    // Another level is another set, though all that is looked at besides is the same.
    let mut lower = first.clone();
    lower[7] -= 1;
    assert_eq!(Checker::new(SIZE).check(&lower), Ok(()), "by itself it would do");
    assert_eq!(checker.check(&lower), Err(FrameError::Changed));
    assert_eq!(checker.check(&first), Ok(()));
}

proptest! {
    #[test]
    fn nothing_overwhelms_it(frame in prop::collection::vec(prop_oneof![Just(0_u8), Just(1), Just(3), any::<u8>()], 0..200)) {
        let _ = Checker::new(SIZE).check(&frame);
        let started = [&[0, 0, 0, 1, 0x67, 66, 0xc0, 52][..], &frame].concat();
        prop_assert!(Checker::new(SIZE).check(&started).is_err());
    }

    #[test]
    fn no_parameter_set_changes_by_a_bit(bit in 0_usize..200, cut in 0_usize..60) {
        let key = stream(SIZE, 1).remove(0);
        let sets = key.len() - units(&key)[2].len();
        let mut checker = Checker::new(SIZE);
        prop_assert_eq!(checker.check(&key), Ok(()));
        let mut changed = key.clone();
        changed[bit / 8 % sets] ^= 1 << (bit % 8);
        prop_assert!(checker.check(&changed).is_err());
        prop_assert!(checker.check(&key[..cut.min(sets)]).is_err());
        prop_assert_eq!(checker.check(&key), Ok(()));
    }
}
