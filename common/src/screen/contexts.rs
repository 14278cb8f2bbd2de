//! What usually comes next, after twelve, eight or four neighbours.
//!
//! Text repeats: the same letter in the same face gives the same pixels. So the colours of the neighbours that are
//! known already, taken together, mostly say which colour comes next. Three tables remember, for neighbourhoods of
//! three sizes, the two colours that followed last and how sure the first of them is.

/// The neighbours a context is made of. With the pixel at `*`:
///
/// ```text
///        nnw nn nne
///    nww nw  n  ne  nee neee
/// www ww  w  *
/// ```
#[derive(Debug, Clone, Copy)]
pub(super) struct Around {
    pub(super) w: u32,
    pub(super) ww: u32,
    pub(super) www: u32,
    pub(super) nww: u32,
    pub(super) nw: u32,
    pub(super) n: u32,
    pub(super) ne: u32,
    pub(super) nee: u32,
    pub(super) neee: u32,
    pub(super) nnw: u32,
    pub(super) nn: u32,
    pub(super) nne: u32,
}

impl Around {
    /// The neighbours of the pixel at `at` in a row; `above` and `above2` are the rows before.
    #[inline(always)]
    pub(super) fn of(at: usize, above2: &[u32], above: &[u32], row: &[u32]) -> Self {
        let &[www, ww, w] = window(row, at - 3);
        let &[nww, nw, n, ne, nee, neee] = window(above, at - 2);
        let &[nnw, nn, nne] = window(above2, at - 1);
        Self { w, ww, www, nww, nw, n, ne, nee, neee, nnw, nn, nne }
    }

    /// Whether the six nearest have one colour.
    #[inline(always)]
    pub(super) fn is_flat(&self) -> bool {
        let n = self.n;
        self.w == n && self.nw == n && self.ne == n && self.ww == n && self.nn == n
    }
}

#[inline(always)]
fn window<const N: usize>(row: &[u32], from: usize) -> &[u32; N] {
    row[from..].first_chunk().expect("rows have a margin on both sides")
}

/// A neighbourhood's place in its table, and eight more bits of its hash to tell it from others with that place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    place: u32,
    check: u8,
}

/// The hashes of one pixel's neighbourhoods, the larger built upon the smaller.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hashes {
    four: u64,
    eight: u64,
    twelve: u64,
}

impl Hashes {
    #[inline(always)]
    pub(super) fn of(around: &Around) -> Self {
        let Around { w, ww, www, nww, nw, n, ne, nee, neee, nnw, nn, nne } = *around;
        let four = spread(w, n, nw, ne);
        let eight = four ^ spread(ww, nn, nne, nee).rotate_left(17);
        let twelve = eight ^ spread(nnw, www, nww, neee).rotate_left(7);
        Self { four, eight, twelve }
    }

    #[inline(always)]
    pub(super) fn twelve(&self) -> Key {
        key(self.twelve)
    }

    pub(super) fn eight(&self) -> Key {
        key(self.eight)
    }

    pub(super) fn four(&self) -> Key {
        key(self.four)
    }
}

#[inline(always)]
fn spread(a: u32, b: u32, c: u32, d: u32) -> u64 {
    let pair = |one: u32, two: u32| u64::from(one) | u64::from(two) << 32;
    pair(a, b).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
        ^ pair(c, d).wrapping_mul(0xc2b2_ae3d_27d4_eb4f)
}

#[inline(always)]
fn key(hash: u64) -> Key {
    let mixed = (hash ^ (hash >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    let mixed = mixed ^ (mixed >> 29);
    Key { place: mixed as u32, check: (mixed >> 40) as u8 }
}

/// What followed a neighbourhood.
#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    /// The likelier colour, and above it how sure it is, 0 to [`Guess::SUREST`].
    first: u32,
    /// The other one, and above it the check of the neighbourhood.
    second: u32,
}

/// What a table says of a neighbourhood it knows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Guess {
    /// The likelier colour.
    pub(super) first: u32,
    /// The other one; it may be the same.
    pub(super) second: u32,
    /// How sure the first is, 0 to [`Guess::SUREST`].
    pub(super) sureness: usize,
}

impl Guess {
    /// The first colour was right fifteen times, and not wrong since.
    pub(super) const SUREST: u32 = 15;
}

/// From this sureness on, a colour that was wrong once keeps its place.
const FIRM: u32 = 3;
/// The lower three bytes.
const COLOUR: u32 = 0x00ff_ffff;

/// Neighbourhoods of one size. A new one takes the place of whichever had it.
#[derive(Debug)]
pub(super) struct Table {
    entries: Vec<Entry>,
}

impl Table {
    /// With 2^`bits` places, of which all are allocated here.
    pub(super) fn new(bits: u32) -> Self {
        Self { entries: vec![Entry::default(); 1 << bits] }
    }

    fn place(&self, key: Key) -> usize {
        key.place as usize & (self.entries.len() - 1)
    }

    /// What followed last time.
    #[inline(always)]
    pub(super) fn guess(&self, key: Key) -> Option<Guess> {
        let Entry { first, second } = self.entries[self.place(key)];
        ((second >> 24) as u8 == key.check).then_some(Guess {
            first: first & COLOUR,
            second: second & COLOUR,
            sureness: (first >> 24) as usize,
        })
    }

    /// The guess was right.
    #[inline(always)]
    pub(super) fn confirm(&mut self, key: Key) {
        let place = self.place(key);
        let entry = &mut self.entries[place];
        if entry.first >> 24 < Guess::SUREST {
            entry.first += 1 << 24;
        }
    }

    /// This followed.
    pub(super) fn learn(&mut self, key: Key, colour: u32) {
        let place = self.place(key);
        let entry = &mut self.entries[place];
        let check = u32::from(key.check) << 24;
        let (first, sureness) = (entry.first & COLOUR, entry.first >> 24);
        *entry = if entry.second >> 24 != u32::from(key.check) {
            Entry { first: colour, second: colour | check }
        } else if first == colour {
            Entry { first: colour | (sureness + 1).min(Guess::SUREST) << 24, ..*entry }
        } else if sureness >= FIRM {
            Entry { first: first | (sureness / 2) << 24, second: colour | check }
        } else {
            Entry { first: colour, second: first | check }
        };
    }
}
