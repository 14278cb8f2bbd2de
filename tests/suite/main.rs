//! The product from outside, area by area, without displays or namespaces.

mod node;
mod registry;
