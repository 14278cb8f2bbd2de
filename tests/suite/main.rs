//! The product at its boundaries, area by area: no displays, no namespaces, and virtual time wherever a rule can be
//! lived through without sockets.

mod architecture;
mod front;
mod net;
mod node;
mod registry;
//! The product's tests at its boundaries, one module for each area.

mod screen;
//! The product in virtual time: no sockets, no displays, no waiting.

mod invitation;
mod node;
mod pairing;
mod registry;
mod screen;
