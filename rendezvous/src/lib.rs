//! The rendezvous node: it introduces a host and a helper by a short number, and relays between them while there is
//! no direct path.
//!
//! A node is trusted to be there, and with nothing else. It learns peer ids, addresses, times and volume; it never
//! learns a secret, a name, a message or a frame, and this crate imports nothing that could read one.
//!
//! - [`server`]: a node's life: listening, serving, closing. Start reading there.
//! - [`behaviour`]: what it speaks with peers, built from libp2p's relay, identify, ping and limits, and the
//!   directory protocol.
//! - [`registry`]: who waits at which number; pure rules.
//! - [`quota`]: how often a network may do a thing; pure as well.
//! - [`stun`]: tells sockets where they are seen.
//! - [`limits`]: every bound an operator may set.
//! - [`identity`], [`config`], [`cli`], [`sentences`]: key file, settings, arguments, and what people read.

pub mod behaviour;
pub mod cli;
pub mod config;
pub mod identity;
pub mod limits;
pub mod quota;
pub mod registry;
pub mod sentences;
pub mod server;
mod stun;
