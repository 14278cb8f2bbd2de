//! The remote picture as the helper sees it: written by the decoder, read by the window.
//!
//! A frame is applied under one lock, so the window never sees half of one. What changed since the window last
//! looked is united, however many frames that were.

use std::sync::{Mutex, PoisonError};

use entraide_common::screen::{Picture, Rect, Size};
use entraide_common::wire::cursor;

/// The shared picture and cursor.
#[derive(Debug, Default)]
pub struct Canvas {
    inner: Mutex<Inner>,
}

/// What is on the canvas.
#[derive(Debug, Default)]
pub struct Inner {
    /// The picture; none before the first frame.
    pub picture: Option<Picture>,
    /// What changed since [`Canvas::take_changes`] was last called, in picture pixels.
    pub damage: Vec<Rect>,
    /// The host's cursor: its look and place.
    pub cursor: Option<cursor::Shape>,
    /// Where it is.
    pub position: Option<cursor::Position>,
    /// Whether look or place changed.
    pub cursor_changed: bool,
    /// Whether the window has shown everything up to here; for the acknowledgement of drawing.
    pub size: Option<Size>,
}

impl Canvas {
    /// Runs `with` under the lock. Keep it short: decoder and window meet here.
    pub fn with<R>(&self, with: impl FnOnce(&mut Inner) -> R) -> R {
        with(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
