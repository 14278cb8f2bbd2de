//! Paints egui's meshes into a [`Layer`] on the CPU.
//!
//! egui hands out triangles with premultiplied colours, textured by an atlas of letters whose white corner stands
//! for "no texture". Nearly all area is axis-aligned rectangles (backgrounds, letters), which take a path of
//! their own; the rest is the thin triangles of rounded corners and anti-aliased lines ([`raster`]). Letters are
//! placed on whole pixels by egui, so the nearest texel is the right one.

mod raster;

use std::collections::HashMap;

use egui::epaint::{ClippedPrimitive, Mesh, Primitive, Vertex};
use egui::{Color32, ImageData, TextureId, TexturesDelta};

use super::layer::{Layer, over};

/// The textures egui uses, and the way from meshes to pixels.
#[derive(Debug, Default)]
pub struct Painter {
    textures: HashMap<TextureId, Texture>,
}

#[derive(Debug, Default)]
struct Texture {
    width: usize,
    height: usize,
    texels: Vec<Color32>,
}

/// Pixels that may be painted, from the first up to before the last.
#[derive(Debug, Clone, Copy)]
struct Clip {
    left: i32,
    top: i32,
    right: i32,
    bottom: i32,
}

impl Painter {
    /// Takes over new and changed textures, before what is painted with them.
    pub fn update(&mut self, delta: &mut TexturesDelta) {
        for (id, changes) in delta.set.drain() {
            let texture = self.textures.entry(id).or_default();
            for change in changes {
                let ImageData::Color(image) = &change.image;
                let [width, height] = image.size;
                match change.pos {
                    None => *texture = Texture { width, height, texels: image.pixels.clone() },
                    Some([x, y]) => texture.patch(x, y, width, &image.pixels),
                }
            }
        }
    }

    /// Forgets textures that nothing will be painted with any more.
    pub fn free(&mut self, delta: &mut TexturesDelta) {
        for id in delta.free.drain() {
            self.textures.remove(&id);
        }
    }

    /// Paints `primitives`, which are in points of `scale` pixels, over what the layer holds.
    pub fn paint(&self, primitives: &[ClippedPrimitive], scale: f32, layer: &mut Layer) {
        let size = layer.size();
        for ClippedPrimitive { clip_rect, primitive } in primitives {
            let Primitive::Mesh(mesh) = primitive else { continue };
            let Some(texture) = self.textures.get(&mesh.texture_id) else { continue };
            let edge = |points: f32, limit: u32| (points * scale).round().clamp(0.0, limit as f32) as i32;
            let clip = Clip {
                left: edge(clip_rect.min.x, size.width),
                top: edge(clip_rect.min.y, size.height),
                right: edge(clip_rect.max.x, size.width),
                bottom: edge(clip_rect.max.y, size.height),
            };
            if clip.left < clip.right && clip.top < clip.bottom {
                let stride = size.width as usize;
                paint_mesh(&mut Target { pixels: layer.pixels_mut(), stride, clip, scale }, mesh, texture);
            }
        }
    }
}

impl Texture {
    fn patch(&mut self, x: usize, y: usize, width: usize, pixels: &[Color32]) {
        for (row, from) in pixels.chunks_exact(width.max(1)).enumerate() {
            let start = (y + row) * self.width + x;
            if let Some(to) = self.texels.get_mut(start..start + width) {
                to.copy_from_slice(from);
            }
        }
    }

    /// The texel nearest to `u`, `v` of 0 to 1.
    fn texel(&self, u: f32, v: f32) -> Color32 {
        let x = ((u * self.width as f32).max(0.0) as usize).min(self.width.saturating_sub(1));
        let y = ((v * self.height as f32).max(0.0) as usize).min(self.height.saturating_sub(1));
        self.texels.get(y * self.width + x).copied().unwrap_or(Color32::TRANSPARENT)
    }
}

/// Where a mesh is painted.
struct Target<'a> {
    pixels: &'a mut [u32],
    stride: usize,
    clip: Clip,
    /// Pixels a point.
    scale: f32,
}

impl Target<'_> {
    /// The pixels `left..right` of row `y`, which must lie within the clip.
    fn row(&mut self, y: i32, left: i32, right: i32) -> &mut [u32] {
        let start = y as usize * self.stride;
        &mut self.pixels[start + left as usize..start + right as usize]
    }
}

fn paint_mesh(target: &mut Target<'_>, mesh: &Mesh, texture: &Texture) {
    let corner = |index: u32| &mesh.vertices[index as usize];
    let mut rest = mesh.indices.as_slice();
    while let [a, b, c, after @ ..] = rest {
        rest = after;
        let triangle = [corner(*a), corner(*b), corner(*c)];
        if let [d, e, f, beyond @ ..] = after
            && let Some(quad) = Quad::of(triangle, [corner(*d), corner(*e), corner(*f)])
        {
            rest = beyond;
            paint_quad(target, &quad, texture);
        } else {
            raster::triangle(target, triangle, texture);
        }
    }
}

/// An axis-aligned rectangle of one colour.
struct Quad<'a> {
    min: &'a Vertex,
    max: &'a Vertex,
}

impl<'a> Quad<'a> {
    /// The rectangle of two triangles in the order egui gives them: left top, right top, left bottom; left
    /// bottom, right top, right bottom.
    fn of([a, b, c]: [&'a Vertex; 3], [d, e, f]: [&'a Vertex; 3]) -> Option<Self> {
        let shared = d.pos == c.pos && e.pos == b.pos;
        let upright = a.pos.x == c.pos.x && b.pos.x == f.pos.x && a.pos.y == b.pos.y && c.pos.y == f.pos.y;
        let straight = a.uv.x == c.uv.x && b.uv.x == f.uv.x && a.uv.y == b.uv.y && c.uv.y == f.uv.y;
        let plain = [b, c, f].iter().all(|other| other.color == a.color);
        let ordered = a.pos.x <= f.pos.x && a.pos.y <= f.pos.y;
        (shared && upright && straight && plain && ordered).then_some(Self { min: a, max: f })
    }
}

fn paint_quad(target: &mut Target<'_>, quad: &Quad<'_>, texture: &Texture) {
    let scale = target.scale;
    // A pixel belongs to the rectangle if its middle does.
    let first = |points: f32| (points * scale - 0.5).ceil() as i32;
    let Clip { left, top, right, bottom } = target.clip;
    let (left, right) = (first(quad.min.pos.x).max(left), first(quad.max.pos.x).min(right));
    let (top, bottom) = (first(quad.min.pos.y).max(top), first(quad.max.pos.y).min(bottom));
    if left >= right || top >= bottom {
        return;
    }
    let tint = quad.min.color;
    if quad.min.uv == quad.max.uv {
        let color = packed(times(tint, texture.texel(quad.min.uv.x, quad.min.uv.y)));
        for y in top..bottom {
            blend(target.row(y, left, right), color);
        }
        return;
    }
    let slope = |from: f32, to: f32, start: f32, end: f32| (end - start) / ((to - from) * scale);
    let du = slope(quad.min.pos.x, quad.max.pos.x, quad.min.uv.x, quad.max.uv.x);
    let dv = slope(quad.min.pos.y, quad.max.pos.y, quad.min.uv.y, quad.max.uv.y);
    for y in top..bottom {
        let v = quad.min.uv.y + (y as f32 + 0.5 - quad.min.pos.y * scale) * dv;
        for (x, pixel) in (left..).zip(target.row(y, left, right)) {
            let u = quad.min.uv.x + (x as f32 + 0.5 - quad.min.pos.x * scale) * du;
            let texel = texture.texel(u, v);
            if texel != Color32::TRANSPARENT {
                *pixel = over(*pixel, packed(times(tint, texel)));
            }
        }
    }
}

/// `color` over every pixel of `row`.
fn blend(row: &mut [u32], color: u32) {
    match color >> 24 {
        255 => row.fill(color),
        _ => row.iter_mut().for_each(|pixel| *pixel = over(*pixel, color)),
    }
}

/// Channel by channel, as fractions of 255.
fn times(a: Color32, b: Color32) -> Color32 {
    if b == Color32::WHITE {
        return a;
    }
    let channel = |a: u8, b: u8| ((u32::from(a) * u32::from(b) + 127) / 255) as u8;
    Color32::from_rgba_premultiplied(
        channel(a.r(), b.r()),
        channel(a.g(), b.g()),
        channel(a.b(), b.b()),
        channel(a.a(), b.a()),
    )
}

fn packed(color: Color32) -> u32 {
    u32::from_be_bytes([color.a(), color.r(), color.g(), color.b()])
}
