//! Invitations: what a host signs, the code that leads to it, and the pairing that turns the code into trust.
//!
//! **Life of an invitation.** The host draws an [`InvitationId`] and a [`code::Code`], fills in an [`Invitation`]
//! and keeps both in an [`offer::Offer`]. A node learns a plate number and nothing else ([`Invitation::claim`]).
//! A helper who knows the code runs the [`pairing`]; at its end, and only then, the host hands over the signed
//! invitation. [`open`] counts tries and time on the host's side and says when the invitation is over.
//!
//! **Signed form.** `signature (64 bytes) || version (1 byte) || fields (bincode, see wire)`, at most
//! [`limits::INVITATION_BYTES`]. The Ed25519 signature (RFC 8032) is over `"entraide/invitation\0" || version ||
//! fields`, exactly as received and before anything is parsed. The key is that of the peer the transport proved;
//! the one stated inside must be the same. (A signed record whose stated key was not compared with the peer id
//! was RUSTSEC-2022-0009.) Verification is strict: no second encoding of a signature passes, no weak key.
//!
//! **Not decided here:** whether an invitation is still good. Only the host's clock does, in [`open`]; a helper
//! may warn by [`Invitation::looks_expired`].

pub mod code;
pub mod offer;
pub mod open;
pub mod pairing;

use core::ops::Deref;
use core::time::Duration;

use ed25519_dalek::{Signature, Signer, VerifyingKey};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use ed25519_dalek::SigningKey;

use crate::ids::{InvitationId, PeerKey};
use crate::limits;
use crate::time::WallTime;
use crate::wire::codec::{self, is_one_line, is_plain};
use crate::wire::control::Grant;
use crate::wire::directory::{Claim, Want};

/// The one form of invitation this program writes and reads.
const VERSION: u8 = 1;
/// Keeps these signatures apart from all others the same key may make.
const DOMAIN: &[u8] = b"entraide/invitation\0";
const SIGNATURE_BYTES: usize = 64;

/// What a host offers, to whom, until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Its name.
    pub id: InvitationId,
    /// Who invites.
    pub host: PeerKey,
    /// Where the host can be met; at most [`limits::NODES`].
    pub nodes: Vec<MeetingPlace>,
    /// When it was made, by the host's clock.
    pub issued: WallTime,
    /// When it ends at the latest, by the host's clock.
    pub expires: WallTime,
    /// The most the host means to allow, [`Grant::View`] or [`Grant::Control`]. Each is still asked for.
    pub offers: Grant,
    /// Whom the host invites, as the host wrote it; one line of at most [`limits::NAME_CHARS`].
    pub for_whom: String,
    /// How the host calls themselves; one line of at most [`limits::NAME_CHARS`].
    pub name: String,
    /// What the problem is, or how best to reach the host; at most [`limits::MESSAGE_CHARS`].
    pub message: String,
}

/// A rendezvous node, by address and key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeetingPlace {
    /// The node's key: whoever answers at the address must prove it.
    pub node: PeerKey,
    /// A multiaddress without the key, at most [`limits::ADDRESS_CHARS`] printable ASCII characters.
    pub address: String,
}

/// Why bytes are no invitation of that host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvitationFault {
    /// More than [`limits::INVITATION_BYTES`], or less than a signature.
    #[error("an invitation of {0} bytes")]
    Length(usize),
    /// Not signed by this host, or changed since.
    #[error("an invitation that this host did not sign")]
    Signature,
    /// Signed, in a form that this program is too old or too new for.
    #[error("an invitation of version {0}, which this program does not know")]
    Version(u8),
    /// Signed, but it does not parse.
    #[error("a malformed invitation")]
    Malformed,
    /// Signed by this host on behalf of another key.
    #[error("an invitation that names another host")]
    OtherHost,
    /// A field breaks its bound.
    #[error("an invitation with {0}")]
    Rule(&'static str),
}

/// An invitation's signed bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedInvitation(Vec<u8>);

impl SignedInvitation {
    /// The bytes to send.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A `T` whose signature was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified<T>(T);

impl<T> Verified<T> {
    /// The value.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Verified<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl Invitation {
    /// Signs it.
    ///
    /// # Errors
    /// [`InvitationFault::Rule`] if a field breaks its bound, [`InvitationFault::OtherHost`] if `key` is not the
    /// host's.
    pub fn sign(&self, key: &SigningKey) -> Result<SignedInvitation, InvitationFault> {
        self.check()?;
        if key.verifying_key().to_bytes() != self.host.0 {
            return Err(InvitationFault::OtherHost);
        }
        let body = codec::encode_numbered(VERSION, self);
        let mut bytes = key.sign(&signed_message(&body)).to_bytes().to_vec();
        bytes.extend_from_slice(&body);
        debug_assert!(bytes.len() <= limits::INVITATION_BYTES, "the bounds of the fields add up to less");
        Ok(SignedInvitation(bytes))
    }

    /// How long it lives at most.
    #[must_use]
    pub const fn lifetime(&self) -> Duration {
        Duration::from_secs(self.expires.0.saturating_sub(self.issued.0))
    }

    /// Whether the helper's clock says it is over: a reason to warn, never to refuse.
    #[must_use]
    pub fn looks_expired(&self, now: WallTime) -> bool {
        now >= self.expires
    }

    /// All that a node is told of this invitation: a place and a time. Name, message and secret have no part in
    /// it, nor has anything derived from them.
    #[must_use]
    pub const fn claim(&self, want: Want) -> Claim {
        Claim { want, ttl: self.lifetime() }
    }

    fn check(&self) -> Result<(), InvitationFault> {
        let rule = if self.nodes.len() > limits::NODES {
            "too many nodes"
        } else if !self.nodes.iter().all(MeetingPlace::is_plausible) {
            "a node's address that is none"
        } else if self.expires <= self.issued {
            "an end before its beginning"
        } else if !matches!(self.offers, Grant::View | Grant::Control) {
            "an offer that is neither view nor control"
        } else if !is_one_line(&self.for_whom, limits::NAME_CHARS) {
            "a helper's name too long or not plain"
        } else if !is_one_line(&self.name, limits::NAME_CHARS) {
            "a host's name too long or not plain"
        } else if !is_plain(&self.message, limits::MESSAGE_CHARS) {
            "a message too long or not plain"
        } else {
            return Ok(());
        };
        Err(InvitationFault::Rule(rule))
    }
}

impl MeetingPlace {
    fn is_plausible(&self) -> bool {
        self.address.starts_with('/')
            && self.address.len() <= limits::ADDRESS_CHARS
            && self.address.bytes().all(|byte| byte.is_ascii_graphic())
    }
}

/// The invitation in `bytes`, if `host` signed it. `host` is the key that the transport proved.
///
/// # Errors
/// See [`InvitationFault`]; all of them are the host's fault, or that of whoever changed the bytes.
pub fn verify(bytes: &[u8], host: PeerKey) -> Result<Verified<Invitation>, InvitationFault> {
    const CONFIG: codec::Config<{ limits::INVITATION_BYTES }> = codec::config();
    if bytes.len() > limits::INVITATION_BYTES {
        return Err(InvitationFault::Length(bytes.len()));
    }
    let Some((signature, body)) = bytes.split_first_chunk::<SIGNATURE_BYTES>() else {
        return Err(InvitationFault::Length(bytes.len()));
    };
    VerifyingKey::from_bytes(&host.0)
        .and_then(|key| key.verify_strict(&signed_message(body), &Signature::from_bytes(signature)))
        .map_err(|_| InvitationFault::Signature)?;
    let (&version, fields) = body.split_first().ok_or(InvitationFault::Malformed)?;
    if version != VERSION {
        return Err(InvitationFault::Version(version));
    }
    let invitation: Invitation = codec::decode_fields(fields, CONFIG).ok_or(InvitationFault::Malformed)?;
    if invitation.host != host {
        return Err(InvitationFault::OtherHost);
    }
    invitation.check()?;
    Ok(Verified(invitation))
}

fn signed_message(body: &[u8]) -> Vec<u8> {
    [DOMAIN, body].concat()
}
