//! What every live instance has: budget, limiter, stack, metrics.

mod fiber;
mod limiter;
mod metrics;
mod stack_guard;
