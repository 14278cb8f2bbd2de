//! Whole sessions: node, host and helper are the programs that people run, on displays of their own, driven over
//! pipes as any outside program drives them.

mod bar;
mod bounds;
mod codes;
mod deaths;
mod displays;
mod doctor;
mod ends;
mod film;
mod hands;
mod monitors;
mod no;
mod nobody;
mod picture;
mod place;
mod pointing;
mod secrets;
mod stall;
mod talk;
mod typing;
