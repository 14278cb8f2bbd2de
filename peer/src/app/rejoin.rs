//! The way back to a session whose link was cut.
//!
//! If a path stood behind the one that died, both sides link the session on it, and that is all. If none is left, the
//! helper calls the host over a node again, or looks for it on the network where they met, and both prove to each other
//! that they hold the session's secret ([`entraide_common::invitation::pairing::resume`]); nobody is asked for a code.
//! Meanwhile each makes sure that its nodes are within reach: who has changed networks finds out at once instead of in a
//! minute.
//!
//! Both give up after [`limits::RESUME_TIME`].

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use entraide_common::ids::{PeerKey, Plate, SessionId};
use entraide_common::invitation::pairing::Paired;
use entraide_common::invitation::pairing::resume::Resumption;
use entraide_common::wire::pair::{Pair, Refusal};
use entraide_common::{again, limits};
use futures::future::join_all;
use libp2p::Multiaddr;
use tokio::sync::mpsc;
use tokio::time::{sleep, sleep_until, timeout};
use tracing::info;

use super::clock::SystemChance;
use super::meeting::Meet;
use super::pair::PairEnd;
use crate::config::Node;
use crate::net::{Channel, HelperLink, HostLink, Net, NetError};

/// Helpers who knock while one is being let in: there is one helper.
pub const KNOCKS: usize = 4;

/// How often nodes are asked for a sign of life while the link is cut.
const NODES_PACE: Duration = Duration::from_secs(10);

/// All that leads back to a session.
pub struct Road {
    net: Net,
    /// Where the two met, and under which number.
    met: (Meet, Plate),
    peer: PeerKey,
    session: SessionId,
    resumption: Mutex<Resumption>,
}

/// A host's link that stands again.
pub struct HostBack {
    /// The link.
    pub link: HostLink,
    /// Whether no path was left, and the helper had to prove itself anew.
    pub resumed: bool,
}

impl Road {
    /// The helper's way back.
    #[must_use]
    pub fn of_helper(net: Net, meet: Meet, plate: Plate, paired: &Paired) -> Arc<Self> {
        let resumption = Resumption::new(&paired.secret, paired.session, net.key(), paired.peer);
        Self::of(net, (meet, plate), paired, resumption)
    }

    /// The host's.
    #[must_use]
    pub fn of_host(net: Net, meet: Meet, plate: Plate, paired: &Paired) -> Arc<Self> {
        let resumption = Resumption::new(&paired.secret, paired.session, paired.peer, net.key());
        Self::of(net, (meet, plate), paired, resumption)
    }

    fn of(net: Net, met: (Meet, Plate), paired: &Paired, resumption: Resumption) -> Arc<Self> {
        let resumption = Mutex::new(resumption);
        Arc::new(Self { net, met, peer: paired.peer, session: paired.session, resumption })
    }

    /// The other side.
    #[must_use]
    pub fn peer(&self) -> PeerKey {
        self.peer
    }

    /// The helper comes back; nothing if it is too late, or the host has ended the session.
    pub async fn as_helper(self: Arc<Self>) -> Option<HelperLink> {
        tokio::select! {
            link = self.call_again() => link,
            never = self.tend() => match never {},
        }
    }

    async fn call_again(&self) -> Option<HelperLink> {
        let lost = Instant::now();
        for number in 0.. {
            let at = again::resume(number);
            if at >= limits::RESUME_TIME {
                break;
            }
            sleep_until((lost + at).into()).await;
            match self.try_as_helper().await {
                Ok(link) => return Some(link),
                Err(PairEnd::Refused(refusal)) => {
                    info!(?refusal, "the host has ended the session");
                    return None;
                }
                Err(error) => info!(%error, number, "the session is not back yet"),
            }
        }
        None
    }

    async fn try_as_helper(&self) -> Result<HelperLink, PairEnd> {
        match self.link_as_helper().await {
            Ok(link) => return Ok(link),
            Err(error) => info!(%error, "no other path stands"),
        }
        self.call().await?;
        self.link_as_helper().await
    }

    /// A link on which the host has spoken: a stream that is open says nothing of the path.
    async fn link_as_helper(&self) -> Result<HelperLink, PairEnd> {
        let linking = async {
            let mut link = self.net.link_as_helper(self.peer, self.session).await?;
            link.control.wait().await.map_err(|_| NetError::Lost)?;
            Ok(link)
        };
        timeout(limits::RESUME_TRY, linking).await?
    }

    async fn call(&self) -> Result<(), PairEnd> {
        match &self.met {
            (Meet::AtNodes(nodes), _) => self.call_over_any(nodes).await,
            (Meet::Here, plate) => self.call_here(*plate).await,
        }
    }

    /// Looks for the host where it is announced still, maybe at other addresses than before.
    async fn call_here(&self, plate: Plate) -> Result<(), PairEnd> {
        let around = self.net.look_around(plate).await?;
        let host = around.into_iter().find(|neighbour| neighbour.host == self.peer);
        let host = host.ok_or_else(|| NetError::HostUnreachable("not announced".to_owned()))?;
        let calling = async {
            self.net.reach_neighbour(&host).await?;
            self.prove_anew().await
        };
        timeout(limits::RESUME_TRY, calling).await?
    }

    /// Calls the host over each node until one leads to it.
    async fn call_over_any(&self, nodes: &[Node]) -> Result<(), PairEnd> {
        let mut last = PairEnd::Net(NetError::NotConnected);
        for Node { address, .. } in nodes {
            let called = timeout(limits::RESUME_TRY, self.call_over(address)).await;
            match called.map_err(PairEnd::from).and_then(|called| called) {
                Ok(()) => return Ok(()),
                Err(end @ PairEnd::Refused(_)) => return Err(end),
                Err(end) => {
                    info!(node = %address, error = %end, "no way over this node");
                    last = end;
                }
            }
        }
        Err(last)
    }

    async fn call_over(&self, node: &Multiaddr) -> Result<(), PairEnd> {
        self.net.reach(node, self.peer).await?;
        self.prove_anew().await
    }

    /// Shows the host, who was reached, that this is its helper, and is shown as much.
    async fn prove_anew(&self) -> Result<(), PairEnd> {
        let mut channel = self.net.open_pair(self.peer).await?;
        let (phase, hello) = self.resumption().begin();
        channel.send(&hello).await?;
        let challenge = match channel.recv().await? {
            Pair::Refused(refusal) => return Err(PairEnd::Refused(refusal)),
            challenge => challenge,
        };
        let (phase, proof) = phase.on(challenge, &mut SystemChance)?;
        channel.send(&proof).await?;
        let next = phase.on(&channel.recv().await?)?;
        self.resumption().advance(next);
        self.net.prove(self.peer, self.session).await?;
        channel.close().await;
        Ok(())
    }

    fn resumption(&self) -> MutexGuard<'_, Resumption> {
        // Nothing is ever left half changed.
        self.resumption.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The host waits for the helper, who knocks if no path was left.
    pub async fn as_host(self: Arc<Self>, mut knocks: mpsc::Receiver<Channel>) -> Option<HostBack> {
        let back = async {
            tokio::select! {
                link = self.wait(&mut knocks) => link,
                never = self.tend() => match never {},
            }
        };
        timeout(limits::RESUME_TIME, back).await.ok()
    }

    async fn wait(&self, knocks: &mut mpsc::Receiver<Channel>) -> HostBack {
        let mut resumed = false;
        loop {
            let linking = async {
                match self.net.link_as_host(self.peer, self.session).await {
                    Ok(link) => Some(link),
                    // The helper is there and slow.
                    Err(NetError::TimedOut) => None,
                    // Only the helper can change that.
                    Err(_) => std::future::pending().await,
                }
            };
            tokio::select! {
                link = linking => if let Some(link) = link {
                    // Who opens a link after a run has heard its end.
                    self.resumption().settle();
                    return HostBack { link, resumed };
                },
                Some(channel) = knocks.recv() => match self.let_in(channel).await {
                    Ok(()) => resumed = true,
                    Err(error) => info!(%error, "who knocked was not let in"),
                },
            }
        }
    }

    async fn let_in(&self, mut channel: Channel) -> Result<(), PairEnd> {
        let end = timeout(limits::PAIRING_TIME, self.converse(&mut channel)).await;
        let end = end.map_err(PairEnd::from).and_then(|end| end);
        if let Err(PairEnd::Refused(refusal)) = &end {
            // If it cannot be sent, the helper is gone, and the refusal stands all the same.
            let _ = timeout(limits::RESUME_TRY, channel.send(&Pair::Refused(*refusal))).await;
        }
        let _ = timeout(limits::RESUME_TRY, channel.close()).await;
        end
    }

    async fn converse(&self, channel: &mut Channel) -> Result<(), PairEnd> {
        let Pair::HelperHello(hello) = channel.recv().await? else {
            return Err(PairEnd::Refused(Refusal::Unknown));
        };
        let answer = self.resumption().answer(hello, &mut SystemChance);
        let (phase, challenge) = answer.map_err(PairEnd::Refused)?;
        channel.send(&challenge).await?;
        let (proof, offer) = phase.on(channel.recv().await?)?;
        self.resumption().offer(offer);
        self.net.prove(self.peer, self.session).await?;
        channel.send(&proof).await?;
        Ok(())
    }

    /// Looks after the nodes, if the way back leads over some.
    async fn tend(&self) -> std::convert::Infallible {
        let (Meet::AtNodes(nodes), _) = &self.met else { return std::future::pending().await };
        loop {
            join_all(nodes.iter().map(|node| self.net.check(&node.address))).await;
            sleep(NODES_PACE).await;
        }
    }
}
