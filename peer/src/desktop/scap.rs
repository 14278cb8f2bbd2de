//! The engine of Windows and macOS: pictures by the `scap` crate, hands by `rdev`.
//!
//! What it can: the main display, with the cursor in the picture and damage unknown; keys, buttons, wheel, motion;
//! those characters that are on the same key in every layout. What it cannot yet: tell the host's own hands from a
//! program's, so that [`hands`] is refused, and with it the lending of control.
//!
//! `scap` waits for frames without a limit and panics where it fails. So it lives on a thread of its own, which puts
//! frames into a slot of one; whatever ends that thread closes the slot, and the screen has ended.

mod inject;
mod keys;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use ::scap::capturer::{Capturer, Options, Resolution};
use ::scap::frame::{Frame, FrameType};
use entraide_common::screen::Size;
use entraide_common::wire::control::{Monitor, MonitorChoice};

use super::{Capture, Ended, Hand, Hands, Injector, Mark, Pixels, Screen, Seat, Waker};
use crate::latest::{Latest, Taken};

/// Most frames a second that the system is asked for.
const FRAMES: u32 = 60;
/// How long a wait for the slot is; then the next one begins.
const NAP: Duration = Duration::from_secs(60);

/// Looks whether the system can and may be captured; asks it to allow that if it does not yet.
pub(super) fn probe() -> Result<(), Ended> {
    if !::scap::is_supported() {
        return Err(Ended::Failed("this version of the system cannot be captured".to_owned()));
    }
    if ::scap::has_permission() || ::scap::request_permission() { Ok(()) } else { Err(Ended::Denied) }
}

/// Begins to look.
pub(super) fn screen() -> Result<Box<dyn Screen>, Ended> {
    Ok(Box::new(ScapScreen::start()?))
}

/// Hands that can be lent.
pub(super) fn injector() -> Result<Box<dyn Injector>, Ended> {
    Ok(Box::new(inject::RdevInjector::default()))
}

/// `rdev` does not say which input a program injected, so nobody's Esc could be trusted.
pub(super) fn hands(_sink: Box<dyn Fn(Hand) + Send>) -> Result<Box<dyn Hands>, Ended> {
    Err(Ended::Failed("the host's own keyboard cannot be told from a program's here yet".to_owned()))
}

/// A window that lets input through is another thing to ask of each system.
pub(super) fn mark(_reach: u32) -> Result<Box<dyn Mark>, Ended> {
    Err(Ended::Failed("where the helper points cannot be shown here yet".to_owned()))
}

/// Somebody may always sit here.
pub(super) fn seat() -> Seat {
    Seat::Person
}

/// These systems' displays do not go away under a program.
pub(super) fn on_loss(_then: Box<dyn Fn() + Send + Sync>) {}

/// Never, for the same reason.
pub(super) fn is_lost() -> bool {
    false
}

/// The main display.
struct ScapScreen {
    /// Frames, and nothing to wake whoever waits for one.
    slot: Arc<Latest<Option<Shot>>>,
    stopped: Arc<AtomicBool>,
    size: Size,
    /// The picture that was given last, or is about to be.
    shot: Option<Shot>,
    /// Whether `shot` waits to be given: after a new layout, or because all of it is asked for again.
    due: bool,
}

/// One frame, rows without gaps.
struct Shot {
    size: Size,
    bgra: Vec<u8>,
}

impl ScapScreen {
    fn start() -> Result<Self, Ended> {
        let slot = Arc::new(Latest::new());
        let stopped = Arc::new(AtomicBool::new(false));
        let feed = Feed { slot: Arc::clone(&slot), stopped: Arc::clone(&stopped) };
        let [width, height] = ::scap::capturer::get_output_frame_size(&options());
        let size = Size::new(width, height)
            .ok_or_else(|| Ended::Failed(format!("a display of {width} x {height} pixels")))?;
        thread::Builder::new()
            .name("scap".to_owned())
            .spawn(move || feed.run())
            .map_err(|error| Ended::Failed(error.to_string()))?;
        Ok(Self { slot, stopped, size, shot: None, due: false })
    }

    fn give(&mut self) -> Capture<'_> {
        self.due = false;
        self.shot.as_ref().map_or(Capture::Idle, |shot| {
            Capture::Picture(Pixels {
                size: shot.size,
                damage: &[],
                bgrx: &shot.bgra,
                stride: shot.size.width as usize * 4,
            })
        })
    }
}

impl Screen for ScapScreen {
    fn monitors(&self) -> Vec<Monitor> {
        let Size { width, height } = self.size;
        vec![Monitor { id: 0, x: 0, y: 0, width, height, scale_percent: 100, primary: true }]
    }

    fn choose(&mut self, _choice: MonitorChoice) -> Result<(), Ended> {
        self.due = self.shot.is_some();
        Ok(())
    }

    fn origin(&self) -> (i32, i32) {
        // Both systems count from the upper left corner of the main display.
        (0, 0)
    }

    fn waker(&self) -> Waker {
        let slot = Arc::clone(&self.slot);
        Waker(Arc::new(move || slot.join(Option::flatten)))
    }

    fn next(&mut self) -> Result<Capture<'_>, Ended> {
        if self.due {
            return Ok(self.give());
        }
        match self.slot.wait(NAP) {
            Taken::Value(Some(shot)) => {
                let resized = shot.size != self.size;
                self.size = shot.size;
                self.shot = Some(shot);
                if resized {
                    self.due = true;
                    return Ok(Capture::Layout(self.monitors()));
                }
                Ok(self.give())
            }
            Taken::Value(None) | Taken::Nothing => Ok(Capture::Idle),
            Taken::Closed => Err(Ended::Gone("the system ended the capture".to_owned())),
        }
    }
}

impl Drop for ScapScreen {
    fn drop(&mut self) {
        // The thread sees it with its next frame; it cannot be woken before.
        self.stopped.store(true, Ordering::Relaxed);
    }
}

/// The thread's end of the slot.
struct Feed {
    slot: Arc<Latest<Option<Shot>>>,
    stopped: Arc<AtomicBool>,
}

impl Feed {
    /// The capturer is made, used and dropped here: parts of it may not change threads.
    fn run(self) {
        let mut capturer = match Capturer::build(options()) {
            Ok(capturer) => capturer,
            Err(error) => return tracing::warn!(%error, "no capture"),
        };
        capturer.start_capture();
        while let Ok(frame) = capturer.get_next_frame() {
            if self.stopped.load(Ordering::Relaxed) {
                break;
            }
            if let Some(shot) = shot(frame) {
                self.slot.put(Some(shot));
            }
        }
        capturer.stop_capture();
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.slot.close();
    }
}

fn options() -> Options {
    Options {
        fps: FRAMES,
        show_cursor: true,
        show_highlight: false,
        target: None,
        crop_area: None,
        output_type: FrameType::BGRAFrame,
        output_resolution: Resolution::Captured,
        excluded_targets: None,
    }
}

/// `None` for what was not asked for, or does not fill its size.
fn shot(frame: Frame) -> Option<Shot> {
    let Frame::BGRA(frame) = frame else { return None };
    let size = Size::new(u32::try_from(frame.width).ok()?, u32::try_from(frame.height).ok()?)?;
    (frame.data.len() == size.area() * 4).then_some(Shot { size, bgra: frame.data })
}
