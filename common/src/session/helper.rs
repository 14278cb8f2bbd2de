//! The helper's side: it asks, and keeps to what it was given.
//!
//! The host decides and drops whatever it did not allow; this machine spares it the trouble, and its own person the
//! surprise: an act without control is an answer to the person, not a message to the host.

mod away;

use std::collections::VecDeque;

use self::away::needs_link;
use super::Party;
use super::grants::Grants;
use super::lines::{Lines, Said};
use crate::input::Held;
use crate::time::Moment;
use crate::wire::control::{
    Chat, Denied, End, Grant, Hold, Monitor, MonitorChoice, Reason, Spot, ToHelper, ToHost,
};
use crate::wire::input::{Act, Event};

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// The host sent something.
    Peer(ToHelper),
    /// The helper's person did something.
    Person(Command),
    /// The path to the host is dead, and what was under way on it is lost. When there is another, the host says how
    /// everything is ([`ToHelper::Back`]).
    LinkCut,
    /// The connection to the host is gone for good.
    LinkLost,
    /// The host's program broke a rule of the protocol.
    PeerFault,
}

/// What the helper's person can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Ask for this.
    Request(Grant),
    /// Give control back.
    Release,
    /// An act with mouse or keyboard.
    Act(Act),
    /// Point there.
    Point(Spot),
    /// Look at these monitors.
    Monitor(MonitorChoice),
    /// Say a line.
    Chat(String),
    /// End the session.
    Stop,
    /// The program is closing.
    Close,
}

/// What follows.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// Tell the host.
    Send(ToHost),
    /// Send this act on the input stream.
    Act(Event),
    /// Show the helper's person.
    Show(Show),
    /// The session is over: close its streams once they are flushed.
    Close,
}

/// What the helper's person is shown.
#[derive(Debug, Clone, PartialEq)]
pub enum Show {
    /// The host's person is being asked.
    Asking(Grant),
    /// Granted.
    Granted(Grant),
    /// Taken back, or refused.
    Revoked {
        /// What.
        what: Grant,
        /// By whom.
        by: Party,
        /// Why.
        reason: Reason,
        /// Whether it had been granted before.
        stood: bool,
    },
    /// Input is dropped for this reason, or no longer.
    Hold(Option<Hold>),
    /// The host's monitors.
    Monitors(Vec<Monitor>),
    /// The host froze the picture, or no longer.
    Paused(bool),
    /// A line of conversation.
    Chat {
        /// Whether the helper wrote it.
        own: bool,
        /// The line.
        text: String,
    },
    /// That needs a grant which is not there.
    NotGranted(Grant),
    /// The host is cut off, and may come back.
    Cut,
    /// The host is back.
    Back,
    /// That cannot be done while the host is cut off.
    NotNow,
    /// The host is gone, and what was said last may not have arrived.
    Unheard,
    /// The session is over.
    Ended {
        /// By whom.
        by: Party,
        /// Why.
        reason: Reason,
    },
}

/// The helper's machine. See [`super`] for its life.
#[derive(Debug)]
pub struct HelperSession {
    phase: Phase,
    outputs: VecDeque<Output>,
}

#[derive(Debug)]
enum Phase {
    Open(Open),
    Over,
}

/// What this side knows of a session.
#[derive(Debug, Default)]
struct Open {
    grants: Grants,
    generation: u32,
    hold: Option<Hold>,
    held: Held,
    /// What the host's person is being asked.
    asking: Option<Grant>,
    paused: bool,
    lines: Lines,
    /// Whether the host is cut off.
    cut: bool,
}

impl Default for HelperSession {
    fn default() -> Self {
        Self::new()
    }
}

impl HelperSession {
    /// A session with a host that has just paired and now asks its person whether this helper may look.
    #[must_use]
    pub fn new() -> Self {
        Self { phase: Phase::Open(Open::default()), outputs: VecDeque::new() }
    }

    /// Tells what happened. Afterwards drain [`Self::poll`].
    pub fn handle(&mut self, input: Input, _now: Moment) {
        if self.is_over() {
            return;
        }
        match input {
            Input::Peer(message) => self.message(message),
            Input::Person(command) if self.is_cut() && needs_link(&command) => self.show(Show::NotNow),
            Input::Person(command) => self.command(command),
            Input::LinkCut => self.cut(),
            Input::LinkLost => self.end(Party::Link, Reason::Closing),
            Input::PeerFault => {
                self.send_end(Reason::Protocol);
                self.end(Party::Program, Reason::Protocol);
            }
        }
    }

    /// The next thing to do, until there is none.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Nothing here waits for time: the host's clock decides.
    #[must_use]
    pub fn deadline(&self) -> Option<Moment> {
        None
    }

    /// What this helper may do now.
    #[must_use]
    pub fn grants(&self) -> Grants {
        match &self.phase {
            Phase::Open(open) => open.grants,
            Phase::Over => Grants::NONE,
        }
    }

    /// Whether the session is over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Over)
    }

    fn message(&mut self, message: ToHelper) {
        match message {
            ToHelper::Asking(what) => {
                if let Phase::Open(open) = &mut self.phase {
                    open.asking = Some(what);
                }
                self.show(Show::Asking(what));
            }
            ToHelper::Granted(granted) => {
                if let Phase::Open(open) = &mut self.phase {
                    open.grants.add(granted.what);
                    open.generation = granted.generation;
                    open.asking = open.asking.filter(|asked| *asked != granted.what);
                }
                self.show(Show::Granted(granted.what));
            }
            // The confirmation of what this side gave back says nothing new.
            ToHelper::Revoked(denied) if !self.grants().has(denied.what) => {}
            ToHelper::Revoked(denied) | ToHelper::Refused(denied) => self.denied(denied),
            ToHelper::Hold(reason) => {
                if let Phase::Open(open) = &mut self.phase {
                    open.hold = reason;
                }
                if reason.is_some() {
                    // The host has let go of everything, but for a button that went down while this was under
                    // way. When the hold ends, a button that went down meanwhile is still down.
                    self.let_go();
                }
                self.show(Show::Hold(reason));
            }
            ToHelper::Monitors(monitors) => self.show(Show::Monitors(monitors)),
            ToHelper::Paused(paused) => {
                if let Phase::Open(open) = &mut self.phase {
                    open.paused = paused;
                }
                self.show(Show::Paused(paused));
            }
            ToHelper::Back(back) => self.back(back),
            ToHelper::Chat(chat) => {
                self.show(Show::Chat { own: false, text: chat.text });
                if let Phase::Open(open) = &mut self.phase {
                    let heard = open.lines.hear();
                    self.send(ToHost::Heard(heard));
                }
            }
            ToHelper::Heard(count) => {
                let Phase::Open(open) = &mut self.phase else { return };
                for line in open.lines.confirmed(count) {
                    self.send(ToHost::Chat(line));
                }
            }
            ToHelper::End(end) => {
                let chosen = matches!(end.reason, Reason::Person | Reason::Closing);
                let by = if chosen { Party::Host } else { Party::Program };
                self.end(by, end.reason);
            }
        }
    }

    fn denied(&mut self, Denied { what, reason }: Denied) {
        let Phase::Open(open) = &mut self.phase else { return };
        let stood = open.grants.has(what);
        open.grants.remove(what);
        open.asking = open.asking.filter(|asked| *asked != what);
        if what == Grant::Control {
            open.hold = None;
            open.held.release_all();
        }
        let by = match reason {
            Reason::Person | Reason::Escape => Party::Host,
            _ => Party::Program,
        };
        self.show(Show::Revoked { what, by, reason, stood });
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Request(what) => {
                if !self.grants().has(what) {
                    self.send(ToHost::Request(what));
                }
            }
            Command::Release => self.release(),
            Command::Act(act) => self.act(act),
            Command::Point(place) if self.grants().has(Grant::Point) => self.send(ToHost::Point(place)),
            Command::Point(_) => self.show(Show::NotGranted(Grant::Point)),
            Command::Monitor(choice) if self.grants().has(Grant::View) => self.send(ToHost::Monitor(choice)),
            Command::Monitor(_) => self.show(Show::NotGranted(Grant::View)),
            Command::Chat(text) if self.grants().has(Grant::View) => self.say(&text),
            Command::Chat(_) => self.show(Show::NotGranted(Grant::View)),
            Command::Stop => {
                self.send_end(Reason::Person);
                self.end(Party::Helper, Reason::Person);
            }
            Command::Close => {
                self.send_end(Reason::Closing);
                self.end(Party::Helper, Reason::Closing);
            }
        }
    }

    fn say(&mut self, text: &str) {
        let Phase::Open(open) = &mut self.phase else { return };
        let chat = Chat::fitting(text);
        let said = open.lines.say(&chat);
        if said == Said::TooMany {
            self.show(Show::NotNow);
            return;
        }
        self.show(Show::Chat { own: true, text: chat.text.clone() });
        if said == Said::Now {
            self.send(ToHost::Chat(chat));
        }
    }

    /// Gives control back. It counts as given back at once; the host's confirmation is no news.
    fn release(&mut self) {
        if !self.grants().has(Grant::Control) {
            self.show(Show::NotGranted(Grant::Control));
            return;
        }
        self.let_go();
        if let Phase::Open(open) = &mut self.phase {
            open.grants.remove(Grant::Control);
            open.hold = None;
        }
        self.send(ToHost::Release(()));
        let (what, by) = (Grant::Control, Party::Helper);
        self.show(Show::Revoked { what, by, reason: Reason::Person, stood: true });
    }

    fn act(&mut self, act: Act) {
        let Phase::Open(Open { grants, generation, hold, held, .. }) = &mut self.phase else { return };
        let generation = *generation;
        if !grants.has(Grant::Control) {
            self.show(Show::NotGranted(Grant::Control));
        } else if act == Act::ReleaseAll {
            self.let_go();
        } else if hold.is_none() || matches!(act, Act::Pointer { .. } | Act::Button { .. }) {
            // Under a hold the pointer still travels: moving off our own windows on the host's screen ends it.
            if held.note(&act) {
                self.outputs.push_back(Output::Act(Event { generation, act }));
            }
        }
    }

    fn let_go(&mut self) {
        let Phase::Open(open) = &mut self.phase else { return };
        if !open.held.release_all().is_empty() {
            let event = Event { generation: open.generation, act: Act::ReleaseAll };
            self.outputs.push_back(Output::Act(event));
        }
    }

    fn end(&mut self, by: Party, reason: Reason) {
        if let (Phase::Open(open), Party::Link) = (&self.phase, by)
            && open.lines.wait()
        {
            self.show(Show::Unheard);
        }
        self.phase = Phase::Over;
        self.show(Show::Ended { by, reason });
        self.outputs.push_back(Output::Close);
    }

    fn send_end(&mut self, reason: Reason) {
        self.send(ToHost::End(End { reason, text: String::new() }));
    }

    fn send(&mut self, message: ToHost) {
        self.outputs.push_back(Output::Send(message));
    }

    fn show(&mut self, show: Show) {
        self.outputs.push_back(Output::Show(show));
    }
}
