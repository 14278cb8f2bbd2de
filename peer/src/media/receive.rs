//! The decoder's thread: frames in, canvas changed, acknowledgement out.

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
    generation: u32,
    next: u64,
}

impl Default for Receiver {
    fn default() -> Self {
        Self { decoder: Decoder::new(), generation: 0, next: 0 }
    }
}

impl Receiver {
    /// Draws one frame onto the canvas, under its lock.
    ///
    /// # Errors
    /// The frame breaks a rule; the picture cannot go on in this generation.
    pub fn draw(&mut self, frame: &Frame, canvas: &Canvas) -> Result<Drawn, FrameFault> {
        if frame.generation != self.generation {
            if frame.generation != self.generation.wrapping_add(1) {
                return Err(FrameFault::Generation { came: frame.generation, before: self.generation });
            }
            *self = Self { decoder: Decoder::new(), generation: frame.generation, next: 0 };
        }
        if frame.sequence != self.next {
            return Err(FrameFault::Sequence { came: frame.sequence, expected: self.next });
        }
        self.next += 1;
        canvas
            .with(|inner| {
                let picture =
                    inner.picture.get_or_insert_with(|| Picture::black(Size { width: 1, height: 1 }));
                let changed = self.decoder.decode(&frame.payload, picture)?;
                changed.into_iter().for_each(|rect| inner.mark(rect));
                Ok(())
            })
            .map_err(|error| FrameFault::Codec { sequence: frame.sequence, error })?;
        Ok(Drawn { generation: frame.generation, sequence: frame.sequence })
    }
}
