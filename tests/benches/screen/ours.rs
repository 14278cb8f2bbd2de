//! The codec of `common::screen`.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use entraide_common::screen::{Decoder, Encoder, Picture, Size};
use entraide_tests::trace::Trace;
use nix::time::{ClockId, clock_gettime};

use crate::cost::{Cost, Time, Truth};

/// Sends a trace, repeated so often each way, through encoder and decoder and compares every frame.
///
/// # Errors
/// If a frame was not exact.
pub(crate) fn replay(path: &Path, times: u32) -> Result<Cost> {
    let mut trace = Trace::tiled(path, times)?;
    let (mut changed, mut first, mut after) = (0, 0, 0);
    // Two processors work on a large picture: what counts is when both are done.
    let now = if times > 1 { passed } else { worked };
    let (mut encode, mut decode) = (Vec::new(), Vec::new());
    let mut encoder = Encoder::new(trace.picture().size());
    let mut decoder = Decoder::new();
    let mut canvas = Picture::black(Size::new(1, 1).context("a picture of one pixel")?);
    while let Some(moment) = trace.step()? {
        changed += usize::from(!moment.damage.is_empty());
        let begin = now()?;
        let Some(frame) = encoder.encode(trace.picture(), &moment.damage) else { continue };
        let encoded = now()?;
        decoder.decode(&frame, &mut canvas)?;
        let decoded = now()?;
        ensure!(canvas == *trace.picture(), "not exact after {} ms", moment.milliseconds);
        if first == 0 {
            first = frame.len();
        } else {
            after += frame.len();
            encode.push(encoded - begin);
            decode.push(decoded - encoded);
        }
    }
    Ok(Cost {
        first,
        after,
        refined: None,
        film: None,
        changed,
        sent: encode.len() + 1,
        encode: Time::Each(encode),
        decode: Time::Each(decode),
        truth: Truth::EveryFrame,
    })
}

/// Time this thread had a processor: what else the machine does hardly shows in it.
pub(crate) fn worked() -> Result<Duration> {
    Ok(clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID)?.into())
}

/// Time as everybody has it.
fn passed() -> Result<Duration> {
    Ok(clock_gettime(ClockId::CLOCK_MONOTONIC)?.into())
}
