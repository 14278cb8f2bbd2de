//! The film above the picture.
//!
//! The picture's frames and the film's come on different lanes, so either may be ahead of the other. Each of the film's
//! frames says in which version of the region it was made: a tile shows it only if it showed the film then already, and
//! still does. Until such a frame comes, a tile that begins to show the film stays as it was.

use entraide_common::screen::film::Area;
use entraide_common::screen::{Picture, Rect};
use entraide_common::wire::screen::Region;

/// What is shown of films.
#[derive(Debug, Default)]
pub(super) struct Screening {
    above: Option<Above>,
    /// The last frame of a film that is not shown yet, its film and its version.
    early: Option<(u32, u32, Picture)>,
}

#[derive(Debug)]
struct Above {
    film: u32,
    area: Area,
    /// Since which version each tile shows the film.
    since: Vec<u32>,
    /// What is shown in those tiles; of the area's size.
    pixels: Picture,
}

impl Screening {
    /// No film is shown.
    pub(super) fn end(&mut self) {
        self.above = None;
    }

    /// Puts the film back above `rect` of what is shown, where something was drawn below it.
    pub(super) fn lay(&self, rect: Rect, shown: &mut Picture) {
        let Some(above) = &self.above else { return };
        for part in above.area.shown().filter_map(|(_, tile)| tile.intersection(rect)) {
            above.copy(part, shown);
        }
    }

    /// What a region says; gives what changed of what is shown. `below` is the picture without films.
    pub(super) fn change(&mut self, region: Region, shown: &mut Picture, below: &Picture) -> Vec<Rect> {
        let before = self.above.take();
        let fits = |area: &Area| area.rect().intersection(shown.size().rect()) == Some(area.rect());
        let playing = region.film.filter(|playing| fits(&playing.area));
        self.above = playing.map(|playing| {
            let since = (0..playing.area.count()).map(|number| {
                let same = before.as_ref().filter(|b| b.film == playing.film && b.area.shows(number));
                same.map_or(region.version, |before| before.since[number])
            });
            let since = since.collect();
            let pixels = shown.cut(playing.area.rect());
            Above { film: playing.film, area: playing.area, since, pixels }
        });
        let mut changed = Vec::new();
        for (_, rect) in before.iter().flat_map(|before| before.area.shown()) {
            let left = self.above.as_ref().map_or_else(|| vec![rect], |above| above.area.outside(rect));
            left.iter().for_each(|&rect| shown.copy_rect_from(below, rect));
            changed.extend(left);
        }
        let is_early =
            |early: &mut (u32, u32, Picture)| self.above.as_ref().is_some_and(|above| above.film == early.0);
        if let Some((film, version, shot)) = self.early.take_if(is_early) {
            changed.extend(self.show(film, version, &shot, shown));
        }
        changed
    }

    /// A film's frame; gives what changed of what is shown.
    pub(super) fn show(&mut self, film: u32, version: u32, shot: &Picture, shown: &mut Picture) -> Vec<Rect> {
        let Some(above) = self.above.as_mut().filter(|above| above.film == film) else {
            let is_over = self.above.as_ref().is_some_and(|above| above.film > film);
            if !is_over {
                self.early = Some((film, version, shot.clone()));
            }
            return Vec::new();
        };
        if shot.size() != above.area.size() {
            return Vec::new();
        }
        let shows = |(number, rect): (usize, Rect)| (above.since[number] <= version).then_some(rect);
        let changed: Vec<Rect> = above.area.shown().filter_map(shows).collect();
        for &rect in &changed {
            let inside = above.inside(rect);
            above.pixels.copy_rect_from(shot, inside);
            above.copy(rect, shown);
        }
        changed
    }
}

impl Above {
    /// Where `rect` lies in the film.
    fn inside(&self, rect: Rect) -> Rect {
        let Rect { x, y, .. } = self.area.rect();
        Rect { x: rect.x - x, y: rect.y - y, ..rect }
    }

    /// Shows what there is for `rect`.
    fn copy(&self, rect: Rect, shown: &mut Picture) {
        for (to, from) in shown.rows_mut(rect).zip(self.pixels.rows(self.inside(rect))) {
            to.copy_from_slice(from);
        }
    }
}
