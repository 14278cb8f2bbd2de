//! What the host keeps of one invitation by code: the invitation, its signed form, and the code.

use super::code::Code;
use super::{Invitation, InvitationFault, SignedInvitation, SigningKey};

/// An invitation and the code that leads to it. Holds a secret: it has no `Debug`.
#[derive(Clone)]
pub struct Offer {
    invitation: Invitation,
    signed: SignedInvitation,
    code: Code,
}

impl Offer {
    /// Signs `invitation` with the host's key.
    ///
    /// # Errors
    /// As [`Invitation::sign`].
    pub fn new(invitation: Invitation, code: Code, key: &SigningKey) -> Result<Self, InvitationFault> {
        let signed = invitation.sign(key)?;
        Ok(Self { invitation, signed, code })
    }

    /// The invitation.
    #[must_use]
    pub const fn invitation(&self) -> &Invitation {
        &self.invitation
    }

    /// Its signed form.
    #[must_use]
    pub const fn signed(&self) -> &SignedInvitation {
        &self.signed
    }

    /// The code.
    #[must_use]
    pub const fn code(&self) -> &Code {
        &self.code
    }
}
