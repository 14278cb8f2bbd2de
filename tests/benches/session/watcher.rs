//! Eyes on one pixel of a display: XDamage says that something was drawn, GetImage what is there now.

use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use x11rb::connection::Connection as _;
use x11rb::protocol::damage::{ConnectionExt as _, ReportLevel};
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _, ImageFormat, MapState, Window};
use x11rb::rust_connection::RustConnection;

use entraide_tests::xserver::XServer;

/// What a pixel became, and when that was seen.
pub(crate) struct Seen {
    colour: u32,
    at: Instant,
}

/// The changes of one pixel.
pub(crate) struct Watcher(Receiver<Seen>);

impl Watcher {
    /// Watches from now on, as long as the display lives.
    pub(crate) fn start(server: &XServer, (x, y): (i16, i16)) -> Result<Self> {
        let (conn, screen) = RustConnection::connect(Some(server.display()))?;
        let root = conn.setup().roots.get(screen).context("a screen")?.root;
        conn.damage_query_version(1, 1)?.reply()?;
        let damage = conn.generate_id()?;
        conn.damage_create(damage, root, ReportLevel::RAW_RECTANGLES)?;
        let mut last = pixel(&conn, root, (x, y))?;
        let (see, seen) = channel();
        thread::spawn(move || {
            while conn.wait_for_event().is_ok() {
                while let Ok(Some(_)) = conn.poll_for_event() {}
                let Ok(colour) = pixel(&conn, root, (x, y)) else { return };
                let at = Instant::now();
                if std::mem::replace(&mut last, colour) != colour && see.send(Seen { colour, at }).is_err() {
                    return;
                }
            }
        });
        Ok(Self(seen))
    }

    /// When the pixel next became one of `colours`.
    pub(crate) fn seen(&self, colours: &[u32], patience: Duration) -> Result<Instant> {
        let until = Instant::now() + patience;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let seen = self.0.recv_timeout(left).context("the pixel did not change")?;
            if colours.contains(&seen.colour) {
                return Ok(seen.at);
            }
        }
    }
}

/// The middle of the largest window that process shows, in pixels of the screen.
pub(crate) fn middle_of_window(server: &XServer, process: u32) -> Result<Option<(i16, i16)>> {
    let client = server.client();
    let (conn, root) = (&client.conn, client.root);
    let pid = conn.intern_atom(false, b"_NET_WM_PID")?.reply()?.atom;
    let mut found: Option<(u32, (i16, i16))> = None;
    let mut open: Vec<Window> = vec![root];
    while let Some(parent) = open.pop() {
        for window in conn.query_tree(parent)?.reply()?.children {
            open.push(window);
            // Windows come and go while we look.
            let Ok(owner) = conn.get_property(false, window, pid, AtomEnum::CARDINAL, 0, 1)?.reply() else {
                continue;
            };
            if owner.value32().and_then(|mut owner| owner.next()) != Some(process) {
                continue;
            }
            let Ok(attributes) = conn.get_window_attributes(window)?.reply() else { continue };
            let Ok(geometry) = conn.get_geometry(window)?.reply() else { continue };
            let Ok(middle) = conn
                .translate_coordinates(
                    window,
                    root,
                    (geometry.width / 2).cast_signed(),
                    (geometry.height / 2).cast_signed(),
                )?
                .reply()
            else {
                continue;
            };
            let area = u32::from(geometry.width) * u32::from(geometry.height);
            if attributes.map_state == MapState::VIEWABLE && found.is_none_or(|(most, _)| area > most) {
                found = Some((area, (middle.dst_x, middle.dst_y)));
            }
        }
    }
    Ok(found.filter(|(area, _)| *area > 10_000).map(|(_, middle)| middle))
}

fn pixel(conn: &RustConnection, root: Window, (x, y): (i16, i16)) -> Result<u32> {
    let image = conn.get_image(ImageFormat::Z_PIXMAP, root, x, y, 1, 1, !0)?.reply()?;
    let bytes = image.data.first_chunk().context("a pixel of four bytes")?;
    Ok(u32::from_le_bytes(*bytes) & 0x00ff_ffff)
}
