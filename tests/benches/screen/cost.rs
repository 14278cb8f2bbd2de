//! What a trace cost somebody.

use std::time::Duration;

use entraide_common::screen::Picture;

/// Bytes, time and truth of one way of sending one trace.
pub(crate) struct Cost {
    /// Bytes of the first screen.
    pub(crate) first: usize,
    /// Bytes of all that came after it.
    pub(crate) after: usize,
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
    /// Lossy; of the last frame this part of the pixels was right, and the noise was this (PSNR, dB).
    LastFrame { exact: f64, decibel: f64 },
}

impl Truth {
    /// Compares a picture with what it should be.
    pub(crate) fn of(shown: &[u8], picture: &Picture) -> Self {
        let pixels = picture.pixels();
        let (mut exact, mut noise) = (0_usize, 0_u64);
        for (shown, wanted) in shown.as_chunks::<4>().0.iter().zip(pixels) {
            let wanted = wanted.to_le_bytes();
            exact += usize::from(shown[..3] == wanted[..3]);
            let colours = shown[..3].iter().zip(&wanted[..3]);
            noise += colours.map(|(&shown, &wanted)| u64::from(shown.abs_diff(wanted)).pow(2)).sum::<u64>();
        }
        let mean = noise as f64 / (pixels.len() * 3) as f64;
        let decibel = 10.0 * (255.0_f64.powi(2) / mean).log10();
        Self::LastFrame { exact: exact as f64 / pixels.len() as f64, decibel }
    }
}
