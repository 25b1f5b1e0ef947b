//! What the engine keeps in each Wasmtime store.

use crate::limits::{Limiter, Limits};
use std::time::Instant;

/// The data of a store: what Wasmtime hands back to limits, epochs and host functions.
pub(crate) struct State {
    pub limiter: Limiter,
    /// When the call under way must have ended.
    pub deadline: Option<Instant>,
}

impl State {
    pub fn new(limits: &Limits) -> Self {
        Self {
            limiter: Limiter::new(limits.clone()),
            deadline: None,
        }
    }
}
