//! A session shows what happens to whoever reads, and waits for nobody.

use std::io;
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use entraide::app::faces::Faces;
use entraide::app::words::remember_line;
use entraide::front::{Event, Front};
use entraide::ui::model::ChatLine;
use entraide_common::limits;

/// A front whose reader does something before it reads each event.
struct Reader<F> {
    before: F,
    read: Arc<Mutex<Vec<Event>>>,
}

impl<F: FnMut() -> io::Result<()> + Send> Front for Reader<F> {
    fn show(&mut self, event: &Event) -> io::Result<()> {
        (self.before)()?;
        self.read.lock().expect("no test panicked").push(event.clone());
        Ok(())
    }

    fn wants_figures(&self) -> bool {
        true
    }
}

fn faces(before: impl FnMut() -> io::Result<()> + Send + 'static) -> (Faces, Arc<Mutex<Vec<Event>>>) {
    let read = Arc::default();
    let front = Reader { before, read: Arc::clone(&read) };
    (Faces::new(None, Some(Box::new(front))), read)
}

fn line(number: usize) -> Event {
    Event::Chat { from: "host", text: number.to_string() }
}

const STATS: Event = Event::Stats { frames: 0, bytes: 0, fps: 0.0, rtt: None, path: None };

#[test]
fn a_front_that_does_not_read_stops_nobody() {
    let (go_on, stalled) = mpsc::channel::<()>();
    let (mut faces, read) = faces(move || {
        // Until the other end is dropped.
        let _ = stalled.recv();
        Ok(())
    });
    faces.say(&line(0));
    for _ in 0..100_000 {
        faces.say(&STATS);
    }
    assert!(faces.has_front(), "an hour of figures is no reason to give somebody up");
    for number in 1..10_000 {
        faces.say(&line(number));
    }
    assert!(!faces.has_front(), "whoever reads nothing of all that is gone");
    faces.say(&Event::Ended { by: "host", reason: "person", text: String::new() });
    assert!(faces.has_said_end(), "the session goes on to its end");
    assert!(read.lock().expect("no panic").is_empty());
    drop(go_on);
}

#[test]
fn a_slow_front_reads_everything_to_the_end() {
    let (mut faces, read) = faces(|| {
        std::thread::sleep(Duration::from_millis(5));
        Ok(())
    });
    let said: Vec<_> = (0..50).map(line).collect();
    said.iter().for_each(|event| faces.say(event));
    faces.close();
    assert_eq!(*read.lock().expect("no panic"), said);
}

#[test]
fn the_end_does_not_wait_for_ever() {
    let (go_on, stalled) = mpsc::channel::<()>();
    let (mut faces, read) = faces(move || {
        let _ = stalled.recv();
        Ok(())
    });
    faces.say(&line(0));
    faces.close();
    assert!(read.lock().expect("no panic").is_empty(), "nobody has read, and yet this is over");
    drop(go_on);
}

#[test]
fn a_closed_pipe_is_noticed() {
    let (mut faces, read) = faces(|| Err(io::ErrorKind::BrokenPipe.into()));
    faces.say(&line(0));
    for _ in 0..1_000 {
        faces.say(&STATS);
        std::thread::sleep(Duration::from_millis(5));
        if !faces.has_front() {
            break;
        }
    }
    assert!(!faces.has_front());
    assert!(read.lock().expect("no panic").is_empty());
}

#[test]
fn a_conversation_that_is_shown_is_bounded_in_all() {
    let mut chat: Arc<[ChatLine]> = Arc::default();
    for number in 0..1_000 {
        remember_line(&mut chat, ChatLine { own: false, text: number.to_string() });
    }
    assert_eq!(chat.len(), limits::CHAT_KEPT_LINES);
    assert_eq!(chat.last().map(|line| line.text.as_str()), Some("999"));
    for _ in 0..100 {
        remember_line(&mut chat, ChatLine { own: true, text: "é".repeat(limits::CHAT_CHARS) });
    }
    let chars: usize = chat.iter().map(|line| line.text.chars().count()).sum();
    assert!(chars <= limits::CHAT_KEPT_CHARS && chars > limits::CHAT_KEPT_CHARS - limits::CHAT_CHARS);
}
