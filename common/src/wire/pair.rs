//! The pairing's messages, on `/entraide/pair/1`. The order and its reasons are in [`crate::invitation::pairing`].

use serde::{Deserialize, Serialize};

use super::codec::{is_one_line, messages};
use crate::ids::{InvitationId, Plate};
use crate::limits;

/// How the helper means to prove itself. Numbers of ways are never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Way {
    /// By the code read over the phone, at this plate.
    Code(Plate),
    /// By the secret in a file or link. Reserved.
    Token,
    /// By keys pinned in an earlier session. Reserved.
    Known,
    /// By the secret of a session that lost its link, see [`crate::invitation::pairing::resume`].
    Resume,
}

/// The helper's first words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelperHello {
    /// How it means to prove itself.
    pub way: Way,
    /// The protocol versions it speaks, best first; at most 8.
    pub versions: Vec<u16>,
    /// What it can do beyond the version's basis: numbers, unknown ones ignored; at most 64.
    pub capabilities: Vec<u16>,
}

/// The host's first words: it has an open invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostHello {
    /// The invitation.
    pub invitation: InvitationId,
    /// The version the host chose.
    pub version: u16,
    /// As in [`HelperHello`].
    pub capabilities: Vec<u16>,
}

/// Why the host does not go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// The invitation's time is over.
    Expired,
    /// Somebody else has used it.
    Used,
    /// Too many wrong codes.
    Burnt,
    /// Somebody is being answered, or too many at once: try again in a moment.
    Busy,
    /// No such invitation here.
    Unknown,
    /// Wrong code; this many tries are left.
    Wrong {
        /// Tries left on this invitation.
        left: u32,
    },
    /// No version in common.
    Version,
    /// This helper gave a wrong code for this invitation before and gets no second try.
    Banned,
}

/// The host's proof and, with it, the invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostProof {
    /// Over the transcript up to and including the helper's proof, and the invitation.
    pub mac: [u8; 32],
    /// The signed invitation, see [`crate::invitation`].
    #[serde(with = "serde_bytes")]
    pub invitation: Vec<u8>,
}

/// The helper is ready; now the host's person is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ready {
    /// How the helper calls themselves, at most [`limits::NAME_CHARS`].
    pub name: String,
}

/// `name` as [`Ready`] may carry it: what it may not hold left out, cut to [`limits::NAME_CHARS`].
#[must_use]
pub fn fitting_name(name: &str) -> String {
    let plain = name.chars().filter(|&c| is_one_line(c.encode_utf8(&mut [0; 4]), 1));
    plain.take(limits::NAME_CHARS).collect()
}

/// A SPAKE2 message: one byte for the role, then a group element (RFC 9382 calls it a share).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// The role: 0x41 for the helper, 0x42 for the host, as the spake2 crate writes it.
    pub role: u8,
    /// The element, compressed.
    pub element: [u8; 32],
}

/// The helper's proof that it is the one of the session that lost its link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resuming {
    /// A fresh value, for the host's proof.
    pub nonce: [u8; 32],
    /// Over the transcript up to and including the nonce.
    pub mac: [u8; 32],
}

messages! {
    /// The pairing stream.
    pub enum Pair, limit limits::PAIR_BYTES, check check;
    /// Helper: how I mean to prove myself.
    1 => HelperHello(HelperHello),
    /// Host: go on.
    2 => HostHello(HostHello),
    /// Host: not so.
    3 => Refused(Refusal),
    /// Both: the SPAKE2 share.
    4 => Share(Share),
    /// Helper, first: the proof that it knows the code.
    5 => HelperProof([u8; 32]),
    /// Host: its proof and the invitation.
    6 => HostProof(HostProof),
    /// Helper: ready.
    7 => Ready(Ready),
    /// Host, to a helper who resumes: a fresh value, over which it is to prove itself.
    8 => Challenge([u8; 32]),
    /// Helper: the proof.
    9 => Resuming(Resuming),
    /// Host: its own.
    10 => Resumed([u8; 32]),
}

fn check(message: &Pair) -> Result<(), &'static str> {
    match message {
        Pair::HelperHello(hello) if hello.versions.len() > 8 => Err("too many versions"),
        Pair::HelperHello(hello) if hello.capabilities.len() > 64 => Err("too many capabilities"),
        Pair::HostHello(hello) if hello.capabilities.len() > 64 => Err("too many capabilities"),
        Pair::Ready(ready) if !is_one_line(&ready.name, limits::NAME_CHARS) => {
            Err("a name too long or not plain")
        }
        _ => Ok(()),
    }
}
