//! Pairing: two programs that share seven digits prove it to each other, and nobody in between learns them.
//!
//! On a stream of `/entraide/pair/1`, with the messages of [`crate::wire::pair`], strictly in turn:
//!
//! ```text
//! 1  helper  HelperHello{way, versions, capabilities}
//! 2  host    HostHello{invitation id, version, capabilities}    or, here and later, Refused
//! 3  helper  Share X
//! 4  host    Share Y
//! 5  helper  HelperProof(mac)
//! 6  host    HostProof{mac, signed invitation}
//! 7  helper  Ready{name}
//! ```
//!
//! **Whose keys.** Both peer keys are those the transport proved, never ones a message states; callers pass them.
//!
//! **Key exchange** (version 1, [`exchange`]): SPAKE2 (RFC 9382) on edwards25519 with the construction, M and N of
//! the spake2 crate 0.4, the helper as A and the host as B. The password is the way's name and the secret. The
//! identities of A and B hold the two peer keys, and each of them the context: invitation id, plate and version.
//! A share must be the canonical encoding of a point of the prime-order group other than the identity.
//!
//! **Keys** (module `keys`): with K the SPAKE2 key and `th` = SHA-256 of the transcript up to message 4,
//! `prk = HKDF-Extract("entraide/pair/1", K)` (RFC 5869, SHA-256), and each key is
//! `HKDF-Expand(prk, label || th)` with the labels `helper proof`, `host proof`, `session id`, `session secret`.
//! The transcript is both peer keys, then each message as speaker (1 byte), length (u32, little endian), bytes.
//!
//! **Proofs** are HMAC-SHA256 (RFC 2104): the helper's over `th`; the host's over SHA-256 of the transcript that
//! goes on with message 5 and, as the host's last words, the signed invitation.
//!
//! **What follows from it.** The helper proves itself first, so a run that is broken off before message 5 tells the
//! other side nothing about the secret, and may cost nothing. Message 5 is exactly one guess: the host counts it
//! before looking ([`super::open`]). Who pretends to be the host, or relays between two keys, gets one guess as
//! well and no invitation. A recorded run is worthless, since each side's share is new. Name and message leave the
//! host only in message 6; the helper believes them only if the MAC is right, the signature is that of the key it
//! is connected to, and the id is that of message 2.
//!
//! **Shape.** Each phase is a type that is consumed by the message it waits for: [`helper::AwaitHello`],
//! [`helper::AwaitShare`], [`helper::AwaitProof`], [`helper::Invited`] on one side, [`host::AwaitShare`],
//! [`host::AwaitProof`], [`host::Unchecked`], [`host::AwaitReady`] on the other. A refusal is an answer; a
//! [`PairingFault`] is the other side's fault and ends the run.
//!
//! **Left to others:** tries, time and single use ([`super::open`]); the streams; asking the person.

pub mod exchange;
pub mod helper;
pub mod host;
mod keys;
pub mod resume;

use thiserror::Error;

pub use keys::SessionSecret;

use super::code::Secret;
use super::{Invitation, InvitationFault};
use crate::ids::{PeerKey, SessionId};
use crate::wire::pair::{Pair, Refusal};
use exchange::{KeyExchange, ShareFault, Spake2Ed25519};

/// The versions this program speaks, best first.
pub const VERSIONS: [u16; 1] = [Spake2Ed25519::VERSION];

/// Two programs that have proven the same secret to each other. Has no `Debug`: it holds the session's secret.
pub struct Paired {
    /// Names the session's streams, the same on both sides.
    pub session: SessionId,
    /// Only the two programs know it; what outlives a link is derived from it.
    pub secret: SessionSecret,
    /// The other side's key.
    pub peer: PeerKey,
    /// What the host offers.
    pub invitation: Invitation,
    /// How the helper calls themselves; the host's name is in the invitation.
    pub helper_name: String,
}

/// What the helper got from the host.
#[must_use]
pub enum Answer<T> {
    /// The next phase.
    Go(T),
    /// The host does not go on.
    Refused(Refusal),
}

/// Why a run ended: every one the other side's fault.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PairingFault {
    /// A message that has no place here.
    #[error("{got} came while {expected} was expected")]
    OutOfTurn {
        /// What the phase waits for.
        expected: &'static str,
        /// What came.
        got: &'static str,
    },
    /// The host chose a version that was not offered.
    #[error("a version, {0}, that was not offered")]
    Version(u16),
    /// A share that no honest side sends.
    #[error(transparent)]
    Share(#[from] ShareFault),
    /// The host does not know the code: it is another host, or somebody in between.
    #[error("a host that does not know the code")]
    HostUnproven,
    /// The other side does not know the secret of the session that it wants to resume.
    #[error("a session that this peer does not know")]
    SessionUnproven,
    /// The host knows the code, but what it sent is no invitation of its own.
    #[error(transparent)]
    Invitation(#[from] InvitationFault),
    /// The host signed it, but it is not the invitation the run began with.
    #[error("another invitation than the one announced")]
    OtherInvitation,
}

impl PairingFault {
    fn out_of_turn(expected: &'static str, got: &Pair) -> Self {
        Self::OutOfTurn { expected, got: name(got) }
    }
}

const fn name(message: &Pair) -> &'static str {
    match message {
        Pair::HelperHello(_) => "the helper's hello",
        Pair::HostHello(_) => "the host's hello",
        Pair::Refused(_) => "a refusal",
        Pair::Share(_) => "a share",
        Pair::HelperProof(_) => "the helper's proof",
        Pair::HostProof(_) => "the host's proof",
        Pair::Ready(_) => "the helper's ready",
        Pair::Challenge(_) => "the host's challenge",
        Pair::Resuming(_) => "the helper's proof of the session",
        Pair::Resumed(_) => "the host's proof of the session",
    }
}

/// What SPAKE2 takes as the password: the way's name keeps codes apart from secrets of other ways.
fn password(secret: &Secret) -> zeroize::Zeroizing<Vec<u8>> {
    const WAY: &[u8] = b"entraide code: ";
    let mut password = zeroize::Zeroizing::new(Vec::with_capacity(WAY.len() + secret.digits().len()));
    password.extend_from_slice(WAY);
    password.extend(secret.digits().iter().map(|digit| b'0' + digit));
    password
}
