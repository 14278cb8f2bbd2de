//! What a frame does to which tile, as the encoder decides it and as the decoder learns it.

use super::motion::Search;
use super::tiles::{Grid, TILE, change};
use super::workers::shared;
use super::{PIECE, Picture, Rect, Size, Tolerance};

/// Most shifts in a frame. The encoder looks for three; a frame that scrolls in four windows is rare, and each shift
/// is tried on every tile.
pub(super) const SHIFTS: usize = 7;
/// With fewer changed tiles nothing large moved, and looking for it costs more than it saves.
const TILES_FOR_MOTION: usize = 4;
/// A patch of so few pixels is cheaper than looking for a better one.
const SMALL_PATCH: usize = 256;
/// Two patches of one row of tiles become one if no more than this lies between them, in pixels.
const GAP: u32 = 64;
/// A patch of so many pixels begins and ends where pieces do.
const PIECEMEAL: usize = 1024;

/// Smaller patches are never natural: icons and single letters are coded better as text.
pub(super) const NATURAL_AREA: usize = 1024;

/// Where a copy comes from, seen from where it goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shift {
    pub(super) dx: i16,
    pub(super) dy: i16,
}

impl Shift {
    /// Where a copy to `rect` comes from, if that is inside a picture of `size`.
    pub(super) fn source(self, rect: Rect, size: Size) -> Option<Rect> {
        let x = rect.x.checked_add_signed(self.dx.into())?;
        let y = rect.y.checked_add_signed(self.dy.into())?;
        let source = Rect { x, y, ..rect };
        (source.right() <= size.width && source.bottom() <= size.height).then_some(source)
    }
}

/// A tile that is filled from elsewhere in the previous picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Copy {
    pub(super) tile: u32,
    /// Which of the frame's shifts.
    pub(super) shift: usize,
}

/// Pixels to be drawn, within one row of tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Patch {
    pub(super) rect: Rect,
    pub(super) kind: Kind,
}

/// What pixels look like, which decides how they are coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text, lines and flat colour.
    Text,
    /// Photographs and shades.
    Natural(Depth),
}

/// How true natural pixels become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    Exact,
    /// So far from the truth at most, in each colour, 1 to [`Tolerance::MOST`].
    Near(u8),
    /// Exact, where they were drawn as near as that.
    Refined(u8),
}

impl Depth {
    /// How many there are.
    pub(super) const COUNT: usize = 1 + 2 * Tolerance::MOST.0 as usize;

    /// Each has a number below [`Depth::COUNT`].
    pub(super) fn number(self) -> u32 {
        match self {
            Self::Exact => 0,
            Self::Near(n) => n.into(),
            Self::Refined(n) => u32::from(Tolerance::MOST.0 + n),
        }
    }

    /// The depth with that number.
    pub(super) fn from_number(number: u32) -> Option<Self> {
        let n = u8::try_from(number).ok()?;
        match n.checked_sub(Tolerance::MOST.0 + 1) {
            None if n == 0 => Some(Self::Exact),
            None => Some(Self::Near(n)),
            Some(more) => (more < Tolerance::MOST.0).then_some(Self::Refined(more + 1)),
        }
    }

    /// The depth at which pixels may be so far from the truth.
    pub(super) fn within(tolerance: Tolerance) -> Self {
        if tolerance == Tolerance::EXACT { Self::Exact } else { Self::Near(tolerance.0) }
    }
}

/// Everything about a frame but its pixels.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Plan {
    pub(super) shifts: Vec<Shift>,
    /// In the order of their tiles.
    pub(super) copies: Vec<Copy>,
    /// From above to below, in a row of tiles from left to right, without overlaps.
    pub(super) patches: Vec<Patch>,
}

impl Plan {
    /// How to turn `shown` into `picture`, which differ in the `dirty` tiles, each within its box. All of it exact.
    pub(super) fn new(
        search: &mut Search,
        picture: &Picture,
        shown: &Picture,
        dirty: &[(u32, Rect)],
    ) -> Self {
        let grid = Grid::new(picture.size());
        let shifts = if dirty.len() < TILES_FOR_MOTION {
            Vec::new()
        } else {
            let tiles: Vec<Rect> = dirty.iter().map(|&(tile, _)| grid.tile(tile)).collect();
            search.shifts(picture, shown, &tiles)
        };
        let choose = |dirty: &[(u32, Rect)]| {
            let best = |&(tile, in_place)| {
                let (shift, rect) = cheapest(picture, shown, grid.tile(tile), in_place, &shifts);
                let patch = rect.map(|rect| Patch { rect, kind: kind(picture, rect) });
                (shift.map(|shift| Copy { tile, shift }), patch)
            };
            dirty.iter().map(best).collect()
        };
        let chosen: Vec<(Option<Copy>, Option<Patch>)> = shared(picture.size(), dirty.len(), dirty, choose);
        let mut plan = Self { shifts, ..Self::default() };
        for (copy, patch) in chosen {
            plan.copies.extend(copy);
            if let Some(Patch { rect, kind }) = patch {
                plan.draw(rect, kind, picture.size());
            }
        }
        plan.forget_unused_shifts();
        plan
    }

    /// Pixels of photographs to draw.
    pub(super) fn natural_area(&self) -> usize {
        let natural = self.patches.iter().filter(|patch| patch.kind != Kind::Text);
        natural.map(|patch| patch.rect.area()).sum()
    }

    /// Draws photographs no truer than that.
    pub(super) fn soften(&mut self, tolerance: Tolerance) {
        for patch in self.patches.iter_mut().filter(|patch| patch.kind != Kind::Text) {
            patch.kind = Kind::Natural(Depth::within(tolerance));
        }
    }

    /// Whether the frame changes nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.copies.is_empty() && self.patches.is_empty()
    }

    /// Adds a patch, or joins it to the one before. Text only: what is natural is dear even where it did not change.
    fn draw(&mut self, rect: Rect, kind: Kind, size: Size) {
        if let Some(Patch { rect: last, kind: Kind::Text }) = self.patches.last_mut()
            && kind == Kind::Text
            && last.y / TILE == rect.y / TILE
            && rect.x - last.right() <= GAP
        {
            let both = last.union(rect);
            if both.area() <= (last.area() + rect.area()) * 3 / 2 + 256 {
                *last = both;
                return;
            }
        }
        let is_piecemeal = kind != Kind::Text || rect.area() >= PIECEMEAL;
        let rect = if is_piecemeal { along_pieces(rect, size) } else { rect };
        self.patches.push(Patch { rect, kind });
    }

    fn forget_unused_shifts(&mut self) {
        let mut used = [false; SHIFTS];
        self.copies.iter().for_each(|copy| used[copy.shift] = true);
        let mut kept = 0;
        let mut number = [0; SHIFTS];
        for shift in 0..self.shifts.len() {
            number[shift] = kept;
            if used[shift] {
                self.shifts[kept] = self.shifts[shift];
                kept += 1;
            }
        }
        self.shifts.truncate(kept);
        self.copies.iter_mut().for_each(|copy| copy.shift = number[copy.shift]);
    }
}

/// What of the `touched` tiles differs, each with the box around it.
pub(super) fn dirty(picture: &Picture, shown: &Picture, touched: &[(u32, Rect)]) -> Vec<(u32, Rect)> {
    let find = |touched: &[(u32, Rect)]| {
        let changed = |&(tile, area)| Some((tile, change(picture, area, shown, area)?));
        touched.iter().filter_map(changed).collect()
    };
    shared(picture.size(), touched.len(), touched, find)
}

/// `rect`, grown to whole pieces where the picture has them. It stays within its tiles.
fn along_pieces(rect: Rect, size: Size) -> Rect {
    let piece = PIECE as u32;
    let x = rect.x / piece * piece;
    let right = rect.right().next_multiple_of(piece).min(size.width);
    Rect { x, width: right - x, ..rect }
}

/// The copy, if any, that leaves clearly less of `tile` to draw than `in_place`, and what is left to draw.
fn cheapest(
    picture: &Picture,
    shown: &Picture,
    tile: Rect,
    in_place: Rect,
    shifts: &[Shift],
) -> (Option<usize>, Option<Rect>) {
    let (mut copy, mut patch) = (None, Some(in_place));
    for (number, shift) in shifts.iter().enumerate() {
        // What every copy is held against: nothing beats a small patch in place.
        let left = patch.map_or(0, Rect::area);
        if in_place.area() <= SMALL_PATCH || left == 0 {
            break;
        }
        let Some(source) = shift.source(tile, picture.size()) else { continue };
        let rest = change(picture, tile, shown, source);
        if rest.map_or(0, Rect::area) * 4 < left * 3 {
            (copy, patch) = (Some(number), rest);
        }
    }
    (copy, patch)
}

/// In photographs hardly a pixel equals its left neighbour.
fn kind(picture: &Picture, rect: Rect) -> Kind {
    const LEAST_WIDTH: u32 = 8;
    const REPEATED_PERCENT: usize = 30;
    if rect.width < LEAST_WIDTH || rect.area() < NATURAL_AREA {
        return Kind::Text;
    }
    let (mut pairs, mut equal) = (0, 0);
    for row in picture.rows(rect).step_by(2) {
        pairs += row.len() - 1;
        equal += row.iter().zip(&row[1..]).filter(|(one, other)| one == other).count();
    }
    if equal * 100 < pairs * REPEATED_PERCENT { Kind::Natural(Depth::Exact) } else { Kind::Text }
}
