//! The hands' way.
