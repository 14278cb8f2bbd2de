//! Where a node listens, and where it is reached.

use core::time::Duration;

use futures::StreamExt;
use libp2p::Multiaddr;
use libp2p::core::transport::ListenerId;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::ConnectionId;
use tokio::time::timeout;

use super::addresses::is_link_local;
use super::{Notice, Server, StartError};

/// How long the start waits for all listeners before it goes on with those that are there.
const ALL_LISTENERS: Duration = Duration::from_secs(1);
/// How long the start waits for the first listener.
const FIRST_LISTENER: Duration = Duration::from_secs(10);
/// How long after one address of the computer the start waits for the next: a listener on all of them tells them one by
/// one, and what is told together is told in an order that helps.
const NEXT_ADDRESS: Duration = Duration::from_millis(100);
/// Addresses the node calls its own: a reservation's answer, of at most 4 KiB, carries all of them.
const EXTERNAL_ADDRESSES: usize = 16;

impl Server {
    pub(super) async fn listen(&mut self, addresses: Vec<Multiaddr>) -> Result<(), StartError> {
        for address in addresses {
            match self.swarm.listen_on(address.clone()) {
                Ok(listener) => drop(self.opening.insert(listener, address)),
                Err(error) => self.not_listening(address, &error),
            }
        }
        let all_open = async {
            while !self.opening.is_empty() {
                let event = self.swarm.select_next_some().await;
                self.on_event(event);
            }
            while let Ok(event) = timeout(NEXT_ADDRESS, self.swarm.select_next_some()).await {
                self.on_event(event);
            }
        };
        // One without an address, IPv6 where there is none say, never opens; the others need not wait for it.
        let _ = timeout(ALL_LISTENERS, all_open).await;
        let first_open = async {
            while self.swarm.listeners().next().is_none() && !self.opening.is_empty() {
                let event = self.swarm.select_next_some().await;
                self.on_event(event);
            }
        };
        let _ = timeout(FIRST_LISTENER, first_open).await;
        if self.swarm.listeners().next().is_some() { Ok(()) } else { Err(StartError::Silent(self.refused())) }
    }

    fn refused(&mut self) -> Vec<(Multiaddr, String)> {
        let refused = self.notices.drain(..).filter_map(|notice| match notice {
            Notice::NotListening { address, error } => Some((address, error)),
            _ => None,
        });
        refused.collect()
    }

    pub(super) fn on_listening(&mut self, listener: ListenerId, address: Multiaddr) {
        self.opening.remove(&listener);
        if !self.told_external && !is_link_local(&address) {
            self.add_external(address.clone());
        }
        self.notices.push_back(Notice::Listening(self.with_id(address.clone())));
        self.give_listening(address);
    }

    pub(super) fn on_observed(&mut self, connection: ConnectionId, observed: Multiaddr) {
        let Some(source) = self.sources.get(&connection) else { return };
        if self.told_external || self.swarm.external_addresses().any(|known| *known == observed) {
            return;
        }
        let ports: Vec<Protocol<'_>> = self.swarm.listeners().filter_map(|own| own.iter().nth(1)).collect();
        if let Some(agreed) = self.witnesses.hear(observed, &ports, *source)
            && self.add_external(agreed.clone())
        {
            let agreed = self.with_id(agreed);
            self.notices.push_back(Notice::Reachable(agreed));
        }
    }

    fn add_external(&mut self, address: Multiaddr) -> bool {
        let room = self.swarm.external_addresses().count() < EXTERNAL_ADDRESSES;
        if room {
            self.swarm.add_external_address(address);
        }
        room
    }

    pub(super) fn not_listening(&mut self, address: Multiaddr, error: &dyn std::error::Error) {
        self.notices.push_back(Notice::NotListening { address, error: root_cause(error) });
    }
}

/// What the system said, without the layers that passed it on.
fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
