//! Our end of the decoder's process: starts it, shows it only frames that [`Checker`] lets through, and believes nothing it
//! says but pixels.
//!
//! The child is this program, executed anew with an empty environment and two pipes, so it has none of our memory, keys or
//! descriptors. Every wait for it has an end. Whatever goes wrong with a frame, the child is killed and reaped before
//! the error is returned, and so it is when this value is dropped. If this process is killed, the child's input ends,
//! and it with it.

pub mod confine;
mod serve;

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use entraide_common::limits;
use entraide_common::screen::{Picture, Size};
use entraide_common::video::colours::Planes;
use entraide_common::video::h264::Checker;
use entraide_common::wire::video::VideoCodec;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;

use super::{COMMAND, Decode, DecodeError, OpenError};
use serve::{CONFINED, DRAWN, REFUSED};

/// What lists of processes call it: the link it is started by says nothing.
const NAME: &str = "entraide";
/// Room in each pipe, bytes: the most that Linux gives to everybody. With the usual 64 KiB, a picture of a film changes
/// hands a dozen times.
const PIPE_BYTES: usize = 1 << 20;

pub(super) use serve::run;

/// A decoder in a new child of that program.
pub(super) fn open(program: &Path, codec: VideoCodec, size: Size) -> Result<Box<dyn Decode>, OpenError> {
    match codec {
        VideoCodec::H264 => Ok(Box::new(Caged::start(program, size).map_err(OpenError::Failed)?)),
    }
}

/// A decoder in its cage.
struct Caged {
    /// None after a failure.
    child: Option<Running>,
    checker: Checker,
    planes: Planes,
}

impl Caged {
    /// Starts one and waits until it is confined.
    ///
    /// # Errors
    /// Why there is none, in words for the log.
    fn start(program: &Path, size: Size) -> Result<Self, String> {
        let mut child = Running::start(program).map_err(|error| error.to_string())?;
        child.greet()?;
        let header: Vec<u8> = [size.width, size.height].map(u32::to_le_bytes).concat();
        child.write(&header, Deadline::start()).map_err(|error| error.to_string())?;
        Ok(Self { child: Some(child), checker: Checker::new(size), planes: Planes::new(size) })
    }
}

impl Decode for Caged {
    fn decode(&mut self, bytes: &[u8], picture: &mut Picture) -> Result<(), DecodeError> {
        // It is put back only if all went well; else it is dropped here, and so ended.
        let mut child = self.child.take().ok_or(DecodeError::Over)?;
        assert_eq!(picture.size(), self.planes.size(), "the picture has the decoder's size");
        self.checker.check(bytes)?;
        child.exchange(bytes, self.planes.bytes_mut())?;
        self.child = Some(child);
        self.planes.draw(picture);
        Ok(())
    }
}

/// The process and its pipes.
struct Running {
    process: Child,
    input: File,
    output: File,
}

impl Running {
    fn start(program: &Path) -> io::Result<Self> {
        let mut command = Command::new(program);
        command.arg(COMMAND).arg0(NAME).env_clear().current_dir("/");
        // A group of its own: the terminal's Ctrl-C is not for it.
        command.process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn()?;
        let pipes = (process.stdin.take(), process.stdout.take());
        let (Some(input), Some(output)) = pipes else { return Err(io::ErrorKind::BrokenPipe.into()) };
        let (input, output) = (OwnedFd::from(input), OwnedFd::from(output));
        let child = Self { process, input: input.into(), output: output.into() };
        for pipe in [&child.input, &child.output] {
            rustix::fs::fcntl_setfl(pipe, OFlags::NONBLOCK)?;
            // Where so much is refused, it only takes longer.
            let _ = rustix::pipe::fcntl_setpipe_size(pipe, PIPE_BYTES);
        }
        Ok(child)
    }

    fn greet(&mut self) -> Result<(), String> {
        let deadline = Deadline::start();
        let mut word = [0];
        self.read(&mut word, deadline).map_err(|error| format!("it does not begin: {error}"))?;
        match word[0] {
            CONFINED => Ok(()),
            REFUSED => {
                let mut why = vec![0; limits::VIDEO_REASON_BYTES];
                let length = self.read_some(&mut why, deadline).unwrap_or_default();
                Err(String::from_utf8_lossy(&why[..length]).into_owned())
            }
            word => Err(format!("it begins with {word}")),
        }
    }

    /// A frame for a picture.
    fn exchange(&mut self, frame: &[u8], planes: &mut [u8]) -> Result<(), DecodeError> {
        let deadline = Deadline::start();
        if self.is_readable(Duration::ZERO)? {
            return Err(DecodeError::Lied);
        }
        let length = u32::try_from(frame.len()).unwrap_or(u32::MAX);
        self.write(&length.to_le_bytes(), deadline)?;
        self.write(frame, deadline)?;
        let mut word = [0];
        self.read(&mut word, deadline)?;
        if word != [DRAWN] {
            return Err(DecodeError::Refused);
        }
        Ok(self.read(planes, deadline)?)
    }

    fn write(&mut self, mut bytes: &[u8], deadline: Deadline) -> io::Result<()> {
        while !bytes.is_empty() {
            match self.input.write(bytes) {
                Ok(written) => bytes = &bytes[written..],
                Err(error) => self.wait(error, PollFlags::OUT, deadline)?,
            }
        }
        Ok(())
    }

    fn read(&mut self, mut bytes: &mut [u8], deadline: Deadline) -> io::Result<()> {
        while !bytes.is_empty() {
            match self.read_some(bytes, deadline)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                read => bytes = &mut bytes[read..],
            }
        }
        Ok(())
    }

    /// At least one byte, or none at the end.
    fn read_some(&mut self, bytes: &mut [u8], deadline: Deadline) -> io::Result<usize> {
        loop {
            match self.output.read(bytes) {
                Ok(read) => return Ok(read),
                Err(error) => self.wait(error, PollFlags::IN, deadline)?,
            }
        }
    }

    /// Waits after an attempt that failed, if it may be tried again.
    fn wait(&self, error: io::Error, what: PollFlags, deadline: Deadline) -> io::Result<()> {
        match error.kind() {
            io::ErrorKind::Interrupted => return Ok(()),
            io::ErrorKind::WouldBlock => {}
            _ => return Err(error),
        }
        let left = deadline.left().ok_or(io::ErrorKind::TimedOut)?;
        let pipe = if what == PollFlags::OUT { &self.input } else { &self.output };
        is_ready(pipe, what, left).map(|_| ())
    }

    fn is_readable(&self, time: Duration) -> io::Result<bool> {
        is_ready(&self.output, PollFlags::IN, time)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; it is reaped in any case.
        let _ = self.process.kill();
        if let Err(error) = self.process.wait() {
            tracing::debug!(%error, "the video decoder's end was missed");
        }
    }
}

/// Until when something may take.
#[derive(Clone, Copy)]
struct Deadline(Instant);

impl Deadline {
    fn start() -> Self {
        Self(Instant::now() + limits::VIDEO_PATIENCE)
    }

    fn left(self) -> Option<Duration> {
        self.0.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
    }
}

fn is_ready(pipe: impl AsFd, what: PollFlags, time: Duration) -> io::Result<bool> {
    let time = Timespec::try_from(time).ok();
    let mut asked = [PollFd::new(&pipe, what)];
    match poll(&mut asked, time.as_ref()) {
        // A pipe that was closed at the other side is ready in its way, which the next read or write tells.
        Ok(_) => Ok(asked[0].revents().contains(what)),
        Err(rustix::io::Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
