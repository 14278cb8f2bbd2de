//! The mark where the helper points: a ring around a dot, dark on white on dark, so that it is seen on any ground.
//!
//! It is a small window that no window manager touches, cut out to the ring and the dot, and with no shape at all for
//! input: clicks go to what lies below. It stays above the windows that were there when it was shown last.

use x11rb::connection::Connection as _;
use x11rb::protocol::shape::{ConnectionExt as _, SK, SO};
use x11rb::protocol::xproto::{
    ChangeGCAux, ClipOrdering, ConfigureWindowAux, ConnectionExt as _, CreateGCAux, CreateWindowAux,
    Drawable, Pixmap, Rectangle, StackMode, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;

use super::Ended;
use crate::desktop::Mark;

const WHITE: u32 = 0x00ff_ffff;
/// The accent of our windows in their light dress.
const ACCENT: u32 = 0x000b_6b78;

/// Radii, in parts of the mark's reach.
const PARTS: u32 = 24;
/// The ring: a band of the accent between two white ones.
const RING: u32 = 24;
const BAND: u32 = 22;
const BAND_INNER: u32 = 17;
/// What is pointed at is seen through it.
const HOLE: u32 = 15;
/// The dot and its white edge.
const DOT_EDGE: u32 = 5;
const DOT: u32 = 3;

/// The window and its connection, with which it goes.
pub(super) struct X11Mark {
    conn: RustConnection,
    window: Window,
    reach: u16,
}

impl X11Mark {
    /// A mark that reaches so many pixels to each side, not shown yet.
    pub(super) fn open(reach: u32) -> Result<Self, Ended> {
        let reach = u16::try_from(reach).map_err(|error| Ended::Failed(error.to_string()))?;
        let (conn, root) = super::connect()?;
        super::require(&conn, "SHAPE")?;
        let version = conn.shape_query_version()?.reply()?;
        // A shape of its own for input came with 1.1.
        if (version.major_version, version.minor_version) < (1, 1) {
            return Err(Ended::NoExtension("SHAPE 1.1"));
        }
        let depth = conn.get_geometry(root)?.reply()?.depth;
        let look = paint(&conn, root, depth, reach, (WHITE, ACCENT, WHITE))?;
        let shape = paint(&conn, root, 1, reach, (1, 1, 0))?;

        let window = conn.generate_id()?;
        let attributes = CreateWindowAux::new().override_redirect(1).background_pixmap(look);
        let (side, copy) = (2 * reach, x11rb::COPY_FROM_PARENT);
        let class = WindowClass::INPUT_OUTPUT;
        conn.create_window(depth, window, root, 0, 0, side, side, 0, class, copy, &attributes)?.check()?;
        conn.shape_mask(SO::SET, SK::BOUNDING, window, 0, 0, shape)?.check()?;
        conn.shape_rectangles(SO::SET, SK::INPUT, ClipOrdering::UNSORTED, window, 0, 0, &[])?.check()?;
        conn.free_pixmap(look)?;
        conn.free_pixmap(shape)?;
        conn.flush()?;
        Ok(Self { conn, window, reach })
    }

    /// Throws away what the server said: nothing was asked, but a connection that is gone says so here.
    fn settle(&self) -> Result<(), Ended> {
        self.conn.flush()?;
        while self.conn.poll_for_event()?.is_some() {}
        Ok(())
    }
}

impl Mark for X11Mark {
    fn show(&mut self, x: i32, y: i32) -> Result<(), Ended> {
        // The server counts corners in 16 bits.
        let corner = |at: i32| (at - i32::from(self.reach)).clamp(i16::MIN.into(), i16::MAX.into());
        let place = ConfigureWindowAux::new().x(corner(x)).y(corner(y)).stack_mode(StackMode::ABOVE);
        self.conn.configure_window(self.window, &place)?;
        self.conn.map_window(self.window)?;
        self.settle()
    }

    fn hide(&mut self) -> Result<(), Ended> {
        self.conn.unmap_window(self.window)?;
        self.settle()
    }
}

/// The mark in colours of that depth: of its edges, of its band and dot, of the hole.
fn paint(
    conn: &RustConnection,
    root: Window,
    depth: u8,
    reach: u16,
    (edge, band, hole): (u32, u32, u32),
) -> Result<Pixmap, Ended> {
    let (pixmap, gc) = (conn.generate_id()?, conn.generate_id()?);
    conn.create_pixmap(depth, pixmap, root, 2 * reach, 2 * reach)?;
    conn.create_gc(gc, pixmap, &CreateGCAux::new().foreground(0))?;
    let whole = Rectangle { x: 0, y: 0, width: 2 * reach, height: 2 * reach };
    conn.poly_fill_rectangle(pixmap, gc, &[whole])?;
    for (radius, colour) in
        [(RING, edge), (BAND, band), (BAND_INNER, edge), (HOLE, hole), (DOT_EDGE, edge), (DOT, band)]
    {
        conn.change_gc(gc, &ChangeGCAux::new().foreground(colour))?;
        disc(conn, pixmap, gc, reach, radius)?;
    }
    conn.free_gc(gc)?;
    Ok(pixmap)
}

/// A disc in the middle, row by row: the server's own arcs have a nose at each end of their axes.
fn disc(conn: &RustConnection, on: Drawable, gc: u32, reach: u16, radius: u32) -> Result<(), Ended> {
    let radius = f64::from(u32::from(reach) * radius / PARTS);
    let row = |y: u16| {
        let from_middle = f64::from(y) + 0.5 - f64::from(reach);
        let half = (radius.mul_add(radius, -from_middle * from_middle)).max(0.0).sqrt().round() as u16;
        Rectangle { x: (reach - half).cast_signed(), y: y.cast_signed(), width: 2 * half, height: 1 }
    };
    let rows: Vec<_> = (0..2 * reach).map(row).filter(|row| row.width > 0).collect();
    conn.poly_fill_rectangle(on, gc, &rows)?;
    Ok(())
}
