//! What the tests share: worlds in which the product can be lived through.

pub mod trace;
