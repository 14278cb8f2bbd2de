//! How the local pointer looks: over the picture in control like the host's. It answers at once, and there is only one.

use entraide_common::wire::cursor::Shape;
use winit::event_loop::ActiveEventLoop;
use winit::window::{CursorIcon, CustomCursor, CustomCursorSource, Window};

/// The look of the pointer in a window.
#[derive(Debug, Default)]
pub(super) struct Look {
    borrowed: bool,
}

impl Look {
    /// Wears `shape`, which may have changed since the last time; without one, the pointer's own look.
    pub(super) fn wear(
        &mut self,
        window: &Window,
        shape: Option<&Shape>,
        changed: bool,
        event_loop: &ActiveEventLoop,
    ) {
        match shape {
            Some(shape) if changed || !self.borrowed => {
                if let Some(cursor) = custom(shape) {
                    window.set_cursor(event_loop.create_custom_cursor(cursor));
                    self.borrowed = true;
                }
            }
            Some(_) => {}
            None => self.give_back(window),
        }
    }

    /// Wears the pointer's own look again.
    pub(super) fn give_back(&mut self, window: &Window) {
        if std::mem::take(&mut self.borrowed) {
            window.set_cursor(CursorIcon::Default);
        }
    }
}

fn custom(shape: &Shape) -> Option<CustomCursorSource> {
    let straight = shape.rgba.chunks_exact(4).flat_map(|pixel| {
        // winit wants colours that are not multiplied by their alpha.
        let alpha = u16::from(pixel[3]).max(1);
        let channel = |value: u8| (u16::from(value) * 255 / alpha).min(255) as u8;
        [channel(pixel[0]), channel(pixel[1]), channel(pixel[2]), pixel[3]]
    });
    let side = |pixels: u32| u16::try_from(pixels).ok();
    CustomCursor::from_rgba(
        straight.collect::<Vec<_>>(),
        side(shape.width)?,
        side(shape.height)?,
        side(shape.hot_x)?,
        side(shape.hot_y)?,
    )
    .ok()
}
