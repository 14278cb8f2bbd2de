//! Windows without a display: what is painted in pieces equals what is painted at once, what counts as a yes,
//! what typing means for the host, and that both languages say everything.

mod consent;
mod frames;
mod keys;
mod picture;
mod texts;
