//! The product from outside, area by area, without displays or namespaces.

mod architecture;
mod net;
mod node;
mod registry;
//! The product's tests at its boundaries, one module for each area.

mod screen;
//! The product in virtual time: no sockets, no displays, no waiting.

mod invitation;
mod pairing;
