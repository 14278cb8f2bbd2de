//! What usually comes next, after twelve, eight or four neighbours.
//!
//! Text repeats: the same letter in the same face gives the same pixels. So the colours of the neighbours that are
//! known already, taken together, mostly say which colour comes next. Three tables remember, for neighbourhoods of
//! three sizes, the two colours that followed last and how sure the first of them is.

/// The neighbours that are looked at one by one. With the pixel at `*`, and in capitals those of them that only the
/// largest context knows:
///
/// ```text
///        NNW nn nne
///    NWW nw  n  ne  nee NEEE
/// WWW ww  w  *
/// ```
#[derive(Debug, Clone, Copy)]
pub(super) struct Around {
    pub(super) w: u32,
    pub(super) ww: u32,
    pub(super) www: u32,
    pub(super) nw: u32,
    pub(super) n: u32,
    pub(super) ne: u32,
    pub(super) nee: u32,
    pub(super) nn: u32,
    pub(super) nne: u32,
}

impl Around {
    /// Whether the six nearest have one colour.
    #[inline(always)]
    pub(super) fn is_flat(&self) -> bool {
        let n = self.n;
        self.w == n && self.nw == n && self.ne == n && self.ww == n && self.nn == n
    }
}

/// Odd numbers without pattern: neighbours are folded by threes, each three is multiplied by its own number, and the
/// products are added. So what the rows above contribute to the hashes of many pixels is computed at once, before the
/// first of them is known, by a loop that the compiler turns into vector instructions.
const W: u32 = 0x9e37_79b1;
const WW: u32 = 0x85eb_ca77;
const WWW: u32 = 0xc2b2_ae3d;
const NEAR: u32 = 0x27d4_eb2f;
const FAR: u32 = 0x1656_67b1;
const WIDE: u32 = 0xb529_7a4d;

/// Three colours in one number, each turned by its own angle.
#[inline(always)]
fn three(one: u32, two: u32, three: u32) -> u32 {
    one ^ two.rotate_left(11) ^ three.rotate_left(22)
}

/// What the rows above contribute to the largest hashes of the pixels from `at` on.
pub(super) fn above_twelve(above2: &[u32], above: &[u32], at: usize, sums: &mut [u32]) {
    let rows = above[at - 2..].array_windows().zip(above2[at - 1..].array_windows());
    for (sum, (&[nww, nw, n, ne, nee, neee], &[nnw, nn, nne])) in sums.iter_mut().zip(rows) {
        *sum = three(n, nw, ne)
            .wrapping_mul(NEAR)
            .wrapping_add(three(nn, nne, nnw).wrapping_mul(FAR))
            .wrapping_add(three(nee, neee, nww).wrapping_mul(WIDE));
    }
}

/// A neighbourhood's place in its table, in the upper bits, and in the lowest eight what tells it from others there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key(u32);

impl Key {
    #[inline(always)]
    fn of(sum: u32) -> Self {
        Self((sum ^ (sum >> 15)).wrapping_mul(0x2c1b_3c6d))
    }

    /// Of all twelve neighbours, nine of which are in `above` already.
    #[inline(always)]
    pub(super) fn twelve(above: u32, w: u32, ww: u32, www: u32) -> Self {
        let left = ww.wrapping_mul(WW).wrapping_add(www.wrapping_mul(WWW));
        Self::of(above.wrapping_add(left).wrapping_add(w.wrapping_mul(W)))
    }

    /// Of the eight nearest and of the four nearest.
    pub(super) fn eight_and_four(around: &Around) -> (Self, Self) {
        let Around { w, ww, nw, n, ne, nee, nn, nne, .. } = *around;
        let four = w.wrapping_mul(W).wrapping_add(three(n, nw, ne).wrapping_mul(NEAR));
        let eight = four
            .wrapping_add(ww.wrapping_mul(WW))
            .wrapping_add(three(nn, nne, 0).wrapping_mul(FAR))
            .wrapping_add(nee.wrapping_mul(WIDE));
        (Self::of(eight), Self::of(four))
    }

    #[inline(always)]
    fn place<const BITS: u32>(self) -> usize {
        (self.0 >> (u32::BITS - BITS)) as usize
    }

    #[inline(always)]
    fn check(self) -> u32 {
        self.0 & 0xff
    }
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

/// Neighbourhoods of one size, in 2^`BITS` places. A new one takes the place of whichever had it.
#[derive(Debug)]
pub(super) struct Table<const BITS: u32> {
    entries: Box<[Entry]>,
}

impl<const BITS: u32> Table<BITS> {
    /// All places are allocated here.
    pub(super) fn new() -> Self {
        Self { entries: vec![Entry::default(); 1 << BITS].into_boxed_slice() }
    }

    /// What followed last time.
    #[inline(always)]
    pub(super) fn guess(&self, key: Key) -> Option<Guess> {
        let Entry { first, second } = self.entries[key.place::<BITS>()];
        (second >> 24 == key.check()).then_some(Guess {
            first: first & COLOUR,
            second: second & COLOUR,
            sureness: (first >> 24 & Guess::SUREST) as usize,
        })
    }

    /// The guess was right.
    #[inline(always)]
    pub(super) fn confirm(&mut self, key: Key) {
        let entry = &mut self.entries[key.place::<BITS>()];
        if entry.first >> 24 < Guess::SUREST {
            entry.first += 1 << 24;
        }
    }

    /// This followed.
    pub(super) fn learn(&mut self, key: Key, colour: u32) {
        let entry = &mut self.entries[key.place::<BITS>()];
        let check = key.check() << 24;
        let (first, sureness) = (entry.first & COLOUR, entry.first >> 24);
        *entry = if entry.second >> 24 != key.check() {
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
