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

/// What resumes one session: the same on both sides. Has no `Debug`.
pub struct Resumption {
    key: Zeroizing<[u8; 32]>,
}

impl Resumption {
    /// Of the session that the pairing between these two began.
    #[must_use]
    pub fn new(secret: &SessionSecret, session: SessionId, helper: PeerKey, host: PeerKey) -> Self {
        let mut key = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(Some(SALT), secret.expose())
            .expand_multi_info(&[b"key", &session.0, &helper.0, &host.0], key.as_mut_slice())
            .expect("HKDF-SHA256 gives up to 8160 bytes");
        Self { key }
    }

    /// The helper begins.
    #[must_use]
    pub fn begin(&self) -> (AwaitChallenge<'_>, Pair) {
        let hello = HelperHello { way: Way::Resume, versions: VERSIONS.to_vec(), capabilities: Vec::new() };
        let hello = Pair::HelperHello(hello);
        (AwaitChallenge(self.run(&hello)), hello)
    }

    /// The host answers a helper who wants to resume.
    ///
    /// # Errors
    /// [`Refusal::Unknown`] if it wants something else, [`Refusal::Version`] if no version is shared.
    pub fn answer(
        &self,
        hello: HelperHello,
        chance: &mut dyn Chance,
    ) -> Result<(AwaitResuming<'_>, Pair), Refusal> {
        if hello.way != Way::Resume {
            return Err(Refusal::Unknown);
        }
        if !hello.versions.iter().any(|version| VERSIONS.contains(version)) {
            return Err(Refusal::Version);
        }
        let mut run = self.run(&Pair::HelperHello(hello));
        let challenge = Pair::Challenge(chance::bytes(chance));
        run.hear(Role::Host, &challenge.encode());
        Ok((AwaitResuming(run), challenge))
    }

    fn run(&self, hello: &Pair) -> Run<'_> {
        let mut run = Run { key: &self.key, transcript: Sha256::new().chain_update(SALT) };
        run.hear(Role::Helper, &hello.encode());
        run
    }
}

/// The helper waits for the host's challenge.
pub struct AwaitChallenge<'a>(Run<'a>);

impl<'a> AwaitChallenge<'a> {
    /// Takes it; gives the proof to send.
    ///
    /// # Errors
    /// The host spoke out of turn. A refusal is one for the caller to look for first.
    pub fn on(
        self,
        message: Pair,
        chance: &mut dyn Chance,
    ) -> Result<(AwaitResumed<'a>, Pair), PairingFault> {
        let Self(mut run) = self;
        let Pair::Challenge(_) = message else {
            return Err(PairingFault::out_of_turn("the host's challenge", &message));
        };
        run.hear(Role::Host, &message.encode());
        let nonce = chance::bytes(chance);
        run.hear(Role::Helper, &nonce);
        let mac = run.prove(Role::Helper);
        run.hear(Role::Helper, &mac);
        Ok((AwaitResumed(run), Pair::Resuming(Resuming { nonce, mac })))
    }
}

/// The host waits for the helper's proof.
pub struct AwaitResuming<'a>(Run<'a>);

impl AwaitResuming<'_> {
    /// Takes it; gives the host's own to send. The session goes on.
    ///
    /// # Errors
    /// [`PairingFault::SessionUnproven`], or the helper spoke out of turn.
    pub fn on(self, message: Pair) -> Result<Pair, PairingFault> {
        let Self(mut run) = self;
        let Pair::Resuming(Resuming { nonce, mac }) = message else {
            return Err(PairingFault::out_of_turn("the helper's proof of the session", &message));
        };
        run.hear(Role::Helper, &nonce);
        run.verify(Role::Helper, &mac)?;
        run.hear(Role::Helper, &mac);
        Ok(Pair::Resumed(run.prove(Role::Host)))
    }
}

/// The helper waits for the host's proof.
pub struct AwaitResumed<'a>(Run<'a>);

impl AwaitResumed<'_> {
    /// Takes it. The session goes on.
    ///
    /// # Errors
    /// [`PairingFault::SessionUnproven`], or the host spoke out of turn.
    pub fn on(self, message: &Pair) -> Result<(), PairingFault> {
        match message {
            Pair::Resumed(mac) => self.0.verify(Role::Host, mac),
            other => Err(PairingFault::out_of_turn("the host's proof of the session", other)),
        }
    }
}

/// One run, and all that was said in it.
struct Run<'a> {
    key: &'a [u8; 32],
    transcript: Sha256,
}

impl Run<'_> {
    fn hear(&mut self, speaker: Role, bytes: &[u8]) {
        let length = u32::try_from(bytes.len()).expect("messages are bounded by limits::PAIR_BYTES");
        self.transcript.update([speaker.byte()]);
        self.transcript.update(length.to_le_bytes());
        self.transcript.update(bytes);
    }

    fn prove(&self, prover: Role) -> [u8; 32] {
        self.mac(prover).finalize().into_bytes().into()
    }

    /// Compares in constant time.
    fn verify(&self, prover: Role, mac: &[u8; 32]) -> Result<(), PairingFault> {
        self.mac(prover).verify_slice(mac).map_err(|_| PairingFault::SessionUnproven)
    }

    fn mac(&self, prover: Role) -> Hmac<Sha256> {
        let mac = <Hmac<Sha256> as Mac>::new_from_slice(self.key).expect("HMAC takes keys of any length");
        mac.chain_update([prover.byte()]).chain_update(self.transcript.clone().finalize())
    }
}
