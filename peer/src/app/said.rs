//! What people and programs say, from whichever face.
//!
//! Three ways lead to one [`Ears`]: the system's interruption, the windows, the front. They are heard in this order,
//! so that a program that floods its pipe takes nothing from the person who sits there. None of them can make the
//! session wait: a front that sends faster than it is heard waits itself, the windows' thread never does.

mod clicks;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use entraide_common::limits;
use tokio::sync::mpsc;

use crate::front::Heard;
use crate::ui::model;
use clicks::Clicks;

/// Something said.
#[derive(Debug, PartialEq)]
pub enum Said {
    /// In a window.
    Window(model::Command),
    /// On the terminal or by a program.
    Front(Heard),
    /// By the system: the program is to end.
    Interrupted,
}

/// Where all that is said arrives.
#[derive(Debug)]
pub struct Ears {
    interruption: mpsc::Receiver<()>,
    display_lost: Arc<AtomicBool>,
    windows: Arc<Clicks>,
    front: mpsc::Receiver<Heard>,
}

/// The ways to the ears. Dropping one closes it.
#[derive(Debug)]
pub struct Mouths {
    /// The system's.
    pub interrupter: Interrupter,
    /// The windows'.
    pub windows: Windows,
    /// The front's; its reader waits when it is full.
    pub front: mpsc::Sender<Heard>,
}

/// Interrupts the program.
#[derive(Debug, Clone)]
pub struct Interrupter {
    interrupt: mpsc::Sender<()>,
    display_lost: Arc<AtomicBool>,
}

/// What is done in windows goes in here.
#[derive(Debug)]
pub struct Windows(Arc<Clicks>);

/// Ears, and everything they listen to.
#[must_use]
pub fn open() -> (Mouths, Ears) {
    let (interrupt, interruption) = mpsc::channel(1);
    let (speak, front) = mpsc::channel(limits::COMMANDS_WAITING);
    let (windows, display_lost) = (Arc::<Clicks>::default(), Arc::<AtomicBool>::default());
    let interrupter = Interrupter { interrupt, display_lost: Arc::clone(&display_lost) };
    let mouths = Mouths { interrupter, windows: Windows(Arc::clone(&windows)), front: speak };
    (mouths, Ears { interruption, display_lost, windows, front })
}

impl Ears {
    /// Whether the display went away: then that is why the program is interrupted.
    #[must_use]
    pub fn has_lost_display(&self) -> bool {
        self.display_lost.load(Ordering::Acquire)
    }

    /// What is said next; `None` once nobody can say anything any more. Nothing is lost if the wait is given up.
    pub async fn recv(&mut self) -> Option<Said> {
        tokio::select! {
            biased;
            Some(()) = self.interruption.recv() => Some(Said::Interrupted),
            Some(command) = self.windows.next() => Some(Said::Window(command)),
            Some(heard) = self.front.recv() => Some(Said::Front(heard)),
            else => None,
        }
    }
}

impl Interrupter {
    /// The display went away, and the program is to end for that.
    pub fn lose_display(&self) {
        self.display_lost.store(true, Ordering::Release);
        self.interrupt();
    }

    /// The program is to end. Saying it twice before it was heard is saying it once.
    pub fn interrupt(&self) {
        // Full: it waits to be heard. Closed: the program is ending.
        let _ = self.interrupt.try_send(());
    }
}

impl Windows {
    /// A person did this. Never waits. If nobody listens for a long time, what a hand does in the picture is thinned
    /// out and then left out, and what it holds is let go of; what is clicked is kept.
    pub fn say(&self, command: model::Command) {
        self.0.put(command);
    }
}

impl Drop for Windows {
    fn drop(&mut self) {
        self.0.close();
    }
}
