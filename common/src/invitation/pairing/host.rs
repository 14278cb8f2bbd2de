//! The host's side of a run, phase by phase. Runs begin and are judged in [`crate::invitation::open`].

use super::exchange::{Context, KeyExchange, Role, Spake2Ed25519};
use super::keys::{Keys, Transcript};
use super::{Paired, PairingFault, VERSIONS, password};
use crate::chance::Chance;
use crate::ids::{PeerKey, SessionId};
use crate::invitation::code::Secret;
use crate::invitation::offer::Offer;
use crate::invitation::open::Run;
use crate::invitation::{Invitation, SignedInvitation};
use crate::wire::pair::{HelperHello, HostHello, HostProof, Pair, Refusal, Share, Way};

/// What every phase carries along: whom the run is with and what it is about.
struct About {
    run: Run,
    helper: PeerKey,
    invitation: Invitation,
    signed: SignedInvitation,
}

/// Answers a helper's hello for `offer`.
///
/// # Errors
/// [`Refusal::Unknown`] if the hello is not for this code, [`Refusal::Version`] if no version is shared.
pub(in crate::invitation) fn answer(
    offer: &Offer,
    run: Run,
    helper: PeerKey,
    hello: &HelperHello,
) -> Result<(AwaitShare, Pair), Refusal> {
    let invitation = offer.invitation();
    if hello.way != Way::Code(offer.code().plate()) {
        return Err(Refusal::Unknown);
    }
    let version = hello.versions.iter().copied().find(|version| VERSIONS.contains(version));
    let version = version.ok_or(Refusal::Version)?;
    let answer = Pair::HostHello(HostHello { invitation: invitation.id, version, capabilities: Vec::new() });
    let mut transcript = Transcript::new(helper, invitation.host);
    transcript.hear(Role::Helper, &Pair::HelperHello(hello.clone()));
    transcript.hear(Role::Host, &answer);
    let context =
        Context { helper, host: invitation.host, invitation: invitation.id, plate: offer.code().plate() };
    let about =
        Box::new(About { run, helper, invitation: invitation.clone(), signed: offer.signed().clone() });
    Ok((AwaitShare { about, context, secret: offer.code().secret().clone(), transcript }, answer))
}

/// Waits for the helper's share.
pub struct AwaitShare {
    about: Box<About>,
    context: Context,
    secret: Secret,
    transcript: Transcript,
}

impl AwaitShare {
    /// Takes the helper's share; gives the host's to send.
    ///
    /// # Errors
    /// The helper's faults, a share of low order among them; nothing was said that depends on the secret.
    pub fn on(self, message: Pair, chance: &mut dyn Chance) -> Result<(AwaitProof, Pair), PairingFault> {
        let Self { about, context, secret, mut transcript } = self;
        transcript.hear(Role::Helper, &message);
        let Pair::Share(theirs) = message else {
            return Err(PairingFault::out_of_turn("the helper's share", &message));
        };
        let (keys, share) = exchange(&secret, &context, &theirs, &mut transcript, chance)?;
        Ok((AwaitProof { about, keys, transcript }, share))
    }
}

fn exchange(
    secret: &Secret,
    context: &Context,
    theirs: &Share,
    transcript: &mut Transcript,
    chance: &mut dyn Chance,
) -> Result<(Keys, Pair), PairingFault> {
    let (exchange, ours) = Spake2Ed25519::start(Role::Host, &password(secret), context, chance);
    let exchanged = exchange.finish(theirs)?;
    let ours = Pair::Share(ours);
    transcript.hear(Role::Host, &ours);
    Ok((Keys::derive(&exchanged, transcript), ours))
}

/// Waits for the helper's proof.
pub struct AwaitProof {
    about: Box<About>,
    keys: Keys,
    transcript: Transcript,
}

impl AwaitProof {
    /// Takes the helper's proof, and does not look at it: first the try is counted
    /// ([`crate::invitation::open::OpenInvitation::begin_check`]).
    ///
    /// # Errors
    /// The helper spoke out of turn.
    pub fn on(self, message: Pair) -> Result<Unchecked, PairingFault> {
        let Self { about, keys, transcript } = self;
        let Pair::HelperProof(proof) = message else {
            return Err(PairingFault::out_of_turn("the helper's proof", &message));
        };
        Ok(Unchecked { about, keys, transcript, proof })
    }
}

/// A proof that nobody has looked at yet.
pub struct Unchecked {
    about: Box<About>,
    keys: Keys,
    transcript: Transcript,
    proof: [u8; 32],
}

impl Unchecked {
    pub(in crate::invitation) const fn run(&self) -> Run {
        self.about.run
    }

    pub(in crate::invitation) const fn helper(&self) -> PeerKey {
        self.about.helper
    }

    /// Looks. `Some` if the helper knows the code, with the host's proof and the invitation to send.
    pub(in crate::invitation) fn check(self) -> Option<(AwaitReady, Pair)> {
        let Self { about, keys, mut transcript, proof } = self;
        if !keys.is_proven(Role::Helper, &transcript, &proof) {
            return None;
        }
        transcript.hear(Role::Helper, &Pair::HelperProof(proof));
        let invitation = about.signed.as_bytes().to_vec();
        transcript.hear_bytes(Role::Host, &invitation);
        let mac = keys.prove(Role::Host, &transcript);
        Some((AwaitReady { about, keys }, Pair::HostProof(HostProof { mac, invitation })))
    }
}

/// Waits for the helper to have read the invitation.
pub struct AwaitReady {
    about: Box<About>,
    keys: Keys,
}

impl AwaitReady {
    /// The session to come: its streams may arrive as soon as the helper has the host's proof, so whoever accepts
    /// them is told before that is sent.
    #[must_use]
    pub const fn session(&self) -> SessionId {
        self.keys.session
    }

    /// Who has proven itself.
    #[must_use]
    pub fn helper(&self) -> PeerKey {
        self.about.helper
    }

    /// Takes the helper's word that it is ready; the run is over.
    ///
    /// # Errors
    /// The helper spoke out of turn.
    pub fn on(self, message: Pair) -> Result<Paired, PairingFault> {
        let Self { about, keys } = self;
        let Pair::Ready(ready) = message else {
            return Err(PairingFault::out_of_turn("the helper's ready", &message));
        };
        Ok(Paired {
            session: keys.session,
            secret: keys.secret,
            peer: about.helper,
            invitation: about.invitation,
            helper_name: ready.name,
        })
    }
}
