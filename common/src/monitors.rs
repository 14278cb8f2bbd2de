//! Which monitors a picture shows.
//!
//! A helper *wishes* to see one monitor or all of them; what is *shown* follows from the wish and the monitors there
//! are. Host, helper and the engine that captures follow the one rule written here, so nothing but the wish and the
//! monitors is ever sent, and all three mean the same place by the same coordinates.
//!
//! A wish outlives its monitor: while that is unplugged the primary one is shown, and itself again once it is back. So a
//! desktop that goes through strange layouts on its way to a new one leaves everybody where they were.

use crate::limits;
use crate::wire::control::{Monitor, MonitorChoice};

/// What a wish comes to: a monitor that is there, or all of them where there is no picture too large for it.
#[must_use]
pub fn shown(wish: MonitorChoice, monitors: &[Monitor]) -> MonitorChoice {
    let stands = match wish {
        MonitorChoice::One(id) => monitors.iter().any(|monitor| monitor.id == id),
        MonitorChoice::All => all_fit(monitors),
    };
    if stands {
        wish
    } else {
        primary(monitors).map_or(MonitorChoice::All, |first| MonitorChoice::One(first.id))
    }
}

/// Whether one picture can show all monitors: its sides are bounded.
#[must_use]
pub fn all_fit(monitors: &[Monitor]) -> bool {
    let span = |from: fn(&Monitor) -> i32, side: fn(&Monitor) -> u32| {
        let near = monitors.iter().map(|monitor| i64::from(from(monitor))).min().unwrap_or(0);
        let far = monitors.iter().map(|monitor| i64::from(from(monitor)) + i64::from(side(monitor))).max();
        (far.unwrap_or(near) - near).unsigned_abs()
    };
    let (width, height) = (
        span(|monitor| monitor.x, |monitor| monitor.width),
        span(|monitor| monitor.y, |monitor| monitor.height),
    );
    let side = u64::from(limits::PICTURE_SIDE);
    width <= side && height <= side && width * height <= limits::PICTURE_PIXELS
}

/// The monitor the host's system calls the first, or the first that it names.
#[must_use]
pub fn primary(monitors: &[Monitor]) -> Option<&Monitor> {
    monitors.iter().find(|monitor| monitor.primary).or_else(|| monitors.first())
}

/// The monitor of that number, counted from 1 in the order they are told.
#[must_use]
pub fn numbered(number: usize, monitors: &[Monitor]) -> Option<&Monitor> {
    monitors.get(number.checked_sub(1)?)
}

/// The picture's corner, in pixels of the picture of all monitors. `shown` is what [`shown`] gave.
#[must_use]
pub fn corner(shown: MonitorChoice, monitors: &[Monitor]) -> (i32, i32) {
    let one = monitors.iter().find(|monitor| shown == MonitorChoice::One(monitor.id));
    one.map_or((0, 0), |monitor| (monitor.x, monitor.y))
}
