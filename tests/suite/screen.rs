//! The screen codec: what goes in comes out, and a frame that lies is refused by name.

#[path = "screen/exact.rs"]
mod exact;
#[path = "screen/lanes.rs"]
mod lanes;
#[path = "screen/lies.rs"]
mod lies;
#[path = "screen/near.rs"]
mod near;

use entraide_common::screen::{Decoder, Encoder, Picture, Rect, Size};

fn size(width: u32, height: u32) -> Size {
    Size::new(width, height).expect("a size within the limits")
}

fn rect(x: u32, y: u32, width: u32, height: u32) -> Rect {
    Rect { x, y, width, height }
}

/// A generation from end to end, and a viewer that redraws only what it is told has changed.
struct Generation {
    encoder: Encoder,
    decoder: Decoder,
    canvas: Picture,
    viewed: Picture,
}

impl Generation {
    fn new(size: Size) -> Self {
        Self {
            encoder: Encoder::new(size),
            decoder: Decoder::new(),
            canvas: Picture::black(self::size(1, 1)),
            viewed: Picture::black(size),
        }
    }

    /// Sends `picture` and returns the bytes that took.
    fn show(&mut self, picture: &Picture, damage: &[Rect]) -> Option<usize> {
        let frame = self.encoder.encode(picture, damage)?;
        let changed = self.decoder.decode(&frame, &mut self.canvas).expect("a frame of our own");
        for rect in changed {
            self.viewed.copy_rect_from(&self.canvas, rect);
        }
        Some(frame.len())
    }

    fn is_exact(&self, picture: &Picture) -> bool {
        self.canvas == *picture && self.viewed == *picture
    }
}

/// Pixels without rhyme, the same for the same seed (xorshift; Marsaglia, "Xorshift RNGs", 2003).
fn noise(seed: u32) -> impl Iterator<Item = u32> {
    let mut state = seed.wrapping_mul(2) + 1;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state >> 8
    })
}

fn fill(picture: &mut Picture, rect: Rect, colours: impl Iterator<Item = u32>) {
    for (pixel, colour) in picture.rows_mut(rect).flatten().zip(colours) {
        *pixel = colour;
    }
}
