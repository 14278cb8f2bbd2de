//! Events as JSON objects, one a line, and lines as commands.
//!
//! Field names, units and their order of birth are the contract of interface.md. Whatever is unknown at the time is
//! `null`. A reader ignores fields it does not know; a command it does not know is answered and the session goes on.

mod commands;
mod events;

pub use commands::command;
pub use events::line;

use std::io::{self, Write};

use entraide_common::limits;
use entraide_common::wire::input::Act;
use tokio::sync::mpsc;

use super::lines::{Input, Line};
use super::{Command, Event, Fault, Front, Heard};

/// Writes events to `out`.
#[derive(Debug)]
pub struct Json<W> {
    out: W,
}

impl<W: Write + Send> Json<W> {
    /// To `out`, which is flushed after every line.
    pub const fn new(out: W) -> Self {
        Self { out }
    }
}

impl<W: Write + Send> Front for Json<W> {
    fn show(&mut self, event: &Event) -> io::Result<()> {
        let mut bytes = line(event).into_bytes();
        bytes.push(b'\n');
        self.out.write_all(&bytes)?;
        self.out.flush()
    }

    fn wants_figures(&self) -> bool {
        true
    }
}

/// Reads commands until the input ends or nobody listens.
pub(super) fn listen(mut input: Input, to: &mpsc::Sender<Heard>) {
    while let Ok(Some(line)) = input.line() {
        for heard in hear(&line) {
            if to.blocking_send(heard).is_err() {
                return;
            }
        }
    }
}

/// What a line says: nothing if it is blank, one thing, or a long text in pieces.
#[must_use]
pub fn hear(line: &Line) -> Vec<Heard> {
    match line {
        Line::TooLong => vec![Heard::Fault(Fault::TooLong)],
        Line::Whole(bytes) if bytes.iter().all(u8::is_ascii_whitespace) => Vec::new(),
        Line::Whole(bytes) => match command(bytes) {
            Ok(Command::Act(Act::Text(text))) => pieces(&text)
                .into_iter()
                .map(|piece| Heard::Command(Command::Act(Act::Text(piece))))
                .collect(),
            Ok(command) => vec![Heard::Command(command)],
            Err(fault) => vec![Heard::Fault(fault)],
        },
    }
}

/// `text` in pieces that fit one input message each.
fn pieces(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    characters.chunks(limits::INPUT_TEXT_CHARS).map(|piece| piece.iter().collect()).collect()
}
