//! Moving pictures: a film comes out as it went in, as well as its budget allows, and what decodes it can do nothing else.

#[path = "video/cage.rs"]
mod cage;
#[path = "video/child.rs"]
mod child;
#[path = "video/film.rs"]
mod film;
#[path = "video/frames.rs"]
mod frames;

use std::path::{Path, PathBuf};
use std::time::Duration;

use entraide::video::{Budget, Decode, Decoders, Encode, encoder};
use entraide_common::screen::{Picture, Rect, Size};
use entraide_common::wire::video::VideoCodec;
use entraide_tests::programs;
use entraide_tests::trace::Trace;

/// Where the film is in its trace, and a little of what stands beside it.
const REGION: Rect = Rect { x: 16, y: 99, width: 656, height: 376 };
const RATE: u32 = 1_300_000;
const BUDGET: Budget = Budget { bits_per_second: RATE, since_last: Duration::from_millis(33) };

/// Half a second of a film, as pictures of the screen: forwards and backwards, for as many frames as it takes.
fn film(frames: usize) -> Vec<Picture> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("traces/W5-cut.trc");
    let mut trace = Trace::open(&path).expect("a trace of the repository");
    let mut pictures: Vec<Picture> = Vec::new();
    while let Some(moment) = trace.step().expect("a whole trace") {
        if !moment.damage.is_empty() {
            pictures.push(trace.picture().clone());
        }
    }
    let back: Vec<Picture> = pictures.iter().rev().skip(1).cloned().collect();
    pictures.extend(back);
    pictures.into_iter().cycle().take(frames).collect()
}

/// A picture without a film: stripes that wander.
fn stripes(size: Size, moment: u32) -> Picture {
    let mut picture = Picture::black(size);
    for (place, pixel) in (0..).zip(picture.pixels_mut()) {
        let (x, y) = (place % size.width, place / size.width);
        let wave = ((x + y * 2 + moment * 3) % 256).abs_diff(128);
        *pixel = wave << 16 | (y % 128) << 8 | (255 - wave);
    }
    picture
}

fn open_encoder(size: Size) -> Box<dyn Encode> {
    encoder(VideoCodec::H264, size).expect("a size that fits")
}

/// A program of its own for each test, so that its children are told apart from others'.
struct Program {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

impl Program {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = programs::entraide(folder.path()).expect("the program builds");
        Self { path: path.canonicalize().expect("it is there"), _folder: folder }
    }

    fn decoders(&self) -> Decoders {
        let decoders = Decoders::of(self.path.clone());
        assert_eq!(decoders.codecs(), [VideoCodec::H264], "a Linux without seccomp");
        decoders
    }

    fn open(&self, size: Size) -> Box<dyn Decode> {
        self.decoders().open(VideoCodec::H264, size).expect("a decoder starts")
    }

    /// The processes that run it.
    fn running(&self) -> Vec<i32> {
        let processes = std::fs::read_dir("/proc").expect("a Linux").flatten();
        let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        numbers
            .filter(|pid| std::fs::read_link(format!("/proc/{pid}/exe")).is_ok_and(|exe| exe == self.path))
            .collect()
    }

    /// Whether nothing of it is left, not even a process that nobody reaped.
    fn is_gone(&self) -> bool {
        let own = std::process::id();
        let children = std::fs::read_to_string(format!("/proc/self/task/{own}/children")).unwrap_or_default();
        let is_dead = |child: &str| {
            let stat = std::fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
            stat.contains("(entraide) Z")
        };
        self.running().is_empty() && !children.split_whitespace().any(is_dead)
    }
}

/// Waits for what happens soon.
fn soon(what: &str, is: impl Fn() -> bool) {
    for _ in 0..1000 {
        if is() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("{what} did not happen within ten seconds");
}

/// Decibels of what `shown` shows against what `picture` shows in `rect`.
fn fidelity(picture: &Picture, rect: Rect, shown: &Picture) -> f64 {
    let pairs = picture.rows(rect).flatten().zip(shown.pixels());
    let of = |pixel: &u32| pixel.to_le_bytes().map(f64::from);
    let error: f64 = pairs
        .map(|(one, other)| {
            of(one).iter().zip(of(other)).map(|(one, other)| (one - other).powi(2)).sum::<f64>()
        })
        .sum();
    10.0 * (255.0 * 255.0 * 3.0 * rect.area() as f64 / error.max(1.0)).log10()
}
