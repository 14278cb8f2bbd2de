//! The password-authenticated key exchange, behind a trait with a version, so that a better one can join it.

use curve25519_dalek::edwards::CompressedEdwardsY;
use curve25519_dalek::traits::IsIdentity;
use rand_core::{CryptoRng, RngCore};
use spake2::{Ed25519Group, Identity, Password, Spake2};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::chance::Chance;
use crate::ids::{InvitationId, PeerKey, Plate};
use crate::wire::pair::Share;

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The one who knows the code by ear: A in RFC 9382.
    Helper,
    /// The one who made the code: B in RFC 9382.
    Host,
}

impl Role {
    /// The byte before a share, as the spake2 crate writes it.
    pub(super) const fn byte(self) -> u8 {
        match self {
            Self::Helper => 0x41,
            Self::Host => 0x42,
        }
    }

    const fn other(self) -> Self {
        match self {
            Self::Helper => Self::Host,
            Self::Host => Self::Helper,
        }
    }
}

/// What an exchange is bound to beside the password: two runs that differ in any of it have different keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context {
    /// The helper's key, proven by the transport.
    pub helper: PeerKey,
    /// The host's key, likewise.
    pub host: PeerKey,
    /// The invitation.
    pub invitation: InvitationId,
    /// The plate the helper typed.
    pub plate: Plate,
}

/// A share that no honest side sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ShareFault {
    /// It carries the receiver's own role, or none.
    #[error("a share with the wrong role")]
    Role,
    /// It is no point, or not the one encoding of a point.
    #[error("a share that is no point of the curve")]
    NoPoint,
    /// It is the identity or lies outside the prime-order group, as points of low order do.
    #[error("a share of low order")]
    LowOrder,
}

/// A balanced PAKE: both sides hold the same password; who does not gets one guess a run.
pub trait KeyExchange: Sized {
    /// Its number in the hellos; never reused.
    const VERSION: u16;

    /// Begins on one side: the state to finish with, and the share to send.
    fn start(role: Role, password: &[u8], context: &Context, chance: &mut dyn Chance) -> (Self, Share);

    /// The key, which is the other side's key only if the passwords and contexts are the same.
    ///
    /// # Errors
    /// [`ShareFault`], before any secret is mixed with the share.
    fn finish(self, theirs: &Share) -> Result<Zeroizing<Vec<u8>>, ShareFault>;
}

/// SPAKE2 on edwards25519, version 1. The crate does not multiply by the cofactor, as RFC 9382 asks; that is
/// made good by refusing every share outside the prime-order group.
pub struct Spake2Ed25519 {
    role: Role,
    state: Spake2<Ed25519Group>,
}

impl KeyExchange for Spake2Ed25519 {
    const VERSION: u16 = 1;

    fn start(role: Role, password: &[u8], context: &Context, chance: &mut dyn Chance) -> (Self, Share) {
        let helper = identity(Role::Helper, context);
        let host = identity(Role::Host, context);
        let password = Password::new(password);
        let drawn = Drawn(chance);
        let (state, message) = match role {
            Role::Helper => Spake2::start_a_with_rng(&password, &helper, &host, drawn),
            Role::Host => Spake2::start_b_with_rng(&password, &helper, &host, drawn),
        };
        let (&byte, element) = message.split_first().expect("a SPAKE2 message is a role and an element");
        let element = element.try_into().expect("an element of edwards25519 has 32 bytes");
        (Self { role, state }, Share { role: byte, element })
    }

    fn finish(self, theirs: &Share) -> Result<Zeroizing<Vec<u8>>, ShareFault> {
        if theirs.role != self.role.other().byte() {
            return Err(ShareFault::Role);
        }
        check_element(&theirs.element)?;
        let mut message = [theirs.role; 33];
        message[1..].copy_from_slice(&theirs.element);
        self.state.finish(&message).map(Zeroizing::new).map_err(|_| ShareFault::NoPoint)
    }
}

/// Refuses all but canonical encodings of points of the prime-order group, the identity excepted.
fn check_element(element: &[u8; 32]) -> Result<(), ShareFault> {
    let compressed = CompressedEdwardsY(*element);
    let point = compressed.decompress().ok_or(ShareFault::NoPoint)?;
    if point.compress() != compressed {
        return Err(ShareFault::NoPoint);
    }
    if point.is_identity() || point.is_small_order() || !point.is_torsion_free() {
        return Err(ShareFault::LowOrder);
    }
    Ok(())
}

/// A side's identity: all fields have fixed lengths, so no two contexts read the same.
fn identity(role: Role, context: &Context) -> Identity {
    let key = match role {
        Role::Helper => &context.helper,
        Role::Host => &context.host,
    };
    let mut bytes = b"entraide/pair/1".to_vec();
    bytes.push(role.byte());
    bytes.extend_from_slice(&key.0);
    bytes.extend_from_slice(&context.invitation.0);
    bytes.extend_from_slice(&context.plate.get().to_le_bytes());
    bytes.extend_from_slice(&Spake2Ed25519::VERSION.to_le_bytes());
    Identity::new(&bytes)
}

/// [`Chance`] as the generator that the spake2 crate asks for.
struct Drawn<'a>(&'a mut dyn Chance);

impl RngCore for Drawn<'_> {
    fn next_u32(&mut self) -> u32 {
        rand_core::impls::next_u32_via_fill(self)
    }

    fn next_u64(&mut self) -> u64 {
        rand_core::impls::next_u64_via_fill(self)
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.0.fill(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rand_core::Error> {
        self.0.fill(bytes);
        Ok(())
    }
}

/// `Chance` promises strong bytes, see there.
impl CryptoRng for Drawn<'_> {}
