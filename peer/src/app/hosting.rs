//! A session on the host's side, from a paired helper to the goodbye: the machine in
//! [`entraide_common::session::host`] decides, this feeds it and does what it says.
//!
//! Around one loop stand the tasks and threads of a session: control, frames and cursor to the helper; control,
//! input and acknowledgements from it; capture, encoder and injection on threads of their own. What belongs to a link
//! ends with it and begins anew on the next ([`link`]); the rest lives as long as the session. All end in one order,
//! in [`Hosting::close`]: hands off, picture off, streams flushed.

mod commands;
mod film;
mod ground;
mod hands;
mod link;
mod mark;
pub mod picture;
mod show;
mod sleep;
mod turning;

use std::sync::Arc;
use std::time::Instant;

use entraide_common::invitation::open::State;
use entraide_common::session::Party;
use entraide_common::session::grants::FromHelper;
use entraide_common::session::holds::Area;
use entraide_common::session::host::{Do, HostSession, Input, Machine, Output, Show};
use entraide_common::wire::control::{Grant, Reason, ToHelper};
use tokio::sync::mpsc;

use super::clock::Clock;
use super::lanes::{self, Received};
use super::line::{Link, News};
use super::rejoin::{HostBack, Road};
use super::said::Said;
use crate::desktop::{Ended, Seat};
use crate::media::capture::Noticed;
use crate::net::{Channel, HostLink, NetEvent};
use crate::ui::model::OwnWindow;
pub use ground::{Ground, SessionEnd};
use hands::{Felt, Hands};
use mark::Marker;
use picture::Pictures;
pub use show::{Helper, Shower};
use sleep::Sleep;
use turning::{Next, Turning};

/// What waits to be handled; a helper who sends faster than the host handles waits for the host.
const HAPPENINGS: usize = 256;

/// What tasks and threads of the session bring.
#[derive(Debug)]
enum Happening {
    /// The control stream of the link of that number. Its end is the link's.
    Control(u32, Received<FromHelper>),
    /// Its input stream. It may end before the goodbye on the control stream has been read.
    Acts(u32, Received<FromHelper>),
    /// A lane of the link of that number ended, and its control stream does not say why.
    Broken(u32),
    /// The capture thread.
    Noticed(Noticed),
    /// The helper sees the picture since that turn of the screen.
    Turned(u64),
    /// Where the helper points cannot be shown, or no longer.
    MarkFailed,
}

/// What the session's loop wakes up for.
#[expect(clippy::large_enum_variant, reason = "there is one at a time, and it is moved once")]
enum Came {
    Felt(Felt),
    Said(Said),
    Happening(Happening),
    Network(NetEvent),
    Link(News<HostBack>),
    Time,
    /// The figures are told.
    Second,
    /// Nothing but a chance to notice a sleep.
    Tick,
}

struct Hosting<'a> {
    session: HostSession,
    clock: Clock,
    seat: Seat,
    shower: Shower<'a>,
    /// Until it is told.
    answered: Option<&'a (dyn Fn(bool) -> State + Sync)>,
    link: Link<ToHelper, HostBack>,
    /// How many links the session has had.
    links: u32,
    road: Arc<Road>,
    /// Where a helper goes who knocks to be let in again.
    knocks: Option<mpsc::Sender<Channel>>,
    happen: mpsc::Sender<Happening>,
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
    let Ground { clock, desktop, road, offers, said, questions, net_events, serve, answered } = ground;
    let (happen, mut happenings) = mpsc::channel(HAPPENINGS);
    let (line, lanes) = link::begin(0, link, &happen);
    let picture = Pictures::prepare(desktop, lanes, shower.faces().tally(), happen.clone())?;
    let (hands, mut felt) = Hands::open(desktop);
    let marks = happen.clone();
    let mark = Marker::start(desktop, move || {
        // A session that is over needs not know.
        let _ = marks.blocking_send(Happening::MarkFailed);
    });
    let session = HostSession::new(picture.monitors(), shower.bar_shown(), clock.now())
        .offering(offers)
        .questions_from(*questions);
    let mut hosting = Hosting {
        session,
        clock,
        seat: desktop.seat(),
        shower,
        answered: Some(answered),
        link: Link::Up(line),
        links: 1,
        road,
        knocks: None,
        happen,
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
    let mut sleep = Sleep::watch();
    let mut end = hosting.drain();
    while end.is_none() {
        let deadline = hosting.session.deadline();
        let came = tokio::select! {
            biased;
            Some(felt) = felt.recv() => Came::Felt(felt),
            heard = said.recv() => Came::Said(heard.unwrap_or(Said::Interrupted)),
            Some(happening) = happenings.recv() => Came::Happening(happening),
            Some(event) = net_events.recv() => Came::Network(event),
            news = hosting.link.news() => Came::Link(news),
            () = clock.sleep_until(deadline) => Came::Time,
            () = seconds.next() => Came::Second,
            () = sleep.tick() => Came::Tick,
        };
        // What comes after a sleep finds the session as it is then.
        if let Some(time) = sleep.slept() {
            hosting.session.handle(Input::Slept(time), clock.now());
            end = hosting.drain();
        }
        if let Some(input) = hosting.came(came, said.has_lost_display(), serve) {
            hosting.session.handle(input, clock.now());
            end = end.or(hosting.drain());
        }
    }
    let (by, reason) = end.unwrap_or((Party::Program, Reason::Closing));
    *questions = hosting.session.next_question();
    let quit = hosting.quit;
    hosting.close(by, happenings).await;
    Ok(SessionEnd { by, reason, quit })
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
                Output::Send(message) => lost |= !self.link.send(message),
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

    /// What the session hears of it.
    fn came(&mut self, came: Came, display_lost: bool, serve: &(dyn Fn(Channel) + Sync)) -> Option<Input> {
        match came {
            Came::Felt(felt) => self.felt(felt),
            Came::Said(said) => self.said(said, display_lost),
            Came::Happening(happening) => self.happening(happening),
            Came::Network(event) => self.network(event, serve),
            Came::Link(news) => self.news(news),
            Came::Time => Some(Input::Time),
            Came::Second => {
                self.shower.faces().figures();
                None
            }
            Came::Tick => None,
        }
    }

    fn felt(&mut self, felt: Felt) -> Option<Input> {
        match felt {
            Felt::Escape => Some(Input::Machine(Machine::Escape)),
            Felt::Hand => Some(Input::Machine(Machine::Hand)),
            Felt::Unusable => Some(Input::Machine(Machine::ControlFailed)),
        }
    }

    fn happening(&mut self, happening: Happening) -> Option<Input> {
        match happening {
            Happening::Control(number, _) | Happening::Acts(number, _) if !self.link.is(number) => None,
            Happening::Control(_, Received::Message(message)) => Some(Input::Peer(message)),
            Happening::Acts(_, Received::Message(message)) => Some(Input::Peer(message)),
            Happening::Control(_, Received::Fault) | Happening::Acts(_, Received::Fault) => {
                Some(Input::PeerFault)
            }
            Happening::Control(_, Received::Lost) => self.cut(),
            Happening::Acts(_, Received::Lost) => None,
            Happening::Broken(number) => self.link.is(number).then(|| self.cut()).flatten(),
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
    async fn close(self, by: Party, mut happenings: mpsc::Receiver<Happening>) {
        let Self { link, mut picture, hands, mark, .. } = self;
        hands.close().await;
        drop(mark);
        picture.stop();
        let tasks = link.hang_up();
        if let (Some(mut tasks), false) = (tasks, matches!(by, Party::Helper | Party::Link)) {
            let ends =
                |happening: &_| matches!(happening, Happening::Control(_, Received::Lost | Received::Fault));
            lanes::hung_up(&mut happenings, ends).await;
            tasks.shutdown().await;
        }
        picture.end().await;
    }
}
