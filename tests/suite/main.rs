//! The product at its boundaries, area by area: no displays, no namespaces, and virtual time wherever a rule can be
//! lived through without sockets.

mod architecture;
mod budget;
mod films;
mod front;
mod fuzz;
mod guess;
mod invitation;
mod monitors;
mod nat64;
mod net;
mod node;
mod pace;
mod pairing;
mod pieces;
mod pulse;
mod reach;
mod registry;
mod screen;
mod session;
mod ui;
#[cfg(target_os = "linux")]
mod video;
mod wire;
