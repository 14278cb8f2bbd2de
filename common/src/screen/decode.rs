//! From frames to pictures, believing nothing.

use thiserror::Error;

use super::frame;
use super::models::{Coders, Models};
use super::range::RangeDecoder;
use super::{FORM, Lie, Picture, Rect, Size};

/// Form, width and height.
const HEADER: usize = 5;

/// Why a frame is refused. Every variant but the last two is a fault of the side that sent it.
#[derive(Debug, Error)]
pub enum DecodeError {
    /// A generation's first frame has no room for its header.
    #[error("a first screen frame of {0} bytes, too short for its header")]
    NoHeader(usize),
    /// The form is not one this program knows.
    #[error("a screen frame of the unknown form {0}")]
    UnknownForm(u8),
    /// The size is outside the limits.
    #[error("a screen of {width} x {height} pixels, outside the limits")]
    Size {
        /// As announced.
        width: u16,
        /// As announced.
        height: u16,
    },
    /// The content breaks a rule.
    #[error("a screen frame with {0}")]
    Content(&'static str),
    /// Our own fault: the canvas is not the one the frames before were drawn on.
    #[error("a canvas of another size than its generation")]
    OtherCanvas,
    /// Our own fault: a frame after one that was refused.
    #[error("a screen frame after a broken one")]
    Broken,
}

impl From<Lie> for DecodeError {
    fn from(Lie(what): Lie) -> Self {
        Self::Content(what)
    }
}

/// One generation of frames, on the side that draws them.
///
/// It holds no picture: all frames are applied to one canvas, which nobody else writes to. After an error the
/// generation is over, and what the canvas shows is undefined.
pub struct Decoder {
    phase: Phase,
}

enum Phase {
    Fresh,
    Running(Box<Running>),
    Broken,
}

struct Running {
    size: Size,
    models: Models,
}

impl Decoder {
    /// A decoder that waits for a generation's first frame.
    #[must_use]
    pub fn new() -> Self {
        Self { phase: Phase::Fresh }
    }

    /// Applies one frame. Returns what changed; on the generation's first frame the canvas becomes a picture of the
    /// announced size, and all of it changed.
    ///
    /// Each copy and each patch is checked before it is drawn. No pixel is drawn twice, so that no frame costs more
    /// than a whole picture, and after the first nothing larger than a picture is allocated.
    ///
    /// # Errors
    /// See [`DecodeError`]; the generation is over then.
    pub fn decode(&mut self, payload: &[u8], canvas: &mut Picture) -> Result<Vec<Rect>, DecodeError> {
        match std::mem::replace(&mut self.phase, Phase::Broken) {
            Phase::Fresh => {
                let (size, content) = header(payload)?;
                let mut running = Box::new(Running { size, models: Models::new(size, false) });
                *canvas = Picture::black(size);
                running.apply(content, canvas)?;
                self.phase = Phase::Running(running);
                Ok(vec![size.rect()])
            }
            Phase::Running(mut running) => {
                let changed = running.apply(payload, canvas)?;
                self.phase = Phase::Running(running);
                Ok(changed)
            }
            Phase::Broken => Err(DecodeError::Broken),
        }
    }
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}

/// The size that a first frame announces, and the rest of it.
fn header(payload: &[u8]) -> Result<(Size, &[u8]), DecodeError> {
    let Some((&[form, header @ ..], content)) = payload.split_first_chunk::<HEADER>() else {
        return Err(DecodeError::NoHeader(payload.len()));
    };
    if form != FORM {
        return Err(DecodeError::UnknownForm(form));
    }
    let [a, b, c, d] = header;
    let [width, height] = [[a, b], [c, d]].map(u16::from_le_bytes);
    let size = Size::new(width.into(), height.into()).ok_or(DecodeError::Size { width, height })?;
    Ok((size, content))
}

impl Running {
    fn apply(&mut self, content: &[u8], canvas: &mut Picture) -> Result<Vec<Rect>, DecodeError> {
        if canvas.size() != self.size {
            return Err(DecodeError::OtherCanvas);
        }
        let mut coders = frame::split(self.size, content)?;
        let done = self.models.frame(&mut coders, canvas, None)?;
        let Coders { upper, lower } = coders;
        upper.finish()?;
        lower.map_or(Ok(()), RangeDecoder::finish)?;
        Ok(done.changed(self.size))
    }
}
