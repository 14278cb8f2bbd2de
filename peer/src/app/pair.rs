//! The pairing on its stream, as one straight function a side. The rules are in
//! [`entraide_common::invitation::pairing`] and [`entraide_common::invitation::open`]; here is only the order of
//! sending and waiting.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use entraide_common::ids::PeerKey;
use entraide_common::invitation::code::Code;
use entraide_common::invitation::open::{OpenInvitation, Run, Verdict};
use entraide_common::invitation::pairing::helper::{self, AwaitProof};
use entraide_common::invitation::pairing::{Answer, Paired, PairingFault};
use entraide_common::limits;
use entraide_common::wire::pair::{Pair, Refusal};
use thiserror::Error;
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use super::clock::{Clock, SystemChance};
use crate::net::{Channel, Net, NetError};

/// How long the last word of a run, and its stream's end, may take to go out: who does not read is not waited for.
const GOODBYE: Duration = Duration::from_secs(2);

/// How a pairing run ended without a pair.
#[derive(Debug, Error)]
pub enum PairEnd {
    /// The host said no; an answer, not an error.
    #[error("refused: {0:?}")]
    Refused(Refusal),
    /// The other side broke a rule.
    #[error(transparent)]
    Fault(#[from] PairingFault),
    /// The stream broke, or held no message.
    #[error(transparent)]
    Net(#[from] NetError),
    /// The other side took too long.
    #[error("no answer in time")]
    Silence(#[from] Elapsed),
}

/// The open invitation, shared by the runs of one host.
///
/// The count of wrong codes lives and dies with the code: neither is written to disk, so that a restart of the
/// program ends the code instead of giving its guesser new tries.
pub struct Desk {
    open: Mutex<OpenInvitation>,
    clock: Clock,
}

impl Desk {
    /// A desk for this invitation.
    #[must_use]
    pub fn new(open: OpenInvitation, clock: Clock) -> Self {
        Self { open: Mutex::new(open), clock }
    }

    /// Looks at the invitation, or tells it something.
    pub fn open(&self) -> MutexGuard<'_, OpenInvitation> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Serves one helper who opened a pairing stream. `seen` is called after every step that may have changed the
    /// invitation's state.
    ///
    /// # Errors
    /// [`PairEnd`]; the refusal has been sent.
    pub async fn serve(&self, mut channel: Channel, net: &Net, seen: impl Fn()) -> Result<Paired, PairEnd> {
        let end = timeout(limits::PAIRING_TIME * 2, self.converse(&mut channel, net, &seen)).await;
        let end = end.map_err(PairEnd::from).and_then(|end| end);
        if let Err(PairEnd::Refused(refusal)) = &end {
            // If it cannot be sent, the helper is gone, and the refusal stands all the same.
            let _ = timeout(GOODBYE, channel.send(&Pair::Refused(*refusal))).await;
        }
        let _ = timeout(GOODBYE, channel.close()).await;
        seen();
        end
    }

    async fn converse(&self, channel: &mut Channel, net: &Net, seen: &impl Fn()) -> Result<Paired, PairEnd> {
        let helper = channel.peer();
        let Pair::HelperHello(hello) = channel.recv().await? else {
            return Err(PairEnd::Refused(Refusal::Unknown));
        };
        let admission = self
            .open()
            .hello(helper, &hello, self.clock.now(), self.clock.wall())
            .map_err(PairEnd::Refused)?;
        let run = UnderWay { desk: self, run: admission.run };
        seen();
        self.clock.sleep_until(Some(admission.not_before)).await;
        self.standing(run.run)?;
        channel.send(&admission.hello).await?;
        let (pairing, share) = admission.pairing.on(channel.recv().await?, &mut SystemChance)?;
        self.standing(run.run)?;
        channel.send(&share).await?;
        let unchecked = pairing.on(channel.recv().await?)?;
        let verdict = {
            let mut open = self.open();
            let counted =
                open.begin_check(unchecked, self.clock.now(), self.clock.wall()).map_err(PairEnd::Refused)?;
            open.verdict(counted, self.clock.now())
        };
        let (pairing, reply) = match verdict {
            Verdict::Proved { pairing, reply } => (pairing, reply),
            Verdict::Refused(refusal) => return Err(PairEnd::Refused(refusal)),
        };
        net.prove(helper, pairing.session()).await?;
        channel.send(&reply).await?;
        let paired = pairing.on(channel.recv().await?)?;
        self.open().ready(run.run, self.clock.now(), self.clock.wall()).map_err(PairEnd::Refused)?;
        Ok(paired)
    }

    fn standing(&self, run: Run) -> Result<(), PairEnd> {
        let mut open = self.open();
        open.advance(self.clock.now(), self.clock.wall());
        open.standing(run).map_err(PairEnd::Refused)
    }
}

/// A run that is given up by whatever road its function is left.
struct UnderWay<'a> {
    desk: &'a Desk,
    run: Run,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.desk.open().aborted(self.run);
    }
}

/// A host that speaks, and was told nothing yet by which it could try a guess.
pub struct Greeted {
    channel: Channel,
    phase: AwaitProof,
    proof: Pair,
}

/// Begins as the helper, with the code as typed, and waits for the host's answers for so long. It costs nobody a try.
///
/// # Errors
/// [`PairEnd`].
pub async fn greet(
    channel: Channel,
    own: PeerKey,
    code: Code,
    patience: Duration,
) -> Result<Greeted, PairEnd> {
    timeout(patience, converse_before_proof(channel, own, code)).await?
}

async fn converse_before_proof(mut channel: Channel, own: PeerKey, code: Code) -> Result<Greeted, PairEnd> {
    let (phase, hello) = helper::start(code, own, channel.peer());
    channel.send(&hello).await?;
    let (phase, share) = go(phase.on(channel.recv().await?, &mut SystemChance)?)?;
    channel.send(&share).await?;
    let (phase, proof) = go(phase.on(channel.recv().await?)?)?;
    Ok(Greeted { channel, phase, proof })
}

impl Greeted {
    /// Proves the code, and is shown the invitation. If it is another's code, that costs one of the host's tries; and a
    /// host that is none has had one guess at the code.
    ///
    /// # Errors
    /// [`PairEnd`].
    pub async fn prove(self, name: &str) -> Result<Paired, PairEnd> {
        let Self { mut channel, phase, proof } = self;
        let proving = async {
            channel.send(&proof).await?;
            let invited = go(phase.on(channel.recv().await?)?)?;
            let (paired, ready) = invited.ready(name);
            channel.send(&ready).await?;
            Ok(paired)
        };
        let end = timeout(limits::PAIRING_TIME, proving).await?;
        let _ = timeout(GOODBYE, channel.close()).await;
        end
    }
}

fn go<T>(answer: Answer<T>) -> Result<T, PairEnd> {
    match answer {
        Answer::Go(next) => Ok(next),
        Answer::Refused(refusal) => Err(PairEnd::Refused(refusal)),
    }
}
