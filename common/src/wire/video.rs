//! Which video codecs there are. Moving pictures inside the screen go through one of them ([`crate::screen`] carries
//! all the rest); which one, a session's sides agree upon by these numbers.
//!
//! # What is in a frame
//! **H.264** (ITU-T H.264, ISO/IEC 14496-10): one access unit as a byte stream with start codes (Annex B), of the
//! constrained baseline profile, progressive, one slice, without reordering, so that each frame is drawn when it comes.
//! A frame that needs nothing before it is an IDR picture with its parameter sets, which are the same bytes each time.
//! Colours are 4:2:0, BT.709, limited range, whatever a stream may say of itself.

/// A video codec.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VideoCodec {
    /// Constrained baseline H.264.
    H264,
}

impl VideoCodec {
    /// What it is called on the wire. Numbers are never reused.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::H264 => 1,
        }
    }

    /// The codec of this number. One that is unknown belongs to a newer program: in a list of codecs it is left out, and
    /// nothing that it names can have been agreed upon.
    #[must_use]
    pub const fn of(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::H264),
            _ => None,
        }
    }
}
