//! What fuzzing does to the screen codec. Each function takes any bytes and panics only if a promise is broken; the
//! corpus is replayed by the ordinary tests, too.

use std::time::Duration;

use entraide_common::screen::{Decoder, Encoder, Picture, Rect, Refinement, STILL, Size, Tolerance};

/// The bytes of a generation, frame by frame: two for the size, and then each frame with its length before it.
/// Whatever they say, the decoder stays within its canvas.
pub(crate) fn frames(bytes: &[u8]) {
    let Some((&[width, height], mut rest)) = bytes.split_first_chunk() else { return };
    let size = Size { width: u32::from(width) * 2 + 1, height: u32::from(height) + 1 };
    let mut header = vec![4];
    header.extend((size.width as u16).to_le_bytes());
    header.extend((size.height as u16).to_le_bytes());

    let mut decoder = Decoder::new();
    let mut canvas = Picture::black(size);
    while let Some((&length, after)) = rest.split_first_chunk() {
        let length = usize::from(u16::from_le_bytes(length)).min(after.len());
        let (frame, after) = after.split_at(length);
        header.extend(frame);
        let decoded = decoder.decode(&std::mem::take(&mut header), &mut canvas);
        assert_eq!(canvas.size(), size);
        assert!(canvas.pixels().iter().all(|pixel| pixel >> 24 == 0), "a pixel is three bytes");
        let Ok(changed) = decoded else { return };
        assert!(changed.iter().all(|rect| rect.right() <= size.width && rect.bottom() <= size.height));
        rest = after;
    }
}

/// What a program does to its screen, eight bytes a step. Every frame is as near to the truth as its step says, and in the
/// end all is exact.
pub(crate) fn edits(bytes: &[u8]) {
    let Some((&[width, height], steps)) = bytes.split_first_chunk() else { return };
    let size = Size { width: u32::from(width) + 1, height: u32::from(height) + 1 };
    let mut picture = Picture::black(size);
    let mut encoder = Encoder::new(size);
    let mut decoder = Decoder::new();
    let mut canvas = Picture::black(size);
    let mut most = 0;
    for step in steps.as_chunks::<8>().0 {
        let damage = draw(&mut picture, *step);
        let tolerance = Tolerance::new(step[0] / 48).unwrap_or(Tolerance::MOST);
        most = most.max(tolerance.most());
        if let Some(frame) = encoder.encode_within(&picture, &[damage], Duration::ZERO, |_| tolerance) {
            decoder.decode(&frame, &mut canvas).expect("a frame of our own");
        }
        assert!(farthest(&canvas, &picture) <= most, "farther than allowed");
    }
    let all = Refinement { near: (0, 0), pixels: usize::MAX, moving: &[] };
    while let Some(frame) = encoder.refine(&all, STILL) {
        decoder.decode(&frame, &mut canvas).expect("a frame of our own");
    }
    assert!(steps.len() < 8 || canvas == picture, "not exact in the end");
}

/// By how much a colour differs at most.
fn farthest(one: &Picture, other: &Picture) -> u8 {
    let pixels = one.pixels().iter().zip(other.pixels());
    let colours = pixels.flat_map(|(one, other)| one.to_le_bytes().into_iter().zip(other.to_le_bytes()));
    colours.fold(0, |most, (one, other)| most.max(one.abs_diff(other)))
}

fn draw(picture: &mut Picture, [kind, x, y, width, height, a, b, c]: [u8; 8]) -> Rect {
    let [x, y, width, height] = [x, y, width, height].map(u32::from);
    let rect = Rect { x, y, width: width + 1, height: height + 1 };
    let colour = u32::from_le_bytes([a, b, c, 0]);
    let mut state = colour;
    let mut noise = || {
        state = state.wrapping_mul(0x0019_660d).wrapping_add(0x3c6e_f35f);
        state >> 8
    };
    let old = picture.clone();
    let side = picture.size();
    for (row, line) in picture.rows_mut(rect).enumerate() {
        for (column, pixel) in line.iter_mut().enumerate() {
            let (row, column) = (row as u32, column as u32);
            *pixel = match kind % 6 {
                0 => colour,
                1 => noise(),
                2 => noise() % (u32::from(kind) / 6 + 2) * 0x0001_0317,
                3 => (column * u32::from(a) + row * u32::from(b)) & 0xff | 0x0000_8000,
                4 => {
                    let from_x = (x + column + u32::from(a) % 99).min(side.width - 1);
                    let from_y = (y + row + u32::from(b) % 99).min(side.height - 1);
                    old.pixels()[(from_y * side.width + from_x) as usize]
                }
                _ if (column + row).is_multiple_of(u32::from(c) + 2) => colour,
                _ => *pixel,
            };
        }
    }
    rect
}
