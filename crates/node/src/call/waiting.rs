//! Waiting for the promise of a host function.

use crate::hooks;
use crate::js::{Env, Value as Js};
use airssys_wasm_engine::{HostRequest, StopHandle, Task};
use std::time::Instant;

/// A task whose guest waits for a promise.
pub(super) struct Waiting {
    /// The number by which TypeScript reports the outcome of the promise.
    pub(super) ticket: u64,
    pub(super) task: Task,
    pub(super) request: HostRequest,
}

/// Asks TypeScript for the outcome of `promise`. Returns false if the call was stopped, or JavaScript threw, instead.
pub(super) fn start(
    env: Env<'_>,
    promise: Js<'_>,
    ticket: u64,
    deadline: Option<Instant>,
    stop: &StopHandle,
) -> bool {
    if stop.is_stopped() {
        return false;
    }
    let remaining = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
    if hooks::await_promise(env, promise, ticket, remaining).is_err() {
        return false;
    }
    // A getter of the promise may have stopped the call.
    let is_stopped = stop.is_stopped();
    if is_stopped {
        hooks::cancel_timer(env, ticket);
    }
    !is_stopped
}
