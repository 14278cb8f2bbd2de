//! The product at its boundaries, area by area, without displays or namespaces.

mod architecture;
mod invitation;
mod node;
mod pairing;
mod registry;
mod screen;
