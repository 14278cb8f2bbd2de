//! What counts as a yes.
//!
//! A [`Prompt`] lives as long as one question's window. It is told what hand and keyboard did and when, and says
//! when that was an answer. It draws nothing and reads no clock, so that every trick can be tried on it.
//!
//! - Nothing counts before the window was drawn: who cannot have read the question has not answered it. The wait
//!   begins there too, however late that is.
//! - Allow takes a click that was pressed *and* let go on the button once the wait was over, or the shown word
//!   typed by itself after the wait: not while typing something else in which the word occurs, and only if nothing
//!   follows it at once. Enter and Space never allow, wherever they are pressed.
//! - Deny takes a click at any time, Esc at any time, and Enter or Space (it has the focus) once the wait is over,
//!   so that someone who was writing when the window came up does not refuse by accident either.
//! - Moving, resizing or leaving the window undoes a press that was not let go yet. Getting the keyboard does not: a
//!   click on a window without it may bring it only when the button is down already.

use std::time::{Duration, Instant};

/// Silence before the word's first letter, so that the end of another word is not an answer.
const BEFORE_WORD: Duration = Duration::from_secs(1);
/// Silence after the word's last letter, so that the beginning of another word is not an answer.
const AFTER_WORD: Duration = Duration::from_millis(600);

/// A person's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Yes.
    Allow,
    /// No.
    Deny,
}

/// The buttons of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The button that says yes.
    Allow,
    /// The button that says no.
    Deny,
    /// Anything else in the window.
    Elsewhere,
}

/// What was pressed on the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// Enter or Space.
    Confirm,
    /// Esc.
    Escape,
    /// A character, without Ctrl, Alt or Super.
    Character(char),
    /// Any other key.
    Other,
}

/// A question's life between window and answer.
#[derive(Debug)]
pub struct Prompt {
    wait: Duration,
    word: Vec<char>,
    drawn: Option<Instant>,
    pressed: Option<Press>,
    typed: Typed,
}

#[derive(Debug)]
struct Press {
    on: Target,
    at: Instant,
}

/// How far the word is.
#[derive(Debug)]
enum Typed {
    /// This many letters of the word, and when a key was last pressed.
    Letters { count: usize, last: Option<Instant> },
    /// All of it, at that time; it counts unless something follows.
    Word { at: Instant },
}

impl Prompt {
    /// A question that can be allowed once it has been seen for `wait`, by clicking or by typing `word`.
    #[must_use]
    pub fn new(wait: Duration, word: &str) -> Self {
        Self {
            wait,
            word: word.chars().flat_map(char::to_lowercase).collect(),
            drawn: None,
            pressed: None,
            typed: Typed::Letters { count: 0, last: None },
        }
    }

    /// The window shows the question. True the first time; later calls change nothing.
    pub fn drawn(&mut self, now: Instant) -> bool {
        let first = self.drawn.is_none();
        self.drawn.get_or_insert(now);
        first
    }

    /// Whether Allow works.
    #[must_use]
    pub fn ready(&self, now: Instant) -> bool {
        self.drawn.is_some_and(|drawn| now >= drawn + self.wait)
    }

    /// How much of the wait is over, 0 to 1.
    #[must_use]
    pub fn waited(&self, now: Instant) -> f32 {
        match self.drawn {
            None => 0.0,
            Some(_) if self.wait.is_zero() => 1.0,
            Some(drawn) => {
                let waited = now.saturating_duration_since(drawn);
                (waited.as_secs_f32() / self.wait.as_secs_f32()).min(1.0)
            }
        }
    }

    /// How many letters of the word are typed.
    #[must_use]
    pub fn letters(&self) -> usize {
        match self.typed {
            Typed::Letters { count, .. } => count,
            Typed::Word { .. } => self.word.len(),
        }
    }

    /// The left button went down over `on`.
    pub fn press(&mut self, on: Target, now: Instant) {
        self.pressed = self.drawn.is_some().then_some(Press { on, at: now });
    }

    /// The left button went up over `on`.
    pub fn release(&mut self, on: Target, now: Instant) -> Option<Answer> {
        let press = self.pressed.take()?;
        if press.on != on {
            return None;
        }
        match on {
            Target::Deny => Some(Answer::Deny),
            Target::Allow => (self.ready(press.at) && self.ready(now)).then_some(Answer::Allow),
            Target::Elsewhere => None,
        }
    }

    /// The window moved, changed its size, or lost the focus: what was begun before is not finished now.
    pub fn disturbed(&mut self, now: Instant) {
        self.pressed = None;
        self.focused(now);
    }

    /// The window got the focus: what is typed on into a window that took it is not meant for it.
    pub fn focused(&mut self, now: Instant) {
        self.typed = Typed::Letters { count: 0, last: Some(now) };
    }

    /// A key went down in the window. `repeat` says that it was held down rather than pressed again.
    pub fn key(&mut self, key: Key, repeat: bool, now: Instant) -> Option<Answer> {
        let before = self.last_key();
        let count = match self.typed {
            Typed::Letters { count, .. } => count,
            Typed::Word { .. } => self.word.len(),
        };
        self.typed = Typed::Letters { count: 0, last: Some(now) };
        match key {
            _ if self.drawn.is_none() || repeat => None,
            Key::Escape => Some(Answer::Deny),
            Key::Confirm => self.ready(now).then_some(Answer::Deny),
            Key::Character(character) if self.ready(now) => {
                self.typed = self.letter(character, count, before, now);
                None
            }
            Key::Character(_) | Key::Other => None,
        }
    }

    /// When [`Prompt::tick`] wants to be called, if it does.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        match self.typed {
            Typed::Word { at } => Some(at + AFTER_WORD),
            Typed::Letters { .. } => None,
        }
    }

    /// Time passed: a word after which nothing followed is an answer.
    pub fn tick(&mut self, now: Instant) -> Option<Answer> {
        (now >= self.deadline()?).then_some(Answer::Allow)
    }

    fn letter(&self, character: char, count: usize, before: Option<Instant>, now: Instant) -> Typed {
        let typed = |place: usize| character.to_lowercase().eq(self.word.get(place).copied());
        let quiet = before.is_none_or(|before| now.saturating_duration_since(before) >= BEFORE_WORD);
        let count = match count {
            0 if quiet && typed(0) => 1,
            0 => 0,
            _ if typed(count) => count + 1,
            _ if quiet && typed(0) => 1,
            _ => 0,
        };
        if count == self.word.len() {
            Typed::Word { at: now }
        } else {
            Typed::Letters { count, last: Some(now) }
        }
    }

    fn last_key(&self) -> Option<Instant> {
        match self.typed {
            Typed::Letters { last, .. } => last,
            Typed::Word { at } => Some(at),
        }
    }
}
