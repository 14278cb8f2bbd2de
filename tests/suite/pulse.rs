//! Signs of life in virtual time: two machines, and a path between them that loses what it is told to.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use entraide_common::limits;
use entraide_common::pulse::{Asker, AskerInput, Listener, ListenerInput, Output, Rank};
use entraide_common::time::Moment;
use entraide_common::wire::Message;
use entraide_common::wire::pulse::Pulse;

/// When it arrives, its number, whether it is for the listener, and its bytes.
type Packet = (Moment, u64, bool, Vec<u8>);

/// Two ends of a path and what is under way on it.
struct Path {
    asker: Asker,
    listener: Listener,
    now: Moment,
    /// One way.
    delay: Duration,
    /// Of a thousand.
    loss: u64,
    cut: bool,
    chance: u64,
    under_way: BinaryHeap<Reverse<Packet>>,
    /// Packets so far, both ways, and their bytes.
    packets: u64,
    bytes: usize,
    /// What the asker said, and what the listener said, and when.
    asker_said: Vec<(Moment, Output)>,
    listener_said: Vec<(Moment, Output)>,
}

fn ms(number: u64) -> Duration {
    Duration::from_millis(number)
}

impl Path {
    fn new(rank: Rank, delay: Duration) -> Self {
        let mut path = Self {
            asker: Asker::new(rank, Moment::START),
            listener: Listener::new(Moment::START),
            now: Moment::START,
            delay,
            loss: 0,
            cut: false,
            chance: 0x9e37_79b9_7f4a_7c15,
            under_way: BinaryHeap::new(),
            packets: 0,
            bytes: 0,
            asker_said: Vec::new(),
            listener_said: Vec::new(),
        };
        path.drain();
        path
    }

    fn send(&mut self, to_listener: bool, pulse: &Pulse) {
        let bytes = pulse.encode();
        self.packets += 1;
        self.bytes += bytes.len();
        self.chance = self.chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        if !self.cut && (self.chance >> 33) % 1000 >= self.loss {
            self.under_way.push(Reverse((self.now + self.delay, self.packets, to_listener, bytes)));
        }
    }

    fn drain(&mut self) {
        while let Some(output) = self.asker.poll() {
            match output {
                Output::Ask(ask) => self.send(true, &Pulse::Ask(ask)),
                other => self.asker_said.push((self.now, other)),
            }
        }
        while let Some(output) = self.listener.poll() {
            match output {
                Output::Answer(number) => self.send(false, &Pulse::Answer(number)),
                Output::Hurry => self.send(false, &Pulse::Hurry(())),
                other => self.listener_said.push((self.now, other)),
            }
        }
    }

    fn wait(&mut self, time: Duration) {
        let until = self.now + time;
        loop {
            let arrival = self.under_way.peek().map(|Reverse((at, ..))| *at);
            let next = [arrival, self.asker.deadline(), self.listener.deadline()].into_iter().flatten().min();
            let Some(next) = next.filter(|next| *next <= until) else { break };
            self.now = self.now.max(next);
            if arrival == Some(next)
                && let Some(Reverse((_, _, to_listener, bytes))) = self.under_way.pop()
            {
                match (Pulse::decode(&bytes).expect("what we encode"), to_listener) {
                    (Pulse::Ask(ask), true) => self.listener.handle(ListenerInput::Asked(ask), self.now),
                    (Pulse::Answer(number), false) => {
                        self.asker.handle(AskerInput::Answered(number), self.now);
                    }
                    (Pulse::Hurry(()), false) => self.asker.handle(AskerInput::Hurried, self.now),
                    other => panic!("{other:?} the wrong way"),
                }
            } else {
                self.asker.handle(AskerInput::Time, self.now);
                self.listener.handle(ListenerInput::Time, self.now);
            }
            self.drain();
        }
        self.now = until;
    }

    fn first(said: &[(Moment, Output)], what: Output) -> Option<Moment> {
        said.iter().find(|(_, output)| *output == what).map(|(at, _)| *at)
    }

    fn silences(said: &[(Moment, Output)]) -> usize {
        said.iter().filter(|(_, output)| *output == Output::Silent).count()
    }
}

#[test]
fn a_dead_path_is_noticed_by_both_in_two_seconds_and_given_up_in_four() {
    for died_after in (10_000..11_000).step_by(50) {
        let mut path = Path::new(Rank::Carries, ms(40));
        path.wait(ms(died_after));
        path.cut = true;
        path.under_way.clear();
        let died = path.now;
        path.wait(ms(10_000));
        for said in [&path.asker_said, &path.listener_said] {
            let silent = Path::first(said, Output::Silent).expect("it is noticed").since(died);
            let dead = Path::first(said, Output::Dead).expect("it is given up").since(died);
            assert!(silent <= ms(2_000 + 40), "{silent:?} after {died_after} ms");
            assert!(silent >= ms(500), "{silent:?} is no time to judge");
            assert_eq!(dead, silent + limits::PULSE_DEAD);
        }
        assert_eq!(path.asker.deadline(), None, "nothing follows");
        assert_eq!(path.listener.deadline(), None);
    }
}

#[test]
fn what_it_costs_is_a_question_and_an_answer_a_second() {
    let hour = Duration::from_secs(3_600);
    let mut carries = Path::new(Rank::Carries, ms(40));
    carries.wait(hour);
    assert_eq!(carries.packets, 2 * 3_600 + 1);
    let mut stands_by = Path::new(Rank::StandsBy, ms(40));
    stands_by.wait(hour);
    assert_eq!(stands_by.packets, 2 * 180 + 1);
    for path in [carries, stands_by] {
        let round_trip = [(Moment::new(ms(80)), Output::RoundTrip(ms(80)))];
        assert_eq!(path.asker_said, round_trip, "told once");
        assert_eq!(path.listener_said.len(), 1, "the other side learns it too: {:?}", path.listener_said);
        assert!(path.bytes as u64 / path.packets < 16, "{} bytes", path.bytes);
    }
}

#[test]
fn a_path_that_is_suddenly_needed_is_asked_at_once() {
    let mut path = Path::new(Rank::StandsBy, ms(40));
    path.wait(ms(5_000));
    path.cut = true;
    path.wait(ms(5_000));
    assert!(path.asker_said.len() == 1, "nothing was expected of it: {:?}", path.asker_said);
    let needed = path.now;
    path.asker.handle(AskerInput::Rank(Rank::Carries), path.now);
    path.drain();
    path.wait(ms(10_000));
    let silent = Path::first(&path.asker_said, Output::Silent).expect("it is noticed").since(needed);
    assert_eq!(silent, limits::PULSE_PATIENCE);
}

#[test]
fn a_path_that_is_doubted_is_judged_in_half_a_second() {
    for (delay, cut) in [(ms(40), false), (ms(40), true), (ms(300), false), (ms(300), true)] {
        let mut path = Path::new(Rank::Carries, delay);
        path.wait(ms(10_200));
        path.cut = cut;
        path.under_way.clear();
        let doubted = path.now;
        path.listener.handle(ListenerInput::Doubted, path.now);
        path.drain();
        path.wait(ms(10_000));
        let silent = Path::first(&path.listener_said, Output::Silent).map(|at| at.since(doubted));
        let patience = limits::PULSE_DOUBT.max(delay * 2 * limits::PULSE_ROUND_TRIPS);
        assert_eq!(silent.is_some(), cut);
        assert!(silent.is_none_or(|silent| silent <= patience), "{silent:?}");
        assert_eq!(Path::first(&path.asker_said, Output::Dead).is_some(), cut);
    }
}

#[test]
fn who_is_hurried_again_and_again_asks_no_more_than_is_answered() {
    let mut asker = Asker::new(Rank::Carries, Moment::START);
    let asked = |asker: &mut Asker| std::iter::from_fn(|| asker.poll()).count();
    assert_eq!(asked(&mut asker), 1);
    for _ in 0..1_000 {
        asker.handle(AskerInput::Hurried, Moment::new(ms(1)));
    }
    assert_eq!(asked(&mut asker), 0);
}

#[test]
fn a_line_that_stalls_comes_back() {
    let mut path = Path::new(Rank::Carries, ms(40));
    path.wait(ms(10_000));
    path.cut = true;
    path.wait(ms(2_400));
    path.cut = false;
    path.wait(ms(10_000));
    for said in [&path.asker_said, &path.listener_said] {
        assert!(Path::first(said, Output::Heard).is_some(), "{said:?}");
        assert_eq!(Path::first(said, Output::Dead), None, "{said:?}");
    }
}

#[test]
fn a_lossy_line_is_no_dead_one() {
    let mut path = Path::new(Rank::Carries, ms(40));
    path.loss = 50;
    path.wait(Duration::from_secs(3_600));
    // Here a loss is for good. Real paths say it again within a quarter of a second.
    assert!(Path::silences(&path.asker_said) < 60, "{}", Path::silences(&path.asker_said));
    assert_eq!(Path::first(&path.asker_said, Output::Dead), None);
    assert_eq!(Path::first(&path.listener_said, Output::Dead), None);
}

#[test]
fn a_long_way_is_not_taken_for_silence() {
    let mut path = Path::new(Rank::Carries, ms(350));
    path.wait(ms(1_000));
    for _ in 0..60 {
        path.wait(ms(1_000));
        // A queue that grows, as beside an upload.
        path.delay = (path.delay + ms(20)).min(ms(1_200));
    }
    assert_eq!(Path::silences(&path.asker_said), 0, "{:?}", path.asker_said);
    assert_eq!(Path::silences(&path.listener_said), 0, "{:?}", path.listener_said);
}

#[test]
fn who_asks_cannot_put_off_the_judgement() {
    let mut listener = Listener::new(Moment::START);
    let ask = entraide_common::wire::pulse::Ask {
        number: 7,
        next: Duration::from_secs(u64::MAX),
        round_trip: Some(Duration::MAX),
    };
    listener.handle(ListenerInput::Asked(ask), Moment::START);
    let deadline = listener.deadline().expect("it waits").since(Moment::START);
    assert!(
        deadline <= limits::PULSE_STANDBY + limits::PULSE_DEAD * limits::PULSE_ROUND_TRIPS,
        "{deadline:?}"
    );
}

#[test]
fn answers_to_nothing_are_none() {
    let mut asker = Asker::new(Rank::Carries, Moment::START);
    while asker.poll().is_some() {}
    for number in [1, 7, u32::MAX] {
        asker.handle(AskerInput::Answered(number), Moment::START);
        assert_eq!(asker.poll(), None);
    }
    asker.handle(AskerInput::Answered(0), Moment::new(ms(10)));
    assert_eq!(asker.poll(), Some(Output::RoundTrip(ms(10))));
    asker.handle(AskerInput::Answered(0), Moment::new(ms(20)));
    assert_eq!(asker.poll(), None, "the same twice");
}
