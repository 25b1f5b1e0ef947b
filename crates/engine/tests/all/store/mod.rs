//! Stores: fibers, limiter, metrics and stack.

mod fiber;
mod limiter;
mod metrics;
mod stack_guard;
