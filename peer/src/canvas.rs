//! The remote picture as the helper sees it: published by the decoder, painted by the window.
//!
//! The decoder works on a picture of its own for as long as it takes, and publishes a frame only when all of it is
//! there, under one lock: copies, patches and what changed by them. The window takes what changed and paints it under
//! that same lock. So no window ever shows half of a frame, nobody waits for a decoder, and there are two pictures in
//! memory rather than three. What changed since the window last looked is united, however many frames that were.
//!
//! Where a film plays, its picture stands above the other, tile by tile ([`film`]), in the one picture that the window
//! paints: a frame that draws what the film leaves is published together with the film's leaving.
//!
//! The host's cursor has a lock of its own: it never waits for a picture.

mod film;

use std::sync::{Mutex, MutexGuard, PoisonError};

use entraide_common::screen::{Picture, Rect, Size};
use entraide_common::wire::cursor;
use entraide_common::wire::screen::Region;
use film::Screening;

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
    screening: Screening,
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
        self.with(|painting| painting.draw(picture, changed));
    }

    /// The same, and what `region` says of a film is so from this frame on.
    pub fn publish_with(&self, picture: &Picture, changed: &[Rect], region: Region) {
        self.with(|painting| {
            painting.draw(picture, changed);
            painting.change(region, picture);
        });
    }

    /// Another picture begins, on which no film is shown yet.
    pub fn begin(&self) {
        self.with(|painting| painting.screening.end());
    }

    /// A film is shown there from now on; what it leaves is as in `picture`.
    pub fn change(&self, region: Region, picture: &Picture) {
        self.with(|painting| painting.change(region, picture));
    }

    /// A frame of a film of that number, made in the region of that version.
    pub fn screen(&self, film: u32, version: u32, shot: &Picture) {
        self.with(|Painting { picture, damage, screening }| {
            let Some(picture) = picture else { return };
            for rect in screening.show(film, version, shot, picture) {
                note(damage, rect);
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
    fn draw(&mut self, picture: &Picture, changed: &[Rect]) {
        let Self { picture: shown, damage, screening } = self;
        match shown {
            Some(shown) if shown.size() == picture.size() => {
                for &rect in changed {
                    shown.copy_rect_from(picture, rect);
                    screening.lay(rect, shown);
                    note(damage, rect);
                }
            }
            _ => {
                *shown = Some(picture.clone());
                *damage = vec![picture.size().rect()];
            }
        }
    }

    fn change(&mut self, region: Region, picture: &Picture) {
        let Some(shown) = &mut self.picture else { return };
        for rect in self.screening.change(region, shown, picture) {
            note(&mut self.damage, rect);
        }
    }

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
