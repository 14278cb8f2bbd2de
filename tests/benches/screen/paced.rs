//! The same codec where bytes are short: photographs nearly true while they move, exact when they stand still.
//!
//! The link and the clock are made up; what is decided on them is the product's own (`media::budget`). A frame is
//! encoded when the one before has crossed the link, as `media::stage` does it, so on a slow link there are fewer, and
//! each shows the newest screen. The processor's time is not part of it.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use entraide::media::budget;
use entraide_common::screen::{Decoder, Encoder, Picture, Rect, Refinement, STILL, Size, Tolerance};
use entraide_tests::trace::{Moment, Trace};

use crate::cost::{Cost, Film, Noise, Time, Truth};
use crate::filmed::Filmed;
use crate::ours::worked;

/// A link, as the tables call it.
pub(crate) struct Link {
    pub(crate) name: &'static str,
    /// Bits a second.
    rate: f64,
    /// Whether films go through a video codec.
    films: bool,
}

/// What the video codecs beside it are set to, and a third of it.
pub(crate) const LINKS: &[Link] = &[
    Link { name: "Entraide on 3.1 Mbit/s", rate: 3_110_000.0, films: true },
    Link { name: "Entraide on 1 Mbit/s", rate: 1_000_000.0, films: true },
    Link { name: "Entraide on 3.1 Mbit/s, no films", rate: 3_110_000.0, films: false },
];

/// Sends a trace over a link and then waits until all is exact.
///
/// # Errors
/// If a pixel was farther from the truth than it may be, or not exact in the end.
pub(crate) fn replay(link: &Link, path: &Path) -> Result<Cost> {
    let mut trace = Trace::open(path)?;
    let size = trace.picture().size();
    let film = link.films.then(|| Filmed::new(size)).transpose()?;
    let mut way = Way::new(size, link.rate, film)?;
    let mut changed = 0;
    while let Some(Moment { milliseconds, damage }) = trace.step()? {
        let now = Duration::from_millis(milliseconds.into());
        way.run(now)?;
        way.now = now;
        for &rect in &damage {
            way.screen.copy_rect_from(trace.picture(), rect);
        }
        changed += usize::from(!damage.is_empty());
        if let Some(film) = &mut way.film {
            film.paints += u32::from(!damage.is_empty());
        }
        way.damage.extend(damage);
    }
    way.run(Duration::MAX)?;
    ensure!(way.canvas == way.screen, "not exact in the end");
    let film = way.film.take();
    let (shots, bytes) = film.as_ref().map_or((0, 0), |film| (film.shots, film.bytes));
    let film = film.filter(|film| film.shots > 0);
    way.encode.extend(film.iter().flat_map(|film| &film.encode));
    Ok(Cost {
        first: way.first,
        after: way.moving + way.refined + bytes,
        refined: Some(way.refined),
        film: film.map(|film| Film { shots, bytes, decibel: film.noise.decibel() }),
        changed,
        sent: way.decode.len() + shots,
        encode: Time::Each(way.encode.split_off(1)),
        decode: Time::Each(way.decode.split_off(1)),
        truth: Truth::AtRest { moving: way.noise.decibel(), after: way.free.saturating_sub(way.moved) },
    })
}

/// The screen, the link, and both its ends.
struct Way {
    /// Bits a second.
    rate: f64,
    screen: Picture,
    damage: Vec<Rect>,
    now: Duration,
    encoder: Encoder,
    /// When something may be made exact.
    due: Option<Duration>,
    /// Whether the last frame was for that.
    has_refined: bool,
    /// When what was sent has crossed the link, and when what moved had.
    free: Duration,
    moved: Duration,
    decoder: Decoder,
    canvas: Picture,
    /// Bytes of the first screen, of what moved, and of what was made exact.
    first: usize,
    moving: usize,
    refined: usize,
    noise: Noise,
    encode: Vec<Duration>,
    decode: Vec<Duration>,
    film: Option<Filmed>,
    /// How long the last frame took to encode.
    took: Duration,
}

impl Way {
    fn new(size: Size, rate: f64, film: Option<Filmed>) -> Result<Self> {
        Ok(Self {
            film,
            took: Duration::ZERO,
            rate,
            screen: Picture::black(size),
            damage: Vec::new(),
            now: Duration::ZERO,
            encoder: Encoder::new(size),
            due: None,
            has_refined: false,
            free: Duration::ZERO,
            moved: Duration::ZERO,
            decoder: Decoder::new(),
            canvas: Picture::black(Size::new(1, 1).context("a picture of one pixel")?),
            first: 0,
            moving: 0,
            refined: 0,
            noise: Noise::default(),
            encode: Vec::new(),
            decode: Vec::new(),
        })
    }

    /// What happens until then if the screen stays as it is.
    fn run(&mut self, until: Duration) -> Result<()> {
        loop {
            let room = self.now.max(self.free);
            let encode = (!self.damage.is_empty()).then_some(room);
            let rest = self.film.as_ref().and_then(Filmed::rest);
            let refine = [self.due, rest].into_iter().flatten().min().map(|due| due.max(room));
            let shoot = self.film.as_ref().and_then(|film| film.next(room));
            let all = [encode, refine, shoot].into_iter().flatten();
            let next = all.min().filter(|&next| next < until);
            let Some(next) = next else { return Ok(()) };
            self.now = next;
            // If both can be done, they take turns.
            if encode == Some(next) && (refine != encode || self.has_refined) {
                self.encode()?;
            } else if refine == Some(next) {
                self.refine()?;
            } else {
                self.shoot()?;
            }
        }
    }

    fn encode(&mut self) -> Result<()> {
        self.has_refined = false;
        let damage = std::mem::take(&mut self.damage);
        self.draw(&damage)?;
        let carried = self.carried(Duration::from_secs(1));
        if let Some(film) = &mut self.film {
            film.learn(&self.screen, self.encoder.changes(), self.now, carried, self.took);
        }
        Ok(())
    }

    /// The frame of what changed, and of what the film leaves.
    fn draw(&mut self, damage: &[Rect]) -> Result<()> {
        let held = self.film.as_mut().map(|film| film.hold(&self.screen, damage, &self.damage, self.now));
        let damage = held.as_deref().unwrap_or(damage);
        let bytes = self.carried(budget::FRAME_TIME);
        let tolerance = |pixels| budget::tolerance(pixels, bytes);
        let begin = worked()?;
        let picture = self.film.as_ref().map_or(&self.screen, |film| film.picture(&self.screen));
        let frame = self.encoder.encode_within(picture, damage, self.now, tolerance);
        let encoded = worked()?;
        self.due = self.encoder.due();
        let Some(frame) = frame else { return Ok(()) };
        self.cross(&frame)?;
        self.took = encoded - begin;
        self.encode.push(self.took);
        self.decode.push(worked()? - encoded);
        self.moved = self.free;
        if self.first == 0 {
            self.first = frame.len();
        } else {
            self.moving += frame.len();
        }
        let picture = self.film.as_ref().map_or(&self.screen, |film| film.picture(&self.screen));
        let farthest = self.noise.add(&self.canvas, picture);
        ensure!(farthest <= Tolerance::MOST.most(), "a colour is {farthest} beside the truth");
        Ok(())
    }

    /// The film's next frame.
    fn shoot(&mut self) -> Result<()> {
        let carried = self.carried(Duration::from_secs(1));
        let film = self.film.as_mut().context("who else would shoot")?;
        let bytes = film.shoot(&self.screen, self.now, carried)?;
        self.free = self.now + Duration::from_secs_f64(bytes as f64 * 8.0 / self.rate);
        Ok(())
    }

    fn refine(&mut self) -> Result<()> {
        if self.film.as_ref().and_then(Filmed::rest).is_some_and(|rest| rest <= self.now) {
            return self.draw(&[]);
        }
        let pixels = budget::refined(self.carried(budget::REFINEMENT_TIME));
        let Size { width, height } = self.screen.size();
        let below = self.film.as_ref().map_or_else(Vec::new, Filmed::shown);
        let moving: Vec<Rect> = self.damage.iter().copied().chain(below).collect();
        let wanted = Refinement { near: (width / 2, height / 2), pixels, moving: &moving };
        let frame = self.encoder.refine(&wanted, self.now);
        // If all of it moves, it is not looked at again before it can have come to rest.
        let rest = if frame.is_none() { self.now + STILL } else { Duration::ZERO };
        self.due = self.encoder.due().map(|due| due.max(rest));
        if let Some(frame) = frame {
            self.cross(&frame)?;
            self.refined += frame.len();
            self.has_refined = true;
        }
        Ok(())
    }

    fn cross(&mut self, frame: &[u8]) -> Result<()> {
        self.decoder.decode(frame, &mut self.canvas)?;
        self.free = self.now + Duration::from_secs_f64(frame.len() as f64 * 8.0 / self.rate);
        Ok(())
    }

    /// Bytes that the link carries in that time.
    fn carried(&self, time: Duration) -> usize {
        (self.rate / 8.0 * time.as_secs_f64()) as usize
    }
}
