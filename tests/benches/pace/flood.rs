//! What moves on the host's screen, and a window that says when the pointer moves.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use entraide_tests::xserver::{Running, XServer};
use x11rb::COPY_DEPTH_FROM_PARENT;
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    ConnectionExt as _, CreateGCAux, CreateWindowAux, EventMask, ImageFormat, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;

/// Pixels of the moving picture, and how many of its rows go to the display at once.
const PICTURE: (u16, u16) = (640, 360);
const ROWS: u16 = 60;
/// Where it stands.
const AT: (i16, i16) = (320, 300);
/// Its time between frames: 30 a second.
const FRAME: Duration = Duration::from_micros(33_333);
/// Where the window stands that the pointer moves in, and its side.
pub(crate) const PAD: (i16, i16, u16) = (1200, 720, 64);

/// A terminal with the output of a program that builds something.
pub(crate) fn terminal(screen: &XServer) -> Running {
    let script = "i=0; while :; do i=$((i + 1)); \
        echo \"   Compiling part-$i v0.$((i % 37)).$((i * 7919 % 101)) (/build/src/$((i * 104729 % 9973)).rs)\"; \
        [ $((i % 3)) = 0 ] && sleep 0.01; done";
    screen.spawn("xterm", &["-geometry", "150x44+40+60", "-e", "sh", "-c", script])
}

/// A picture that moves until the value is dropped: waves with grain, as a camera has it.
pub(crate) struct Film {
    over: Arc<AtomicBool>,
    painter: Option<JoinHandle<()>>,
}

impl Film {
    pub(crate) fn start(screen: &XServer) -> Result<Self> {
        let (conn, number) = RustConnection::connect(Some(screen.display()))?;
        let window = window(&conn, number, (AT.0, AT.1), PICTURE, EventMask::NO_EVENT)?;
        let over = Arc::new(AtomicBool::new(false));
        let ends = over.clone();
        let painter = thread::spawn(move || {
            let mut due = Instant::now();
            for number in 0_u32.. {
                if ends.load(Ordering::Relaxed) || paint(&conn, window, number).is_err() {
                    return;
                }
                due += FRAME;
                thread::sleep(due.saturating_duration_since(Instant::now()));
            }
        });
        Ok(Self { over, painter: Some(painter) })
    }
}

impl Drop for Film {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(painter) = self.painter.take() {
            // One that panicked has said so.
            let _ = painter.join();
        }
    }
}

fn paint(conn: &RustConnection, window: Window, number: u32) -> Result<()> {
    let gc = conn.generate_id()?;
    conn.create_gc(gc, window, &CreateGCAux::new())?;
    // xorshift (Marsaglia 2003).
    let mut grain = number.wrapping_mul(0x9e37_79b9) | 1;
    for top in (0..PICTURE.1).step_by(ROWS.into()) {
        let mut bytes = Vec::with_capacity(usize::from(PICTURE.0) * usize::from(ROWS) * 4);
        for y in u32::from(top)..u32::from(top + ROWS) {
            for x in 0..u32::from(PICTURE.0) {
                grain ^= grain << 13;
                grain ^= grain >> 17;
                grain ^= grain << 5;
                let wave = (x + 3 * number) / 4 + (y * 2 + number) / 5;
                let [a, b, c, _] = grain.to_le_bytes();
                let shade = |offset: u32, grain: u8| ((wave + offset) as u8).wrapping_add(grain & 7);
                bytes.extend([shade(0, a), shade(40, b), shade(90, c), 0]);
            }
        }
        let y = top.cast_signed();
        conn.put_image(ImageFormat::Z_PIXMAP, window, gc, PICTURE.0, ROWS, 0, y, 0, 24, &bytes)?;
    }
    conn.free_gc(gc)?;
    conn.flush()?;
    Ok(())
}

/// A window in which the pointer is followed.
pub(crate) struct Pad(Receiver<(Instant, i16)>);

impl Pad {
    /// It lives as long as its display.
    pub(crate) fn start(screen: &XServer) -> Result<Self> {
        let (conn, number) = RustConnection::connect(Some(screen.display()))?;
        window(&conn, number, (PAD.0, PAD.1), (PAD.2, PAD.2), EventMask::POINTER_MOTION)?;
        let (tell, told) = channel();
        thread::spawn(move || {
            while let Ok(event) = conn.wait_for_event() {
                let Event::MotionNotify(motion) = event else { continue };
                if tell.send((Instant::now(), motion.root_x)).is_err() {
                    return;
                }
            }
        });
        Ok(Self(told))
    }

    /// Where the pointer went since this was asked last, and when.
    pub(crate) fn moves(&self) -> Vec<(Instant, i16)> {
        self.0.try_iter().collect()
    }
}

fn window(
    conn: &RustConnection,
    screen: usize,
    (x, y): (i16, i16),
    (width, height): (u16, u16),
    events: EventMask,
) -> Result<Window> {
    let screen = conn.setup().roots.get(screen).context("a screen")?;
    let window = conn.generate_id()?;
    let look = CreateWindowAux::new().background_pixel(0x0040_4040).override_redirect(1).event_mask(events);
    let (depth, class) = (COPY_DEPTH_FROM_PARENT, WindowClass::INPUT_OUTPUT);
    conn.create_window(depth, window, screen.root, x, y, width, height, 0, class, screen.root_visual, &look)?;
    conn.map_window(window)?;
    conn.flush()?;
    Ok(window)
}
