//! What surrounds a video codec and can be decided without one: the colours that go in and come out, and whether bytes
//! that claim to be a frame are anything that may be shown to a decoder at all. See [`crate::wire::video`] for what is in
//! a frame.

pub mod colours;
pub mod h264;

use crate::limits;
use crate::screen::Size;

/// Whether a video codec takes pictures of this size: even sides, within the limits.
#[must_use]
pub fn fits(size: Size) -> bool {
    let (short, long) = (size.width.min(size.height), size.width.max(size.height));
    size.width.is_multiple_of(2)
        && size.height.is_multiple_of(2)
        && (limits::VIDEO_SIDE_LEAST..=limits::VIDEO_SIDE_SHORT).contains(&short)
        && long <= limits::VIDEO_SIDE
}
