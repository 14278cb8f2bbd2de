//! What host, helper and rendezvous node agree on, and the rules they follow.
//!
//! This crate decides and never acts: it opens no socket or file, starts no thread, reads no clock and
//! draws no chance. Time ([`time::Moment`], [`time::WallTime`]), chance ([`chance::Chance`]) and bytes come in
//! as arguments, so that every rule can be lived through in a test in virtual time.
//!
//! - [`invitation`]: what the host signs, the code that is read over the phone, and the pairing that
//!   turns a code into a shared key without giving anybody a second guess.
//! - [`wire`]: the numbered, bounded messages between peers and between a peer and the node.
//! - [`session`]: what may happen between two paired people, as two state machines.
//! - [`screen`]: the lossless screen codec, bytes in and bytes out.
//! - [`video`]: what surrounds a video codec: its colours, and what may be shown to it.
//! - [`monitors`]: which of several monitors a picture shows.
//! - [`guess`]: finding the port of a peer whose address translator hides it.
//! - [`nat64`]: IPv4 addresses as a network has them that translates to IPv4.
//! - [`reach`]: which partners a computer will meet directly, as far as can be told beforehand.
//! - [`pulse`]: whether a path of a session is dead.
//! - [`again`]: when something that failed is tried again.
//! - [`input`]: keys and buttons, and what is held down.
//! - [`texts`]: the two languages of every sentence a person reads.

pub mod again;
pub mod chance;
pub mod guess;
pub mod ids;
pub mod input;
pub mod invitation;
pub mod limits;
pub mod monitors;
pub mod nat64;
pub mod pulse;
pub mod reach;
pub mod screen;
pub mod session;
pub mod texts;
pub mod time;
pub mod video;
pub mod wire;
