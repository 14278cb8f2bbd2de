//! Keys, buttons, and what is held down.

pub mod held;
pub mod keys;

use serde::{Deserialize, Serialize};

pub use held::Held;

/// A physical key by its place on the keyboard: a Linux input event code (`KEY_A` is 30). Names as in W3C
/// "UI Events KeyboardEvent code Values" are in [`keys`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct KeyCode(pub u16);

/// A button of the mouse: 1 left, 2 middle, 3 right, 8 back, 9 forward, as X11 counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Button(pub u8);
