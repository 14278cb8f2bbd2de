//! A host's and a helper's machine in one room: three ordered queues of bytes between them, and a clock that only
//! the test turns.
//!
//! Whatever one side sends is encoded, waits in its queue until it is delivered, and is decoded again. Control and
//! input are queues of their own, as they are streams of their own, so that an act may overtake a control message.
//! Everything the host's machine puts out is judged at once by [`Invariants`]: each story is a test of all of them.

use core::fmt::Debug;
use core::time::Duration;
use std::collections::VecDeque;

use entraide_common::session::grants::FromHelper;
use entraide_common::session::helper::{self, HelperSession};
use entraide_common::session::holds::Area;
use entraide_common::session::host::{self, HostSession, Machine};
use entraide_common::time::Moment;
use entraide_common::wire::Message;
use entraide_common::wire::control::{Grant, Monitor, ToHelper, ToHost};
use entraide_common::wire::input::{Act, Event, Input as InputMessage};

use crate::invariants::Invariants;

/// A queue between the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Control, to the host.
    ToHost,
    /// The helper's hands, to the host.
    Input,
    /// Control, to the helper.
    ToHelper,
}

impl Lane {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::ToHost, Self::Input, Self::ToHelper];
}

/// Both machines and what lies between them.
pub struct Pair {
    /// The side that decides.
    pub host: HostSession,
    /// The side that asks.
    pub helper: HelperSession,
    /// What holds at all times, and the host's computer as it was told to be.
    pub watch: Invariants,
    /// Everything the host's machine has put out since this was last taken.
    pub host_out: Vec<host::Output>,
    /// The same of the helper's.
    pub helper_out: Vec<helper::Output>,
    now: Moment,
    to_host: VecDeque<Vec<u8>>,
    input: VecDeque<Vec<u8>>,
    to_helper: VecDeque<Vec<u8>>,
    cut: bool,
}

/// Two monitors side by side, the right one smaller, so that there is a corner no monitor shows.
#[must_use]
pub fn monitors() -> Vec<Monitor> {
    let monitor =
        |id, x, width, height| Monitor { id, x, y: 0, width, height, scale_percent: 100, primary: id == 1 };
    vec![monitor(1, 0, 1920, 1080), monitor(2, 1920, 1280, 1024)]
}

/// The bar at the upper edge of the first monitor.
pub const BAR: Area = Area { x: 760, y: 0, width: 400, height: 40, focused: false, asks: false };
/// A place on a monitor where no window of ours ever is.
pub const FREE: (i32, i32) = (300, 900);

impl Pair {
    /// Two people who have just paired, at the clock's origin. The bar is shown, the pointer is on the free place.
    #[must_use]
    pub fn new() -> Self {
        Self::at(Moment::START)
    }

    /// The same at another time of the clock.
    #[must_use]
    pub fn at(now: Moment) -> Self {
        Self::with(HostSession::new(monitors(), true, now), now)
    }

    /// The same with an invitation that offers no more than this.
    #[must_use]
    pub fn offering(what: Grant) -> Self {
        let now = Moment::START;
        Self::with(HostSession::new(monitors(), true, now).offering(what), now)
    }

    fn with(host: HostSession, now: Moment) -> Self {
        let mut pair = Self {
            host,
            helper: HelperSession::new(),
            watch: Invariants::new(monitors()),
            host_out: Vec::new(),
            helper_out: Vec::new(),
            now,
            to_host: VecDeque::new(),
            input: VecDeque::new(),
            to_helper: VecDeque::new(),
            cut: false,
        };
        pair.drain_host(None);
        pair.machine(Machine::Windows(vec![BAR]));
        pair.machine(Machine::Pointer { x: FREE.0, y: FREE.1 });
        pair.take();
        pair
    }

    /// The clock.
    #[must_use]
    pub const fn now(&self) -> Moment {
        self.now
    }

    /// The host's machine hears this now.
    pub fn host(&mut self, input: host::Input) {
        self.host.handle(input.clone(), self.now);
        self.drain_host(Some(&input));
    }

    /// The host's person does this now.
    pub fn host_does(&mut self, command: host::Command) {
        self.host(host::Input::Person(command));
    }

    /// The host's computer notices this now.
    pub fn machine(&mut self, machine: Machine) {
        self.host(host::Input::Machine(machine));
    }

    /// The helper's machine hears this now.
    pub fn helper(&mut self, input: helper::Input) {
        self.helper.handle(input, self.now);
        while let Some(output) = self.helper.poll() {
            match &output {
                helper::Output::Send(_) | helper::Output::Act(_) if self.cut => {}
                helper::Output::Send(message) => self.to_host.push_back(message.encode()),
                helper::Output::Act(event) => {
                    self.input.push_back(InputMessage::Event(event.clone()).encode())
                }
                helper::Output::Show(_) | helper::Output::Close => {}
            }
            self.helper_out.push(output);
        }
        assert_eq!(self.helper.deadline(), None, "the host's clock decides");
    }

    /// The helper's person does this now.
    pub fn helper_does(&mut self, command: helper::Command) {
        self.helper(helper::Input::Person(command));
    }

    /// The helper's person acts with mouse or keyboard now.
    pub fn act(&mut self, act: Act) {
        self.helper_does(helper::Command::Act(act));
    }

    /// A changed program on the helper's side sends this, whatever its machine thinks.
    pub fn forge(&mut self, message: FromHelper) {
        match message {
            _ if self.cut => {}
            FromHelper::Control(message) => self.to_host.push_back(message.encode()),
            FromHelper::Act(event) => self.input.push_back(InputMessage::Event(event).encode()),
        }
    }

    /// An act the changed program makes up, under the grant that stands or stood last.
    pub fn forge_act(&mut self, act: Act) {
        self.forge(FromHelper::Act(Event { generation: self.watch.generation(), act }));
    }

    /// Brings one message of this queue, if there is one, to its end.
    pub fn deliver(&mut self, lane: Lane) -> bool {
        let queue = match lane {
            Lane::ToHost => &mut self.to_host,
            Lane::Input => &mut self.input,
            Lane::ToHelper => &mut self.to_helper,
        };
        let Some(bytes) = queue.pop_front() else { return false };
        match lane {
            Lane::ToHost => {
                let message = decoded::<ToHost>(&bytes);
                self.host(host::Input::Peer(FromHelper::Control(message)));
            }
            Lane::Input => {
                let InputMessage::Event(event) = decoded(&bytes);
                self.host(host::Input::Peer(FromHelper::Act(event)));
            }
            Lane::ToHelper => self.helper(helper::Input::Peer(decoded::<ToHelper>(&bytes))),
        }
        true
    }

    /// The path dies, and with it what is under way.
    pub fn cut(&mut self) {
        self.cut = true;
        for queue in [&mut self.to_host, &mut self.input, &mut self.to_helper] {
            queue.clear();
        }
        self.host(host::Input::LinkCut);
        self.helper(helper::Input::LinkCut);
    }

    /// No path is left.
    pub fn away(&mut self) {
        if !self.cut {
            self.cut();
        }
        self.host(host::Input::LinkAway);
    }

    /// A link stands again.
    pub fn back(&mut self) {
        if std::mem::take(&mut self.cut) {
            self.host(host::Input::LinkBack);
        }
    }

    /// Delivers until all queues are empty; then both sides must agree. A side that is over has closed its streams,
    /// which the other learns behind the last message.
    pub fn settle(&mut self) {
        while Lane::ALL.into_iter().any(|lane| self.deliver(lane)) {}
        if self.host.is_over() {
            self.helper(helper::Input::LinkLost);
        } else if self.helper.is_over() {
            self.host(host::Input::LinkLost);
        }
        if !self.cut {
            self.watch.settled(&self.host, &self.helper);
        }
    }

    /// Lets time pass, with the host's machine called at each of its deadlines.
    pub fn wait(&mut self, time: Duration) {
        let until = self.now + time;
        while let Some(deadline) = self.host.deadline().filter(|deadline| *deadline <= until) {
            self.now = deadline;
            self.host(host::Input::Time);
        }
        self.now = until;
    }

    /// Lets time pass while nobody is called: a suspended computer, a loop that is late.
    pub fn stall(&mut self, time: Duration) {
        self.now = self.now + time;
    }

    /// The question that stands is answered with yes as soon as that counts.
    pub fn allow(&mut self) {
        let question = self.host.question().expect("a question stands");
        self.wait(question.wait);
        self.host_does(host::Command::Answer { id: question.id, allow: true });
    }

    /// The question that stands is answered with no.
    pub fn deny(&mut self) {
        let question = self.host.question().expect("a question stands");
        self.host_does(host::Command::Answer { id: question.id, allow: false });
    }

    /// The helper looks.
    pub fn viewing(mut self) -> Self {
        self.allow();
        self.settle();
        self.take();
        self
    }

    /// The helper looks and has control.
    pub fn controlling(mut self) -> Self {
        self = self.viewing();
        self.control();
        self.take();
        self
    }

    /// The helper asks for control and gets it.
    pub fn control(&mut self) {
        self.helper_does(helper::Command::Request(Grant::Control));
        self.settle();
        self.allow();
        self.settle();
    }

    /// What both machines have put out since the last time.
    pub fn take(&mut self) -> (Vec<host::Output>, Vec<helper::Output>) {
        (core::mem::take(&mut self.host_out), core::mem::take(&mut self.helper_out))
    }

    fn drain_host(&mut self, cause: Option<&host::Input>) {
        let first = self.host_out.len();
        while let Some(output) = self.host.poll() {
            if let (host::Output::Send(message), false) = (&output, self.cut) {
                self.to_helper.push_back(message.encode());
            }
            self.host_out.push(output);
        }
        self.watch.host_did(cause, &self.host_out[first..], &self.host, self.now);
    }
}

impl Default for Pair {
    fn default() -> Self {
        Self::new()
    }
}

fn decoded<M: Message + Debug>(bytes: &[u8]) -> M {
    M::decode(bytes).expect("what our own side encodes within the limits decodes")
}
