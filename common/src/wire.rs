//! The language of the programs: numbered messages with a bound each.
//!
//! A message on a stream is its length (u32, little endian), its number (one byte) and its fields in bincode's
//! standard form. The stream's layer reads the length, refuses more than [`Message::LIMIT`] before it allocates,
//! and hands the bytes here. All bytes must be consumed; what does not parse is the other side's fault, and the
//! error names it.
//!
//! **Numbers are never reused.** A retired message leaves its number behind. A number below
//! [`MAY_BE_IGNORED`] that is unknown ends the stream; from there on it is skipped, so that a newer program may
//! say more than an older one understands ([`WireError::Ignorable`]).

pub mod addresses;
pub mod codec;
pub mod control;
pub mod cursor;
pub mod directory;
pub mod film;
pub mod guess;
pub mod input;
pub mod open;
pub mod pair;
pub mod pulse;
pub mod screen;
pub mod stun;
pub mod video;

pub use codec::{MAY_BE_IGNORED, Message, WireError};
