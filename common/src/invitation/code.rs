//! The code: what is read over the phone.
//!
//! `plate (1 to 5 digits) || secret (7 digits) || check digit`, written `42 1937 2640`: the plate, then the other
//! eight in two groups. The plate says where the host waits and is no secret; the node gave it. The secret never
//! leaves the two programs but through a PAKE ([`super::pairing`]). The check digit is Damm's over plate and
//! secret (module `damm`): every single wrong digit and every swap of neighbours is noticed before any network use
//! and costs no try.
//!
//! A code is parsed from the right, since the plate alone varies in length; module `entry` says what people may
//! type.
//! The secret is also a number below 10^7, from which a form in words can be made later.

mod damm;
mod entry;

use zeroize::Zeroizing;

pub use entry::{CodeError, Entered};

use crate::chance::{self, Chance};
use crate::ids::Plate;
use crate::wire::directory::{Place, Request};

/// Digits of a secret.
const SECRET_DIGITS: usize = 7;
/// 10 to the power of [`SECRET_DIGITS`].
const SECRETS: u128 = 10_000_000;

/// A code. Has no `Debug`: it holds a secret.
#[derive(Clone)]
pub struct Code {
    plate: Plate,
    secret: Secret,
}

/// Seven digits that only the two people know, zeroized when dropped. Has no `Debug` and no comparison.
#[derive(Clone)]
pub struct Secret(Zeroizing<[u8; SECRET_DIGITS]>);

impl Secret {
    /// Draws a secret. Of 128 random bits, so that the remainder favours none by more than 2^-104.
    pub fn draw(chance: &mut dyn Chance) -> Self {
        let mut rest = u128::from_le_bytes(chance::bytes(chance)) % SECRETS;
        let mut digits = Zeroizing::new([0; SECRET_DIGITS]);
        for digit in digits.iter_mut().rev() {
            *digit = u8::try_from(rest % 10).expect("a remainder of ten is below ten");
            rest /= 10;
        }
        Self(digits)
    }

    /// The digits, each 0 to 9.
    pub(super) fn digits(&self) -> &[u8; SECRET_DIGITS] {
        &self.0
    }
}

impl Code {
    /// A code for the plate that the node gave.
    #[must_use]
    pub const fn new(plate: Plate, secret: Secret) -> Self {
        Self { plate, secret }
    }

    /// What a person typed, as a code and perhaps the name of a node.
    ///
    /// # Errors
    /// See [`CodeError`]: all are mistakes of typing or hearing, and none costs a try.
    pub fn parse(text: &str) -> Result<Entered, CodeError> {
        entry::parse(text)
    }

    /// Where the host waits.
    #[must_use]
    pub const fn plate(&self) -> Plate {
        self.plate
    }

    /// What only the two people know.
    #[must_use]
    pub const fn secret(&self) -> &Secret {
        &self.secret
    }

    /// The code as it is shown and read aloud: `42 1937 2640`.
    #[must_use]
    pub fn written(&self) -> Zeroizing<String> {
        let plate = self.plate.to_string();
        let digits = plate.bytes().map(|ascii| ascii - b'0').chain(self.secret.0.iter().copied());
        let check = damm::digit(digits);
        // Sized for the longest code, so that the buffer never moves and leaves a copy behind.
        let mut text = Zeroizing::new(String::with_capacity(16));
        text.push_str(&plate);
        for (place, digit) in self.secret.0.iter().chain([&check]).enumerate() {
            if place % 4 == 0 {
                text.push(' ');
            }
            text.push(char::from(b'0' + digit));
        }
        text
    }

    /// All that a node is told of this code: the plate.
    #[must_use]
    pub const fn lookup(&self) -> Request {
        Request::Lookup(Place::Plate(self.plate))
    }
}
