//! A film's frames, from host to helper, on a lane of their own, and what the helper says of them.
//!
//! Where a film is shown is said among the picture's frames ([`super::screen::Region`]). Its own frames go beside them, so
//! that the picture never waits for a film: neither for bytes of it that were lost on the way, nor for its decoder. They
//! are disposable: the host makes one only of the newest screen, and as long as few are on their way. A decoder that
//! fails or falls behind needs no frame again; the helper asks for a new beginning.

use serde::{Deserialize, Serialize};

use super::codec::messages;
use super::screen::Piece;
use super::video::VideoCodec;
use crate::limits;

/// A film begins, or begins anew: the next frame needs nothing before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begin {
    /// Counts from 1 in a session.
    pub film: u32,
    /// See [`VideoCodec::number`].
    pub codec: u8,
    /// Pixels across, even, within the limits of video.
    pub width: u16,
    /// Pixels down, likewise.
    pub height: u16,
}

/// A frame of the film that began last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shot {
    /// The region in which it was made: tiles that show a film only since a later one do not show this frame.
    pub version: u32,
    /// As in the picture's frames.
    pub captured_us: u64,
    /// The codec's bytes, or the last of them.
    #[serde(with = "serde_bytes")]
    pub payload: Vec<u8>,
}

/// What can be decoded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plays {
    /// Numbers of codecs, the best first, each once.
    pub codecs: Vec<u8>,
}

messages! {
    /// From the host.
    pub enum Film, limit limits::VIDEO_FRAME_BYTES + 64, check check_film;
    /// A film begins.
    1 => Begin(Begin),
    /// What comes before a frame's last bytes.
    2 => Piece(Piece),
    /// A frame.
    3 => Shot(Shot),
    /// The film is over.
    4 => End(()),
}

messages! {
    /// From the helper.
    pub enum FilmAck, limit 64, check check_ack;
    /// What it can decode: the first message on the lane. Nothing, if the host is to show no film.
    1 => Plays(Plays),
    /// The frame that came next is decoded.
    2 => Shown(()),
    /// The film of this number cannot go on: another is to begin.
    3 => Again(u32),
}

fn check_film(film: &Film) -> Result<(), &'static str> {
    let Film::Begin(Begin { width, height, .. }) = film else { return Ok(()) };
    let (short, long) = (u32::from(*width.min(height)), u32::from(*width.max(height)));
    let even = width % 2 == 0 && height % 2 == 0;
    let sides = limits::VIDEO_SIDE_LEAST..=limits::VIDEO_SIDE_SHORT;
    if even && sides.contains(&short) && long <= limits::VIDEO_SIDE {
        Ok(())
    } else {
        Err("a film of impossible size")
    }
}

fn check_ack(ack: &FilmAck) -> Result<(), &'static str> {
    match ack {
        FilmAck::Plays(plays) if plays.codecs.len() > limits::VIDEO_CODECS => Err("too many codecs"),
        _ => Ok(()),
    }
}

impl Plays {
    /// The best that both sides know.
    #[must_use]
    pub fn best(&self, ours: &[VideoCodec]) -> Option<VideoCodec> {
        self.codecs.iter().filter_map(|&number| VideoCodec::of(number)).find(|codec| ours.contains(codec))
    }
}
