//! A session on the helper's side, from a paired host to the goodbye: the machine in
//! [`entraide_common::session::helper`] decides, this feeds it and does what it says.

mod film;
mod link;
pub mod picture;
mod show;

use std::path::PathBuf;
use std::sync::Arc;

use entraide_common::session::Party;
use entraide_common::session::helper::{Command, HelperSession, Input, Output, Show};
use entraide_common::wire::control::{Grant, MonitorChoice, Reason, ToHelper, ToHost};
use entraide_common::wire::input::{Act, Event, Input as InputMessage};
use tokio::sync::mpsc;

use super::clock::Clock;
use super::lanes::{self, Outbox, Received};
use super::line::Link;
use super::rejoin::Road;
use super::said::{Ears, Said};
use crate::canvas::Canvas;
use crate::front::{self, Heard};
use crate::net::{HelperLink, NetEvent};
use crate::ui::model;
use picture::Pictures;
pub use show::Shower;

/// What waits to be handled.
const HAPPENINGS: usize = 256;

/// How a session on the helper's side ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionEnd {
    /// By whom.
    pub by: Party,
    /// Why.
    pub reason: Reason,
    /// Whether the host's person said no to the first question.
    pub refused: bool,
    /// Whether the program is to leave as well.
    pub quit: bool,
}

/// What a session takes over for its time.
pub struct Ground<'a> {
    /// The program's clock.
    pub clock: Clock,
    /// Where the picture goes.
    pub canvas: Arc<Canvas>,
    /// The way back to the host.
    pub road: Arc<Road>,
    /// What people say.
    pub said: &'a mut Ears,
    /// What the network says.
    pub net_events: &'a mut mpsc::Receiver<NetEvent>,
}

/// What tasks and threads of the session bring.
#[derive(Debug)]
enum Happening {
    /// The control stream of the link of that number.
    Peer(u32, Received<ToHelper>),
    /// A lane of the link of that number ended, and its control stream does not say why.
    Broken(u32),
    /// The first frame was drawn; or one that lies came, or the lane ended.
    Picture(Received<()>),
    /// A snapshot is written, or could not be.
    Snapshot(PathBuf, Result<(), String>),
}

struct Watching<'a> {
    session: HelperSession,
    clock: Clock,
    shower: Shower<'a>,
    link: Link<ToHost, HelperLink>,
    /// How many links the session has had.
    links: u32,
    /// Ends with the link.
    acts: Option<Outbox<InputMessage>>,
    road: Arc<Road>,
    picture: Pictures,
    happen: mpsc::Sender<Happening>,
    refused: bool,
    quit: bool,
}

/// Runs a session to its end.
pub async fn run(ground: Ground<'_>, link: HelperLink, mut shower: Shower<'_>) -> SessionEnd {
    let Ground { clock, canvas, road, said, net_events } = ground;
    let (happen, mut happenings) = mpsc::channel(HAPPENINGS);
    let tally = shower.faces().tally();
    let picture = Pictures::start(canvas, shower.windows(), tally, happen.clone());
    let (line, acts) = link::begin(0, link, &picture, &happen);
    let mut watching = Watching {
        session: HelperSession::new(),
        clock,
        shower,
        link: Link::Up(line),
        links: 1,
        acts: Some(acts),
        road,
        picture,
        happen,
        refused: false,
        quit: false,
    };
    let mut seconds = watching.shower.faces().seconds();
    let mut end = None;
    while end.is_none() {
        let input = tokio::select! {
            biased;
            said = said.recv() => watching.said(said.unwrap_or(Said::Interrupted)),
            Some(happening) = happenings.recv() => watching.happening(happening),
            Some(event) = net_events.recv() => match event {
                NetEvent::Lost { peer } if peer == watching.road.peer() => watching.cut(),
                _ => None,
            },
            news = watching.link.news() => watching.news(news),
            () = seconds.next() => {
                watching.shower.faces().figures();
                None
            }
        };
        if let Some(input) = input {
            watching.session.handle(input, watching.clock.now());
            end = watching.drain();
        }
    }
    let (by, reason) = end.unwrap_or((Party::Program, Reason::Closing));
    let (refused, quit) = (watching.refused, watching.quit);
    watching.close(by, happenings).await;
    SessionEnd { by, reason, refused, quit }
}

impl Watching<'_> {
    /// Does everything the session has decided; the end, if it is one.
    fn drain(&mut self) -> Option<(Party, Reason)> {
        let (mut end, mut lost) = (None, false);
        while let Some(output) = self.session.poll() {
            match output {
                Output::Send(message) => lost |= !self.send(message),
                Output::Act(event) => lost |= !self.send_act(event),
                Output::Show(show) => {
                    self.note(&show, &mut end);
                    self.shower.show(show, self.session.grants());
                }
                Output::Close => {}
            }
        }
        if lost && end.is_none() {
            self.session.handle(Input::LinkLost, self.clock.now());
            return self.drain();
        }
        end
    }

    fn note(&mut self, show: &Show, end: &mut Option<(Party, Reason)>) {
        match *show {
            Show::Ended { by, reason } => *end = Some((by, reason)),
            Show::Revoked { what: Grant::View, stood: false, .. } => {
                // Without the first yes there is nothing to wait for: the program says so and leaves.
                self.refused = true;
                self.session.handle(Input::Person(Command::Stop), self.clock.now());
            }
            _ => {}
        }
    }

    /// On a slow link, places on the way to where the helper points by now are left out.
    fn send(&self, message: ToHost) -> bool {
        let passing = matches!(message, ToHost::Point(_)) && self.link.is_nearly_full();
        passing || self.link.send(message)
    }

    /// On a slow link, moves on the way to where the pointer is by now are left out; nothing else ever is.
    fn send_act(&self, event: Event) -> bool {
        let Some(acts) = &self.acts else { return true };
        let passing = matches!(event.act, Act::Pointer { .. }) && acts.is_nearly_full();
        passing || acts.send(InputMessage::Event(event))
    }

    fn said(&mut self, said: Said) -> Option<Input> {
        let command = match said {
            Said::Window(command) => self.window(command),
            Said::Front(Heard::Command(command)) => self.front(command),
            Said::Front(Heard::Fault(fault)) => {
                self.shower.faces().fault(&fault);
                None
            }
            Said::Interrupted => {
                self.quit = true;
                Some(Command::Close)
            }
        };
        command.map(Input::Person)
    }

    fn front(&mut self, command: front::Command) -> Option<Command> {
        match command {
            front::Command::Request(what) => Some(Command::Request(what)),
            front::Command::Release => Some(Command::Release),
            front::Command::Chat(text) => Some(Command::Chat(text)),
            front::Command::Act(act) => Some(Command::Act(act)),
            front::Command::PointerOn { monitor, x, y } => self.pointer_on(monitor, x, y),
            front::Command::Point(place) => Some(Command::Point(place)),
            front::Command::Monitor(choice) => self.choose(choice),
            front::Command::NumberedMonitor(number) => self.choose_number(number),
            front::Command::Snapshot(path) => {
                self.snapshot(path);
                None
            }
            front::Command::Stop => Some(Command::Stop),
            front::Command::Quit => {
                self.quit = true;
                Some(Command::Stop)
            }
            front::Command::Answer { .. } | front::Command::Pause(_) => {
                self.shower.faces().error("not_here");
                None
            }
        }
    }

    fn window(&mut self, command: model::Command) -> Option<Command> {
        match command {
            model::Command::Request(what) => Some(Command::Request(what)),
            model::Command::Release => Some(Command::Release),
            model::Command::Act(act) => {
                // Windows send what hands do; without control that is nothing to complain about.
                self.session.grants().has(Grant::Control).then_some(Command::Act(act))
            }
            model::Command::Point(place) => {
                self.session.grants().has(Grant::Point).then_some(Command::Point(place))
            }
            model::Command::Monitor(choice) => self.choose(choice),
            model::Command::Chat(text) => Some(Command::Chat(text)),
            model::Command::Stop => Some(Command::Stop),
            model::Command::Quit => {
                self.quit = true;
                Some(Command::Stop)
            }
            _ => None,
        }
    }

    fn choose(&mut self, choice: MonitorChoice) -> Option<Command> {
        match choice {
            MonitorChoice::One(id) if self.shower.monitor(id).is_none() => {
                self.shower.faces().error("no_such_monitor");
                return None;
            }
            MonitorChoice::All if !self.shower.all_fit() => {
                self.shower.faces().error("monitors_too_large");
                return None;
            }
            _ => {}
        }
        self.shower.wish(choice);
        Some(Command::Monitor(choice))
    }

    fn choose_number(&mut self, number: usize) -> Option<Command> {
        let Some(id) = self.shower.numbered(number) else {
            self.shower.faces().error("no_such_monitor");
            return None;
        };
        self.choose(MonitorChoice::One(id))
    }

    /// A place on a monitor, as a place in the picture, which it may lie outside of: the host drops that.
    fn pointer_on(&mut self, id: u32, x: i32, y: i32) -> Option<Command> {
        let Some(monitor) = self.shower.monitor(id) else {
            self.shower.faces().error("no_such_monitor");
            return None;
        };
        let (left, top) = self.shower.corner();
        let in_picture = |at: i32, edge: i32, corner: i32| at.saturating_add(edge).saturating_sub(corner);
        Some(Command::Act(Act::Pointer {
            x: in_picture(x, monitor.x, left),
            y: in_picture(y, monitor.y, top),
        }))
    }

    fn snapshot(&mut self, path: PathBuf) {
        let picture = self.picture.copy();
        let happen = self.happen.clone();
        tokio::task::spawn_blocking(move || {
            let written = picture::write_png(picture.as_ref(), &path);
            // After the session's end nobody waits for it.
            let _ = happen.blocking_send(Happening::Snapshot(path, written));
        });
    }

    fn happening(&mut self, happening: Happening) -> Option<Input> {
        match happening {
            Happening::Peer(number, _) if !self.link.is(number) => None,
            Happening::Peer(_, Received::Message(message)) => Some(Input::Peer(message)),
            Happening::Picture(Received::Message(())) => {
                self.shower.first_picture();
                None
            }
            Happening::Peer(_, Received::Fault) | Happening::Picture(Received::Fault) => {
                Some(Input::PeerFault)
            }
            Happening::Peer(_, Received::Lost) => self.cut(),
            // The control stream says why, in a moment, or the lane is broken.
            Happening::Picture(Received::Lost) => None,
            Happening::Broken(number) => self.link.is(number).then(|| self.cut()).flatten(),
            Happening::Snapshot(path, written) => {
                self.shower.snapshot(&path, written);
                None
            }
        }
    }

    /// Goodbye heard, then everything else ends.
    async fn close(self, by: Party, mut happenings: mpsc::Receiver<Happening>) {
        let Self { link, acts, picture, .. } = self;
        if let Some(mut tasks) = link.hang_up() {
            if !matches!(by, Party::Host | Party::Link) {
                let ends =
                    |happening: &_| matches!(happening, Happening::Peer(_, Received::Lost | Received::Fault));
                lanes::hung_up(&mut happenings, ends).await;
            }
            drop((acts, happenings));
            tasks.shutdown().await;
        }
        picture.close();
    }
}
