//! The engine's tests: folders and files as in the source.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up is a failure too"
)]

mod compile;
mod component;
mod engine;
mod error;
mod externs;
mod fixture;
mod func;
mod host;
mod limits;
mod module;
mod store;
mod task;
mod value;
mod wave;
