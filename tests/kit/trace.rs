//! Recorded screens: real programs on a 1920 x 1080 display, sampled at 30 frames a second.
//!
//! A trace is one zstd stream, little endian: `TRC1`, width, height, frames a second and number of frames, each
//! u32; then for each frame its time in milliseconds and its number of tiles, u32; for each tile its column and
//! row, u16, and the bytes B, G, R of its 64 x 64 pixels, row by row, clipped at the right and lower edges. A
//! frame lists the tiles that changed since the frame before, the first lists all.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use entraide_common::screen::{Picture, Rect, Size};

const TILE: u32 = 64;
/// The traces were packed with this window.
const WINDOW_LOG: u32 = 27;

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

fn take<const N: usize>(source: &mut dyn Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    source.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn number(source: &mut dyn Read) -> io::Result<u32> {
    take(source).map(u32::from_le_bytes)
}
