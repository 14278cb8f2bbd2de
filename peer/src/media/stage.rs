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
use entraide_common::wire::video::VideoCodec;
use tracing::trace;

use super::budget;
use super::pace::{Pace, Room};
use super::reel::Reel;
use crate::desktop::Pixels;
use crate::video::Budget;

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
    /// How often something was painted since the encoder last took.
    paints: u32,
    frozen: bool,
    closed: bool,
    /// Where the pointer is in the picture.
    pointer: (u32, u32),
    /// Whether the encoder's last work was to refine.
    refined: bool,
    /// Turns so far.
    turn: u64,
    /// The turn the encoder is at, and since when.
    taken: Option<(u64, Instant)>,
    /// Generations that the helper has not drawn anything of, and their turns.
    begun: VecDeque<(u32, u64)>,
    /// The link is another one, and nothing was taken for it yet.
    relinked: bool,
    /// The turn with which that began, and the first generation that is for it.
    link: (u64, u32),
    pace: Pace,
    reel: Reel,
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
        /// Bytes that photographs in it may cost.
        bytes: usize,
        /// How often the screen was painted for it.
        paints: u32,
    },
    /// Make exact what stands still.
    Refine {
        /// What changed and waits to be encoded.
        moving: Vec<Rect>,
        /// Where the pointer is.
        near: (u32, u32),
        /// Bytes that it may cost.
        bytes: usize,
    },
    /// Make the film's next frame.
    Shoot,
    /// The session needs no more pictures.
    Closed,
}

/// What the encoder would do beside encoding what changed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wants {
    /// When something may be refined.
    pub due: Option<Instant>,
    /// Whether a film is behind the screen.
    pub shoot: bool,
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
        state.paints = state.paints.saturating_add(1);
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
        state.paints = 0;
        state.turn += 1;
        state.turn
    }

    /// The link before was cut, and what was under way on it is lost: begins a generation anew, with all pixels.
    pub fn relink(&self, now: Instant) {
        let mut state = self.lock();
        state.turn += 1;
        (state.relinked, state.link) = (true, (state.turn, u32::MAX));
        state.reel = Reel::default();
        state.everything(now);
        drop(state);
        self.changed.notify_all();
    }

    /// Whether a frame of this generation was encoded for a link that was cut.
    #[must_use]
    pub fn is_stale(&self, generation: u32) -> bool {
        generation < self.lock().link.1
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
        let mut state = self.lock();
        let (since, first) = &mut state.link;
        if turn >= *since {
            *first = generation.min(*first);
        }
        state.begun.push_back((generation, turn));
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

    /// What the film's lane knows, changed by `with`.
    pub fn reel<T>(&self, with: impl FnOnce(&mut Reel) -> T) -> T {
        let done = with(&mut self.lock().reel);
        self.changed.notify_all();
        done
    }

    /// The helper plays films so, or not at all: then what is a film now has to be drawn.
    pub fn plays(&self, codec: Option<VideoCodec>, now: Instant) {
        let mut state = self.lock();
        let before = state.reel.codec();
        state.reel.plays(codec);
        if before.is_some() && codec.is_none() {
            state.everything(now);
        }
        drop(state);
        self.changed.notify_all();
    }

    /// What a film's frame of so many pixels may cost, and the bytes that the link carries in a second.
    #[must_use]
    pub fn film_budget(&self, pixels: usize, now: Instant) -> (Budget, usize) {
        let state = self.lock();
        let carried = state.pace.carries(Duration::from_secs(1));
        (state.reel.budget(pixels, carried, now), carried)
    }

    /// What of a film may go out.
    pub fn film_room(&self, now: Instant) -> Room {
        self.lock().pace.film_room(now)
    }

    /// So many bytes of a film went out.
    pub fn film_written(&self, bytes: usize, now: Instant) {
        self.lock().pace.film_written(bytes, now);
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

    /// Capture: the pointer is there.
    pub fn point(&self, x: u32, y: u32) {
        self.lock().pointer = (x, y);
    }

    /// Encoder: waits until the link has room and something changed, in which case it brings `own` up to date, or until
    /// something else that it `wants` may be done. What changed and what is due take turns.
    pub fn take(&self, own: &mut Picture, wants: Wants) -> Work {
        let mut state = self.lock();
        loop {
            if state.closed {
                return Work::Closed;
            }
            let now = Instant::now();
            let [encode, refine, shoot] = state.next(wants, now);
            let is_ready = |from: Option<Instant>| from.is_some_and(|from| from <= now);
            match (is_ready(encode), is_ready(refine)) {
                (true, also) if !also || state.refined => return take_damage(&mut state, own, now),
                (_, true) => return take_rest(&mut state, now),
                _ if is_ready(shoot) => return Work::Shoot,
                _ => {}
            }
            let from = [encode, refine, shoot].into_iter().flatten().min();
            let nap = from.map_or(NAP, |from| from.saturating_duration_since(now));
            state = self.changed.wait_timeout(state, nap).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// All of the picture is to be looked at.
    fn everything(&mut self, now: Instant) {
        if let Some(whole) = self.picture.as_ref().map(|picture| picture.size().rect()) {
            self.damage = vec![whole];
            self.captured.get_or_insert(now);
        }
    }

    /// From when there is a change to take, something to refine, and a film's frame to make, if nothing else happens.
    fn next(&self, wants: Wants, now: Instant) -> [Option<Instant>; 3] {
        // What the pace knows is of the link before.
        let room = if self.relinked { Some(now) } else { self.pace.next(now) };
        let Some(room) = room.filter(|_| !self.frozen) else { return [None; 3] };
        let encode = (!self.damage.is_empty()).then(|| room.max(self.may_turn(now)));
        let is_turning = self.taken.is_none_or(|(turn, _)| turn != self.turn);
        let refine = wants.due.filter(|_| !is_turning).map(|due| room.max(due));
        let shoot = (wants.shoot && !is_turning).then(|| self.reel.next(self.pace.round_trip(), now));
        [encode, refine, shoot.flatten()]
    }

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
    if std::mem::take(&mut state.relinked) {
        state.pace = Pace::default();
    }
    if state.taken.is_none_or(|(turn, _)| turn != state.turn) {
        state.taken = Some((state.turn, now));
    }
    state.refined = false;
    state.pace.begun(now);
    let captured = state.captured.take().unwrap_or(now);
    let paints = std::mem::take(&mut state.paints);
    Work::Encode { damage, captured, turn: state.turn, bytes: state.pace.carries(budget::FRAME_TIME), paints }
}

fn take_rest(state: &mut State, now: Instant) -> Work {
    state.refined = true;
    state.pace.begun(now);
    let bytes = state.pace.carries(budget::REFINEMENT_TIME);
    Work::Refine { moving: state.damage.clone(), near: state.pointer, bytes }
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
