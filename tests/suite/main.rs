//! The product from outside, area by area, without displays or namespaces.

mod architecture;
mod node;
mod registry;
