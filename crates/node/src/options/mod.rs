//! Options as JavaScript passes them.

pub mod engine;
pub mod limits;
mod read;
