//! The engine's tests: one file per concept, named as the source.

mod value;
