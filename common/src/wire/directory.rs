//! What peers ask a rendezvous node, on `/entraide/directory/1`, and what it answers.

use core::time::Duration;

use serde::{Deserialize, Serialize};

use super::codec::messages;
use crate::guess::Witness;
use crate::ids::{PeerKey, Plate, RegistrationId, Tag};
use crate::limits;

/// Which place a host would like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Want {
    /// Any free number.
    Any,
    /// This number, given by another node.
    Number(Plate),
    /// This tag.
    Tag(Tag),
}

/// A place a host waits at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Place {
    /// A number read over the phone.
    Plate(Plate),
    /// A hash from a file or link.
    Tag(Tag),
}

/// Wait for my helper there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The place.
    pub want: Want,
    /// For this long unless renewed; the node may shorten it.
    pub ttl: Duration,
}

/// The claim stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claimed {
    /// The place.
    pub place: Place,
    /// For this long unless renewed.
    pub ttl: Duration,
}

/// Let this peer reach me, and nobody else by this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// Which of the caller's registrations; the same again keeps it for as long again.
    pub id: RegistrationId,
    /// Who may come.
    pub partner: PeerKey,
    /// For this long unless registered again; the node may shorten it.
    pub ttl: Duration,
}

/// The registration stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// Which.
    pub id: RegistrationId,
    /// For this long unless registered again.
    pub ttl: Duration,
}

/// Why the node does not do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decline {
    /// That number is taken.
    Taken,
    /// No number is free, or this peer or network has too many claims or registrations.
    Full,
    /// Too many requests from there; ask again after this many seconds.
    SlowDown {
        /// Seconds to wait.
        seconds: u32,
    },
    /// A claim or a registration needs a relay reservation first, so that a helper can reach it.
    NoReservation,
    /// This peer holds no such claim or registration.
    NotYours,
    /// The node is closing.
    Closing,
    /// The node sees no IPv4 address of this peer.
    NoAddress,
}

messages! {
    /// To the node.
    pub enum Request, limit limits::DIRECTORY_REQUEST_BYTES, check |_| Ok(());
    /// A host: wait there.
    1 => Claim(Claim),
    /// A host: keep it as long again.
    2 => Renew(Claimed),
    /// A host: give it up.
    3 => Withdraw(Place),
    /// A helper: who waits there?
    4 => Lookup(Place),
    /// Anybody: where do you see me?
    5 => Witness(()),
    /// A host: there is a session; let its helper come back.
    6 => Register(Registration),
    /// A host: it is over.
    7 => Unregister(RegistrationId),
}

/// The answer to a lookup. Found and not found have the same length on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookedUp {
    /// Whether somebody waits there.
    pub found: bool,
    /// Who; zeros if nobody.
    pub host: PeerKey,
}

messages! {
    /// From the node.
    pub enum Response, limit limits::DIRECTORY_RESPONSE_BYTES, check |_| Ok(());
    /// The claim stands.
    1 => Claimed(Claimed),
    /// Done.
    2 => Done(()),
    /// The answer to a lookup.
    3 => LookedUp(LookedUp),
    /// Not so.
    4 => Declined(Decline),
    /// The node's word for the IPv4 address from which the peer is connected.
    5 => Witness(Witness),
    /// The registration stands.
    6 => Registered(Registered),
}
