//! What of H.264 a decoder here is ever shown: so much less than the standard allows that most of a decoder's code is
//! never reached.
//!
//! A frame is one access unit as a byte stream (Annex B) of one of two shapes: a sequence parameter set, a picture
//! parameter set and an IDR slice; or a slice alone. Exactly one slice covers the picture. The parameter sets say
//! constrained baseline, progressive, the size that was agreed upon, one slice group, no redundant slices; and they are the
//! same bytes with every key frame. That last rule matters most: decoders of every make have been broken by parameter sets
//! that change under way (openh264: CVE-2025-27091, and issue 3925, open as this is written).
//!
//! What a slice says of its macroblocks is left to the decoder, and the decoder to its cage.
//!
//! Section and table numbers are those of ITU-T H.264 (08/2021).

mod bits;

use thiserror::Error;

use crate::limits;
use crate::screen::Size;
use bits::Bits;

const SLICE: u8 = 1;
const KEY_SLICE: u8 = 5;
const SEQUENCE: u8 = 7;
const PICTURE: u8 = 8;
/// Samples of a macroblock's side.
const BLOCK: u32 = 16;

/// Why bytes are not shown to a decoder. Whoever sent them has a broken program, or lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FrameError {
    /// Over [`limits::VIDEO_FRAME_BYTES`].
    #[error("a video frame of {0} bytes")]
    TooLong(usize),
    /// A unit does not begin where one has to.
    #[error("a video frame without a start code")]
    Start,
    /// Neither a key frame with its parameter sets nor a slice.
    #[error("a video frame of other units than one slice, with its parameter sets if it is a key frame")]
    Shape,
    /// It needs a key frame before it, and there was none.
    #[error("a video frame before the first key frame")]
    NoKey,
    /// Bits that no encoder of the standard writes.
    #[error("a damaged unit of type {0} in a video frame")]
    Damaged(u8),
    /// The standard allows it, we do not.
    #[error("a video frame with {0}")]
    Refused(&'static str),
    /// The size in the parameter sets is another.
    #[error("a video frame of another size")]
    Size,
    /// Not the bytes of the first key frame.
    #[error("a video frame with other parameter sets than the first")]
    Changed,
}

/// Looks at every frame of one stream before the decoder does.
#[derive(Debug)]
pub struct Checker {
    size: Size,
    /// Both parameter sets of the first key frame, with what stands around them.
    sets: Option<Vec<u8>>,
}

impl Checker {
    /// For a stream of pictures of this size.
    #[must_use]
    pub fn new(size: Size) -> Self {
        Self { size, sets: None }
    }

    /// Whether this may be the next frame.
    ///
    /// # Errors
    /// See [`FrameError`]. The stream is over.
    pub fn check(&mut self, frame: &[u8]) -> Result<(), FrameError> {
        if frame.len() > limits::VIDEO_FRAME_BYTES {
            return Err(FrameError::TooLong(frame.len()));
        }
        let mut units = Units::of(frame)?;
        let first = units.next();
        match (first, units.next(), units.next(), units.next()) {
            (Some(slice), None, None, None) => {
                if self.sets.is_none() {
                    return Err(FrameError::NoKey);
                }
                self.slice(Unit::parse(slice)?, SLICE)
            }
            (Some(sequence), Some(picture), Some(slice), None) => {
                self.sequence(Unit::parse(sequence)?)?;
                check_picture(Unit::parse(picture)?)?;
                self.slice(Unit::parse(slice)?, KEY_SLICE)?;
                let sets = frame.get(..frame.len() - slice.len()).unwrap_or_default();
                match &self.sets {
                    Some(before) if before == sets => Ok(()),
                    Some(_) => Err(FrameError::Changed),
                    None => {
                        self.sets = Some(sets.to_vec());
                        Ok(())
                    }
                }
            }
            _ => Err(FrameError::Shape),
        }
    }

    /// 7.3.2.1.1, a sequence parameter set of the baseline profile, up to its description of colours.
    fn sequence(&self, unit: Unit) -> Result<(), FrameError> {
        unit.must_be(SEQUENCE)?;
        let damaged = FrameError::Damaged(SEQUENCE);
        let (&[profile, constraints, level], rest) = unit.payload.split_first_chunk().ok_or(damaged)?;
        let mut bits = Bits::of(rest);
        let mut number = || bits.number().ok_or(damaged);
        // constraint_set1_flag: what makes the baseline profile the constrained one.
        if profile != 66 || constraints & 0b0100_0000 == 0 {
            return Err(FrameError::Refused("another profile"));
        }
        if level > 52 {
            return Err(FrameError::Refused("a level over 5.2"));
        }
        number_of(&mut number, 0, "a second sequence parameter set")?;
        let frame_number_bits = number()?;
        let order = number()?;
        if frame_number_bits > 12 {
            return Err(damaged);
        }
        match order {
            0 if number()? <= 12 => {}
            2 => {}
            _ => return Err(FrameError::Refused("another order of pictures")),
        }
        if number()? > 4 {
            return Err(FrameError::Refused("more than four reference pictures"));
        }
        self.dimensions(&mut bits)
    }

    /// Its second half: gaps, the size in macroblocks, and what of them is cropped.
    fn dimensions(&self, bits: &mut Bits) -> Result<(), FrameError> {
        let damaged = FrameError::Damaged(SEQUENCE);
        if bits.flag().ok_or(damaged)? {
            return Err(FrameError::Refused("gaps between its frames"));
        }
        let [columns, rows] = [bits.number(), bits.number()].map(|blocks| blocks.ok_or(damaged));
        if !bits.flag().ok_or(damaged)? {
            return Err(FrameError::Refused("fields"));
        }
        // direct_8x8_inference_flag: of pictures that are not here.
        bits.flag().ok_or(damaged)?;
        let mut cropped = [0; 4];
        if bits.flag().ok_or(damaged)? {
            for side in &mut cropped {
                *side = bits.number().ok_or(damaged)?;
            }
        }
        let [left, right, top, bottom] = cropped.map(u64::from);
        // Cropping counts pixels of the hue planes.
        let whole = |blocks: u32| (u64::from(blocks) + 1) * u64::from(BLOCK);
        let width = whole(columns?).checked_sub(2 * (left + right));
        let height = whole(rows?).checked_sub(2 * (top + bottom));
        let agreed = (Some(u64::from(self.size.width)), Some(u64::from(self.size.height)));
        // What is cropped away is decoded too.
        let within = [left, right, top, bottom].iter().all(|&side| 2 * side < u64::from(BLOCK));
        if (width, height) == agreed && within { Ok(()) } else { Err(FrameError::Size) }
    }

    /// 7.3.3, the beginning of a slice's header.
    fn slice(&self, unit: Unit, kind: u8) -> Result<(), FrameError> {
        unit.must_be(kind)?;
        let damaged = FrameError::Damaged(kind);
        let mut bits = Bits::of(unit.payload);
        let mut number = || bits.number().ok_or(damaged);
        number_of(&mut number, 0, "more than one slice")?;
        // Table 7-6: P and I, or the same with a promise about the whole picture.
        match number()? {
            2 | 7 => {}
            0 | 5 if kind == SLICE => {}
            _ => return Err(FrameError::Refused("another kind of slice")),
        }
        number_of(&mut number, 0, "a second picture parameter set")
    }
}

/// 7.3.2.2, a picture parameter set without slice groups.
fn check_picture(unit: Unit) -> Result<(), FrameError> {
    unit.must_be(PICTURE)?;
    let damaged = FrameError::Damaged(PICTURE);
    let mut bits = Bits::of(unit.payload);
    let mut number = || bits.number().ok_or(damaged);
    number_of(&mut number, 0, "a second picture parameter set")?;
    number_of(&mut number, 0, "a second sequence parameter set")?;
    if bits.flag().ok_or(damaged)? {
        return Err(FrameError::Refused("arithmetic coding"));
    }
    bits.flag().ok_or(damaged)?;
    let mut number = || bits.number().ok_or(damaged);
    number_of(&mut number, 0, "slice groups")?;
    for _list in 0..2 {
        if number()? > 3 {
            return Err(FrameError::Refused("more than four reference pictures"));
        }
    }
    let weighted = [bits.flag(), bits.flag(), bits.flag()];
    if weighted != [Some(false); 3] {
        return Err(FrameError::Refused("weighted prediction"));
    }
    // How coarse it is, thrice; then whether the edges' filter and intra prediction are controlled, and redundant slices.
    for _signed in 0..3 {
        bits.number().ok_or(damaged)?;
    }
    let [_filter, _intra, redundant] = [bits.flag(), bits.flag(), bits.flag()];
    if redundant != Some(false) {
        return Err(FrameError::Refused("redundant slices"));
    }
    if bits.ends() { Ok(()) } else { Err(FrameError::Refused("larger transforms")) }
}

fn number_of(
    number: &mut impl FnMut() -> Result<u32, FrameError>,
    expected: u32,
    otherwise: &'static str,
) -> Result<(), FrameError> {
    if number()? == expected { Ok(()) } else { Err(FrameError::Refused(otherwise)) }
}

/// A NAL unit: its type and what follows.
#[derive(Clone, Copy)]
struct Unit<'a> {
    kind: u8,
    payload: &'a [u8],
}

impl<'a> Unit<'a> {
    /// 7.3.1. Nothing may look like a start code inside, nor be where an encoder would have broken it up (7.4.1).
    fn parse(bytes: &'a [u8]) -> Result<Self, FrameError> {
        let (&head, payload) = bytes.split_first().ok_or(FrameError::Start)?;
        let kind = head & 0b1_1111;
        let (forbidden, importance) = (head >> 7, head >> 5);
        let clean = payload.last().is_some_and(|&last| last != 0)
            && payload.windows(3).all(|three| !matches!(three, [0, 0, 0..=2]));
        if forbidden != 0 || importance == 0 || !clean {
            return Err(FrameError::Damaged(kind));
        }
        Ok(Self { kind, payload })
    }

    fn must_be(&self, kind: u8) -> Result<(), FrameError> {
        if self.kind == kind { Ok(()) } else { Err(FrameError::Shape) }
    }
}

/// The units between start codes of three or four bytes.
struct Units<'a> {
    rest: Option<&'a [u8]>,
}

impl<'a> Units<'a> {
    fn of(frame: &'a [u8]) -> Result<Self, FrameError> {
        let frame = frame.strip_prefix(&[0]).unwrap_or(frame);
        let rest = frame.strip_prefix(&[0, 0, 1]).ok_or(FrameError::Start)?;
        Ok(Self { rest: Some(rest) })
    }
}

impl<'a> Iterator for Units<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest.take()?;
        let Some(at) = rest.windows(3).position(|three| three == [0, 0, 1]) else { return Some(rest) };
        self.rest = rest.get(at + 3..);
        let unit = &rest[..at];
        Some(unit.strip_suffix(&[0]).unwrap_or(unit))
    }
}
