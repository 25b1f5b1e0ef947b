//! One asynchronous call: what it needs until it completes, whichever state it is in.

use super::instance::AsyncInstance;
use super::table;
use super::waiting::Waiting;
use crate::function::ExportedFunction;
use crate::hooks;
use crate::host::KeepAlive;
use crate::js::{Deferred, Env, PendingException, Reference, Value as Js};
use airssys_wasm_engine::{CallLimits, TaskCall};
use std::rc::Rc;

/// The options of one call.
#[derive(Debug, Clone, Copy, Default)]
pub struct CallOptions {
    pub limits: CallLimits,
    /// The number by which the caller may abort the call, or 0.
    pub abort_id: u64,
    /// Whether the call returns a measurement instead of the value alone.
    pub is_measured: bool,
    /// Whether the call is offloaded at once, for comparison.
    pub is_offloaded: bool,
}

/// Creates the handle of an instance, which V8 counts as `weight` bytes beside its memory.
pub type CreateHandle = for<'s> fn(
    env: Env<'s>,
    instance: AsyncInstance,
    weight: i64,
) -> Result<Js<'s>, PendingException>;

/// What the completion of a call is converted to.
pub enum Output {
    /// The result of this function.
    Function(Rc<ExportedFunction>),
    /// The handle of a new instance.
    Handle { create: CreateHandle, weight: i64 },
}

/// One call, from its arguments to its promise.
pub(super) struct AsyncCall {
    /// Its number in the table; 0 until it needs one.
    number: u64,
    pub(super) instance: AsyncInstance,
    pub(super) output: Output,
    pub(super) options: CallOptions,
    /// The function and its arguments, while the call is queued.
    pub(super) queued: Option<Box<TaskCall>>,
    /// Settles the promise that the caller has; `None` while the call is still on its caller's stack.
    pub(super) deferred: Option<Deferred>,
    /// Runs a function in the async context of this call.
    pub(super) context: Option<Reference>,
    /// The promise for which the guest waits.
    pub(super) waiting: Option<Box<Waiting>>,
    /// Keeps the host functions alive while the call is not on the stack.
    keep_alive: Option<KeepAlive>,
}

impl AsyncCall {
    pub(super) fn new(instance: &AsyncInstance, output: Output, options: CallOptions) -> Self {
        Self {
            number: 0,
            instance: instance.clone(),
            output,
            options,
            queued: None,
            deferred: None,
            context: None,
            waiting: None,
            keep_alive: None,
        }
    }

    /// The number in the table; 0 if the call has none yet.
    pub(super) fn number_or_zero(&self) -> u64 {
        self.number
    }

    /// The number in the table, assigned at the first request.
    pub(super) fn number(&mut self) -> u64 {
        if self.number == 0 {
            self.number = table::next_number();
            self.instance.set_current(self.number);
        }
        self.number
    }

    /// Keeps the host functions alive until the call completes, whatever its caller still holds.
    pub(super) fn keep_host_alive(&mut self) {
        if self.keep_alive.is_none() {
            self.keep_alive = self.instance.host().map(|host| host.keep_alive());
        }
    }

    /// Captures the async context of the caller, if there are host functions to run in it.
    pub(super) fn capture_context(&mut self, env: Env<'_>) {
        if self.instance.host().is_some() && self.context.is_none() {
            self.context = hooks::capture_context(env);
        }
    }
}
