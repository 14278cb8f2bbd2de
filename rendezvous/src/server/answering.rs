//! What peers ask the directory: the registry answers, and the node's key where its word is wanted.

use std::net::IpAddr;

use entraide_common::chance::Chance;
use entraide_common::guess::Witness;
use entraide_common::ids::PeerKey;
use entraide_common::wire::WireError;
use entraide_common::wire::directory::{Decline, Request, Response};
use libp2p::PeerId;
use libp2p::request_response::{self, Message, ResponseChannel};
use libp2p::swarm::ConnectionId;

use super::{Notice, Server};
use crate::registry::Caller;

impl Server {
    pub(super) fn on_directory(
        &mut self,
        event: request_response::Event<Result<Request, WireError>, Response>,
    ) {
        match event {
            request_response::Event::Message {
                peer,
                connection_id,
                message: Message::Request { request, channel, .. },
            } => match request {
                Ok(request) => self.on_request(peer, connection_id, &request, channel),
                // Dropping the channel closes the stream.
                Err(violation) => self.on_violation(peer, &violation),
            },
            other => tracing::debug!(?other, "directory"),
        }
    }

    fn on_violation(&mut self, peer: PeerId, violation: &WireError) {
        if self.telling.take((), self.clock.now()).is_ok() {
            self.notices.push_back(Notice::Violation { peer, violation: violation.to_string() });
        }
    }

    fn on_request(
        &mut self,
        peer: PeerId,
        connection: ConnectionId,
        request: &Request,
        channel: ResponseChannel<Response>,
    ) {
        // Without either, which the transports in use never bring about, the stream ends without an answer.
        let (Some(peer), Some(address)) = (PeerKey::from_peer_id(&peer), self.sources.get(&connection))
        else {
            return;
        };
        let caller = Caller { peer, address: *address };
        let response = match request {
            Request::Witness(()) => self.witness(caller),
            _ => self.registry.answer(request, caller, self.clock.now(), &mut SystemChance),
        };
        // A peer that did not wait for its answer misses nothing but that.
        let _ = self.swarm.behaviour_mut().directory.send_response(channel, response);
    }

    /// Our word for where the caller is seen.
    fn witness(&self, caller: Caller) -> Response {
        let IpAddr::V4(at) = caller.address.to_canonical() else {
            return Response::Declined(Decline::NoAddress);
        };
        let signed = self.key.sign(&Witness::message(caller.peer, at)).ok();
        let signature = signed.and_then(|bytes| <[u8; 64]>::try_from(bytes).ok());
        match (PeerKey::from_peer_id(self.swarm.local_peer_id()), signature) {
            (Some(node), Some(signature)) => Response::Witness(Witness::new(node, &signature)),
            // A node with a key of another kind cannot vouch.
            _ => Response::Declined(Decline::NoAddress),
        }
    }
}

/// The operating system's generator.
struct SystemChance;

impl Chance for SystemChance {
    fn fill(&mut self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives random bytes");
    }
}
