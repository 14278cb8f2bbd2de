//! Moving pictures: a video codec for the part of the screen that is a film, behind two traits.
//!
//! The screen codec is exact, and exactness is what a film cannot afford: a clip of 656 by 376 pixels costs it thirty
//! megabit a second. So a region that really moves goes through a video codec, lossily, until it stands still.
//! Which region that is, what becomes of the frames on the way, and how often a decoder may be opened anew is decided
//! elsewhere: here pixels become bytes and bytes pixels.
//!
//! # Host
//! An [`Encode`] makes one frame of a rectangle of the screen at a time, as large as its [`Budget`] allows. A frame that
//! is *fresh* needs nothing before it; every other builds upon the one before, so if one was lost or cancelled, the
//! next has to be fresh.
//!
//! # Helper
//! A [`Decode`] takes such frames in order, the first one fresh, and paints them. The decoder itself runs in a process of
//! its own that can read its frames, write its pictures and do nothing else: video decoders are large, old, written in
//! C++, and fed by the other side. [`Decoders`] starts them. A decoder that fails, for whatever reason, is over: open
//! another one, and ask for a fresh frame. Where the system cannot confine it, there is none.
//!
//! # What is built in
//! With the feature `h264`, on by default: openh264, compiled from its source. Cisco's source is under BSD-2-Clause;
//! patents on H.264 are another matter, see the README. Without the feature nothing is encoded or decoded here, and films
//! go through the screen codec.

#[cfg(all(feature = "h264", target_os = "linux", target_pointer_width = "64"))]
pub mod child;
#[cfg(feature = "h264")]
mod h264;
#[cfg(not(all(feature = "h264", target_os = "linux", target_pointer_width = "64")))]
mod no_child;
#[cfg(feature = "h264")]
mod rate;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use entraide_common::limits;
use entraide_common::screen::{Picture, Rect, Size};
use entraide_common::video::fits;
use entraide_common::video::h264::FrameError;
use entraide_common::wire::video::VideoCodec;
#[cfg(not(all(feature = "h264", target_os = "linux", target_pointer_width = "64")))]
use no_child as child;
use thiserror::Error;

/// The hidden subcommand that makes this program a decoder's child.
pub const COMMAND: &str = "decode-video";

/// Makes frames of a region of the screen, all of one size.
pub trait Encode: Send {
    /// One frame of what `picture` shows in `rect`, which has the size that the encoder was opened with. `fresh`: it is
    /// to be decodable with nothing before it; the first one always is. Every call makes exactly one frame, of at most
    /// [`limits::VIDEO_FRAME_BYTES`].
    ///
    /// # Errors
    /// There is no frame, and the next one has to be fresh.
    fn encode(
        &mut self,
        picture: &Picture,
        rect: Rect,
        budget: Budget,
        fresh: bool,
    ) -> Result<Vec<u8>, EncodeError>;
}

/// Draws frames, all of one size.
pub trait Decode: Send {
    /// Draws the next frame into `picture`, which has the size that the decoder was opened with: all of it. Waits for the
    /// decoder, but not for ever.
    ///
    /// # Errors
    /// The picture is as it was, and this decoder will not draw another frame.
    fn decode(&mut self, bytes: &[u8], picture: &mut Picture) -> Result<(), DecodeError>;
}

/// What a frame may cost. It may change from frame to frame, and is kept on average over a few of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// What the link has for this region.
    pub bits_per_second: u32,
    /// How long after the frame before this one is taken; for the first one, after which time the next is expected.
    pub since_last: Duration,
}

/// Why there is no encoder or decoder.
#[derive(Debug, Error)]
pub enum OpenError {
    /// Built without it, or the system cannot confine it: not to be offered, so nobody should have asked.
    #[error("{0:?} is not available here")]
    Unavailable(VideoCodec),
    /// See [`fits`].
    #[error("no video codec takes pictures of {} x {} pixels", .0.width, .0.height)]
    Size(Size),
    /// The codec or the system refused.
    #[error("the video codec does not start: {0}")]
    Failed(String),
}

/// Why there is no frame: a fault of ours, or of the codec.
#[derive(Debug, Error)]
pub enum EncodeError {
    /// Not the size that the encoder was opened with, or not inside the picture.
    #[error("an encoder of {} x {} pixels was given {rect:?}", .size.width, .size.height)]
    Rect {
        /// Of the encoder.
        size: Size,
        /// What it was given.
        rect: Rect,
    },
    /// The codec said so.
    #[error("the video encoder failed: {0}")]
    Failed(String),
}

/// Why a frame was not drawn.
#[derive(Debug, Error)]
pub enum DecodeError {
    /// The decoder failed before.
    #[error("this video decoder has failed before")]
    Over,
    /// The frame is none that may be shown to a decoder.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// The decoder made no picture of it.
    #[error("the video decoder refuses a frame")]
    Refused,
    /// The decoder says what nobody asked for: it is under somebody else's control.
    #[error("the video decoder speaks out of turn")]
    Lied,
    /// The decoder died, or took too long.
    #[error("the video decoder is gone: {0}")]
    Gone(#[from] io::Error),
}

/// What this program can encode, the best first; nothing without the feature.
#[must_use]
pub fn codecs() -> &'static [VideoCodec] {
    if cfg!(feature = "h264") { &[VideoCodec::H264] } else { &[] }
}

/// An encoder of pictures of this size.
///
/// # Errors
/// See [`OpenError`].
pub fn encoder(codec: VideoCodec, size: Size) -> Result<Box<dyn Encode>, OpenError> {
    if !fits(size) {
        return Err(OpenError::Size(size));
    }
    match codec {
        #[cfg(feature = "h264")]
        VideoCodec::H264 => Ok(Box::new(h264::H264::new(size))),
        #[cfg(not(feature = "h264"))]
        VideoCodec::H264 => Err(OpenError::Unavailable(codec)),
    }
}

/// Opens decoders, each in a child of its own.
#[derive(Debug, Clone)]
pub struct Decoders {
    /// Started again for each.
    program: PathBuf,
    codecs: &'static [VideoCodec],
}

impl Decoders {
    /// Of this program, which must be `entraide`: see [`Decoders::of`].
    #[must_use]
    pub fn of_this_program() -> Self {
        // The link leads to this very program even after its file was replaced by an update.
        Self::of(PathBuf::from("/proc/self/exe"))
    }

    /// Of an `entraide` that lies there. A first child is started and ended, which takes some milliseconds, to see
    /// whether this system can confine it; if not, the log says why.
    #[must_use]
    pub fn of(program: PathBuf) -> Self {
        let least = limits::VIDEO_SIDE_LEAST;
        let mut decoders = Self { program, codecs: codecs() };
        let opened = decoders.open(VideoCodec::H264, Size { width: least, height: least });
        match opened {
            Ok(_) => {}
            Err(OpenError::Failed(why)) => {
                tracing::warn!(%why, "moving pictures are not decoded here");
                decoders.codecs = &[];
            }
            Err(_) => decoders.codecs = &[],
        }
        decoders
    }

    /// What can be decoded here, the best first. Nothing but on Linux of 64 bits, so far: elsewhere no
    /// cage is built.
    #[must_use]
    pub fn codecs(&self) -> &'static [VideoCodec] {
        self.codecs
    }

    /// A decoder of pictures of this size, in a new child. Waits until it is confined, some milliseconds.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(&self, codec: VideoCodec, size: Size) -> Result<Box<dyn Decode>, OpenError> {
        if !fits(size) {
            return Err(OpenError::Size(size));
        }
        if !self.codecs.contains(&codec) {
            return Err(OpenError::Unavailable(codec));
        }
        child::open(&self.program, codec, size)
    }
}

/// Is the decoder's child. What `entraide decode-video` does.
#[must_use]
pub fn run_child() -> ExitCode {
    child::run()
}
