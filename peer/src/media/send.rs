//! The encoder's thread: takes from the stage what the link has room for and hands out frames.

use std::time::Instant;

use entraide_common::screen::{Encoder, Picture, Size};
use entraide_common::wire::screen::Frame;

use super::stage::{Stage, Work};

/// Runs until the stage closes or `hand_out` says that nobody takes frames any more (false). It may block while the
/// frame before is being written: there is never more than one waiting.
pub fn run(stage: &Stage, mut hand_out: impl FnMut(Frame) -> bool) {
    let start = Instant::now();
    // Before the first picture: one pixel, of which nothing is ever sent.
    let mut size = Size { width: 1, height: 1 };
    let mut own = Picture::black(size);
    let mut encoder = Encoder::new(size);
    let mut generation = 0;
    let mut shown = 0;
    let mut sequence = 0;
    while let Work::Encode { damage, captured, turn } = stage.take(&mut own) {
        if generation == 0 || turn != shown || size != own.size() {
            shown = turn;
            size = own.size();
            generation += 1;
            sequence = 0;
            encoder = Encoder::new(size);
            stage.begun(generation, turn);
        }
        let Some(payload) = encoder.encode(&own, &damage) else { continue };
        let captured_us =
            u64::try_from(captured.saturating_duration_since(start).as_micros()).unwrap_or(u64::MAX);
        stage.encoded(generation, sequence, payload.len(), Instant::now());
        if !hand_out(Frame { generation, sequence, captured_us, payload }) {
            return;
        }
        sequence += 1;
    }
}
