//! Two pairs of hands: the host's own, which are watched, and the helper's, which are played.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use entraide_common::wire::input::Event;
use tokio::sync::mpsc;
use tracing::{error, info, warn};

use crate::desktop::{self, Desktop, Hand, InjectError};
use crate::input::guard::Guard;
use crate::input::inject::{Gate, Pump, Queued};

/// Acts that wait for the injection thread: a fast hand makes a few hundred a second.
const ACTS: usize = 1024;
/// What the host's own hands did and nobody has handled yet. More of the same says nothing new.
const FELT: usize = 64;
/// Smaller moves of the mouse are the table's, not the hand's.
const MOVED_PIXELS: u32 = 10;
/// A click in a window, or a word typed in a terminal, is this close behind the physical press that made it.
const PRESS_TO_ANSWER: Duration = Duration::from_secs(3);

/// What the host's machine learns of hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Felt {
    /// Physical Esc; the gate is closed already.
    Escape,
    /// The host's own hand moved.
    Hand,
    /// Nothing can be injected, or Esc would not be noticed; the gate is closed already.
    Unusable,
}

/// The hands of a session.
pub(super) struct Hands {
    gate: Gate,
    acts: SyncSender<Playing>,
    player: Option<JoinHandle<()>>,
    watch: Option<Box<dyn desktop::Hands>>,
}

enum Playing {
    Act(Queued),
    Origin((i32, i32)),
    ReleaseAll,
}

impl Hands {
    /// Starts watching and playing. Where either cannot be had, [`Felt::Unusable`] says so, and the session goes on
    /// without control: what cannot be taken back with Esc is not lent.
    pub(super) fn open(desktop: &Desktop) -> (Self, mpsc::Receiver<Felt>) {
        let (felt, feel) = mpsc::channel(FELT);
        let gate = Gate::new();
        let watch = watch(desktop, gate.clone(), felt.clone());
        let (acts, waiting) = sync_channel(ACTS);
        let player = play(desktop, gate.clone(), waiting, felt);
        (Self { gate, acts, player, watch }, feel)
    }

    pub(super) fn open_gate(&self, generation: u32) {
        self.gate.open(generation);
    }

    pub(super) fn close_gate(&self) {
        self.gate.shut();
    }

    pub(super) fn inject(&self, event: Event) {
        self.play(Playing::Act(self.gate.queue(event)));
    }

    /// Drops what waits, be it the rest of a text, and lets go of everything.
    pub(super) fn release_all(&self) {
        self.gate.cut();
        self.play(Playing::ReleaseAll);
    }

    pub(super) fn set_origin(&self, origin: (i32, i32)) {
        self.play(Playing::Origin(origin));
    }

    /// Whether an answer that just came to a question put at that moment is a person's: a physical button or key
    /// went down shortly before, and no program has pressed any since the question was put. A program that waits
    /// for a hand to press something, to answer in its shadow, has to press as well.
    pub(super) fn pressed_by_hand_since(&self, question_put: Instant) -> bool {
        let Some(watch) = &self.watch else { return false };
        let presses = watch.presses();
        let by_hand = presses
            .by_hand
            .is_some_and(|pressed| pressed >= question_put && pressed.elapsed() < PRESS_TO_ANSWER);
        by_hand && presses.injected.is_none_or(|injected| injected < question_put)
    }

    /// Lets go of everything and waits until that is done.
    pub(super) fn close(self) {
        let Self { gate, acts, player, watch } = self;
        gate.shut();
        drop(watch);
        // A full queue belongs to a display that hangs; its thread lets go of everything when the queue closes.
        let _ = acts.try_send(Playing::ReleaseAll);
        drop(acts);
        if player.is_some_and(|player| player.join().is_err()) {
            error!("the injection thread panicked");
        }
    }

    fn play(&self, playing: Playing) {
        if self.acts.try_send(playing).is_err() {
            warn!("the display does not take input fast enough: an act is dropped");
        }
    }
}

/// Watches the host's own hands. Esc closes the gate from the watching thread, before anybody decides anything.
fn watch(desktop: &Desktop, gate: Gate, felt: mpsc::Sender<Felt>) -> Option<Box<dyn desktop::Hands>> {
    let failed = felt.clone();
    let sink = move |hand: Hand| {
        let felt_now = match hand {
            Hand::Escape => {
                gate.shut();
                Felt::Escape
            }
            Hand::Gone => {
                gate.shut();
                Felt::Unusable
            }
            Hand::Moved(pixels) if pixels <= MOVED_PIXELS => return,
            Hand::Key | Hand::Press | Hand::Moved(_) => Felt::Hand,
        };
        // A full queue already says that the hand moved; Esc has closed the gate whether or not it fits.
        let _ = felt.try_send(felt_now);
    };
    match desktop.watch_hands(sink) {
        Ok(watch) => Some(watch),
        Err(error) => {
            warn!(%error, "the host's own hands cannot be watched");
            let _ = failed.try_send(Felt::Unusable);
            None
        }
    }
}

fn play(
    desktop: &Desktop,
    gate: Gate,
    waiting: Receiver<Playing>,
    felt: mpsc::Sender<Felt>,
) -> Option<JoinHandle<()>> {
    let desktop = desktop.clone();
    let run = move || {
        let mut pump = match pump(&desktop, gate) {
            Ok(pump) => pump,
            Err(error) => {
                warn!(%error, "nothing can be injected here");
                let _ = felt.try_send(Felt::Unusable);
                return;
            }
        };
        let mut origin = (0, 0);
        while let Ok(playing) = waiting.recv() {
            match playing {
                Playing::Act(queued) => match pump.inject(&queued, origin) {
                    Ok(_) => {}
                    // One key that this desktop does not have is no reason to take the others away.
                    Err(error @ InjectError::Unsupported(_)) => info!(%error, "an act was left out"),
                    Err(error @ InjectError::Refused(_)) => {
                        warn!(%error, "the display refuses input");
                        let _ = felt.try_send(Felt::Unusable);
                    }
                },
                Playing::Origin(place) => origin = place,
                Playing::ReleaseAll => pump.release_all(),
            }
        }
    };
    let thread = thread::Builder::new().name("inject".to_owned()).spawn(run);
    Some(thread.expect("a system that starts programs starts threads"))
}

/// The injector and the guard that lets go of what it held if this program dies.
fn pump(desktop: &Desktop, gate: Gate) -> anyhow::Result<Pump> {
    Ok(Pump::new(gate, desktop.open_injector()?, Guard::start()?))
}
