//! What is shown but not yet true, and when it is due.
//!
//! While an encoder has photographs that it drew only nearly, it keeps the true picture beside the one the decoder has,
//! and plans by the true one: so a copy of what is near is as near, and nothing is sent for an error that is known. It
//! looks at *cells* of 32 x 32 pixels, since a film and what is still beside it may share a tile. A cell that was drawn
//! nearly, or copied from such, is rough from then on, until it has been still for [`STILL`] and is refined.

use std::time::Duration;

use super::natural::farthest;
use super::plan::{Depth, Kind, NATURAL_AREA, Patch, Plan};
use super::tiles::{Grid, TILE, change};
use super::{Picture, Rect, Refinement, Size, Tolerance};

/// A photograph that did not change for so long is refined. A film of ten pictures a second still moves.
pub const STILL: Duration = Duration::from_millis(120);
/// Pixels along a cell's side.
const CELL: u32 = TILE / 2;

/// The true picture, and where the shown one is not it.
#[derive(Debug)]
pub(super) struct Rough {
    /// INVARIANT: no colour of a pixel that is shown is farther from it than [`Tolerance::MOST`], and outside of rough
    /// cells all are equal.
    truth: Picture,
    /// Since when each cell is as it is, if it is rough.
    cells: Vec<Option<Duration>>,
}

impl Rough {
    /// Nothing is rough yet: the truth is what is shown.
    pub(super) fn new(shown: &Picture) -> Self {
        let cells = vec![None; (columns(shown.size()) * shown.size().height.div_ceil(CELL)) as usize];
        Self { truth: shown.clone(), cells }
    }

    pub(super) fn truth(&self) -> &Picture {
        &self.truth
    }

    /// The truth becomes `picture`, as far as the plan draws it.
    pub(super) fn follow(&mut self, plan: &Plan, picture: &Picture, now: Duration) {
        let grid = Grid::new(picture.size());
        let copied: Vec<(Rect, bool)> = plan
            .copies
            .iter()
            .filter_map(|copy| {
                let tile = grid.tile(copy.tile);
                let source = plan.shifts[copy.shift].source(tile, picture.size())?;
                Some((tile, self.cells_of(source).any(|cell| self.cells[cell].is_some())))
            })
            .collect();
        for (tile, is_rough) in copied {
            self.truth.copy_rect_from(picture, tile);
            self.mark(tile, is_rough.then_some(now));
        }
        for &Patch { rect, kind } in &plan.patches {
            self.truth.copy_rect_from(picture, rect);
            if matches!(kind, Kind::Natural(Depth::Near(_))) {
                self.mark(rect, Some(now));
            }
        }
    }

    /// When something is due, if nothing moves until then.
    pub(super) fn due(&self) -> Option<Duration> {
        self.cells.iter().flatten().min().map(|&since| since + STILL)
    }

    /// What makes `shown` true where it is due, as much of it and in the order that `wanted` says.
    pub(super) fn plan(&mut self, shown: &Picture, wanted: &Refinement<'_>, now: Duration) -> Plan {
        let grid = Grid::new(shown.size());
        let mut rects: Vec<Rect> = (0..grid.count())
            .filter_map(|tile| self.due_in(grid.tile(tile), shown, wanted.moving, now))
            .collect();
        let distance = |rect: &Rect| {
            let (x, y) = (rect.x + rect.width / 2, rect.y + rect.height / 2);
            let [dx, dy] = [x.abs_diff(wanted.near.0), y.abs_diff(wanted.near.1)].map(u64::from);
            dx * dx + dy * dy
        };
        rects.sort_by_key(distance);
        let mut left = wanted.pixels;
        let mut count = 0;
        while count < rects.len() && (count == 0 || left >= rects[count].area()) {
            left = left.saturating_sub(rects[count].area());
            count += 1;
        }
        rects.truncate(count);
        rects.sort_by_key(|rect| (rect.y / TILE, rect.x));
        for &rect in &rects {
            self.mark(rect, None);
        }
        let patches = rects.into_iter().map(|rect| Patch { rect, kind: self.kind(shown, rect) });
        Plan { patches: patches.collect(), ..Plan::default() }
    }

    /// Whether the shown picture is the true one.
    pub(super) fn is_over(&self) -> bool {
        self.cells.iter().all(Option::is_none)
    }

    /// The cells of a tile that are due, as far as one rectangle holds them and nothing that moves.
    fn due_in(&mut self, tile: Rect, shown: &Picture, moving: &[Rect], now: Duration) -> Option<Rect> {
        let (mut due, mut moves) = (Vec::new(), Vec::new());
        for rect in halves(tile) {
            let number = self.cells_of(rect).next().unwrap_or_default();
            let Some(since) = self.cells[number] else { continue };
            if now < since + STILL || moving.iter().any(|moving| moving.intersection(rect).is_some()) {
                moves.push(rect);
            } else if change(&self.truth, rect, shown, rect).is_some() {
                due.push(rect);
            } else {
                self.cells[number] = None;
            }
        }
        let all = due.iter().copied().reduce(Rect::union)?;
        let moves = moves.iter().any(|rect| rect.intersection(all).is_some());
        if moves { due.first().copied() } else { Some(all) }
    }

    /// How a rough rectangle becomes true.
    fn kind(&self, shown: &Picture, rect: Rect) -> Kind {
        if rect.area() < NATURAL_AREA {
            return Kind::Text;
        }
        let pixels = self.truth.rows(rect).flatten().zip(shown.rows(rect).flatten());
        let error = pixels.fold(0, |most, (one, other)| most.max(farthest(*one, *other)));
        match error {
            0 => Kind::Natural(Depth::Exact),
            n if n <= Tolerance::MOST.0 => Kind::Natural(Depth::Refined(n)),
            _ => Kind::Natural(Depth::Exact),
        }
    }

    fn mark(&mut self, rect: Rect, since: Option<Duration>) {
        for cell in self.cells_of(rect) {
            self.cells[cell] = since;
        }
    }

    /// The cells that a rectangle touches.
    fn cells_of(&self, rect: Rect) -> impl Iterator<Item = usize> + use<> {
        let columns = columns(self.truth.size());
        let across = rect.x / CELL..rect.right().div_ceil(CELL);
        let down = rect.y / CELL..rect.bottom().div_ceil(CELL);
        down.flat_map(move |row| across.clone().map(move |column| (row * columns + column) as usize))
    }
}

fn columns(size: Size) -> u32 {
    size.width.div_ceil(CELL)
}

/// The cells of a tile, each as far as it lies inside.
fn halves(tile: Rect) -> impl Iterator<Item = Rect> {
    let cell = move |(down, right)| Rect { x: tile.x + right, y: tile.y + down, width: CELL, height: CELL };
    let corners = [(0, 0), (0, CELL), (CELL, 0), (CELL, CELL)];
    corners.into_iter().map(cell).filter_map(move |cell| cell.intersection(tile))
}
