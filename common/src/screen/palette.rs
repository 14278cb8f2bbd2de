//! The colours a session has shown lately, by number.
//!
//! A colour that no context predicted is often one that was on the screen a moment ago. 256 of them have numbers.
//! Which one makes room for a new one is decided by the second-chance rule: a hand goes round, and a colour that was
//! used since it last came by is spared, up to three times.

use super::Lie;
use super::literals::Corner;
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
    /// A number is coded bit by bit from the highest; what is likely is learnt for each neighbourhood and each
    /// beginning of a number, in as many tables as there are opinions. Places are hashes, and may be shared.
    trees: [Vec<Half>; OPINIONS],
    /// Whom to trust, for each context and each bit.
    mixers: [[Mixer<OPINIONS>; 8]; Self::CONTEXTS],
}

/// Neighbourhoods, from none to four pixels and the old content, that each say what they expect.
const OPINIONS: usize = 6;
/// Places of each one's table, as a power of two.
const TREE_BITS: u32 = 12;

/// One half of a number, bit by bit: what is learnt of it stands in one line of the processor's cache.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Half([Bit; 16]);

/// What is around a colour that is coded by its number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting {
    /// Below [`Palette::CONTEXTS`].
    pub(super) context: usize,
    pub(super) corner: Corner,
    pub(super) old: u32,
}

impl Setting {
    /// Each neighbourhood as a number.
    fn opinions(&self) -> [u64; OPINIONS] {
        let Corner { w, nw, n, ne } = self.corner;
        let pair = |one: u32, two: u32| (u64::from(one) << 32 | u64::from(two)) << 8;
        [
            (self.context as u64) << 60,
            pair(w, 1),
            pair(n, 2),
            pair(w, n),
            pair(w ^ nw.rotate_left(9), n ^ ne.rotate_left(11)),
            pair(self.old, 3),
        ]
    }
}

impl Palette {
    /// Contexts in which numbers are coded.
    pub(super) const CONTEXTS: usize = 4;

    pub(super) fn new() -> Self {
        Self {
            colours: [NONE; COLOURS],
            chances: [0; COLOURS],
            hand: 0,
            index: vec![COLOURS as u16; 1 << INDEX_BITS],
            trees: std::array::from_fn(|_| vec![Half([Bit::EVEN; 16]); 1 << TREE_BITS]),
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
        setting: &Setting,
        number: impl Fn() -> u32,
    ) -> Result<u32, Lie> {
        let opinions = setting.opinions();
        let mut number_read = 0;
        for half in 0..2 {
            let places = opinions.map(|opinion| place(opinion, half * 16 + number_read));
            let mut node = 1;
            for bit in (0..4).rev() {
                let models: [Bit; OPINIONS] =
                    std::array::from_fn(|opinion| self.trees[opinion][places[opinion]].0[node]);
                let mixer = &mut self.mixers[setting.context][half * 4 + bit];
                let mixed = mixer.mix(models.map(Bit::chance));
                let truth = || number() >> (4 - half * 4 + bit) & 1 == 1;
                let answer = coder.likely(mixed.chance(), truth);
                mixer.learn(&mixed, answer);
                self.trees.iter_mut().zip(places).for_each(|(tree, place)| tree[place].0[node].learn(answer));
                node = node << 1 | usize::from(answer);
            }
            number_read = number_read << 4 | (node - 16);
        }
        let number = number_read;
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

/// Where in its table an opinion stands on a half of a number, of which `before` says what is known.
fn place(opinion: u64, before: usize) -> usize {
    let hash = opinion.wrapping_add(before as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((hash ^ hash >> 32).wrapping_mul(0xd6e8_feb8_6659_fd93) >> (u64::BITS - TREE_BITS)) as usize
}
