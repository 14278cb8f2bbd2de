//! What holds after every single step of a session, judged from outside: from what went into the host's machine and
//! what came out, with a memory of its own. Beside it stands the host's computer as the machine told it to be: its
//! gate, its keyboard, its screen; and the host's [desk], as the machine was told of it.

mod desk;

use entraide_common::input::Held;
use entraide_common::limits;
use entraide_common::session::grants::FromHelper;
use entraide_common::session::helper::HelperSession;
use entraide_common::session::host::{Command, Do, HostSession, Input, Output, Question, Show};
use entraide_common::time::Moment;
use entraide_common::wire::control::{Grant, Monitor, Spot, ToHelper};
use entraide_common::wire::input::{Act, Event};

use desk::Desk;

/// The judge's memory.
#[derive(Debug)]
pub struct Invariants {
    /// How many acts reached the host's computer.
    pub injected: u64,
    /// How many times the mark was brought somewhere.
    pub marked: u64,
    /// How many questions were ever asked.
    pub asked: u64,
    /// Each grant that was ever given, in order.
    pub given: Vec<Grant>,
    question: Option<(Question, Moment)>,
    /// Control was allowed in time; it begins when the question's window is gone.
    allowed: bool,
    view: bool,
    control_since: Option<Moment>,
    point: bool,
    paused: bool,
    /// The mark on the host's screen, and since when it is there.
    mark: Option<(Spot, Moment)>,
    last_mark: Option<Moment>,
    screen: bool,
    /// The generation that may pass; 0 is nobody.
    gate: u32,
    generation: u32,
    held: Held,
    desk: Desk,
    over: bool,
    /// Whether the helper is cut off.
    cut: bool,
    /// Whether no path is left.
    away: bool,
}

impl Invariants {
    pub(crate) fn new(monitors: Vec<Monitor>) -> Self {
        Self {
            injected: 0,
            marked: 0,
            asked: 0,
            given: Vec::new(),
            question: None,
            allowed: false,
            view: false,
            control_since: None,
            point: false,
            paused: false,
            mark: None,
            last_mark: None,
            screen: false,
            gate: 0,
            generation: 0,
            held: Held::default(),
            desk: Desk::of(monitors),
            over: false,
            cut: false,
            away: false,
        }
    }

    /// The generation of the last grant of control.
    #[must_use]
    pub const fn generation(&self) -> u32 {
        self.generation
    }

    /// Whether the helper holds anything down on the host's computer.
    #[must_use]
    pub fn holds(&self) -> bool {
        !self.held.is_empty()
    }

    /// Judges one step of the host's machine: `cause` went in, `outputs` came out.
    pub(crate) fn host_did(
        &mut self,
        cause: Option<&Input>,
        outputs: &[Output],
        host: &HostSession,
        now: Moment,
    ) {
        assert!(!self.over || outputs.is_empty(), "after the end: {outputs:?}");
        let question = self.question;
        match cause {
            Some(Input::Machine(machine)) => self.desk.notice(machine, now),
            Some(Input::LinkAway) => self.away = true,
            Some(Input::LinkBack) => self.away = false,
            _ => {}
        }
        for (place, output) in outputs.iter().enumerate() {
            assert!(!self.over, "after the end: {output:?}");
            match output {
                Output::Do(Do::CloseGate) => {
                    let next = outputs.get(place + 1);
                    assert_eq!(next, Some(&Output::Do(Do::ReleaseAll)), "shut, then let go");
                    self.gate = 0;
                }
                Output::Do(act) => self.act(act, cause, now),
                Output::Show(show) => self.show(show, question, cause, now),
                Output::Send(ToHelper::Granted(granted)) => {
                    assert!(host.grants().has(granted.what));
                    assert_eq!(granted.generation, self.generation);
                }
                Output::Send(_) => {}
            }
        }
        if matches!(cause, Some(Input::Slept(time)) if *time >= limits::CUT_TIME) {
            assert!(self.control_since.is_none() && !self.point, "nobody was there who could take it back");
        }
        self.at_rest(host, now);
    }

    /// Judges both sides when nothing is under way any more.
    pub(crate) fn settled(&self, host: &HostSession, helper: &HelperSession) {
        assert_eq!(host.is_over(), helper.is_over(), "one side goes on alone");
        assert_eq!(host.grants(), helper.grants(), "the sides disagree");
    }

    fn act(&mut self, act: &Do, cause: Option<&Input>, now: Moment) {
        match act {
            Do::StartScreen => {
                assert!(
                    !self.screen && matches!(cause, Some(Input::Person(Command::Answer { allow: true, .. })))
                );
                self.screen = true;
            }
            Do::StopScreen => {
                assert!(self.screen, "stopped what never ran");
                self.screen = false;
            }
            Do::FreezeScreen(frozen) => {
                assert!(self.screen, "froze nothing");
                self.paused = *frozen;
            }
            Do::Choose(choice) => {
                assert!(self.view, "chose without a view");
                self.desk.turns_to(*choice);
            }
            Do::OpenGate(generation) => {
                assert!(self.allowed, "the gate was opened by {cause:?}");
                assert_eq!(*generation, self.generation + 1, "a generation is never used twice");
                (self.gate, self.generation) = (*generation, *generation);
            }
            Do::Inject(event) => self.inject(event, cause, now),
            Do::Mark(Some(place)) => {
                let paced = self.last_mark.is_none_or(|last| now >= last + limits::POINT_PACE);
                assert!(paced, "the mark runs");
                (self.mark, self.last_mark) = (Some((*place, now)), Some(now));
                self.marked += 1;
            }
            Do::Mark(None) => assert!(self.mark.take().is_some(), "took a mark away where none was"),
            Do::ReleaseAll => {
                self.held.release_all();
            }
            Do::Close => self.over = true,
            Do::CloseGate => unreachable!("judged by its neighbour"),
        }
    }

    fn inject(&mut self, event: &Event, cause: Option<&Input>, now: Moment) {
        let came = matches!(cause, Some(Input::Peer(FromHelper::Act(act))) if act == event);
        assert!(came, "an act that nobody made: {event:?}");
        assert_eq!(event.generation, self.gate, "an act under another grant");
        let since = self.control_since.expect("an act without control");
        assert!(now < since + limits::CONTROL_TIME, "an act after its time");
        assert!(self.question.is_none(), "an act while a question stands");
        assert!(!self.desk.hand_moves(now), "an act under the host's hand");
        match event.act {
            Act::Pointer { x, y } => {
                assert!(self.desk.settled, "pointed in a picture that is no longer so");
                assert!(self.desk.on_a_monitor((x, y)), "({x}, {y}) would be moved who knows where");
                assert!(!self.desk.over_ours((x, y)), "the pointer on a window of ours");
                self.desk.pointer = Some((x, y));
            }
            Act::Button { down, .. } => {
                assert!(!self.desk.pointer_over_ours(), "a click on a window of ours");
                assert!(!down || self.desk.settled, "pressed in a picture that is no longer so");
            }
            Act::Key { .. } | Act::Text(_) | Act::Wheel { .. } => {
                assert!(
                    !self.desk.focused() && !self.desk.pointer_over_ours(),
                    "typed into a window of ours"
                );
            }
            Act::ReleaseAll => {
                self.held.release_all();
                return;
            }
        }
        self.held.note(&event.act);
        self.injected += 1;
    }

    fn show(
        &mut self,
        show: &Show,
        question: Option<(Question, Moment)>,
        cause: Option<&Input>,
        now: Moment,
    ) {
        match show {
            Show::Ask(asked) => {
                assert!(self.question.is_none(), "two questions at once");
                let wait = if asked.what == Grant::Control {
                    limits::ALLOW_WAIT_CONTROL
                } else {
                    limits::ALLOW_WAIT
                };
                assert_eq!(asked.wait, wait);
                self.question = Some((*asked, now));
                self.asked += 1;
            }
            Show::Withdraw(id) => {
                let was = self.question.take().map(|(question, _)| question.id);
                assert_eq!(was, Some(*id), "withdrew what does not stand");
                if matches!(cause, Some(Input::Person(Command::Answer { allow: true, .. }))) {
                    let (asked, at) = question.expect("withdrawn without a question");
                    self.allowed |= asked.what == Grant::Control && now >= at + asked.wait;
                }
            }
            Show::Granted(Grant::Control) => {
                assert!(std::mem::take(&mut self.allowed), "control was granted by {cause:?}");
                assert!(!self.desk.asks(), "control under a question's window");
                assert!(self.desk.bar, "control without the bar");
                self.grant(Grant::Control, now);
            }
            Show::Granted(what) => {
                let Some(Input::Person(Command::Answer { id, allow: true })) = cause else {
                    panic!("{what:?} was granted by {cause:?}");
                };
                let (asked, at) = question.expect("granted without a question");
                assert_eq!((asked.id, asked.what), (*id, *what), "granted something else");
                assert!(now >= at + asked.wait, "allowed before it could be read");
                self.grant(*what, now);
            }
            Show::Revoked { what: Grant::View, .. } => assert!(!self.view, "the view ends with the session"),
            Show::Revoked { what: Grant::Point, .. } => self.point = false,
            Show::Revoked { what: Grant::Control, .. } => (self.control_since, self.allowed) = (None, false),
            Show::Ended { .. } => {
                (self.view, self.point, self.control_since, self.allowed) = (false, false, None, false);
            }
            Show::Cut => {
                assert!(self.held.is_empty(), "held down with nobody there: {:?}", self.held);
                self.cut = true;
            }
            Show::Back { .. } => self.cut = false,
            Show::NotNow
            | Show::Unheard
            | Show::Revoked { .. }
            | Show::Paused(_)
            | Show::Chat { .. }
            | Show::TooEarly(_) => {}
        }
    }

    fn grant(&mut self, what: Grant, now: Moment) {
        self.given.push(what);
        match what {
            Grant::View => self.view = true,
            Grant::Control => {
                assert!(self.view, "control without a view");
                self.control_since = Some(now);
            }
            Grant::Point => {
                assert!(self.view, "pointing without a view");
                self.point = true;
            }
            other => panic!("{other:?} is not built yet"),
        }
    }

    /// What must be true between any two steps.
    fn at_rest(&self, host: &HostSession, now: Moment) {
        assert_eq!(host.is_over(), self.over);
        assert_eq!(host.question(), self.question.map(|(question, _)| question));
        assert_eq!(host.grants().has(Grant::View), self.view);
        assert_eq!(host.grants().has(Grant::Control), self.control_since.is_some());
        assert_eq!(host.grants().has(Grant::Point), self.point);
        assert_eq!(self.screen, self.view, "the screen is sent exactly while it may be seen");
        assert!(host.deadline().is_none_or(|deadline| deadline > now), "a deadline that has passed");
        assert!(!self.over || host.deadline().is_none());
        self.mark_at_rest(now);
        if self.control_since.is_none() {
            assert_eq!(self.gate, 0, "an open gate without control");
        }
        assert!(!self.away || self.control_since.is_none() && !self.point, "nobody is there who could act");
        let hands_off = self.control_since.is_none() || self.question.is_some() || self.desk.hand_moves(now);
        if hands_off || self.desk.pointer_over_ours() {
            assert!(self.held.is_empty(), "held down: {:?}", self.held);
        }
        if self.desk.focused() {
            let keys = self.held.clone().release_all();
            assert!(!keys.iter().any(|act| matches!(act, Act::Key { .. })), "keys over a window of ours");
        }
    }

    /// What must be true of the mark wherever it stands.
    fn mark_at_rest(&self, now: Moment) {
        let Some((Spot { x, y }, since)) = self.mark else { return };
        assert!(self.point && !self.over, "a mark of nobody who may point");
        assert!(now < since + limits::POINT_TIME, "a mark that nobody points at any more");
        assert!(self.question.is_none() && !self.desk.asks(), "beside a question");
        assert!(!self.paused, "a mark in a picture that stands still");
        assert!(self.desk.on_a_monitor((x, y)), "a mark who knows where");
        assert!(!self.desk.is_near_ours((x, y)), "a mark on a window of ours");
    }
}
