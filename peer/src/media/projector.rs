//! The helper's films: frames in, canvas changed, acknowledgement out; on a thread of its own, for a decoder may take its
//! time.
//!
//! Every frame is answered, shown or not, so that the host knows how many are on their way. What comes after a decoder
//! failed, or without a beginning, is left out until a film begins anew. Three failures in a row, and the host is told
//! that nothing is played here: the picture shows films too, slower.

use std::collections::VecDeque;
use std::time::Instant;

use entraide_common::limits;
use entraide_common::screen::{Picture, Size};
use entraide_common::wire::film::{Begin, Film, FilmAck, Plays, Shot};
use entraide_common::wire::video::VideoCodec;
use thiserror::Error;
use tracing::{debug, warn};

use crate::canvas::Canvas;
use crate::video::{Decode, Decoders, OpenError};

/// Where decoders come from. The product's are [`Decoders`].
pub trait Projectors: Send {
    /// What can be decoded, the best first.
    fn codecs(&self) -> &[VideoCodec];

    /// A decoder.
    ///
    /// # Errors
    /// There is none.
    fn open(&self, codec: VideoCodec, size: Size) -> Result<Box<dyn Decode>, OpenError>;
}

impl Projectors for Decoders {
    fn codecs(&self) -> &[VideoCodec] {
        self.codecs()
    }

    fn open(&self, codec: VideoCodec, size: Size) -> Result<Box<dyn Decode>, OpenError> {
        self.open(codec, size)
    }
}

/// The host's program broke a rule.
#[derive(Debug, Error)]
pub enum FilmFault {
    /// Each beginning costs a decoder.
    #[error("{} films within {:?}", limits::FILM_BEGINNINGS, limits::FILM_BEGINNINGS_TIME)]
    Beginnings,
}

/// The decoder of the film that plays.
pub struct Projector {
    decoders: Box<dyn Projectors>,
    phase: Phase,
    /// Failures without a frame in between.
    failures: u32,
    /// When the last films began, the oldest first.
    begun: VecDeque<Instant>,
}

enum Phase {
    /// Nothing, or what can be left out.
    Dark,
    Playing {
        film: u32,
        decoder: Box<dyn Decode>,
        picture: Picture,
    },
}

impl Projector {
    /// Dark.
    #[must_use]
    pub fn new(decoders: Box<dyn Projectors>) -> Self {
        Self { decoders, phase: Phase::Dark, failures: 0, begun: VecDeque::new() }
    }

    /// What is played here, to be said first.
    #[must_use]
    pub fn plays(&self) -> FilmAck {
        let is_over = self.failures >= limits::FILM_FAILURES;
        let codecs = self.decoders.codecs().iter().filter(|_| !is_over);
        let codecs = codecs.take(limits::VIDEO_CODECS).map(|codec| codec.number()).collect();
        FilmAck::Plays(Plays { codecs })
    }

    /// Takes what came, which is whole; gives what is to be said to the host, in this order.
    ///
    /// # Errors
    /// The host's program broke a rule.
    pub fn play(&mut self, film: Film, canvas: &Canvas) -> Result<Vec<FilmAck>, FilmFault> {
        match film {
            Film::Begin(begin) => {
                self.begin(begin, Instant::now()).map(|failed| failed.into_iter().collect())
            }
            Film::Shot(shot) => {
                let failed = self.shot(&shot, canvas);
                Ok(failed.into_iter().chain([FilmAck::Shown(())]).collect())
            }
            Film::End(()) => {
                self.phase = Phase::Dark;
                Ok(Vec::new())
            }
            Film::Piece(_) => Ok(Vec::new()),
        }
    }

    fn begin(&mut self, begin: Begin, now: Instant) -> Result<Option<FilmAck>, FilmFault> {
        self.phase = Phase::Dark;
        if self.begun.len() == limits::FILM_BEGINNINGS
            && let Some(oldest) = self.begun.pop_front()
            && now.duration_since(oldest) < limits::FILM_BEGINNINGS_TIME
        {
            return Err(FilmFault::Beginnings);
        }
        self.begun.push_back(now);
        let size = Size { width: begin.width.into(), height: begin.height.into() };
        let opened = VideoCodec::of(begin.codec).map(|codec| self.decoders.open(codec, size));
        match opened {
            Some(Ok(decoder)) => {
                debug!(begin.film, ?size, "a film begins");
                let picture = Picture::black(size);
                self.phase = Phase::Playing { film: begin.film, decoder, picture };
                Ok(None)
            }
            Some(Err(error)) => {
                warn!(%error, "a film cannot be played");
                Ok(Some(self.failed(begin.film)))
            }
            None => Ok(Some(self.failed(begin.film))),
        }
    }

    fn shot(&mut self, shot: &Shot, canvas: &Canvas) -> Option<FilmAck> {
        let Phase::Playing { film, decoder, picture } = &mut self.phase else { return None };
        let film = *film;
        match decoder.decode(&shot.payload, picture) {
            Ok(()) => {
                self.failures = 0;
                canvas.screen(film, shot.version, picture);
                None
            }
            Err(error) => {
                warn!(%error, "a film cannot be played on");
                self.phase = Phase::Dark;
                Some(self.failed(film))
            }
        }
    }

    /// Another beginning, or none any more.
    fn failed(&mut self, film: u32) -> FilmAck {
        self.failures += 1;
        if self.failures >= limits::FILM_FAILURES { self.plays() } else { FilmAck::Again(film) }
    }
}
