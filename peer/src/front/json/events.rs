//! An event as one line.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use entraide_common::wire::control::{Monitor, MonitorChoice};
use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::super::Event;

/// `event` as one JSON object, without the end of the line.
#[must_use]
pub fn line(event: &Event) -> String {
    serde_json::to_string(&Object::of(event)).expect("strings and numbers can always be written as JSON")
}

/// The table of events in interface.md.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Object<'a> {
    Code { id: &'a str, digits: &'a str, expires: Option<String>, lan: bool },
    Invitation { name: &'a str, message: &'a str, expires: Option<String>, offers: &'static str },
    State { name: &'static str },
    Try { wrong: u32, left: u32 },
    Ask { id: u32, what: &'static str, who: Asker<'a>, wait_ms: u64 },
    Stage { name: &'static str, text: &'a str },
    Path { kind: &'static str, transport: &'static str, node: Option<&'a str>, rtt_ms: Option<f64> },
    Granted { what: &'static str, by: &'static str, reason: &'static str },
    Revoked { what: &'static str, by: &'static str, reason: &'static str },
    Chat { from: &'static str, text: &'a str },
    Monitors { monitors: Vec<Place>, shown: Shown, text: Option<&'a str> },
    Stats { frames: u64, bytes: u64, fps: f64, rtt_ms: Option<f64>, path: Option<&'static str> },
    Snapshot { path: &'a std::path::Path },
    Ended { by: &'static str, reason: &'static str },
    Error { code: &'static str, text: &'a str },
}

#[derive(Serialize)]
struct Asker<'a> {
    name: &'a str,
    peer: &'a str,
    proof: &'static str,
}

/// As the command `monitor` says it.
#[derive(Serialize)]
#[serde(untagged)]
enum Shown {
    Id(u32),
    Word(&'static str),
}

#[derive(Serialize)]
struct Place {
    id: u32,
    x: i32,
    y: i32,
    width: u32,
    height: u32,
    scale: f64,
    primary: bool,
}

impl<'a> Object<'a> {
    fn of(event: &'a Event) -> Self {
        match event {
            Event::Code { id, digits, expires, lan } => {
                Self::Code { id, digits, expires: timestamp(*expires), lan: *lan }
            }
            Event::Invitation { name, message, expires, offers } => {
                Self::Invitation { name, message, expires: timestamp(*expires), offers: offers.name() }
            }
            Event::State { name } => Self::State { name },
            Event::Try { wrong, left } => Self::Try { wrong: *wrong, left: *left },
            Event::Ask { id, what, who, wait } => Self::Ask {
                id: *id,
                what: what.name(),
                who: Asker { name: &who.name, peer: &who.peer, proof: who.proof },
                wait_ms: u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
            },
            Event::Stage { name, text } => Self::Stage { name, text },
            Event::Path(path) => Self::Path {
                kind: path.kind,
                transport: path.transport,
                node: path.node.as_deref(),
                rtt_ms: path.rtt.map(milliseconds),
            },
            Event::Granted { what, by, reason } => Self::Granted { what: what.name(), by, reason },
            Event::Revoked { what, by, reason } => Self::Revoked { what: what.name(), by, reason },
            Event::Chat { from, text } => Self::Chat { from, text },
            Event::Monitors { monitors, shown, text } => Self::Monitors {
                monitors: monitors.iter().map(Place::of).collect(),
                shown: Shown::of(*shown),
                text: text.as_deref(),
            },
            Event::Stats { frames, bytes, fps, rtt, path } => Self::Stats {
                frames: *frames,
                bytes: *bytes,
                fps: tenths(*fps),
                rtt_ms: rtt.map(milliseconds),
                path: *path,
            },
            Event::Snapshot { path } => Self::Snapshot { path },
            Event::Ended { by, reason, .. } => Self::Ended { by, reason },
            Event::Error { code, text } => Self::Error { code, text },
        }
    }
}

impl Shown {
    const fn of(choice: MonitorChoice) -> Self {
        match choice {
            MonitorChoice::All => Self::Word("all"),
            MonitorChoice::One(id) => Self::Id(id),
        }
    }
}

impl Place {
    fn of(monitor: &Monitor) -> Self {
        Self {
            id: monitor.id,
            x: monitor.x,
            y: monitor.y,
            width: monitor.width,
            height: monitor.height,
            scale: f64::from(monitor.scale_percent) / 100.0,
            primary: monitor.primary,
        }
    }
}

/// RFC 3339 in UTC to the second; `None` beyond the year 9999, which the format cannot say.
fn timestamp(at: SystemTime) -> Option<String> {
    let seconds = at.duration_since(UNIX_EPOCH).ok()?.as_secs();
    let date = OffsetDateTime::from_unix_timestamp(i64::try_from(seconds).ok()?).ok()?;
    date.format(&Rfc3339).ok()
}

/// Milliseconds with a tenth.
fn milliseconds(span: Duration) -> f64 {
    tenths(span.as_secs_f64() * 1000.0)
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
