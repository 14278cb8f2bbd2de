//! The only place that knows all parts of the program: it starts them, joins them, and ends them in order.
//!
//! [`start`] settles what was typed and configured, opens windows and front, and runs one of the ways: [`host`]
//! ("get help") and [`helper`] ("help someone"), each of which becomes a session ([`hosting`], [`watching`]). The main
//! thread belongs to the windows; everything else runs on one runtime and the threads named in [`crate::media`] and
//! [`hosting`]. [`doctor`] only looks around.

pub mod clock;
mod curtain;
pub mod doctor;
pub mod faces;
pub mod helper;
pub mod home;
pub mod host;
pub mod hosting;
pub mod lanes;
pub mod line;
pub mod meeting;
pub mod pair;
pub mod place;
mod reasons;
pub mod rejoin;
pub mod said;
pub mod start;
pub mod watching;
pub mod words;

use std::sync::Arc;
use std::time::Duration;

use entraide_common::texts::Texts;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tracing::warn;
use zeroize::Zeroizing;

use crate::canvas::Canvas;
use crate::config::{Node, Router};
use crate::front;
use crate::net::{Driver, NetConfig, Side};
use clock::Clock;
use faces::Faces;
use said::Ears;

/// How long the network may take to say goodbye to nodes and peers.
const NETWORK_GOODBYE: Duration = Duration::from_secs(2);

/// What every way through the program shares.
pub struct App {
    /// Who sits at the front, if there is one.
    pub kind: Option<front::Kind>,
    /// The sentences.
    pub texts: Arc<Texts>,
    /// The clock.
    pub clock: Clock,
    /// Windows and front.
    pub faces: Faces,
    /// What people and programs say.
    pub said: Ears,
    /// The first id of the next session's questions: no two questions of a program share one.
    pub questions: u32,
    /// The remote picture.
    pub canvas: Arc<Canvas>,
    /// Whether the program is to leave once the way it is on has ended.
    pub quit: bool,
}

impl App {
    /// Runs the network beside the session, until [`Network::close`].
    fn spawn_driver(&self, driver: Driver) -> Network {
        let stop = CancellationToken::new();
        let running = tokio::spawn(driver.run(stop.clone()));
        Network { stop, running }
    }
}

/// The network of one way through the program: a key of its own, any port.
fn net_config(seed: &[u8; 32], nodes: &[Node], side: Side, router: Router) -> NetConfig {
    // Without a node nobody comes from beyond the router.
    let map_ports = router == Router::Ask && !nodes.is_empty();
    let nodes = nodes.iter().map(|node| node.address.clone()).collect();
    NetConfig { seed: Zeroizing::new(*seed), nodes, side, listen_port: 0, map_ports }
}

/// The running network.
struct Network {
    stop: CancellationToken,
    running: JoinHandle<()>,
}

impl Network {
    async fn close(self) {
        self.stop.cancel();
        match timeout(NETWORK_GOODBYE, self.running).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => warn!(%error, "the network ended badly"),
            Err(_) => warn!("the network did not end in time"),
        }
    }
}
