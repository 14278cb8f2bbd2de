//! Recorded screens: real programs on a 1920 x 1080 display, sampled at 30 frames a second.
//!
//! A trace is one zstd stream, little endian: `TRC1`, width, height, frames a second and number of frames, each
//! u32; then for each frame its time in milliseconds and its number of tiles, u32; for each tile its column and
//! row, u16, and the bytes B, G, R of its 64 x 64 pixels, row by row, clipped at the right and lower edges. A
//! frame lists the tiles that changed since the frame before, the first lists all.

use std::fs::File;
use std::io::{self, Read, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use entraide_common::screen::{Picture, Rect, Size};

const TILE: u32 = 64;
/// The traces are packed with this window.
const WINDOW_LOG: u32 = 27;
/// How thoroughly: it takes minutes, and once.
const LEVEL: i32 = 19;

/// A trace that is being played.
pub struct Trace {
    source: Box<dyn Read>,
    /// The size that was recorded.
    recorded: Size,
    /// How often it is repeated each way.
    times: u32,
    picture: Picture,
    frames_left: u32,
}

/// What changed with one frame of a trace.
pub struct Moment {
    /// Milliseconds since the recording began.
    pub milliseconds: u32,
    /// The tiles that changed.
    pub damage: Vec<Rect>,
}

impl Trace {
    /// Opens a trace before its first frame.
    ///
    /// # Errors
    /// If the file cannot be read or is no trace.
    pub fn open(path: &Path) -> Result<Self> {
        Self::tiled(path, 1)
    }

    /// The same on a screen so many times as wide and as high, which shows as many copies of the recording, each in
    /// other colours, so that nothing of one is found in another. Everything happens in all of them at once.
    ///
    /// # Errors
    /// If the file cannot be read or is no trace, or the screen would be too large.
    pub fn tiled(path: &Path, times: u32) -> Result<Self> {
        let file = File::open(path).with_context(|| format!("opening {}", path.display()))?;
        let mut zstd = zstd::Decoder::new(file)?;
        zstd.window_log_max(WINDOW_LOG)?;
        let mut source: Box<dyn Read> = Box::new(io::BufReader::with_capacity(1 << 20, zstd));
        ensure!(&take::<4>(&mut source)? == b"TRC1", "{} is no trace", path.display());
        let [width, height, _rate, frames_left] = [(); 4].map(|()| number(&mut source));
        let recorded = Size::new(width?, height?).context("a trace of a screen outside the limits")?;
        let size =
            Size::new(recorded.width * times, recorded.height * times).context("a screen too large")?;
        Ok(Self { source, recorded, times, picture: Picture::black(size), frames_left: frames_left? })
    }

    /// The screen as it is now: black before the first frame.
    #[must_use]
    pub fn picture(&self) -> &Picture {
        &self.picture
    }

    /// Goes on by one frame; `None` after the last. Without damage it is as the one before.
    ///
    /// # Errors
    /// If the file is damaged.
    pub fn step(&mut self) -> Result<Option<Moment>> {
        let Some(left) = self.frames_left.checked_sub(1) else { return Ok(None) };
        self.frames_left = left;
        let milliseconds = number(&mut self.source)?;
        let tiles = number(&mut self.source)?;
        let mut damage = Vec::new();
        for _ in 0..tiles {
            self.tile(&mut damage)?;
        }
        Ok(Some(Moment { milliseconds, damage }))
    }

    /// Draws the next tile in every copy.
    fn tile(&mut self, damage: &mut Vec<Rect>) -> Result<()> {
        let [column, row] = [(); 2].map(|()| take::<2>(&mut self.source).map(u16::from_le_bytes));
        let (x, y) = (u32::from(column?) * TILE, u32::from(row?) * TILE);
        let rect = Rect { x, y, width: TILE, height: TILE }
            .intersection(self.recorded.rect())
            .context("a tile outside the screen")?;
        let mut bytes = vec![0; rect.area() * 3];
        self.source.read_exact(&mut bytes)?;
        for (down, across) in
            (0..self.times).flat_map(|down| (0..self.times).map(move |across| (down, across)))
        {
            let (x, y) = (rect.x + across * self.recorded.width, rect.y + down * self.recorded.height);
            let copy = Rect { x, y, ..rect };
            let tint = ((down * self.times + across) * 0x0003_0507) & 0x001f_1f1f;
            let pixels = self.picture.rows_mut(copy).flatten();
            for (pixel, &[blue, green, red]) in pixels.zip(bytes.as_chunks().0) {
                *pixel = u32::from_le_bytes([blue, green, red, 0]) ^ tint;
            }
            damage.push(copy);
        }
        Ok(())
    }
}

/// A trace that is being made.
pub struct Recording {
    /// INVARIANT: what playing it so far shows.
    picture: Picture,
    rate: u32,
    frames: u32,
    body: Vec<u8>,
}

impl Recording {
    /// Of a screen that is looked at `rate` times a second.
    #[must_use]
    pub fn new(size: Size, rate: u32) -> Self {
        Self { picture: Picture::black(size), rate, frames: 0, body: Vec::new() }
    }

    /// The screen as it is after so many milliseconds. Only what is inside the damage can differ from the frame before;
    /// of the first, everything.
    pub fn add(&mut self, milliseconds: u32, picture: &Picture, damage: &[Rect]) {
        let whole = [picture.size().rect()];
        let damage = if self.frames == 0 { &whole } else { damage };
        let tiles: Vec<Rect> = self.tiles().filter(|&tile| self.has_changed(picture, tile, damage)).collect();
        for number in [milliseconds, tiles.len() as u32] {
            self.body.extend(number.to_le_bytes());
        }
        for tile in tiles {
            for place in [tile.x, tile.y] {
                self.body.extend(((place / TILE) as u16).to_le_bytes());
            }
            for pixel in picture.rows(tile).flatten() {
                self.body.extend(&pixel.to_le_bytes()[..3]);
            }
            self.picture.copy_rect_from(picture, tile);
        }
        self.frames += 1;
    }

    /// Packs it into a file.
    ///
    /// # Errors
    /// If that cannot be written.
    pub fn save(&self, path: &Path) -> Result<()> {
        let file = File::create(path).with_context(|| format!("making {}", path.display()))?;
        let mut zstd = zstd::Encoder::new(file, LEVEL)?;
        zstd.window_log(WINDOW_LOG)?;
        zstd.long_distance_matching(true)?;
        zstd.write_all(b"TRC1")?;
        let Size { width, height } = self.picture.size();
        for number in [width, height, self.rate, self.frames] {
            zstd.write_all(&number.to_le_bytes())?;
        }
        zstd.write_all(&self.body)?;
        zstd.finish()?;
        Ok(())
    }

    fn tiles(&self) -> impl Iterator<Item = Rect> + use<> {
        let size = self.picture.size();
        let (down, across) = (0..size.height.div_ceil(TILE), 0..size.width.div_ceil(TILE));
        let tile = |column, row| Rect { x: column * TILE, y: row * TILE, width: TILE, height: TILE };
        down.flat_map(move |row| across.clone().map(move |column| tile(column, row)))
            .filter_map(move |tile| tile.intersection(size.rect()))
    }

    fn has_changed(&self, picture: &Picture, tile: Rect, damage: &[Rect]) -> bool {
        damage.iter().any(|rect| rect.intersection(tile).is_some())
            && (self.frames == 0 || !self.picture.rows(tile).eq(picture.rows(tile)))
    }
}

fn take<const N: usize>(source: &mut dyn Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    source.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn number(source: &mut dyn Read) -> io::Result<u32> {
    take(source).map(u32::from_le_bytes)
}
