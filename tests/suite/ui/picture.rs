//! Painting in pieces equals painting at once.

use entraide::canvas::Canvas;
use entraide::ui::compositor::{Compositor, Scene, Sprite};
use entraide::ui::layer::{Layer, over};
use entraide::ui::scale::{Placement, Scale, Scaler};
use entraide_common::screen::{Picture, Rect, Size};
use entraide_common::wire::cursor::Shape;
use proptest::prelude::*;

const UNTOUCHED: u32 = 0x00ab_cdef;

/// Pixels without any pattern that scaling could hide a fault in.
fn noise(size: Size, seed: u64) -> Picture {
    let mut picture = Picture::black(size);
    let mut state = seed | 1;
    for pixel in picture.pixels_mut() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        *pixel = (state >> 40) as u32 & 0x00ff_ffff;
    }
    picture
}

fn size(width: u32, height: u32) -> Size {
    Size::new(width, height).expect("within the limits")
}

/// Rectangles within `size`.
fn rect_in(size: Size) -> impl Strategy<Value = Rect> {
    (0..size.width, 0..size.height).prop_flat_map(move |(x, y)| {
        (1..=size.width - x, 1..=size.height - y).prop_map(move |(width, height)| Rect {
            x,
            y,
            width,
            height,
        })
    })
}

/// A source, a window, and a place for the one in the other.
fn placed() -> impl Strategy<Value = (Placement, Size)> {
    let sides = (1_u32..420, 1_u32..320);
    (sides.clone(), sides, 1_u32..4, any::<bool>(), (0_i32..300, 0_i32..300)).prop_map(
        |((width, height), (across, down), zoom, fit, scroll)| {
            let window = size(across + 20, down + 30);
            let area = Rect { x: 7, y: 19, width: across, height: down };
            let source = size(width, height);
            let place =
                if fit { Placement::fit(source, area) } else { Placement::whole(source, area, zoom, scroll) };
            (place, window)
        },
    )
}

fn paint(scaler: &mut Scaler, picture: &Picture, place: &Placement, rect: Rect, window: Size) -> Vec<u32> {
    let mut target = vec![UNTOUCHED; window.area()];
    scaler.paint(picture, place, rect, &mut target, window.width as usize);
    target
}

fn pixels_of(target: &[u32], window: Size, rect: Rect) -> impl Iterator<Item = u32> + '_ {
    (rect.y..rect.bottom())
        .flat_map(move |y| (rect.x..rect.right()).map(move |x| target[(y * window.width + x) as usize]))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    /// Any rectangle of the window shows the same pixels whether painted alone or with everything.
    #[test]
    fn a_part_of_the_picture_is_scaled_as_the_whole((place, window) in placed(), pick in any::<prop::sample::Index>(), seed: u64) {
        let picture = noise(place.source, seed);
        let mut scaler = Scaler::default();
        let Some(shown) = place.shown() else { return Ok(()) };
        let whole = paint(&mut scaler, &picture, &place, shown, window);
        let corner = pick.index(shown.width as usize * shown.height as usize) as u32;
        let (x, y) = (shown.x + corner % shown.width, shown.y + corner / shown.width);
        let part = Rect { x, y, width: shown.right() - x, height: (shown.bottom() - y).div_ceil(2) };
        let alone = paint(&mut scaler, &picture, &place, part, window);
        prop_assert!(pixels_of(&whole, window, part).eq(pixels_of(&alone, window, part)));
        let touched = alone.iter().filter(|pixel| **pixel != UNTOUCHED).count();
        prop_assert!(touched <= part.width as usize * part.height as usize, "painted outside of it");
    }

    /// After a change of the picture, painting what `damage` names is as good as painting everything.
    #[test]
    fn damage_names_all_that_changes((place, window) in placed(), pick in any::<u64>(), seed: u64) {
        let mut picture = noise(place.source, seed);
        let mut scaler = Scaler::default();
        let Some(shown) = place.shown() else { return Ok(()) };
        let mut target = paint(&mut scaler, &picture, &place, shown, window);
        let (x, y) = (pick as u32 % place.source.width, (pick >> 32) as u32 % place.source.height);
        let changed = Rect { x, y, width: 9.min(place.source.width - x), height: 5.min(place.source.height - y) };
        for row in changed.y..changed.bottom() {
            for column in changed.x..changed.right() {
                picture.pixels_mut()[(row * place.source.width + column) as usize] ^= 0x00ff_ffff;
            }
        }
        if let Some(damage) = place.damage(changed) {
            scaler.paint(&picture, &place, damage, &mut target, window.width as usize);
        }
        let whole = paint(&mut scaler, &picture, &place, shown, window);
        prop_assert!(target == whole);
    }

    /// Whole-number zoom shows exactly the picture's pixels, and points map back to them.
    #[test]
    fn whole_zoom_is_exact((place, window) in placed(), pick in any::<prop::sample::Index>(), seed: u64) {
        let Scale::Whole(_) = place.scale else { return Ok(()) };
        let picture = noise(place.source, seed);
        let shown = place.shown().expect("the area is not empty");
        let target = paint(&mut Scaler::default(), &picture, &place, shown, window);
        let index = pick.index(shown.width as usize * shown.height as usize) as u32;
        let (x, y) = (shown.x + index % shown.width, shown.y + index / shown.width);
        let (column, row) = place.to_picture(f64::from(x) + 0.5, f64::from(y) + 0.5);
        let source = picture.pixels()[(row.cast_unsigned() * place.source.width + column.cast_unsigned()) as usize];
        prop_assert_eq!(target[(y * window.width + x) as usize], source);
    }

    /// A pixel of the picture maps into the window and back to itself, where it is large enough to have a place.
    #[test]
    fn points_map_there_and_back((place, _) in placed(), pick in any::<u64>()) {
        let Scale::Whole(_) = place.scale else { return Ok(()) };
        let x = (pick as u32 % place.source.width).cast_signed();
        let y = ((pick >> 32) as u32 % place.source.height).cast_signed();
        let (across, down) = place.to_window(x, y);
        prop_assert_eq!(place.to_picture(f64::from(across), f64::from(down)), (x, y));
    }
}

/// Widgets with an opaque strip, an opaque tile, a translucent patch and nothing elsewhere.
fn layer(window: Size) -> Layer {
    let mut layer = Layer::new(window);
    for (index, pixel) in (0_u32..).zip(layer.pixels_mut()) {
        let (x, y) = (index % window.width, index / window.width);
        *pixel = match (x, y) {
            (_, 0..40) => 0xff20_3040,
            (64..96, 64..96) => 0xffff_ffff,
            (150..190, 90..140) => 0x8040_2010,
            _ => 0,
        };
    }
    layer.settle(&Layer::new(window));
    layer
}

fn arrow() -> Shape {
    let rgba =
        (0..24 * 24).flat_map(|index| if index % 3 == 0 { [90, 60, 30, 120] } else { [0; 4] }).collect();
    Shape { width: 24, height: 24, hot_x: 3, hot_y: 5, rgba }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// A window painted in any rectangles, over whatever stood there, equals one painted at once.
    #[test]
    fn composited_pieces_make_the_whole(
        rects in proptest::collection::vec(rect_in(Size { width: 400, height: 300 }), 1..12),
        at in (-30_i32..430, -30_i32..330),
        fit: bool,
        seed: u64,
    ) {
        let window = size(400, 300);
        let picture = noise(size(613, 357), seed);
        let area = Rect { x: 0, y: 40, width: 400, height: 240 };
        let place = if fit { Placement::fit(picture.size(), area) } else { Placement::whole(picture.size(), area, 1, (50, 20)) };
        let (layer, shape) = (layer(window), arrow());
        let cursor = Some(Sprite { shape: &shape, at, clip: area });
        let scene = Scene { background: 0x0012_3456, picture: Some((&picture, &place)), cursor, layer: &layer };
        let mut compositor = Compositor::default();
        let mut whole = vec![0; window.area()];
        compositor.paint(&scene, &[window.rect()], &mut whole);
        let mut pieces = whole.clone();
        for rect in &rects {
            for y in rect.y..rect.bottom() {
                let start = (y * window.width + rect.x) as usize;
                pieces[start..start + rect.width as usize].fill(UNTOUCHED);
            }
        }
        compositor.paint(&scene, &rects, &mut pieces);
        prop_assert!(pieces == whole);
    }

    /// Blending is exact to a rounding, channel by channel.
    #[test]
    fn over_blends_each_channel(below: u32, alpha: u8, parts in any::<[u8; 3]>()) {
        let premultiplied = parts.map(|part| (u16::from(part) * u16::from(alpha) / 255) as u8);
        let above = u32::from_be_bytes([alpha, premultiplied[0], premultiplied[1], premultiplied[2]]);
        let result = over(below, above).to_be_bytes();
        for ((result, below), above) in result.into_iter().zip(below.to_be_bytes()).zip(above.to_be_bytes()) {
            let exact = f64::from(above) + f64::from(below) * f64::from(255 - alpha) / 255.0;
            prop_assert!((f64::from(result) - exact).abs() <= 0.51, "{below} under {above} of {alpha}");
        }
    }
}

#[test]
fn a_frame_is_published_whole_and_changes_nothing_else() {
    let canvas = Canvas::default();
    let look = || canvas.with(|painting| (painting.picture().cloned(), painting.take_damage()));
    assert_eq!(look(), (None, Vec::new()));
    let mut drawn = noise(size(60, 40), 1);
    canvas.publish(&drawn, &[]);
    assert_eq!(look(), (Some(drawn.clone()), vec![drawn.size().rect()]));

    let rect = Rect { x: 10, y: 5, width: 7, height: 3 };
    drawn.pixels_mut()[5 * 60 + 12] = 0x0077_7777;
    let whole = drawn.clone();
    // The decoder has begun with the next frame, elsewhere.
    drawn.pixels_mut()[30 * 60] ^= 1;
    canvas.publish(&drawn, &[rect]);
    assert_eq!(look(), (Some(whole), vec![rect]));
    assert_eq!(look().1, []);

    let smaller = noise(size(30, 30), 2);
    canvas.publish(&smaller, &[]);
    assert_eq!(look(), (Some(smaller.clone()), vec![smaller.size().rect()]));
    canvas.clear();
    assert_eq!(look(), (None, Vec::new()));
}

#[test]
fn a_hidden_window_gathers_no_endless_damage() {
    let canvas = Canvas::default();
    let picture = noise(size(1_100, 800), 3);
    canvas.publish(&picture, &[]);
    canvas.with(|painting| painting.take_damage());
    for step in 0..10_000 {
        canvas.publish(&picture, &[Rect { x: step % 1_000, y: step % 700, width: 3, height: 3 }]);
    }
    let damage = canvas.with(|painting| painting.take_damage());
    assert!(damage.len() <= 256);
    let around = damage.into_iter().reduce(Rect::union).expect("there is some");
    assert_eq!((around.right(), around.bottom()), (1_002, 702));
}
