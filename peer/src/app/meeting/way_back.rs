//! The way back for the helper of a session: at every node that this host attends, the helper may open circuits to it
//! for as long as the session lasts, whatever becomes of the number that brought it here.
//!
//! **Life.** Opened when the session stands, it is registered at the nodes by a task of its own, renewed in time, and
//! made again at a node that forgot it or is attended again. [`WayBack::close`] takes it back; so does dropping it,
//! which does not wait for that. It promises nothing: a node that cannot be asked now is asked again later.

use std::collections::HashMap;
use std::time::Duration;

use entraide_common::ids::{PeerKey, RegistrationId};
use entraide_common::limits;
use entraide_common::wire::directory::Registration;
use futures::future::join_all;
use libp2p::Multiaddr;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::{CancellationToken, DropGuard};
use tracing::info;

use super::GOODBYE;
use crate::app::clock::SystemChance;
use crate::net::Net;

/// How long a node that did not do it is left alone.
const RETRY: Duration = Duration::from_secs(30);

/// A way back that is kept open.
#[derive(Debug)]
pub struct WayBack {
    kept: JoinHandle<()>,
    stop: DropGuard,
}

impl WayBack {
    /// Opens it for `helper`. To be called within a tokio runtime.
    #[must_use]
    pub fn open(net: &Net, helper: PeerKey) -> Self {
        let stop = CancellationToken::new();
        let keeper =
            Keeper { net: net.clone(), helper, attended: net.attended(), registered: HashMap::new() };
        let kept = tokio::spawn(keeper.run(stop.clone()));
        Self { kept, stop: stop.drop_guard() }
    }

    /// Takes it back, in two seconds or not at all: then the nodes forget it by themselves.
    pub async fn close(self) {
        drop(self.stop);
        if timeout(GOODBYE, self.kept).await.is_err() {
            info!("a session was not unregistered in time");
        }
    }
}

struct Keeper {
    net: Net,
    helper: PeerKey,
    attended: watch::Receiver<Vec<Multiaddr>>,
    /// What was asked of each node.
    registered: HashMap<Multiaddr, Asked>,
}

#[derive(Clone, Copy)]
struct Asked {
    /// One for each node: two of them cannot tell that they serve the same session.
    id: RegistrationId,
    /// When it is asked again.
    due: Instant,
}

impl Keeper {
    async fn run(mut self, stop: CancellationToken) {
        stop.run_until_cancelled(self.keep()).await;
        let nodes = self.registered.iter();
        let ended = join_all(nodes.map(|(node, asked)| self.net.unregister(node, asked.id)));
        if timeout(GOODBYE, ended).await.is_err() {
            info!("a node does not hear that a session is over");
        }
    }

    async fn keep(&mut self) {
        let mut before = Vec::new();
        loop {
            let attended = self.attended.borrow_and_update().clone();
            // A node that is attended anew may have been started anew.
            let anew: Vec<_> = attended.iter().filter(|node| !before.contains(*node)).cloned().collect();
            self.register(&attended, &anew).await;
            before = attended;
            let due = before.iter().filter_map(|node| self.registered.get(node)).map(|asked| asked.due).min();
            tokio::select! {
                Ok(()) = self.attended.changed() => {}
                () = sleep_until(due.unwrap_or_else(|| Instant::now() + RETRY)) => {}
            }
        }
    }

    /// Registers at the nodes in `anew` and those whose time has come, side by side.
    async fn register(&mut self, attended: &[Multiaddr], anew: &[Multiaddr]) {
        let now = Instant::now();
        for node in attended {
            let asked = self
                .registered
                .entry(node.clone())
                .or_insert_with(|| Asked { id: RegistrationId::random(&mut SystemChance), due: now });
            if anew.contains(node) {
                asked.due = now;
            }
        }
        let (net, helper) = (&self.net, self.helper);
        let due =
            self.registered.iter_mut().filter(|(node, asked)| asked.due <= now && attended.contains(node));
        join_all(due.map(|(node, asked)| async move {
            let registration = Registration { id: asked.id, partner: helper, ttl: limits::SESSION_KEPT };
            let answer = timeout(limits::DIRECTORY_TIME, net.register(node, registration)).await;
            asked.due = Instant::now()
                + match answer {
                    // Half of the time granted, so that one lost answer costs nothing.
                    Ok(Ok(registered)) => (registered.ttl / 2).max(Duration::from_secs(1)),
                    Ok(Err(error)) => {
                        info!(%node, %error, "a node keeps no way back");
                        RETRY
                    }
                    Err(_) => RETRY,
                };
        }))
        .await;
    }
}
