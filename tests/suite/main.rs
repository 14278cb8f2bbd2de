//! One program for all tests that need neither a display nor a network: each module tells the stories of one area.

mod architecture;
