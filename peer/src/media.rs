//! The picture's way: capture, stage, encode, send; receive, decode, canvas.
//!
//! # Host
//! The [`capture`] thread reads the screen and puts what changed on the [`stage`], a slot of one: a picture that
//! nobody took is overpainted and its damage united. The [`send`] thread takes from the stage only when the
//! [`pace`] says that the link has room, so what is encoded is always the newest, and nothing stale is ever queued.
//! It goes out in [`pieces`], as the pace says, too. Where bytes are short, photographs are only nearly true while they
//! move ([`budget`]), and made exact when they stand still.
//!
//! Where a film plays, a video codec's frames go beside the picture's, on a lane of their own ([`camera`], [`reel`]).
//!
//! # Helper
//! The [`receive`] thread decodes each frame and publishes it whole, so the window never sees half of one, and says
//! so to the host. These acknowledgements, and those of pieces that came, are the only arrow back.
//!
//! The [`projector`] thread decodes films; where one is shown, what it shows stands above the picture in the canvas.
//!
//! # Left to others
//! Nothing here knows streams or windows: frames leave and arrive as values, so that the whole way can run
//! against a recorded desktop in a test.

pub mod budget;
pub mod camera;
pub mod capture;
pub mod pace;
pub mod pieces;
pub mod projector;
pub mod receive;
pub mod reel;
pub mod send;
pub mod stage;
