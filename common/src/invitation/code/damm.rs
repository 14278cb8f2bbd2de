//! Damm's check digit: H. Michael Damm, "Total anti-symmetrische Quasigruppen", Marburg 2004.
//!
//! Digits are folded through a quasigroup of order ten: `interim = TABLE[interim][digit]`, from 0. The diagonal
//! is zero, so the check digit is the interim itself, and a number with its check digit folds to 0. Since the
//! quasigroup is totally anti-symmetric, one changed digit or two swapped neighbours never fold to the same.
//! Leading zeros fold to 0 and therefore do not matter.

/// The quasigroup of Damm's thesis (page 111).
const TABLE: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

/// The check digit of `digits`, each 0 to 9.
pub(super) fn digit(digits: impl IntoIterator<Item = u8>) -> u8 {
    digits.into_iter().fold(0, |interim, digit| TABLE[usize::from(interim)][usize::from(digit)])
}

/// Whether `digits`, the check digit last, belong together.
pub(super) fn checks(digits: &[u8]) -> bool {
    digit(digits.iter().copied()) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_example_has_check_digit_four() {
        assert_eq!(digit([5, 7, 2]), 4);
        assert!(checks(&[5, 7, 2, 4]));
    }

    #[test]
    fn the_quasigroup_is_totally_anti_symmetric() {
        for c in 0..10 {
            for x in 0..10 {
                for y in (0..10).filter(|&y| y != x) {
                    assert_ne!(digit([c, x]), digit([c, y]));
                    assert_ne!(
                        TABLE[usize::from(TABLE[c as usize][x as usize])][y as usize],
                        TABLE[usize::from(TABLE[c as usize][y as usize])][x as usize]
                    );
                }
            }
        }
    }
}
