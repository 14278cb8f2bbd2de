//! `/dev/tty`: whatever standard input and output are connected to.

use std::fs::{File, OpenOptions};
use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::termios::{FlushArg, tcflush};

use super::Woken;

/// The listening side.
#[derive(Debug)]
pub(in super::super) struct Tty {
    device: File,
    asked: PipeReader,
}

/// The asking side.
#[derive(Debug)]
pub(in super::super) struct Speaker {
    device: File,
    waker: PipeWriter,
}

/// Both sides of the controlling terminal.
///
/// # Errors
/// The process has none.
pub(in super::super) fn open() -> io::Result<(Tty, Speaker)> {
    let device = OpenOptions::new().read(true).write(true).open("/dev/tty")?;
    let (asked, waker) = io::pipe()?;
    let speaker = Speaker { device: device.try_clone()?, waker };
    Ok((Tty { device, asked }, speaker))
}

impl Speaker {
    pub(in super::super) fn say(&mut self, text: &str) -> io::Result<()> {
        self.device.write_all(text.as_bytes())
    }

    pub(in super::super) fn forget_typed(&self) -> io::Result<()> {
        flush(&self.device)
    }

    /// Ends the listener's wait with [`Woken::Asked`].
    pub(in super::super) fn wake(&mut self) -> io::Result<()> {
        self.waker.write_all(&[0])
    }
}

impl Tty {
    pub(in super::super) fn say(&mut self, text: &str) -> io::Result<()> {
        self.device.write_all(text.as_bytes())
    }

    pub(in super::super) fn forget_typed(&self) -> io::Result<()> {
        flush(&self.device)
    }

    /// Waits for whatever comes first; without end if there is no `limit`.
    pub(in super::super) fn wait(&mut self, limit: Option<Duration>) -> io::Result<Woken> {
        let until = limit.map(|limit| Instant::now() + limit);
        loop {
            let mut watched = [
                PollFd::new(self.asked.as_fd(), PollFlags::POLLIN),
                PollFd::new(self.device.as_fd(), PollFlags::POLLIN),
            ];
            match poll(&mut watched, timeout(until)) {
                Err(Errno::EINTR) => continue,
                Err(error) => return Err(error.into()),
                Ok(0) => return Ok(Woken::Time),
                Ok(_) => {}
            }
            let [question, line] = watched.map(|fd| fd.revents().unwrap_or(PollFlags::empty()));
            if question.contains(PollFlags::POLLIN) {
                self.asked.read_exact(&mut [0])?;
                return Ok(Woken::Asked);
            }
            if !line.is_empty() {
                return self.read();
            }
            // The asking side is gone, so the session is.
            if question.contains(PollFlags::POLLHUP) {
                return Ok(Woken::End);
            }
        }
    }

    /// One line: a terminal that edits lines gives one at a time, at most 4096 bytes (`termios(3)`).
    fn read(&mut self) -> io::Result<Woken> {
        let mut line = vec![0; 4096];
        let length = self.device.read(&mut line)?;
        if length == 0 {
            return Ok(Woken::End);
        }
        line.truncate(length);
        while line.pop_if(|byte| matches!(byte, b'\n' | b'\r')).is_some() {}
        Ok(Woken::Line(line))
    }
}

fn timeout(until: Option<Instant>) -> PollTimeout {
    let Some(until) = until else { return PollTimeout::NONE };
    // One more millisecond, so that the time is over when the wait is.
    let left = until.saturating_duration_since(Instant::now()).as_millis() + 1;
    i32::try_from(left).ok().and_then(|left| PollTimeout::try_from(left).ok()).unwrap_or(PollTimeout::MAX)
}

fn flush(device: &File) -> io::Result<()> {
    tcflush(device, FlushArg::TCIFLUSH).map_err(Into::into)
}
