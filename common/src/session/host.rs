//! The host's side: the side that decides. [`Input`] goes in, [`Output`] comes out.

mod asking;
mod away;
mod follows;
mod heard;
mod pointing;
mod refusals;
mod talk;
mod view;

use std::collections::VecDeque;

use super::Party;
use super::grants::{FromHelper, Grants};
use super::holds::{Holds, Reach};
use super::lines::{Lines, Said};
use crate::time::Moment;
use crate::wire::control::{Chat, End, Grant, Hold, Monitor, Reason, ToHelper, ToHost};
use crate::wire::input::Event;

use asking::Asked;
use away::Distance;
pub use follows::{Do, Output, Question, Show};
pub use heard::{Command, Input, Machine};
use pointing::Pointing;
use refusals::Refusals;
use talk::Talk;
use view::View;

/// The host's machine. See [`super`] for its life.
#[derive(Debug)]
pub struct HostSession {
    phase: Phase,
    /// Counts grants of control; 0 is never granted.
    generation: u32,
    /// The most that the invitation offered.
    offers: Grant,
    next_question: u32,
    refusals: Refusals,
    talk: Talk,
    lines: Lines,
    bar_shown: bool,
    /// Whether this computer can lend its mouse and keyboard, and take them back.
    can_lend: bool,
    /// Whether this computer can show where the helper points.
    can_mark: bool,
    paused: bool,
    /// What the computer was told about it.
    frozen: bool,
    distance: Distance,
    monitors: Vec<Monitor>,
    view: View,
    pointing: Pointing,
    holds: Holds,
    told: Option<Hold>,
    /// How far the helper's hands reached after the last input.
    reach: Reach,
    outputs: VecDeque<Output>,
}

#[derive(Debug)]
enum Phase {
    /// The helper is connected. INVARIANT: `grants` has control only while `control_until` is set.
    Open {
        grants: Grants,
        question: Option<Asked>,
        /// Control was allowed, and begins when the question's window is gone: granted means that it works.
        granting: bool,
        control_until: Option<Moment>,
    },
    Over,
}

impl HostSession {
    /// A session with a helper who has just paired. The host's person is asked at once whether they may look.
    #[must_use]
    pub fn new(monitors: Vec<Monitor>, bar_shown: bool, now: Moment) -> Self {
        let mut session = Self {
            phase: Phase::Open { grants: Grants::NONE, question: None, granting: false, control_until: None },
            generation: 0,
            offers: Grant::Control,
            next_question: 1,
            refusals: Refusals::default(),
            talk: Talk::default(),
            lines: Lines::default(),
            bar_shown,
            can_lend: true,
            can_mark: true,
            paused: false,
            frozen: false,
            distance: Distance::Here,
            monitors,
            view: View::ALL,
            pointing: Pointing::default(),
            holds: Holds::default(),
            told: None,
            reach: Reach::Everything,
            outputs: VecDeque::new(),
        };
        session.settle();
        session.request(Grant::View, now);
        session
    }

    /// The same session, in which no more than `offers` is asked for: [`Grant::View`] or [`Grant::Control`].
    #[must_use]
    pub fn offering(mut self, offers: Grant) -> Self {
        self.offers = offers;
        self
    }

    /// The same session, new and not polled yet, whose questions count up from `first`: no answer that is late for
    /// another session of the program is one in this.
    #[must_use]
    pub fn questions_from(mut self, first: u32) -> Self {
        self.next_question = first + 1;
        if let Phase::Open { question: Some(asked), .. } = &mut self.phase {
            asked.question.id = first;
        }
        for output in &mut self.outputs {
            if let Output::Show(Show::Ask(question)) = output {
                question.id = first;
            }
        }
        self
    }

    /// The id of the next question, for the next session's [`Self::questions_from`].
    #[must_use]
    pub fn next_question(&self) -> u32 {
        self.next_question
    }

    /// Tells what happened. Afterwards drain [`Self::poll`].
    pub fn handle(&mut self, input: Input, now: Moment) {
        if self.is_over() {
            return;
        }
        // What is over by now is over before anything else happens, however late this is called.
        self.time(now);
        if self.is_over() {
            return;
        }
        match input {
            Input::Peer(message) if !self.grants().admits(&message) => {}
            Input::Peer(FromHelper::Control(message)) => self.control_message(message, now),
            Input::Peer(FromHelper::Act(event)) => self.act(event),
            Input::Person(command) => self.command(command, now),
            Input::Machine(machine) => self.machine(machine, now),
            Input::LinkSilent => self.silent(),
            Input::LinkCut => self.cut(now),
            Input::LinkAway => self.away(now),
            Input::LinkBack => self.back(now),
            Input::LinkLost => self.end(Party::Link, Reason::Closing),
            Input::Slept(time) => self.slept(time, now),
            Input::PeerFault => self.leave(Party::Program, Reason::Protocol),
            Input::Time => {}
        }
        self.tell_hold();
        self.tell_mark(now);
    }

    /// The next thing to do, until there is none.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`Input::Time`] is due.
    #[must_use]
    pub fn deadline(&self) -> Option<Moment> {
        let Phase::Open { control_until, .. } = self.phase else { return None };
        let others = [self.holds.deadline(), self.pointing.deadline(), self.distance.deadline()];
        others.into_iter().chain([control_until]).flatten().min()
    }

    /// What the helper may do now.
    #[must_use]
    pub fn grants(&self) -> Grants {
        match self.phase {
            Phase::Open { grants, .. } => grants,
            Phase::Over => Grants::NONE,
        }
    }

    /// The question that stands, if any.
    #[must_use]
    pub fn question(&self) -> Option<Question> {
        match &self.phase {
            Phase::Open { question, .. } => question.map(|asked| asked.question),
            Phase::Over => None,
        }
    }

    /// Whether the session is over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Over)
    }

    fn control_message(&mut self, message: ToHost, now: Moment) {
        match message {
            ToHost::Request(what) => self.request(what, now),
            // Only what was given can be given back: a question stays until the host's person answers it, else a
            // helper who asks and takes back, over and over, would not let that person in peace.
            ToHost::Release(()) if self.grants().has(Grant::Control) => {
                self.revoke(Grant::Control, Party::Helper, Reason::Person, now);
            }
            ToHost::Release(()) => {}
            ToHost::Monitor(choice) => self.choose(choice),
            ToHost::Point(place) => self.point(place),
            ToHost::Chat(chat) => {
                // A flood is no conversation, and telling about it would be one.
                if self.talk.admits(now) {
                    self.show(Show::Chat { own: false, text: chat.text });
                }
                let heard = self.lines.hear();
                self.send(ToHelper::Heard(heard));
            }
            ToHost::Heard(count) => {
                for line in self.lines.confirmed(count) {
                    self.send(ToHelper::Chat(line));
                }
            }
            ToHost::End(End { reason: reason @ (Reason::Person | Reason::Closing), .. }) => {
                self.end(Party::Helper, reason);
            }
            // Whatever else the helper's program says about itself, it says nothing about this computer.
            ToHost::End(_) => self.end(Party::Program, Reason::Closing),
        }
    }

    fn command(&mut self, command: Command, now: Moment) {
        match command {
            Command::Answer { id, allow } => self.answer(id, allow, now),
            Command::Revoke(Grant::View) | Command::Stop => self.leave(Party::Host, Reason::Person),
            Command::Revoke(what) => self.revoke(what, Party::Host, Reason::Person, now),
            Command::Pause(paused) => self.pause(paused, now),
            Command::Chat(_) if self.is_cut() => self.show(Show::NotNow),
            Command::Chat(text) => {
                let chat = Chat::fitting(&text);
                let said = self.lines.say(&chat);
                if said == Said::TooMany {
                    self.show(Show::NotNow);
                    return;
                }
                self.show(Show::Chat { own: true, text: chat.text.clone() });
                if said == Said::Now {
                    self.send(ToHelper::Chat(chat));
                }
            }
            Command::Close => self.leave(Party::Host, Reason::Closing),
        }
    }

    fn machine(&mut self, machine: Machine, now: Moment) {
        match machine {
            Machine::Escape => self.revoke(Grant::Control, Party::Host, Reason::Escape, now),
            Machine::Hand => self.holds.hand(now),
            Machine::Spoilt(id) => self.ask_again(id, now),
            Machine::Windows(windows) => {
                self.holds.windows(windows);
                self.grant_control(now);
            }
            Machine::Pointer { x, y } => self.holds.pointer(x, y),
            Machine::BarShown(shown) => {
                self.bar_shown = shown;
                if !shown {
                    self.revoke(Grant::Control, Party::Program, Reason::Unable, now);
                }
            }
            Machine::Turning => self.unsettle(),
            Machine::Monitors(monitors) => {
                self.monitors = monitors;
                self.settle();
                if self.grants().has(Grant::View) {
                    self.send(ToHelper::Monitors(self.monitors.clone()));
                }
            }
            Machine::ScreenFailed => self.leave(Party::Program, Reason::Unable),
            Machine::ControlFailed => {
                self.can_lend = false;
                self.revoke(Grant::Control, Party::Program, Reason::Unable, now);
            }
            Machine::MarkFailed => {
                self.can_mark = false;
                self.revoke(Grant::Point, Party::Program, Reason::Unable, now);
            }
        }
    }

    fn pause(&mut self, paused: bool, now: Moment) {
        if self.paused == paused || !self.grants().has(Grant::View) {
            return;
        }
        self.paused = paused;
        if paused {
            self.revoke(Grant::Control, Party::Host, Reason::Person, now);
        }
        self.tell_freeze();
        self.send(ToHelper::Paused(paused));
        self.show(Show::Paused(paused));
    }

    /// An act that passed the gate: dropped if its grant is an older one, or while the helper has to wait.
    fn act(&mut self, event: Event) {
        if event.generation == self.generation && self.holds.admit(&event.act) {
            self.act_out(Do::Inject(event));
        }
    }

    fn time(&mut self, now: Moment) {
        self.holds.time(now);
        self.distance_time(now);
        let Phase::Open { control_until: Some(until), .. } = self.phase else { return };
        if now >= until {
            self.revoke(Grant::Control, Party::Program, Reason::TimeOver, now);
        }
    }

    /// Tells a helper in control when it has to wait and when no longer. Whenever its hands reach less far than
    /// before, what they hold is let go of first.
    fn tell_hold(&mut self) {
        let control = self.grants().has(Grant::Control);
        let reach = self.holds.reach();
        if control && reach < self.reach {
            self.act_out(Do::ReleaseAll);
        }
        self.reach = reach;
        let reason = self.holds.reason().filter(|_| control);
        if reason != self.told && control {
            self.send(ToHelper::Hold(reason));
        }
        self.told = reason;
    }

    /// Ends from this side: hands and picture first, then the goodbye.
    fn leave(&mut self, by: Party, reason: Reason) {
        self.halt();
        self.send(ToHelper::End(End { reason, text: String::new() }));
        self.over(by, reason);
    }

    /// Ends because there is nobody to tell.
    fn end(&mut self, by: Party, reason: Reason) {
        self.halt();
        self.over(by, reason);
    }

    fn halt(&mut self) {
        let Phase::Open { grants, question, .. } = &self.phase else { return };
        let (grants, question) = (*grants, *question);
        self.phase = Phase::Over;
        self.unmark();
        if let Some(asked) = question {
            self.show(Show::Withdraw(asked.question.id));
        }
        if grants.has(Grant::Control) {
            self.act_out(Do::CloseGate);
            self.act_out(Do::ReleaseAll);
        }
        if grants.has(Grant::View) {
            self.act_out(Do::StopScreen);
        }
    }

    fn over(&mut self, by: Party, reason: Reason) {
        if by == Party::Link && self.lines.wait() {
            self.show(Show::Unheard);
        }
        self.show(Show::Ended { by, reason });
        self.act_out(Do::Close);
    }

    fn send(&mut self, message: ToHelper) {
        self.outputs.push_back(Output::Send(message));
    }

    fn show(&mut self, show: Show) {
        self.outputs.push_back(Output::Show(show));
    }

    fn act_out(&mut self, act: Do) {
        self.outputs.push_back(Output::Do(act));
    }
}
