//! A host, helpers, and the chance they draw from, the same in every run.

use entraide_common::chance::Chance;
use entraide_common::ids::{InvitationId, PeerKey};
use entraide_common::invitation::{Invitation, MeetingPlace, SigningKey};
use entraide_common::time::WallTime;
use entraide_common::wire::control::Grant;

/// SplitMix64: well spread, the same for the same seed, and of no worth outside tests.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }
}

impl Chance for Dice {
    fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = self.0;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^= mixed >> 31;
            chunk.copy_from_slice(&mixed.to_le_bytes()[..chunk.len()]);
        }
    }
}

/// Always the same byte.
pub(crate) struct Constant(pub(crate) u8);

impl Chance for Constant {
    fn fill(&mut self, bytes: &mut [u8]) {
        bytes.fill(self.0);
    }
}

/// The key number `n`.
pub(crate) fn key(n: u8) -> SigningKey {
    SigningKey::from_bytes(&[n; 32])
}

pub(crate) fn host_key() -> SigningKey {
    key(1)
}

pub(crate) fn peer(key: &SigningKey) -> PeerKey {
    PeerKey(key.verifying_key().to_bytes())
}

/// Helper number `n`, a key that the transport is taken to have proven.
pub(crate) fn helper(n: u32) -> PeerKey {
    let mut key = [0xee; 32];
    key[..4].copy_from_slice(&n.to_le_bytes());
    PeerKey(key)
}

/// An invitation by the host, for two hours.
pub(crate) fn invitation() -> Invitation {
    let node = MeetingPlace { node: peer(&key(7)), address: "/ip4/192.0.2.1/udp/4001/quic-v1".to_owned() };
    Invitation {
        id: InvitationId([0x1d; 16]),
        host: peer(&host_key()),
        nodes: vec![node],
        issued: WallTime(1_800_000_000),
        expires: WallTime(1_800_007_200),
        offers: Grant::Control,
        for_whom: "Zoé".to_owned(),
        name: "Amélie".to_owned(),
        message: "L’imprimante ne répond plus.\nTéléphone : 01 99 00 12 34".to_owned(),
    }
}

pub(crate) fn invitation_with(change: impl FnOnce(&mut Invitation)) -> Invitation {
    let mut invitation = invitation();
    change(&mut invitation);
    invitation
}

/// `invitation` signed by whoever, without any check.
pub(crate) fn sign_anyway(invitation: &Invitation, key: &SigningKey) -> Vec<u8> {
    sign_body(&body(invitation), key)
}

/// A version and fields, signed as an invitation.
pub(crate) fn sign_body(body: &[u8], key: &SigningKey) -> Vec<u8> {
    sign(&[b"entraide/invitation\0", body].concat(), body, key)
}

/// `invitation` signed without its domain.
pub(crate) fn sign_raw(invitation: &Invitation, key: &SigningKey) -> Vec<u8> {
    sign(&body(invitation), &body(invitation), key)
}

fn sign(message: &[u8], body: &[u8], key: &SigningKey) -> Vec<u8> {
    use ed25519_dalek::Signer;
    [key.sign(message).to_bytes().as_slice(), body].concat()
}

/// What stands behind the signature, written by bincode and not by the product.
fn body(invitation: &Invitation) -> Vec<u8> {
    let fields = bincode::serde::encode_to_vec(invitation, bincode::config::standard());
    [vec![1], fields.expect("plain fields")].concat()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
