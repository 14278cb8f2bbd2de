//! What people and programs see outside of windows: command line, settings, data directory, terminal, JSON, texts.

mod cli;
mod config;
mod doctor;
mod faces;
mod json;
mod place;
mod said;
mod store;
mod terminal;
mod texts;
