//! A generation's memory, and the walk through a frame that both directions share.

use super::band::Band;
use super::copies;
use super::geometry::Geometry;
use super::lane::Lane;
use super::number::Number;
use super::plan::{Patch, Plan};
use super::range::Coder;
use super::tiles::{Grid, TILE};
use super::workers::{self, both};
use super::{Lie, Picture, Rect, Size};

/// With fewer pixels to draw, one lane is as fast.
const WORTH_TWO: usize = 1 << 19;

/// Everything both sides learn from the frames, in the same way. Its size does not grow: see [`Models::new`].
#[derive(Debug)]
pub(super) struct Models {
    geometry: Geometry,
    /// Where a frame is cut, in rows of tiles.
    cut: Number,
    upper: Lane,
    /// If [two work](workers) on the picture.
    lower: Option<Box<Lane>>,
    /// What [is covered](super::covered), for each pixel.
    covered: Vec<u32>,
    moved: Vec<u32>,
}

/// What the encoder wants, of which the decoder knows nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) plan: &'a Plan,
    /// What is drawn, as near to it as the plan says.
    pub(super) picture: &'a Picture,
}

/// One coder for each lane of a frame.
#[derive(Debug)]
pub(super) struct Coders<C> {
    pub(super) upper: C,
    /// Of a frame that is cut.
    pub(super) lower: Option<C>,
}

impl Models {
    /// Allocates some 19 MB a lane, 20 MB for an encoder, and as much as one picture; copies need up to one more.
    pub(super) fn new(size: Size, encodes: bool) -> Self {
        Self {
            geometry: Geometry::new(size),
            cut: Number::new(),
            upper: Lane::new(size, encodes),
            lower: workers::are_two(size).then(|| Box::new(Lane::new(size, encodes))),
            covered: vec![0; size.area()],
            moved: Vec::new(),
        }
    }

    /// Encoder: whether it is worth it to cut the frame with this plan.
    pub(super) fn cuts(&self, plan: &Plan) -> bool {
        self.lower.is_some() && area(&plan.patches) > WORTH_TWO
    }

    /// Codes one frame and draws it onto `shown`, which holds the previous one: copies first, then the patches one
    /// after the other, above and below the cut at the same time. Returns what was done.
    pub(super) fn frame<C: Coder + Send>(
        &mut self,
        coders: &mut Coders<C>,
        shown: &mut Picture,
        wanted: Option<Wanted<'_>>,
    ) -> Result<Plan, Lie> {
        let none = Plan::default();
        let given = wanted.map_or(&none, |wanted| wanted.plan);
        let picture = wanted.map(|wanted| wanted.picture);
        let Coders { upper: coder, lower } = coders;
        let shifts = self.geometry.shifts(coder, &given.shifts)?;
        let copies = self.geometry.copies(coder, &shifts, &given.copies)?;
        coder.check()?;
        copies::carry_out(&shifts, &copies, shown, &mut self.moved);
        let size = shown.size();
        let band = Band::whole(size.width, shown.pixels_mut(), &mut self.covered);
        let patches = match (lower, &mut self.lower) {
            (Some(lower_coder), Some(lower_lane)) => {
                let row = self.cut.code(coder, || middle(&given.patches));
                if row >= Grid::new(size).rows() {
                    return Err(Lie("a cut below the picture"));
                }
                let (above, below) = given.patches.split_at(first_from(&given.patches, row));
                let (upper_band, lower_band) = band.cut(row * TILE);
                let upper_lane = &mut self.upper;
                let (upper, lower) = both(
                    move || upper_lane.draw(coder, upper_band, above, picture),
                    move || lower_lane.draw(lower_coder, lower_band, below, picture),
                );
                let mut patches = upper?;
                patches.extend(lower?);
                patches
            }
            _ => self.upper.draw(coder, band, &given.patches, picture)?,
        };
        Ok(Plan { shifts, copies, patches })
    }
}

fn area(patches: &[Patch]) -> usize {
    patches.iter().map(|patch| patch.rect.area()).sum()
}

/// The row of tiles that has as much to draw above it as from it on.
fn middle(patches: &[Patch]) -> u32 {
    let all = area(patches);
    let mut above = 0;
    let half = patches.iter().find(|patch| {
        above += patch.rect.area();
        above * 2 >= all
    });
    half.map_or(0, |patch| patch.rect.y / TILE)
}

/// The first patch in that row of tiles or below it.
fn first_from(patches: &[Patch], row: u32) -> usize {
    patches.partition_point(|patch| patch.rect.y / TILE < row)
}

impl Plan {
    /// What it touches: copied tiles, neighbours joined, and patches, which may overlap them.
    pub(super) fn changed(&self, size: Size) -> Vec<Rect> {
        let grid = Grid::new(size);
        let mut rects: Vec<Rect> = Vec::with_capacity(self.patches.len());
        for copy in &self.copies {
            let rect = grid.tile(copy.tile);
            match rects.last_mut() {
                Some(last) if (last.y, last.right()) == (rect.y, rect.x) => last.width += rect.width,
                _ => rects.push(rect),
            }
        }
        let tile_of = |x: u32, y: u32| (y / TILE) * grid.columns() + x / TILE;
        let is_copied = |rect: Rect| {
            let tiles = tile_of(rect.x, rect.y)..=tile_of(rect.right() - 1, rect.y);
            tiles.into_iter().all(|tile| self.copies.binary_search_by_key(&tile, |copy| copy.tile).is_ok())
        };
        let patches = self.patches.iter().map(|patch| patch.rect);
        rects.extend(patches.filter(|&rect| !is_copied(rect)));
        rects
    }
}
