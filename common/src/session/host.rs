//! The host's side: the side that decides. [`Input`] goes in, [`Output`] comes out.

mod follows;
mod heard;
mod refusals;
mod talk;

use std::collections::VecDeque;

use super::Party;
use super::grants::{FromHelper, Grants};
use super::holds::{Ground, Holds, Reach};
use crate::limits;
use crate::monitors;
use crate::time::Moment;
use crate::wire::control::{
    Chat, Denied, End, Grant, Granted, Hold, Monitor, MonitorChoice, Reason, ToHelper, ToHost,
};
use crate::wire::input::Event;

pub use follows::{Do, Output, Question, Show};
pub use heard::{Command, Input, Machine};
use refusals::Refusals;
use talk::Talk;

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
    bar_shown: bool,
    /// Whether this computer can lend its mouse and keyboard, and take them back.
    can_lend: bool,
    paused: bool,
    monitors: Vec<Monitor>,
    view: View,
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

/// Which part of the desktop the picture is.
#[derive(Debug)]
struct View {
    /// What the helper would like to see.
    wanted: MonitorChoice,
    /// What the computer was told to show.
    chosen: MonitorChoice,
    /// Whether the computer has said that it does. Until then no one knows where in the picture anything is.
    settled: bool,
    /// The picture's corner in pixels of the picture of all monitors.
    corner: (i32, i32),
}

#[derive(Debug, Clone, Copy)]
struct Asked {
    question: Question,
    allow_from: Moment,
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
            bar_shown,
            can_lend: true,
            paused: false,
            monitors,
            view: View {
                wanted: MonitorChoice::All,
                chosen: MonitorChoice::All,
                settled: true,
                corner: (0, 0),
            },
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
        if matches!(self.phase, Phase::Over) {
            return;
        }
        // What is over by now is over before anything else happens, however late this is called.
        self.time(now);
        match input {
            Input::Peer(message) if !self.grants().admits(&message) => {}
            Input::Peer(FromHelper::Control(message)) => self.control_message(message, now),
            Input::Peer(FromHelper::Act(event)) => self.act(event),
            Input::Person(command) => self.command(command, now),
            Input::Machine(machine) => self.machine(machine, now),
            Input::LinkLost => self.end(Party::Link, Reason::Closing),
            Input::PeerFault => self.leave(Party::Program, Reason::Protocol),
            Input::Time => {}
        }
        self.tell_hold();
    }

    /// The next thing to do, until there is none.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`Input::Time`] is due.
    #[must_use]
    pub fn deadline(&self) -> Option<Moment> {
        let Phase::Open { control_until, .. } = self.phase else { return None };
        [control_until, self.holds.deadline()].into_iter().flatten().min()
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
            ToHost::Chat(chat) if self.talk.admits(now) => {
                self.show(Show::Chat { own: false, text: chat.text });
            }
            // A flood is no conversation, and telling about it would be one.
            ToHost::Chat(_) => {}
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
            Command::Chat(text) => {
                let chat = Chat::fitting(&text);
                self.show(Show::Chat { own: true, text: chat.text.clone() });
                self.send(ToHelper::Chat(chat));
            }
            Command::Close => self.leave(Party::Host, Reason::Closing),
        }
    }

    fn machine(&mut self, machine: Machine, now: Moment) {
        match machine {
            Machine::Escape => self.revoke(Grant::Control, Party::Host, Reason::Escape, now),
            Machine::Hand => self.holds.hand(now),
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
        }
    }

    /// Opens a question, unless one stands already or the answer is clear without.
    fn request(&mut self, what: Grant, now: Moment) {
        let Phase::Open { grants, question, granting, .. } = &self.phase else { return };
        let under_way = question.is_some_and(|asked| asked.question.what == what)
            || (*granting && what == Grant::Control);
        if under_way || grants.has(what) {
            return;
        }
        if let Some(reason) = self.cannot_ask(*grants, question.is_some(), what, now) {
            self.send(ToHelper::Refused(Denied { what, reason }));
            return;
        }
        let wait = if what == Grant::Control { limits::ALLOW_WAIT_CONTROL } else { limits::ALLOW_WAIT };
        let question = Question { id: self.next_question, what, wait };
        self.next_question += 1;
        if let Phase::Open { question: place, .. } = &mut self.phase {
            *place = Some(Asked { question, allow_from: now + wait });
        }
        self.holds.question = true;
        self.send(ToHelper::Asking(what));
        self.show(Show::Ask(question));
    }

    /// Control needs hands that can be taken back and a bar that says so.
    fn can_control(&self) -> bool {
        self.bar_shown && self.can_lend
    }

    fn cannot_ask(&self, grants: Grants, question_open: bool, what: Grant, now: Moment) -> Option<Reason> {
        let offered = what == Grant::View || (what == Grant::Control && self.offers == Grant::Control);
        if question_open {
            Some(Reason::Question)
        } else if self.refusals.pausing(now) {
            Some(Reason::TooOften)
        } else if !offered || (what == Grant::Control && !(self.can_control() && grants.has(Grant::View))) {
            Some(Reason::Unable)
        } else {
            None
        }
    }

    fn answer(&mut self, id: u32, allow: bool, now: Moment) {
        let Phase::Open { question: place, .. } = &mut self.phase else { return };
        let Some(asked) = place.filter(|asked| asked.question.id == id) else { return };
        if allow && now < asked.allow_from {
            self.show(Show::TooEarly(id));
            return;
        }
        *place = None;
        self.holds.question_over();
        self.show(Show::Withdraw(id));
        let what = asked.question.what;
        if !allow {
            self.refusals.refused(now);
            self.send(ToHelper::Refused(Denied { what, reason: Reason::Person }));
            self.show(Show::Revoked { what, by: Party::Host, reason: Reason::Person });
        } else if what == Grant::Control && !self.can_control() {
            // The bar went away while the question stood.
            self.send(ToHelper::Refused(Denied { what, reason: Reason::Unable }));
            self.show(Show::Revoked { what, by: Party::Program, reason: Reason::Unable });
        } else {
            self.refusals = Refusals::default();
            if what == Grant::Control {
                if let Phase::Open { granting, .. } = &mut self.phase {
                    *granting = true;
                }
                self.grant_control(now);
            } else {
                self.grant(what, now);
            }
        }
    }

    /// Grants the control that was allowed, unless the question's window still stands.
    fn grant_control(&mut self, now: Moment) {
        let Phase::Open { granting, .. } = &mut self.phase else { return };
        if *granting && !self.holds.asks() {
            *granting = false;
            self.grant(Grant::Control, now);
        }
    }

    fn grant(&mut self, what: Grant, now: Moment) {
        let Phase::Open { grants, control_until, .. } = &mut self.phase else { return };
        grants.add(what);
        if what == Grant::Control {
            *control_until = Some(now + limits::CONTROL_TIME);
            self.generation += 1;
            self.act_out(Do::OpenGate(self.generation));
        }
        if what == Grant::View {
            self.send(ToHelper::Monitors(self.monitors.clone()));
            self.act_out(Do::StartScreen);
        }
        self.send(ToHelper::Granted(Granted { what, generation: self.generation }));
        self.show(Show::Granted(what));
    }

    /// Takes a grant back, if it stands, and withdraws a question for it. By the host's hand that is a No to it.
    fn revoke(&mut self, what: Grant, by: Party, reason: Reason, now: Moment) {
        let Phase::Open { grants, question, granting, control_until } = &mut self.phase else { return };
        let broken_off = what == Grant::Control && std::mem::take(granting);
        let withdrawn = question.take_if(|asked| asked.question.what == what);
        let stood = grants.has(what);
        grants.remove(what);
        if what == Grant::Control {
            *control_until = None;
        }
        if let Some(asked) = withdrawn {
            self.holds.question_over();
            self.show(Show::Withdraw(asked.question.id));
            if by == Party::Host {
                self.refusals.refused(now);
            }
        }
        if stood && what == Grant::Control {
            self.act_out(Do::CloseGate);
            self.act_out(Do::ReleaseAll);
        }
        if stood || broken_off || withdrawn.is_some() {
            let denied = Denied { what, reason };
            self.send(if stood { ToHelper::Revoked(denied) } else { ToHelper::Refused(denied) });
            self.show(Show::Revoked { what, by, reason });
        }
    }

    fn choose(&mut self, choice: MonitorChoice) {
        let known = |id| self.monitors.iter().any(|monitor| monitor.id == id);
        match choice {
            MonitorChoice::One(id) if !known(id) => {}
            _ => self.view.wanted = choice,
        }
        self.follow();
    }

    /// Shows what the helper wants, one change at a time: a helper who flips to and fro fills no queue.
    fn follow(&mut self) {
        if self.view.settled && self.view.wanted != self.view.chosen {
            self.view.chosen = self.view.wanted;
            self.view.settled = false;
            self.holds.ground(Vec::new());
            self.act_out(Do::Choose(self.view.chosen));
        }
    }

    /// The computer has told its monitors and shows what the choice comes to.
    fn settle(&mut self) {
        let shown = monitors::shown(self.view.chosen, &self.monitors);
        let corner = monitors::corner(shown, &self.monitors);
        let seen =
            |monitor: &&Monitor| shown == MonitorChoice::All || shown == MonitorChoice::One(monitor.id);
        let ground = self.monitors.iter().filter(seen).map(|monitor| Ground::of(monitor, corner));
        self.holds.ground(ground.collect());
        self.holds.shift((self.view.corner.0 - corner.0, self.view.corner.1 - corner.1));
        self.view.corner = corner;
        self.view.settled = true;
        self.follow();
    }

    fn pause(&mut self, paused: bool, now: Moment) {
        if self.paused == paused || !self.grants().has(Grant::View) {
            return;
        }
        self.paused = paused;
        if paused {
            self.revoke(Grant::Control, Party::Host, Reason::Person, now);
        }
        self.act_out(Do::FreezeScreen(paused));
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
