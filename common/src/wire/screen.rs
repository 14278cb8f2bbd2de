//! The picture, from host to helper, and its acknowledgement.
//!
//! Frames are ordered and reliable, because the codec's models remember what came before. A *generation* is a
//! fresh start of the codec: its first frame holds the whole picture. Within it frames count from 0.
//!
//! A large frame goes out in *pieces*, so that the helper can say how fast its bytes come while the rest still waits.

use serde::{Deserialize, Serialize};

use super::codec::messages;
use crate::limits;
use crate::screen::film::Area;

/// One encoded change of the picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// Which start of the codec.
    pub generation: u32,
    /// Counts from 0 in each generation.
    pub sequence: u64,
    /// When the screen looked so: microseconds on the host's monotonic clock, for differences only.
    pub captured_us: u64,
    /// The codec's bytes, see [`crate::screen`].
    #[serde(with = "serde_bytes")]
    pub payload: Vec<u8>,
}

/// The next bytes of a frame's payload, before the [`Frame`] that holds the last of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// The bytes.
    #[serde(with = "serde_bytes")]
    pub payload: Vec<u8>,
}

/// Where a film is shown above the picture from now on, and where no longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    /// Which start of the codec it belongs to; one that has begun.
    pub generation: u32,
    /// Counts from 1 in a session.
    pub version: u32,
    /// Whether it is so only with the next frame of the picture, which draws what the film leaves.
    pub with_frame: bool,
    /// Nothing, if no film is shown.
    pub film: Option<Playing>,
}

/// A film that is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Playing {
    /// As in [`super::film::Begin`].
    pub film: u32,
    /// Where. It has the film's size.
    pub area: Area,
}

/// So many bytes of payload have come to the helper, of all frames of the session and of its films, drawn or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// All of them, from the beginning.
    pub bytes: u64,
}

/// The helper has drawn this frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    /// As in the frame.
    pub generation: u32,
    /// As in the frame.
    pub sequence: u64,
}

messages! {
    /// From the host.
    pub enum Screen, limit limits::FRAME_BYTES, check check_screen;
    /// A frame.
    1 => Frame(Frame),
    /// What comes before it.
    2 => Piece(Piece),
    /// Where a film is shown. Not between a frame's pieces.
    3 => Region(Region),
}

messages! {
    /// From the helper.
    pub enum ScreenAck, limit 64, check |_| Ok(());
    /// A frame was drawn.
    1 => Drawn(Drawn),
    /// Bytes came.
    2 => Taken(Taken),
}

fn check_screen(screen: &Screen) -> Result<(), &'static str> {
    match screen {
        Screen::Region(Region { film: Some(playing), .. }) if !playing.area.is_sound() => {
            Err("an impossible area of a film")
        }
        _ => Ok(()),
    }
}
