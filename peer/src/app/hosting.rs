//! A session on the host's side, from a paired helper to the goodbye: the machine in
//! [`entraide_common::session::host`] decides, this feeds it and does what it says.
//!
//! Around one loop stand the tasks and threads of a session: control, frames and cursor to the helper; control,
//! input and acknowledgements from it; capture, encoder and injection on threads of their own. They end in one
//! order, in [`Hosting::close`]: hands off, picture off, streams flushed.

mod ground;
mod hands;
mod mark;
pub mod picture;
mod show;
mod turning;

use std::time::Instant;

use entraide_common::invitation::open::State;
use entraide_common::session::Party;
use entraide_common::session::grants::FromHelper;
use entraide_common::session::holds::Area;
use entraide_common::session::host::{Command, Do, HostSession, Input, Machine, Output, Show};
use entraide_common::wire::control::{Grant, Reason, ToHelper};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::clock::Clock;
use super::lanes::{self, Outbox, Received};
use super::said::Said;
use crate::desktop::{Ended, Seat};
use crate::front::{self, Heard};
use crate::media::capture::Noticed;
use crate::net::{HostLink, NetEvent};
use crate::ui::model::{self, OwnWindow};
pub use ground::{Ground, SessionEnd};
use hands::{Felt, Hands};
use mark::Marker;
use picture::Pictures;
pub use show::{Helper, Shower};
use turning::{Next, Turning};

/// What waits to be handled; a helper who sends faster than the host handles waits for the host.
const HAPPENINGS: usize = 256;

/// What tasks and threads of the session bring.
#[derive(Debug)]
enum Happening {
    /// The helper's control stream. Its end is the link's.
    Control(Received<FromHelper>),
    /// The helper's input stream. It may end before the goodbye on the control stream has been read.
    Acts(Received<FromHelper>),
    /// The capture thread.
    Noticed(Noticed),
    /// The helper sees the picture since that turn of the screen.
    Turned(u64),
    /// Where the helper points cannot be shown, or no longer.
    MarkFailed,
}

struct Hosting<'a> {
    session: HostSession,
    clock: Clock,
    seat: Seat,
    shower: Shower<'a>,
    /// Until it is told.
    answered: Option<&'a (dyn Fn(bool) -> State + Sync)>,
    control: Outbox<ToHelper>,
    picture: Pictures,
    hands: Hands,
    mark: Marker,
    windows: Vec<OwnWindow>,
    turning: Turning,
    /// Whether control was ever granted: from then on a click counts only from a physical button.
    had_control: bool,
    /// When the last question was put.
    question_put: Instant,
    quit: bool,
}

/// Runs a session to its end.
///
/// # Errors
/// This computer's screen cannot be opened; then no session was begun.
pub async fn run(ground: Ground<'_>, link: HostLink, mut shower: Shower<'_>) -> Result<SessionEnd, Ended> {
    let Ground { clock, desktop, peer, offers, said, questions, net_events, serve, answered } = ground;
    let HostLink { control, requests, screen, acks, cursor, input, mut path } = link;
    let (happen, mut happenings) = mpsc::channel(HAPPENINGS);
    let mut tasks = JoinSet::new();

    let picture = Pictures::prepare(
        desktop,
        picture::Lanes { frames: screen, acks, cursor },
        shower.faces().tally(),
        happen.clone(),
    )?;
    let (hands, mut felt) = Hands::open(desktop);
    let marks = happen.clone();
    let mark = Marker::start(desktop, move || {
        // A session that is over needs not know.
        let _ = marks.blocking_send(Happening::MarkFailed);
    });
    let control = Outbox::spawn(&mut tasks, control);
    let controls = happen.clone();
    tasks.spawn(lanes::read(requests, move |got| {
        (controls.clone(), Happening::Control(got.map(FromHelper::Control)))
    }));
    tasks.spawn(lanes::read(input, move |got| (happen.clone(), Happening::Acts(got.map(from_input)))));

    let session = HostSession::new(picture.monitors(), shower.bar_shown(), clock.now())
        .offering(offers)
        .questions_from(*questions);
    let seat = desktop.seat();
    let mut hosting = Hosting {
        session,
        clock,
        seat,
        shower,
        answered: Some(answered),
        control,
        picture,
        hands,
        mark,
        windows: Vec::new(),
        turning: Turning::Still,
        had_control: false,
        question_put: Instant::now(),
        quit: false,
    };
    let mut seconds = hosting.shower.faces().seconds();
    // The way as it is at the beginning is news as well.
    path.mark_changed();
    let mut end = hosting.drain();
    while end.is_none() {
        let deadline = hosting.session.deadline();
        let input = tokio::select! {
            biased;
            Some(felt) = felt.recv() => hosting.felt(felt),
            heard = said.recv() => {
                hosting.said(heard.unwrap_or(Said::Interrupted), said.has_lost_display())
            }
            Some(happening) = happenings.recv() => hosting.happening(happening),
            Some(event) = net_events.recv() => match event {
                NetEvent::Pair(channel) => {
                    serve(channel);
                    None
                }
                NetEvent::Lost { peer: lost } if lost == peer => Some(Input::LinkLost),
                _ => None,
            },
            Ok(()) = path.changed() => {
                hosting.shower.path(path.borrow_and_update().clone());
                None
            }
            () = clock.sleep_until(deadline) => Some(Input::Time),
            () = seconds.next() => {
                hosting.shower.faces().figures();
                None
            }
        };
        if let Some(input) = input {
            hosting.session.handle(input, clock.now());
            end = hosting.drain();
        }
    }
    let (by, reason) = end.unwrap_or((Party::Program, Reason::Closing));
    *questions = hosting.session.next_question();
    let quit = hosting.quit;
    hosting.close(by, happenings, tasks).await;
    Ok(SessionEnd { by, reason, quit })
}

fn from_input(message: entraide_common::wire::input::Input) -> FromHelper {
    let entraide_common::wire::input::Input::Event(event) = message;
    FromHelper::Act(event)
}

/// The person's answer to the question whether the helper may look, if this is one. A view that is taken back later
/// looks the same; by then the question has been answered.
fn answer_to_view(show: &Show) -> Option<bool> {
    match show {
        Show::Granted(Grant::View) => Some(true),
        Show::Revoked { what: Grant::View, by: Party::Host, .. } => Some(false),
        _ => None,
    }
}

impl Hosting<'_> {
    /// Does everything the session has decided; the end, if it is one.
    fn drain(&mut self) -> Option<(Party, Reason)> {
        let (mut end, mut lost) = (None, false);
        while let Some(output) = self.session.poll() {
            match output {
                Output::Send(message) => lost |= !self.control.send(message),
                Output::Show(show) => {
                    match show {
                        Show::Ended { by, reason } => end = Some((by, reason)),
                        Show::Ask(_) => self.question_put = Instant::now(),
                        _ => {}
                    }
                    let answer = answer_to_view(&show);
                    self.shower.show(show, self.session.grants());
                    if let Some(allowed) = answer
                        && let Some(answered) = self.answered.take()
                    {
                        self.shower.invitation(answered(allowed));
                    }
                }
                Output::Do(act) => self.act(act),
            }
        }
        if lost && end.is_none() {
            self.session.handle(Input::LinkLost, self.clock.now());
            return self.drain();
        }
        end
    }

    fn act(&mut self, act: Do) {
        match act {
            Do::StartScreen => {
                self.picture.start();
            }
            Do::FreezeScreen(frozen) => self.picture.freeze(frozen),
            Do::Choose(choice) => self.picture.choose(choice),
            Do::StopScreen => self.picture.stop(),
            Do::OpenGate(generation) => {
                self.had_control = true;
                self.hands.open_gate(generation);
            }
            Do::CloseGate => self.hands.close_gate(),
            Do::Inject(event) => self.hands.inject(event),
            Do::ReleaseAll => self.hands.release_all(),
            Do::Mark(place) => {
                let (left, top) = self.picture.origin();
                self.mark.put(place.map(|place| (place.x + left, place.y + top)));
            }
            // The loop ends with the session; closing is its last step.
            Do::Close => {}
        }
    }

    fn felt(&mut self, felt: Felt) -> Option<Input> {
        match felt {
            Felt::Escape => Some(Input::Machine(Machine::Escape)),
            Felt::Hand => Some(Input::Machine(Machine::Hand)),
            Felt::Unusable => Some(Input::Machine(Machine::ControlFailed)),
        }
    }

    fn said(&mut self, said: Said, display_lost: bool) -> Option<Input> {
        match said {
            Said::Window(command) => self.window(command),
            Said::Front(Heard::Command(command)) => self.front(command),
            Said::Front(Heard::Fault(fault)) => {
                self.shower.faces().fault(&fault);
                None
            }
            Said::Interrupted => {
                self.quit = true;
                // The helper is told the same, whether the windows or the capture noticed first.
                Some(if display_lost {
                    Input::Machine(Machine::ScreenFailed)
                } else {
                    Input::Person(Command::Close)
                })
            }
        }
    }

    fn front(&mut self, command: front::Command) -> Option<Input> {
        match command {
            front::Command::Answer { id, allow } => {
                // At a display where a person sits, only that person answers, in the window.
                if self.seat == Seat::Person {
                    self.shower.faces().error("answer_in_window");
                    return None;
                }
                self.answer(id, allow)
            }
            front::Command::Chat(text) => Some(Input::Person(Command::Chat(text))),
            front::Command::Pause(paused) => Some(Input::Person(Command::Pause(paused))),
            front::Command::Stop => Some(Input::Person(Command::Stop)),
            front::Command::Quit => {
                self.quit = true;
                Some(Input::Person(Command::Close))
            }
            front::Command::Release => Some(Input::Person(Command::Revoke(Grant::Control))),
            _ => {
                self.shower.faces().error("not_here");
                None
            }
        }
    }

    fn window(&mut self, command: model::Command) -> Option<Input> {
        match command {
            model::Command::Answer { id, allow } => {
                let answer = self.answer(id, allow)?;
                if allow && self.had_control && !self.hands.pressed_by_hand_since(self.question_put) {
                    self.shower.faces().error("answer_by_hand");
                    return Some(Input::Machine(Machine::Spoilt(id)));
                }
                Some(answer)
            }
            model::Command::Revoke(what) => Some(Input::Person(Command::Revoke(what))),
            model::Command::Pause(paused) => Some(Input::Person(Command::Pause(paused))),
            model::Command::Chat(text) => Some(Input::Person(Command::Chat(text))),
            model::Command::OwnWindows(windows) => {
                self.windows = windows;
                Some(Input::Machine(Machine::Windows(self.areas())))
            }
            model::Command::BarShown(shown) => {
                self.shower.set_bar_shown(shown);
                Some(Input::Machine(Machine::BarShown(shown)))
            }
            model::Command::Stop => Some(Input::Person(Command::Stop)),
            model::Command::Quit => {
                self.quit = true;
                Some(Input::Person(Command::Close))
            }
            _ => None,
        }
    }

    fn answer(&mut self, id: u32, allow: bool) -> Option<Input> {
        if self.session.question().is_none_or(|question| question.id != id) {
            self.shower.faces().error("no_such_question");
            return None;
        }
        Some(Input::Person(Command::Answer { id, allow }))
    }

    fn happening(&mut self, happening: Happening) -> Option<Input> {
        match happening {
            Happening::Control(Received::Message(message)) | Happening::Acts(Received::Message(message)) => {
                Some(Input::Peer(message))
            }
            Happening::Control(Received::Fault) | Happening::Acts(Received::Fault) => Some(Input::PeerFault),
            Happening::Control(Received::Lost) => Some(Input::LinkLost),
            Happening::Acts(Received::Lost) => None,
            Happening::Noticed(noticed) => self.noticed(noticed),
            Happening::Turned(turn) => self.turned(turn),
            Happening::MarkFailed => Some(Input::Machine(Machine::MarkFailed)),
        }
    }

    fn noticed(&mut self, noticed: Noticed) -> Option<Input> {
        match noticed {
            Noticed::Shape(shape) => {
                self.picture.shape(shape);
                None
            }
            Noticed::Position(position) => {
                self.picture.position(position);
                self.turning.hold_back(position).map(turning::pointer)
            }
            Noticed::Layout { monitors, origin, turn } => {
                self.turning = Turning::To(Box::new(Next { turn, monitors, origin, pointer: None }));
                Some(Input::Machine(Machine::Turning))
            }
            Noticed::Ended(ended) => {
                self.shower.screen_ended(&ended);
                Some(Input::Machine(Machine::ScreenFailed))
            }
        }
    }

    /// Our windows in the picture's pixels.
    fn areas(&self) -> Vec<Area> {
        let (left, top) = self.picture.origin();
        let area = |window: &OwnWindow| Area {
            x: window.x - left,
            y: window.y - top,
            width: window.width,
            height: window.height,
            focused: window.focused,
            asks: window.asks,
        };
        self.windows.iter().map(area).collect()
    }

    /// Hands off, picture off, goodbye heard; in this order, so that nothing acts after the goodbye.
    async fn close(self, by: Party, mut happenings: mpsc::Receiver<Happening>, mut tasks: JoinSet<()>) {
        let Self { control, mut picture, hands, mark, .. } = self;
        hands.close().await;
        drop(mark);
        picture.stop();
        drop(control);
        if !matches!(by, Party::Helper | Party::Link) {
            let ends =
                |happening: &_| matches!(happening, Happening::Control(Received::Lost | Received::Fault));
            lanes::hung_up(&mut happenings, ends).await;
        }
        picture.end().await;
        tasks.shutdown().await;
    }
}
