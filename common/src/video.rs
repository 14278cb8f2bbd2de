//! What surrounds a video codec and can be decided without one: the colours that go in and come out, and whether bytes
//! that claim to be a frame are anything that may be shown to a decoder at all. See [`crate::wire::video`] for what is in
//! a frame.

pub mod colours;
pub mod h264;
