//! The key that names this computer to the others.

use libp2p::identity::{Keypair, ed25519};
use zeroize::Zeroizing;

/// The transport's key pair of `seed`, an ed25519 seed (RFC 8032, 5.1.5). Every 32 bytes are one.
pub(super) fn keypair(seed: &Zeroizing<[u8; 32]>) -> Keypair {
    let mut bytes = seed.clone();
    let secret = ed25519::SecretKey::try_from_bytes(&mut bytes[..]).expect("32 bytes are an ed25519 seed");
    ed25519::Keypair::from(secret).into()
}
