//! Transcript and key schedule; the exact bytes are specified in the [parent](super).

use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::exchange::Role;
use crate::ids::{PeerKey, SessionId};
use crate::wire::Message;
use crate::wire::pair::Pair;

const SALT: &[u8] = b"entraide/pair/1";

/// 256 bits that only the two paired programs know, zeroized when dropped. Has no `Debug`.
#[derive(Clone)]
pub struct SessionSecret(Zeroizing<[u8; 32]>);

impl SessionSecret {
    /// The bytes, as input to a derivation with its own label. They never go anywhere themselves.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Everything said so far, by whom, between whom.
#[derive(Clone)]
pub(super) struct Transcript(Sha256);

impl Transcript {
    pub(super) fn new(helper: PeerKey, host: PeerKey) -> Self {
        Self(Sha256::new().chain_update(SALT).chain_update(helper.0).chain_update(host.0))
    }

    /// Goes on with a message. Decoded messages are encoded anew: there is one encoding that counts.
    pub(super) fn hear(&mut self, speaker: Role, message: &Pair) {
        self.hear_bytes(speaker, &message.encode());
    }

    pub(super) fn hear_bytes(&mut self, speaker: Role, bytes: &[u8]) {
        let length = u32::try_from(bytes.len()).expect("messages are bounded by limits::PAIR_BYTES");
        self.0.update([speaker.byte()]);
        self.0.update(length.to_le_bytes());
        self.0.update(bytes);
    }

    fn hash(&self) -> [u8; 32] {
        self.0.clone().finalize().into()
    }
}

/// What both sides derive from the exchange.
pub(super) struct Keys {
    helper_proof: Zeroizing<[u8; 32]>,
    host_proof: Zeroizing<[u8; 32]>,
    pub(super) session: SessionId,
    pub(super) secret: SessionSecret,
}

impl Keys {
    /// From the exchanged key and the transcript up to the host's share.
    pub(super) fn derive(exchanged: &[u8], transcript: &Transcript) -> Self {
        let schedule = Hkdf::<Sha256>::new(Some(SALT), exchanged);
        let hash = transcript.hash();
        Self {
            helper_proof: expand(&schedule, b"helper proof", &hash),
            host_proof: expand(&schedule, b"host proof", &hash),
            session: SessionId(*expand(&schedule, b"session id", &hash)),
            secret: SessionSecret(expand(&schedule, b"session secret", &hash)),
        }
    }

    /// A proof over `transcript`.
    pub(super) fn prove(&self, prover: Role, transcript: &Transcript) -> [u8; 32] {
        self.mac(prover, transcript).finalize().into_bytes().into()
    }

    /// Whether `proof` is the prover's over `transcript`, compared in constant time.
    pub(super) fn is_proven(&self, prover: Role, transcript: &Transcript, proof: &[u8; 32]) -> bool {
        self.mac(prover, transcript).verify_slice(proof).is_ok()
    }

    fn mac(&self, prover: Role, transcript: &Transcript) -> Hmac<Sha256> {
        let key = match prover {
            Role::Helper => &self.helper_proof,
            Role::Host => &self.host_proof,
        };
        let mac =
            <Hmac<Sha256> as Mac>::new_from_slice(key.as_slice()).expect("HMAC takes keys of any length");
        mac.chain_update(transcript.hash())
    }
}

fn expand<const N: usize>(schedule: &Hkdf<Sha256>, label: &[u8], hash: &[u8; 32]) -> Zeroizing<[u8; N]> {
    let mut key = Zeroizing::new([0; N]);
    schedule
        .expand_multi_info(&[label, hash], key.as_mut_slice())
        .expect("HKDF-SHA256 gives up to 8160 bytes");
    key
}
