//! The product from outside, area by area, without displays or namespaces.

mod architecture;
mod invitation;
mod node;
mod pairing;
mod registry;
mod screen;
