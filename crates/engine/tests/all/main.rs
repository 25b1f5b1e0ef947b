//! The engine's tests: one file per concept, named as the source.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up is a failure too"
)]

mod artifact;
mod cache;
mod clock;
mod compilers;
mod component;
mod config;
mod directory;
mod driver;
mod engine;
mod fixture;
mod function;
mod host;
mod instance;
mod item;
mod limits;
mod live;
mod module;
mod outcome;
mod run;
mod stack;
mod threads;
mod timing;
mod trap;
mod value;
mod wave;
