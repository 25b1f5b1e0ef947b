//! Exported functions of asynchronous instances.

use crate::call::{self, AsyncInstance, CallOptions};
use crate::error::Thrown;
use crate::function::ExportedFunction;
use crate::js::{Env, Value as Js};
use std::rc::Rc;

/// An exported function of an asynchronous instance.
pub struct AsyncExport {
    pub instance: AsyncInstance,
    pub function: Rc<ExportedFunction>,
}

impl AsyncExport {
    /// Calls the guest under the limits of its instance.
    pub fn call<'s>(&self, env: Env<'s>, args: &[Js<'s>]) -> Result<Js<'s>, Thrown> {
        self.call_with(env, args, CallOptions::default())
    }

    /// Calls the guest with options.
    pub fn call_with<'s>(
        &self,
        env: Env<'s>,
        args: &[Js<'s>],
        options: CallOptions,
    ) -> Result<Js<'s>, Thrown> {
        let task_call = self.function.task_call(env, args)?;
        call::start(env, &self.instance, &self.function, task_call, options)
    }
}
