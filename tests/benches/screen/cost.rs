//! What a trace cost somebody.

use std::time::Duration;

use entraide_common::screen::Picture;

/// Bytes, time and truth of one way of sending one trace.
pub(crate) struct Cost {
    /// Bytes of the first screen.
    pub(crate) first: usize,
    /// Bytes of all that came after it.
    pub(crate) after: usize,
    /// Bytes of it that made exact what was only nearly true before.
    pub(crate) refined: Option<usize>,
    /// What of it was a film.
    pub(crate) film: Option<Film>,
    /// Frames of the trace in which something changed, the first screen among them.
    pub(crate) changed: usize,
    /// Frames that were sent: a rate control may drop some.
    pub(crate) sent: usize,
    /// Time of the processor for each frame that was sent.
    pub(crate) encode: Time,
    /// The same on the other side.
    pub(crate) decode: Time,
    /// How true the other side's picture was.
    pub(crate) truth: Truth,
}

/// A film, through a video codec of its own.
pub(crate) struct Film {
    /// Its frames, and their bytes.
    pub(crate) shots: usize,
    pub(crate) bytes: usize,
    /// How like the screen what is shown of it is, when it is shown.
    pub(crate) decibel: f64,
}

/// Time of the processor, wherever it ran.
pub(crate) enum Time {
    /// Of each frame after the first.
    Each(Vec<Duration>),
    /// Of all frames together, the first among them.
    Together(Duration),
    /// Not measured: the same process did other work.
    Unknown,
}

/// How true a picture is.
pub(crate) enum Truth {
    /// Every pixel of every frame was compared, and was right.
    EveryFrame,
    /// Exact by the encoding's definition; not compared.
    ByDefinition,
    /// Nearly true while it moves, with this noise (PSNR, dB); every pixel was compared so long after the last change
    /// had come, and was right.
    AtRest { moving: f64, after: Duration },
    /// Lossy; of the last frame this part of the pixels was right, and the noise was this; and that of all frames, if
    /// each was sent.
    LastFrame { exact: f64, decibel: f64, moving: Option<f64> },
}

impl Truth {
    /// Compares pictures, the last of which is the one to keep, with what they should be.
    pub(crate) fn of(last: &[u8], picture: &Picture, moving: Option<f64>) -> Self {
        let mut noise = Noise::default();
        noise.add_bytes(last, picture);
        let shown = last.as_chunks::<4>().0.iter();
        let same =
            shown.zip(picture.pixels()).filter(|(shown, wanted)| shown[..3] == wanted.to_le_bytes()[..3]);
        let exact = same.count() as f64 / picture.pixels().len() as f64;
        Self::LastFrame { exact, decibel: noise.decibel(), moving }
    }
}

/// How far pictures are from what they should be, all together.
#[derive(Default)]
pub(crate) struct Noise {
    squares: u64,
    colours: u64,
}

impl Noise {
    /// Adds a picture. Returns the farthest colour.
    pub(crate) fn add(&mut self, shown: &Picture, wanted: &Picture) -> u8 {
        let shown = shown.pixels().iter().map(|pixel| pixel.to_le_bytes());
        self.compare(shown, wanted)
    }

    /// Adds a picture of four bytes a pixel.
    pub(crate) fn add_bytes(&mut self, shown: &[u8], wanted: &Picture) {
        self.compare(shown.as_chunks::<4>().0.iter().copied(), wanted);
    }

    /// PSNR, dB.
    pub(crate) fn decibel(&self) -> f64 {
        let mean = self.squares as f64 / self.colours.max(1) as f64;
        10.0 * (255.0_f64.powi(2) / mean).log10()
    }

    fn compare(&mut self, shown: impl Iterator<Item = [u8; 4]>, wanted: &Picture) -> u8 {
        let mut farthest = 0;
        for (shown, wanted) in shown.zip(wanted.pixels()) {
            for (shown, wanted) in shown[..3].iter().zip(&wanted.to_le_bytes()[..3]) {
                let error = shown.abs_diff(*wanted);
                self.squares += u64::from(error).pow(2);
                farthest = farthest.max(error);
            }
        }
        self.colours += wanted.pixels().len() as u64 * 3;
        farthest
    }
}
