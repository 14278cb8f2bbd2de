//! The host's films: encodes what [`Films`] found, and says where it is shown.

use std::time::{Duration, Instant};

use entraide_common::screen::Picture;
use entraide_common::screen::film::{Area, Films};
use entraide_common::wire::film::{Begin, Shot};
use entraide_common::wire::screen::{Playing, Region};
use entraide_common::wire::video::VideoCodec;
use tracing::{debug, warn};

use crate::video::{self, Budget, Encode};

/// How often a second a film is drawn at least, if it is to be drawn without a video codec.
const LEAST_RATE: usize = 20;
/// What a film's pixel takes without one, in bits.
const BITS: usize = 8;
/// A frame that took longer to encode is dearer than a video codec's, whatever the link carries.
const LONGEST_ENCODING: Duration = Duration::from_millis(25);

/// Whether a film of so many pixels is for a video codec: the link does not carry it otherwise, a second's bytes being
/// `carried`, or this machine takes too long to encode it.
#[must_use]
pub fn is_worth(pixels: usize, carried: usize, encoding: Duration) -> bool {
    pixels * BITS / 8 * LEAST_RATE > carried || encoding > LONGEST_ENCODING
}

/// The film that is being made.
#[derive(Default)]
pub struct Camera {
    /// Films and regions of the session so far.
    film: u32,
    version: u32,
    /// Where a film was shown last, and which of [`Films::opened`] it is.
    shown: Option<(u32, Area)>,
    encoder: Option<Box<dyn Encode>>,
    /// Whether the screen has moved on since the last frame.
    is_behind: bool,
}

impl Camera {
    /// The picture begins anew, and shows no film.
    pub fn cut(&mut self) {
        (self.shown, self.encoder, self.is_behind) = (None, None, false);
    }

    /// Where the film is shown, if that is not where it was.
    pub fn region(&mut self, films: &Films, generation: u32) -> Option<Region> {
        let shows = films.area().map(|area| (films.opened(), area.clone()));
        if shows == self.shown {
            return None;
        }
        if shows.as_ref().map(|shows| shows.0) != self.shown.as_ref().map(|shown| shown.0) {
            self.encoder = None;
            self.film += u32::from(shows.is_some());
            debug!(film = self.film, area = ?shows.as_ref().map(|(_, area)| area.rect()), "a film begins or ends");
        }
        self.shown = shows;
        Some(self.again(generation))
    }

    /// The film begins anew where it is, if it is the one of that number.
    pub fn restart(&mut self, generation: u32) -> Region {
        self.encoder = None;
        self.film += 1;
        self.is_behind = true;
        self.again(generation)
    }

    fn again(&mut self, generation: u32) -> Region {
        self.version += 1;
        let film = self.shown.as_ref().map(|(_, area)| Playing { film: self.film, area: area.clone() });
        Region { generation, version: self.version, with_frame: false, film }
    }

    /// The film's number, and its pixels, if one is shown.
    #[must_use]
    pub fn film(&self) -> Option<(u32, usize)> {
        self.shown.as_ref().map(|(_, area)| (self.film, area.rect().area()))
    }

    /// The screen has changed where the film is.
    pub fn moved(&mut self) {
        self.is_behind = true;
    }

    /// Whether a frame is to be made.
    #[must_use]
    pub fn is_behind(&self) -> bool {
        self.is_behind && self.shown.as_ref().is_some_and(|(_, area)| area.shown().next().is_some())
    }

    /// The film's next frame, and its beginning before the first.
    ///
    /// # Errors
    /// There can be no film.
    pub fn shoot(
        &mut self,
        screen: &Picture,
        codec: VideoCodec,
        budget: Budget,
        captured_us: u64,
    ) -> Result<(Option<Begin>, Shot), NoFilm> {
        let (_, area) = self.shown.as_ref().ok_or(NoFilm)?;
        let size = area.size();
        let mut begin = None;
        let encoder = match &mut self.encoder {
            Some(encoder) => encoder,
            none => {
                let [width, height] = [size.width, size.height].map(|side| side as u16);
                begin = Some(Begin { film: self.film, codec: codec.number(), width, height });
                let opened = video::encoder(codec, size).map_err(|error| {
                    warn!(%error, "no film");
                    NoFilm
                })?;
                none.insert(opened)
            }
        };
        let begun = Instant::now();
        let payload = encoder.encode(screen, area.rect(), budget, begin.is_some()).map_err(|error| {
            warn!(%error, "no film");
            NoFilm
        })?;
        self.is_behind = false;
        debug!(film = self.film, bytes = payload.len(), took = ?begun.elapsed(), ?budget, "shot");
        Ok((begin, Shot { version: self.version, captured_us, payload }))
    }
}

/// The video codec fails here.
#[derive(Debug, Clone, Copy)]
pub struct NoFilm;
