//! The helper's side of a run, phase by phase.

use super::exchange::{Context, KeyExchange, Role, Spake2Ed25519};
use super::keys::{Keys, Transcript};
use super::{Answer, Paired, PairingFault, VERSIONS, password};
use crate::chance::Chance;
use crate::ids::{InvitationId, PeerKey};
use crate::invitation::code::Code;
use crate::invitation::{Invitation, Verified, verify};
use crate::wire::pair::{HelperHello, Pair, Ready, Way};

/// Begins a run: `own` and `host` are the keys the transport proved. Returns what to send first.
#[must_use]
pub fn start(code: Code, own: PeerKey, host: PeerKey) -> (AwaitHello, Pair) {
    let hello = Pair::HelperHello(HelperHello {
        way: Way::Code(code.plate()),
        versions: VERSIONS.to_vec(),
        capabilities: Vec::new(),
    });
    let mut transcript = Transcript::new(own, host);
    transcript.hear(Role::Helper, &hello);
    (AwaitHello { code, own, host, transcript }, hello)
}

/// Waits for the host's hello.
pub struct AwaitHello {
    code: Code,
    own: PeerKey,
    host: PeerKey,
    transcript: Transcript,
}

impl AwaitHello {
    /// Takes the host's hello; gives the helper's share to send.
    ///
    /// # Errors
    /// The host's faults.
    pub fn on(
        self,
        message: Pair,
        chance: &mut dyn Chance,
    ) -> Result<Answer<(AwaitShare, Pair)>, PairingFault> {
        let Self { code, own, host, mut transcript } = self;
        transcript.hear(Role::Host, &message);
        let hello = match message {
            Pair::HostHello(hello) => hello,
            Pair::Refused(refusal) => return Ok(Answer::Refused(refusal)),
            other => return Err(PairingFault::out_of_turn("the host's hello", &other)),
        };
        if !VERSIONS.contains(&hello.version) {
            return Err(PairingFault::Version(hello.version));
        }
        let context = Context { helper: own, host, invitation: hello.invitation, plate: code.plate() };
        let (exchange, share) =
            Spake2Ed25519::start(Role::Helper, &password(code.secret()), &context, chance);
        let share = Pair::Share(share);
        transcript.hear(Role::Helper, &share);
        let invitation = hello.invitation;
        Ok(Answer::Go((AwaitShare { host, invitation, exchange, transcript }, share)))
    }
}

/// Waits for the host's share.
pub struct AwaitShare {
    host: PeerKey,
    invitation: InvitationId,
    exchange: Spake2Ed25519,
    transcript: Transcript,
}

impl AwaitShare {
    /// Takes the host's share; gives the proof to send, which is the helper's one try.
    ///
    /// # Errors
    /// The host's faults, a share of low order among them.
    pub fn on(self, message: Pair) -> Result<Answer<(AwaitProof, Pair)>, PairingFault> {
        let Self { host, invitation, exchange, mut transcript } = self;
        transcript.hear(Role::Host, &message);
        let share = match message {
            Pair::Share(share) => share,
            Pair::Refused(refusal) => return Ok(Answer::Refused(refusal)),
            other => return Err(PairingFault::out_of_turn("the host's share", &other)),
        };
        let keys = Keys::derive(&exchange.finish(&share)?, &transcript);
        let proof = Pair::HelperProof(keys.prove(Role::Helper, &transcript));
        transcript.hear(Role::Helper, &proof);
        Ok(Answer::Go((AwaitProof { host, invitation, keys, transcript }, proof)))
    }
}

/// Waits for the host's proof and its invitation.
pub struct AwaitProof {
    host: PeerKey,
    invitation: InvitationId,
    keys: Keys,
    transcript: Transcript,
}

impl AwaitProof {
    /// Takes the host's proof. Its MAC is checked first, then the invitation's signature, by the host's key.
    ///
    /// # Errors
    /// The host's faults: it does not know the code, or the invitation is not its own or not this one.
    pub fn on(self, message: Pair) -> Result<Answer<Invited>, PairingFault> {
        let Self { host, invitation: announced, keys, mut transcript } = self;
        let proof = match message {
            Pair::HostProof(proof) => proof,
            Pair::Refused(refusal) => return Ok(Answer::Refused(refusal)),
            other => return Err(PairingFault::out_of_turn("the host's proof", &other)),
        };
        transcript.hear_bytes(Role::Host, &proof.invitation);
        if !keys.is_proven(Role::Host, &transcript, &proof.mac) {
            return Err(PairingFault::HostUnproven);
        }
        let invitation = verify(&proof.invitation, host)?;
        if invitation.id != announced {
            return Err(PairingFault::OtherInvitation);
        }
        Ok(Answer::Go(Invited { keys, host, invitation }))
    }
}

/// Both sides are proven; the invitation may be read.
pub struct Invited {
    keys: Keys,
    host: PeerKey,
    invitation: Verified<Invitation>,
}

impl Invited {
    /// What the host offers.
    #[must_use]
    pub const fn invitation(&self) -> &Verified<Invitation> {
        &self.invitation
    }

    /// Says that the helper is ready, under `name`: only then is the host's person asked. The name is cut to what
    /// a message may hold and freed of what it may not.
    #[must_use]
    pub fn ready(self, name: &str) -> (Paired, Pair) {
        let Self { keys, host, invitation } = self;
        let name = crate::wire::pair::fitting_name(name);
        let paired = Paired {
            session: keys.session,
            secret: keys.secret,
            peer: host,
            invitation: invitation.into_inner(),
            helper_name: name.clone(),
        };
        (paired, Pair::Ready(Ready { name }))
    }
}
