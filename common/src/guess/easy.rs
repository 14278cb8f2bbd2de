//! The side that tries ports.

use crate::limits;
use crate::time::Moment;
use crate::wire::guess::Ports;

/// All ports that a translator gives away: above those of services.
const ALL: Ports = Ports { first: 1024, last: u16::MAX };
/// How far apart ports are that are tried in a row: a prime, so that every range is gone through whole.
const STRIDE: u32 = 7919;

/// The machine. After every [`Easy::handle`], drain [`Easy::poll`]; call it with [`EasyInput::Time`] at
/// [`Easy::deadline`].
#[derive(Debug)]
pub struct Easy {
    phase: Phase,
    began: Moment,
    until: Moment,
    /// Where in a range it begins; drawn at random, so that who saw one attempt does not know the next.
    chance: u16,
}

#[derive(Debug)]
enum Phase {
    /// The other side opens its sockets.
    Waiting,
    Probing(Probing),
    /// What is left to say.
    Ending(EasyOutput),
    Over,
}

#[derive(Debug)]
struct Probing {
    hinted: Sweep,
    all: Sweep,
    sent: usize,
    /// Since when tries are earned: one each [`limits::GUESS_PACE`].
    began: Moment,
    next: Moment,
    due: bool,
}

/// What happens to it.
#[derive(Debug, Clone, Copy)]
pub enum EasyInput {
    /// The other side has opened its sockets, and some were seen in this range.
    Opened(Ports),
    /// The other side answered the probe to this port.
    Answered(u16),
    /// Time has passed.
    Time,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EasyOutput {
    /// Send a probe to this port.
    Probe(u16),
    /// That port leads to the other side: hand the socket over to the transport, then say so. It is over.
    Found(u16),
    /// It is over without luck.
    Failed,
}

impl Easy {
    /// Begins at `now`, before it is even known who is who: from then on tries are earned, and those that the
    /// preparations used up are made up for as soon as the other side is ready.
    #[must_use]
    pub fn new(chance: u16, now: Moment) -> Self {
        Self { phase: Phase::Waiting, began: now, until: now + limits::GUESS_TIME, chance }
    }

    /// Takes what happened.
    pub fn handle(&mut self, input: EasyInput, now: Moment) {
        if matches!(self.phase, Phase::Ending(_) | Phase::Over) {
            return;
        }
        if now >= self.until {
            self.phase = Phase::Ending(EasyOutput::Failed);
            return;
        }
        match (input, &mut self.phase) {
            (EasyInput::Opened(hint), Phase::Waiting) => {
                let sweep = |ports| Sweep::new(ports, self.chance);
                let (hinted, all) = (sweep(hint), sweep(ALL));
                let mut probing = Probing { hinted, all, sent: 0, began: self.began, next: now, due: false };
                probing.time(now);
                self.phase = Phase::Probing(probing);
            }
            (EasyInput::Answered(port), Phase::Probing(probing)) if probing.has_tried(port) => {
                self.phase = Phase::Ending(EasyOutput::Found(port));
            }
            (EasyInput::Time, Phase::Probing(probing)) => probing.time(now),
            _ => {}
        }
    }

    /// The next thing to do.
    pub fn poll(&mut self) -> Option<EasyOutput> {
        match &mut self.phase {
            Phase::Probing(probing) => probing.poll(),
            Phase::Ending(output) => {
                let output = *output;
                self.phase = Phase::Over;
                Some(output)
            }
            Phase::Waiting | Phase::Over => None,
        }
    }

    /// When to call again at the latest.
    #[must_use]
    pub fn deadline(&self) -> Moment {
        match &self.phase {
            // After the last probe its answer is still awaited.
            Phase::Probing(probing) if probing.sent < limits::GUESS_PROBES => probing.next.min(self.until),
            _ => self.until,
        }
    }
}

impl Probing {
    fn time(&mut self, now: Moment) {
        if now < self.next || self.sent == limits::GUESS_PROBES {
            return;
        }
        self.due = true;
        self.sent += 1;
        let sent = u32::try_from(self.sent).expect("a few thousand");
        self.next = (self.began + limits::GUESS_PACE * sent).max(now + limits::GUESS_CATCH_UP);
    }

    fn poll(&mut self) -> Option<EasyOutput> {
        if !core::mem::take(&mut self.due) {
            return None;
        }
        let hinted = self.hinted.ports;
        let port = self.hinted.next().or_else(|| self.all.find(|port| !holds(&hinted, *port)))?;
        Some(EasyOutput::Probe(port))
    }

    /// Whether that port was tried: an answer from another is somebody's guess.
    fn has_tried(&self, port: u16) -> bool {
        self.hinted.has_passed(port) || (!holds(&self.hinted.ports, port) && self.all.has_passed(port))
    }
}

fn holds(ports: &Ports, port: u16) -> bool {
    (ports.first..=ports.last).contains(&port)
}

/// Goes through a range once, in great steps.
#[derive(Debug)]
struct Sweep {
    ports: Ports,
    start: u32,
    gone: u32,
}

impl Sweep {
    fn new(ports: Ports, chance: u16) -> Self {
        let ports = Ports { first: ports.first.max(ALL.first), last: ports.last.max(ALL.first) };
        Self { ports, start: u32::from(chance), gone: 0 }
    }

    fn ports_in_all(&self) -> u32 {
        u32::from(self.ports.last - self.ports.first) + 1
    }

    fn at(&self, step: u32) -> u16 {
        let place = (u64::from(self.start) + u64::from(step) * u64::from(self.stride()))
            % u64::from(self.ports_in_all());
        self.ports.first + u16::try_from(place).expect("within the range")
    }

    /// Relatively prime to the count, so that no port comes twice.
    fn stride(&self) -> u32 {
        if self.ports_in_all().is_multiple_of(STRIDE) { 1 } else { STRIDE }
    }

    fn has_passed(&self, port: u16) -> bool {
        (0..self.gone).any(|step| self.at(step) == port)
    }
}

impl Iterator for Sweep {
    type Item = u16;

    fn next(&mut self) -> Option<u16> {
        if self.gone == self.ports_in_all() {
            return None;
        }
        let port = self.at(self.gone);
        self.gone += 1;
        Some(port)
    }
}
