//! What a typed line means.

use std::path::PathBuf;

use entraide_common::limits;
use entraide_common::texts::Texts;
use entraide_common::wire::control::{Grant, MonitorChoice, Spot};

use super::super::{Command, Fault, Heard};

/// The open question, as far as a line matters to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asking {
    /// The question.
    pub id: u32,
    /// Whether it is too early for a yes.
    pub early: bool,
}

/// What was typed.
#[derive(Debug, PartialEq)]
pub enum Typed {
    /// For the session.
    Heard(Heard),
    /// The person asks what can be typed.
    Help,
}

/// Every word of a command in both languages: people type what they remember.
const WORDS: [(&[&str], Word); 10] = [
    (&["control", "contrôle", "controle", "c"], Word::Control),
    (&["point", "montrer"], Word::Point),
    (&["release", "rendre", "r"], Word::Release),
    (&["pause", "p"], Word::Pause),
    (&["resume", "reprendre"], Word::Resume),
    (&["monitor", "écran", "ecran"], Word::Monitor),
    (&["snapshot", "photo"], Word::Snapshot),
    (&["stop", "s"], Word::Stop),
    (&["quit", "quitter", "q"], Word::Quit),
    (&["help", "aide", "h", "?"], Word::Help),
];

#[derive(Clone, Copy)]
enum Word {
    Control,
    Point,
    Release,
    Pause,
    Resume,
    Monitor,
    Snapshot,
    Stop,
    Quit,
    Help,
}

/// What `line` means while `asking`; `None` if it means nothing.
#[must_use]
pub fn typed(line: &str, asking: Option<Asking>, texts: &Texts) -> Option<Typed> {
    let line = line.trim();
    if let Some(command) = line.strip_prefix('/').filter(|command| !is_address(command)) {
        return Some(slash(command));
    }
    let heard = match asking {
        Some(asking) => answer(line, asking, texts),
        None if line.is_empty() => return None,
        None => chat(line),
    };
    Some(Typed::Heard(heard.map_or_else(Heard::Fault, Heard::Command)))
}

/// Whether what follows a slash goes on like an address or a path, which are no commands.
fn is_address(command: &str) -> bool {
    command.split(char::is_whitespace).next().is_some_and(|word| word.contains('/'))
}

fn answer(line: &str, asking: Asking, texts: &Texts) -> Result<Command, Fault> {
    let word = line.to_lowercase();
    if matches!(word.as_str(), "non" | "no" | "n") {
        return Ok(Command::Answer { id: asking.id, allow: false });
    }
    if word != texts.say("word-yes") {
        return Err(Fault::NoAnswer);
    }
    if asking.early {
        return Err(Fault::TooEarly);
    }
    Ok(Command::Answer { id: asking.id, allow: true })
}

fn chat(line: &str) -> Result<Command, Fault> {
    // A terminal may deliver control characters (a pasted tab is welcome, an escape sequence is not).
    let line: String = line.chars().filter(|c| !c.is_control() || *c == '\t').collect();
    if line.chars().count() > limits::CHAT_CHARS {
        return Err(Fault::TooLong);
    }
    Ok(Command::Chat(line))
}

fn slash(typed: &str) -> Typed {
    let (name, rest) = typed.split_once(char::is_whitespace).unwrap_or((typed, ""));
    let lower = name.to_lowercase();
    let Some((_, word)) = WORDS.iter().find(|(names, _)| names.contains(&lower.as_str())) else {
        let shown = name.chars().filter(|c| !c.is_control()).take(limits::NAME_CHARS).collect();
        return Typed::Heard(Heard::Fault(Fault::UnknownCommand(shown)));
    };
    let command = match word {
        Word::Help => return Typed::Help,
        Word::Control => Ok(Command::Request(Grant::Control)),
        Word::Point => point(rest.trim()),
        Word::Release => Ok(Command::Release),
        Word::Pause => Ok(Command::Pause(true)),
        Word::Resume => Ok(Command::Pause(false)),
        Word::Stop => Ok(Command::Stop),
        Word::Quit => Ok(Command::Quit),
        Word::Monitor => monitor(rest.trim()),
        Word::Snapshot if rest.trim().is_empty() => Err(Fault::Malformed("/snapshot FILE".to_owned())),
        Word::Snapshot => Ok(Command::Snapshot(PathBuf::from(rest.trim()))),
    };
    Typed::Heard(command.map_or_else(Heard::Fault, Heard::Command))
}

/// Asks for it, or does it.
fn point(at: &str) -> Result<Command, Fault> {
    let numbers: Result<Vec<i32>, _> = at.split_whitespace().map(str::parse).collect();
    match numbers.as_deref() {
        Ok([]) => Ok(Command::Request(Grant::Point)),
        Ok(&[x, y]) => Ok(Command::Point(Spot { x, y })),
        _ => Err(Fault::Malformed("/point, /point X Y".to_owned())),
    }
}

fn monitor(which: &str) -> Result<Command, Fault> {
    match which {
        "all" | "tous" => Ok(Command::Monitor(MonitorChoice::All)),
        _ => match which.parse() {
            Ok(number) => Ok(Command::NumberedMonitor(number)),
            Err(_) => Err(Fault::Malformed("/monitor 1, /monitor all".to_owned())),
        },
    }
}
