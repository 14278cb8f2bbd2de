//! The film that plays on a trace: found, encoded, decoded and compared, all as the product does it. The link and the clock
//! are made up, as in [`paced`](crate::paced).

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use entraide::media::camera::{Camera, is_worth};
use entraide::media::reel::Reel;
use entraide::video::{Decode, Decoders};
use entraide_common::screen::film::{Films, Seen};
use entraide_common::screen::{Change, Picture, Rect, Size};
use entraide_common::wire::video::VideoCodec;
use entraide_tests::programs;
use tempfile::TempDir;

use crate::cost::Noise;
use crate::ours::worked;

/// What is known of the film.
pub(crate) struct Filmed {
    films: Films,
    camera: Camera,
    reel: Reel,
    decoders: Decoders,
    decoder: Option<(Box<dyn Decode>, Picture)>,
    /// The beginning, for clocks that count from somewhere.
    start: Instant,
    /// How often the screen has changed since the encoder was asked.
    pub(crate) paints: u32,
    /// How far what is shown of it is from the screen.
    pub(crate) noise: Noise,
    pub(crate) shots: usize,
    pub(crate) bytes: usize,
    /// The processor's time for each frame of it.
    pub(crate) encode: Vec<Duration>,
    #[expect(dead_code, reason = "holds the decoder's program")]
    folder: TempDir,
}

impl Filmed {
    pub(crate) fn new(size: Size) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut reel = Reel::default();
        reel.plays(Some(VideoCodec::H264));
        Ok(Self {
            films: Films::new(size),
            camera: Camera::default(),
            reel,
            decoders: Decoders::of(programs::entraide(folder.path())?),
            decoder: None,
            start: Instant::now(),
            paints: 0,
            noise: Noise::default(),
            shots: 0,
            bytes: 0,
            encode: Vec::new(),
            folder,
        })
    }

    /// Keeps the film out of what changed; the damage for the picture.
    pub(crate) fn hold(
        &mut self,
        screen: &Picture,
        damage: &[Rect],
        waiting: &[Rect],
        now: Duration,
    ) -> Vec<Rect> {
        if self
            .films
            .area()
            .is_some_and(|area| damage.iter().any(|rect| rect.intersection(area.rect()).is_some()))
        {
            self.camera.moved();
        }
        let damage = self.films.hold(screen, Seen { damage, waiting, paints: self.paints }, now);
        self.camera.region(&self.films, 1);
        damage
    }

    /// What the picture's encoder is given.
    pub(crate) fn picture<'a>(&'a self, screen: &'a Picture) -> &'a Picture {
        self.films.picture(screen)
    }

    /// Learns from what the encoder found, on a link that carries so many bytes a second.
    pub(crate) fn learn(
        &mut self,
        screen: &Picture,
        changes: &[Change],
        now: Duration,
        carried: usize,
        took: Duration,
    ) {
        let worth = |size: Size| is_worth(size.area(), carried, took);
        self.films.learn(screen, changes, std::mem::take(&mut self.paints), now, worth);
        if self.camera.region(&self.films, 1).is_some() {
            self.camera.moved();
        }
    }

    /// Where the film is shown.
    pub(crate) fn shown(&self) -> Vec<Rect> {
        self.films.area().into_iter().flat_map(|area| area.shown()).map(|(_, rect)| rect).collect()
    }

    /// When something of it comes to rest.
    pub(crate) fn rest(&self) -> Option<Duration> {
        self.films.due()
    }

    /// When its next frame may be made.
    pub(crate) fn next(&self, now: Duration) -> Option<Duration> {
        let next = self.reel.next(Duration::ZERO, self.start + now).filter(|_| self.camera.is_behind())?;
        Some(next.saturating_duration_since(self.start).max(now))
    }

    /// Makes it, shows it, and says how many bytes it took.
    pub(crate) fn shoot(&mut self, screen: &Picture, now: Duration, carried: usize) -> Result<usize> {
        let (_, pixels) = self.camera.film().context("a film plays")?;
        let at = self.start + now;
        let budget = self.reel.budget(pixels, carried, at);
        let begin = worked()?;
        let Ok((begun, shot)) = self.camera.shoot(screen, VideoCodec::H264, budget, 0) else {
            bail!("no video encoder");
        };
        self.encode.push(worked()? - begin);
        let bytes = shot.payload.len();
        self.reel.shot(bytes, carried, at);
        self.reel.gone();
        self.reel.shown();
        let area = self.films.area().context("it is somewhere")?;
        if begun.is_some() {
            let decoder = self.decoders.open(VideoCodec::H264, area.size())?;
            self.decoder = Some((decoder, Picture::black(area.size())));
        }
        let (decoder, picture) = self.decoder.as_mut().context("it has begun")?;
        decoder.decode(&shot.payload, picture)?;
        let corner = area.rect();
        for (_, rect) in area.shown() {
            let inside = Rect { x: rect.x - corner.x, y: rect.y - corner.y, ..rect };
            self.noise.add(&picture.cut(inside), &screen.cut(rect));
        }
        (self.shots, self.bytes) = (self.shots + 1, self.bytes + bytes);
        Ok(bytes)
    }
}
