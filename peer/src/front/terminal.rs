//! Events as sentences for a person at a terminal, and typed lines as commands.
//!
//! What happens is said on standard output. A question is asked on the controlling terminal and nowhere else, so
//! that no pipe can answer it: what was typed ahead is thrown away when it appears and again when its wait is over;
//! only then the word to type is shown, and only that word, with Enter, is a yes. A No counts at any time, and
//! anything else leaves the question open. A line that answers nothing and is no `/command` is chat.

mod say;
mod tty;
mod typed;

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use entraide_common::texts::Texts;
use entraide_common::wire::control::Grant;
use tokio::sync::mpsc;

pub use say::{printable, sentence};
pub use typed::{Asking, Typed, typed};

use super::{Command, Event, Front, Heard};
use tty::{Speaker, Tty, Woken};

/// A write that takes longer was not to be seen meanwhile (Ctrl-S).
const STOOD_STILL: Duration = Duration::from_millis(500);

/// Says events.
#[derive(Debug)]
pub struct Terminal {
    texts: Arc<Texts>,
    out: io::Stdout,
    tty: Speaker,
    asked: Asked,
    /// The screens to choose from, as they were last told: what is heard again is told once.
    screens: Option<String>,
}

/// Hears lines.
#[derive(Debug)]
pub struct Listener {
    texts: Arc<Texts>,
    tty: Tty,
    asked: Asked,
}

/// The question that is open, shared by the one who asks and the one who listens. Nobody holds it while a terminal
/// is written to, which may take as long as Ctrl-S lasts.
type Asked = Arc<Mutex<Option<Question>>>;

#[derive(Debug, Clone, Copy)]
struct Question {
    id: u32,
    what: Grant,
    allow_from: Instant,
    /// Whether the word to type has been shown.
    prompted: bool,
}

/// Both halves, on the controlling terminal.
///
/// # Errors
/// There is none.
pub(super) fn open(texts: Arc<Texts>) -> io::Result<(Terminal, Listener)> {
    let (tty, speaker) = tty::open()?;
    let asked = Asked::default();
    let terminal = Terminal {
        texts: Arc::clone(&texts),
        out: io::stdout(),
        tty: speaker,
        asked: Arc::clone(&asked),
        screens: None,
    };
    Ok((terminal, Listener { texts, tty, asked }))
}

impl Front for Terminal {
    fn show(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::Ask { id, what, wait, .. } => self.ask(event, *id, *what, *wait),
            // The question itself has just said so, and its prompt is not to be pushed away.
            Event::Stage { .. } if lock(&self.asked).is_some() => Ok(()),
            _ => {
                self.forget(event);
                let sentence = sentence(event, &self.texts);
                if matches!(event, Event::Monitors { .. }) {
                    if sentence == self.screens {
                        return Ok(());
                    }
                    self.screens.clone_from(&sentence);
                }
                match sentence {
                    Some(sentence) => writeln!(self.out, "{sentence}"),
                    None => Ok(()),
                }
            }
        }
    }

    fn wants_figures(&self) -> bool {
        false
    }
}

impl Terminal {
    /// Asks; the wait begins when the question can be read.
    fn ask(&mut self, event: &Event, id: u32, what: Grant, wait: Duration) -> io::Result<()> {
        let sentence = sentence(event, &self.texts).unwrap_or_default();
        self.tty.forget_typed()?;
        self.tty.say(&format!("\n{sentence}\n"))?;
        let allow_from = Instant::now() + wait;
        *lock(&self.asked) = Some(Question { id, what, allow_from, prompted: false });
        self.tty.wake()
    }

    /// Closes the question if it was answered elsewhere or has no sense any more.
    fn forget(&self, event: &Event) {
        let mut open = lock(&self.asked);
        let over = match (event, &*open) {
            (Event::Granted { what, .. } | Event::Revoked { what, .. }, Some(question)) => {
                *what == question.what
            }
            (Event::Ended { .. }, Some(_)) => true,
            _ => false,
        };
        if over {
            *open = None;
        }
    }
}

impl Listener {
    /// Listens until the terminal is gone or nobody listens to this.
    pub(super) fn run(mut self, to: &mpsc::Sender<Heard>) {
        loop {
            let wait = self.until_prompt();
            let heard = match self.tty.wait(wait) {
                Err(_) | Ok(Woken::End) => return,
                Ok(Woken::Asked) => None,
                Ok(Woken::Time) => {
                    self.prompt();
                    None
                }
                Ok(Woken::Line(line)) => self.hear(&line),
            };
            if let Some(heard) = heard
                && to.blocking_send(heard).is_err()
            {
                return;
            }
        }
    }

    /// How long until the open question's word is to be shown, if it has not been.
    fn until_prompt(&self) -> Option<Duration> {
        let open = lock(&self.asked);
        let question = open.as_ref().filter(|question| !question.prompted)?;
        Some(question.allow_from.saturating_duration_since(Instant::now()))
    }

    /// Shows the word to type; only from then on it counts.
    fn prompt(&mut self) {
        let Some(id) = lock(&self.asked).filter(|question| !question.prompted).map(|question| question.id)
        else {
            return;
        };
        let (yes, no) = (self.texts.say("word-yes"), self.texts.say("word-no"));
        let prompt = self.texts.say_with("ask-answer", &[("yes", yes.into()), ("no", no.into())]);
        // A terminal that is gone is noticed by the next wait.
        let _ = self.tty.forget_typed().and_then(|()| self.say_unread(&format!("{prompt} ")));
        if let Some(question) = lock(&self.asked).as_mut().filter(|question| question.id == id) {
            question.prompted = true;
        }
    }

    /// Says something; what was typed while it could not be read is thrown away.
    fn say_unread(&mut self, text: &str) -> io::Result<()> {
        let begun = Instant::now();
        self.tty.say(text)?;
        if begun.elapsed() > STOOD_STILL { self.tty.forget_typed() } else { Ok(()) }
    }

    fn hear(&mut self, line: &[u8]) -> Option<Heard> {
        let asking = lock(&self.asked).map(|question| Asking { id: question.id, early: !question.prompted });
        match typed(&String::from_utf8_lossy(line), asking, &self.texts)? {
            Typed::Help => {
                let _ = self.tty.say(&format!("{}\n", self.texts.say("terminal-help")));
                None
            }
            Typed::Heard(heard) => {
                if let Heard::Command(Command::Answer { id, .. }) = heard {
                    lock(&self.asked).take_if(|question| question.id == id);
                }
                Some(heard)
            }
        }
    }
}

fn lock(asked: &Asked) -> MutexGuard<'_, Option<Question>> {
    // One value is replaced at a time, so a panic elsewhere leaves nothing half done.
    asked.lock().unwrap_or_else(PoisonError::into_inner)
}
