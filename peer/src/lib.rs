//! The peer: both sides run this program. It owns network, screen, keyboard and windows, and moves values between
//! them and `entraide_common`, which decides.
//!
//! - [`app`] is the only place that knows all parts, and the only one that starts tasks and threads.
//! - [`net`] moves typed messages between peers; it has no opinion about them.
//! - [`desktop`] captures and injects; its back ends are dumb and chosen once.
//! - [`media`] carries the picture: capture, encode, pace and send; receive, decode.
//! - [`video`] codes moving pictures, lossily, and decodes them in a child that can do nothing else.
//! - [`input`] carries the hands: what is typed in the viewer, what is injected on the host.
//! - [`cli`] is what was typed, [`config`] what it means, [`exit`] how the program ends.
//! - [`keys`] and [`store`] are what this computer keeps on disk.
//! - [`front`] is what terminals and programs see of a session.
//! - [`ui`] shows a [`ui::model::View`] and returns [`ui::model::Command`]s.

pub mod app;
pub mod canvas;
pub mod cli;
pub mod config;
pub mod demo;
pub mod desktop;
pub mod exit;
pub mod front;
pub mod input;
pub mod keys;
pub mod latest;
pub mod media;
pub mod net;
pub mod store;
pub mod texts;
pub mod ui;
pub mod video;
