//! The key by which this computer is known to others for one way through the program: an ed25519 seed (RFC 8032).
//!
//! It is drawn each time and never written down. No open invitation outlives the program, so nothing depends on an
//! earlier key; and a key that stays would be a name that nodes could follow, and by which who helps is recognised
//! when asking for help.

use zeroize::Zeroizing;

/// An ed25519 seed. Wiped when dropped, never shown.
pub struct Seed(Zeroizing<[u8; 32]>);

impl Seed {
    /// A seed that nobody has had before.
    ///
    /// # Panics
    /// If the system has no random numbers to give; nothing safe can be done then.
    #[must_use]
    pub fn draw() -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(seed.as_mut_slice()).expect("the system gives random numbers");
        Self(seed)
    }

    /// The 32 bytes, for the signer and the transport. They must not be copied to where they stay.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}
