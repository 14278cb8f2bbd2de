//! How true photographs may be for the bytes there are.

use entraide::media::budget::{refined, tolerance};
use entraide_common::screen::Tolerance;

#[test]
fn more_bytes_never_make_a_photograph_less_true() {
    for pixels in [1, 1000, 50_000, 230_400, 2_073_600, usize::MAX] {
        let bytes = (0..64).map(|power| 1_usize << power);
        let tolerances: Vec<Tolerance> = bytes.map(|bytes| tolerance(pixels, bytes)).collect();
        assert!(tolerances.is_sorted_by(|less, more| less >= more), "{pixels} pixels: {tolerances:?}");
    }
}

#[test]
fn a_link_that_carries_it_all_shows_it_all_exactly() {
    assert_eq!(tolerance(0, 0), Tolerance::EXACT);
    assert_eq!(tolerance(230_400, 1_000_000), Tolerance::EXACT);
    assert_eq!(tolerance(230_400, 0), Tolerance::MOST);
    // A film of 640 x 360 on 100 Mbit/s, for a sixtieth of a second.
    let between = tolerance(230_400, 207_000);
    assert!(between > Tolerance::EXACT && between < Tolerance::MOST, "{between:?}");
}

#[test]
fn what_is_made_exact_at_a_time_is_bounded_by_the_link_and_by_the_processor() {
    assert_eq!(refined(0), 0);
    assert!((2_000..8_000).contains(&refined(3_125)), "25 ms of 1 Mbit/s");
    assert!(refined(usize::MAX) < 1920 * 1080 / 10, "whoever presses a key does not wait for a whole screen");
}
