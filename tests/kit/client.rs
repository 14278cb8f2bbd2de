//! A program that speaks with `entraide --json`, or listens to the node, over pipes, as any outside program may.

use std::collections::VecDeque;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};
use tempfile::NamedTempFile;

/// Long enough for anything on a busy machine, a lost link that has to be noticed included.
const PATIENCE: Duration = Duration::from_secs(90);

/// A running program, all it has said, and its log. It ends with the value.
pub struct Client {
    name: String,
    child: Child,
    input: ChildStdin,
    lines: Receiver<(Instant, String)>,
    unread: VecDeque<(Instant, Value)>,
    /// Every event, for whoever has to find out why a test failed.
    heard: Vec<String>,
    log: NamedTempFile,
}

impl Client {
    /// Starts `command`, whose standard output is one JSON object a line. `name` is for messages of failed tests.
    ///
    /// # Panics
    /// If it does not start.
    #[must_use]
    pub fn start(name: &str, mut command: Command) -> Self {
        let log = NamedTempFile::new().expect("a place for its log");
        let errors = log.reopen().expect("a file that was just made");
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(errors).spawn();
        let mut child = spawned.unwrap_or_else(|error| panic!("the {name} does not start: {error}"));
        let input = child.stdin.take().expect("it was piped");
        let output = child.stdout.take().expect("it was piped");
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send((Instant::now(), line)).is_err() {
                    return;
                }
            }
        });
        Self { name: name.to_owned(), child, input, lines, unread: VecDeque::new(), heard: Vec::new(), log }
    }

    /// Its process number.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it has written on standard error.
    ///
    /// # Panics
    /// If the file is gone.
    #[must_use]
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.log.path()).expect("its log")).into_owned()
    }

    /// Writes one line as it is.
    ///
    /// # Panics
    /// If the program has ended.
    pub fn line(&mut self, line: &str) {
        if let Err(error) = writeln!(self.input, "{line}") {
            self.fail(&format!("{line:?} cannot be written: {error}"));
        }
    }

    /// Sends the command of that name with these fields.
    ///
    /// # Panics
    /// If the program has ended.
    pub fn tell(&mut self, name: &str, fields: Value) {
        let mut command = fields;
        command["command"] = name.into();
        self.line(&command.to_string());
    }

    /// The next event of that name.
    ///
    /// # Panics
    /// If none comes.
    pub fn event(&mut self, name: &str) -> Value {
        self.event_with(name, |_| true)
    }

    /// The next event of that name of which `fits` holds. Others before it are kept for later.
    ///
    /// # Panics
    /// If none comes.
    pub fn event_with(&mut self, name: &str, fits: impl Fn(&Value) -> bool) -> Value {
        match self.event_within(PATIENCE, name, fits) {
            Some((_, event)) => event,
            None => self.fail(&format!("no such event came: {name}")),
        }
    }

    /// The same with the moment at which it came, or nothing if none comes in time.
    ///
    /// # Panics
    /// If the program ends before.
    pub fn event_within(
        &mut self,
        patience: Duration,
        name: &str,
        fits: impl Fn(&Value) -> bool,
    ) -> Option<(Instant, Value)> {
        let wanted = |event: &Value| event["event"] == name && fits(event);
        let unread = self.unread.iter().position(|(_, event)| wanted(event));
        if let Some(event) = unread.and_then(|place| self.unread.remove(place)) {
            return Some(event);
        }
        let until = Instant::now() + patience;
        loop {
            match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok((at, line)) => {
                    let event = self.parse(line);
                    if wanted(&event) {
                        return Some((at, event));
                    }
                    self.unread.push_back((at, event));
                }
                Err(RecvTimeoutError::Timeout) => return None,
                Err(RecvTimeoutError::Disconnected) => {
                    self.fail(&format!("it ended before its event {name}"))
                }
            }
        }
    }

    /// The next error, which is `code`: its sentence.
    ///
    /// # Panics
    /// If it is another, or none comes.
    pub fn error(&mut self, code: &str) -> String {
        let error = self.event("error");
        if error["code"] != code {
            self.fail(&format!("{error} instead of {code}"));
        }
        error["text"].as_str().unwrap_or_default().to_owned()
    }

    /// The stage of that name.
    ///
    /// # Panics
    /// If it does not come.
    pub fn stage(&mut self, name: &str) -> Value {
        self.event_with("stage", |stage| stage["name"] == name)
    }

    /// The grant of `what`.
    ///
    /// # Panics
    /// If it does not come.
    pub fn granted(&mut self, what: &str) -> Value {
        self.event_with("granted", |granted| granted["what"] == what)
    }

    /// The end of the grant of `what`, or the No to it.
    ///
    /// # Panics
    /// If it does not come.
    pub fn revoked(&mut self, what: &str) -> Value {
        self.event_with("revoked", |revoked| revoked["what"] == what)
    }

    /// The question about `what`.
    ///
    /// # Panics
    /// If it does not come.
    pub fn asked(&mut self, what: &str) -> Value {
        self.event_with("ask", |ask| ask["what"] == what)
    }

    /// Answers the question about `what` with yes, once its time has come.
    ///
    /// # Panics
    /// If it does not come.
    pub fn allow(&mut self, what: &str) {
        let ask = self.asked(what);
        let wait = ask["wait_ms"].as_u64().expect("how long to wait");
        thread::sleep(Duration::from_millis(wait + 50));
        self.tell("answer", json!({"id": ask["id"], "allow": true}));
    }

    /// Answers the question about `what` with no.
    ///
    /// # Panics
    /// If it does not come.
    pub fn deny(&mut self, what: &str) {
        let ask = self.asked(what);
        self.tell("answer", json!({"id": ask["id"], "allow": false}));
    }

    /// Whether an event of that name has come that nobody took.
    #[must_use]
    pub fn has_unread(&mut self, name: &str) -> bool {
        self.has_unread_with(name, |_| true)
    }

    /// The same of an event of which `fits` holds.
    #[must_use]
    pub fn has_unread_with(&mut self, name: &str, fits: impl Fn(&Value) -> bool) -> bool {
        while let Ok((at, line)) = self.lines.try_recv() {
            let event = self.parse(line);
            self.unread.push_back((at, event));
        }
        self.unread.iter().any(|(_, event)| event["event"] == name && fits(event))
    }

    /// Waits for the program's end: its exit code.
    ///
    /// # Panics
    /// If it does not end, or ends by a signal.
    pub fn exit_code(&mut self) -> i32 {
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            if let Some(status) = self.child.try_wait().expect("a child of ours") {
                return status.code().unwrap_or_else(|| self.fail(&format!("it ended by {status}")));
            }
            thread::sleep(Duration::from_millis(10));
        }
        self.fail("it does not end")
    }

    /// Ends it as the kernel does, without a last word.
    ///
    /// # Panics
    /// If it has ended.
    pub fn kill(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it was ours");
    }

    /// Asks it to end, as the system does.
    ///
    /// # Panics
    /// If it has ended.
    pub fn terminate(&self) {
        self.signal(Signal::SIGTERM);
    }

    /// Stops it where it is, as when a lid is closed.
    ///
    /// # Panics
    /// If it has ended.
    pub fn suspend(&self) {
        self.signal(Signal::SIGSTOP);
    }

    /// Lets it go on.
    ///
    /// # Panics
    /// If it has ended.
    pub fn resume(&self) {
        self.signal(Signal::SIGCONT);
    }

    fn signal(&self, signal: Signal) {
        let process = Pid::from_raw(self.id().cast_signed());
        kill(process, signal).unwrap_or_else(|error| panic!("{signal} to the {}: {error}", self.name));
    }

    fn parse(&mut self, line: String) -> Value {
        let event = serde_json::from_str(&line);
        self.heard.push(line);
        event.unwrap_or_else(|error| self.fail(&format!("not JSON: {error}")))
    }

    fn fail(&mut self, problem: &str) -> ! {
        while let Ok((_, line)) = self.lines.try_recv() {
            self.heard.push(line);
        }
        self.heard.retain(|line| !line.contains(r#""event":"stats""#));
        panic!("the {}: {problem}\nit said:\n{}\nits log:\n{}", self.name, self.heard.join("\n"), self.log());
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if thread::panicking() {
            let logged = fs::read(self.log.path()).unwrap_or_default();
            let logged = String::from_utf8_lossy(&logged);
            eprintln!("the {} had said:\n{}\nand logged:\n{logged}", self.name, self.heard.join("\n"));
        }
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
