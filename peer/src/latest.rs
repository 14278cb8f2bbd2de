//! A slot of one between two threads: what is new replaces or joins what is old, so that a slow reader never
//! makes a queue.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The slot. Shared by reference or `Arc`.
#[derive(Debug)]
pub struct Latest<T> {
    slot: Mutex<Slot<T>>,
    filled: Condvar,
}

#[derive(Debug)]
struct Slot<T> {
    value: Option<T>,
    closed: bool,
}

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self { value: None, closed: false }
    }
}

/// What came out of the slot.
#[derive(Debug, PartialEq, Eq)]
pub enum Taken<T> {
    /// A value; the slot is empty now.
    Value(T),
    /// Nothing in the time given.
    Nothing,
    /// The slot is closed and empty.
    Closed,
}

impl<T> Latest<T> {
    /// An empty slot.
    #[must_use]
    pub fn new() -> Self {
        Self { slot: Mutex::default(), filled: Condvar::new() }
    }

    /// Puts a value, replacing what nobody took.
    pub fn put(&self, value: T) {
        self.join(|_| value);
    }

    /// Puts what `join` makes of the value that nobody took.
    pub fn join(&self, join: impl FnOnce(Option<T>) -> T) {
        let mut slot = self.lock();
        let old = slot.value.take();
        slot.value = Some(join(old));
        self.filled.notify_one();
    }

    /// Takes the value if there is one.
    pub fn take(&self) -> Taken<T> {
        self.wait(Duration::ZERO)
    }

    /// Takes the value, waiting for it; nothing once the slot is closed and empty.
    pub fn next(&self) -> Option<T> {
        let mut slot = self.lock();
        loop {
            let value = slot.value.take();
            if value.is_some() || slot.closed {
                return value;
            }
            slot = self.filled.wait(slot).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes the value, waiting for it up to `timeout`.
    pub fn wait(&self, timeout: Duration) -> Taken<T> {
        let until = Instant::now() + timeout;
        let mut slot = self.lock();
        loop {
            if let Some(value) = slot.value.take() {
                return Taken::Value(value);
            }
            if slot.closed {
                return Taken::Closed;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Taken::Nothing;
            }
            slot = self.filled.wait_timeout(slot, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Closes the slot: readers get what is left in it, then [`Taken::Closed`].
    pub fn close(&self) {
        self.lock().closed = true;
        self.filled.notify_all();
    }

    /// A panic of the other thread leaves the slot whole: values move in and out in one step.
    fn lock(&self) -> MutexGuard<'_, Slot<T>> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
