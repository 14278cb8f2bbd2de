//! From the helper's events to this computer's input.
//!
//! The [`Gate`] is shared: the session opens it for one generation of control, and the host's Esc shuts it from the
//! thread that saw the key, so that nothing queued in between comes through. Where control goes on and only what waits
//! has to be dropped, the session [cuts](Gate::cut). Both stop a text in the middle. The [`Pump`] lives on the
//! injecting thread. It knows what is held at every moment, tells the [`Guard`] before anything is pressed and after it was let
//! go of, and lets go of everything when asked, when the gate was shut under it, and when it is dropped.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use entraide_common::input::Held;
use entraide_common::wire::input::{Act, Event};

use super::guard::Guard;
use crate::desktop::{InjectError, Injector};

/// Lets one generation of control through, or nobody.
#[derive(Debug, Clone, Default)]
pub struct Gate(Arc<State>);

#[derive(Debug, Default)]
struct State {
    generation: AtomicU32,
    /// How often the queue was cut.
    cuts: AtomicU32,
}

/// An event that waits for its turn, and knows after which cut it came.
#[derive(Debug, Clone)]
pub struct Queued {
    event: Event,
    cuts: u32,
}

/// The generation that no grant has: the gate is shut.
const NOBODY: u32 = 0;

impl Gate {
    /// A shut gate.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets events of `generation`, at least 1, through, and no others.
    pub fn open(&self, generation: u32) {
        self.0.generation.store(generation, Ordering::SeqCst);
    }

    /// Lets nobody through from now on: what is queued is dropped. From any thread. True if somebody was.
    pub fn shut(&self) -> bool {
        self.0.generation.swap(NOBODY, Ordering::SeqCst) != NOBODY
    }

    /// Gives an event its place in the queue: the next cut, whenever it comes, drops it.
    #[must_use]
    pub fn queue(&self, event: Event) -> Queued {
        Queued { event, cuts: self.0.cuts.load(Ordering::SeqCst) }
    }

    /// Drops what is queued, and the rest of a text that is being typed; what is queued from now on comes through.
    pub fn cut(&self) {
        self.0.cuts.fetch_add(1, Ordering::SeqCst);
    }

    fn admits(&self, queued: &Queued) -> bool {
        let generation = queued.event.generation;
        generation != NOBODY
            && self.0.generation.load(Ordering::SeqCst) == generation
            && self.0.cuts.load(Ordering::SeqCst) == queued.cuts
    }
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Injected {
    /// It was played.
    Done,
    /// It was made under control that is over, or before a cut; of a text, a beginning may have been typed.
    Stale,
    /// It would let go of what is not held, or hold more than [`entraide_common::limits::HELD`].
    Senseless,
}

/// Plays events. Lives on one thread.
pub struct Pump {
    gate: Gate,
    injector: Box<dyn Injector>,
    guard: Guard,
    held: Held,
}

impl Pump {
    /// A pump behind `gate`.
    #[must_use]
    pub fn new(gate: Gate, injector: Box<dyn Injector>, guard: Guard) -> Self {
        Self { gate, injector, guard, held: Held::default() }
    }

    /// Plays one event. `origin` is where the picture that the helper sees lies on the desktop
    /// ([`Screen::origin`](crate::desktop::Screen::origin)).
    ///
    /// # Errors
    /// It was not played: the display refused, or nothing may be pressed because the guard cannot be told.
    pub fn inject(&mut self, queued: &Queued, origin: (i32, i32)) -> Result<Injected, InjectError> {
        if !self.gate.admits(queued) {
            return Ok(self.stale());
        }
        let event = &queued.event;
        match &event.act {
            Act::ReleaseAll => self.release_all(),
            &Act::Pointer { x, y } => {
                let (x, y) = (x.saturating_add(origin.0), y.saturating_add(origin.1));
                self.injector.act(&Act::Pointer { x, y })?;
            }
            &Act::Key { down, .. } | &Act::Button { down, .. } => return self.hold(&event.act, down),
            Act::Wheel { .. } => self.injector.act(&event.act)?,
            Act::Text(text) => {
                self.injector.type_text(text, &|| self.gate.admits(queued))?;
                if !self.gate.admits(queued) {
                    return Ok(self.stale());
                }
            }
        }
        Ok(Injected::Done)
    }

    fn stale(&mut self) -> Injected {
        self.release_all();
        Injected::Stale
    }

    /// Lets go of everything held. What cannot be let go of here is left to the guard.
    pub fn release_all(&mut self) {
        for act in self.held.release_all() {
            match self.injector.act(&act) {
                Ok(()) => self.guard.note(&act).unwrap_or_else(|error| tracing::warn!(%error, "no guard")),
                Err(error) => tracing::warn!(%error, "not let go of"),
            }
        }
    }

    /// Whether anything is held.
    #[must_use]
    pub fn holds(&self) -> bool {
        !self.held.is_empty()
    }

    fn hold(&mut self, act: &Act, down: bool) -> Result<Injected, InjectError> {
        let before = self.held.clone();
        if !self.held.note(act) {
            return Ok(Injected::Senseless);
        }
        let told = |guard: &mut Guard| {
            guard.note(act).map_err(|error| InjectError::Refused(format!("no guard: {error}")))
        };
        if down && let Err(error) = told(&mut self.guard) {
            self.held = before;
            return Err(error);
        }
        let done = self.injector.act(act);
        if done.is_err() && down {
            // The guard keeps it: letting go of one key too many harms nobody.
            self.held = before;
        }
        done?;
        if !down {
            told(&mut self.guard)?;
        }
        Ok(Injected::Done)
    }
}

impl Drop for Pump {
    fn drop(&mut self) {
        self.release_all();
    }
}
