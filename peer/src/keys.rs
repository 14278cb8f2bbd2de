//! The keys by which this computer is known to others: an ed25519 seed for hosting and another for helping, so that
//! both roles meet on one machine, and so that who helps is not recognised when asking for help.
//!
//! A key is drawn when it is first needed and kept in `hosting.key` or `helping.key` in the data directory, as 32
//! bytes, mode 0600. A file that others may read is refused rather than used.

use zeroize::Zeroizing;

use crate::store::{Claim, DataError};

/// The name of a role's key in its claim.
const KEY: &str = "key";

/// An ed25519 seed. Wiped when dropped, never shown.
#[derive(Clone)]
pub struct Seed(Zeroizing<[u8; 32]>);

impl Seed {
    /// The 32 bytes, for the signer and the transport. They must not be copied to where they stay.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The key of the claim's role, drawn now if there is none.
///
/// # Errors
/// The file cannot be read or written, is open to others, or is no key.
pub fn key(claim: &Claim) -> Result<Seed, DataError> {
    let Some(bytes) = claim.get(KEY)?.map(Zeroizing::new) else {
        return renew(claim);
    };
    match <[u8; 32]>::try_from(bytes.as_slice()) {
        Ok(seed) => Ok(Seed(Zeroizing::new(seed))),
        Err(_) => Err(DataError::Damaged { path: claim.path(KEY) }),
    }
}

/// A new key in place of the old one: for a start at which no open invitation names the old one.
///
/// # Errors
/// The file cannot be written.
///
/// # Panics
/// If the system has no random numbers to give; nothing safe can be done then.
pub fn renew(claim: &Claim) -> Result<Seed, DataError> {
    let mut seed = Zeroizing::new([0; 32]);
    getrandom::fill(seed.as_mut_slice()).expect("the system gives random numbers");
    claim.put(KEY, seed.as_slice())?;
    Ok(Seed(seed))
}
