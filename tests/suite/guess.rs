//! Guessing ports in virtual time: two machines, a translator between them, and liars.

mod wire;

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use ed25519_dalek::{Signer, SigningKey};
use entraide_common::guess::{Easy, EasyInput, EasyOutput, Hard, HardInput, HardOutput, Role, Witness};
use entraide_common::ids::PeerKey;
use entraide_common::limits;
use entraide_common::time::Moment;
use entraide_common::wire::guess::{Nature, Ports, Stance, Token};

/// What a translator gives away.
const ANY: Ports = Ports { first: 1024, last: u16::MAX };
/// From one side to the other.
const WAY: Duration = Duration::from_millis(40);

/// A translator that has another random port for each destination.
struct Translator {
    state: u64,
    /// Socket by port.
    open: BTreeMap<u16, usize>,
}

impl Translator {
    fn new(seed: u64) -> Self {
        Self { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1, open: BTreeMap::new() }
    }

    fn number(&mut self) -> u64 {
        // xorshift64* (Vigna 2016).
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        self.state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    fn open(&mut self, socket: usize) {
        let width = u64::from(ANY.last - ANY.first) + 1;
        let port = ANY.first + u16::try_from(self.number() % width).expect("within");
        self.open.insert(port, socket);
    }
}

#[derive(Debug, Clone, Copy)]
enum Event {
    Easy(EasyInput),
    Hard(HardInput),
}

/// What came of an attempt, and at what cost.
#[derive(Debug, Default)]
struct Attempt {
    dialled: Option<usize>,
    hit: Option<u16>,
    opened: usize,
    probes: usize,
    took: Duration,
}

/// Both sides as they should be, with packets that take their time and are lost as `loses` says.
fn attempt(seed: u64, loses: u64) -> Attempt {
    let mut translator = Translator::new(seed);
    let chance = u16::try_from(translator.number() & 0xffff).expect("masked");
    let (mut easy, mut hard) = (Easy::new(chance, Moment::START), Hard::new(Moment::START));
    let mut under_way: BTreeMap<(Duration, u64), Event> = BTreeMap::new();
    let (mut outcome, mut now, mut count) = (Attempt::default(), Moment::START, 0);
    hard.handle(HardInput::Time, now);
    while outcome.dialled.is_none() && now.since_origin() < limits::GUESS_TIME * 2 {
        let mut send = |event, way: Duration| {
            count += 1;
            under_way.insert((now.since_origin() + way, count), event);
        };
        while let Some(output) = hard.poll() {
            match output {
                HardOutput::Open(socket) => {
                    outcome.opened += 1;
                    translator.open(socket);
                }
                HardOutput::Ask(_) => {}
                HardOutput::Say(ports) => send(Event::Easy(EasyInput::Opened(ports)), WAY),
                HardOutput::Answer { port, .. } if translator.number() % 100 >= loses => {
                    send(Event::Easy(EasyInput::Answered(port)), WAY);
                }
                HardOutput::Answer { .. } => {}
                HardOutput::Dial(socket) => outcome.dialled = Some(socket),
                HardOutput::Failed => return outcome,
            }
        }
        while let Some(output) = easy.poll() {
            match output {
                EasyOutput::Probe(port) => {
                    outcome.probes += 1;
                    let lost = translator.number() % 100 < loses;
                    if let (Some(&socket), false) = (translator.open.get(&port), lost) {
                        send(Event::Hard(HardInput::Probed { socket, port }), WAY);
                    }
                }
                EasyOutput::Found(port) => {
                    outcome.hit = Some(port);
                    send(Event::Hard(HardInput::Hit(port)), WAY);
                }
                EasyOutput::Failed => {}
            }
        }
        let next = under_way.keys().next().map_or(limits::GUESS_TIME * 2, |(at, _)| *at);
        let next = next.min(easy.deadline().since_origin()).min(hard.deadline().since_origin());
        now = Moment::new(next.max(now.since_origin() + Duration::from_micros(100)));
        outcome.took = now.since_origin();
        easy.handle(EasyInput::Time, now);
        hard.handle(HardInput::Time, now);
        while let Some(entry) = under_way.first_entry().filter(|entry| entry.key().0 <= now.since_origin()) {
            match entry.remove() {
                Event::Easy(input) => easy.handle(input, now),
                Event::Hard(input) => hard.handle(input, now),
            }
        }
    }
    if let (Some(hit), Some(dialled)) = (outcome.hit, outcome.dialled) {
        assert_eq!(translator.open.get(&hit), Some(&dialled), "the socket that has the port");
    }
    outcome
}

#[test]
fn a_port_is_found_after_some_250_tries() {
    let attempts: Vec<Attempt> = (1..=200).map(|seed| attempt(seed, 0)).collect();
    assert!(attempts.iter().all(|attempt| attempt.dialled.is_some()));
    assert!(attempts.iter().all(|attempt| attempt.opened == limits::GUESS_SOCKETS));
    let mean = attempts.iter().map(|attempt| attempt.probes).sum::<usize>() / attempts.len();
    // 64,512 / 257, and those under way when the answer comes.
    assert!((200..330).contains(&mean), "{mean}");
}

#[test]
fn lost_packets_cost_time_only() {
    let attempts: Vec<Attempt> = (1..=100).map(|seed| attempt(seed, 10)).collect();
    let found = attempts.iter().filter(|attempt| attempt.dialled.is_some()).count();
    assert!(found >= 98, "{found}");
}

/// All that the machine wants to do until it ends, if nothing happens but time and these.
fn easy_alone(chance: u16, events: &[(Duration, EasyInput)]) -> Vec<(Duration, EasyOutput)> {
    let mut machine = Easy::new(chance, Moment::START);
    let (mut done, mut events) = (Vec::new(), events.iter().peekable());
    let mut now = Moment::START;
    while now.since_origin() <= limits::GUESS_TIME * 2 {
        while let Some((_, event)) = events.next_if(|(at, _)| *at <= now.since_origin()) {
            machine.handle(*event, now);
        }
        machine.handle(EasyInput::Time, now);
        while let Some(output) = machine.poll() {
            done.push((now.since_origin(), output));
        }
        now = now + Duration::from_millis(1);
    }
    done
}

fn probed(done: &[(Duration, EasyOutput)]) -> Vec<u16> {
    let port = |(_, output): &(Duration, EasyOutput)| match output {
        EasyOutput::Probe(port) => Some(*port),
        _ => None,
    };
    done.iter().filter_map(port).collect()
}

#[test]
fn nothing_is_sent_before_the_other_side_is_ready_or_if_it_never_is() {
    assert_eq!(probed(&easy_alone(7, &[])), Vec::<u16>::new());
    let answered = (1024..=u16::MAX).map(|port| (Duration::ZERO, EasyInput::Answered(port)));
    let done = easy_alone(7, &answered.collect::<Vec<_>>());
    assert_eq!(done, [(limits::GUESS_TIME, EasyOutput::Failed)]);
}

#[test]
fn tries_are_bounded_whatever_the_other_side_says() {
    let open = |first, last| EasyInput::Opened(Ports { first, last });
    let hints = [(1, 1), (1, u16::MAX), (u16::MAX, u16::MAX), (5000, 5007), (40_000, 40_100), (1024, 8942)];
    for (number, (first, last)) in hints.into_iter().enumerate() {
        // Said again and again, which must not begin it anew.
        let said: Vec<_> = (0..100).map(|n| (Duration::from_millis(n * 90), open(first, last))).collect();
        let done = easy_alone(u16::try_from(number * 9_999).expect("small"), &said);
        let ports = probed(&done);
        assert_eq!(ports.len(), limits::GUESS_PROBES, "{first}-{last}");
        let distinct: BTreeSet<u16> = ports.iter().copied().collect();
        assert_eq!(distinct.len(), ports.len(), "no port twice");
        assert!(distinct.first() >= Some(&1024), "no service's port");
        let hinted: BTreeSet<u16> = (first.max(1024)..=last.max(1024)).collect();
        let early = ports.iter().take(hinted.len()).filter(|port| hinted.contains(port)).count();
        assert_eq!(early, hinted.len().min(limits::GUESS_PROBES), "the range comes first");
        for (count, pair) in (1..).zip(done.windows(2)) {
            let (gap, earned) = (pair[1].0 - pair[0].0, pair[1].0 >= limits::GUESS_PACE * count);
            assert!(gap >= limits::GUESS_CATCH_UP && earned || pair[1].1 == EasyOutput::Failed);
        }
        assert_eq!(done.last(), Some(&(limits::GUESS_TIME, EasyOutput::Failed)));
    }
}

#[test]
fn an_answer_from_a_port_that_was_not_tried_is_none() {
    let open = (Duration::ZERO, EasyInput::Opened(ANY));
    let first = probed(&easy_alone(0, &[open]))[0];
    let soon = Duration::from_millis(2);
    let other = (soon, EasyInput::Answered(first ^ 1));
    assert!(easy_alone(0, &[open, other]).iter().all(|(_, output)| !matches!(output, EasyOutput::Found(_))));
    let done = easy_alone(0, &[open, (soon, EasyInput::Answered(first))]);
    assert_eq!(done.last(), Some(&(soon, EasyOutput::Found(first))));
}

#[test]
fn what_the_preparations_took_is_made_up_for() {
    let late = Duration::from_millis(500);
    let done = easy_alone(7, &[(late, EasyInput::Opened(ANY))]);
    let by = |time: Duration| probed(&done[..done.partition_point(|(at, _)| *at <= late + time)]).len();
    assert_eq!(by(Duration::ZERO), 1, "not all at once");
    assert_eq!(by(Duration::from_millis(100)), 101);
    // As many as if it had begun at once: the first at the beginning, and one each 5 ms.
    assert_eq!(by(Duration::from_millis(500)), 201);
    assert_eq!(probed(&done).len(), limits::GUESS_PROBES);
}

#[test]
fn no_socket_is_opened_before_an_ordinary_way_had_its_time() {
    let mut machine = Hard::new(Moment::START);
    assert_eq!(machine.deadline(), Moment::new(limits::GUESS_AFTER));
    machine.handle(HardInput::Time, Moment::new(limits::GUESS_AFTER - Duration::from_millis(1)));
    assert_eq!(machine.poll(), None);
    machine.handle(HardInput::Time, Moment::new(limits::GUESS_AFTER));
    assert_eq!(machine.poll(), Some(HardOutput::Open(0)));
}

#[test]
fn sockets_and_answers_are_bounded_whatever_the_other_side_sends() {
    let mut machine = Hard::new(Moment::START);
    let (mut opened, mut answers, mut now) = (BTreeSet::new(), BTreeMap::new(), Moment::START);
    while now.since_origin() < limits::GUESS_TIME {
        for socket in 0..300 {
            machine.handle(HardInput::Probed { socket, port: 4000 }, now);
            machine.handle(HardInput::Seen(9), now);
        }
        machine.handle(HardInput::Time, now);
        while let Some(output) = machine.poll() {
            match output {
                HardOutput::Open(socket) => assert!(opened.insert(socket), "each once"),
                HardOutput::Answer { socket, .. } => *answers.entry(socket).or_insert(0) += 1,
                HardOutput::Ask(_) | HardOutput::Say(_) => {}
                HardOutput::Dial(_) | HardOutput::Failed => panic!("{output:?}"),
            }
        }
        now = now + Duration::from_millis(10);
    }
    assert_eq!(opened.len(), limits::GUESS_SOCKETS);
    assert!(answers.keys().all(|socket| opened.contains(socket)), "no answer without a socket");
    assert!(answers.values().all(|count| *count <= limits::GUESS_ANSWERS));
    machine.handle(HardInput::Time, Moment::new(limits::GUESS_TIME));
    assert_eq!(machine.poll(), Some(HardOutput::Failed));
}

#[test]
fn a_hit_that_nobody_saw_is_none() {
    let mut machine = Hard::new(Moment::START);
    machine.handle(HardInput::Hit(4000), Moment::START);
    let mut last = None;
    while let Some(output) = machine.poll() {
        last = Some(output);
    }
    assert_eq!(last, Some(HardOutput::Failed));
    machine.handle(HardInput::Probed { socket: 0, port: 4000 }, Moment::START);
    assert_eq!(machine.poll(), None, "it is over");
}

#[test]
fn hopeless_pairs_and_places_that_are_not_public_get_no_role() {
    let stance = |nature| Stance { nature, token: Token([1; 16]), witness: None };
    let public = |ip: Ipv4Addr| !ip.is_private() && !ip.is_loopback();
    let easy = |ip: [u8; 4]| stance(Nature::Easy(SocketAddrV4::new(ip.into(), 4000)));
    let hard = |ip: [u8; 4]| stance(Nature::Hard(Ipv4Addr::from(ip)));
    let blocked = stance(Nature::Blocked);
    let (e, h) = (easy([9, 9, 9, 9]), hard([8, 8, 8, 8]));
    for (mine, theirs) in [(e, e), (h, h), (e, blocked), (h, blocked), (blocked, e), (blocked, h)] {
        assert_eq!(Role::between(&mine, &theirs, public), None, "{mine:?} {theirs:?}");
    }
    assert!(matches!(Role::between(&e, &h, public), Some(Role::Easy { .. })));
    assert!(matches!(Role::between(&h, &e, public), Some(Role::Hard { .. })));
    for lie in [[127, 0, 0, 1], [192, 168, 1, 1], [10, 0, 0, 1]] {
        assert_eq!(Role::between(&e, &hard(lie), public), None);
        assert_eq!(Role::between(&h, &easy(lie), public), None);
    }
}

#[test]
fn a_node_s_word_holds_for_one_peer_at_one_address() {
    let node = SigningKey::from_bytes(&[7; 32]);
    let key = PeerKey(node.verifying_key().to_bytes());
    let (peer, at) = (PeerKey([1; 32]), Ipv4Addr::new(9, 9, 9, 9));
    let witness = Witness::new(key, &node.sign(&Witness::message(peer, at)).to_bytes());
    assert!(witness.vouches_for(peer, at));
    assert!(!witness.vouches_for(peer, Ipv4Addr::new(9, 9, 9, 8)));
    assert!(!witness.vouches_for(PeerKey([2; 32]), at));
    let stranger =
        Witness { node: PeerKey(SigningKey::from_bytes(&[8; 32]).verifying_key().to_bytes()), ..witness };
    assert!(!stranger.vouches_for(peer, at));
    assert!(!Witness { node: PeerKey([0; 32]), ..witness }.vouches_for(peer, at));
}
