//! The codec of `entraide_common::screen`.

use std::path::Path;

use anyhow::{Context as _, Result};
use entraide_common::screen::{Decoder, Encoder, Picture, Size};
use entraide_tests::trace::Trace;

use super::{Run, clock};

/// Frames count as the wire carries them: with their length before them.
pub(crate) fn replay(path: &Path) -> Result<Run> {
    let mut trace = Trace::open(path)?;
    let mut run = Run::default();
    let mut encoder = Encoder::new(trace.picture().size());
    let mut decoder = Decoder::new();
    let mut canvas = Picture::black(Size::new(1, 1).context("a picture of one pixel")?);
    let mut copy = trace.picture().clone();
    while let Some(moment) = trace.step()? {
        let begin = clock::now();
        let Some(frame) = encoder.encode(trace.picture(), &moment.damage) else { continue };
        let encoded = clock::now();
        decoder.decode(&frame, &mut canvas)?;
        let decoded = clock::now();
        run.exact += usize::from(canvas == *trace.picture());
        let bytes = frame.len() + if frame.len() < 251 { 1 } else { 3 };
        if run.first == 0 {
            run.first = bytes;
            continue;
        }
        run.after += bytes;
        run.frames += 1;
        run.encode.push(encoded - begin);
        run.decode.push(decoded - encoded);
        let before = clock::now();
        copy.copy_rect_from(trace.picture(), trace.picture().size().rect());
        run.reference.push(clock::now() - before);
    }
    Ok(run)
}
