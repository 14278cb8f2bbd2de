//! The encoder's thread: takes from the stage what the link has room for and hands out frames, of the picture and of the
//! film that plays on it.

use std::time::{Duration, Instant};

use entraide_common::screen::film::{Films, Seen};
use entraide_common::screen::{Encoder, Picture, Rect, Refinement, STILL, Size};
use entraide_common::wire::film::Film;
use entraide_common::wire::screen::{Frame, Region, Screen};

use super::budget;
use super::camera::{Camera, is_worth};
use super::stage::{Stage, Wants, Work};

/// What the encoder's thread hands out.
#[derive(Debug)]
pub enum Made {
    /// For the picture's lane: a frame, or where a film is.
    Picture(Screen),
    /// For the film's, in the generation of the picture that it is shown on.
    Film(u32, Film),
}

/// Runs until the stage closes or `hand_out` says that nobody takes frames any more (false). It may block while the
/// frame before is being written: there is never more than one waiting.
pub fn run(stage: &Stage, mut hand_out: impl FnMut(Made) -> bool) {
    let mut coding = Coding::begin(stage);
    loop {
        let wants = coding.wants();
        match stage.take(&mut coding.own, wants) {
            Work::Encode { damage, captured, turn, bytes, paints } => {
                coding.turn(turn);
                coding.captured = captured;
                coding.encode(Seen { damage: &damage, waiting: &[], paints }, bytes);
            }
            Work::Refine { moving, near, bytes } => coding.refine(&moving, near, bytes),
            Work::Shoot => coding.shoot(),
            Work::Closed => return,
        }
        for made in coding.made.drain(..) {
            if let Made::Picture(Screen::Frame(frame)) = &made {
                stage.encoded(frame.generation, frame.sequence, frame.payload.len(), Instant::now());
            }
            if !hand_out(made) {
                return;
            }
        }
    }
}

/// The encoder and what it is at.
struct Coding<'a> {
    stage: &'a Stage,
    start: Instant,
    /// The screen as it was taken last.
    own: Picture,
    encoder: Encoder,
    films: Films,
    camera: Camera,
    /// The generation, and the turn and size that it shows; 0 before the first picture.
    generation: u32,
    shown: (u64, Size),
    /// Frames of the generation so far.
    sequence: u64,
    /// When what it shows was captured.
    captured: Instant,
    /// When something may be refined.
    due: Option<Instant>,
    /// How long the last frame took to encode in which something had changed.
    took: Duration,
    /// What is to be handed out, in this order.
    made: Vec<Made>,
}

impl<'a> Coding<'a> {
    fn begin(stage: &'a Stage) -> Self {
        let start = Instant::now();
        // Before the first picture: one pixel, of which nothing is ever sent.
        let size = Size { width: 1, height: 1 };
        Self {
            stage,
            start,
            own: Picture::black(size),
            encoder: Encoder::new(size),
            films: Films::new(size),
            camera: Camera::default(),
            generation: 0,
            shown: (0, size),
            sequence: 0,
            captured: start,
            due: None,
            took: Duration::ZERO,
            made: Vec::new(),
        }
    }

    fn wants(&self) -> Wants {
        let rest = self.films.due().map(|due| self.start + due);
        Wants { due: [self.due, rest].into_iter().flatten().min(), shoot: self.camera.is_behind() }
    }

    /// Begins a generation if the picture is of another turn or size than the one before.
    fn turn(&mut self, turn: u64) {
        let shown = (turn, self.own.size());
        if self.generation > 0 && self.shown == shown {
            return;
        }
        self.shown = shown;
        self.generation += 1;
        self.sequence = 0;
        self.encoder = Encoder::new(self.own.size());
        self.films = Films::new(self.own.size());
        self.camera.cut();
        self.stage.begun(self.generation, turn);
    }

    /// What changed, photographs for so many bytes.
    fn encode(&mut self, seen: Seen<'_>, bytes: usize) {
        let codec = self.stage.reel(|reel| reel.codec());
        // Without a codec what was a film changes with everything else.
        let left = if codec.is_none() { self.films.stop() } else { Vec::new() };
        self.draw(seen, left, bytes);
        if seen.paints == 0 {
            return;
        }
        if let Some(area) = self.films.area()
            && seen.damage.iter().any(|rect| rect.intersection(area.rect()).is_some())
        {
            self.camera.moved();
        }
        let worth = |size: Size| {
            let carried = self.stage.film_budget(size.area(), Instant::now()).1;
            codec.is_some() && is_worth(size.area(), carried, self.took)
        };
        let now = self.start.elapsed();
        self.films.learn(&self.own, self.encoder.changes(), seen.paints, now, worth);
        if let Some(region) = self.camera.region(&self.films, self.generation) {
            self.region(region);
        }
    }

    /// The frame of what changed, without the film, and with what it `left`; and where it is since.
    fn draw(&mut self, seen: Seen<'_>, left: Vec<Rect>, bytes: usize) {
        let begun = Instant::now();
        let mut damage = self.films.hold(&self.own, seen, self.now());
        damage.extend(left);
        let region = self.camera.region(&self.films, self.generation);
        let tolerance = |pixels| budget::tolerance(pixels, bytes);
        let picture = self.films.picture(&self.own);
        let payload = self.encoder.encode_within(picture, &damage, self.now(), tolerance);
        self.due = self.encoder.due().map(|due| self.start + due);
        if let Some(mut region) = region {
            region.with_frame = payload.is_some();
            self.region(region);
        }
        if let Some(payload) = payload {
            self.took = begun.elapsed();
            self.frame(payload);
        }
    }

    /// What stands still: what was a film, or else what was drawn nearly.
    fn refine(&mut self, moving: &[Rect], near: (u32, u32), bytes: usize) {
        if self.films.due().is_some_and(|due| due <= self.now()) {
            self.draw(Seen { damage: &[], waiting: moving, paints: 0 }, Vec::new(), bytes);
            return;
        }
        let below = self.films.area().into_iter().flat_map(|area| area.shown()).map(|(_, rect)| rect);
        let moving: Vec<Rect> = moving.iter().copied().chain(below).collect();
        let wanted = Refinement { near, pixels: budget::refined(bytes), moving: &moving };
        let payload = self.encoder.refine(&wanted, self.now());
        // If all of it moves, it is not looked at again before it can have come to rest.
        let rest = payload.is_none().then(|| self.now() + STILL);
        self.due = self.encoder.due().map(|due| self.start + due.max(rest.unwrap_or_default()));
        if let Some(payload) = payload {
            self.frame(payload);
        }
    }

    /// The film's next frame.
    fn shoot(&mut self) {
        let Some((film, pixels)) = self.camera.film() else { return };
        let Some(codec) = self.stage.reel(|reel| reel.codec()) else { return };
        if self.stage.reel(|reel| reel.is_again(film)) {
            let region = self.camera.restart(self.generation);
            self.region(region);
        }
        let now = Instant::now();
        let (budget, carried) = self.stage.film_budget(pixels, now);
        let Ok((begin, shot)) = self.camera.shoot(&self.own, codec, budget, self.captured_us()) else {
            self.stage.plays(None, now);
            return;
        };
        self.stage.reel(|reel| reel.shot(shot.payload.len(), carried, now));
        let begin = begin.map(Film::Begin);
        self.made.extend(
            begin.into_iter().chain([Film::Shot(shot)]).map(|film| Made::Film(self.generation, film)),
        );
    }

    fn region(&mut self, region: Region) {
        if region.film.is_none() {
            self.made.push(Made::Film(self.generation, Film::End(())));
        }
        self.made.push(Made::Picture(Screen::Region(region)));
    }

    fn frame(&mut self, payload: Vec<u8>) {
        let (generation, sequence, captured_us) = (self.generation, self.sequence, self.captured_us());
        self.sequence += 1;
        self.made.push(Made::Picture(Screen::Frame(Frame { generation, sequence, captured_us, payload })));
    }

    fn captured_us(&self) -> u64 {
        let captured = self.captured.saturating_duration_since(self.start).as_micros();
        u64::try_from(captured).unwrap_or(u64::MAX)
    }

    fn now(&self) -> Duration {
        self.start.elapsed()
    }
}
