//! A program that speaks to `entraide --json` over pipes, as any outside program may.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// Longest wait for any one thing: a slow machine under load takes its time.
const PATIENCE: Duration = Duration::from_secs(60);
/// Events kept while waiting for another.
const KEPT: usize = 1000;

/// A running program and its events.
pub(super) struct Client {
    child: Child,
    stdin: ChildStdin,
    lines: Receiver<String>,
    unread: VecDeque<Value>,
}

impl Client {
    /// Starts `command`, whose standard output is one JSON object a line.
    pub(super) fn start(mut command: Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} does not start", command.get_program().to_string_lossy()))?;
        let stdin = child.stdin.take().context("no standard input")?;
        let stdout = child.stdout.take().context("no standard output")?;
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Ok(Self { child, stdin, lines, unread: VecDeque::new() })
    }

    /// The process.
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Writes one line as it is.
    pub(super) fn write_line(&mut self, line: &str) -> Result<()> {
        writeln!(self.stdin, "{line}").context("the program no longer listens")
    }

    /// Sends one command.
    pub(super) fn command(&mut self, command: &Value) -> Result<()> {
        self.write_line(&command.to_string())
    }

    /// The next event of that name for which `fits` holds; others are kept for later.
    pub(super) fn event(&mut self, name: &str, fits: impl Fn(&Value) -> bool) -> Result<Value> {
        let wanted = |event: &Value| event["event"] == name && fits(event);
        if let Some(at) = self.unread.iter().position(wanted) {
            return self.unread.remove(at).context("an event that was just found");
        }
        let until = Instant::now() + PATIENCE;
        loop {
            match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    let event: Value =
                        serde_json::from_str(&line).with_context(|| format!("not JSON: {line}"))?;
                    if wanted(&event) {
                        return Ok(event);
                    }
                    if event["event"] == "error" {
                        bail!("{}", event["text"].as_str().unwrap_or("an error without a text"));
                    }
                    self.unread.push_back(event);
                    if self.unread.len() > KEPT {
                        self.unread.pop_front();
                    }
                }
                Err(RecvTimeoutError::Timeout) => bail!("no event {name} came in {} s", PATIENCE.as_secs()),
                Err(RecvTimeoutError::Disconnected) => bail!("the program ended before its event {name}"),
            }
        }
    }

    /// The newest event of that name, waiting for one that has not come yet: what came before is old news.
    pub(super) fn fresh(&mut self, name: &str) -> Result<Value> {
        self.unread.retain(|event| event["event"] != name);
        while let Ok(line) = self.lines.try_recv() {
            let event: Value = serde_json::from_str(&line).with_context(|| format!("not JSON: {line}"))?;
            if event["event"] != name {
                self.unread.push_back(event);
            }
        }
        self.event(name, |_| true)
    }

    /// Answers the question `ask` with yes, once its time has come.
    pub(super) fn allow(&mut self, ask: &Value) -> Result<()> {
        let wait = ask["wait_ms"].as_u64().unwrap_or(0);
        thread::sleep(Duration::from_millis(wait + 50));
        self.command(&json!({"command": "answer", "id": ask["id"], "allow": true}))
    }

    /// Waits for the program's end.
    pub(super) fn wait(&mut self) -> Result<ExitStatus> {
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            thread::sleep(Duration::from_millis(20));
        }
        bail!("the program does not end")
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // Already ended, or ended now: the demo leaves nothing behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
