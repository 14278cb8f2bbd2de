//! Video codecs, through ffmpeg's libraries, set as RustDesk sets them at its best quality.
//!
//! The whole recording goes in at its own rate, and a filter drops the frames in which nothing changed, as a program
//! that captures only damage would. The time is ffmpeg's own less that of the same run without an encoder, so that
//! reading, filtering and converting colours is not charged to it.

use std::io::{ErrorKind, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use entraide_common::screen::Picture;
use entraide_tests::trace::Trace;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike as _;

use crate::cost::{Cost, Noise, Time, Truth};

/// A codec and how it is set.
pub(crate) struct Settings {
    /// As the tables call it.
    pub(crate) name: &'static str,
    /// ffmpeg's options.
    options: &'static str,
}

/// What RustDesk sets: 3,110 kb/s whatever happens, quantisers from 9 to 42, no look-ahead, no key frames.
pub(crate) const SETTINGS: &[Settings] = &[
    Settings {
        name: "VP9",
        options: "-c:v libvpx-vp9 -deadline realtime -cpu-used 7 -row-mt 1 -tile-columns 2 -threads 2 \
                  -b:v 3110k -minrate 3110k -maxrate 3110k -qmin 9 -qmax 42 -undershoot-pct 95 \
                  -drop-threshold 25 -error-resilient default -lag-in-frames 0 -g 100000",
    },
    Settings {
        name: "AV1",
        options: "-c:v libaom-av1 -usage realtime -cpu-used 8 -row-mt 1 -tile-columns 1 -threads 2 \
                  -b:v 3110k -minrate 3110k -maxrate 3110k -qmin 9 -qmax 42 -undershoot-pct 95 \
                  -aq-mode 3 -aom-params tune-content=screen:enable-palette=1 -lag-in-frames 0 -g 100000",
    },
];

/// No codec at all: what reading, filtering and converting cost.
const NOTHING: &str = "-c:v wrapped_avframe";

/// Compresses a trace and looks at what comes out. `None` without ffmpeg.
///
/// # Errors
/// If ffmpeg fails.
pub(crate) fn replay(settings: &Settings, path: &Path) -> Result<Option<Cost>> {
    let folder = tempfile::tempdir()?;
    let video = folder.path().join("video.ivf");
    let Some(encoder) = ffmpeg(path, settings.options, "ivf", &video)? else { return Ok(None) };
    let (with, changed) = feed(encoder, path)?;
    let nothing = ffmpeg(path, NOTHING, "null", Path::new("-"))?.context("ffmpeg was there a moment ago")?;
    let (without, _) = feed(nothing, path)?;

    let frames = sizes(&std::fs::read(&video)?)?;
    let (first, rest) = frames.split_first().context("a video without a frame")?;
    let (decode, truth) = watch(&video, path, frames.len() == changed)?;
    Ok(Some(Cost {
        first: *first,
        after: rest.iter().sum(),
        refined: None,
        film: None,
        changed,
        sent: frames.len(),
        encode: Time::Together(with.saturating_sub(without)),
        decode: Time::Together(decode),
        truth,
    }))
}

/// ffmpeg, waiting for the frames of a trace; `None` if there is none.
fn ffmpeg(path: &Path, coding: &str, format: &str, output: &Path) -> Result<Option<Child>> {
    let size = Trace::open(path)?.picture().size();
    let size = format!("{}x{}", size.width, size.height);
    let mut command = Command::new("ffmpeg");
    command.args(["-hide_banner", "-loglevel", "error", "-y", "-f", "rawvideo", "-pixel_format", "bgr0"]);
    command.args(["-video_size", &size, "-framerate", "30", "-i", "pipe:0", "-pix_fmt", "yuv420p"]);
    command.args(["-vf", "format=yuv420p,mpdecimate=hi=0:lo=0:frac=0", "-fps_mode", "passthrough"]);
    command
        .args(coding.split_whitespace())
        .args(["-f", format])
        .arg(output)
        .stdin(Stdio::piped())
        .stdout(Stdio::null());
    match command.spawn() {
        Ok(child) => Ok(Some(child)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).context("starting ffmpeg"),
    }
}

/// Gives it all frames; the time it used, and how many frames differed from the one before.
fn feed(mut ffmpeg: Child, path: &Path) -> Result<(Duration, usize)> {
    let mut trace = Trace::open(path)?;
    let mut input = ffmpeg.stdin.take().context("its input was asked for")?;
    let mut changed = 0;
    while let Some(moment) = trace.step()? {
        changed += usize::from(!moment.damage.is_empty());
        input.write_all(&bytes(trace.picture())).context("ffmpeg reads no further")?;
    }
    drop(input);
    Ok((finish(ffmpeg)?, changed))
}

/// Waits for its end; the time it used.
fn finish(mut child: Child) -> Result<Duration> {
    let before = children()?;
    let status = child.wait()?;
    ensure!(status.success(), "ffmpeg failed: {status}");
    Ok(children()? - before)
}

/// Time of the processor that all children used which were waited for.
fn children() -> Result<Duration> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let time = usage.user_time() + usage.system_time();
    Ok(Duration::from_micros(time.num_microseconds().try_into()?))
}

/// Bytes of each frame in an IVF file: a head of 32, then for each frame its length, u32, and its time, u64.
fn sizes(file: &[u8]) -> Result<Vec<usize>> {
    let mut rest = file.get(32..).context("a video without a head")?;
    let mut sizes = Vec::new();
    while let Some((head, after)) = rest.split_first_chunk::<12>() {
        let length = u32::from_le_bytes([head[0], head[1], head[2], head[3]]) as usize;
        rest = after.get(length..).context("a video that ends within a frame")?;
        sizes.push(length);
    }
    Ok(sizes)
}

/// Decodes the video twice: once for the time, once to compare its last frame with the trace's, and if each frame was
/// sent, all of them.
fn watch(video: &Path, path: &Path, all_sent: bool) -> Result<(Duration, Truth)> {
    let mut decoder = Command::new("ffmpeg");
    decoder.args(["-hide_banner", "-loglevel", "error", "-i"]).arg(video);
    let timed = decoder.args(["-f", "null", "-"]).stdin(Stdio::null()).spawn()?;
    let time = finish(timed)?;

    let mut decoder = Command::new("ffmpeg");
    decoder.args(["-hide_banner", "-loglevel", "error", "-i"]).arg(video);
    decoder.args(["-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "bgr0", "pipe:1"]);
    let mut decoder = decoder.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    let mut output = decoder.stdout.take().context("its output was asked for")?;
    let mut trace = Trace::open(path)?;
    let mut noise = Noise::default();
    let (mut last, mut next) = (None, vec![0; trace.picture().pixels().len() * 4]);
    loop {
        match output.read_exact(&mut next) {
            Ok(()) => last = Some(next.clone()),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => break,
            Err(error) => bail!(error),
        }
        if all_sent && next_change(&mut trace)? {
            noise.add_bytes(&next, trace.picture());
        }
    }
    finish(decoder)?;
    while next_change(&mut trace)? {}
    let last = last.context("a video without a frame")?;
    Ok((time, Truth::of(&last, trace.picture(), all_sent.then(|| noise.decibel()))))
}

/// Goes on to the next frame in which something changed. False after the last.
fn next_change(trace: &mut Trace) -> Result<bool> {
    while let Some(moment) = trace.step()? {
        if !moment.damage.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Pixels as ffmpeg's `bgr0`.
fn bytes(picture: &Picture) -> Vec<u8> {
    picture.pixels().iter().flat_map(|pixel| pixel.to_le_bytes()).collect()
}
