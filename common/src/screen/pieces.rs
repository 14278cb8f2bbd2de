//! Rows of pixels that were on the screen before, anywhere.
//!
//! A *piece* is 32 pixels of a row, beginning at a multiple of 32. Every piece that had to be coded is kept in a ring
//! of the last 131,072, and each remembers which piece was seen last below it and which to the right of it. So what
//! comes back (a page that is scrolled back, a window that is raised, the same line of output once more) costs one
//! slot number where it begins, and from there a small fraction of a bit for every piece that follows.

use super::number::Number;
use super::range::{Bit, Coder};
use super::{Lie, PIECE};

/// Slots as a power of two: 16 MB of pixels, two screens full of pieces that differ.
const SLOT_BITS: u32 = 17;
const SLOTS: usize = 1 << SLOT_BITS;
/// Slots of the encoder's search by content, as a power of two.
const SEARCH_BITS: u32 = 18;

/// A place in the ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot(u32);

/// The pieces, and what was seen next to each.
#[derive(Debug)]
pub(super) struct Ring {
    pieces: Vec<[u32; PIECE]>,
    next: usize,
    /// Slots that were ever filled.
    filled: usize,
    below: Vec<Link>,
    right: Vec<Link>,
    /// Encoder only: the newest piece with a given hash.
    by_content: Vec<Link>,
}

/// A slot, or none, in such a way that fresh memory is all none.
#[derive(Debug, Clone, Copy, Default)]
struct Link(Option<std::num::NonZeroU32>);

impl Link {
    fn to(slot: Slot) -> Self {
        Self(std::num::NonZeroU32::new(slot.0 + 1))
    }

    fn slot(self) -> Option<Slot> {
        self.0.map(|one_more| Slot(one_more.get() - 1))
    }
}

impl Ring {
    /// All memory it will ever use is allocated here; the system provides it as it is touched.
    pub(super) fn new(encodes: bool) -> Self {
        Self {
            pieces: vec![[0; PIECE]; SLOTS],
            next: 0,
            filled: 0,
            below: vec![Link::default(); SLOTS],
            right: vec![Link::default(); SLOTS],
            by_content: vec![Link::default(); if encodes { 1 << SEARCH_BITS } else { 0 }],
        }
    }

    /// Encoder only: where what stands for `content`, a whole piece, was kept last, if `is_met` by that.
    pub(super) fn find(&self, content: &[u32], is_met: impl Fn(&[u32; PIECE]) -> bool) -> Option<Slot> {
        let slot = self.by_content[hash(content)].slot()?;
        is_met(self.pixels(slot)).then_some(slot)
    }

    fn pixels(&self, slot: Slot) -> &[u32; PIECE] {
        &self.pieces[slot.0 as usize]
    }

    /// How many pieces were kept since.
    fn age(&self, slot: Slot) -> u32 {
        ((self.next + SLOTS - 1 - slot.0 as usize) % SLOTS) as u32
    }

    /// The piece of this age, if there is one.
    fn of_age(&self, age: u32) -> Option<Slot> {
        let age = age as usize;
        (age < self.filled).then(|| Slot(((self.next + SLOTS - 1 - age) % SLOTS) as u32))
    }

    /// Keeps `pixels` in place of the oldest piece. The encoder will find them by `content`.
    fn keep(&mut self, pixels: &[u32], content: &[u32]) -> Slot {
        let slot = Slot(self.next as u32);
        self.pieces[self.next].copy_from_slice(pixels);
        self.below[self.next] = Link::default();
        self.right[self.next] = Link::default();
        self.next = (self.next + 1) % SLOTS;
        self.filled = self.filled.max(slot.0 as usize + 1);
        if !self.by_content.is_empty() {
            self.by_content[hash(content)] = Link::to(slot);
        }
        slot
    }
}

fn hash(pixels: &[u32]) -> usize {
    let (pairs, _) = pixels.as_chunks::<2>();
    let sum = pairs.iter().fold(0_u64, |sum, &[one, two]| {
        (sum.rotate_left(5) ^ (u64::from(one) | u64::from(two) << 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    });
    (sum >> (u64::BITS - SEARCH_BITS)) as usize
}

/// The way through a patch: which pieces it showed in the row above and to the left.
#[derive(Debug)]
pub(super) struct Trail {
    above: Vec<Link>,
    left: Link,
    outcome: usize,
}

impl Trail {
    /// What a piece can have been: nothing yet, as before, below or to the right of another, a slot, coded, uncovered.
    pub(super) const OUTCOMES: usize = 6;
    const SAME: usize = 1;
    const LINKED: usize = 2;
    const NAMED: usize = 3;
    const CODED: usize = 4;
    const UNCOVERED: usize = 5;

    /// For a patch `width` pixels wide.
    pub(super) fn new(width: usize) -> Self {
        Self { above: vec![Link::default(); width / PIECE + 2], left: Link::default(), outcome: 0 }
    }

    pub(super) fn begin_row(&mut self) {
        self.left = Link::default();
    }

    /// What the last piece was.
    pub(super) fn outcome(&self) -> usize {
        self.outcome
    }

    /// The piece at `x` is as before.
    pub(super) fn leave(&mut self, x: usize) {
        self.above[x / PIECE] = Link::default();
        self.left = Link::default();
        self.outcome = Self::SAME;
    }

    /// The piece at `x` is what was covered.
    pub(super) fn uncover(&mut self, x: usize) {
        self.leave(x);
        self.outcome = Self::UNCOVERED;
    }

    /// The piece at `x` is not one to be remembered.
    pub(super) fn lose_above(&mut self, x: usize) {
        self.above[x / PIECE] = Link::default();
    }

    /// Nothing is known of what is to the left.
    pub(super) fn lose_left(&mut self) {
        self.left = Link::default();
    }

    /// The piece at `x` was coded and is kept. `content` is what it stands for, as far as the encoder knows: the same,
    /// or nearly.
    pub(super) fn remember(&mut self, ring: &mut Ring, x: usize, pixels: &[u32], content: &[u32]) {
        let slot = ring.keep(pixels, content);
        self.follow(ring, x, slot);
    }

    /// The piece at `x` is the one in `slot`.
    fn follow(&mut self, ring: &mut Ring, x: usize, slot: Slot) {
        let above = &mut self.above[x / PIECE];
        if let Some(above) = above.slot() {
            ring.below[above.0 as usize] = Link::to(slot);
        }
        if let Some(left) = self.left.slot() {
            ring.right[left.0 as usize] = Link::to(slot);
        }
        *above = Link::to(slot);
        self.left = Link::to(slot);
    }
}

/// How likely pieces are known ones, for one kind of pixels. Each by the last piece's outcome, and by whether there
/// was a piece below to try.
#[derive(Debug)]
pub(super) struct Pieces {
    below: [Bit; Trail::OUTCOMES],
    right: [[Bit; 2]; Trail::OUTCOMES],
    named: [[Bit; 2]; Trail::OUTCOMES],
    /// How many pieces were kept since the one that is named.
    age: Number,
}

impl Pieces {
    pub(super) const fn new() -> Self {
        Self {
            below: [Bit::EVEN; Trail::OUTCOMES],
            right: [[Bit::EVEN; 2]; Trail::OUTCOMES],
            named: [[Bit::EVEN; 2]; Trail::OUTCOMES],
            age: Number::new(),
        }
    }

    /// Codes whether the piece at `x` is a known one, and if it is, draws it to `row`. The encoder knows which pieces
    /// would do, `is_met`, and in which slot one stands that may be named, `found`.
    pub(super) fn known<C: Coder>(
        &mut self,
        coder: &mut C,
        ring: &mut Ring,
        trail: &mut Trail,
        x: usize,
        (is_met, found): (impl Fn(&[u32; PIECE]) -> bool, Option<Slot>),
        row: &mut [u32],
    ) -> Result<bool, Lie> {
        let last = trail.outcome;
        let below = trail.above[x / PIECE].slot().and_then(|above| ring.below[above.0 as usize].slot());
        let right = trail.left.slot().and_then(|left| ring.right[left.0 as usize].slot());
        let had_below = usize::from(below.is_some());

        let mut slot = None;
        if let Some(below) = below
            && coder.bit(&mut self.below[last], || is_met(ring.pixels(below)))
        {
            slot = Some(below);
        }
        if let Some(right) = right
            && slot.is_none()
            && below != Some(right)
            && coder.bit(&mut self.right[last][had_below], || is_met(ring.pixels(right)))
        {
            slot = Some(right);
        }
        if slot.is_some() {
            trail.outcome = Trail::LINKED;
        } else if coder.bit(&mut self.named[last][had_below], || found.is_some()) {
            let age = self.age.code(coder, || found.map_or(0, |found| ring.age(found)));
            let Some(named) = ring.of_age(age) else {
                return Err(Lie("a piece from a slot that was never filled"));
            };
            trail.outcome = Trail::NAMED;
            slot = Some(named);
        } else {
            trail.outcome = Trail::CODED;
        }
        let Some(slot) = slot else { return Ok(false) };
        row.copy_from_slice(ring.pixels(slot));
        trail.follow(ring, x, slot);
        Ok(true)
    }
}
