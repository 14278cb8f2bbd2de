//! From the helper's events to this computer's input.
//!
//! The [`Gate`] is shared: the session opens it for one generation of control, and the host's Esc shuts it from the
//! thread that saw the key, so that nothing queued in between comes through. The [`Pump`] lives on the injecting
//! thread. It knows what is held at every moment, tells the [`Guard`] before anything is pressed and after it was let
//! go of, and lets go of everything when asked, when the gate was shut under it, and when it is dropped.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use entraide_common::input::Held;
use entraide_common::wire::input::{Act, Event};

use super::guard::Guard;
use crate::desktop::{InjectError, Injector};

/// Lets one generation of control through, or nobody.
#[derive(Debug, Clone, Default)]
pub struct Gate(Arc<AtomicU32>);

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
        self.0.store(generation, Ordering::SeqCst);
    }

    /// Lets nobody through from now on: what is queued is dropped. From any thread. True if somebody was.
    pub fn shut(&self) -> bool {
        self.0.swap(NOBODY, Ordering::SeqCst) != NOBODY
    }

    fn admits(&self, generation: u32) -> bool {
        generation != NOBODY && self.0.load(Ordering::SeqCst) == generation
    }
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Injected {
    /// It was played.
    Done,
    /// It was made under control that is over.
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
    pub fn inject(&mut self, event: &Event, origin: (i32, i32)) -> Result<Injected, InjectError> {
        if !self.gate.admits(event.generation) {
            self.release_all();
            return Ok(Injected::Stale);
        }
        match event.act {
            Act::ReleaseAll => self.release_all(),
            Act::Pointer { x, y } => {
                let (x, y) = (x.saturating_add(origin.0), y.saturating_add(origin.1));
                self.injector.act(&Act::Pointer { x, y })?;
            }
            Act::Key { down, .. } | Act::Button { down, .. } => return self.hold(&event.act, down),
            Act::Text(_) | Act::Wheel { .. } => self.injector.act(&event.act)?,
        }
        Ok(Injected::Done)
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
