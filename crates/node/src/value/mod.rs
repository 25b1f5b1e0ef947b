//! Conversion of values: JavaScript ⇄ core slots, and JavaScript ⇄ component values.

pub mod component;
pub mod core;
mod number;
pub mod wave;
