//! Where there is no decoder's process: without the codec, or on systems for which no cage is built.

use std::path::Path;
use std::process::ExitCode;

use entraide_common::screen::Size;
use entraide_common::wire::video::VideoCodec;

use super::{Decode, OpenError};

pub(super) fn open(_program: &Path, codec: VideoCodec, _size: Size) -> Result<Box<dyn Decode>, OpenError> {
    Err(OpenError::Unavailable(codec))
}

pub(super) fn run() -> ExitCode {
    ExitCode::FAILURE
}
