//! One triangle of any shape.
//!
//! Corners are rounded to 1/256 of a pixel and edges are followed in integers with the top-left rule, so that
//! triangles which share an edge paint every pixel along it exactly once: translucent ones would show a seam
//! otherwise. Colours and texture places are interpolated linearly, row by row.

use egui::Color32;
use egui::epaint::Vertex;

use super::{Target, Texture, blend, over, packed, times};

/// Parts of a pixel in which corners are counted.
const PARTS: i64 = 256;

/// Values that are linear over the triangle: red, green, blue, alpha, u, v.
type Values = [f32; 6];

pub(super) fn triangle(target: &mut Target<'_>, corners: [&Vertex; 3], texture: &Texture) {
    let Some(shape) = Shape::of(corners, target.scale) else { return };
    let clip = target.clip;
    let (first, last) = shape.rows();
    for y in first.max(clip.top)..last.min(clip.bottom) {
        let (left, right) = shape.columns(y);
        let (left, right) = (left.max(clip.left), right.min(clip.right));
        if left < right {
            paint_row(target, &shape, y, left, right, texture);
        }
    }
}

fn paint_row(target: &mut Target<'_>, shape: &Shape, y: i32, left: i32, right: i32, texture: &Texture) {
    let mut values = shape.values_at(left, y);
    let row = target.row(y, left, right);
    if shape.plain {
        let [.., u, v] = values;
        return blend(row, packed(times(color_of(&values), texture.texel(u, v))));
    }
    for pixel in row {
        let [.., u, v] = values;
        *pixel = over(*pixel, packed(times(color_of(&values), texture.texel(u, v))));
        for (value, step) in values.iter_mut().zip(shape.across) {
            *value += step;
        }
    }
}

fn color_of(&[red, green, blue, alpha, ..]: &Values) -> Color32 {
    let channel = |value: f32| (value + 0.5) as u8;
    let alpha = channel(alpha);
    // Rounding must not leave a channel above the alpha it is premultiplied by.
    Color32::from_rgba_premultiplied(
        channel(red).min(alpha),
        channel(green).min(alpha),
        channel(blue).min(alpha),
        alpha,
    )
}

struct Shape {
    /// Corners in 1/256 pixel, clockwise on the screen.
    corners: [(i64, i64); 3],
    /// The values at the first corner, and how they change a pixel to the right and a pixel down.
    values: Values,
    across: Values,
    down: Values,
    /// Whether the values are the same everywhere.
    plain: bool,
}

impl Shape {
    /// `None` if the triangle has no area.
    fn of(vertices: [&Vertex; 3], scale: f32) -> Option<Self> {
        let place = |points: f32| (points * scale * PARTS as f32).round() as i64;
        let at = |vertex: &Vertex| (place(vertex.pos.x), place(vertex.pos.y));
        let [a, mut b, mut c] = vertices;
        let double = cross(at(a), at(b), at(c));
        if double == 0 {
            return None;
        }
        if double < 0 {
            (b, c) = (c, b);
        }
        let corners = [at(a), at(b), at(c)];
        let [base, to_b, to_c] = [values_of(a), values_of(b), values_of(c)];
        let pixels = |parts: i64| parts as f32 / PARTS as f32;
        let (bx, by) = (pixels(corners[1].0 - corners[0].0), pixels(corners[1].1 - corners[0].1));
        let (cx, cy) = (pixels(corners[2].0 - corners[0].0), pixels(corners[2].1 - corners[0].1));
        let area = bx * cy - cx * by;
        let (mut across, mut down) = ([0.0; 6], [0.0; 6]);
        for index in 0..6 {
            let (b, c) = (to_b[index] - base[index], to_c[index] - base[index]);
            across[index] = (b * cy - c * by) / area;
            down[index] = (c * bx - b * cx) / area;
        }
        let plain = base == to_b && base == to_c;
        Some(Self { corners, values: base, across, down, plain })
    }

    /// The rows whose middles may lie in the triangle.
    fn rows(&self) -> (i32, i32) {
        let ys = self.corners.map(|(_, y)| y);
        let [top, bottom] = [ys.iter().min(), ys.iter().max()].map(|y| *y.expect("a triangle has corners"));
        (first_middle(top), first_middle(bottom) + 1)
    }

    /// The columns of row `y` whose middles lie in the triangle.
    fn columns(&self, y: i32) -> (i32, i32) {
        let y = i64::from(y) * PARTS + PARTS / 2;
        let (mut left, mut right) = (i64::from(i32::MIN), i64::from(i32::MAX));
        for index in 0..3 {
            let (from, to) = (self.corners[index], self.corners[(index + 1) % 3]);
            let (dx, dy) = (to.0 - from.0, to.1 - from.1);
            // Inside is where dx * (y - from.y) - dy * (x - from.x) is at least this; on the edge itself only
            // edges at the top and at the left count.
            let least = i64::from(!(dy < 0 || (dy == 0 && dx > 0)));
            let level = dx * (y - from.1) + dy * from.0 - least - dy * (PARTS / 2);
            match dy.signum() {
                0 if level < 0 => return (0, 0),
                0 => {}
                1 => right = right.min(level.div_euclid(dy * PARTS) + 1),
                _ => left = left.max(-level.div_euclid(-dy * PARTS)),
            }
        }
        (left.max(i64::from(i32::MIN)) as i32, right.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32)
    }

    fn values_at(&self, x: i32, y: i32) -> Values {
        let right = (i64::from(x) * PARTS + PARTS / 2 - self.corners[0].0) as f32 / PARTS as f32;
        let below = (i64::from(y) * PARTS + PARTS / 2 - self.corners[0].1) as f32 / PARTS as f32;
        let mut values = self.values;
        for (index, value) in values.iter_mut().enumerate() {
            *value += self.across[index] * right + self.down[index] * below;
        }
        values
    }
}

fn values_of(vertex: &Vertex) -> Values {
    let [red, green, blue, alpha] = vertex.color.to_array().map(f32::from);
    [red, green, blue, alpha, vertex.uv.x, vertex.uv.y]
}

/// Twice the area, positive if the corners go clockwise on the screen.
fn cross(a: (i64, i64), b: (i64, i64), c: (i64, i64)) -> i64 {
    (b.0 - a.0) * (c.1 - a.1) - (c.0 - a.0) * (b.1 - a.1)
}

/// The first pixel whose middle is at or after `parts`.
fn first_middle(parts: i64) -> i32 {
    (parts - PARTS / 2 + PARTS - 1).div_euclid(PARTS) as i32
}
