//! Telling what was found: to a person in groups of lines, to a program as one JSON object a line.

use std::io::{self, Write as _};
use std::sync::Arc;

use entraide_common::limits;
use entraide_common::texts::Texts;
use serde_json::{Value, json};

use super::finding::{About, Finding};
use crate::exit::End;
use crate::front::{Event, json};

/// What it comes to.
pub(super) struct Verdict {
    /// Whether this computer can show its screen.
    pub(super) shows: bool,
    /// And lend mouse and keyboard.
    pub(super) lends: bool,
    /// Whether a session is possible from here, and if not, why.
    pub(super) end: End,
}

impl Verdict {
    fn helps(&self) -> bool {
        self.end == End::Normal
    }

    fn sentence(&self, texts: &Texts) -> String {
        match &self.end {
            End::Normal if self.lends => texts.say("doctor-end-all"),
            End::Normal if self.shows => texts.say("doctor-end-shows"),
            End::Normal => texts.say("doctor-end-helps"),
            end => end.sentence(texts),
        }
    }
}

/// Where it is told.
pub(super) struct Report {
    json: bool,
    texts: Arc<Texts>,
    group: Option<&'static str>,
    /// Whether a line that tells the time stands on the terminal.
    ticking: bool,
}

impl Report {
    pub(super) const fn new(json: bool, texts: Arc<Texts>) -> Self {
        Self { json, texts, group: None, ticking: false }
    }

    /// Says what will be done.
    pub(super) fn begin(&self) -> io::Result<()> {
        let seconds = limits::DOCTOR_TIME.as_secs();
        let text = self.texts.say_with("doctor-looking", &[("seconds", seconds.into())]);
        if self.json {
            return line(&json::line(&Event::Stage { name: "looking", text }));
        }
        line(&text)
    }

    /// Tells `findings`.
    pub(super) fn tell(&mut self, findings: &[Finding]) -> io::Result<()> {
        findings
            .iter()
            .try_for_each(|finding| if self.json { self.object(finding) } else { self.lines(finding) })
    }

    /// The sentences for telling the time, if somebody reads them.
    pub(super) fn shows_progress(&mut self, is_terminal: bool) -> Option<Arc<Texts>> {
        self.ticking = is_terminal && !self.json;
        self.ticking.then(|| self.texts.clone())
    }

    /// Takes the time away again.
    pub(super) fn clear(&mut self) {
        if std::mem::take(&mut self.ticking) {
            eprint!("\r\u{1b}[K");
        }
    }

    /// Says what it comes to.
    pub(super) fn close(&self, verdict: &Verdict) {
        let text = verdict.sentence(&self.texts);
        let said = if self.json {
            let ended = json!({
                "event": "ended",
                "by": "program",
                "reason": verdict.end.word(),
                "shows": verdict.shows,
                "lends": verdict.lends,
                "helps": verdict.helps(),
                "text": text,
            });
            line(&ended.to_string())
        } else {
            line(&format!("\n{text}"))
        };
        // The exit code says it too.
        let _ = said;
    }

    fn object(&self, finding: &Finding) -> io::Result<()> {
        let mut object = json!({
            "event": "finding",
            "about": finding.about.name(),
            "value": finding.value,
            "state": finding.state.name(),
            "text": finding.text(&self.texts),
            "advice": finding.advice(&self.texts),
        });
        for (name, value) in &finding.details {
            object[*name] = Value::clone(value);
        }
        line(&object.to_string())
    }

    fn lines(&mut self, finding: &Finding) -> io::Result<()> {
        // Why nothing can be told of partners has just been said.
        if finding.about == About::Partner && finding.value == "unknown" {
            return Ok(());
        }
        let group = group(finding.about);
        if self.group.replace(group) != Some(group) {
            line(&format!("\n{}", self.texts.say(group)))?;
        }
        let mark = self.texts.say(&format!("doctor-mark-{}", finding.state.name()));
        line(&format!("  {mark:<MARK$} {}", finding.text(&self.texts)))?;
        match finding.advice(&self.texts) {
            Some(advice) => line(&format!("  {:<MARK$} → {advice}", "")),
            None => Ok(()),
        }
    }
}

/// The width of the longest mark, characters.
const MARK: usize = 9;

/// The heading under which it stands.
const fn group(about: About) -> &'static str {
    match about {
        About::Display | About::Capture | About::Injection | About::Escape | About::Clipboard => {
            "doctor-head-computer"
        }
        About::Node => "doctor-head-node",
        About::Nat | About::Mapping | About::Ipv6 | About::Ipv4 => "doctor-head-network",
        About::Partner => "doctor-head-partner",
    }
}

/// One line, at once: what reads it may be waiting.
fn line(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}
