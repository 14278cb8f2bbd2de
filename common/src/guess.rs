//! Guessing the port of a peer whose translator takes another one for each destination.
//!
//! Exactly one side is *hard* in that way; the other, the *easy* one, has a socket E whose address outside is known.
//! The hard side opens many sockets and sends one packet from each to E, so that its translator has as many ports open
//! for E; the easy side tries ports of the hard side's address from E, and by the birthday paradox meets one of them
//! after some 250 tries (RFC 5128 calls it port prediction; the numbers are those of 256 sockets among 64,512 ports).
//! The answer tells which port it was. Then both sides hand their socket over to the transport, the easy side first.
//!
//! # What it guarantees
//! However the other side lies: no more than [`limits::GUESS_SOCKETS`] sockets, and from none more than one packet and
//! [`limits::GUESS_ANSWERS`] answers; no more than [`limits::GUESS_PROBES`] probes, each to another port, at
//! [`limits::GUESS_PACE`]; all of them to the one address at which a node sees the other side ([`Witness`]), and none
//! after [`limits::GUESS_TIME`]. For two hard sides, or one that hears no UDP, nothing is sent at all.
//!
//! # What it leaves to others
//! Sockets, clocks, and whether the peer is proven.

mod easy;
mod hard;
mod witness;

use core::net::{Ipv4Addr, SocketAddrV4};

#[cfg(doc)]
use crate::limits;

pub use self::easy::{Easy, EasyInput, EasyOutput};
pub use self::hard::{Hard, HardInput, HardOutput};
pub use self::witness::Witness;
use crate::wire::guess::{Nature, Stance, Token};

/// What there is to do for this side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Try ports of that address.
    Easy {
        /// The hard side's.
        target: Ipv4Addr,
        /// What the hard side hears.
        token: Token,
    },
    /// Open ports for that socket.
    Hard {
        /// The easy side's.
        target: SocketAddrV4,
        /// What the easy side hears.
        token: Token,
    },
}

impl Role {
    /// The role of who is `mine` towards who is `theirs`; `None` if it is hopeless or not needed, or if what the other
    /// side states is no address that packets may be sent to, as `may_send` tells.
    pub fn between(mine: &Stance, theirs: &Stance, may_send: impl Fn(Ipv4Addr) -> bool) -> Option<Self> {
        let token = theirs.token;
        let role = match (mine.nature, theirs.nature) {
            (Nature::Easy(_), Nature::Hard(target)) => Self::Easy { target, token },
            (Nature::Hard(_), Nature::Easy(target)) => Self::Hard { target, token },
            _ => return None,
        };
        may_send(role.target()).then_some(role)
    }

    /// Whom packets are sent to.
    #[must_use]
    pub fn target(&self) -> Ipv4Addr {
        match self {
            Self::Easy { target, .. } => *target,
            Self::Hard { target, .. } => *target.ip(),
        }
    }
}
