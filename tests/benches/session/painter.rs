//! A program that answers each key with another colour, as fast as X allows.

use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use x11rb::COPY_DEPTH_FROM_PARENT;
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    ChangeWindowAttributesAux, ConfigureWindowAux, ConnectionExt as _, CreateWindowAux, EventMask,
    InputFocus, StackMode, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;

use entraide_tests::xserver::XServer;

/// The colours it goes to and fro between, 0x00RRGGBB.
pub(crate) const COLOURS: [u32; 2] = [0x00e0_2080, 0x0020_80e0];
/// Pixels across and down.
const SIDE: u16 = 240;

/// The square, which stands in the middle of the screen, over all windows.
pub(crate) struct Painter {
    conn: RustConnection,
    window: Window,
    pressed: Receiver<Instant>,
}

impl Painter {
    /// Shows it. It lives as long as its display.
    pub(crate) fn start(server: &XServer) -> Result<Self> {
        let (conn, screen) = RustConnection::connect(Some(server.display()))?;
        let screen = conn.setup().roots.get(screen).context("a screen")?;
        let (x, y) = ((screen.width_in_pixels - SIDE) / 2, (screen.height_in_pixels - SIDE) / 2);
        let window = conn.generate_id()?;
        let look = CreateWindowAux::new()
            .background_pixel(COLOURS[0])
            .override_redirect(1)
            .event_mask(EventMask::KEY_PRESS);
        conn.create_window(
            COPY_DEPTH_FROM_PARENT,
            window,
            screen.root,
            x.cast_signed(),
            y.cast_signed(),
            SIDE,
            SIDE,
            0,
            WindowClass::INPUT_OUTPUT,
            screen.root_visual,
            &look,
        )?;
        conn.map_window(window)?;
        conn.flush()?;
        // A connection of its own shares no queue with anybody.
        let (hears, _) = RustConnection::connect(Some(server.display()))?;
        hears.change_window_attributes(
            window,
            &ChangeWindowAttributesAux::new().event_mask(EventMask::KEY_PRESS),
        )?;
        conn.change_window_attributes(
            window,
            &ChangeWindowAttributesAux::new().event_mask(EventMask::NO_EVENT),
        )?;
        hears.flush()?;
        conn.flush()?;
        let (press, pressed) = channel();
        thread::spawn(move || {
            let mut colour = 0;
            while let Ok(event) = hears.wait_for_event() {
                let Event::KeyPress(_) = event else { continue };
                let at = Instant::now();
                colour = 1 - colour;
                if paint(&hears, window, COLOURS[colour]).is_err() || press.send(at).is_err() {
                    return;
                }
            }
        });
        Ok(Self { conn, window, pressed })
    }

    /// Brings it before other windows and gives it the keyboard.
    pub(crate) fn come_forward(&self) -> Result<()> {
        self.conn.configure_window(self.window, &ConfigureWindowAux::new().stack_mode(StackMode::ABOVE))?;
        self.conn.set_input_focus(InputFocus::POINTER_ROOT, self.window, x11rb::CURRENT_TIME)?;
        self.conn.get_input_focus()?.reply()?;
        Ok(())
    }

    /// When it heard the next key.
    pub(crate) fn pressed(&self, patience: Duration) -> Result<Instant> {
        self.pressed.recv_timeout(patience).context("the key did not reach the painter")
    }
}

/// The background, so that the server itself repaints what was covered.
fn paint(conn: &RustConnection, window: Window, colour: u32) -> Result<()> {
    conn.change_window_attributes(window, &ChangeWindowAttributesAux::new().background_pixel(colour))?;
    conn.clear_area(false, window, 0, 0, 0, 0)?;
    conn.flush()?;
    Ok(())
}
