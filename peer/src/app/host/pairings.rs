//! Helpers who come with a code, whoever they are and whatever else is going on.

use std::sync::{Arc, Mutex, PoisonError};

use entraide_common::invitation::pairing::Paired;
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;
use tracing::info;

use crate::app::pair::Desk;
use crate::net::{Channel, Net};

/// Where helpers come to for one code.
#[derive(Clone)]
pub(super) struct Door {
    pub(super) desk: Arc<Desk>,
    paired: mpsc::Sender<Paired>,
    changed: Arc<Notify>,
}

impl Door {
    /// The door to a desk, and where the one helper appears who has paired there.
    pub(super) fn new(desk: Desk) -> (Self, mpsc::Receiver<Paired>) {
        let (paired, arriving) = mpsc::channel(1);
        (Self { desk: Arc::new(desk), paired, changed: Arc::default() }, arriving)
    }

    /// Waits until the state of the desk's invitation may be another.
    pub(super) async fn changed(&self) {
        self.changed.notified().await;
    }
}

/// The pairings under way, with codes that have died meanwhile as well: their helpers are told so. They end with it.
pub(super) struct Pairings {
    net: Net,
    running: Mutex<JoinSet<()>>,
}

impl Pairings {
    pub(super) fn new(net: Net) -> Self {
        Self { net, running: Mutex::default() }
    }

    /// Serves a helper who opened a pairing stream.
    pub(super) fn serve(&self, door: &Door, channel: Channel) {
        let (door, net) = (door.clone(), self.net.clone());
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        while running.try_join_next().is_some() {}
        running.spawn(async move {
            match door.desk.serve(channel, &net, || door.changed.notify_one()).await {
                // Nobody takes a pair once a session runs, or when the code is given up.
                Ok(paired) => drop(door.paired.send(paired).await),
                Err(end) => info!(%end, "a pairing ended without a pair"),
            }
        });
    }
}
