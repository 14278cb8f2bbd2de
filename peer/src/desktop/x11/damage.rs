//! From what the server says was drawn on to a few rectangles to send and a few bands of rows to fetch.

use std::ops::Range;

use entraide_common::screen::Rect;

/// Most rectangles given out: beyond, describing them costs more than the pixels that a larger one adds.
const RECTS: usize = 32;
/// Rows between two bands that are fetched along rather than asked for apart.
const GAP: u32 = 16;

/// At most [`RECTS`] rectangles that cover all of `drawn`.
pub(super) fn gather(drawn: impl Iterator<Item = Rect>) -> Vec<Rect> {
    let mut gathered: Vec<Rect> = Vec::new();
    for rect in drawn {
        if gathered.len() < RECTS {
            gathered.push(rect);
            continue;
        }
        let growth = |other: &Rect| area(other.union(rect)) - area(*other);
        if let Some(nearest) = gathered.iter_mut().min_by_key(|other| growth(other)) {
            *nearest = nearest.union(rect);
        }
    }
    gathered
}

/// The rows that hold `rects`, from top to bottom, apart from each other.
pub(super) fn bands(rects: &[Rect]) -> Vec<Range<u32>> {
    let mut rows: Vec<_> = rects.iter().map(|rect| rect.y..rect.bottom()).collect();
    rows.sort_unstable_by_key(|rows| rows.start);
    let mut bands: Vec<Range<u32>> = Vec::new();
    for rows in rows {
        match bands.last_mut() {
            Some(band) if rows.start <= band.end + GAP => band.end = band.end.max(rows.end),
            _ => bands.push(rows),
        }
    }
    bands
}

fn area(rect: Rect) -> u64 {
    u64::from(rect.width) * u64::from(rect.height)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_rectangles_become_few_that_cover_them() {
        let drawn: Vec<_> =
            (0..500).map(|i| Rect { x: i * 37 % 900, y: i * 91 % 700, width: 5, height: 3 }).collect();
        let gathered = gather(drawn.iter().copied());
        assert_eq!(gathered.len(), RECTS);
        for rect in drawn {
            assert!(gathered.iter().any(|one| one.intersection(rect) == Some(rect)), "{rect:?} was lost");
        }
    }

    #[test]
    fn bands_join_neighbours_only() {
        let rect = |y, height| Rect { x: 3, y, width: 9, height };
        assert_eq!(bands(&[rect(200, 10), rect(0, 20), rect(30, 5), rect(10, 2)]), [0..35, 200..210]);
    }
}
