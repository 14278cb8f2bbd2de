//! Whether a node still answers on each connection to it: who has changed networks finds out so.

use libp2p::PeerId;
use libp2p::swarm::ConnectionId;
use tokio::sync::oneshot;

use crate::net::driver::{Driver, Probe, Reply};
use crate::net::streams::Protocol;

impl Driver {
    /// Opens a stream on each connection to a node.
    pub(in crate::net::driver) fn probe(&mut self, node: PeerId, reply: Reply<Vec<Probe>>) {
        let connections = self.nodes.connections.get(&node).map(Vec::as_slice).unwrap_or_default();
        let probes = connections.iter().map(|connection| {
            let (opened, stream) = oneshot::channel();
            self.swarm.behaviour_mut().streams.open(node, connection.id, Protocol::Directory, opened);
            (connection.id, stream)
        });
        let _ = reply.send(Ok(probes.collect()));
    }

    /// Forgets a connection to a node at once, and closes it. The circuits on it end, and a reservation is made again.
    pub(in crate::net::driver) fn give_up_node(&mut self, node: PeerId, connection: ConnectionId) {
        tracing::debug!(%node, ?connection, "a connection to a node is given up");
        self.swarm.close_connection(connection);
        self.on_node_disconnected(node, connection);
    }
}
