//! The remote picture as the helper sees it: written by the decoder, read by the window.
//!
//! A frame is applied under one lock, so the window never sees half of one. What changed since the window last
//! looked is united, however many frames that were. The window keeps a [`Copy`](struct@Copy) of its own and takes
//! over only what changed, so the lock is held for a few copied rows and never while the picture is scaled or
//! shown.

use std::sync::{Mutex, PoisonError};

use entraide_common::screen::{Picture, Rect, Size};
use entraide_common::wire::cursor;

/// Rectangles of damage that are kept apart; more become one around all of them. A window that is hidden for
/// an hour must not gather an hour of rectangles.
const DAMAGE_RECTS: usize = 256;

/// The shared picture and cursor.
#[derive(Debug, Default)]
pub struct Canvas {
    inner: Mutex<Inner>,
}

/// What is on the canvas.
#[derive(Debug, Default)]
pub struct Inner {
    /// The picture; none before the first frame. Whoever writes pixels calls [`Inner::mark`].
    pub picture: Option<Picture>,
    /// What changed since the window last looked, in picture pixels.
    pub damage: Vec<Rect>,
    /// The look of the host's cursor.
    pub cursor: Option<cursor::Shape>,
    /// Where it is.
    pub position: Option<cursor::Position>,
    /// Whether the look changed since the window last looked.
    pub cursor_changed: bool,
}

impl Inner {
    /// Notes that `rect` of the picture has new pixels.
    pub fn mark(&mut self, rect: Rect) {
        self.damage.push(rect);
        if self.damage.len() > DAMAGE_RECTS {
            let around = self.damage.drain(..).reduce(Rect::union);
            self.damage.extend(around);
        }
    }
}

/// The window's own copy of the canvas.
#[derive(Debug, Default)]
pub struct Copy {
    /// The picture; none before the first frame.
    pub picture: Option<Picture>,
    /// The look of the host's cursor.
    pub cursor: Option<cursor::Shape>,
    /// Where it is.
    pub position: Option<cursor::Position>,
}

/// What a [`Copy`](struct@Copy) took over.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Whether the picture has another size than before, or is there for the first time, or gone.
    pub resized: bool,
    /// New pixels, in picture pixels.
    pub damage: Vec<Rect>,
    /// Whether the cursor looks different.
    pub cursor: bool,
    /// Whether the cursor stands elsewhere, appeared or disappeared.
    pub position: bool,
}

impl Canvas {
    /// Runs `with` under the lock. Keep it short: decoder and window meet here.
    pub fn with<R>(&self, with: impl FnOnce(&mut Inner) -> R) -> R {
        with(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Brings `copy` up to date and says what that changed.
    pub fn update(&self, copy: &mut Copy) -> Changes {
        self.with(|inner| {
            let resized = size(&inner.picture) != size(&copy.picture);
            let mut damage = std::mem::take(&mut inner.damage);
            match (&inner.picture, &mut copy.picture) {
                (Some(theirs), Some(ours)) if !resized => {
                    damage = damage.into_iter().filter_map(|rect| copy_rect(theirs, ours, rect)).collect();
                }
                (theirs, ours) => {
                    damage = theirs.iter().map(|picture| picture.size().rect()).collect();
                    ours.clone_from(theirs);
                }
            }
            let cursor = std::mem::take(&mut inner.cursor_changed);
            if cursor {
                copy.cursor.clone_from(&inner.cursor);
            }
            let position = copy.position != inner.position;
            copy.position = inner.position;
            Changes { resized, damage, cursor, position }
        })
    }
}

fn size(picture: &Option<Picture>) -> Option<Size> {
    picture.as_ref().map(Picture::size)
}

/// Copies what of `rect` lies within the pictures, which have one size.
fn copy_rect(from: &Picture, to: &mut Picture, rect: Rect) -> Option<Rect> {
    let rect = rect.intersection(from.size().rect())?;
    let stride = from.size().width as usize;
    for y in rect.y..rect.bottom() {
        let start = y as usize * stride + rect.x as usize;
        let row = start..start + rect.width as usize;
        to.pixels_mut()[row.clone()].copy_from_slice(&from.pixels()[row]);
    }
    Some(rect)
}
