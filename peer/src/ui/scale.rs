//! Where the remote picture stands in the window, and its pixels there.
//!
//! A [`Placement`] maps between picture and window; a [`Scaler`] paints any rectangle of the placed picture.
//! Whatever is painted in pieces equals what is painted at once, to the bit, so that a window can follow a video
//! by painting only what changed: shrinking works on a fixed grid of cells, each always resampled by itself from
//! its own part of the picture and the filter's margin around it. (Resampling arbitrary rectangles would not do:
//! the precision of the filter's weights depends on which of them are asked for together.)

use entraide_common::screen::{Picture, Rect, Size};
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

/// A cell of the grid, window pixels. Wide, because rows are what the resampler is fast at; small enough that a
/// blinking text cursor does not cost a quarter of the screen.
const CELL: Size = Size { width: 128, height: 64 };

/// How far CatmullRom looks, in source pixels per window pixel of scale.
const SUPPORT: f64 = 2.0;

/// How large the picture is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Every pixel as a square of this many window pixels, at least 1.
    Whole(u32),
    /// Shrunk to this size in window pixels.
    Shrunk(Size),
}

/// The picture's place in the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placement {
    /// The picture's own size.
    pub source: Size,
    /// How large it is shown.
    pub scale: Scale,
    /// Its left edge in the window; negative when scrolled.
    pub x: i32,
    /// Its upper edge in the window.
    pub y: i32,
    /// The part of the window it may cover.
    pub area: Rect,
}

impl Placement {
    /// The whole picture in the middle of `area`: shrunk if it must be, and otherwise as large as whole pixels
    /// allow, because half pixels blur letters.
    #[must_use]
    pub fn fit(source: Size, area: Rect) -> Self {
        let whole = (area.width / source.width).min(area.height / source.height);
        if whole >= 1 {
            return Self::whole(source, area, whole, (0, 0));
        }
        let (width, height) = (u64::from(area.width), u64::from(area.height));
        let (across, down) = (u64::from(source.width), u64::from(source.height));
        let size = if width * down <= height * across {
            (width, width * down / across)
        } else {
            (height * across / down, height)
        };
        let size = Size { width: (size.0 as u32).max(1), height: (size.1 as u32).max(1) };
        let (x, y) = (middle(area.x, area.width, size.width), middle(area.y, area.height, size.height));
        Self { source, scale: Scale::Shrunk(size), x, y, area }
    }

    /// Every pixel as `zoom` window pixels. A side that does not fit is scrolled by `scroll`, which is kept
    /// within the picture; a side that fits stands in the middle.
    #[must_use]
    pub fn whole(source: Size, area: Rect, zoom: u32, scroll: (i32, i32)) -> Self {
        let zoom = zoom.max(1);
        let side = |at: u32, room: u32, pixels: u32, scroll: i32| {
            let needed = pixels.saturating_mul(zoom);
            if needed <= room {
                middle(at, room, needed)
            } else {
                at.cast_signed() - scroll.clamp(0, (needed - room).cast_signed())
            }
        };
        let x = side(area.x, area.width, source.width, scroll.0);
        let y = side(area.y, area.height, source.height, scroll.1);
        Self { source, scale: Scale::Whole(zoom), x, y, area }
    }

    /// The size in window pixels.
    #[must_use]
    pub fn size(&self) -> Size {
        match self.scale {
            Scale::Whole(zoom) => Size {
                width: self.source.width.saturating_mul(zoom),
                height: self.source.height.saturating_mul(zoom),
            },
            Scale::Shrunk(size) => size,
        }
    }

    /// The part of the window that shows picture; none if the area is empty.
    #[must_use]
    pub fn shown(&self) -> Option<Rect> {
        self.in_area(Span { start: 0, end: i64::MAX }, Span { start: 0, end: i64::MAX })
    }

    /// How far the picture can be scrolled each way, window pixels.
    #[must_use]
    pub fn scroll_room(&self) -> (i32, i32) {
        let size = self.size();
        let room = |needed: u32, room: u32| needed.saturating_sub(room).cast_signed();
        (room(size.width, self.area.width), room(size.height, self.area.height))
    }

    /// The picture's pixel under a point of the window, the nearest one if the point is beside the picture.
    #[must_use]
    pub fn to_picture(&self, x: f64, y: f64) -> (i32, i32) {
        let size = self.size();
        let side = |at: f64, origin: i32, shown: u32, pixels: u32| {
            let pixel = (at - f64::from(origin)) * f64::from(pixels) / f64::from(shown);
            (pixel.floor() as i32).clamp(0, pixels.cast_signed() - 1)
        };
        (side(x, self.x, size.width, self.source.width), side(y, self.y, size.height, self.source.height))
    }

    /// The window's pixel in the middle of a pixel of the picture.
    #[must_use]
    pub fn to_window(&self, x: i32, y: i32) -> (i32, i32) {
        let size = self.size();
        let side = |at: i32, origin: i32, shown: u32, pixels: u32| {
            let middle = (f64::from(at) + 0.5) * f64::from(shown) / f64::from(pixels);
            origin.saturating_add(middle.floor() as i32)
        };
        (side(x, self.x, size.width, self.source.width), side(y, self.y, size.height, self.source.height))
    }

    /// The part of the window that shows something else once `rect` of the picture changed.
    #[must_use]
    pub fn damage(&self, rect: Rect) -> Option<Rect> {
        let (across, down) = match self.scale {
            Scale::Whole(zoom) => {
                let span = |from: u32, to: u32| Span {
                    start: i64::from(from) * i64::from(zoom),
                    end: i64::from(to) * i64::from(zoom),
                };
                (span(rect.x, rect.right()), span(rect.y, rect.bottom()))
            }
            Scale::Shrunk(size) => (
                cells_touched(rect.x, rect.right(), self.source.width, size.width, CELL.width),
                cells_touched(rect.y, rect.bottom(), self.source.height, size.height, CELL.height),
            ),
        };
        self.in_area(across, down)
    }

    /// Moves spans of the shown picture into the window and cuts them to picture and area.
    fn in_area(&self, across: Span, down: Span) -> Option<Rect> {
        let size = self.size();
        let (left, right) = across.placed(self.x, size.width, self.area.x, self.area.right())?;
        let (top, bottom) = down.placed(self.y, size.height, self.area.y, self.area.bottom())?;
        Some(Rect { x: left, y: top, width: right - left, height: bottom - top })
    }
}

/// From `start` up to before `end`, in pixels of the shown picture.
#[derive(Clone, Copy)]
struct Span {
    start: i64,
    end: i64,
}

impl Span {
    fn placed(self, origin: i32, length: u32, from: u32, to: u32) -> Option<(u32, u32)> {
        let origin = i64::from(origin);
        let start = (origin + self.start).max(i64::from(from));
        let end = (origin + self.end.min(i64::from(length))).min(i64::from(to));
        // Both lie between `from` and `to` once they are in order.
        (start < end).then_some((start as u32, end as u32))
    }
}

/// The cells whose pixels depend on the source pixels `from..to` of `source`, when `source` becomes `shown`.
fn cells_touched(from: u32, to: u32, source: u32, shown: u32, cell: u32) -> Span {
    let scale = f64::from(source) / f64::from(shown);
    let margin = SUPPORT * scale.max(1.0) + 1.0;
    let first = ((f64::from(from) - margin) / scale).floor().max(0.0) as u32 / cell * cell;
    let last = (((f64::from(to) + margin) / scale).ceil() as u32).div_ceil(cell) * cell;
    Span { start: i64::from(first), end: i64::from(last.min(shown)) }
}

fn middle(at: u32, room: u32, needed: u32) -> i32 {
    (at + room.saturating_sub(needed) / 2).cast_signed()
}

/// Paints placed pictures. Keeps the resampler's buffers from one frame to the next.
#[derive(Debug)]
pub struct Scaler {
    resizer: Resizer,
    cell: Vec<u32>,
}

impl Default for Scaler {
    fn default() -> Self {
        Self { resizer: Resizer::new(), cell: vec![0; CELL.area()] }
    }
}

impl Scaler {
    /// Paints the part `rect` of the window, which must lie within `place.shown()`, into `target`, a window
    /// of `stride` pixels across. Pixels are written as 0x00RRGGBB.
    pub fn paint(
        &mut self,
        picture: &Picture,
        place: &Placement,
        rect: Rect,
        target: &mut [u32],
        stride: usize,
    ) {
        debug_assert_eq!(picture.size(), place.source);
        match place.scale {
            Scale::Whole(zoom) => paint_whole(picture, place, zoom, rect, target, stride),
            Scale::Shrunk(size) => self.paint_shrunk(picture, place, size, rect, target, stride),
        }
    }

    fn paint_shrunk(
        &mut self,
        picture: &Picture,
        place: &Placement,
        size: Size,
        rect: Rect,
        target: &mut [u32],
        stride: usize,
    ) {
        // In pixels of the shown picture, whose corner is never left of or above the area when it is shrunk.
        let (x0, y0) = (place.x.cast_unsigned(), place.y.cast_unsigned());
        let wanted = Rect { x: rect.x - x0, y: rect.y - y0, ..rect };
        for y in (wanted.y / CELL.height * CELL.height..wanted.bottom()).step_by(CELL.height as usize) {
            for x in (wanted.x / CELL.width * CELL.width..wanted.right()).step_by(CELL.width as usize) {
                let cell = Rect {
                    x,
                    y,
                    width: CELL.width.min(size.width - x),
                    height: CELL.height.min(size.height - y),
                };
                self.shrink(picture, size, cell);
                let Some(part) = cell.intersection(wanted) else { continue };
                for row in part.y..part.bottom() {
                    let from = ((row - cell.y) * cell.width + part.x - cell.x) as usize;
                    let to = (row + y0) as usize * stride + (part.x + x0) as usize;
                    let width = part.width as usize;
                    target[to..to + width].copy_from_slice(&self.cell[from..from + width]);
                }
            }
        }
    }

    /// Resamples one cell of the picture shrunk to `size` into `self.cell`.
    fn shrink(&mut self, picture: &Picture, size: Size, cell: Rect) {
        let source = picture.size();
        let across = f64::from(source.width) / f64::from(size.width);
        let down = f64::from(source.height) / f64::from(size.height);
        let (left, top) = (f64::from(cell.x) * across, f64::from(cell.y) * down);
        let options = ResizeOptions::new()
            .resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom))
            .use_alpha(false)
            .crop(
                left,
                top,
                (f64::from(cell.width) * across).min(f64::from(source.width) - left),
                (f64::from(cell.height) * down).min(f64::from(source.height) - top),
            );
        let pixels = bytemuck::cast_slice(picture.pixels());
        let from = ImageRef::new(source.width, source.height, pixels, PixelType::U8x4)
            .expect("a picture holds four bytes for each of its pixels");
        let room = &mut self.cell[..(cell.width * cell.height) as usize];
        let mut to =
            Image::from_slice_u8(cell.width, cell.height, bytemuck::cast_slice_mut(room), PixelType::U8x4)
                .expect("the cell was cut to its size");
        self.resizer
            .resize(&from, &mut to, Some(&options))
            .expect("both are four bytes a pixel, and a cell lies within the picture");
    }
}

fn paint_whole(
    picture: &Picture,
    place: &Placement,
    zoom: u32,
    rect: Rect,
    target: &mut [u32],
    stride: usize,
) {
    let across = picture.size().width as usize;
    // The rectangle lies within what is shown, so it never starts before the picture does.
    let x = (rect.x.cast_signed() - place.x).cast_unsigned();
    let y = (rect.y.cast_signed() - place.y).cast_unsigned();
    for row in 0..rect.height {
        let to = (rect.y + row) as usize * stride + rect.x as usize;
        let to = &mut target[to..to + rect.width as usize];
        let from = ((y + row) / zoom) as usize * across;
        if zoom == 1 {
            let from = from + x as usize;
            to.copy_from_slice(&picture.pixels()[from..from + rect.width as usize]);
        } else {
            for (column, pixel) in (x..).zip(to) {
                *pixel = picture.pixels()[from + (column / zoom) as usize];
            }
        }
    }
}
