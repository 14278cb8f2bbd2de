//! The slot of one between capture and encoder.
//!
//! Capture paints what changed onto the stage's picture; the encoder copies what has accumulated to its own when the
//! link has room. A *turn* of the screen to another part or size drops what was painted before and begins a generation
//! of frames anew, at most two a second. Both hold the lock only for those copies. Acknowledgements and freezing pass here too, because both
//! decide whether the encoder may take.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use entraide_common::limits;
use entraide_common::screen::{Picture, Rect};
use entraide_common::wire::screen::Drawn;
use tracing::trace;

use super::pace::{Pace, Room};
use crate::desktop::Pixels;

/// More rectangles than this are united into one: comparing a little more is cheaper than keeping lists.
const MOST_RECTANGLES: usize = 64;
/// How long the encoder sleeps when nothing at all happens; any change wakes it.
const NAP: Duration = Duration::from_secs(60);

/// The stage. Shared by the capture thread, the encoder's thread and the task that reads acknowledgements.
#[derive(Debug, Default)]
pub struct Stage {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    picture: Option<Picture>,
    damage: Vec<Rect>,
    captured: Option<Instant>,
    frozen: bool,
    closed: bool,
    /// Turns so far.
    turn: u64,
    /// The turn the encoder is at, and since when.
    taken: Option<(u64, Instant)>,
    /// Generations that the helper has not drawn anything of, and their turns.
    begun: VecDeque<(u32, u64)>,
    pace: Pace,
}

/// What the encoder gets.
#[derive(Debug)]
pub enum Work {
    /// The encoder's picture is up to date; these parts of it are new.
    Encode {
        /// What changed since the encoder last took, or all of it if the size changed.
        damage: Vec<Rect>,
        /// When the oldest of it was captured.
        captured: Instant,
        /// Which turn of the screen it shows.
        turn: u64,
    },
    /// The session needs no more pictures.
    Closed,
}

impl Stage {
    /// Capture: these pixels changed.
    pub fn paint(&self, pixels: &Pixels<'_>, now: Instant) {
        let mut state = self.lock();
        if state.picture.as_ref().is_none_or(|picture| picture.size() != pixels.size) {
            state.picture = Some(Picture::black(pixels.size));
            state.damage = vec![pixels.size.rect()];
        }
        let State { picture: Some(picture), damage, captured, .. } = &mut *state else { return };
        let whole = [pixels.size.rect()];
        let fresh = if pixels.damage.is_empty() { &whole } else { pixels.damage };
        for &rect in fresh {
            let corner = rect.y as usize * pixels.stride + rect.x as usize * 4;
            picture.write_bgrx(rect, pixels.bgrx.get(corner..).unwrap_or_default(), pixels.stride);
        }
        unite(damage, fresh);
        captured.get_or_insert(now);
        drop(state);
        self.changed.notify_all();
        trace!("painted");
    }

    /// Capture: what is painted from now on is another part of the desktop, or has another size. Returns the number by
    /// which [`Stage::drawn`] tells that the helper sees it.
    pub fn turn(&self) -> u64 {
        let mut state = self.lock();
        (state.picture, state.captured) = (None, None);
        state.damage.clear();
        state.turn += 1;
        state.turn
    }

    /// Freezes what leaves the stage; capture goes on painting behind the curtain.
    pub fn freeze(&self, frozen: bool) {
        self.lock().frozen = frozen;
        self.changed.notify_all();
    }

    /// The helper has drawn a frame. Returns the turn, if it is the first of one.
    pub fn drawn(&self, drawn: Drawn, now: Instant) -> Option<u64> {
        let mut state = self.lock();
        state.pace.drawn(drawn, now);
        let mut turn = None;
        while let Some((_, seen)) =
            state.begun.pop_front_if(|(generation, _)| *generation <= drawn.generation)
        {
            turn = Some(seen);
        }
        drop(state);
        self.changed.notify_all();
        turn
    }

    /// Encoder: frames of this generation show that turn.
    pub fn begun(&self, generation: u32, turn: u64) {
        self.lock().begun.push_back((generation, turn));
    }

    /// A frame of so many bytes is ready to go out.
    pub fn encoded(&self, generation: u32, sequence: u64, bytes: usize, now: Instant) {
        self.lock().pace.encoded(generation, sequence, bytes, now);
        trace!(generation, sequence, bytes, "encoded");
    }

    /// What of it may go out.
    pub fn room(&self, now: Instant) -> Room {
        self.lock().pace.room(now)
    }

    /// So many bytes of it went out.
    pub fn written(&self, bytes: usize, now: Instant) {
        self.lock().pace.written(bytes, now);
        self.changed.notify_all();
    }

    /// So many bytes in all came to the helper.
    pub fn taken(&self, bytes: u64, now: Instant) {
        self.lock().pace.taken(bytes, now);
        self.changed.notify_all();
    }

    /// Frames go another way from now on.
    pub fn moved(&self) {
        self.lock().pace.moved();
    }

    /// No more pictures: capture and encoder end.
    pub fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// Whether the stage is closed.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// Encoder: waits until something changed and the link has room, then brings `own` up to date.
    pub fn take(&self, own: &mut Picture) -> Work {
        let mut state = self.lock();
        loop {
            if state.closed {
                return Work::Closed;
            }
            let now = Instant::now();
            let next = state.pace.next(now).map(|from| from.max(state.may_turn(now)));
            let nap = match next {
                Some(from) if !state.damage.is_empty() && !state.frozen && from <= now => {
                    return take_damage(&mut state, own, now);
                }
                Some(from) if !state.damage.is_empty() && !state.frozen => from.duration_since(now),
                _ => NAP,
            };
            state = self.changed.wait_timeout(state, nap).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// From when the picture may be taken, as far as turns are bounded.
    fn may_turn(&self, now: Instant) -> Instant {
        match self.taken {
            Some((turn, since)) if turn != self.turn => since + limits::TURN_PACE,
            _ => now,
        }
    }
}

fn take_damage(state: &mut State, own: &mut Picture, now: Instant) -> Work {
    let mut damage = std::mem::take(&mut state.damage);
    if let Some(picture) = &state.picture {
        if own.size() != picture.size() {
            *own = Picture::black(picture.size());
            damage = vec![picture.size().rect()];
        }
        for &rect in &damage {
            own.copy_rect_from(picture, rect);
        }
    }
    if state.taken.is_none_or(|(turn, _)| turn != state.turn) {
        state.taken = Some((state.turn, now));
    }
    Work::Encode { damage, captured: state.captured.take().unwrap_or(now), turn: state.turn }
}

/// Adds `fresh` to `damage`, dropping what is covered already.
fn unite(damage: &mut Vec<Rect>, fresh: &[Rect]) {
    for &rect in fresh {
        if !damage.iter().any(|old| old.intersection(rect) == Some(rect)) {
            damage.retain(|old| rect.intersection(*old) != Some(*old));
            damage.push(rect);
        }
    }
    if damage.len() > MOST_RECTANGLES {
        let all = damage.iter().copied().reduce(Rect::union);
        damage.clear();
        damage.extend(all);
    }
}
