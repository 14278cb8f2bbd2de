//! A film on a display, from a recorded desktop: shown as a player shows it, so many pictures a second.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use entraide_common::screen::{Picture, Rect};
use x11rb::COPY_DEPTH_FROM_PARENT;
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    ConnectionExt as _, CreateGCAux, CreateWindowAux, Gcontext, ImageFormat, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;

use crate::trace::Trace;
use crate::xserver::XServer;

/// Where the clip of the recorded desktop W5 plays, to the pixel.
pub const CLIP: Rect = Rect { x: 24, y: 107, width: 640, height: 360 };
/// Rows that go to the display at once: a request has a largest size.
pub const ROWS: usize = 60;

/// The pictures of that clip, as far as they are in `tests/traces`.
///
/// # Errors
/// If the recording cannot be read.
pub fn clip() -> Result<Vec<Picture>> {
    let mut trace = Trace::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("traces/W5-cut.trc"))?;
    let mut clip = Vec::new();
    while let Some(moment) = trace.step()? {
        if !moment.damage.is_empty() {
            clip.push(trace.picture().cut(CLIP));
        }
    }
    Ok(clip)
}

/// A film that plays to and fro until it is stopped. Its window stays, with its last picture.
pub struct Film {
    over: Arc<AtomicBool>,
    player: Option<JoinHandle<()>>,
}

impl Film {
    /// Plays `pictures`, `rate` of them a second, on a display, over all windows.
    ///
    /// # Errors
    /// If the display cannot be drawn on.
    pub fn play(screen: &XServer, at: (i16, i16), pictures: Vec<Picture>, rate: u32) -> Result<Self> {
        let (conn, number) = RustConnection::connect(Some(screen.display()))?;
        let (window, gc) = window(&conn, number, at, pictures.first().context("a picture")?)?;
        let over = Arc::new(AtomicBool::new(false));
        let ends = over.clone();
        let player = thread::spawn(move || {
            let mut due = Instant::now();
            for number in (0..pictures.len()).chain((0..pictures.len()).rev()).cycle() {
                if ends.load(Ordering::Relaxed) || paint(&conn, window, gc, &pictures[number]).is_err() {
                    break;
                }
                due += Duration::from_secs(1) / rate;
                thread::sleep(due.saturating_duration_since(Instant::now()));
            }
            // The window lives as long as the connection.
            while !ends.load(Ordering::Relaxed) || Arc::strong_count(&ends) > 1 {
                thread::sleep(Duration::from_millis(20));
            }
        });
        Ok(Self { over, player: Some(player) })
    }

    /// Stops at the picture that is shown.
    pub fn pause(&self) {
        self.over.store(true, Ordering::Relaxed);
    }
}

impl Drop for Film {
    fn drop(&mut self) {
        self.pause();
        // The player's is then the only one.
        self.over = Arc::default();
        if let Some(player) = self.player.take() {
            // One that panicked has said so.
            let _ = player.join();
        }
    }
}

fn window(
    conn: &RustConnection,
    screen: usize,
    (x, y): (i16, i16),
    picture: &Picture,
) -> Result<(Window, Gcontext)> {
    let screen = conn.setup().roots.get(screen).context("a screen")?;
    let [width, height] = [picture.size().width, picture.size().height].map(|side| side as u16);
    let window = conn.generate_id()?;
    let look = CreateWindowAux::new().background_pixel(0).override_redirect(1);
    let (depth, class) = (COPY_DEPTH_FROM_PARENT, WindowClass::INPUT_OUTPUT);
    conn.create_window(depth, window, screen.root, x, y, width, height, 0, class, screen.root_visual, &look)?;
    conn.map_window(window)?;
    let gc = conn.generate_id()?;
    conn.create_gc(gc, window, &CreateGCAux::new())?;
    conn.flush()?;
    Ok((window, gc))
}

fn paint(conn: &RustConnection, window: Window, gc: Gcontext, picture: &Picture) -> Result<()> {
    let width = picture.size().width as usize;
    for (rows, top) in picture.pixels().chunks(width * ROWS).zip((0..).step_by(ROWS)) {
        let bytes: Vec<u8> = rows.iter().flat_map(|pixel| pixel.to_le_bytes()).collect();
        let (width, height) = (width as u16, (rows.len() / width) as u16);
        conn.put_image(ImageFormat::Z_PIXMAP, window, gc, width, height, 0, top, 0, 24, &bytes)?;
    }
    conn.flush()?;
    Ok(())
}
