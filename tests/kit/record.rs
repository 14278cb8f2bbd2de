//! Records a display as a trace: `DISPLAY=:7 cargo run -p entraide-tests --bin record -- --seconds 10 desk.trc`.
//!
//! The display is watched by the product's own capture engine, with the damage it tells, and looked at so many times a
//! second; the cursor is not in the picture. `traces/README.md` tells how those of the repository were made.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};
use clap::Parser;
use entraide::desktop::{self, Capture, Desktop, Ended, Pixels};
use entraide_common::screen::{Picture, Rect};
use entraide_tests::trace::Recording;

/// How long a display may take to show its first picture.
const PATIENCE: Duration = Duration::from_secs(10);

/// Records a display as a trace.
#[derive(Parser)]
struct Arguments {
    /// For how long.
    #[arg(long, default_value_t = 10)]
    seconds: u32,
    /// How many times a second the display is looked at.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=240))]
    rate: u32,
    /// The file to write.
    trace: PathBuf,
}

/// What the display shows, and where it changed since it was looked at.
#[derive(Default)]
struct Seen {
    picture: Option<Picture>,
    damage: Vec<Rect>,
    ended: Option<Ended>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let desktop = desktop::open().map_err(|ended| anyhow!(ended))?;
    let seen = Arc::<Mutex<Seen>>::default();
    let watched = seen.clone();
    thread::spawn(move || {
        if let Err(ended) = watch(&desktop, &watched) {
            lock(&watched).ended = Some(ended);
        }
    });
    let first = first_picture(&seen)?;
    let mut recording = Recording::new(first.size(), arguments.rate);
    let begin = Instant::now();
    for frame in 0..arguments.seconds * arguments.rate {
        let due = Duration::from_secs(1) * frame / arguments.rate;
        thread::sleep(due.saturating_sub(begin.elapsed()));
        let Seen { picture, damage, ended } = &mut *lock(&seen);
        if let Some(ended) = ended {
            return Err(anyhow!(ended.clone()).context("the display ended"));
        }
        let picture = picture.as_ref().filter(|picture| picture.size() == first.size());
        let picture = picture.context("the display took another size")?;
        recording.add(u32::try_from(due.as_millis())?, picture, &std::mem::take(damage));
    }
    eprintln!("packing {}", arguments.trace.display());
    recording.save(&arguments.trace)
}

/// Keeps `seen` up to date until the display ends.
fn watch(desktop: &Desktop, seen: &Mutex<Seen>) -> Result<(), Ended> {
    let mut screen = desktop.open_screen()?;
    loop {
        if let Capture::Picture(pixels) = screen.next()? {
            paint(&mut lock(seen), &pixels);
        }
    }
}

fn paint(seen: &mut Seen, pixels: &Pixels<'_>) {
    let whole = [pixels.size.rect()];
    let is_new = seen.picture.as_ref().is_none_or(|picture| picture.size() != pixels.size);
    let damage = if is_new || pixels.damage.is_empty() { &whole } else { pixels.damage };
    if is_new {
        seen.picture = Some(Picture::black(pixels.size));
    }
    let Some(picture) = &mut seen.picture else { return };
    for &rect in damage {
        let corner = rect.y as usize * pixels.stride + rect.x as usize * 4;
        picture.write_bgrx(rect, pixels.bgrx.get(corner..).unwrap_or_default(), pixels.stride);
    }
    seen.damage.extend(damage);
}

fn first_picture(seen: &Mutex<Seen>) -> Result<Picture> {
    let begin = Instant::now();
    while begin.elapsed() < PATIENCE {
        if let Some(picture) = &lock(seen).picture {
            return Ok(picture.clone());
        }
        thread::sleep(Duration::from_millis(5));
    }
    Err(anyhow!("the display shows nothing"))
}

fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}
