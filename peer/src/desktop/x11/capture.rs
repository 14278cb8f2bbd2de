//! The picture of an X11 display.
//!
//! XDamage tells once that something was drawn; then the damage is taken, as a region, before the pixels are read:
//! what is drawn in between is told again, so nothing is ever missed. Layouts change under our feet: an event that
//! comes twice changes nothing, and rows asked of a screen that has just shrunk are an occasion to look again.

use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

use entraide_common::screen::{Rect, Size};
use entraide_common::wire::control::{Monitor, MonitorChoice};
use entraide_common::wire::cursor::{Position, Shape};
use rustix::event::{EventfdFlags, PollFd, PollFlags, eventfd};
use x11rb::connection::Connection as _;
use x11rb::errors::ReplyError;
use x11rb::protocol::Event;
use x11rb::protocol::damage::{ConnectionExt as _, Damage, ReportLevel};
use x11rb::protocol::xfixes::{ConnectionExt as _, Region};
use x11rb::protocol::xproto::{ConnectionExt as _, ImageOrder, Window};
use x11rb::rust_connection::RustConnection;

use super::cursor::Cursor;
use super::memory::Memory;
use super::monitors::Layout;
use super::{Ended, damage};
use crate::desktop::{Capture, Pixels, Screen, Waker};

/// How long to leave a screen alone that could not be read: it is being resized, or another terminal is in front.
const REST: Duration = Duration::from_millis(100);

/// The picture, its cursor and its layout.
pub(super) struct X11Screen {
    conn: RustConnection,
    /// Readable once somebody woke.
    wakes: Arc<OwnedFd>,
    root: Window,
    damage: Damage,
    region: Region,
    layout: Layout,
    choice: MonitorChoice,
    view: Rect,
    size: Size,
    memory: Memory,
    cursor: Cursor,
    /// What of the picture is to be told.
    stale: Stale,
    /// Whether the layout may have changed.
    doubtful: bool,
    rest_until: Option<Instant>,
    /// The damage of the picture that was given last.
    rects: Vec<Rect>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stale {
    Nothing,
    /// What the server calls damaged.
    Drawn,
    Whole,
}

/// What is ready to be told.
enum Ready {
    Layout,
    Shape(Shape),
    Position(Position),
    Picture,
}

impl X11Screen {
    pub(super) fn open() -> Result<Self, Ended> {
        let (conn, root) = super::connect()?;
        let wakes = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)
            .map_err(|error| Ended::Failed(error.to_string()))?;
        check_format(&conn, root)?;
        let (damage, region) = watch_damage(&conn, root)?;
        Layout::watch(&conn, root)?;
        let cursor = Cursor::watch(&conn, root)?;
        let layout = Layout::ask(&conn, root)?;
        let choice = MonitorChoice::All;
        let (view, size) = layout.view(choice);
        let memory = Memory::new(&conn, size);
        Ok(Self {
            conn,
            wakes: Arc::new(wakes),
            root,
            damage,
            region,
            layout,
            choice,
            view,
            size,
            memory,
            cursor,
            stale: Stale::Whole,
            doubtful: false,
            rest_until: None,
            rects: Vec::new(),
        })
    }

    /// Takes note of all that the server has told. False if that was nothing.
    fn hear(&mut self) -> Result<bool, Ended> {
        let mut heard = false;
        while let Some(event) = self.conn.poll_for_event()? {
            heard = true;
            match event {
                Event::DamageNotify(_) if self.stale == Stale::Nothing => self.stale = Stale::Drawn,
                Event::ConfigureNotify(_) | Event::RandrNotify(_) | Event::RandrScreenChangeNotify(_) => {
                    self.doubtful = true;
                }
                other => self.cursor.hear(&other),
            }
        }
        Ok(heard)
    }

    /// The next thing to tell. The cursor goes before the picture, which it never waits for, but a whole picture
    /// goes before the cursor, which means nothing without it.
    fn ready(&mut self) -> Result<Option<Ready>, Ended> {
        if std::mem::take(&mut self.doubtful) && self.relayout()? {
            return Ok(Some(Ready::Layout));
        }
        if self.stale == Stale::Whole {
            return Ok(self.fetch()?.then_some(Ready::Picture));
        }
        if let Some(shape) = self.cursor.shape(&self.conn)? {
            return Ok(Some(Ready::Shape(shape)));
        }
        if let Some(position) = self.cursor.position(&self.conn, self.root, self.view)? {
            return Ok(Some(Ready::Position(position)));
        }
        if self.stale == Stale::Drawn {
            return Ok(self.fetch()?.then_some(Ready::Picture));
        }
        Ok(None)
    }

    /// Looks at the monitors again. True if they changed.
    fn relayout(&mut self) -> Result<bool, Ended> {
        let layout = Layout::ask(&self.conn, self.root)?;
        if layout == self.layout {
            return Ok(false);
        }
        self.layout = layout;
        self.rest_until = None;
        self.frame();
        Ok(true)
    }

    /// Puts the view where the choice says, with memory for it.
    fn frame(&mut self) {
        let (view, size) = self.layout.view(self.choice);
        if size != self.size {
            let memory = Memory::new(&self.conn, size);
            std::mem::replace(&mut self.memory, memory).free(&self.conn);
        }
        (self.view, self.size) = (view, size);
        self.stale = Stale::Whole;
        self.cursor.look_again();
    }

    /// Fetches what is stale. False if nothing in view was, or if it cannot be read for a moment.
    fn fetch(&mut self) -> Result<bool, Ended> {
        if self.rest_until.is_some_and(|until| until > Instant::now()) {
            return Ok(false);
        }
        self.rest_until = None;
        let drawn = self.take_damage()?;
        self.rects = match self.stale {
            Stale::Whole => vec![self.size.rect()],
            Stale::Drawn | Stale::Nothing => damage::gather(drawn.into_iter()),
        };
        let bands = damage::bands(&self.rects);
        match self.memory.fetch(&self.conn, self.root, self.view, &bands) {
            Ok(()) => {
                self.stale = Stale::Nothing;
                Ok(!self.rects.is_empty())
            }
            Err(ReplyError::X11Error(error)) => {
                tracing::debug!(?error, "the screen could not be read; looking again");
                self.stale = Stale::Whole;
                self.doubtful = true;
                self.rest_until = Some(Instant::now() + REST);
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// What was drawn in view since the last time, in the picture's pixels.
    fn take_damage(&mut self) -> Result<Vec<Rect>, Ended> {
        self.conn.damage_subtract(self.damage, x11rb::NONE, self.region)?;
        let drawn = self.conn.xfixes_fetch_region(self.region)?.reply()?;
        let view = self.view;
        let in_view = drawn.rectangles.iter().filter_map(|drawn| {
            let x = u32::try_from(drawn.x).ok()?;
            let y = u32::try_from(drawn.y).ok()?;
            let on_root = Rect { x, y, width: drawn.width.into(), height: drawn.height.into() };
            let seen = on_root.intersection(view)?;
            Some(Rect { x: seen.x - view.x, y: seen.y - view.y, ..seen })
        });
        Ok(in_view.collect())
    }

    /// Sleeps until the server says something, something is due, or somebody wakes. True if somebody did.
    fn sleep(&self) -> Result<bool, Ended> {
        let due = [self.cursor.due(), self.rest_until].into_iter().flatten().min();
        let timeout = due.map(|due| due.saturating_duration_since(Instant::now()));
        let mut sources =
            [PollFd::new(self.conn.stream(), PollFlags::IN), PollFd::new(&self.wakes, PollFlags::IN)];
        super::wait_for(&mut sources, timeout).map_err(|error| Ended::Failed(error.to_string()))?;
        if sources[1].revents().is_empty() {
            return Ok(false);
        }
        // Only this thread reads, and there is something: it cannot fail.
        let _ = rustix::io::read(&self.wakes, &mut [0; 8]);
        Ok(true)
    }

    fn tell(&self, ready: Ready) -> Capture<'_> {
        match ready {
            Ready::Layout => Capture::Layout(self.monitors()),
            Ready::Shape(shape) => Capture::Shape(shape),
            Ready::Position(position) => Capture::Position(position),
            Ready::Picture => Capture::Picture(Pixels {
                size: self.size,
                damage: &self.rects,
                bgrx: self.memory.pixels(),
                stride: self.size.width as usize * 4,
            }),
        }
    }
}

impl Screen for X11Screen {
    fn monitors(&self) -> Vec<Monitor> {
        self.layout.monitors()
    }

    fn choose(&mut self, choice: MonitorChoice) -> Result<(), Ended> {
        self.choice = choice;
        self.frame();
        Ok(())
    }

    fn origin(&self) -> (i32, i32) {
        (self.view.x.cast_signed(), self.view.y.cast_signed())
    }

    fn waker(&self) -> Waker {
        let wakes = Arc::clone(&self.wakes);
        Waker(Arc::new(move || {
            // A counter that is full wakes as well.
            let _ = rustix::io::write(&wakes, &1u64.to_ne_bytes());
        }))
    }

    fn next(&mut self) -> Result<Capture<'_>, Ended> {
        loop {
            self.hear()?;
            if let Some(ready) = self.ready()? {
                return Ok(self.tell(ready));
            }
            self.conn.flush()?;
            // Answers that were awaited above may have brought events along, which the socket holds no more.
            if !self.hear()? && self.sleep()? {
                return Ok(Capture::Idle);
            }
        }
    }
}

/// Refuses pixels that are not 32 bits of blue, green, red and padding.
fn check_format(conn: &RustConnection, root: Window) -> Result<(), Ended> {
    let setup = conn.setup();
    let depth = conn.get_geometry(root)?.reply()?.depth;
    let bits =
        setup.pixmap_formats.iter().find(|format| format.depth == depth).map(|format| format.bits_per_pixel);
    let screen = setup.roots.iter().find(|screen| screen.root == root);
    let visual = screen.and_then(|screen| {
        let visuals = screen.allowed_depths.iter().flat_map(|depth| &depth.visuals);
        visuals.into_iter().find(|visual| visual.visual_id == screen.root_visual)
    });
    let masks = visual.map(|visual| (visual.red_mask, visual.green_mask, visual.blue_mask));
    let known = bits == Some(32)
        && masks == Some((0x00ff_0000, 0x0000_ff00, 0x0000_00ff))
        && setup.image_byte_order == ImageOrder::LSB_FIRST;
    known
        .then_some(())
        .ok_or_else(|| Ended::Failed(format!("{depth}-bit colours; 24-bit colours are needed")))
}

/// Asks to be told once when something is drawn, on the root window or in any window of it.
fn watch_damage(conn: &RustConnection, root: Window) -> Result<(Damage, Region), Ended> {
    super::require(conn, "DAMAGE")?;
    super::require(conn, "XFIXES")?;
    // A server answers only those who have told their version.
    conn.xfixes_query_version(5, 0)?.reply()?;
    conn.damage_query_version(1, 1)?.reply()?;
    let (damage, region) = (conn.generate_id()?, conn.generate_id()?);
    conn.damage_create(damage, root, ReportLevel::NON_EMPTY)?;
    conn.xfixes_create_region(region, &[])?;
    Ok((damage, region))
}
