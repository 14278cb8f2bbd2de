//! Coming back to a session whose link was lost, without the code and without asking anybody.
//!
//! On a stream of `/entraide/pair/1`, strictly in turn:
//!
//! ```text
//! 1  helper  HelperHello{way: Resume, versions, capabilities}
//! 2  host    Challenge(nonce)                                  or Refused
//! 3  helper  Resuming{nonce, mac}
//! 4  host    Resumed(mac)
//! ```
//!
//! **The key** is `HKDF-SHA256("entraide/resume/1", session secret)` expanded with `key`, the session's id and both peer
//! keys, the helper's first: it proves this session between these two and nothing else. The secret comes out of the
//! pairing, lives in memory only, and no node has ever seen anything that depends on it.
//!
//! **Each key serves once.** A run yields the next one, `HKDF-SHA256("entraide/resume/1", key)` expanded with `next` and
//! the SHA-256 of the transcript with both proofs. The helper takes it on with the host's proof. The host cannot know
//! whether that proof arrived: it goes by both until it hears from the helper on the way that the run has opened, or the
//! helper proves the next one, and the old one is worth nothing from then on.
//!
//! **Proofs** are HMAC-SHA256 over the speaker (A for the helper, B for the host) and the SHA-256 of the transcript so
//! far: each message as speaker, length (u32, little endian), bytes; the helper's nonce counts, its proof does in the
//! host's. Both sides draw a fresh nonce, so a proof that somebody heard is worth nothing a second time, and the two
//! proofs are never alike. The helper proves first; the key has 256 bits, so there is nothing to guess and nothing to
//! count.
//!
//! **Whose keys.** Those that the transport proved, as in the pairing: the key alone, stolen, resumes nothing.
//!
//! **Left to others:** how long a session may be resumed ([`crate::limits::RESUME_TIME`]), and what may be done in it
//! afterwards: to look, if that was allowed, and to ask again for everything else.

use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::exchange::Role;
use super::{PairingFault, SessionSecret, VERSIONS};
use crate::chance::{self, Chance};
use crate::ids::{PeerKey, SessionId};
use crate::wire::Message;
use crate::wire::pair::{HelperHello, Pair, Refusal, Resuming, Way};

const SALT: &[u8] = b"entraide/resume/1";

type Key = Zeroizing<[u8; 32]>;

/// What resumes one session: the same on both sides. Has no `Debug`.
pub struct Resumption {
    key: Key,
    /// The host's: what a helper has who heard the last proof. Once it is used, it is the key.
    next: Option<Key>,
}

/// The key that a run has yielded. Has no `Debug`.
pub struct Next(Key);

impl Resumption {
    /// Of the session that the pairing between these two began.
    #[must_use]
    pub fn new(secret: &SessionSecret, session: SessionId, helper: PeerKey, host: PeerKey) -> Self {
        let key = derived(secret.expose(), &[b"key", &session.0, &helper.0, &host.0]);
        Self { key, next: None }
    }

    /// The helper, whom the host has proven itself to, goes by that key from now on.
    pub fn advance(&mut self, Next(key): Next) {
        *self = Self { key, next: None };
    }

    /// The host, to whom the helper has proven itself, goes by that key as well. Of the two from before the one that the
    /// helper used is left.
    pub fn offer(&mut self, Offer { used, next }: Offer) {
        *self = Self { key: used, next: Some(next.0) };
    }

    /// The host has heard from the helper since: the older key is worth nothing any more.
    pub fn settle(&mut self) {
        if let Some(next) = self.next.take() {
            self.key = next;
        }
    }

    /// The helper begins.
    #[must_use]
    pub fn begin(&self) -> (AwaitChallenge, Pair) {
        let hello = HelperHello { way: Way::Resume, versions: VERSIONS.to_vec(), capabilities: Vec::new() };
        let hello = Pair::HelperHello(hello);
        (AwaitChallenge(self.key.clone(), Run::begin(&hello)), hello)
    }

    /// The host answers a helper who wants to resume.
    ///
    /// # Errors
    /// [`Refusal::Unknown`] if it wants something else, [`Refusal::Version`] if no version is shared.
    pub fn answer(
        &self,
        hello: HelperHello,
        chance: &mut dyn Chance,
    ) -> Result<(AwaitResuming, Pair), Refusal> {
        if hello.way != Way::Resume {
            return Err(Refusal::Unknown);
        }
        if !hello.versions.iter().any(|version| VERSIONS.contains(version)) {
            return Err(Refusal::Version);
        }
        let mut run = Run::begin(&Pair::HelperHello(hello));
        let challenge = Pair::Challenge(chance::bytes(chance));
        run.hear(Role::Host, &challenge.encode());
        let keys = self.next.iter().chain([&self.key]).cloned().collect();
        Ok((AwaitResuming(keys, run), challenge))
    }
}

/// The helper waits for the host's challenge.
pub struct AwaitChallenge(Key, Run);

impl AwaitChallenge {
    /// Takes it; gives the proof to send.
    ///
    /// # Errors
    /// The host spoke out of turn. A refusal is one for the caller to look for first.
    pub fn on(self, message: Pair, chance: &mut dyn Chance) -> Result<(AwaitResumed, Pair), PairingFault> {
        let Self(key, mut run) = self;
        let Pair::Challenge(_) = message else {
            return Err(PairingFault::out_of_turn("the host's challenge", &message));
        };
        run.hear(Role::Host, &message.encode());
        let nonce = chance::bytes(chance);
        run.hear(Role::Helper, &nonce);
        let mac = run.prove(&key, Role::Helper);
        run.hear(Role::Helper, &mac);
        Ok((AwaitResumed(key, run), Pair::Resuming(Resuming { nonce, mac })))
    }
}

/// The host waits for the helper's proof, by any of these keys.
pub struct AwaitResuming(Vec<Key>, Run);

/// What the host's run has yielded. Has no `Debug`.
pub struct Offer {
    used: Key,
    next: Next,
}

impl AwaitResuming {
    /// Takes it; gives the host's own to send, and what [`Resumption::offer`] takes before that. The session goes on.
    ///
    /// # Errors
    /// [`PairingFault::SessionUnproven`], or the helper spoke out of turn.
    pub fn on(self, message: Pair) -> Result<(Pair, Offer), PairingFault> {
        let Self(keys, mut run) = self;
        let Pair::Resuming(Resuming { nonce, mac }) = message else {
            return Err(PairingFault::out_of_turn("the helper's proof of the session", &message));
        };
        run.hear(Role::Helper, &nonce);
        let used = keys.into_iter().find(|key| run.verify(key, Role::Helper, &mac).is_ok());
        let used = used.ok_or(PairingFault::SessionUnproven)?;
        run.hear(Role::Helper, &mac);
        let proof = run.prove(&used, Role::Host);
        run.hear(Role::Host, &proof);
        let next = run.next(&used);
        Ok((Pair::Resumed(proof), Offer { used, next }))
    }
}

/// The helper waits for the host's proof.
pub struct AwaitResumed(Key, Run);

impl AwaitResumed {
    /// Takes it; gives what [`Resumption::advance`] takes. The session goes on.
    ///
    /// # Errors
    /// [`PairingFault::SessionUnproven`], or the host spoke out of turn.
    pub fn on(self, message: &Pair) -> Result<Next, PairingFault> {
        let Self(key, mut run) = self;
        let Pair::Resumed(mac) = message else {
            return Err(PairingFault::out_of_turn("the host's proof of the session", message));
        };
        run.verify(&key, Role::Host, mac)?;
        run.hear(Role::Host, mac);
        Ok(run.next(&key))
    }
}

/// All that was said in one run.
struct Run(Sha256);

impl Run {
    fn begin(hello: &Pair) -> Self {
        let mut run = Self(Sha256::new().chain_update(SALT));
        run.hear(Role::Helper, &hello.encode());
        run
    }

    fn hear(&mut self, speaker: Role, bytes: &[u8]) {
        let length = u32::try_from(bytes.len()).expect("messages are bounded by limits::PAIR_BYTES");
        self.0.update([speaker.byte()]);
        self.0.update(length.to_le_bytes());
        self.0.update(bytes);
    }

    fn prove(&self, key: &Key, prover: Role) -> [u8; 32] {
        self.mac(key, prover).finalize().into_bytes().into()
    }

    /// Compares in constant time.
    fn verify(&self, key: &Key, prover: Role, mac: &[u8; 32]) -> Result<(), PairingFault> {
        self.mac(key, prover).verify_slice(mac).map_err(|_| PairingFault::SessionUnproven)
    }

    fn mac(&self, key: &Key, prover: Role) -> Hmac<Sha256> {
        let mac =
            <Hmac<Sha256> as Mac>::new_from_slice(key.as_slice()).expect("HMAC takes keys of any length");
        mac.chain_update([prover.byte()]).chain_update(self.0.clone().finalize())
    }

    fn next(&self, key: &Key) -> Next {
        Next(derived(key.as_slice(), &[b"next", &self.0.clone().finalize()]))
    }
}

fn derived(secret: &[u8], info: &[&[u8]]) -> Key {
    let mut key = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(Some(SALT), secret)
        .expand_multi_info(info, key.as_mut_slice())
        .expect("HKDF-SHA256 gives up to 8160 bytes");
    key
}
