//! One way through a frame: patches from above to below, and all that is learnt from drawing them.
//!
//! A frame of a large picture has two, drawn at the same time by two processors, each with a memory of its own. What the
//! other draws meanwhile a lane neither sees nor touches.

use std::ops::Range;

use super::band::Band;
use super::natural::{Above, Goal, Natural, sharp_groups};
use super::patches::{Patches, Pen};
use super::pieces::{Ring, Trail};
use super::plan::{Depth, Kind, Patch};
use super::range::{Bit, Coder};
use super::rows::Rows;
use super::text::Text;
use super::{Lie, Picture, Size};

/// The models that patches are coded with.
#[derive(Debug)]
pub(super) struct Lane {
    patches: Patches,
    text: Text,
    natural: Natural,
    ring: Ring,
    /// "This row is as before", by whether the one above was.
    same_row: [Bit; 2],
    rows: Rows,
}

impl Lane {
    /// Allocates some 19 MB, one more for an encoder.
    pub(super) fn new(size: Size, encodes: bool) -> Self {
        Self {
            patches: Patches::new(size),
            text: Text::new(),
            natural: Natural::new(),
            ring: Ring::new(encodes),
            same_row: [Bit::EVEN; 2],
            rows: Rows::default(),
        }
    }

    /// Draws patches, which the encoder gives with the picture they are of. Returns them.
    pub(super) fn draw<C: Coder>(
        &mut self,
        coder: &mut C,
        mut band: Band<'_>,
        given: &[Patch],
        wanted: Option<&Picture>,
    ) -> Result<Vec<Patch>, Lie> {
        let count = self.patches.count(coder, given.len())?;
        let mut patches = Vec::with_capacity(count);
        let mut pen = Pen::within(band.rows());
        for number in 0..count {
            let patch = self.patches.next(coder, &mut pen, given.get(number))?;
            self.patch(coder, &mut band, patch, wanted)?;
            patches.push(patch);
        }
        self.patches.remember(&patches);
        Ok(patches)
    }

    fn patch<C: Coder>(
        &mut self,
        coder: &mut C,
        band: &mut Band<'_>,
        patch: Patch,
        wanted: Option<&Picture>,
    ) -> Result<(), Lie> {
        let Patch { rect, kind } = patch;
        let columns = rect.x as usize..rect.right() as usize;
        let mut trail = Trail::new(rect.width as usize);
        let mut above = Above::new(rect.width as usize);
        let mut sharp = Vec::new();
        let mut was_same = false;
        self.rows.begin(band, rect);
        for y in rect.y..rect.bottom() {
            self.rows.load(band, y);
            if let (Some(picture), Kind::Natural(Depth::Near(_))) = (wanted, kind) {
                find_sharp(picture, y, columns.clone(), &mut sharp);
            }
            let wanted = wanted.map_or(&[][..], |picture| &picture.row(y)[columns.clone()]);
            let ways = (&mut self.ring, &mut trail);
            let is_same = match kind {
                Kind::Text => {
                    let old = self.rows.old();
                    was_same = coder.bit(&mut self.same_row[usize::from(was_same)], || wanted == old);
                    if !was_same {
                        self.text.row(coder, ways, &mut self.rows, wanted)?;
                    }
                    was_same
                }
                Kind::Natural(depth) => {
                    self.rows.keep();
                    let goal = Goal { pixels: wanted, sharp: &sharp, depth };
                    self.natural.row(coder, ways, &mut self.rows, &mut above, goal)?;
                    false
                }
            };
            coder.check()?;
            if is_same {
                self.rows.keep();
            } else {
                self.rows.store(band, y);
            }
            self.rows.advance();
        }
        Ok(())
    }
}

/// Encoder only: which groups of a row are sharp.
fn find_sharp(picture: &Picture, y: u32, columns: Range<usize>, sharp: &mut Vec<bool>) {
    let last = picture.size().height - 1;
    let row = |y: u32| &picture.row(y)[columns.clone()];
    // Beyond the picture's edge the other neighbour speaks for both.
    let above = y.checked_sub(1).unwrap_or(1.min(last));
    let below = if y < last { y + 1 } else { last.saturating_sub(1) };
    sharp_groups(row(above), row(y), row(below), sharp);
}
