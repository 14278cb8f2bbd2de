//! Films on the screen: where one plays, and the picture without it.
//!
//! To be exact about a film costs tens of megabits a second, and a video codec's blur is not seen while it moves. So
//! where a film plays, a video codec's picture is shown *above* the picture of this codec, which knows nothing of it: to
//! the [`Encoder`](super::Encoder) the film's pixels stand still ([`Films::picture`]), on both sides equal, and what is
//! copied or drawn beside them is as true as ever. When the film, or a tile of it, comes to rest, the encoder is shown
//! what changed there meanwhile, and the frame that draws it takes the film away from above it.
//!
//! # What is a film
//! Photographs that come anew at least five times a second ([`watch`]), in a rectangle of at least six tiles. Of its
//! tiles only those show the film that themselves look so ([`photo`]), and as long as they do not look like text: text
//! beside the film stays exact, and so does text that appears in the midst of it, a menu or a sentence, from its first
//! frame on; only what reaches into a film's tile by a few rows is shown as the film is. What rests for [`REST`] is exact
//! again; for a second it takes but one change to be a film's once more. The rectangle is as large as what moved, to the
//! pixel; if that grows, another takes its place.
//!
//! At most one film plays at a time: the largest.

mod area;
mod photo;
mod watch;

pub use area::Area;

use std::time::Duration;

use super::tiles::change;
use super::{Change, Picture, Rect, Size};
use photo::Look;
use watch::{LAPSE, Watch};

/// A film's tile that did not change for so long is exact again.
pub const REST: Duration = Duration::from_millis(150);
/// A film's rectangle does not become another sooner.
const GROWTH: Duration = Duration::from_secs(2);
/// A film is over when fewer than one in so many of its tiles have shown it for a while.
const LEAST_SHARE: usize = 4;

/// The films of one generation, on the side that encodes.
#[derive(Debug)]
pub struct Films {
    watch: Watch,
    play: Option<Box<Play>>,
    opened: u32,
    /// What the film has left since the encoder was asked last: it draws that, and nothing has changed there.
    left: Vec<Rect>,
}

/// What changed on the screen.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// Where.
    pub damage: &'a [Rect],
    /// Where it has changed again since, which will be seen next time.
    pub waiting: &'a [Rect],
    /// How often the screen was painted for it.
    pub paints: u32,
}

#[derive(Debug)]
struct Play {
    area: Area,
    seats: Vec<Seat>,
    /// INVARIANT: the screen, but where the film is shown, what the encoder was given last.
    still: Picture,
    /// The rectangle as it was when it was last looked at.
    seen: Picture,
    begun: Duration,
    /// When enough of its tiles last showed it.
    alive: Duration,
    /// What the rectangle is to become.
    next: Option<Rect>,
}

/// What a tile in a film's rectangle does.
#[derive(Debug, Clone, Copy)]
enum Seat {
    /// It shows the film, and last changed then.
    Film(Duration),
    /// It did, and came to rest.
    Rest(Duration),
    /// It does not.
    Plain,
}

impl Films {
    /// No film yet, on a screen of this size.
    #[must_use]
    pub fn new(size: Size) -> Self {
        Self { watch: Watch::new(size), play: None, opened: 0, left: Vec::new() }
    }

    /// Where the film is shown; none if none plays.
    #[must_use]
    pub fn area(&self) -> Option<&Area> {
        self.play.as_ref().map(|play| &play.area)
    }

    /// Counts the films; another number is another film, even in the same place.
    #[must_use]
    pub fn opened(&self) -> u32 {
        self.opened
    }

    /// When a film's tile will have come to rest, or the film be over, if nothing changes until then.
    #[must_use]
    pub fn due(&self) -> Option<Duration> {
        let play = self.play.as_ref()?;
        let resting = play.seats.iter().filter_map(|seat| match seat {
            Seat::Film(moved) => Some(*moved + REST),
            _ => None,
        });
        resting.chain([play.alive + LAPSE]).min()
    }

    /// What the encoder is to be given for `screen`, after [`Films::hold`].
    #[must_use]
    pub fn picture<'a>(&'a self, screen: &'a Picture) -> &'a Picture {
        self.play.as_ref().map_or(screen, |play| &play.still)
    }

    /// Looks at what changed, keeps the film out of it, and gives the damage for the encoder: all of it, and what the film
    /// leaves. To be called before the encoder, whatever changed.
    pub fn hold(&mut self, screen: &Picture, seen: Seen<'_>, now: Duration) -> Vec<Rect> {
        let mut damage = seen.damage.to_vec();
        let Some(play) = &mut self.play else { return damage };
        let mut left: Vec<Rect> = play.area.shown().map(|(_, rect)| rect).collect();
        play.look(&mut self.watch, screen, seen, now);
        if let Some(rect) = play.next.take() {
            play.area = Area::new(rect);
            play.sit(&self.watch, screen, now);
            self.opened += 1;
        }
        if play.is_over(now) {
            self.play = None;
            damage.extend(&left);
            self.left.extend(left);
            return damage;
        }
        left.retain(|rect| !play.area.holds(*rect));
        damage.extend(&left);
        self.left.extend(left);
        for part in damage.iter().flat_map(|&rect| play.area.outside(rect)) {
            play.still.copy_rect_from(screen, part);
        }
        damage
    }

    /// Learns from what the encoder found changed, after it encoded. A film begins if it is `worth` that, which is asked
    /// with its size.
    pub fn learn(
        &mut self,
        screen: &Picture,
        changes: &[Change],
        paints: u32,
        now: Duration,
        worth: impl FnOnce(Size) -> bool,
    ) {
        let left = std::mem::take(&mut self.left);
        let is_drawn = |change: &&Change| left.iter().any(|rect| rect.intersection(change.rect).is_some());
        let changes: Vec<Change> = changes.iter().filter(|change| !is_drawn(change)).copied().collect();
        self.watch.note(screen, &changes, paints, now);
        let found = self.watch.find(paints, now);
        match &mut self.play {
            Some(play) => {
                let outgrown = found.filter(|rect| play.area.rect().union(*rect) != play.area.rect());
                play.next = outgrown.filter(|_| now >= play.begun + GROWTH);
            }
            None => {
                if let Some(rect) = found
                    && worth(Size { width: rect.width, height: rect.height })
                {
                    self.play = Some(Box::new(Play::new(rect, &self.watch, screen, now)));
                    self.opened += 1;
                }
            }
        }
    }

    /// Ends the film; the damage for the encoder, to be given with what changes next.
    pub fn stop(&mut self) -> Vec<Rect> {
        let play = self.play.take();
        self.left = play.iter().flat_map(|play| play.area.shown()).map(|(_, rect)| rect).collect();
        self.left.clone()
    }
}

impl Play {
    fn new(rect: Rect, watch: &Watch, screen: &Picture, now: Duration) -> Self {
        let area = Area::new(rect);
        let seen = Picture::black(area.size());
        let still = screen.clone();
        let mut play = Self { area, seats: Vec::new(), still, seen, begun: now, alive: now, next: None };
        play.sit(watch, screen, now);
        play
    }

    /// Begins in the area's rectangle.
    fn sit(&mut self, watch: &Watch, screen: &Picture, now: Duration) {
        self.seen = screen.cut(self.area.rect());
        self.seats = vec![Seat::Plain; self.area.count()];
        for number in 0..self.seats.len() {
            let rect = self.area.tile(number);
            if watch.moves(rect, now) && photo::is_one(screen, rect) && !photo::has_text(screen, rect) {
                self.seats[number] = Seat::Film(now);
                self.area.set(number, true);
            }
        }
        (self.begun, self.alive) = (now, now);
    }

    /// Looks at what changed in the rectangle, and at what did not.
    fn look(&mut self, watch: &mut Watch, screen: &Picture, seen: Seen<'_>, now: Duration) {
        for number in 0..self.seats.len() {
            let rect = self.area.tile(number);
            let touches = |rects: &[Rect]| rects.iter().any(|other| other.intersection(rect).is_some());
            let changed = touches(seen.damage).then(|| self.changed(screen, rect)).flatten();
            if let Some(changed) = changed {
                let text = photo::has_text(screen, rect);
                let look = if text { Look::Text } else { photo::look(screen, rect) };
                if look != Look::Text && matches!(self.seats[number], Seat::Film(_)) {
                    watch.beat(changed, seen.paints, now);
                }
                self.seats[number] = match (look, self.seats[number]) {
                    (Look::Text, _) => Seat::Plain,
                    (_, Seat::Film(_)) => Seat::Film(now),
                    (_, Seat::Rest(moved)) if now < moved + LAPSE => Seat::Film(now),
                    (Look::Photo, _) if watch.moves(rect, now) => Seat::Film(now),
                    _ => Seat::Plain,
                };
            }
            if let Seat::Film(moved) = &mut self.seats[number] {
                if touches(seen.waiting) {
                    *moved = now;
                } else if now >= *moved + REST {
                    self.seats[number] = Seat::Rest(*moved);
                }
            }
            self.area.set(number, matches!(self.seats[number], Seat::Film(_)));
        }
        if self.area.shown().count() * LEAST_SHARE >= self.seats.len() {
            self.alive = now;
        }
    }

    /// What changed in a tile since it was last looked at.
    fn changed(&mut self, screen: &Picture, tile: Rect) -> Option<Rect> {
        let Rect { x, y, .. } = self.area.rect();
        let inside = Rect { x: tile.x - x, y: tile.y - y, ..tile };
        let changed = change(screen, tile, &self.seen, inside)?;
        for (to, from) in self.seen.rows_mut(inside).zip(screen.rows(tile)) {
            to.copy_from_slice(from);
        }
        Some(changed)
    }

    fn is_over(&self, now: Duration) -> bool {
        now >= self.alive + LAPSE
    }
}
