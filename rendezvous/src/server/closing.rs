//! A node's end: what is relayed may come to its own, and the connections close in order.

use core::time::Duration;

use futures::StreamExt;
use libp2p::PeerId;
use tokio::time::{Instant, sleep_until, timeout};

use super::{Notice, Order, Server};

/// How long connections may take to close in order, at the very end.
const HANG_UP: Duration = Duration::from_secs(1);

impl Server {
    /// Waits for the circuits to end; returns how many did not.
    pub(super) async fn drain(&mut self, tell: &mut impl FnMut(Notice)) -> usize {
        self.registry.close();
        // The listeners stay: taking a QUIC listener away would cut the connections that came through it.
        self.swarm.behaviour_mut().close();
        let grace = Duration::from_secs(self.limits.grace_seconds);
        let deadline = Instant::now() + grace;
        tell(Notice::Closing { circuits: self.circuits.count(), grace });
        while self.circuits.count() > 0 {
            tokio::select! {
                biased;
                order = self.orders.recv() => match order {
                    Some(Order::Reload(_)) => {}
                    Some(Order::Close) | None => break,
                },
                () = sleep_until(deadline) => break,
                event = self.swarm.select_next_some() => self.on_event(event),
            }
            self.notices.drain(..).for_each(&mut *tell);
        }
        self.circuits.count()
    }

    /// Closes the connections in order, so that no peer has to find out by silence.
    pub(super) async fn hang_up(&mut self) {
        let peers: Vec<PeerId> = self.swarm.connected_peers().copied().collect();
        for peer in peers {
            // A peer that is gone already has nothing to close.
            let _ = self.swarm.disconnect_peer_id(peer);
        }
        let all_closed = async {
            while self.swarm.connected_peers().next().is_some() {
                self.swarm.select_next_some().await;
            }
        };
        // Who has not closed by then is left to notice it.
        let _ = timeout(HANG_UP, all_closed).await;
    }
}
