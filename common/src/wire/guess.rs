//! Finding a way to a peer whose translator has another port for each destination, on `/entraide/guess/1` over the
//! circuit, between proven peers only; [`crate::guess`] says how. The packets beside it are [`Packet`]s.

use core::net::{Ipv4Addr, SocketAddrV4};

use serde::{Deserialize, Serialize};

use super::codec::messages;
use crate::guess::Witness;
use crate::limits;

/// What a packet must carry to be heard: drawn by who is to hear it, and told on the circuit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token(pub [u8; 16]);

/// How the speaker's translator treats UDP, as two ports of a node saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Nature {
    /// One socket is one address outside: this one.
    Easy(SocketAddrV4),
    /// One socket is another port outside for each destination, at this address.
    Hard(Ipv4Addr),
    /// No answer came.
    Blocked,
}

/// Who the speaker is in this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stance {
    /// How it is translated.
    pub nature: Nature,
    /// What packets to it must carry.
    pub token: Token,
    /// A node's word for the address in its nature.
    pub witness: Option<Witness>,
}

/// Ports, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ports {
    /// The lowest.
    pub first: u16,
    /// The highest.
    pub last: u16,
}

messages! {
    /// Both ways.
    pub enum Guess, limit limits::GUESS_BYTES, check check;
    /// Each side, first.
    1 => Stance(Stance),
    /// The hard side: the sockets are open, and some of them were seen at these ports.
    2 => Open(Ports),
    /// The easy side: this port was answered from, and the socket is ready to be dialled.
    3 => Hit(u16),
}

fn check(message: &Guess) -> Result<(), &'static str> {
    match message {
        Guess::Stance(Stance { nature: Nature::Easy(address), .. }) if address.port() == 0 => {
            Err("an address without a port")
        }
        Guess::Open(ports) if ports.first == 0 || ports.first > ports.last => Err("a range of no ports"),
        Guess::Hit(0) => Err("no port"),
        _ => Ok(()),
    }
}

/// A packet between the two sides' sockets: the hearer's token, and the port at which the hard side is guessed, or
/// answers. Its first byte is none that QUIC begins with (RFC 9000, 17).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packet {
    /// The hearer's.
    pub token: Token,
    /// Where it is sent to or, in an answer, was received.
    pub port: u16,
}

impl Packet {
    /// How long one is, bytes.
    pub const LENGTH: usize = 19;
    const MARK: u8 = 0x0e;

    /// Its bytes.
    #[must_use]
    pub fn encode(&self) -> [u8; Self::LENGTH] {
        let mut bytes = [Self::MARK; Self::LENGTH];
        bytes[1..17].copy_from_slice(&self.token.0);
        bytes[17..].copy_from_slice(&self.port.to_be_bytes());
        bytes
    }

    /// The packet in `bytes`, if it carries `token`.
    #[must_use]
    pub fn decode(bytes: &[u8], token: Token) -> Option<Self> {
        let bytes: &[u8; Self::LENGTH] = bytes.try_into().ok()?;
        let fits = bytes[0] == Self::MARK && bytes[1..17] == token.0;
        fits.then(|| Self { token, port: u16::from_be_bytes([bytes[17], bytes[18]]) })
    }
}
