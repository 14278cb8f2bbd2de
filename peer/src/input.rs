//! The hands' way: what the helper did becomes input on this computer, and is let go of again whatever happens.
//!
//! - [`inject`]: the gate that the host's Esc shuts, and the pump behind it that plays what comes through.
//! - [`guard`]: a child process that knows what is held, and lets go of it should this process be killed.

pub mod guard;
pub mod inject;
