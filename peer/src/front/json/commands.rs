//! A line as a command.

use std::path::PathBuf;

use entraide_common::input::{Button, KeyCode};
use entraide_common::limits;
use entraide_common::wire::control::{Grant, MonitorChoice, Spot};
use entraide_common::wire::input::Act;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::super::{Command, Fault};

/// Commands of the contract that this version answers with `unsupported`.
const LATER: [&str; 5] = ["send", "accept", "refuse", "cancel", "clipboard"];

/// The command in `line`.
///
/// # Errors
/// See [`Fault`].
pub fn command(line: &[u8]) -> Result<Command, Fault> {
    if line.len() > limits::COMMAND_LINE_BYTES {
        return Err(Fault::TooLong);
    }
    let mut fields: Map<String, Value> = serde_json::from_slice(line).map_err(|e| malformed(&e))?;
    let Some(Value::String(name)) = fields.remove("command") else {
        return Err(Fault::Malformed("no \"command\"".to_owned()));
    };
    match name.as_str() {
        "answer" => answer(&read(fields)?),
        "request" => request(&read(fields)?),
        "release" => Ok(Command::Release),
        "chat" => chat(read(fields)?),
        "key" => key(&read(fields)?),
        "text" => text(read(fields)?),
        "pointer" => Ok(pointer(&read(fields)?)),
        "point" => read(fields).map(|At { x, y }| Command::Point(Spot { x, y })),
        "button" => button(&read(fields)?),
        "wheel" => read(fields).map(|Wheel { dx, dy }| Command::Act(Act::Wheel { dx, dy })),
        "monitor" => monitor(&read(fields)?),
        "snapshot" => read(fields).map(|Snapshot { path }| Command::Snapshot(path)),
        "pause" => Ok(Command::Pause(true)),
        "resume" => Ok(Command::Pause(false)),
        "stop" => Ok(Command::Stop),
        "quit" => Ok(Command::Quit),
        other => Err(match LATER.iter().find(|later| **later == other) {
            Some(later) => Fault::Unsupported(later),
            None => Fault::UnknownCommand(other.chars().take(limits::NAME_CHARS).collect()),
        }),
    }
}

#[derive(Deserialize)]
struct Answer {
    id: u32,
    allow: Option<bool>,
    text: Option<String>,
}

/// No question of this version is answered by a text.
fn answer(fields: &Answer) -> Result<Command, Fault> {
    match (fields.allow, &fields.text) {
        (Some(allow), _) => Ok(Command::Answer { id: fields.id, allow }),
        (None, Some(_)) => Err(Fault::Unsupported("answer")),
        (None, None) => Err(Fault::Malformed("missing field `allow`".to_owned())),
    }
}

#[derive(Deserialize)]
struct Request {
    what: String,
}

fn request(fields: &Request) -> Result<Command, Fault> {
    match Grant::of_name(&fields.what) {
        Some(grant @ (Grant::View | Grant::Point | Grant::Control)) => Ok(Command::Request(grant)),
        Some(grant) => Err(Fault::Unsupported(grant.name())),
        None => {
            let names = Grant::ALL.map(Grant::name).join(", ");
            Err(Fault::Malformed(format!("`what` is one of {names}")))
        }
    }
}

#[derive(Deserialize)]
struct Text {
    text: String,
}

fn chat(fields: Text) -> Result<Command, Fault> {
    plain(&fields.text)?;
    if fields.text.chars().count() > limits::CHAT_CHARS {
        return Err(Fault::Malformed(format!("a chat line has at most {} characters", limits::CHAT_CHARS)));
    }
    Ok(Command::Chat(fields.text))
}

fn text(fields: Text) -> Result<Command, Fault> {
    plain(&fields.text)?;
    Ok(Command::Act(Act::Text(fields.text)))
}

/// What the wire admits in a text: the other side would take anything else for a broken peer.
fn plain(text: &str) -> Result<(), Fault> {
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(Fault::Malformed(
            "control characters other than \"\\n\" and \"\\t\" in `text`".to_owned(),
        ));
    }
    Ok(())
}

#[derive(Deserialize)]
struct Key {
    code: String,
    down: bool,
}

fn key(fields: &Key) -> Result<Command, Fault> {
    let Some(code) = KeyCode::of_name(&fields.code) else {
        let example = "a W3C name of a key such as \"KeyA\" or \"ShiftLeft\"";
        return Err(Fault::Malformed(format!("`code` is {example}")));
    };
    Ok(Command::Act(Act::Key { code, down: fields.down }))
}

#[derive(Deserialize)]
struct Pointer {
    x: i32,
    y: i32,
    monitor: Option<u32>,
}

fn pointer(fields: &Pointer) -> Command {
    let Pointer { x, y, monitor } = *fields;
    match monitor {
        Some(monitor) => Command::PointerOn { monitor, x, y },
        None => Command::Act(Act::Pointer { x, y }),
    }
}

#[derive(Deserialize)]
struct At {
    x: i32,
    y: i32,
}

#[derive(Deserialize)]
struct Press {
    n: u8,
    down: bool,
}

fn button(fields: &Press) -> Result<Command, Fault> {
    if !(1..=3).contains(&fields.n) {
        return Err(Fault::Malformed("`n` is 1 (left), 2 (middle) or 3 (right)".to_owned()));
    }
    Ok(Command::Act(Act::Button { button: Button(fields.n), down: fields.down }))
}

/// A wheel that turns one way only may leave the other out.
#[derive(Deserialize)]
struct Wheel {
    #[serde(default)]
    dx: i16,
    #[serde(default)]
    dy: i16,
}

#[derive(Deserialize)]
struct Choice {
    id: Value,
}

fn monitor(fields: &Choice) -> Result<Command, Fault> {
    let number = fields.id.as_u64().and_then(|id| u32::try_from(id).ok());
    match number {
        Some(id) => Ok(Command::Monitor(MonitorChoice::One(id))),
        None if fields.id == "all" => Ok(Command::Monitor(MonitorChoice::All)),
        None => Err(Fault::Malformed("`id` is a monitor's number or \"all\"".to_owned())),
    }
}

#[derive(Deserialize)]
struct Snapshot {
    path: PathBuf,
}

fn read<T: DeserializeOwned>(fields: Map<String, Value>) -> Result<T, Fault> {
    serde_json::from_value(Value::Object(fields)).map_err(|e| malformed(&e))
}

fn malformed(error: &serde_json::Error) -> Fault {
    // An error may quote what was sent: enough of it to find the place, not the whole line back.
    Fault::Malformed(error.to_string().chars().take(limits::REASON_CHARS).collect())
}
