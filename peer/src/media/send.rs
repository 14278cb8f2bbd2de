//! The encoder's thread: takes from the stage what the link has room for and hands out frames.

use std::time::{Duration, Instant};

use entraide_common::screen::{Encoder, Picture, Rect, Refinement, STILL, Size};
use entraide_common::wire::screen::Frame;

use super::budget;
use super::stage::{Stage, Work};

/// Runs until the stage closes or `hand_out` says that nobody takes frames any more (false). It may block while the
/// frame before is being written: there is never more than one waiting.
pub fn run(stage: &Stage, mut hand_out: impl FnMut(Frame) -> bool) {
    let mut coding = Coding::begin();
    loop {
        let frame = match stage.take(&mut coding.own, coding.due) {
            Work::Encode { damage, captured, turn, bytes } => {
                coding.turn(stage, turn);
                coding.encode(&damage, captured, bytes)
            }
            Work::Refine { moving, near, bytes } => {
                let pixels = budget::refined(bytes);
                coding.refine(&Refinement { near, pixels, moving: &moving })
            }
            Work::Closed => return,
        };
        let Some(frame) = frame else { continue };
        stage.encoded(frame.generation, frame.sequence, frame.payload.len(), Instant::now());
        if !hand_out(frame) {
            return;
        }
    }
}

/// The encoder and what it is at.
struct Coding {
    start: Instant,
    /// The screen as it was taken last.
    own: Picture,
    encoder: Encoder,
    /// The generation, and the turn and size that it shows; 0 before the first picture.
    generation: u32,
    shown: (u64, Size),
    /// Frames of the generation so far.
    sequence: u64,
    /// When what it shows was captured.
    captured: Instant,
    /// When something may be refined.
    due: Option<Instant>,
}

impl Coding {
    fn begin() -> Self {
        let start = Instant::now();
        // Before the first picture: one pixel, of which nothing is ever sent.
        let size = Size { width: 1, height: 1 };
        Self {
            start,
            own: Picture::black(size),
            encoder: Encoder::new(size),
            generation: 0,
            shown: (0, size),
            sequence: 0,
            captured: start,
            due: None,
        }
    }

    /// Begins a generation if the picture is of another turn or size than the one before.
    fn turn(&mut self, stage: &Stage, turn: u64) {
        let shown = (turn, self.own.size());
        if self.generation > 0 && self.shown == shown {
            return;
        }
        self.shown = shown;
        self.generation += 1;
        self.sequence = 0;
        self.encoder = Encoder::new(self.own.size());
        stage.begun(self.generation, turn);
    }

    /// What changed, photographs for so many bytes.
    fn encode(&mut self, damage: &[Rect], captured: Instant, bytes: usize) -> Option<Frame> {
        self.captured = captured;
        let tolerance = |pixels| budget::tolerance(pixels, bytes);
        let payload = self.encoder.encode_within(&self.own, damage, self.now(), tolerance);
        self.due = self.encoder.due().map(|due| self.start + due);
        payload.map(|payload| self.frame(payload))
    }

    fn refine(&mut self, wanted: &Refinement<'_>) -> Option<Frame> {
        let payload = self.encoder.refine(wanted, self.now());
        // If all of it moves, it is not looked at again before it can have come to rest.
        let rest = payload.is_none().then(|| self.now() + STILL);
        self.due = self.encoder.due().map(|due| self.start + due.max(rest.unwrap_or_default()));
        payload.map(|payload| self.frame(payload))
    }

    fn frame(&mut self, payload: Vec<u8>) -> Frame {
        let captured = self.captured.saturating_duration_since(self.start).as_micros();
        let captured_us = u64::try_from(captured).unwrap_or(u64::MAX);
        let (generation, sequence) = (self.generation, self.sequence);
        self.sequence += 1;
        Frame { generation, sequence, captured_us, payload }
    }

    fn now(&self) -> Duration {
        self.start.elapsed()
    }
}
