//! One pixel of text.
//!
//! If the largest context knows what comes next and is sure of it, one answer says whether it is right, and mostly it
//! is. Otherwise one candidate after the other is asked for: what the screen showed here before, where the
//! neighbourhood is as it was; both colours of each context, the largest first; the neighbours; a colour of the
//! [palette](super::palette). Each answer is learnt apart for each way of getting there. What nothing foretold is a
//! *literal*, coded like a pixel of a photograph.

use super::Lie;
use super::contexts::{Around, Guess, Key, Table};
use super::covered::Below;
use super::literals::{Corner, Literals};
use super::palette::{Palette, Setting};
use super::range::{Bit, Coder};

/// Places of the three tables, as powers of two: twice as many save up to a twentieth of the bytes, half as many cost a
/// tenth.
const TWELVE_BITS: u32 = 17;
const EIGHT_BITS: u32 = 17;
const FOUR_BITS: u32 = 15;
/// With this sureness the largest context is asked alone.
const SURE: usize = 4;
/// After so many literals in a row, the next pixel is asked whether it is one, too.
const LITERALS: u32 = 4;
/// No colour: the upper byte of one is zero.
const NONE: u32 = u32::MAX;

/// What the screen showed before at the place of a pixel, and what the pixel cannot be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reference {
    old: u32,
    /// Whether the nearest neighbours are as they were, in which case `old` is likely; and two more bits of context.
    holds: Option<usize>,
    excluded: u32,
    /// The photograph that was covered here, if the nearest neighbours are of it; and whether `old` is, too.
    uncovered: Option<(u32, bool)>,
}

impl Reference {
    /// `old_above` are the old colours above to the left, above, and above to the right; `old_row` to the left and here.
    #[inline(always)]
    pub(super) fn at(around: &Around, old_above: &[u32; 3], old_row: &[u32; 2]) -> Self {
        let (&[old_nw, old_n, old_ne], &[old_w, old]) = (old_above, old_row);
        let holds = around.w == old_w && around.n == old_n && around.ne == old_ne;
        let flat = around.w == around.n && around.n == old;
        let context = usize::from(around.nw == old_nw) | usize::from(flat) << 1;
        Self { old, holds: holds.then_some(context), excluded: NONE, uncovered: None }
    }

    /// The same where a photograph is below: below the pixel, to the left, and above.
    #[inline(always)]
    pub(super) fn uncovering(mut self, around: &Around, here: Below, left: Below, above: Below) -> Self {
        if left == Below::of(around.w) && above == Below::of(around.n) {
            self.uncovered = here.pixel().map(|pixel| (pixel, pixel == self.old));
        }
        self
    }

    /// At the end of a run of `colour`.
    pub(super) fn excluding(colour: u32, old: u32) -> Self {
        Self { old, holds: None, excluded: colour, uncovered: None }
    }
}

/// One [`Bit`] for each sureness and each of four ways in which others agree.
type ByAgreement = [[Bit; 4]; Guess::SUREST as usize + 1];
const BY_AGREEMENT: ByAgreement = [[Bit::EVEN; 4]; Guess::SUREST as usize + 1];

/// The models of single pixels.
#[derive(Debug)]
pub(super) struct Pixels {
    twelve: Table<TWELVE_BITS>,
    eight: Table<EIGHT_BITS>,
    four: Table<FOUR_BITS>,
    /// "The sure guess is right", by what the old content says of it.
    sure: ByAgreement,
    /// "It is the first", "the second colour", for each table by what the other tables say of it.
    first: [ByAgreement; 3],
    second: [ByAgreement; 3],
    /// "It is as before", by [`Reference::holds`] and whether a sure guess was wrong.
    old: [[Bit; 2]; 4],
    /// "It is what was covered", by whether that is there still and whether the last one was.
    uncovered: [[Bit; 2]; 2],
    was_uncovered: bool,
    /// "It is this neighbour's colour", by which of the smaller tables knew something.
    neighbour: [[Bit; 4]; 5],
    /// "It has a number", likewise.
    numbered: [Bit; 4],
    palette: Palette,
    literals: Literals,
    /// "It is a literal", after some, by the one before those and by whether the old content was likely.
    literal: [[Bit; 2]; 2],
    /// Which of the last pixels were literals, the last in the lowest bit.
    history: u32,
}

/// The colours that were asked for already and are not it.
#[derive(Debug)]
struct Asked {
    colours: [u32; 12],
    count: usize,
}

impl Asked {
    /// Whether `colour` is new, and it is not from now on.
    #[inline(always)]
    fn is_new(&mut self, colour: u32) -> bool {
        if self.colours[..self.count].contains(&colour) {
            return false;
        }
        self.colours[self.count] = colour;
        self.count += 1;
        true
    }
}

/// What the three tables know.
#[derive(Debug, Clone, Copy)]
struct Known {
    guesses: [Option<Guess>; 3],
}

impl Known {
    /// Whether table `table` knows this colour as its first.
    fn says(&self, table: usize, colour: u32) -> bool {
        self.guesses[table].is_some_and(|guess| guess.first == colour)
    }
}

impl Pixels {
    pub(super) fn new() -> Self {
        Self {
            twelve: Table::new(),
            eight: Table::new(),
            four: Table::new(),
            sure: BY_AGREEMENT,
            first: [BY_AGREEMENT; 3],
            second: [BY_AGREEMENT; 3],
            old: [[Bit::EVEN; 2]; 4],
            uncovered: [[Bit::EVEN; 2]; 2],
            was_uncovered: false,
            neighbour: [[Bit::EVEN; 4]; 5],
            numbered: [Bit::EVEN; 4],
            palette: Palette::new(),
            literals: Literals::new(),
            literal: [[Bit::EVEN; 2]; 2],
            history: 0,
        }
    }

    /// Codes one pixel and returns it. `above` is its part of [`above_twelve`](super::contexts::above_twelve).
    #[inline(always)]
    pub(super) fn code<C: Coder>(
        &mut self,
        coder: &mut C,
        around: &Around,
        above: u32,
        reference: Reference,
        wanted: impl Fn() -> u32 + Copy,
    ) -> Result<u32, Lie> {
        if let Some((pixel, is_old)) = reference.uncovered {
            let model = &mut self.uncovered[usize::from(is_old)][usize::from(self.was_uncovered)];
            self.was_uncovered = coder.bit(model, || wanted() == pixel);
            if self.was_uncovered {
                self.history <<= 1;
                return Ok(pixel);
            }
        }
        let key = Key::twelve(above, around.w, around.ww, around.www);
        let guess = self.twelve.guess(key);
        let mut wrong = NONE;
        if let Some(Guess { first, sureness, .. }) = guess
            && sureness >= SURE
            && first != reference.excluded
        {
            let holds = reference.holds.is_some();
            let agreement = usize::from(holds) | usize::from(holds && reference.old == first) << 1;
            if coder.bit(&mut self.sure[sureness][agreement], || wanted() == first) {
                self.twelve.confirm(key);
                self.history <<= 1;
                return Ok(first);
            }
            wrong = first;
        }
        self.unsure(coder, around, reference, (key, guess), wrong, wanted)
    }

    /// Whether the last pixel was of a photograph, as far as can be told: a literal, or among such.
    #[inline(always)]
    pub(super) fn was_natural(&self) -> bool {
        self.history & 1 == 1 || (self.history & 15).count_ones() >= 2
    }

    /// Codes a pixel that the largest context does not foretell. `wrong` was asked for already.
    #[inline(never)]
    fn unsure<C: Coder>(
        &mut self,
        coder: &mut C,
        around: &Around,
        reference: Reference,
        (key, guess): (Key, Option<Guess>),
        wrong: u32,
        wanted: impl Fn() -> u32 + Copy,
    ) -> Result<u32, Lie> {
        let (eight, four) = Key::eight_and_four(around);
        let keys = [key, eight, four];
        let guesses = [guess, self.eight.guess(keys[1]), self.four.guess(keys[2])];
        let known = Known { guesses };
        let history = self.history;
        let (colour, is_literal) = self.search(coder, around, reference, &known, wrong, wanted)?;
        if history & 15 == 15 && is_literal {
            // One of many: the smaller tables had better remember something else.
            self.twelve.learn(key, colour);
        } else {
            self.twelve.learn(keys[0], colour);
            self.eight.learn(keys[1], colour);
            self.four.learn(keys[2], colour);
        }
        self.history = history << 1 | u32::from(is_literal);
        Ok(colour)
    }

    /// Asks for one candidate after the other. Says whether the colour was a literal in the end.
    fn search<C: Coder>(
        &mut self,
        coder: &mut C,
        around: &Around,
        reference: Reference,
        known: &Known,
        wrong: u32,
        wanted: impl Fn() -> u32 + Copy,
    ) -> Result<(u32, bool), Lie> {
        let Reference { old, holds, excluded, .. } = reference;
        let mut asked = Asked { colours: [NONE; 12], count: 2 };
        (asked.colours[0], asked.colours[1]) = (excluded, wrong);
        if let Some(context) = holds
            && asked.is_new(old)
            && coder.bit(&mut self.old[context][usize::from(wrong != NONE)], || wanted() == old)
        {
            return Ok((old, false));
        }
        let corner = Corner { w: around.w, nw: around.nw, n: around.n, ne: around.ne };
        if (self.history & 15).count_ones() >= LITERALS {
            let answer = C::ENCODES && self.is_unforeseen(wanted(), corner, old, known);
            let model = &mut self.literal[(self.history >> 4 & 1) as usize][usize::from(holds.is_some())];
            if coder.bit(model, || answer) {
                return Ok((self.literals.code(coder, corner, wanted), true));
            }
        }
        if let Some(colour) = self.guesses(coder, known, &mut asked, wanted) {
            return Ok((colour, false));
        }
        let context = usize::from(known.guesses[1].is_some()) | usize::from(known.guesses[2].is_some()) << 1;
        for (place, colour) in [corner.w, corner.n, corner.ne, corner.nw, old].into_iter().enumerate() {
            if asked.is_new(colour) && coder.bit(&mut self.neighbour[place][context], || wanted() == colour) {
                return Ok((colour, false));
            }
        }
        self.new_colour(coder, &Setting { context, corner, old }, wanted)
    }

    /// Both colours of each table, the largest first.
    #[inline(always)]
    fn guesses<C: Coder>(
        &mut self,
        coder: &mut C,
        known: &Known,
        asked: &mut Asked,
        wanted: impl Fn() -> u32 + Copy,
    ) -> Option<u32> {
        let [knows_twelve, knows_eight, _] = known.guesses.map(|guess| usize::from(guess.is_some()));
        for table in 0..3 {
            let Some(Guess { first, second, sureness }) = known.guesses[table] else { continue };
            let agreement = |colour| match table {
                0 => usize::from(known.says(1, colour)) | usize::from(known.says(2, colour)) << 1,
                1 => usize::from(known.says(2, first)) | knows_twelve << 1,
                _ => knows_eight | knows_twelve << 1,
            };
            let model = &mut self.first[table][sureness][agreement(first)];
            if asked.is_new(first) && coder.bit(model, || wanted() == first) {
                return Some(first);
            }
            let model = &mut self.second[table][sureness][agreement(second)];
            if asked.is_new(second) && coder.bit(model, || wanted() == second) {
                return Some(second);
            }
        }
        None
    }

    /// A colour that nothing around foretells: one with a number, or a literal, which gets one.
    fn new_colour<C: Coder>(
        &mut self,
        coder: &mut C,
        setting: &Setting,
        wanted: impl Fn() -> u32 + Copy,
    ) -> Result<(u32, bool), Lie> {
        let number = if C::ENCODES { self.palette.number(wanted()) } else { None };
        if coder.bit(&mut self.numbered[setting.context], || number.is_some()) {
            let colour = self.palette.code(coder, setting, || number.unwrap_or_default())?;
            return Ok((colour, false));
        }
        let colour = self.literals.code(coder, setting.corner, wanted);
        self.palette.add(colour);
        Ok((colour, true))
    }

    /// Whether `colour` is neither a neighbour's, nor the old one, nor a table's first, nor one with a number.
    fn is_unforeseen(&self, colour: u32, corner: Corner, old: u32, known: &Known) -> bool {
        let Corner { w, nw, n, ne } = corner;
        ![w, nw, n, ne, old].contains(&colour)
            && !(0..3).any(|table| known.says(table, colour))
            && self.palette.number(colour).is_none()
    }
}
