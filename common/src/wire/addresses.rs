//! Where two proven peers may be dialled directly, on `/entraide/addresses/1`: each says it, and again when it changes,
//! at most [`limits::ADDRESSES_TOLD`] times.
//!
//! Only after the pairing: a peer that told its addresses to anybody would be found by a sweep of the plates, and
//! one that dialled whatever it is told would scan its own network for strangers.

use core::net::SocketAddr;

use serde::{Deserialize, Serialize};

use super::codec::messages;
use crate::limits;

/// What is spoken at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Carrier {
    /// QUIC version 1 over UDP.
    Quic,
    /// TCP with noise and yamux.
    Tcp,
}

/// An address of the speaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Address {
    /// What is spoken there.
    pub carrier: Carrier,
    /// Where.
    pub socket: SocketAddr,
}

messages! {
    /// Between proven peers.
    pub enum Addresses, limit limits::ADDRESSES_BYTES, check check;
    /// All addresses of the speaker as they are now, best first; at most [`limits::ADDRESSES`].
    1 => Mine(Vec<Address>),
}

fn check(message: &Addresses) -> Result<(), &'static str> {
    let Addresses::Mine(addresses) = message;
    if addresses.len() > limits::ADDRESSES {
        return Err("too many addresses");
    }
    if addresses.iter().any(|address| address.socket.port() == 0) {
        return Err("an address without a port");
    }
    Ok(())
}
