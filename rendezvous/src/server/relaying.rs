//! Who may be reached through the node, and who is.

use entraide_common::ids::PeerKey;
use libp2p::relay;

use super::Server;
use crate::behaviour::{Asked, RelayEvent};

impl Server {
    pub(super) fn on_relay(&mut self, event: RelayEvent) {
        match event {
            RelayEvent::Asked(asked) => self.on_asked(asked),
            RelayEvent::Relay(event) => self.on_relayed(event),
        }
    }

    /// Hangs up on those who hold reservations for nothing.
    pub(super) fn hang_up_on_squatters(&mut self) {
        for peer in self.registry.squatters(self.clock.now()) {
            tracing::debug!(%peer, "a reservation for nothing");
            if let Some(peer) = peer.to_peer_id() {
                // One that is gone by now has none any more.
                let _ = self.swarm.disconnect_peer_id(peer);
            }
        }
    }

    fn on_asked(&mut self, asked: Asked) {
        let ends = PeerKey::from_peer_id(&asked.source).zip(PeerKey::from_peer_id(&asked.destination));
        let now = self.clock.now();
        let in_all = self.circuits.count_to(asked.destination, now);
        let room = u64::try_from(in_all).unwrap_or(u64::MAX) < self.limits.circuits_per_destination;
        let admitted = ends.is_some_and(|(source, destination)| {
            // Strangers cannot keep the helper of a session away from its host.
            let is_partner = self.registry.is_partner(source, destination, now);
            is_partner || room && self.registry.admits(source, destination, now)
        });
        if admitted {
            self.circuits.admitted(asked.source, asked.destination, now);
        } else {
            tracing::debug!(source = %asked.source, destination = %asked.destination, in_all, "no circuit");
        }
        self.swarm.behaviour_mut().relay.decide(asked, admitted);
    }

    fn on_relayed(&mut self, event: relay::Event) {
        match event {
            relay::Event::ReservationReqAccepted { src_peer_id, .. } => {
                if let Some(peer) = PeerKey::from_peer_id(&src_peer_id) {
                    self.registry.reserved(peer, self.clock.now());
                }
            }
            relay::Event::ReservationTimedOut { src_peer_id } => self.gone(&src_peer_id),
            // `ReservationClosed` is no help: libp2p sends it for every connection that closes, reserved or not, and
            // a peer has two. What counts is that the peer has none left.
            relay::Event::CircuitReqAccepted { src_peer_id, dst_peer_id } => {
                self.circuits.opened(src_peer_id, dst_peer_id);
            }
            relay::Event::CircuitClosed { src_peer_id, dst_peer_id, .. } => {
                self.circuits.closed(src_peer_id, dst_peer_id);
            }
            other => tracing::debug!(?other, "relay"),
        }
    }
}
