//! The picture's way.
