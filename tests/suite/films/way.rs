//! The whole way of a film, from the stage to the canvas, with the product's own threads, codec and confined decoder;
//! the lanes between are channels.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use entraide::canvas::Canvas;
use entraide::desktop::Pixels;
use entraide::media::projector::{Projector, Projectors};
use entraide::media::receive::Receiver;
use entraide::media::send::{self, Made};
use entraide::media::stage::Stage;
use entraide::video::{self, Decode, DecodeError, Decoders, OpenError};
use entraide_common::limits;
use entraide_common::screen::{Picture, Rect, Size};
use entraide_common::wire::film::{Film, FilmAck};
use entraide_common::wire::screen::{Drawn, Frame, Screen};
use entraide_common::wire::video::VideoCodec;
use entraide_tests::{programs, trace::Trace};

use super::{CLIP, decibel, trace};

/// Long enough for any machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// Beside the clip: somebody types here.
const TYPED: Rect = Rect { x: 1000, y: 300, width: 160, height: 16 };

/// The helper's side, and the link.
struct Helper<'a> {
    stage: &'a Stage,
    receiver: Receiver,
    projector: Projector,
    canvas: &'a Canvas,
    taken: u64,
    seen: Seen,
}

/// What went over the link.
#[derive(Debug, Default)]
struct Seen {
    /// Bytes of the picture's frames and of films.
    frames: usize,
    films: usize,
    begun: usize,
    shots: usize,
    /// What is shown where a film is: how like the screen, at its best of the pictures painted lately.
    decibel: Vec<f64>,
}

impl Helper<'_> {
    fn hear(&mut self, made: Made, painted: &[Picture]) {
        let now = Instant::now();
        match made {
            Made::Picture(Screen::Frame(frame)) => {
                let Frame { generation, sequence, ref payload, .. } = frame;
                self.seen.frames += payload.len();
                self.stage.written(payload.len(), now);
                self.take(payload.len());
                self.receiver.draw(&frame, self.canvas).expect("a frame of our own");
                self.stage.drawn(Drawn { generation, sequence }, now);
            }
            Made::Picture(Screen::Region(region)) => {
                self.receiver.change(region, self.canvas).expect("a region of our own");
            }
            Made::Picture(Screen::Piece(_)) => unreachable!("pieces are made later"),
            Made::Film(_, film) => self.film(film, painted),
        }
    }

    fn film(&mut self, film: Film, painted: &[Picture]) {
        let is_shot = matches!(film, Film::Shot(_));
        self.seen.begun += usize::from(matches!(film, Film::Begin(_)));
        if let Film::Shot(shot) = &film {
            self.stage.film_written(shot.payload.len(), Instant::now());
            self.stage.reel(|reel| reel.gone());
            self.take(shot.payload.len());
            (self.seen.films, self.seen.shots) = (self.seen.films + shot.payload.len(), self.seen.shots + 1);
        }
        let said = self.projector.play(film, self.canvas).expect("a film of our own");
        said.into_iter().for_each(|ack| self.say(ack));
        if is_shot {
            let like = self.canvas.with(|painting| {
                let shown = painting.picture().expect("a picture");
                painted.iter().map(|screen| decibel(shown, screen, CLIP)).fold(0.0, f64::max)
            });
            self.seen.decibel.push(like);
        }
    }

    fn say(&self, ack: FilmAck) {
        match ack {
            FilmAck::Plays(plays) => self.stage.plays(plays.best(video::codecs()), Instant::now()),
            FilmAck::Shown(()) => self.stage.reel(|reel| reel.shown()),
            FilmAck::Again(film) => self.stage.reel(|reel| reel.again(film)),
        }
    }

    fn take(&mut self, bytes: usize) {
        self.taken += bytes as u64;
        self.stage.taken(self.taken, Instant::now());
    }

    fn shows(&self, screen: &Picture, rects: &[Rect]) -> bool {
        self.canvas.with(|painting| {
            let shown = painting.picture();
            shown.is_some_and(|shown| rects.iter().all(|&rect| shown.rows(rect).eq(screen.rows(rect))))
        })
    }
}

/// The screen as a capture engine has it.
struct Screened {
    screen: Picture,
    bgrx: Vec<u8>,
}

impl Screened {
    fn new(screen: Picture) -> Self {
        let bgrx = screen.pixels().iter().flat_map(|pixel| pixel.to_le_bytes()).collect();
        Self { screen, bgrx }
    }

    fn stride(&self) -> usize {
        self.screen.size().width as usize * 4
    }

    fn paint(&mut self, stage: &Stage, damage: &[Rect]) {
        let stride = self.stride();
        for rect in damage {
            for (row, y) in self.screen.rows(*rect).zip(rect.y as usize..) {
                let to = self.bgrx[y * stride + rect.x as usize * 4..].chunks_exact_mut(4);
                to.zip(row).for_each(|(to, pixel)| to.copy_from_slice(&pixel.to_le_bytes()));
            }
        }
        let pixels = Pixels { size: self.screen.size(), damage, bgrx: &self.bgrx, stride };
        stage.paint(&pixels, Instant::now());
    }
}

/// Plays the clip of W5 to and fro, beside somebody who types, and then lets it rest. What is typed must come as it is;
/// and when it rests, everything. It plays until there was enough to see, and a moment longer: how fast it can be painted
/// here is not ours to say.
fn play(projectors: Box<dyn Projectors>, is_enough: fn(&Seen) -> bool) -> Seen {
    let mut trace = Trace::open(&trace("W5-cut.trc")).expect("a trace of ours");
    let mut clips = Vec::new();
    while let Some(moment) = trace.step().expect("a whole trace") {
        if !moment.damage.is_empty() {
            clips.push(trace.picture().cut(CLIP));
        }
    }
    let mut desk = Screened::new(trace.picture().clone());
    let size = desk.screen.size();
    let (stage, canvas) = (Stage::default(), Canvas::default());
    thread::scope(|scope| {
        let (hand_out, made) = mpsc::sync_channel(2);
        scope.spawn(|| send::run(&stage, move |made| hand_out.send(made).is_ok()));
        let projector = Projector::new(projectors);
        let (receiver, canvas) = (Receiver::default(), &canvas);
        let mut helper =
            Helper { stage: &stage, receiver, projector, canvas, taken: 0, seen: Seen::default() };
        helper.say(helper.projector.plays());
        desk.paint(&stage, &[size.rect()]);
        let mut painted: Vec<Picture> = Vec::new();
        let (end, mut left) = (Instant::now() + 3 * PATIENCE, 10);
        for time in 0.. {
            assert!(Instant::now() < end, "there was not enough to see: {:?}", helper.seen);
            left -= usize::from(is_enough(&helper.seen));
            if left == 0 {
                break;
            }
            let way = time % (clips.len() * 2);
            let clip = &clips[way.min(clips.len() * 2 - 1 - way)];
            for (to, from) in desk.screen.rows_mut(CLIP).zip(clip.rows(clip.size().rect())) {
                to.copy_from_slice(from);
            }
            let letter = (time % 20) as u32 * 8;
            let typed = Rect { x: TYPED.x + letter, width: 8, ..TYPED };
            desk.screen
                .rows_mut(typed)
                .flatten()
                .step_by(3)
                .for_each(|pixel| *pixel = time as u32 * 0x0001_0305);
            desk.paint(&stage, &[CLIP, typed]);
            painted.insert(0, desk.screen.clone());
            painted.truncate(3);
            let until = Instant::now() + PATIENCE;
            let next = Instant::now() + Duration::from_millis(40);
            // The text that was typed is there, and time for the film.
            while !helper.shows(&desk.screen, &[typed]) || Instant::now() < next {
                assert!(Instant::now() < until, "what was typed does not come");
                if let Ok(made) = made.recv_timeout(Duration::from_millis(5)) {
                    helper.hear(made, &painted);
                }
            }
            assert!(helper.shows(&desk.screen, &outside(size)), "text beside the film is exact");
        }
        let until = Instant::now() + PATIENCE;
        while !helper.shows(&desk.screen, &[size.rect()]) {
            assert!(Instant::now() < until, "what rests does not become exact");
            if let Ok(made) = made.recv_timeout(Duration::from_millis(5)) {
                helper.hear(made, &painted);
            }
        }
        stage.close();
        drop(made);
        helper.seen
    })
}

/// Everything but the clip.
fn outside(size: Size) -> [Rect; 4] {
    [
        Rect { height: CLIP.y, ..size.rect() },
        Rect { y: CLIP.bottom(), height: size.height - CLIP.bottom(), ..size.rect() },
        Rect { width: CLIP.x, ..CLIP.union(Rect { x: 0, ..CLIP }) }.intersection(size.rect()).expect("it is"),
        Rect { x: CLIP.right(), width: size.width - CLIP.right(), ..CLIP },
    ]
}

#[test]
fn a_film_is_shown_beside_exact_text_and_rests_exactly() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = programs::entraide(folder.path()).expect("the program");
    let decoders = Decoders::of(program);
    assert_eq!(decoders.codecs(), [VideoCodec::H264], "films can be decoded here");
    let seen = play(Box::new(decoders), |seen| seen.shots >= 30);
    let Seen { frames, films, begun, shots, ref decibel } = seen;
    println!("{frames} bytes of frames, {films} of {shots} shots, {begun} begun; {decibel:.1?} dB");
    let least = decibel.iter().copied().fold(f64::MAX, f64::min);
    assert!(least >= 33.0, "{least:.1} dB");
    // The clip takes 130,000 bytes without a video codec.
    assert!(films / shots < 30_000, "{} bytes for a shot", films / shots);
}

/// Fails with every so many-th frame.
struct Failing {
    decoders: Decoders,
    every: usize,
}

struct FailingDecoder {
    decoder: Box<dyn Decode>,
    left: usize,
}

impl Projectors for Failing {
    fn codecs(&self) -> &[VideoCodec] {
        self.decoders.codecs()
    }

    fn open(&self, codec: VideoCodec, size: Size) -> Result<Box<dyn Decode>, OpenError> {
        let decoder = self.decoders.open(codec, size)?;
        Ok(Box::new(FailingDecoder { decoder, left: self.every }))
    }
}

impl Decode for FailingDecoder {
    fn decode(&mut self, bytes: &[u8], picture: &mut Picture) -> Result<(), DecodeError> {
        self.left = self.left.checked_sub(1).ok_or(DecodeError::Over)?;
        self.decoder.decode(bytes, picture)
    }
}

fn failing(every: usize, is_enough: fn(&Seen) -> bool) -> Seen {
    let folder = tempfile::tempdir().expect("a folder");
    let decoders = Decoders::of(programs::entraide(folder.path()).expect("the program"));
    play(Box::new(Failing { decoders, every }), is_enough)
}

#[test]
fn a_film_whose_decoder_failed_begins_anew() {
    let seen = failing(6, |seen| seen.begun >= 3);
    assert!(seen.shots > 6, "{} films, {} shots", seen.begun, seen.shots);
}

#[test]
fn where_no_decoder_works_the_picture_shows_films_too() {
    let seen = failing(0, |seen| seen.begun >= limits::FILM_FAILURES as usize);
    assert_eq!(seen.begun, limits::FILM_FAILURES as usize);
}
