//! Two pairs of hands: the host's own, which are watched, and the helper's, which are played.
//!
//! What waits to be played is bounded, and so is what was felt; neither loses what must not be lost. A move of the
//! pointer is left out when the display takes input too slowly, because the next one makes up for it. Any other act
//! that does not fit takes control away: a key that stays down is worse.

use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use entraide_common::wire::input::{Act, Event};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use tracing::{error, info, warn};

use crate::desktop::{self, Desktop, Hand, InjectError};
use crate::input::guard::Guard;
use crate::input::inject::{Gate, Pump, Queued};

/// Acts that wait for the injection thread: a fast hand makes a few hundred a second.
const ACTS: usize = 1024;
/// Places among them that moves of the pointer leave to acts that must not be lost.
const NOT_FOR_MOVES: usize = 64;
/// What the host's own hands did and nobody has handled yet. More of the same says nothing new.
const FELT: usize = 64;
/// Smaller moves of the mouse are the table's, not the hand's.
const MOVED_PIXELS: u32 = 10;
/// A click in a window, or a word typed in a terminal, is this close behind the physical press that made it.
const PRESS_TO_ANSWER: Duration = Duration::from_secs(3);
/// How long letting go may take: a display that hangs does not keep the session from its goodbye.
const CLOSING: Duration = Duration::from_secs(2);

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

impl Felt {
    /// Places that it leaves to what matters more than it does. So all is told of which one can be told at all.
    fn leaves(self) -> usize {
        match self {
            Self::Hand => 8,
            Self::Escape => 4,
            Self::Unusable => 0,
        }
    }
}

/// The hands of a session.
pub(super) struct Hands {
    gate: Gate,
    acts: mpsc::Sender<Playing>,
    felt: mpsc::Sender<Felt>,
    player: JoinHandle<()>,
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
        let (acts, waiting) = mpsc::channel(ACTS);
        let player = play(desktop, gate.clone(), waiting, felt.clone());
        (Self { gate, acts, felt, player, watch }, feel)
    }

    pub(super) fn open_gate(&self, generation: u32) {
        self.gate.open(generation);
    }

    pub(super) fn close_gate(&self) {
        self.gate.shut();
    }

    pub(super) fn inject(&self, event: Event) {
        let moves = matches!(event.act, Act::Pointer { .. });
        if moves && self.acts.capacity() <= NOT_FOR_MOVES {
            return;
        }
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
        let Some(presses) = self.watch.as_ref().and_then(|watch| watch.presses()) else { return false };
        let by_hand = presses
            .by_hand
            .is_some_and(|pressed| pressed >= question_put && pressed.elapsed() < PRESS_TO_ANSWER);
        by_hand && presses.injected.is_none_or(|injected| injected < question_put)
    }

    /// Drops what waits, lets go of everything, and stops watching. Waits until that is done, if it is done soon.
    pub(super) async fn close(self) {
        let Self { gate, acts, player, watch, .. } = self;
        gate.shut();
        // The thread finds the gate shut before whatever it still takes from the queue, and lets go at its end.
        drop(acts);
        let (done, closed) = oneshot::channel();
        let join = move || {
            drop(watch);
            if player.join().is_err() {
                error!("the injection thread panicked");
            }
            // Nobody waits any more if it took too long.
            let _ = done.send(());
        };
        spawn_thread("hands-off", join);
        if timeout(CLOSING, closed).await.is_err() {
            warn!(
                "the display does not answer: what is held there is let go of when it does, or by the guard"
            );
        }
    }

    fn play(&self, playing: Playing) {
        if self.acts.try_send(playing).is_err() {
            warn!("the display does not take input: control ends");
            self.gate.shut();
            tell(&self.felt, Felt::Unusable);
        }
    }
}

/// Watches the host's own hands. Esc closes the gate from the watching thread, before anybody decides anything.
fn watch(desktop: &Desktop, gate: Gate, felt: mpsc::Sender<Felt>) -> Option<Box<dyn desktop::Hands>> {
    let failed = felt.clone();
    let sink = move |hand: Hand| match hand {
        Hand::Escape => {
            gate.shut();
            tell(&felt, Felt::Escape);
        }
        Hand::Gone => {
            gate.shut();
            tell(&felt, Felt::Unusable);
        }
        Hand::Moved(pixels) if pixels <= MOVED_PIXELS => {}
        Hand::Key | Hand::Press | Hand::Moved(_) => tell(&felt, Felt::Hand),
    };
    match desktop.watch_hands(sink) {
        Ok(watch) => Some(watch),
        Err(error) => {
            warn!(%error, "the host's own hands cannot be watched");
            tell(&failed, Felt::Unusable);
            None
        }
    }
}

/// Tells without waiting. What does not fit is in the queue already, several times, or something stronger is.
fn tell(felt: &mpsc::Sender<Felt>, what: Felt) {
    if felt.capacity() > what.leaves() {
        // Full by now, or the session is over.
        let _ = felt.try_send(what);
    }
}

fn play(
    desktop: &Desktop,
    gate: Gate,
    mut waiting: mpsc::Receiver<Playing>,
    felt: mpsc::Sender<Felt>,
) -> JoinHandle<()> {
    let desktop = desktop.clone();
    let unusable = move |gate: &Gate| {
        gate.shut();
        // A session that is over needs not know.
        let _ = felt.blocking_send(Felt::Unusable);
    };
    let run = move || {
        let mut pump = match pump(&desktop, gate.clone()) {
            Ok(pump) => pump,
            Err(error) => {
                warn!(%error, "nothing can be injected here");
                unusable(&gate);
                return;
            }
        };
        let mut origin = (0, 0);
        while let Some(playing) = waiting.blocking_recv() {
            match playing {
                Playing::Act(queued) => match pump.inject(&queued, origin) {
                    Ok(_) => {}
                    // One key that this desktop does not have is no reason to take the others away.
                    Err(error @ InjectError::Unsupported(_)) => info!(%error, "an act was left out"),
                    Err(error @ InjectError::Refused(_)) => {
                        warn!(%error, "the display refuses input");
                        unusable(&gate);
                    }
                },
                Playing::Origin(place) => origin = place,
                Playing::ReleaseAll => pump.release_all(),
            }
        }
    };
    spawn_thread("inject", run)
}

fn spawn_thread(name: &str, run: impl FnOnce() + Send + 'static) -> JoinHandle<()> {
    let thread = thread::Builder::new().name(name.to_owned()).spawn(run);
    thread.expect("a system that starts programs starts threads")
}

/// The injector and the guard that lets go of what it held if this program dies.
fn pump(desktop: &Desktop, gate: Gate) -> anyhow::Result<Pump> {
    Ok(Pump::new(gate, desktop.open_injector()?, Guard::start()?))
}
