//! The decoder's thread: frames and regions in, canvas changed, acknowledgement out. It decodes into a picture of its own, which the
//! next frame is about; the canvas gets whole frames only.

use std::collections::VecDeque;
use std::time::Instant;

use entraide_common::limits;
use entraide_common::screen::{DecodeError, Decoder, Picture, Size};
use entraide_common::wire::screen::{Drawn, Frame, Region};
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
    /// A start of the codec that is older than the one before. Newer ones may be left out: what is under way when a link
    /// is cut is lost.
    #[error("generation {came} after {before}")]
    Generation {
        /// What came.
        came: u32,
        /// What was before; 0 at the beginning.
        before: u32,
    },
    /// The codec was started anew again and again; each start costs a whole picture.
    #[error("{} starts of the codec within {:?}", limits::TURNS, limits::TURNS_TIME)]
    Turns,
    /// Where a film is in a picture that has not begun, is over, or is too small.
    #[error("a film in generation {came} where {expected} is shown, or outside of it")]
    Region {
        /// What came.
        came: u32,
        /// What is.
        expected: u32,
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
    /// Where a film is from the next frame on.
    region: Option<Region>,
    /// When the last generations began, the oldest first.
    begun: VecDeque<Instant>,
}

impl Default for Receiver {
    fn default() -> Self {
        Self::generation(0, VecDeque::new())
    }
}

impl Receiver {
    fn generation(generation: u32, begun: VecDeque<Instant>) -> Self {
        let picture = Picture::black(Size { width: 1, height: 1 });
        Self { decoder: Decoder::new(), picture, generation, next: 0, region: None, begun }
    }

    /// Starts the codec anew, unless that happens too often.
    fn begin(&mut self, generation: u32, now: Instant) -> Result<(), FrameFault> {
        let mut begun = std::mem::take(&mut self.begun);
        if begun.len() == limits::TURNS
            && let Some(oldest) = begun.pop_front()
            && now.duration_since(oldest) < limits::TURNS_TIME
        {
            return Err(FrameFault::Turns);
        }
        begun.push_back(now);
        *self = Self::generation(generation, begun);
        Ok(())
    }

    /// Draws one frame onto the canvas.
    ///
    /// # Errors
    /// The frame breaks a rule; the picture cannot go on in this generation.
    pub fn draw(&mut self, frame: &Frame, canvas: &Canvas) -> Result<Drawn, FrameFault> {
        if frame.generation != self.generation {
            if frame.generation < self.generation {
                return Err(FrameFault::Generation { came: frame.generation, before: self.generation });
            }
            self.begin(frame.generation, Instant::now())?;
            canvas.begin();
        }
        if frame.sequence != self.next {
            return Err(FrameFault::Sequence { came: frame.sequence, expected: self.next });
        }
        self.next += 1;
        let changed = self
            .decoder
            .decode(&frame.payload, &mut self.picture)
            .map_err(|error| FrameFault::Codec { sequence: frame.sequence, error })?;
        match self.region.take() {
            Some(region) => canvas.publish_with(&self.picture, &changed, region),
            None => canvas.publish(&self.picture, &changed),
        }
        Ok(Drawn { generation: frame.generation, sequence: frame.sequence })
    }

    /// Shows a film where the region says, or no longer; now, or with the next frame.
    ///
    /// # Errors
    /// There is no such place.
    pub fn change(&mut self, region: Region, canvas: &Canvas) -> Result<(), FrameFault> {
        let screen = self.picture.size().rect();
        let is_inside = region.film.as_ref().is_none_or(|playing| {
            let rect = playing.area.rect();
            rect.intersection(screen) == Some(rect)
        });
        if region.generation != self.generation || self.next == 0 || !is_inside {
            return Err(FrameFault::Region { came: region.generation, expected: self.generation });
        }
        if region.with_frame {
            self.region = Some(region);
        } else {
            canvas.change(region, &self.picture);
        }
        Ok(())
    }
}
