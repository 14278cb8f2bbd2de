//! The product in virtual time: no sockets, no displays, no waiting.

mod invitation;
mod pairing;
