//! The remote picture as the helper sees it: published by the decoder, painted by the window.
//!
//! The decoder works on a picture of its own for as long as it takes, and publishes a frame only when all of it is
//! there, under one lock: copies, patches and what changed by them. The window takes what changed and paints it under
//! that same lock. So no window ever shows half of a frame, nobody waits for a decoder, and there are two pictures in
//! memory rather than three. What changed since the window last looked is united, however many frames that were.
//!
//! The host's cursor has a lock of its own: it never waits for a picture.

use std::sync::{Mutex, MutexGuard, PoisonError};

use entraide_common::screen::{Picture, Rect, Size};
use entraide_common::wire::cursor;

/// Rectangles of damage that are kept apart; more become one around all of them. A window that is hidden for
/// an hour must not gather an hour of rectangles.
const DAMAGE_RECTS: usize = 256;

/// The shared picture and cursor.
#[derive(Debug, Default)]
pub struct Canvas {
    painting: Mutex<Painting>,
    pointer: Mutex<Pointer>,
}

/// The picture after the last whole frame.
#[derive(Debug, Default)]
pub struct Painting {
    picture: Option<Picture>,
    damage: Vec<Rect>,
}

/// The host's cursor.
#[derive(Debug, Clone, Default)]
pub struct Pointer {
    /// Its look.
    pub shape: Option<cursor::Shape>,
    /// Where it is.
    pub position: Option<cursor::Position>,
    /// Counts looks: another number is another look.
    pub look: u64,
}

impl Canvas {
    /// Nothing of what was shown remains.
    pub fn clear(&self) {
        self.with(|painting| *painting = Painting::default());
        let mut pointer = self.pointer();
        *pointer = Pointer { look: pointer.look + 1, ..Pointer::default() };
    }

    /// A frame is whole: `picture` differs from the one before in `changed` only, or has another size.
    pub fn publish(&self, picture: &Picture, changed: &[Rect]) {
        self.with(|Painting { picture: shown, damage }| match shown {
            Some(shown) if shown.size() == picture.size() => {
                for &rect in changed {
                    shown.copy_rect_from(picture, rect);
                    note(damage, rect);
                }
            }
            _ => {
                *shown = Some(picture.clone());
                *damage = vec![picture.size().rect()];
            }
        });
    }

    /// Runs `with` under the picture's lock, where only the decoder's next frame waits.
    pub fn with<R>(&self, with: impl FnOnce(&mut Painting) -> R) -> R {
        with(&mut self.painting.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The cursor. Hold it for a moment only.
    pub fn pointer(&self) -> MutexGuard<'_, Pointer> {
        self.pointer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Painting {
    /// The picture; none before the first frame.
    #[must_use]
    pub fn picture(&self) -> Option<&Picture> {
        self.picture.as_ref()
    }

    /// Its size.
    #[must_use]
    pub fn size(&self) -> Option<Size> {
        self.picture.as_ref().map(Picture::size)
    }

    /// What changed since this was last asked, in picture pixels.
    pub fn take_damage(&mut self) -> Vec<Rect> {
        std::mem::take(&mut self.damage)
    }
}

impl Pointer {
    /// It looks like this from now on.
    pub fn wear(&mut self, shape: cursor::Shape) {
        self.shape = Some(shape);
        self.look += 1;
    }
}

/// Notes that `rect` has new pixels.
fn note(damage: &mut Vec<Rect>, rect: Rect) {
    damage.push(rect);
    if damage.len() > DAMAGE_RECTS {
        let around = damage.drain(..).reduce(Rect::union);
        damage.extend(around);
    }
}
