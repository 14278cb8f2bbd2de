//! The screen's colours as video has them, and back: BT.709 (ITU-R), limited range, 4:2:0.
//!
//! Of four neighbouring pixels each keeps its brightness, and all have one hue, the mean of theirs. BT.709 because it is
//! what films and screens are made for today; limited range because it is what every decoder assumes of a stream that
//! does not say. Numbers have 14 binary places, so that a grey stays the same grey and everything else is within one or
//! two steps of what four pixels can have in common.

use crate::screen::{Picture, Rect, Size};

/// A picture of even sides in three planes: brightness, then blue and red at half the size, without gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planes {
    size: Size,
    bytes: Vec<u8>,
}

impl Planes {
    /// Planes for pictures of this size, whose sides are even.
    #[must_use]
    pub fn new(size: Size) -> Self {
        debug_assert!(size.width.is_multiple_of(2) && size.height.is_multiple_of(2), "{size:?}");
        Self { size, bytes: vec![0; Self::length(size)] }
    }

    /// How many bytes the planes of such a picture are together.
    #[must_use]
    pub const fn length(size: Size) -> usize {
        size.area() + size.area() / 2
    }

    /// Their picture's size.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }

    /// Brightness, blue, red.
    #[must_use]
    pub fn each(&self) -> (&[u8], &[u8], &[u8]) {
        let (luma, chroma) = self.bytes.split_at(self.size.area());
        let (blue, red) = chroma.split_at(chroma.len() / 2);
        (luma, blue, red)
    }

    /// All bytes, to be written.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    /// Takes what `picture` shows in `rect`, which has their size and is inside.
    pub fn take(&mut self, picture: &Picture, rect: Rect) {
        let width = self.size.width as usize;
        let (luma, chroma) = self.bytes.split_at_mut(self.size.area());
        let (blue, red) = chroma.split_at_mut(chroma.len() / 2);
        let mut rows = picture.rows(rect);
        let pairs = std::iter::from_fn(|| Some((rows.next()?, rows.next()?)));
        let chroma = blue.chunks_exact_mut(width / 2).zip(red.chunks_exact_mut(width / 2));
        for (((upper, lower), luma), (blue, red)) in pairs.zip(luma.chunks_exact_mut(width * 2)).zip(chroma) {
            let (above, below) = luma.split_at_mut(width);
            brightness(upper, above);
            brightness(lower, below);
            hues(upper, lower, blue, red);
        }
    }

    /// Draws them into the whole of `picture`, which has their size.
    pub fn draw(&self, picture: &mut Picture) {
        let width = self.size.width as usize;
        let (luma, blue, red) = self.each();
        let luma = luma.chunks_exact(width * 2);
        let chroma = blue.chunks_exact(width / 2).zip(red.chunks_exact(width / 2));
        for ((pixels, luma), (blue, red)) in
            picture.pixels_mut().chunks_exact_mut(width * 2).zip(luma).zip(chroma)
        {
            for (pixels, luma) in pixels.chunks_exact_mut(width).zip(luma.chunks_exact(width)) {
                paint(pixels, luma, blue, red);
            }
        }
    }
}

/// Binary places of the factors below.
const PLACES: u32 = 14;
const HALF: i32 = 1 << (PLACES - 1);

fn brightness(pixels: &[u32], luma: &mut [u8]) {
    for (luma, &pixel) in luma.iter_mut().zip(pixels) {
        let [blue, green, red] = channels(pixel);
        *luma = (((2991 * red + 10064 * green + 1016 * blue + HALF) >> PLACES) + 16) as u8;
    }
}

fn hues(upper: &[u32], lower: &[u32], blues: &mut [u8], reds: &mut [u8]) {
    let pairs = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
    for ((into_blue, into_red), (upper, lower)) in blues.iter_mut().zip(reds).zip(pairs) {
        let [blue, green, red] = sum([upper[0], upper[1], lower[0], lower[1]]);
        let hue = |sum: i32| (((sum + 2 * HALF * 2) >> (PLACES + 2)) + 128) as u8;
        *into_blue = hue(-1649 * red - 5547 * green + 7196 * blue);
        *into_red = hue(7196 * red - 6536 * green - 660 * blue);
    }
}

fn paint(pixels: &mut [u32], luma: &[u8], blues: &[u8], reds: &[u8]) {
    let pairs = pixels.as_chunks_mut::<2>().0.iter_mut().zip(luma.as_chunks::<2>().0);
    for ((pixels, luma), (&blue, &red)) in pairs.zip(blues.iter().zip(reds)) {
        let (blue, red) = (i32::from(blue) - 128, i32::from(red) - 128);
        let (to_red, to_green, to_blue) = (29372 * red, -3494 * blue - 8731 * red, 34610 * blue);
        for (pixel, &luma) in pixels.iter_mut().zip(luma) {
            let luma = 19077 * (i32::from(luma) - 16) + HALF;
            let channel = |hue: i32| ((luma + hue) >> PLACES).clamp(0, 255) as u32;
            *pixel = channel(to_red) << 16 | channel(to_green) << 8 | channel(to_blue);
        }
    }
}

fn channels(pixel: u32) -> [i32; 3] {
    [pixel & 0xff, pixel >> 8 & 0xff, pixel >> 16 & 0xff].map(|channel| channel as i32)
}

fn sum(pixels: [u32; 4]) -> [i32; 3] {
    let [a, b, c, d] = pixels.map(channels);
    [0, 1, 2].map(|channel| a[channel] + b[channel] + c[channel] + d[channel])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back(draw: impl Fn(u32, u32) -> u32) -> (Picture, Picture) {
        let size = Size { width: 64, height: 6 };
        let mut picture = Picture::black(size);
        for (place, pixel) in (0..).zip(picture.pixels_mut()) {
            *pixel = draw(place % size.width, place / size.width);
        }
        let mut planes = Planes::new(size);
        planes.take(&picture, size.rect());
        let mut back = Picture::black(size);
        planes.draw(&mut back);
        (picture, back)
    }

    #[test]
    fn greys_stay_within_one_step() {
        let (picture, back) = there_and_back(|x, _| x * 4 * 0x0001_0101 + 0x0003_0303);
        for (before, after) in picture.pixels().iter().zip(back.pixels()) {
            let ([before, ..], after) = (channels(*before), channels(*after));
            assert!(
                after.iter().all(|&after| after == after.clamp(before - 1, before + 1)),
                "{before} {after:?}"
            );
            assert_eq!(after[0], after[2], "a grey became a colour");
        }
    }

    #[test]
    fn colours_that_four_pixels_share_stay_within_three_steps() {
        let colour = |x: u32, y: u32| (x / 2 * 8) << 16 | (y / 2 * 120) << 8 | (255 - x / 2 * 8);
        let (picture, back) = there_and_back(colour);
        for (before, after) in picture.pixels().iter().zip(back.pixels()) {
            let (before, after) = (channels(*before), channels(*after));
            assert!((0..3).all(|of| before[of].abs_diff(after[of]) <= 3), "{before:?} {after:?}");
        }
    }

    #[test]
    fn black_and_white_are_where_the_standard_has_them() {
        let size = Size { width: 2, height: 2 };
        for (pixel, expected) in [(0, 16), (0x00ff_ffff, 235)] {
            let mut picture = Picture::black(size);
            picture.pixels_mut().fill(pixel);
            let mut planes = Planes::new(size);
            planes.take(&picture, size.rect());
            assert_eq!(planes.each(), (&[expected; 4][..], &[128][..], &[128][..]));
        }
    }
}
