//! Everything that can happen to a session, drawn at random: both people, the computer, the clock, the queues, and a
//! changed program at the helper's side that sends whatever it likes.

use core::time::Duration;

use entraide_common::input::{Button, KeyCode};
use entraide_common::limits;
use entraide_common::session::grants::FromHelper;
use entraide_common::session::helper;
use entraide_common::session::holds::Area;
use entraide_common::session::host::{self, Machine};
use entraide_common::wire::control::{Chat, End, Grant, MonitorChoice, Reason, Spot, ToHost};
use entraide_common::wire::input::{Act, Event};
use proptest::prelude::*;
use proptest::sample::select;

use crate::pair::{BAR, FREE, Lane, Pair, monitors};

/// One thing that happens.
#[derive(Debug, Clone)]
pub enum Op {
    /// The helper's person does this.
    Helper(helper::Command),
    /// The helper's person acts.
    Act(Act),
    /// The host's person does this.
    Host(host::Command),
    /// The host's person answers whatever question stands, at once or only when it counts.
    Answer {
        /// Yes or no.
        allow: bool,
        /// Whether the person waits until an allow counts.
        patient: bool,
    },
    /// An answer to the question this far behind (or ahead of) the one that stands.
    Misanswer(i8),
    /// A program has had a hand in the answer to whatever question stands.
    Spoil,
    /// The host's computer notices this.
    Machine(Machine),
    /// The changed program says this.
    Say(ToHost),
    /// The changed program acts, under a grant so many generations from the one that stands.
    Forge(Act, i8),
    /// The helper asks for control, and gets it if nothing is in the way.
    Control,
    /// Time passes.
    Wait(Duration),
    /// Time passes unnoticed.
    Stall(Duration),
    /// One message of this queue arrives.
    Deliver(Lane),
    /// All messages arrive.
    Settle,
    /// The path is silent for a while.
    Silent,
    /// The path dies.
    Cut,
    /// No path is left.
    Away,
    /// A link stands again.
    Back,
    /// The host's computer sleeps for so long, and no clock of its tells.
    Sleep(Duration),
    /// The link breaks for good.
    LinkLost,
    /// The host finds the helper's bytes to be no message, or the other way round.
    Fault(bool),
}

impl Op {
    /// Whether only a changed program does this.
    #[must_use]
    pub const fn is_hostile(&self) -> bool {
        matches!(self, Self::Say(_) | Self::Forge(..))
    }

    /// Lets it happen.
    pub fn apply(self, pair: &mut Pair) {
        match self {
            Self::Helper(command) => pair.helper_does(command),
            Self::Act(act) => pair.act(act),
            Self::Host(command) => pair.host_does(command),
            Self::Answer { allow, patient } => answer(pair, allow, patient),
            Self::Misanswer(by) => {
                let id = pair.host.question().map_or(1, |question| question.id);
                let id = id.wrapping_add_signed(by.into());
                pair.host_does(host::Command::Answer { id, allow: true });
            }
            Self::Spoil => {
                let id = pair.host.question().map_or(0, |question| question.id);
                pair.machine(Machine::Spoilt(id));
            }
            Self::Machine(machine) => pair.machine(machine),
            Self::Say(message) => pair.forge(FromHelper::Control(message)),
            Self::Forge(act, by) => {
                let generation = pair.watch.generation().wrapping_add_signed(by.into());
                pair.forge(FromHelper::Act(Event { generation, act }));
            }
            Self::Control => {
                pair.helper_does(helper::Command::Request(Grant::Control));
                pair.settle();
                answer(pair, true, true);
                pair.settle();
            }
            Self::Wait(time) => pair.wait(time),
            Self::Stall(time) => pair.stall(time),
            Self::Deliver(lane) => {
                pair.deliver(lane);
            }
            Self::Settle => pair.settle(),
            Self::Silent => pair.host(host::Input::LinkSilent),
            Self::Cut => pair.cut(),
            Self::Away => pair.away(),
            Self::Back => pair.back(),
            Self::Sleep(time) => pair.host(host::Input::Slept(time)),
            Self::LinkLost => {
                pair.host(host::Input::LinkLost);
                pair.helper(helper::Input::LinkLost);
            }
            Self::Fault(true) => pair.host(host::Input::PeerFault),
            Self::Fault(false) => pair.helper(helper::Input::PeerFault),
        }
    }
}

fn answer(pair: &mut Pair, allow: bool, patient: bool) {
    let Some(question) = pair.host.question() else { return };
    if patient {
        pair.wait(question.wait);
    }
    pair.host_does(host::Command::Answer { id: question.id, allow });
}

/// One thing, drawn so that most of a session is spent with control granted and few things end it.
pub fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        400 => act().prop_map(Op::Act),
        200 => (act(), select(vec![0, 0, 0, -1, 1, 7])).prop_map(|(act, by)| Op::Forge(act, by)),
        100 => select(&[Lane::ToHost, Lane::Input, Lane::Input, Lane::ToHelper][..]).prop_map(Op::Deliver),
        150 => Just(Op::Settle),
        60 => select(vec![Grant::View, Grant::Point, Grant::Point, Grant::Control, Grant::Remember])
            .prop_map(|what| Op::Helper(helper::Command::Request(what))),
        70 => (prop::bool::weighted(0.8), prop::bool::weighted(0.8))
            .prop_map(|(allow, patient)| Op::Answer { allow, patient }),
        80 => Just(Op::Control),
        20 => Just(Op::Spoil),
        20 => (-2..3_i8).prop_map(Op::Misanswer),
        80 => machine().prop_map(Op::Machine),
        30 => say().prop_map(Op::Say),
        60 => time().prop_map(Op::Wait),
        10 => time().prop_map(Op::Stall),
        60 => (place(), any::<bool>()).prop_map(|((x, y), forged)| point(Spot { x, y }, forged)),
        20 => people(),
        2 => select(vec![Op::Silent, Op::Cut, Op::Away, Op::Sleep(limits::CUT_TIME), Op::Sleep(limits::RESUME_NOTICED)]),
        40 => Just(Op::Back),
        1 => end(),
    ]
}

fn point(place: Spot, forged: bool) -> Op {
    if forged { Op::Say(ToHost::Point(place)) } else { Op::Helper(helper::Command::Point(place)) }
}

fn end() -> impl Strategy<Value = Op> {
    select(vec![
        Op::Helper(helper::Command::Stop),
        Op::Helper(helper::Command::Close),
        Op::Host(host::Command::Stop),
        Op::Host(host::Command::Close),
        Op::Host(host::Command::Revoke(Grant::View)),
        Op::Machine(Machine::ScreenFailed),
        Op::Machine(Machine::ControlFailed),
        Op::Machine(Machine::MarkFailed),
        Op::Say(ToHost::End(End { reason: Reason::Escape, text: String::new() })),
        Op::LinkLost,
        Op::Fault(true),
        Op::Fault(false),
    ])
}

fn people() -> impl Strategy<Value = Op> {
    select(vec![
        Op::Helper(helper::Command::Release),
        Op::Helper(helper::Command::Monitor(MonitorChoice::One(2))),
        Op::Helper(helper::Command::Monitor(MonitorChoice::All)),
        Op::Helper(helper::Command::Chat("a\u{1b}[2Jb".to_owned())),
        Op::Host(host::Command::Chat("x".repeat(5_000))),
        Op::Host(host::Command::Revoke(Grant::Control)),
        Op::Host(host::Command::Revoke(Grant::Point)),
        Op::Host(host::Command::Pause(true)),
        Op::Host(host::Command::Pause(false)),
    ])
}

fn say() -> impl Strategy<Value = ToHost> {
    let mut all: Vec<_> = Grant::ALL.into_iter().map(ToHost::Request).collect();
    all.extend([
        ToHost::Release(()),
        ToHost::Monitor(MonitorChoice::All),
        ToHost::Monitor(MonitorChoice::One(1)),
        ToHost::Monitor(MonitorChoice::One(2)),
        ToHost::Monitor(MonitorChoice::One(u32::MAX)),
        ToHost::Chat(Chat { text: "press yes".to_owned() }),
        ToHost::Heard(7),
    ]);
    select(all)
}

/// On our windows, beside them, and where no monitor is.
fn place() -> impl Strategy<Value = (i32, i32)> {
    let on_bar = (BAR.x + 10, BAR.y + 10);
    let beyond = [(800, -1), (800, i32::MIN), (-1, 20), (2_000, 1_050), (4_000, 20), (i32::MAX, i32::MAX)];
    let mut all = vec![FREE, FREE, (1_919, 1_079), (0, 0), (2_500, 500), on_bar, (1_159, 39), (1_160, 39)];
    all.extend(beyond);
    select(all)
}

/// The keys and the buttons that random acts press.
pub const KEYS: [KeyCode; 4] = [KeyCode(1), KeyCode(28), KeyCode(42), KeyCode(57)];
/// See [`KEYS`].
pub const BUTTONS: [Button; 3] = [Button(1), Button(2), Button(3)];

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => place().prop_map(|(x, y)| Act::Pointer { x, y }),
        4 => (select(&KEYS[..]), any::<bool>()).prop_map(|(code, down)| Act::Key { code, down }),
        4 => (select(&BUTTONS[..]), any::<bool>()).prop_map(|(button, down)| Act::Button { button, down }),
        1 => Just(Act::Text("oui\n".to_owned())),
        1 => Just(Act::Wheel { dx: 0, dy: -120 }),
        1 => Just(Act::ReleaseAll),
    ]
}

fn machine() -> impl Strategy<Value = Machine> {
    let windows = select(vec![
        vec![BAR],
        vec![BAR],
        vec![BAR],
        vec![BAR],
        vec![],
        vec![Area { focused: true, ..BAR }],
        vec![BAR, Area { x: 200, y: 800, width: 300, height: 200, focused: false, asks: true }],
        vec![Area {
            x: i32::MIN,
            y: i32::MIN,
            width: u32::MAX,
            height: u32::MAX,
            focused: true,
            asks: false,
        }],
    ]);
    prop_oneof![
        6 => Just(Machine::Hand),
        12 => windows.prop_map(Machine::Windows),
        12 => place().prop_map(|(x, y)| Machine::Pointer { x, y }),
        12 => Just(Machine::Monitors(monitors())),
        1 => Just(Machine::Monitors(monitors()[..1].to_vec())),
        2 => Just(Machine::Turning),
        1 => Just(Machine::Escape),
        6 => Just(Machine::BarShown(true)),
        1 => Just(Machine::BarShown(false)),
    ]
}

fn time() -> impl Strategy<Value = Duration> {
    let short = select(vec![0_u64, 1, 40, 999, 1_000, 1_499, 1_500, 3_000]);
    let long = select(vec![10_000_u64, 60_000, 300_000, 1_799_999, 1_800_000]);
    prop_oneof![9 => short, 1 => long].prop_map(Duration::from_millis)
}
