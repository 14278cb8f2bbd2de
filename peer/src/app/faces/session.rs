//! The faces during a session, with what both sides of one tell in the same way: the path, the figures of each second,
//! and what cannot be done.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use entraide_common::texts::Texts;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::Faces;
use crate::app::words;
use crate::front::{Event, Fault};
use crate::net::Path;
use crate::ui;
use crate::ui::model::View;

/// Frames and bytes of the picture and its films so far. Some threads count, another reads.
#[derive(Debug, Default)]
pub struct Tally {
    frames: AtomicU64,
    bytes: AtomicU64,
}

impl Tally {
    /// Counts a frame of so many bytes. True for the first.
    pub fn count(&self, bytes: usize) -> bool {
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
        self.frames.fetch_add(1, Ordering::Relaxed) == 0
    }
}

/// A session's faces.
pub struct SessionFaces<'a> {
    faces: &'a mut Faces,
    texts: Arc<Texts>,
    tally: Arc<Tally>,
    path: Option<Path>,
    /// The path that the windows show.
    shown_path: Option<Path>,
    last_frames: u64,
    /// Whether the other side is cut off.
    cut: bool,
}

impl<'a> SessionFaces<'a> {
    /// These faces for one session.
    #[must_use]
    pub fn new(faces: &'a mut Faces, texts: Arc<Texts>) -> Self {
        Self { faces, texts, tally: Arc::default(), path: None, shown_path: None, last_frames: 0, cut: false }
    }

    /// The sentences.
    #[must_use]
    pub fn texts(&self) -> &Texts {
        &self.texts
    }

    /// Where the session's frames are counted.
    #[must_use]
    pub fn tally(&self) -> Arc<Tally> {
        self.tally.clone()
    }

    /// Whether there is a front.
    #[must_use]
    pub fn has_front(&self) -> bool {
        self.faces.has_front()
    }

    /// The windows' handle.
    #[must_use]
    pub fn windows(&self) -> Option<ui::Handle> {
        self.faces.windows()
    }

    /// Replaces what the windows show.
    pub fn view(&self, view: View) {
        self.faces.view(view);
    }

    /// Says something on the front.
    pub fn say(&mut self, event: &Event) {
        self.faces.say(event);
    }

    /// Says that something cannot be done; `code` is a stable word with a sentence of its own.
    pub fn error(&mut self, code: &'static str) {
        let text = words::error(&self.texts, code);
        self.say(&Event::Error { code, text });
    }

    /// Says what was wrong with a line on the front.
    pub fn fault(&mut self, fault: &Fault) {
        let event = fault.event(&self.texts);
        self.say(&event);
    }

    /// Takes note of the path. True if the windows are to show it anew.
    pub fn path(&mut self, path: Path) -> bool {
        if words::is_another_path(self.path.as_ref(), &path) {
            self.say(&Event::Path(words::path_facts(&path)));
        }
        let felt = words::is_felt(self.shown_path.as_ref(), &path);
        if felt {
            self.shown_path = Some(path.clone());
        }
        self.path = Some(path);
        felt
    }

    /// Takes note of whether the other side is cut off: then there is no path to show.
    pub fn cut(&mut self, cut: bool) {
        self.cut = cut;
        if cut {
            (self.path, self.shown_path) = (None, None);
        }
    }

    /// Whether the other side is cut off.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.cut
    }

    /// The path as the windows show it.
    #[must_use]
    pub fn path_line(&self) -> String {
        self.shown_path.as_ref().map_or_else(String::new, |path| words::path(&self.texts, path))
    }

    /// The seconds of a session, if anybody is told [figures](Self::figures): an idle session is not woken for nobody.
    #[must_use]
    pub fn seconds(&self) -> Seconds {
        let every_second = || {
            let mut seconds = interval(Duration::from_secs(1));
            seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
            seconds
        };
        Seconds(self.faces.wants_figures().then(every_second))
    }

    /// Says the figures of the last second.
    pub fn figures(&mut self) {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let (frames, bytes) = (read(&self.tally.frames), read(&self.tally.bytes));
        let event = words::stats(frames, bytes, self.last_frames, self.path.as_ref());
        self.last_frames = frames;
        self.say(&event);
    }
}

/// Seconds that pass, or none ever.
#[derive(Debug)]
pub struct Seconds(Option<Interval>);

impl Seconds {
    /// Waits for the next. Nothing is lost if the wait is given up.
    pub async fn next(&mut self) {
        match &mut self.0 {
            Some(seconds) => drop(seconds.tick().await),
            None => std::future::pending().await,
        }
    }
}
