//! Two processors at once, for large pictures: on a smaller one a frame is done before it would be worth it.

use super::Size;

/// For a picture of more pixels one processor takes longer than it stays on the screen.
const ONE_WORKER: usize = 2560 * 1440;

/// With fewer tiles to look at, one processor is as fast as two.
const TILES_FOR_TWO: usize = 128;

/// Whether two work on a picture of `size`.
pub(super) fn are_two(size: Size) -> bool {
    size.area() > ONE_WORKER
}

/// What `work` makes of `items`, in which there are so many tiles of a picture of `size`: of all of them, or of each half, one
/// after the other.
pub(super) fn shared<T: Sync, R: Send>(
    size: Size,
    tiles: usize,
    items: &[T],
    work: impl Fn(&[T]) -> Vec<R> + Sync,
) -> Vec<R> {
    if !are_two(size) || tiles < TILES_FOR_TWO {
        return work(items);
    }
    let (first, second) = items.split_at(items.len() / 2);
    let (mut all, rest) = both(|| work(first), || work(second));
    all.extend(rest);
    all
}

/// Does both at once: the one here, the other wherever there is a processor. `rayon::join` would move both elsewhere, and
/// two threads take longer to wake than one.
pub(super) fn both<A, B: Send>(one: impl FnOnce() -> A, other: impl FnOnce() -> B + Send) -> (A, B) {
    let mut done = None;
    let here = rayon::in_place_scope(|scope| {
        scope.spawn(|_| done = Some(other()));
        one()
    });
    (here, done.expect("a scope waits for all that it spawned"))
}
