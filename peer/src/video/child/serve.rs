//! The child: decodes what comes on its standard input, until that ends. What `entraide decode-video` does.
//!
//! # What is said
//! The child first says [`CONFINED`], or [`REFUSED`] and why, as text to the end. Then it is told the size, two u32, and
//! frame by frame a length, u32, and so many bytes. It answers each with [`DRAWN`] and the planes of a picture of that
//! size, or with [`FAILED`] and its end. Numbers are little endian. It reads nothing before it is confined.

use std::io::{self, Read, Write};
use std::process::ExitCode;

use entraide_common::limits;
use entraide_common::screen::Size;
use entraide_common::video::colours::Planes;
use entraide_common::video::fits;
use nix::unistd::alarm;
use openh264::OpenH264API;
use openh264::decoder::{Decoder, DecoderConfig, Flush};
use openh264::formats::YUVSource as _;

use super::confine::confine;

/// Nothing can be done by this process any more but what it is for.
pub(super) const CONFINED: u8 = 1;
/// It could not be confined. Why follows.
pub(super) const REFUSED: u8 = 2;
/// A picture follows.
pub(super) const DRAWN: u8 = 3;
/// The frame did not become a picture of the right size.
pub(super) const FAILED: u8 = 4;

/// Is the child.
pub(in crate::video) fn run() -> ExitCode {
    // Before it is confined, so that nothing has to be allowed for what a decoder does once. It has seen no byte yet.
    let config = DecoderConfig::new().flush_after_decode(Flush::NoFlush);
    let decoder = Decoder::with_api_config(OpenH264API::from_source(), config);
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let confined = confine().map_err(|error| error.to_string());
    let ready = confined.and_then(|()| decoder.map_err(|error| error.to_string()));
    let mut decoder = match ready {
        Ok(decoder) => decoder,
        Err(why) => {
            let _nobody_listens =
                output.write_all(&[REFUSED]).and_then(|()| output.write_all(why.as_bytes()));
            return ExitCode::FAILURE;
        }
    };
    match serve(&mut decoder, &mut input, &mut output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Until the input ends, which it does with the parent, by whatever road.
fn serve(decoder: &mut Decoder, input: &mut impl Read, output: &mut impl Write) -> io::Result<()> {
    output.write_all(&[CONFINED])?;
    output.flush()?;
    let [width, height] = [number(input)?, number(input)?];
    let size = Size { width, height };
    if !fits(size) {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut answer = vec![0; 1 + Planes::length(size)];
    let mut frame = Vec::new();
    while let Ok(length) = number(input) {
        let length = length as usize;
        if length > limits::VIDEO_FRAME_BYTES {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        frame.resize(length, 0);
        input.read_exact(&mut frame)?;
        // Should our parent die while a frame keeps us busy for ever, nobody else is left to end us.
        alarm::set(limits::VIDEO_PATIENCE.as_secs().max(1) as u32);
        let drawn = draw(decoder, &frame, size, &mut answer[1..]);
        alarm::cancel();
        if drawn.is_none() {
            output.write_all(&[FAILED])?;
            return output.flush();
        }
        answer[0] = DRAWN;
        output.write_all(&answer)?;
        output.flush()?;
    }
    Ok(())
}

/// One frame in, one picture of the right size out.
fn draw(decoder: &mut Decoder, frame: &[u8], size: Size, planes: &mut [u8]) -> Option<()> {
    let picture = decoder.decode(frame).ok()??;
    let (width, height) = (size.width as usize, size.height as usize);
    if picture.dimensions() != (width, height) {
        return None;
    }
    let (luma_stride, blue_stride, red_stride) = picture.strides();
    let (luma, hues) = planes.split_at_mut(width * height);
    let (blue, red) = hues.split_at_mut(hues.len() / 2);
    copy(picture.y(), luma_stride, luma, width)?;
    copy(picture.u(), blue_stride, blue, width / 2)?;
    copy(picture.v(), red_stride, red, width / 2)
}

fn copy(from: &[u8], stride: usize, to: &mut [u8], width: usize) -> Option<()> {
    for (row, to) in to.chunks_exact_mut(width).enumerate() {
        to.copy_from_slice(from.get(row * stride..)?.get(..width)?);
    }
    Some(())
}

fn number(input: &mut impl Read) -> io::Result<u32> {
    let mut bytes = [0; 4];
    input.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}
