//! What happens when the display goes away under Xlib, which windows and `rdev` stand on.
//!
//! Left to itself, Xlib then prints a line of its own and ends the process from whatever thread found out. Here the
//! program is told instead, and that thread, which Xlib lets go no further, sleeps until the process ends.

use std::ffi::c_int;
use std::sync::OnceLock;
use std::thread;

use x11::xlib::{Display, XSetIOErrorHandler};

type Then = Box<dyn Fn() + Send + Sync>;

static THEN: OnceLock<Then> = OnceLock::new();

/// Calls `then` on each thread that finds its display gone. The first caller's counts.
#[expect(unsafe_code, reason = "Xlib is C")]
pub(super) fn tell(then: Then) {
    let handler: unsafe extern "C" fn(*mut Display) -> c_int = broken;
    if THEN.set(then).is_ok() {
        // SAFETY: the call takes a function of the right type, which lives as long as the process, and keeps it in a
        // variable of Xlib's. It may be called at any time, before a display is opened as well.
        unsafe { XSetIOErrorHandler(Some(handler)) };
    }
}

/// Never returns: behind it, Xlib would end the process.
extern "C" fn broken(_display: *mut Display) -> c_int {
    if let Some(then) = THEN.get() {
        then();
    }
    loop {
        thread::park();
    }
}
