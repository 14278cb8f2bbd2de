//! From pictures to frames.

use std::io::Write as _;

use zstd::stream::raw::CParameter;
use zstd::stream::write::Encoder as Deflater;

use super::motion::Search;
use super::plan::{Change, Patch, Plan, Shift};
use super::planes::Coding;
use super::tiles::{Grid, change};
use super::{FORM, Picture, Rect, Size, WINDOW_LOG};

/// How hard zstd tries: on recorded desktops level 3 needs a sixth more bytes, level 5 a twentieth.
const LEVEL: i32 = 6;
/// With fewer changed tiles nothing large moved, and looking for it costs more than it saves.
const TILES_FOR_MOTION: usize = 4;
/// A patch of so few pixels is cheaper than looking for a better one.
const SMALL_PATCH: usize = 256;

/// One generation of frames.
///
/// It remembers the picture the decoder holds and the zstd stream they share, so every frame it returns must
/// reach the decoder, in order.
pub struct Encoder {
    size: Size,
    /// INVARIANT: what the decoder's canvas shows after the frames so far; `None` before the first.
    shown: Option<Picture>,
    search: Search,
    deflater: Deflater<'static, Vec<u8>>,
}

impl Encoder {
    /// A generation for pictures of `size`.
    #[must_use]
    pub fn new(size: Size) -> Self {
        let mut header = vec![FORM];
        header.extend((size.width as u16).to_le_bytes());
        header.extend((size.height as u16).to_le_bytes());
        Self { size, shown: None, search: Search::new(), deflater: deflater(header) }
    }

    /// The frame that turns the decoder's canvas into `picture`, or `None` if nothing changed.
    ///
    /// Only the damage is looked at, as far as it lies inside the picture; a change elsewhere is not sent. The
    /// first call encodes everything whatever the damage says, and always returns a frame.
    ///
    /// # Panics
    /// If `picture` has another size than the generation.
    pub fn encode(&mut self, picture: &Picture, damage: &[Rect]) -> Option<Vec<u8>> {
        assert_eq!(picture.size(), self.size, "another size is another generation");
        let grid = Grid::new(self.size);
        let is_first = self.shown.is_none();
        let touched = if is_first { grid.everything() } else { grid.touched(damage) };
        let mut shown = self.shown.take().unwrap_or_else(|| Picture::black(self.size));

        let plan = self.plan(picture, &shown, &touched);
        for &Change { tile, copy, patch } in &plan.changes {
            if copy.is_some() {
                shown.copy_rect_from(picture, grid.tile(tile));
            } else if let Some(patch) = patch {
                shown.copy_rect_from(picture, patch.rect);
            }
        }
        self.shown = Some(shown);
        (is_first || !plan.changes.is_empty()).then(|| self.deflate(picture, &plan))
    }

    /// What to do about the `touched` tiles.
    fn plan(&mut self, picture: &Picture, shown: &Picture, touched: &[(u32, Rect)]) -> Plan {
        let grid = Grid::new(self.size);
        let dirty: Vec<(u32, Rect)> = touched
            .iter()
            .filter_map(|&(tile, area)| Some((tile, change(picture, area, shown, area)?)))
            .collect();
        let shifts = if dirty.len() < TILES_FOR_MOTION {
            Vec::new()
        } else {
            let tiles: Vec<Rect> = dirty.iter().map(|&(tile, _)| grid.tile(tile)).collect();
            self.search.shifts(picture, shown, &tiles)
        };
        let changes = dirty
            .into_iter()
            .map(|(tile, in_place)| {
                let (copy, rect) = cheapest(picture, shown, grid.tile(tile), in_place, &shifts);
                let patch = rect.map(|rect| Patch { rect, coding: Coding::suited_to(picture, rect) });
                Change { tile, copy, patch }
            })
            .collect();
        Plan { changes }
    }

    fn deflate(&mut self, picture: &Picture, plan: &Plan) -> Vec<u8> {
        const TO_MEMORY: &str = "zstd needs only memory, and writing into memory cannot fail";
        self.deflater.write_all(&plan.to_bytes(Grid::new(self.size))).expect(TO_MEMORY);
        let mut bytes = Vec::new();
        for Patch { rect, coding } in plan.changes.iter().filter_map(|change| change.patch) {
            coding.write(picture, rect, &mut bytes);
            self.deflater.write_all(&bytes).expect(TO_MEMORY);
        }
        self.deflater.flush().expect(TO_MEMORY);
        std::mem::take(self.deflater.get_mut())
    }
}

/// The generation's zstd stream; `header` stands before its first byte.
fn deflater(header: Vec<u8>) -> Deflater<'static, Vec<u8>> {
    const PARAMETERS: &str = "zstd accepts these parameters";
    let mut deflater = Deflater::new(header, LEVEL).expect("zstd needs only memory");
    for parameter in [
        CParameter::WindowLog(WINDOW_LOG),
        // Finds what was on the screen some frames ago and comes back: a tenth of the bytes of scrolling.
        CParameter::EnableLongDistanceMatching(true),
        CParameter::LdmMinMatch(128),
        CParameter::ChecksumFlag(false),
        CParameter::ContentSizeFlag(false),
    ] {
        deflater.set_parameter(parameter).expect(PARAMETERS);
    }
    deflater
}

/// The copy, if any, that leaves clearly less of `tile` to draw than `in_place`, and what is left to draw.
fn cheapest(
    picture: &Picture,
    shown: &Picture,
    tile: Rect,
    in_place: Rect,
    shifts: &[Shift],
) -> (Option<Shift>, Option<Rect>) {
    let (mut copy, mut patch) = (None, Some(in_place));
    for &shift in shifts {
        let left = patch.map_or(0, Rect::area);
        if left <= SMALL_PATCH {
            break;
        }
        let Some(source) = shift.source(tile, picture.size()) else { continue };
        let rest = change(picture, tile, shown, source);
        if rest.map_or(0, Rect::area) * 4 < left * 3 {
            (copy, patch) = (Some(shift), rest);
        }
    }
    (copy, patch)
}
