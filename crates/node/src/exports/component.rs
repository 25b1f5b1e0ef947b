//! Exported functions of synchronous component instances.

use crate::call::CallOptions;
use crate::disposable::Disposable;
use crate::error::{ErrorData, Thrown, throw_failure};
use crate::function::component::ComponentFunction;
use crate::function::{JsResult, check_arity};
use crate::js::{Env, Value as Js};
use crate::measurement;
use airssys_wasm_engine::{CallOptions as EngineCallOptions, ComponentInstance};

/// An exported function of a component instance.
pub struct ComponentExport {
    pub instance: Disposable<ComponentInstance>,
    pub function: ComponentFunction,
}

impl ComponentExport {
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
        let Self { instance, function } = self;
        check_arity(function.params.len(), args.len())?;
        // SAFETY: no JavaScript runs between the conversion and the end of the call, since components have no host
        // functions, and the values are dropped before it runs again.
        let values = unsafe { function.borrowed_arguments(env, args) }?;
        let engine_options = EngineCallOptions {
            limits: options.limits,
            host: None,
        };
        if !options.is_measured {
            let result = instance
                .with(|instance| instance.call_with(&function.function, &values, engine_options));
            drop(values);
            return unwrap(env, function.result(env, result?)?);
        }
        let measurement =
            instance.with(|instance| instance.measure(&function.function, &values, engine_options));
        drop(values);
        let mut measurement = measurement?;
        let value = measurement.value.take();
        let value = unwrap(env, function.result(env, value)?)?;
        Ok(measurement::to_js(env, &measurement, value)?)
    }
}

/// The value; the error that the guest returned is thrown.
fn unwrap<'s>(env: Env<'s>, result: JsResult<'s>) -> Result<Js<'s>, Thrown> {
    match result {
        JsResult::Value(value) => Ok(value),
        JsResult::Error { message, payload } => {
            throw_failure(env, ErrorData::result(message), Some(payload));
            Err(Thrown::Exception)
        }
    }
}
