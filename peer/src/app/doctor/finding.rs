//! From what was seen to what is said about it.
//!
//! A finding is about something and has a value there, both stable words. Its sentence stands in Fluent under
//! `doctor-ABOUT-VALUE`, and what to do, where something can be done, under the same with `-do`.

use std::time::Duration;

use entraide_common::reach::{Outlook, Partner, Way};
use entraide_common::texts::Texts;
use fluent_bundle::FluentValue;
use serde_json::{Value, json};

use super::machine::Machine;
use crate::desktop::{self, Ended};
use crate::net::{Answer, Ipv4, Ipv6, NodeFound, Opening, Survey};

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// The display.
    Display,
    /// Showing it.
    Capture,
    /// Lending mouse and keyboard.
    Injection,
    /// Taking them back.
    Escape,
    /// The clipboard.
    Clipboard,
    /// One of the nodes.
    Node,
    /// How the internet sees this computer.
    Nat,
    /// What the router does when asked.
    Mapping,
    /// IPv6.
    Ipv6,
    /// IPv4, where this computer has none.
    Ipv4,
    /// One kind of partner.
    Partner,
}

impl About {
    /// The stable word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Display => "display",
            Self::Capture => "capture",
            Self::Injection => "injection",
            Self::Escape => "escape",
            Self::Clipboard => "clipboard",
            Self::Node => "node",
            Self::Nat => "nat",
            Self::Mapping => "mapping",
            Self::Ipv6 => "ipv6",
            Self::Ipv4 => "ipv4",
            Self::Partner => "partner",
        }
    }

    /// The values there are.
    #[must_use]
    pub const fn values(self) -> &'static [&'static str] {
        match self {
            Self::Display => &["works", "denied", "none", "wayland", "lacking", "failed"],
            Self::Capture | Self::Injection | Self::Escape => &["works", "failed"],
            Self::Clipboard => &["unshared"],
            Self::Node => &["none", "both", "quic", "tcp", "silent", "impostor"],
            Self::Nat => &["public", "easy", "hard", "blocked", "untold", "near", "unasked"],
            Self::Mapping => &["unneeded", "opened", "refused", "unasked"],
            Self::Ipv6 => &["works", "untried", "silent", "missing"],
            Self::Ipv4 => &["translated", "missing"],
            Self::Partner => &["direct", "relayed", "unknown"],
        }
    }
}

/// How it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Well.
    Well,
    /// Worth knowing.
    Note,
    /// Not well.
    Trouble,
}

impl State {
    /// The stable word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Well => "well",
            Self::Note => "note",
            Self::Trouble => "trouble",
        }
    }
}

/// One thing that was found.
#[derive(Debug, Clone)]
pub struct Finding {
    /// What it is about.
    pub about: About,
    /// What it is.
    pub value: &'static str,
    /// How that is.
    pub state: State,
    /// Why the display cannot be used, for a sentence of its own.
    cause: Option<Ended>,
    /// More for programs; strings and numbers among it fill the places of the sentence.
    pub details: Vec<(&'static str, Value)>,
}

impl Finding {
    const fn new(about: About, value: &'static str, state: State) -> Self {
        Self { about, value, state, cause: None, details: Vec::new() }
    }

    fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.details.push((name, value.into()));
        self
    }

    /// What is so.
    #[must_use]
    pub fn text(&self, texts: &Texts) -> String {
        let places: Vec<(&str, FluentValue<'_>)> = match self.about {
            About::Partner => self.partner_place(texts),
            _ => self.details.iter().filter_map(|(name, value)| Some((*name, place(value)?))).collect(),
        };
        texts.say_with(&self.key(), &places)
    }

    /// What to do about it, if anything.
    #[must_use]
    pub fn advice(&self, texts: &Texts) -> Option<String> {
        if let Some(cause) = &self.cause {
            return Some(desktop::sentence(cause, texts));
        }
        let key = format!("{}-do", self.key());
        texts.has(&key).then(|| texts.say(&key))
    }

    fn key(&self) -> String {
        format!("doctor-{}-{}", self.about.name(), self.value)
    }

    fn partner_place(&self, texts: &Texts) -> Vec<(&'static str, FluentValue<'_>)> {
        let name = self.details.iter().find_map(|(_, value)| value.as_str()).unwrap_or_default();
        let who = texts.say(&format!("doctor-who-{}", name.replace('_', "-")));
        vec![("who", who.into())]
    }
}

/// What a detail is in a sentence; lists are for programs.
fn place(value: &Value) -> Option<FluentValue<'_>> {
    match value {
        Value::String(text) => Some(text.as_str().into()),
        // A round trip of less than a millisecond is not none.
        Value::Number(number) => number.as_f64().map(|number| number.ceil().into()),
        Value::Null => Some("?".into()),
        _ => None,
    }
}

/// What this computer can show and lend.
pub(super) fn of_machine(machine: &Machine) -> Vec<Finding> {
    let mut findings = vec![display(&machine.display)];
    if let Some(parts) = &machine.parts {
        let layout = parts.monitors.as_ref();
        let sizes: Vec<String> = layout.map_or_else(
            |_| Vec::new(),
            |monitors| monitors.iter().map(|m| format!("{} × {}", m.width, m.height)).collect(),
        );
        let monitors: Vec<Value> = layout.map_or_else(
            |_| Vec::new(),
            |monitors| monitors.iter().map(|m| json!({"width": m.width, "height": m.height})).collect(),
        );
        let capture = part(About::Capture, &parts.monitors);
        findings.push(
            capture.with("count", sizes.len()).with("sizes", sizes.join(", ")).with("monitors", monitors),
        );
        findings.push(part(About::Injection, &parts.injection));
        findings.push(part(About::Escape, &parts.escape));
    }
    findings.push(Finding::new(About::Clipboard, "unshared", State::Note));
    findings
}

fn display(display: &Result<(), Ended>) -> Finding {
    let value = match display {
        Ok(()) => {
            let system = if cfg!(target_os = "linux") { "X11" } else { std::env::consts::OS };
            return Finding::new(About::Display, "works", State::Well).with("system", system);
        }
        Err(Ended::Denied) => "denied",
        Err(Ended::NoDisplay(_)) => "none",
        Err(Ended::Wayland) => "wayland",
        Err(Ended::NoExtension(_)) => "lacking",
        Err(Ended::Gone(_) | Ended::Failed(_)) => "failed",
    };
    Finding { cause: display.as_ref().err().cloned(), ..Finding::new(About::Display, value, State::Trouble) }
}

fn part<T>(about: About, tried: &Result<T, Ended>) -> Finding {
    match tried {
        Ok(_) => Finding::new(about, "works", State::Well),
        Err(cause) => Finding { cause: Some(cause.clone()), ..Finding::new(about, "failed", State::Trouble) },
    }
}

/// That no node is set.
pub(super) const fn no_node() -> Finding {
    Finding::new(About::Node, "none", State::Trouble)
}

/// What was found in the network.
pub(super) fn of_survey(survey: &Survey) -> Vec<Finding> {
    let mut findings: Vec<Finding> = survey.nodes.iter().map(node).collect();
    findings.push(nat(survey.outlook));
    let (value, state) = match survey.opening {
        Opening::Unneeded => ("unneeded", State::Well),
        Opening::Opened => ("opened", State::Well),
        Opening::Refused => ("refused", State::Note),
        Opening::Unasked => ("unasked", State::Note),
    };
    findings.push(Finding::new(About::Mapping, value, state));
    let (value, state) = match survey.ipv6 {
        Ipv6::Works => ("works", State::Well),
        Ipv6::Untried => ("untried", State::Note),
        Ipv6::Silent => ("silent", State::Note),
        Ipv6::Missing => ("missing", State::Note),
    };
    findings.push(Finding::new(About::Ipv6, value, state));
    match survey.ipv4 {
        Ipv4::Here => {}
        Ipv4::Translated => findings.push(Finding::new(About::Ipv4, "translated", State::Well)),
        Ipv4::Missing => findings.push(Finding::new(About::Ipv4, "missing", State::Note)),
    }
    if survey.outlook != Outlook::Unasked {
        findings.extend(Partner::ALL.map(|partner| expected(survey, partner)));
    }
    findings
}

fn node(found: &NodeFound) -> Finding {
    use Answer::{Impostor, Proven};
    let (value, state) = match (found.quic, found.tcp) {
        (Proven { .. }, Proven { .. }) => ("both", State::Well),
        (Proven { .. }, _) => ("quic", State::Note),
        (_, Proven { .. }) => ("tcp", State::Note),
        (Impostor, _) | (_, Impostor) => ("impostor", State::Trouble),
        _ => ("silent", State::Trouble),
    };
    Finding::new(About::Node, value, state)
        .with("node", found.address.to_string())
        .with("quic_ms", milliseconds(found.quic))
        .with("tcp_ms", milliseconds(found.tcp))
}

/// The round trip, in milliseconds and tenths of them; null if there was none.
fn milliseconds(answer: Answer) -> Option<f64> {
    let Answer::Proven { rtt } = answer else { return None };
    rtt.map(|rtt: Duration| (rtt.as_secs_f64() * 10_000.0).round() / 10.0)
}

fn nat(outlook: Outlook) -> Finding {
    let state = match outlook {
        Outlook::Public | Outlook::Easy => State::Well,
        Outlook::Hard | Outlook::Blocked | Outlook::Untold | Outlook::Near | Outlook::Unasked => State::Note,
    };
    Finding::new(About::Nat, outlook.name(), state)
}

fn expected(survey: &Survey, partner: Partner) -> Finding {
    let here = survey.outlook.standing(survey.opening == Opening::Opened);
    let (value, state) = match here.map(|here| here.way_to(partner.standing())) {
        Some(Way::Direct) => ("direct", State::Well),
        Some(Way::Relayed) => ("relayed", State::Note),
        None => ("unknown", State::Note),
    };
    Finding::new(About::Partner, value, state).with("partner", partner.name())
}
