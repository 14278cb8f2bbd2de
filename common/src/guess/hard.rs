//! The side that opens ports.

use std::collections::BTreeMap;

use crate::limits;
use crate::time::Moment;
use crate::wire::guess::Ports;

/// Sockets that a node is asked about: enough to see a range, if the translator keeps to one.
const ASKED: usize = 8;

/// The machine. After every [`Hard::handle`], drain [`Hard::poll`]; call it with [`HardInput::Time`] at
/// [`Hard::deadline`].
#[derive(Debug)]
pub struct Hard {
    opened: usize,
    next: Moment,
    until: Moment,
    /// When the range is told, whatever is known of it.
    tell_at: Option<Moment>,
    seen: Vec<u16>,
    /// By socket: the port that a probe found it at, and answers sent.
    probed: BTreeMap<usize, (u16, usize)>,
    outputs: Vec<HardOutput>,
    is_over: bool,
}

/// What happens to it.
#[derive(Debug, Clone, Copy)]
pub enum HardInput {
    /// A node sees a socket at this port.
    Seen(u16),
    /// A probe to that port came to this socket.
    Probed {
        /// Which socket, counted from 0.
        socket: usize,
        /// Where the probe was sent to.
        port: u16,
    },
    /// The other side waits to be dialled by the socket that has this port.
    Hit(u16),
    /// Time has passed.
    Time,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HardOutput {
    /// Open this socket, counted from 0, and send one packet to the other side from it.
    Open(usize),
    /// Ask a node where this socket is seen.
    Ask(usize),
    /// Say that the sockets are open.
    Say(Ports),
    /// Answer the probe to `port` from this socket.
    Answer {
        /// Which socket.
        socket: usize,
        /// The port.
        port: u16,
    },
    /// Hand this socket over to the transport and dial from it. It is over.
    Dial(usize),
    /// It is over without luck.
    Failed,
}

impl Hard {
    /// Begins at `now`. Its sockets are opened [`limits::GUESS_AFTER`] later: an ordinary way may lead there by then.
    #[must_use]
    pub fn new(now: Moment) -> Self {
        Self {
            opened: 0,
            next: now + limits::GUESS_AFTER,
            until: now + limits::GUESS_TIME,
            tell_at: None,
            seen: Vec::new(),
            probed: BTreeMap::new(),
            outputs: Vec::new(),
            is_over: false,
        }
    }

    /// Takes what happened.
    pub fn handle(&mut self, input: HardInput, now: Moment) {
        if self.is_over {
            return;
        }
        if now >= self.until {
            self.end(HardOutput::Failed);
            return;
        }
        match input {
            HardInput::Seen(port) if self.seen.len() < ASKED => self.seen.push(port),
            HardInput::Probed { socket, port } if socket < self.opened => self.probed(socket, port),
            HardInput::Hit(port) => {
                let found = self.probed.iter().find(|(_, (probed, _))| *probed == port);
                let socket = found.map(|(socket, _)| *socket);
                self.end(socket.map_or(HardOutput::Failed, HardOutput::Dial));
            }
            HardInput::Seen(_) | HardInput::Probed { .. } | HardInput::Time => {}
        }
        self.open(now);
        let complete = self.seen.len() >= ASKED;
        if self.tell_at.is_some_and(|at| complete || now >= at) {
            self.tell_at = None;
            self.outputs.push(HardOutput::Say(self.range()));
        }
    }

    /// The next thing to do.
    pub fn poll(&mut self) -> Option<HardOutput> {
        (!self.outputs.is_empty()).then(|| self.outputs.remove(0))
    }

    /// When to call again at the latest.
    #[must_use]
    pub fn deadline(&self) -> Moment {
        let opening = (self.opened < limits::GUESS_SOCKETS).then_some(self.next);
        opening.or(self.tell_at).map_or(self.until, |at| at.min(self.until))
    }

    fn open(&mut self, now: Moment) {
        while self.opened < limits::GUESS_SOCKETS && now >= self.next && !self.is_over {
            for socket in self.opened..(self.opened + limits::GUESS_BURST).min(limits::GUESS_SOCKETS) {
                self.outputs.push(HardOutput::Open(socket));
                if socket < ASKED {
                    self.outputs.push(HardOutput::Ask(socket));
                }
                self.opened = socket + 1;
            }
            self.next = self.next + limits::GUESS_BURST_PACE;
            if self.opened == limits::GUESS_SOCKETS {
                self.tell_at = Some(now + limits::GUESS_ASKING);
            }
        }
    }

    fn probed(&mut self, socket: usize, port: u16) {
        let (_, answers) = self.probed.entry(socket).or_insert((port, 0));
        if *answers < limits::GUESS_ANSWERS {
            *answers += 1;
            self.outputs.push(HardOutput::Answer { socket, port });
        }
    }

    /// The range in which the sockets were seen; all ports if they lie far apart or were not seen.
    fn range(&self) -> Ports {
        let (first, last) = (self.seen.iter().min(), self.seen.iter().max());
        match (first, last) {
            (Some(&first), Some(&last)) if self.seen.len() > 1 => Ports { first, last },
            _ => Ports { first: 1024, last: u16::MAX },
        }
    }

    fn end(&mut self, output: HardOutput) {
        self.is_over = true;
        self.outputs.push(output);
    }
}
