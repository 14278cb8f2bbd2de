//! The cursor, which X servers keep apart from the picture: its look by XFixes, its place by XInput 2.
//!
//! Raw motion tells that it moves, whoever moves it; then, and only then, its place is asked, at most every
//! [`PACE`]. Looks come back with the same serial, so the last few are kept.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use entraide_common::limits;
use entraide_common::screen::Rect;
use entraide_common::wire::cursor::{Position, Shape};
use x11rb::protocol::Event;
use x11rb::protocol::xfixes::{ConnectionExt as _, CursorNotifyMask, GetCursorImageReply};
use x11rb::protocol::xinput::{ConnectionExt as _, Device, EventMask, XIEventMask};
use x11rb::protocol::xproto::{ConnectionExt as _, Window};
use x11rb::rust_connection::RustConnection;

use super::Ended;

/// Between two places: mice report up to 8000 times a second, eyes do not.
const PACE: Duration = Duration::from_millis(8);
/// Looks kept: arrow, hand, caret, the frames of a spinner.
const KEPT: usize = 32;

/// What is known and to be said of the cursor.
pub(super) struct Cursor {
    kept: VecDeque<(u32, Shape)>,
    /// Serial of the look to tell next.
    look: Look,
    told: Option<u32>,
    moved: bool,
    place: Option<Position>,
    asked: Instant,
}

enum Look {
    Told,
    Serial(u32),
    Unknown,
}

impl Cursor {
    /// Asks for news.
    pub(super) fn watch(conn: &RustConnection, root: Window) -> Result<Self, Ended> {
        conn.xfixes_select_cursor_input(root, CursorNotifyMask::DISPLAY_CURSOR)?;
        super::hands::greet(conn)?;
        let mask = EventMask { deviceid: Device::ALL_MASTER.into(), mask: vec![XIEventMask::RAW_MOTION] };
        conn.xinput_xi_select_events(root, &[mask])?;
        let kept = VecDeque::with_capacity(KEPT);
        Ok(Self { kept, look: Look::Unknown, told: None, moved: true, place: None, asked: Instant::now() })
    }

    /// Takes note of news.
    pub(super) fn hear(&mut self, event: &Event) {
        match event {
            Event::XfixesCursorNotify(notify) => self.look = Look::Serial(notify.cursor_serial),
            Event::XinputRawMotion(_) => self.moved = true,
            _ => {}
        }
    }

    /// The picture moved below the cursor, or may have: its place is to be told again if it differs.
    pub(super) fn look_again(&mut self) {
        self.moved = true;
    }

    /// The new look, if there is one to tell.
    pub(super) fn shape(&mut self, conn: &RustConnection) -> Result<Option<Shape>, Ended> {
        let known = match std::mem::replace(&mut self.look, Look::Told) {
            Look::Told => return Ok(None),
            Look::Serial(serial) if self.told == Some(serial) => return Ok(None),
            Look::Serial(serial) => self.kept.iter().find(|kept| kept.0 == serial).cloned(),
            Look::Unknown => None,
        };
        let (serial, shape) = match known {
            Some(known) => known,
            None => {
                // The only error is that there is no cursor at the moment: then the old one is kept.
                let Ok(image) = conn.xfixes_get_cursor_image()?.reply() else { return Ok(None) };
                let Some(shape) = shape(&image) else { return Ok(None) };
                self.kept.truncate(KEPT - 1);
                self.kept.retain(|kept| kept.0 != image.cursor_serial);
                self.kept.push_front((image.cursor_serial, shape.clone()));
                (image.cursor_serial, shape)
            }
        };
        self.told = Some(serial);
        Ok(Some(shape))
    }

    /// When a place may be asked for; `None` while it does not move.
    pub(super) fn due(&self) -> Option<Instant> {
        self.moved.then(|| self.asked + PACE)
    }

    /// The new place in `view`, if it is to be told now.
    pub(super) fn position(
        &mut self,
        conn: &RustConnection,
        root: Window,
        view: Rect,
    ) -> Result<Option<Position>, Ended> {
        if self.due().is_none_or(|due| due > Instant::now()) {
            return Ok(None);
        }
        self.moved = false;
        self.asked = Instant::now();
        let pointer = conn.query_pointer(root)?.reply()?;
        let x = i32::from(pointer.root_x) - view.x.cast_signed();
        let y = i32::from(pointer.root_y) - view.y.cast_signed();
        let inside = |at: i32, side: u32| u32::try_from(at).is_ok_and(|at| at < side);
        let visible = pointer.same_screen && inside(x, view.width) && inside(y, view.height);
        let place = Some(Position { x, y, visible });
        Ok(if std::mem::replace(&mut self.place, place) == place { None } else { place })
    }
}

/// `None` if it is larger than any cursor a person sees.
fn shape(image: &GetCursorImageReply) -> Option<Shape> {
    let (width, height) = (u32::from(image.width), u32::from(image.height));
    let side = 1..=limits::CURSOR_SIDE;
    let filled = image.cursor_image.len() == width as usize * height as usize;
    if !side.contains(&width) || !side.contains(&height) || !filled {
        return None;
    }
    let rgba = image.cursor_image.iter().flat_map(|argb| {
        let [blue, green, red, alpha] = argb.to_le_bytes();
        [red, green, blue, alpha]
    });
    Some(Shape {
        width,
        height,
        hot_x: u32::from(image.xhot).min(width - 1),
        hot_y: u32::from(image.yhot).min(height - 1),
        rgba: rgba.collect(),
    })
}
