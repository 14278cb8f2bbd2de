//! The pace in virtual time: a picture that changes without end, a link with a rate and a queue, and helpers who
//! stall or lie.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use entraide::media::pace::{Pace, Room};
use entraide_common::wire::screen::Drawn;

/// Links of the goals: Mbit/s, and milliseconds there and back.
const RATES: [u64; 4] = [1, 5, 20, 100];
const ROUND_TRIPS: [u64; 3] = [10, 40, 150];
/// What a packet has beside the piece it carries.
const OVERHEAD: u64 = 80;
/// What a host has under way at most, and a piece.
const LARGEST: u64 = (4 << 20) + 16_384;
/// The step of the clock.
const TICK: Duration = Duration::from_micros(250);

/// A host that paces, a link, a helper.
struct World {
    pace: Pace,
    now: Instant,
    begin: Instant,
    rate: u64,
    round_trip: Duration,
    frame: usize,
    /// What encoding one takes, and until when one is being encoded.
    encoding: Duration,
    encoded: Option<Instant>,
    /// Bytes of the frame that is going out.
    left: usize,
    sequence: u64,
    /// The bottleneck is busy until then.
    busy: Instant,
    /// What will be acknowledged, and when.
    acks: VecDeque<(Instant, Ack)>,
    sent: u64,
    helper: Helper,
    /// How long whatever was sent in each tick would have waited, and what was under way.
    waits: Vec<Duration>,
    most_in_flight: u64,
}

#[derive(Debug, Clone, Copy)]
enum Ack {
    Taken(u64),
    Drawn(u64),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Helper {
    Honest,
    Stalled,
    /// Says twice, and before it can know, that everything came.
    Boasting,
    /// Says that everything came as soon as it went.
    Guessing,
    /// Says things in another order.
    Confused,
}

impl World {
    fn new(megabits: u64, round_trip: u64, frame: usize) -> Self {
        let begin = Instant::now();
        Self {
            pace: Pace::default(),
            now: begin,
            begin,
            rate: megabits * 1_000_000,
            round_trip: Duration::from_millis(round_trip),
            frame,
            encoding: Duration::ZERO,
            encoded: None,
            left: 0,
            sequence: 0,
            busy: begin,
            acks: VecDeque::new(),
            sent: 0,
            helper: Helper::Honest,
            waits: Vec::new(),
            most_in_flight: 0,
        }
    }

    fn run(&mut self, time: Duration) {
        let until = self.now + time;
        while self.now < until {
            self.hear();
            self.encode();
            self.send();
            self.waits.push(self.busy.saturating_duration_since(self.now));
            self.most_in_flight = self.most_in_flight.max(self.pace.in_flight());
            self.now += TICK;
        }
    }

    fn hear(&mut self) {
        if self.helper == Helper::Stalled {
            return;
        }
        while let Some((_, ack)) = self.acks.pop_front_if(|(due, _)| *due <= self.now) {
            match (ack, self.helper) {
                (Ack::Taken(bytes), Helper::Boasting) => {
                    for lie in [bytes, bytes, bytes + 1_000_000, u64::MAX, 0] {
                        self.pace.taken(lie, self.now);
                    }
                }
                (Ack::Taken(bytes), _) => self.pace.taken(bytes, self.now),
                (Ack::Drawn(sequence), _) => {
                    self.pace.drawn(Drawn { generation: 1, sequence }, self.now);
                }
            }
        }
    }

    fn encode(&mut self) {
        if self.encoded.is_none() && self.pace.next(self.now).is_some_and(|from| from <= self.now) {
            self.encoded = Some(self.now + self.encoding);
            self.pace.begun(self.now);
        }
        if self.left == 0 && self.encoded.take_if(|encoded| *encoded <= self.now).is_some() {
            self.left = self.frame;
            self.pace.encoded(1, self.sequence, self.frame, self.now);
            self.sequence += 1;
        }
    }

    fn send(&mut self) {
        while self.left > 0 {
            let Room::Now(most) = self.pace.room(self.now) else { return };
            let bytes = most.min(self.left);
            self.left -= bytes;
            self.sent += bytes as u64;
            self.pace.written(bytes, self.now);
            let bits = (bytes as u64 + OVERHEAD) * 8;
            self.busy = self.busy.max(self.now) + Duration::from_nanos(bits * 1_000_000_000 / self.rate);
            let heard = self.busy + self.round_trip;
            let place = if self.helper == Helper::Confused && self.sequence.is_multiple_of(3) {
                self.acks.len().saturating_sub(2)
            } else {
                self.acks.len()
            };
            self.acks.insert(place, (heard, Ack::Taken(self.sent)));
            if self.helper == Helper::Guessing {
                self.pace.taken(self.sent, self.now);
            }
            if self.left == 0 {
                self.acks.push_back((heard, Ack::Drawn(self.sequence - 1)));
            }
        }
    }

    /// What another stream would have waited at the 95th percentile since this was asked last.
    fn wait(&mut self) -> Duration {
        let mut waits = std::mem::take(&mut self.waits);
        waits.sort_unstable();
        waits[waits.len() * 95 / 100]
    }

    /// What share of the link was used, in percent.
    fn used(&self) -> u64 {
        let could = self.rate as f64 / 8.0 * (self.now - self.begin).as_secs_f64();
        (self.sent as f64 / could * 100.0) as u64
    }
}

fn goal(megabits: u64) -> Duration {
    Duration::from_millis(if megabits == 1 { 100 } else { 30 })
}

#[test]
fn on_every_link_little_waits_and_little_is_left_unused() {
    for megabits in RATES {
        for round_trip in ROUND_TRIPS {
            // A film, frames of which no link but the fastest carries thirty a second.
            let mut world = World::new(megabits, round_trip, 300_000);
            world.run(Duration::from_secs(30));
            let (wait, used) = (world.wait(), world.used());
            let link = format!("{megabits} Mbit/s, {round_trip} ms: p95 {wait:?}, {used} % used");
            eprintln!("{link}, {} frames", world.sequence);
            assert!(wait <= goal(megabits), "{link}");
            assert!(used >= 70, "{link}");
        }
    }
}

#[test]
fn small_frames_do_not_queue_either() {
    for megabits in RATES {
        for round_trip in ROUND_TRIPS {
            let mut world = World::new(megabits, round_trip, 6_000);
            world.run(Duration::from_secs(10));
            let wait = world.wait();
            eprintln!("{megabits} Mbit/s, {round_trip} ms: p95 {wait:?}, {} frames", world.sequence);
            assert!(wait <= goal(megabits), "{megabits} Mbit/s, {round_trip} ms: {wait:?}");
        }
    }
}

#[test]
fn a_link_that_becomes_twenty_times_slower_is_free_again_soon() {
    for round_trip in ROUND_TRIPS {
        let mut world = World::new(20, round_trip, 300_000);
        world.run(Duration::from_secs(10));
        world.rate = 1_000_000;
        // What is under way stays so: it takes its time on the slower link.
        let longest = Duration::from_millis(20 * (2 * round_trip + 40));
        world.run(longest);
        world.wait();
        world.run(Duration::from_secs(10));
        let wait = world.wait();
        eprintln!("{round_trip} ms: p95 {wait:?}");
        assert!(wait <= goal(1), "{round_trip} ms: {wait:?}");
    }
}

#[test]
fn a_link_that_becomes_twenty_times_faster_is_used() {
    for round_trip in ROUND_TRIPS {
        let mut world = World::new(1, round_trip, 300_000);
        world.run(Duration::from_secs(10));
        world.rate = 20_000_000;
        world.run(Duration::from_secs(5));
        let before = world.sequence;
        world.run(Duration::from_secs(5));
        let frames = world.sequence - before;
        // 20 Mbit/s for 5 s are 41 of these.
        assert!(frames >= 25, "{round_trip} ms: {frames} frames");
    }
}

#[test]
fn a_stalled_helper_gets_a_window_and_no_more() {
    let mut world = World::new(20, 40, 300_000);
    world.run(Duration::from_secs(5));
    world.helper = Helper::Stalled;
    world.run(Duration::from_secs(1));
    let (sent, frames) = (world.sent, world.sequence);
    world.run(Duration::from_secs(60));
    assert_eq!((world.sent, world.sequence), (sent, frames), "nothing more is encoded or sent");
    world.helper = Helper::Honest;
    world.run(Duration::from_secs(1));
    assert!(world.sequence > frames, "it goes on");
}

#[test]
fn what_a_helper_cannot_know_counts_for_nothing() {
    let mut world = World::new(1, 10, 300_000);
    world.helper = Helper::Boasting;
    world.run(Duration::from_secs(20));
    assert!(world.wait() <= goal(1));
}

#[test]
fn a_helper_that_guesses_gains_no_more_of_the_host_than_the_largest_window() {
    let mut world = World::new(100, 10, 20_000_000);
    world.helper = Helper::Guessing;
    world.run(Duration::from_secs(20));
    world.helper = Helper::Stalled;
    world.most_in_flight = 0;
    world.run(Duration::from_secs(5));
    assert!(world.most_in_flight <= LARGEST, "{} bytes", world.most_in_flight);
}

#[test]
fn acknowledgements_in_another_order_do_no_harm() {
    let mut world = World::new(5, 40, 300_000);
    world.helper = Helper::Confused;
    world.run(Duration::from_secs(20));
    let (wait, used) = (world.wait(), world.used());
    assert!(wait <= goal(5), "{wait:?}");
    assert!(used >= 60, "{used} %");
}

#[test]
fn while_a_frame_is_encoded_the_one_before_goes_out() {
    for encoding in [25, 50] {
        for round_trip in ROUND_TRIPS {
            let mut world = World::new(100, round_trip, 300_000);
            world.encoding = Duration::from_millis(encoding);
            world.run(Duration::from_secs(4));
            let before = world.sequence;
            world.run(Duration::from_secs(4));
            let (frames, wait) = (world.sequence - before, world.wait());
            eprintln!("{encoding} ms a frame, {round_trip} ms: p95 {wait:?}, {frames} frames in 4 s");
            // The encoder makes 160 or 80, and the link carries 166.
            assert!(frames >= 4_000 / encoding * 9 / 10, "{encoding} ms, {round_trip} ms: {frames} frames");
            assert!(wait <= goal(100), "{encoding} ms, {round_trip} ms: {wait:?}");
        }
    }
}

#[test]
fn a_slow_encoder_makes_no_queue() {
    for megabits in RATES {
        for round_trip in ROUND_TRIPS {
            let mut world = World::new(megabits, round_trip, 40_000);
            world.encoding = Duration::from_millis(40);
            world.run(Duration::from_secs(20));
            let wait = world.wait();
            eprintln!("{megabits} Mbit/s, {round_trip} ms: p95 {wait:?}, {} frames", world.sequence);
            assert!(wait <= goal(megabits), "{megabits} Mbit/s, {round_trip} ms: {wait:?}");
        }
    }
}

#[test]
fn what_the_link_carries_is_known_after_a_while_and_little_is_believed_before() {
    let second = Duration::from_secs(1);
    assert!(Pace::default().carries(second) < 125_000, "no more than 1 Mbit/s");
    for megabits in RATES {
        for round_trip in ROUND_TRIPS {
            let mut world = World::new(megabits, round_trip, 300_000);
            world.run(Duration::from_secs(10));
            let (carries, link) = (world.pace.carries(second) as u64, world.rate / 8);
            eprintln!("{megabits} Mbit/s, {round_trip} ms: {carries} of {link} bytes a second");
            assert!(
                (link / 2..link * 3 / 2).contains(&carries),
                "{megabits} Mbit/s, {round_trip} ms: {carries}"
            );
        }
    }
}

#[test]
fn a_film_that_begins_does_not_make_others_wait() {
    for megabits in [1, 2, 3, 5, 8, 12, 20, 35, 60, 100] {
        for round_trip in ROUND_TRIPS {
            let mut world = World::new(megabits, round_trip, 300_000);
            world.run(Duration::from_secs(4));
            let (wait, used) = (world.wait(), world.used());
            let link = format!("{megabits} Mbit/s, {round_trip} ms: p95 {wait:?}, {used} % used");
            eprintln!("{link}");
            assert!(wait <= goal(if megabits < 5 { 1 } else { megabits }), "{link}");
            assert!(used >= 40, "{link}");
        }
    }
}
