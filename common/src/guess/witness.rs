//! A node's word for where a peer is seen.
//!
//! Who guesses sends packets to an address that the other side states. So that nobody can have them sent to a
//! stranger, a node signs the address from which a peer is connected to it, and no other is sent to.

use core::net::Ipv4Addr;

use ed25519_dalek::{Signature, VerifyingKey};
use serde::{Deserialize, Serialize};

use crate::ids::PeerKey;

const DOMAIN: &[u8] = b"entraide/seen-at\0";

/// A node's signature that a peer is seen at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Witness {
    /// Which node signed.
    pub node: PeerKey,
    /// The two halves of the ed25519 signature of [`Witness::message`].
    pub signature: [[u8; 32]; 2],
}

impl Witness {
    /// The word of `node` for what it signed.
    #[must_use]
    pub fn new(node: PeerKey, signature: &[u8; 64]) -> Self {
        let mut halves = [[0; 32]; 2];
        halves.as_flattened_mut().copy_from_slice(signature);
        Self { node, signature: halves }
    }

    /// What the node signs: that `peer` is seen at `at`.
    #[must_use]
    pub fn message(peer: PeerKey, at: Ipv4Addr) -> Vec<u8> {
        [DOMAIN, &peer.0, &at.octets()].concat()
    }

    /// Whether the node says so. That it is a node to be believed is the caller's to know.
    #[must_use]
    pub fn vouches_for(&self, peer: PeerKey, at: Ipv4Addr) -> bool {
        let signature = self.signature.as_flattened().try_into().expect("64 bytes");
        VerifyingKey::from_bytes(&self.node.0).is_ok_and(|key| {
            key.verify_strict(&Self::message(peer, at), &Signature::from_bytes(signature)).is_ok()
        })
    }
}
