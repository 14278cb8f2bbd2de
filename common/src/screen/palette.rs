//! The colours a session has shown lately, by number.
//!
//! A colour that no context predicted is often one that was on the screen a moment ago. 256 of them have numbers.
//! Which one makes room for a new one is decided by the second-chance rule: a hand goes round, and a colour that was
//! used since it last came by is spared, up to three times.

use super::Lie;
use super::mix::Mixer;
use super::range::{Bit, Coder};

const COLOURS: usize = 256;
/// Rounds of the hand that a colour survives unused.
const CHANCES: u8 = 3;
/// Slots of the index, as a power of two: sixteen for each colour, so that looking one up takes one step.
const INDEX_BITS: u32 = 12;
/// No colour: their upper byte is zero.
const NONE: u32 = u32::MAX;

/// The colours.
#[derive(Debug)]
pub(super) struct Palette {
    colours: [u32; COLOURS],
    chances: [u8; COLOURS],
    hand: usize,
    /// Numbers by the colours' hashes, with linear probing: [`COLOURS`] is none.
    index: Vec<u16>,
    /// A number is coded bit by bit from the highest, each by those before it; one such tree for each context.
    trees: Vec<Bit>,
    mixers: [[Mixer<OPINIONS>; 8]; Self::CONTEXTS],
}

const OPINIONS: usize = 6;
const TREE_BITS: u32 = 16;

impl Palette {
    /// Contexts in which numbers are coded.
    pub(super) const CONTEXTS: usize = 4;

    pub(super) fn new() -> Self {
        Self {
            colours: [NONE; COLOURS],
            chances: [0; COLOURS],
            hand: 0,
            index: vec![COLOURS as u16; 1 << INDEX_BITS],
            trees: vec![Bit::EVEN; OPINIONS << TREE_BITS],
            mixers: [[Mixer::NEW; 8]; Self::CONTEXTS],
        }
    }

    /// The number of `colour`.
    pub(super) fn number(&self, colour: u32) -> Option<u32> {
        let number = usize::from(self.index[self.slot(colour)]);
        (number < COLOURS).then_some(number as u32)
    }

    /// Codes a number and returns its colour.
    pub(super) fn code<C: Coder>(
        &mut self,
        coder: &mut C,
        context: usize,
        around: [u64; OPINIONS],
        number: impl Fn() -> u32,
    ) -> Result<u32, Lie> {
        let mut node = 1;
        for place in (0..8).rev() {
            let spots: [usize; OPINIONS] = std::array::from_fn(|opinion| {
                let hash = (around[opinion].wrapping_add(node as u64)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                (opinion << TREE_BITS)
                    + ((hash ^ hash >> 32).wrapping_mul(0xd6e8_feb8_6659_fd93) >> (64 - TREE_BITS)) as usize
            });
            let mixer = &mut self.mixers[context][place];
            let mixed = mixer.mix(spots.map(|spot| self.trees[spot].chance()));
            let bit = coder.likely(mixed.chance(), || number() >> place & 1 == 1);
            mixer.learn(&mixed, bit);
            spots.iter().for_each(|&spot| self.trees[spot].learn(bit));
            node = node << 1 | usize::from(bit);
        }
        let number = node - COLOURS;
        self.chances[number] = (self.chances[number] + 1).min(CHANCES);
        match self.colours[number] {
            NONE => Err(Lie("the number of no colour")),
            colour => Ok(colour),
        }
    }

    /// Gives a number to `colour`, which has none.
    pub(super) fn add(&mut self, colour: u32) {
        while self.chances[self.hand] > 0 {
            self.chances[self.hand] -= 1;
            self.hand = (self.hand + 1) % COLOURS;
        }
        let number = self.hand;
        self.hand = (self.hand + 1) % COLOURS;
        self.colours[number] = colour;
        self.chances[number] = 1;
        self.index.fill(COLOURS as u16);
        for number in 0..COLOURS {
            if self.colours[number] != NONE {
                let slot = self.slot(self.colours[number]);
                self.index[slot] = number as u16;
            }
        }
    }

    /// Where in the index `colour` stands or would stand.
    fn slot(&self, colour: u32) -> usize {
        let mut slot = (colour.wrapping_mul(0x9e37_79b1) >> (32 - INDEX_BITS)) as usize;
        while let Some(&known) = self.colours.get(usize::from(self.index[slot]))
            && known != colour
        {
            slot = (slot + 1) % self.index.len();
        }
        slot
    }
}
