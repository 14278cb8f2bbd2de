//! The decoder's thread: frames in, canvas changed, acknowledgement out. It decodes into a picture of its own, which the
//! next frame is about; the canvas gets whole frames only.

use entraide_common::screen::{DecodeError, Decoder, Picture, Size};
use entraide_common::wire::screen::{Drawn, Frame};
use thiserror::Error;

use crate::canvas::Canvas;

/// Why no further frame can be drawn: the host's program broke a rule.
#[derive(Debug, Error)]
pub enum FrameFault {
    /// The codec's bytes lie.
    #[error("frame {sequence}: {error}")]
    Codec {
        /// Which frame.
        sequence: u64,
        /// What is wrong with it.
        error: DecodeError,
    },
    /// A start of the codec that does not follow the one before.
    #[error("generation {came} after {before}")]
    Generation {
        /// What came.
        came: u32,
        /// What was before; 0 at the beginning.
        before: u32,
    },
    /// A frame is missing or stands twice.
    #[error("frame {came} where {expected} was due")]
    Sequence {
        /// What came.
        came: u64,
        /// What had to come.
        expected: u64,
    },
}

/// The decoder's memory between frames.
pub struct Receiver {
    decoder: Decoder,
    /// What the generation's frames so far make.
    picture: Picture,
    generation: u32,
    next: u64,
}

impl Default for Receiver {
    fn default() -> Self {
        Self::generation(0)
    }
}

impl Receiver {
    fn generation(generation: u32) -> Self {
        let picture = Picture::black(Size { width: 1, height: 1 });
        Self { decoder: Decoder::new(), picture, generation, next: 0 }
    }

    /// Draws one frame onto the canvas.
    ///
    /// # Errors
    /// The frame breaks a rule; the picture cannot go on in this generation.
    pub fn draw(&mut self, frame: &Frame, canvas: &Canvas) -> Result<Drawn, FrameFault> {
        if frame.generation != self.generation {
            if frame.generation != self.generation.wrapping_add(1) {
                return Err(FrameFault::Generation { came: frame.generation, before: self.generation });
            }
            *self = Self::generation(frame.generation);
        }
        if frame.sequence != self.next {
            return Err(FrameFault::Sequence { came: frame.sequence, expected: self.next });
        }
        self.next += 1;
        let changed = self
            .decoder
            .decode(&frame.payload, &mut self.picture)
            .map_err(|error| FrameFault::Codec { sequence: frame.sequence, error })?;
        canvas.publish(&self.picture, &changed);
        Ok(Drawn { generation: frame.generation, sequence: frame.sequence })
    }
}
