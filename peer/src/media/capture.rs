//! The capture thread: reads the screen until the stage closes.

use std::sync::mpsc::Receiver;
use std::time::Instant;

use entraide_common::wire::control::{Monitor, MonitorChoice};
use entraide_common::wire::cursor::{Position, Shape};

use super::stage::Stage;
use crate::desktop::{Capture, Ended, Screen};

/// What the capture thread notices beside pixels.
#[derive(Debug)]
pub enum Noticed {
    /// The cursor looks different.
    Shape(Shape),
    /// The cursor is elsewhere.
    Position(Position),
    /// The monitors changed, or others were chosen; the picture's corner on the desktop with them.
    Layout {
        /// The monitors.
        monitors: Vec<Monitor>,
        /// Where the picture begins on the desktop.
        origin: (i32, i32),
        /// The stage's turn from which the picture is so.
        turn: u64,
    },
    /// The screen gives nothing more; this is the last.
    Ended(Ended),
}

/// Runs until the stage closes or the screen ends. Whoever closes the stage or sends a choice wakes the screen, which
/// otherwise sleeps until something is drawn. `notice` must not block.
pub fn run(
    mut screen: Box<dyn Screen>,
    stage: &Stage,
    choices: &Receiver<MonitorChoice>,
    mut notice: impl FnMut(Noticed),
) {
    notice(turned(screen.monitors(), screen.as_ref(), stage));
    while !stage.is_closed() {
        if let Err(ended) = step(screen.as_mut(), stage, choices, &mut notice) {
            notice(Noticed::Ended(ended));
            return;
        }
    }
}

fn step(
    screen: &mut dyn Screen,
    stage: &Stage,
    choices: &Receiver<MonitorChoice>,
    notice: &mut impl FnMut(Noticed),
) -> Result<(), Ended> {
    while let Ok(choice) = choices.try_recv() {
        screen.choose(choice)?;
        notice(turned(screen.monitors(), screen, stage));
    }
    let layout = match screen.next()? {
        Capture::Picture(pixels) => {
            stage.paint(&pixels, Instant::now());
            None
        }
        Capture::Shape(shape) => {
            notice(Noticed::Shape(shape));
            None
        }
        Capture::Position(position) => {
            notice(Noticed::Position(position));
            None
        }
        Capture::Layout(monitors) => Some(monitors),
        Capture::Idle => None,
    };
    if let Some(monitors) = layout {
        notice(turned(monitors, screen, stage));
    }
    Ok(())
}

/// The screen has turned to another part of the desktop, or may have.
fn turned(monitors: Vec<Monitor>, screen: &dyn Screen, stage: &Stage) -> Noticed {
    Noticed::Layout { monitors, origin: screen.origin(), turn: stage.turn() }
}
