//! What the engine keeps in each Wasmtime store.

use crate::limits::Limiter;

/// The data of a store: what Wasmtime hands back to limits and host functions.
pub(crate) struct State {
    pub limiter: Limiter,
}
