//! From frames to pictures, believing nothing.

use std::io;

use thiserror::Error;
use zstd::stream::raw::{DParameter, Decoder as Inflater, InBuffer, Operation as _, OutBuffer};

use super::plan::{Change, Patch, Plan};
use super::tiles::{Grid, TILE};
use super::{FORM, Picture, Rect, Size, WINDOW_LOG};

/// Form, width and height.
const HEADER: usize = 5;
/// What zstd asks for between two blocks: a block's header.
const BLOCK_HEADER: usize = 3;

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
    /// The bytes are not the continuation of a zstd stream within the window.
    #[error("a screen frame that does not inflate")]
    Inflate(#[source] io::Error),
    /// The zstd stream ends, and the generation with it, without a word.
    #[error("a screen frame that ends its generation's stream")]
    Ended,
    /// Bytes are missing.
    #[error("a screen frame cut short")]
    Short,
    /// There are bytes after the last patch.
    #[error("a screen frame with more content than its plan needs")]
    Excess,
    /// The plan is longer than one that names every tile.
    #[error("a screen frame with a plan of {length} bytes, over its limit of {limit}")]
    PlanTooLong {
        /// As announced.
        length: usize,
        /// The most for this screen.
        limit: usize,
    },
    /// The plan breaks a rule.
    #[error("a screen frame with {0}")]
    Plan(&'static str),
    /// Our own fault: the canvas is not the one the frames before were drawn on.
    #[error("a canvas of another size than its generation")]
    OtherCanvas,
    /// Our own fault: a frame after one that was refused.
    #[error("a screen frame after a broken one")]
    Broken,
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
    Running(Running),
    Broken,
}

struct Running {
    size: Size,
    inflater: Inflater<'static>,
    /// What copies read from the previous picture while the new one is being drawn.
    moved: Vec<u32>,
}

impl Decoder {
    /// A decoder that waits for a generation's first frame.
    #[must_use]
    pub fn new() -> Self {
        Self { phase: Phase::Fresh }
    }

    /// Applies one frame. Returns what changed, without overlaps; on the generation's first frame the canvas
    /// becomes a picture of the announced size, and all of it changed.
    ///
    /// The plan is checked before anything is drawn. Nothing larger than the announced picture is allocated,
    /// and no more is inflated than the plan asks for.
    ///
    /// # Errors
    /// See [`DecodeError`]; the generation is over then.
    pub fn decode(&mut self, payload: &[u8], canvas: &mut Picture) -> Result<Vec<Rect>, DecodeError> {
        match std::mem::replace(&mut self.phase, Phase::Broken) {
            Phase::Fresh => {
                let (size, stream) = header(payload)?;
                let mut running = Running { size, inflater: inflater(), moved: Vec::new() };
                *canvas = Picture::black(size);
                running.apply(stream, canvas)?;
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
    let Some((&[form, header @ ..], stream)) = payload.split_first_chunk::<HEADER>() else {
        return Err(DecodeError::NoHeader(payload.len()));
    };
    if form != FORM {
        return Err(DecodeError::UnknownForm(form));
    }
    let [a, b, c, d] = header;
    let [width, height] = [[a, b], [c, d]].map(u16::from_le_bytes);
    let size = Size::new(width.into(), height.into()).ok_or(DecodeError::Size { width, height })?;
    Ok((size, stream))
}

fn inflater() -> Inflater<'static> {
    let mut inflater = Inflater::new().expect("zstd needs only memory");
    inflater.set_parameter(DParameter::WindowLogMax(WINDOW_LOG)).expect("zstd accepts a window of 8 MB");
    inflater
}

impl Running {
    fn apply(&mut self, stream: &[u8], canvas: &mut Picture) -> Result<Vec<Rect>, DecodeError> {
        if canvas.size() != self.size {
            return Err(DecodeError::OtherCanvas);
        }
        let mut content =
            Content { inflater: &mut self.inflater, input: InBuffer::around(stream), wanted: BLOCK_HEADER };
        let length = Plan::length(Grid::new(self.size), || content.byte())?;
        let mut plan = vec![0; length];
        content.fill(&mut plan)?;
        let plan = Plan::from_bytes(&plan, self.size)?;

        copy(&plan, canvas, &mut self.moved);
        let mut buffer = [0; 3 * (TILE * TILE) as usize];
        for Patch { rect, coding } in plan.changes.iter().filter_map(|change| change.patch) {
            let bytes = &mut buffer[..coding.length(rect.area())];
            content.fill(bytes)?;
            coding.read(bytes, canvas, rect);
        }
        content.finish()?;
        Ok(changed(&plan, self.size))
    }
}

/// Carries out the plan's copies. All are read before any is written, since one may lie where another goes.
fn copy(plan: &Plan, canvas: &mut Picture, moved: &mut Vec<u32>) {
    let size = canvas.size();
    let grid = Grid::new(size);
    let copies = || {
        plan.changes.iter().filter_map(|&Change { tile, copy, .. }| {
            let tile = grid.tile(tile);
            Some((tile, copy?.source(tile, size)?))
        })
    };
    moved.clear();
    for (_, source) in copies() {
        canvas.rows(source).for_each(|row| moved.extend_from_slice(row));
    }
    let mut rest = moved.as_slice();
    for (tile, _) in copies() {
        for row in canvas.rows_mut(tile) {
            let (pixels, after) = rest.split_at(row.len());
            row.copy_from_slice(pixels);
            rest = after;
        }
    }
}

/// What the plan touches, neighbours of one height joined.
fn changed(plan: &Plan, size: Size) -> Vec<Rect> {
    let grid = Grid::new(size);
    let mut rects: Vec<Rect> = Vec::new();
    for change in &plan.changes {
        let rect = match (change.copy, change.patch) {
            (None, Some(patch)) => patch.rect,
            _ => grid.tile(change.tile),
        };
        match rects.last_mut() {
            Some(last) if (last.y, last.height, last.right()) == (rect.y, rect.height, rect.x) => {
                last.width += rect.width;
            }
            _ => rects.push(rect),
        }
    }
    rects
}

/// What one frame inflates to, taken only as it is asked for.
struct Content<'a> {
    inflater: &'a mut Inflater<'static>,
    input: InBuffer<'a>,
    /// The bytes zstd would like to have next.
    wanted: usize,
}

impl Content<'_> {
    fn byte(&mut self) -> Result<u8, DecodeError> {
        let mut byte = [0];
        self.fill(&mut byte)?;
        Ok(byte[0])
    }

    /// Fills `bytes` wholly.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), DecodeError> {
        let filled = self.inflate(bytes)?;
        if filled < bytes.len() { Err(DecodeError::Short) } else { Ok(()) }
    }

    /// Checks that nothing is left and that the payload ended with a whole block.
    fn finish(mut self) -> Result<(), DecodeError> {
        if self.inflate(&mut [0])? > 0 {
            return Err(DecodeError::Excess);
        }
        if self.wanted == BLOCK_HEADER { Ok(()) } else { Err(DecodeError::Short) }
    }

    /// Fills `bytes` as far as the payload goes and returns how far.
    fn inflate(&mut self, bytes: &mut [u8]) -> Result<usize, DecodeError> {
        let mut filled = 0;
        while filled < bytes.len() {
            let read = self.input.pos();
            let mut output = OutBuffer::around(&mut bytes[filled..]);
            self.wanted = self.inflater.run(&mut self.input, &mut output).map_err(DecodeError::Inflate)?;
            let written = output.pos();
            if self.wanted == 0 {
                return Err(DecodeError::Ended);
            }
            if written == 0 && self.input.pos() == read {
                break;
            }
            filled += written;
        }
        Ok(filled)
    }
}
