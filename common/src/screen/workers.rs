//! Two processors at once, for large pictures: on a smaller one a frame is done before it would be worth it.

use std::thread;

use super::Size;

/// For a picture of more pixels one processor takes longer than it stays on the screen.
const ONE_WORKER: usize = 2560 * 1440;

/// Whether two work on a picture of `size`.
pub(super) fn are_two(size: Size) -> bool {
    size.area() > ONE_WORKER
}

/// What `work` makes of each half of `items`, one after the other.
pub(super) fn halves<T: Sync, R: Send>(items: &[T], work: impl Fn(&[T]) -> Vec<R> + Sync) -> Vec<R> {
    let (first, second) = items.split_at(items.len() / 2);
    let (mut all, rest) = both(|| work(first), || work(second));
    all.extend(rest);
    all
}

/// Does both, the second on a thread of its own, and waits for both.
pub(super) fn both<A, B: Send>(one: impl FnOnce() -> A, other: impl FnOnce() -> B + Send) -> (A, B) {
    thread::scope(|scope| {
        let other = scope.spawn(other);
        let one = one();
        let other = other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        (one, other)
    })
}
