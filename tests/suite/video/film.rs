//! What is encoded and decoded again.

use std::time::{Duration, Instant};

use entraide::video::{Budget, EncodeError, codecs, encoder};
use entraide_common::screen::{Picture, Rect, Size};
use entraide_common::video::fits;
use entraide_common::wire::video::VideoCodec;

use super::{BUDGET, Program, RATE, REGION, fidelity, film, open_encoder, stripes};

const SIZE: Size = Size { width: REGION.width, height: REGION.height };

#[test]
fn a_film_is_a_film_at_the_other_side() {
    let program = Program::new();
    let (mut encoder, mut decoder) = (open_encoder(SIZE), program.open(SIZE));
    let mut shown = Picture::black(SIZE);
    let (mut bytes, mut worst, mut spent) = (0, f64::MAX, [Vec::new(), Vec::new()]);
    let pictures = film(90);
    for (number, picture) in pictures.iter().enumerate() {
        let begun = Instant::now();
        let frame = encoder.encode(picture, REGION, BUDGET, false).expect("a frame");
        let encoded = Instant::now();
        decoder.decode(&frame, &mut shown).expect("it is drawn");
        spent[0].push(encoded - begun);
        spent[1].push(encoded.elapsed());
        bytes += frame.len();
        // Reckoning that takes longer than all the rest.
        if number % 5 == 0 {
            worst = fidelity(picture, REGION, &shown).min(worst);
        }
    }
    let [encoding, decoding] = spent.map(|mut times| {
        times.sort();
        times[times.len() / 2]
    });
    println!(
        "656 x 376: {worst:.1} dB at worst, {bytes} bytes, encoded in {encoding:?}, drawn in {decoding:?}"
    );
    assert!(worst >= 33.0, "{worst} dB");
    let allowed = RATE as usize / 8 * pictures.len() * 33 / 1000;
    assert!(
        (allowed * 7 / 10..=allowed * 12 / 10).contains(&bytes),
        "{bytes} bytes where {allowed} were allowed"
    );
}

#[test]
fn frames_follow_the_budget_as_it_changes() {
    let mut encoder = open_encoder(SIZE);
    let pictures = film(160);
    let mut sizes = Vec::new();
    for (number, picture) in pictures.iter().enumerate() {
        let bits_per_second = [1_200_000, 300_000, 1_800_000, 600_000][number / 40];
        let budget = Budget { bits_per_second, ..BUDGET };
        sizes.push(encoder.encode(picture, REGION, budget, false).expect("a frame").len());
    }
    for (part, bits_per_second) in [(0, 1_200_000), (1, 300_000), (2, 1_800_000), (3, 600_000)] {
        // Each second but its first third, in which what was owed is repaid and a new coarseness found.
        let sizes = &sizes[part * 40 + 14..part * 40 + 40];
        let bytes: usize = sizes.iter().sum();
        let allowed = bits_per_second / 8 * 33 / 1000 * sizes.len();
        assert!(
            (allowed / 2..=allowed * 13 / 10).contains(&bytes),
            "{bytes} bytes at {bits_per_second} bits a second, where {allowed} were allowed: {sizes:?}"
        );
    }
}

#[test]
fn half_as_many_frames_may_be_twice_as_large() {
    let mean = |since_last| {
        let mut encoder = open_encoder(SIZE);
        let budget = Budget { bits_per_second: 600_000, since_last };
        let sizes = film(60)
            .into_iter()
            .map(|picture| encoder.encode(&picture, REGION, budget, false).expect("a frame").len());
        sizes.skip(20).sum::<usize>() / 40
    };
    let (often, seldom) = (mean(Duration::from_millis(33)), mean(Duration::from_millis(66)));
    assert!((often * 3 / 2..often * 5 / 2).contains(&seldom), "{often} and {seldom} bytes");
}

#[test]
fn after_a_frame_was_lost_a_fresh_one_heals() {
    let program = Program::new();
    let (mut encoder, mut decoder) = (open_encoder(SIZE), program.open(SIZE));
    let mut shown = Picture::black(SIZE);
    let pictures = film(12);
    for (number, picture) in pictures.iter().enumerate() {
        let fresh = number == 6;
        let frame = encoder.encode(picture, REGION, BUDGET, fresh).expect("a frame");
        if number == 5 {
            continue;
        }
        // A fresh frame suits a decoder that saw others, and one that saw none.
        if fresh {
            let mut other = Picture::black(SIZE);
            program.open(SIZE).decode(&frame, &mut other).expect("it needs nothing before it");
            decoder.decode(&frame, &mut shown).expect("nor does it mind");
            assert!(other == shown);
        } else {
            decoder.decode(&frame, &mut shown).expect("it is drawn");
        }
        let fidelity = fidelity(picture, REGION, &shown);
        assert!(fidelity >= 33.0, "{fidelity} dB in frame {number} of {} bytes", frame.len());
    }
}

#[test]
fn the_largest_and_the_smallest_pictures_go_through() {
    let program = Program::new();
    for (width, height) in [(64, 64), (66, 382), (1918, 1078), (2160, 3840)] {
        let size = Size { width, height };
        let (mut encoder, mut decoder) = (open_encoder(size), program.open(size));
        let mut shown = Picture::black(size);
        for moment in 0..3 {
            let picture = stripes(size, moment);
            let budget = Budget { bits_per_second: 40_000_000, ..BUDGET };
            let frame = encoder.encode(&picture, size.rect(), budget, false).expect("a frame");
            decoder.decode(&frame, &mut shown).expect("it is drawn");
            let fidelity = fidelity(&picture, size.rect(), &shown);
            assert!(fidelity >= 28.0, "{fidelity} dB at {size:?}");
        }
    }
}

#[test]
fn other_sizes_are_refused() {
    assert_eq!(codecs(), [VideoCodec::H264]);
    for (width, height) in [(62, 64), (65, 64), (64, 65), (3842, 64), (2162, 2162), (0, 0)] {
        let size = Size { width, height };
        assert!(!fits(size));
        assert!(encoder(VideoCodec::H264, size).is_err());
    }
    let mut encoder = open_encoder(SIZE);
    let picture = stripes(Size { width: 700, height: 400 }, 0);
    for rect in [Rect { x: 100, ..REGION }, Rect { width: 640, ..REGION }] {
        let refused = encoder.encode(&picture, rect, BUDGET, false);
        assert!(matches!(refused, Err(EncodeError::Rect { .. })));
    }
    let rect = Rect { x: 2, y: 3, ..REGION };
    encoder.encode(&picture, rect, BUDGET, false).expect("nothing is lost by asking for nonsense");
}
