//! When another frame may be encoded, and how fast its bytes go out: the link's queue stays short because nothing is
//! sent into one that grows.
//!
//! Whatever waits in a queue, the sender's own or a router's, delays the cursor, the control stream and all else that
//! goes the same way. So the bytes under way are bounded by a *window*, and within it they go out evenly in pieces,
//! not in bursts. The helper acknowledges each piece when it comes ([`Pace::taken`]); how much longer that took than
//! the shortest round trip seen lately is the queue. Once a round, a round trip and a half, the window changes by the ratio of the round
//! trip that is wanted, the shortest and [`TARGET`], to the one that was: it settles where the queue is [`TARGET`]
//! long, whatever the rate of the link (compare FAST TCP, Jin, Wei and Low 2004, and Copa, Arun and Balakrishnan
//! 2018). It grows only when it was what held the bytes back, and faster for each round trip that shows no queue.
//!
//! A window that has grown is felt late: the first byte beyond what the link carries makes no queue yet. So a round goes
//! on for half a window after the first acknowledgement of what was sent in it, unless that shows a queue at once; and
//! when a queue follows growth, the window becomes what it was before.
//!
//! Standing bytes would in time pass for a longer path. Every [`MEMORY`] the window is halved for one round trip, and
//! what is measured then is the path.
//!
//! A frame is encoded when the one before has gone out, the window has room, and the helper draws what it gets
//! ([`Pace::drawn`]); or so much earlier as encoding takes: otherwise the link would lie idle meanwhile, the window would
//! never be what holds bytes back, and it would stay small. On a slow link that happens less often. How much a frame may cost is asked of [`Pace::carries`].
//!
//! The helper is not trusted. What it says it took is at most what was sent, saying it twice changes nothing, and the
//! window has a largest size: a liar gains no more of the host's memory than that, and spoils its own link only.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use entraide_common::wire::screen::Drawn;

/// Frames need not come faster than eyes and screens follow.
const SHORTEST_INTERVAL: Duration = Duration::from_micros(16_600);
/// What drawing may take beyond one and a half round trips: it has its own clock on the helper's side.
const DRAWING: Duration = Duration::from_millis(20);
/// Until a first acknowledgement came: a guess at a far away helper.
const FIRST_ROUND_TRIP: Duration = Duration::from_millis(100);
/// The shortest round trip is forgotten after this long, since paths change.
const MEMORY: Duration = Duration::from_secs(10);
/// The queue that is wanted on a link that is not slow: enough that the link is never without work, too short to be felt.
const TARGET: Duration = Duration::from_millis(8);
/// A frame is not encoded longer than this before it can go out: it would show what is over.
const MOST_ENCODING: Duration = Duration::from_millis(50);
/// The least window, bytes: three packets. Less would stop and go even on the slowest link.
const LEAST_WINDOW: u64 = 3_600;
/// The first window, bytes: a tenth of a second on 1 Mbit/s.
const FIRST_WINDOW: u64 = 12_000;
/// The largest window, bytes: 200 Mbit/s with a round trip of 150 ms.
const LARGEST_WINDOW: u64 = 4 << 20;
/// Pieces have so many bytes: a packet at least; at most what other streams may well wait for on a fast link.
const PIECE: (u64, u64) = (1_150, 16_384);
/// A piece takes about this long to go out.
const PIECE_TIME: Duration = Duration::from_millis(4);
/// So many doublings of its growth bring any window to its fastest growth.
const MOST_DOUBLINGS: u32 = 8;
/// The window grows in one round by this share of itself at most.
const FASTEST_GROWTH: f64 = 0.6;

/// The picture's bytes and frames under way.
#[derive(Debug)]
pub struct Pace {
    frames: VecDeque<Flying>,
    pieces: VecDeque<Piece>,
    /// Bytes of all frames so far, of those that went out, and of those that came.
    encoded: u64,
    written: u64,
    taken: u64,
    last_frame: Option<Instant>,
    /// Since when a frame is being encoded, and how long the last one took.
    begun: Option<Instant>,
    encoding: Duration,
    /// From when the next piece may go out.
    next_piece: Option<Instant>,
    window: u64,
    path: Shortest,
    /// The same to drawing.
    drawing: Shortest,
    round: Round,
    /// How often growth has doubled: once for each round trip without a queue.
    doublings: u32,
}

/// What the link has room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// For so many bytes now.
    Now(usize),
    /// For more from then on.
    From(Instant),
    /// For nothing before an acknowledgement.
    Full,
}

#[derive(Debug, Clone, Copy)]
struct Flying {
    generation: u32,
    sequence: u64,
    /// Bytes of all frames up to its end.
    end: u64,
    /// When its last byte went out.
    gone: Option<Instant>,
}

#[derive(Debug, Clone, Copy)]
struct Piece {
    end: u64,
    gone: Instant,
}

/// What is seen between one change of the window and the next.
#[derive(Debug, Default)]
struct Round {
    /// It shows a queue by bytes beyond these, and ends then;
    from: u64,
    /// or else when bytes beyond these are acknowledged.
    until: u64,
    shortest: Option<Duration>,
    /// The most bytes under way at once.
    most: u64,
    /// The window before it grew, if it did: it made no queue.
    smaller: Option<u64>,
    /// Whether the window held bytes back.
    limited: bool,
    /// Whether the window is halved to see the path without a queue.
    draining: bool,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            frames: VecDeque::new(),
            pieces: VecDeque::new(),
            encoded: 0,
            written: 0,
            taken: 0,
            last_frame: None,
            begun: None,
            encoding: Duration::ZERO,
            next_piece: None,
            window: FIRST_WINDOW,
            path: Shortest::default(),
            drawing: Shortest::default(),
            round: Round::default(),
            doublings: MOST_DOUBLINGS,
        }
    }
}

impl Pace {
    /// From when a frame may be encoded, if nothing else happens: `None` means not before something went out or was
    /// acknowledged.
    #[must_use]
    pub fn next(&self, now: Instant) -> Option<Instant> {
        let gone = self.frames.front().and_then(|oldest| oldest.gone);
        let drawing = self.drawing.get().unwrap_or(FIRST_ROUND_TRIP) * 3 / 2 + DRAWING;
        let late = gone.is_some_and(|gone| now.duration_since(gone) > drawing);
        let busy = self.behind() > self.carries(self.encoding) as u64;
        let interval = self.last_frame.map_or(now, |last| last + SHORTEST_INTERVAL);
        (!late && !busy).then_some(interval)
    }

    /// Bytes that the link carries in that time, as far as is known: little is at the beginning, and after a while in
    /// which there was little to send.
    #[must_use]
    pub fn carries(&self, time: Duration) -> usize {
        let rate = self.window as f64 / (self.base() + self.target()).as_secs_f64();
        (rate * time.as_secs_f64()) as usize
    }

    /// A frame is being encoded from now on.
    pub fn begun(&mut self, now: Instant) {
        self.begun = Some(now);
    }

    /// A frame of so many bytes is ready to go out.
    pub fn encoded(&mut self, generation: u32, sequence: u64, bytes: usize, now: Instant) {
        self.encoded += bytes as u64;
        self.frames.push_back(Flying { generation, sequence, end: self.encoded, gone: None });
        let begun = self.begun.take().unwrap_or(now);
        self.last_frame = Some(begun);
        self.encoding = now.duration_since(begun).min(MOST_ENCODING);
    }

    /// What may go out of the frame that is ready.
    #[must_use]
    pub fn room(&mut self, now: Instant) -> Room {
        if self.in_flight() >= self.allowed() {
            self.round.limited = true;
            return Room::Full;
        }
        match self.next_piece {
            Some(next) if next > now => Room::From(next),
            _ => Room::Now(usize::try_from(self.piece()).unwrap_or(usize::MAX)),
        }
    }

    /// So many bytes of it went out.
    pub fn written(&mut self, bytes: usize, now: Instant) {
        self.written = (self.written + bytes as u64).min(self.encoded);
        self.pieces.push_back(Piece { end: self.written, gone: now });
        self.round.most = self.round.most.max(self.in_flight());
        for frame in self.frames.iter_mut().filter(|frame| frame.end <= self.written) {
            frame.gone.get_or_insert(now);
        }
        let time = self.base().mul_f64(bytes as f64 / self.window as f64);
        // A timer that fires late is made up for, as far as a piece.
        let from = self.next_piece.map_or(now, |next| next.max(now.checked_sub(PIECE_TIME).unwrap_or(now)));
        self.next_piece = Some(from + time);
    }

    /// The same for the bytes of a film: nothing while a frame waits to go out.
    #[must_use]
    pub fn film_room(&mut self, now: Instant) -> Room {
        if self.encoded > self.written { Room::Full } else { self.room(now) }
    }

    /// So many bytes of a film went out.
    pub fn film_written(&mut self, bytes: usize, now: Instant) {
        // They overtook what has not gone out yet.
        self.encoded += bytes as u64;
        for frame in self.frames.iter_mut().filter(|frame| frame.gone.is_none()) {
            frame.end += bytes as u64;
        }
        self.written(bytes, now);
    }

    /// The shortest round trip that was seen lately, or a guess.
    #[must_use]
    pub fn round_trip(&self) -> Duration {
        self.base()
    }

    /// The helper has so many bytes in all.
    pub fn taken(&mut self, bytes: u64, now: Instant) {
        if bytes > self.written || bytes <= self.taken {
            return;
        }
        self.taken = bytes;
        while let Some(piece) = self.pieces.pop_front_if(|piece| piece.end <= bytes) {
            let round_trip = now.duration_since(piece.gone);
            self.path.measured(round_trip, now);
            let is_late = round_trip > self.base() + self.target();
            if piece.end > self.round.until || piece.end > self.round.from && is_late {
                let shortest = self.round.shortest.map_or(round_trip, |other| other.min(round_trip));
                self.round.shortest = Some(shortest);
            }
        }
        if let Some(round_trip) = self.round.shortest {
            self.round_ends(round_trip, now);
        }
    }

    /// The helper has drawn a frame, and with it all before it.
    pub fn drawn(&mut self, drawn: Drawn, now: Instant) {
        let up_to = (drawn.generation, drawn.sequence);
        while let Some(frame) = self
            .frames
            .pop_front_if(|frame| frame.gone.is_some() && (frame.generation, frame.sequence) <= up_to)
        {
            if let Some(gone) = frame.gone
                && (frame.generation, frame.sequence) == up_to
            {
                self.drawing.measured(now.duration_since(gone), now);
            }
        }
    }

    /// The bytes take another path from now on.
    pub fn moved(&mut self) {
        self.path = Shortest::default();
        self.drawing = Shortest::default();
        self.doublings = MOST_DOUBLINGS;
    }

    /// Bytes that went out and have not been acknowledged.
    #[must_use]
    pub fn in_flight(&self) -> u64 {
        self.written - self.taken
    }

    /// Bytes that have to go out or be acknowledged before the first of another frame may go out; at least one while
    /// there is no room.
    fn behind(&self) -> u64 {
        let waiting = self.encoded - self.written;
        let without_room = (self.encoded - self.taken + 1).saturating_sub(self.allowed());
        waiting.max(without_room)
    }

    fn round_ends(&mut self, round_trip: Duration, now: Instant) {
        let (base, limited) = (self.base(), self.round.limited);
        let was_draining = self.round.draining;
        let queue = round_trip.saturating_sub(base);
        let ratio = (base + self.target()).as_secs_f64() / round_trip.as_secs_f64().max(1e-6);
        self.doublings = match queue {
            _ if queue > self.target() / 2 => 0,
            _ if limited && !was_draining => (self.doublings + 1).min(MOST_DOUBLINGS),
            _ => self.doublings,
        };
        let before = self.window;
        if ratio < 1.0 {
            // A queue beside a few bytes of ours is somebody else's, or a helper's that is slow to say what came.
            if self.round.most > self.window / 2 {
                self.resize(ratio);
                self.window = self.round.smaller.map_or(self.window, |smaller| smaller.min(self.window));
            }
        } else if limited && !was_draining {
            let growth = (ratio - 1.0) * f64::from(1_u32 << self.doublings);
            self.resize(1.0 + growth.min(FASTEST_GROWTH));
        }
        let smaller = (self.window > before).then_some(before);
        let draining = !was_draining && self.path.is_old(now);
        if was_draining {
            self.path.renew(round_trip, now);
        }
        self.round = Round { from: self.written, smaller, draining, ..Round::default() };
        self.round.until = self.written + self.allowed() / 2;
    }

    fn resize(&mut self, factor: f64) {
        self.window = ((self.window as f64 * factor) as u64).clamp(LEAST_WINDOW, LARGEST_WINDOW);
    }

    /// Bytes that may be under way.
    fn allowed(&self) -> u64 {
        if self.round.draining { (self.window / 2).max(LEAST_WINDOW / 2) } else { self.window }
    }

    fn piece(&self) -> u64 {
        let share = PIECE_TIME.as_secs_f64() / (self.base() + TARGET).as_secs_f64();
        ((self.window as f64 * share) as u64).clamp(PIECE.0, PIECE.1)
    }

    /// The queue that is wanted: on a slow link what one and a half pieces take, since a piece that goes out makes a
    /// queue of itself.
    fn target(&self) -> Duration {
        TARGET.max(self.base().mul_f64(1.5 * PIECE.0 as f64 / self.window as f64))
    }

    fn base(&self) -> Duration {
        self.path.get().unwrap_or(FIRST_ROUND_TRIP)
    }
}

/// The shortest of the times measured lately.
#[derive(Debug, Default)]
struct Shortest(Option<(Duration, Instant)>);

impl Shortest {
    fn get(&self) -> Option<Duration> {
        self.0.map(|(shortest, _)| shortest)
    }

    fn measured(&mut self, time: Duration, now: Instant) {
        // Twice: old enough to be asked for again, and so old that nothing else came.
        let stands =
            self.0.is_some_and(|(shortest, at)| shortest < time && now.duration_since(at) < 2 * MEMORY);
        if !stands {
            self.renew(time, now);
        }
    }

    fn renew(&mut self, time: Duration, now: Instant) {
        self.0 = Some((time, now));
    }

    fn is_old(&self, now: Instant) -> bool {
        self.0.is_some_and(|(_, at)| now.duration_since(at) > MEMORY)
    }
}
