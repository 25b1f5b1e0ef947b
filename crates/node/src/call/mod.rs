//! Calls of asynchronous instances.
//!
//! A call is in one of these states. From `offloaded`, `waiting` and `deferred` it returns to `here`. Each arrow is a function.
//!
//! ```text
//!  state      file            how it continues
//!  queued     instance.rs     the call before it completes → start_queued
//!  here       here.rs         runs on the JavaScript thread, until it completes, must yield or must wait
//!  offloaded  offloaded.rs    runs on an executor thread, time slice by time slice → delivered
//!  waiting    waiting.rs      waits for the promise of a host function → promise_settled, deadline_passed, stop_running
//!  deferred   fairness.rs     came back, and gives the event loop its turn first → resume_deferred
//!  completed  settle.rs       its value, error or exception reaches JavaScript; the instance is idle again
//! ```
//!
//! `transitions.rs` holds the transitions and `table.rs` the calls that are not on the stack, each by its number. Everything
//! runs on the JavaScript thread except the time slices of offloaded calls, which know a call by its number only. A call
//! that completes while it is still here never becomes a promise in Rust: it returns its value or throws.

mod async_call;
mod fairness;
mod here;
mod instance;
mod offloaded;
mod settle;
mod table;
mod transitions;
mod waiting;

pub use async_call::{CallOptions, Output};
pub use instance::AsyncInstance;
pub use transitions::{
    abort, deadline_passed, dispose, environment_ends, instantiate, prepare, promise_settled,
    resume_deferred, start,
};
