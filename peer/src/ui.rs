//! Windows: what is seen and pressed.
//!
//! The program hands in a [`model::View`] as a whole whenever something changed, through a [`Handle`], and gets
//! [`model::Command`]s back. The remote picture comes past that, through the [`Canvas`] that the decoder writes.
//! Windows know neither network nor session, and decide nothing but what counts as a yes ([`consent`]).
//!
//! - [`Shell`] owns the event loop, on the main thread, and opens and closes windows to match the view.
//! - Each window is a `pane`: a software surface, widgets by egui painted by [`painter`] into a [`layer`], and a
//!   [`compositor`] that lays picture, cursor and layer together where something changed.
//! - [`scale`] is the picture's geometry and its scaling, [`keys`] what typing in it means for the host.
//!
//! A video frame runs no widgets: it is copied, scaled, composited and presented where it changed.

pub mod compositor;
pub mod consent;
pub mod keys;
pub mod layer;
pub mod model;
pub mod painter;
pub mod scale;

mod attributes;
mod bar;
mod chords;
mod home;
mod hosting;
mod icons;
mod look;
mod main_window;
mod pane;
mod paste;
mod place;
mod pointing;
mod question;
mod shell;
mod theme;
mod viewer;
mod waiting;
mod watching;
mod widgets;
mod windows;

use std::sync::Arc;

use entraide_common::texts::Texts;

use crate::canvas::Canvas;
use model::Command;

pub use shell::{Handle, NoWindows, Shell};

/// Makes the windows' event loop; no window opens before [`Shell::run`] and a view. `commands` is called on the
/// main thread with what people do, and must not block.
///
/// Call it on the main thread.
///
/// # Errors
/// If there is no display to open windows on.
pub fn new(
    texts: Arc<Texts>,
    canvas: Arc<Canvas>,
    commands: Box<dyn Fn(Command) + Send>,
) -> Result<(Shell, Handle), NoWindows> {
    Shell::new(texts, canvas, commands)
}
