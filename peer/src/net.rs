//! Reaching the other peer. (Contract; see the items.)
