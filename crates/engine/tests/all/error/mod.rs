//! Errors, and what they say of traps.

mod trap;
