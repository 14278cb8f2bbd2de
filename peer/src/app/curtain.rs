//! The main thread while there are windows, and how the program ends when the display goes away under them.
//!
//! That is found out in one of two ways: the windows' library panics over a request that failed, or Xlib finds its
//! connection gone. Neither leaves a main thread that could go on. So either of them tells the rest of the program,
//! waits until that has let go of everything and said goodbye, and ends the process with its exit code.

use std::panic;
use std::process;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use tracing::{debug, error};

use super::said::Interrupter;
use crate::desktop;
use crate::exit::End;
use crate::ui::Shell;

/// The way through the program that runs beside the windows.
type Walking = Arc<Mutex<Option<JoinHandle<End>>>>;

/// Shows windows until `walking` has ended; returns how. Call it on the main thread. If the display goes away
/// meanwhile, it does not return: the process ends with the exit code that `last_word` gives for that end.
pub(super) fn run(
    shell: Shell,
    walking: JoinHandle<End>,
    interrupter: &Interrupter,
    last_word: impl Fn(&End) -> u8 + Send + Sync + 'static,
) -> End {
    let walking: Walking = Arc::new(Mutex::new(Some(walking)));
    let lost = Arc::new({
        let (walking, interrupter) = (Arc::clone(&walking), interrupter.clone());
        move || {
            interrupter.lose_display();
            let end = wait(&walking);
            process::exit(last_word(&end).into());
        }
    });
    end_on_loss(lost);
    if let Err(error) = shell.run() {
        error!(%error, "the windows ended badly");
    }
    // If they ended by themselves, nobody is left to say when the rest is to end.
    interrupter.interrupt();
    wait(&walking)
}

/// Calls `lost`, which does not return, when the display is lost on this thread. What happens to it on others is
/// noticed by whoever waits for them.
fn end_on_loss(lost: Arc<impl Fn() + Send + Sync + 'static>) {
    let main = thread::current().id();
    let is_main = move || thread::current().id() == main;
    let panicked = Arc::clone(&lost);
    desktop::on_loss(move || {
        if is_main() {
            lost();
        }
    });
    let other = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if is_main() && desktop::is_lost() {
            debug!(%info, "the display went away");
            panicked();
        }
        other(info);
    }));
}

/// How the way ended.
fn wait(walking: &Walking) -> End {
    let walking = walking.lock().unwrap_or_else(PoisonError::into_inner).take();
    walking.and_then(|walking| walking.join().ok()).unwrap_or_else(|| End::Failed("panic".to_owned()))
}
