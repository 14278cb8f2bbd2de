//! The product's tests at its boundaries, one module for each area.

mod screen;
