//! Where there is no terminal device: standard input and output, which must be a console.

use std::io::{self, BufRead, IsTerminal, Write};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::Woken;

/// The listening side.
#[derive(Debug)]
pub(in super::super) struct Tty {
    woken: mpsc::Receiver<Woken>,
}

/// The asking side.
#[derive(Debug)]
pub(in super::super) struct Speaker {
    waker: mpsc::Sender<Woken>,
}

/// Both sides of the console.
///
/// # Errors
/// Standard input is something else.
pub(in super::super) fn open() -> io::Result<(Tty, Speaker)> {
    if !io::stdin().is_terminal() {
        return Err(io::Error::new(io::ErrorKind::NotFound, "standard input is no console"));
    }
    let (waker, woken) = mpsc::channel();
    let lines = waker.clone();
    // A console cannot be waited for together with anything else, so a thread waits for it alone; it ends with the
    // console or the process.
    thread::Builder::new().name("console".to_owned()).spawn(move || {
        for line in io::stdin().lock().split(b'\n').map_while(Result::ok) {
            if lines.send(Woken::Line(line)).is_err() {
                return;
            }
        }
        let _ = lines.send(Woken::End);
    })?;
    Ok((Tty { woken }, Speaker { waker }))
}

impl Speaker {
    pub(in super::super) fn say(&mut self, text: &str) -> io::Result<()> {
        say(text)
    }

    /// The listener forgets, when it is woken.
    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "the same interface as the device's")]
    pub(in super::super) fn forget_typed(&self) -> io::Result<()> {
        Ok(())
    }

    pub(in super::super) fn wake(&mut self) -> io::Result<()> {
        self.waker.send(Woken::Asked).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

impl Tty {
    pub(in super::super) fn say(&mut self, text: &str) -> io::Result<()> {
        say(text)
    }

    /// Forgets the lines that have come; what stands unfinished in the console stays.
    #[expect(clippy::unnecessary_wraps, reason = "the same interface as the device's")]
    pub(in super::super) fn forget_typed(&self) -> io::Result<()> {
        while self.woken.try_recv().is_ok() {}
        Ok(())
    }

    pub(in super::super) fn wait(&mut self, limit: Option<Duration>) -> io::Result<Woken> {
        let woken = match limit {
            Some(limit) => self.woken.recv_timeout(limit),
            None => self.woken.recv().map_err(Into::into),
        };
        match woken {
            Ok(woken) => Ok(woken),
            Err(mpsc::RecvTimeoutError::Timeout) => Ok(Woken::Time),
            Err(mpsc::RecvTimeoutError::Disconnected) => Ok(Woken::End),
        }
    }
}

fn say(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}
