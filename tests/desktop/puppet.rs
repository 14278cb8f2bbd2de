//! The other end of `kit/puppet.rs`: a process on a display that captures, injects or watches as it is told.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{ChildStdin, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;

use entraide_tests::xserver::{PATIENCE, Running, XServer};

/// The process. It ends with the value.
pub(crate) struct Puppet {
    input: Option<ChildStdin>,
    lines: Receiver<String>,
    running: Running,
}

impl Puppet {
    /// Starts it on `server` in a role: capture, inject, watch, seat.
    pub(crate) fn start(server: &XServer, role: &str) -> Self {
        let mut command = server.command(env!("CARGO_BIN_EXE_puppet"));
        let spawned = command.arg(role).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = spawned.expect("cargo built it");
        let input = child.stdin.take();
        let output = child.stdout.take().expect("it was piped");
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Self { input, lines, running: child.into() }
    }

    /// Tells it to do something.
    pub(crate) fn tell(&mut self, line: &str) {
        let input = self.input.as_mut().expect("its input is open");
        writeln!(input, "{line}").expect("it still runs");
    }

    /// Tells it to do something, and waits until it says that it did.
    pub(crate) fn ask(&mut self, line: &str) -> String {
        self.tell(line);
        self.heard("")
    }

    /// What it says next that begins with `start`.
    pub(crate) fn heard(&self, start: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(PATIENCE);
            let line = line.unwrap_or_else(|error| panic!("waited in vain for {start:?}: {error}"));
            if line.starts_with(start) {
                return line;
            }
        }
    }

    /// Ends its input, which is its end: in order, in its own time.
    pub(crate) fn close(mut self) -> Self {
        self.input = None;
        self
    }

    /// Its process number.
    pub(crate) fn id(&mut self) -> u32 {
        self.running.process().id()
    }

    /// Ends it as the kernel does, without a last word.
    pub(crate) fn kill(&mut self) {
        self.running.process().kill().expect("it runs");
        self.running.process().wait().expect("it was ours");
    }
}
