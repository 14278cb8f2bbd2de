//! Windows.
pub mod model;
