//! Settling: the completion of a call in JavaScript's terms.

use super::async_call::{AsyncCall, Output};
use crate::error::{ErrorData, cannot_hold, throw_failure};
use crate::function::JsResult;
use crate::js::{Deferred, Env, PendingException, Value as Js};
use crate::measurement;
use airssys_wasm_engine::{Completed, Error, Measurement, Returned};

/// The result of a call, for JavaScript.
pub(super) enum Settled<'s> {
    Value(Js<'s>),
    Failure(ErrorData, Option<Js<'s>>),
    Exception(Js<'s>),
}

/// Makes the instance idle and converts the completion. `thrown` is what a host function threw last.
pub(super) fn complete<'s>(
    call: AsyncCall,
    env: Env<'s>,
    completed: Completed,
    thrown: Option<Js<'s>>,
) -> Settled<'s> {
    let Completed { instance, result } = completed;
    let was_disposed = call.instance.is_being_disposed();
    call.instance.complete(env, instance, result.as_ref().err());
    match result {
        Ok(measurement) => convert(&call, env, measurement),
        Err(Error::HostFailed) => match thrown {
            Some(exception) => Settled::Exception(exception),
            None => Settled::Failure((&host_not_called()).into(), None),
        },
        Err(Error::Aborted) if was_disposed => Settled::Failure(disposed_meanwhile(), None),
        Err(error) => Settled::Failure((&error).into(), None),
    }
}

fn convert<'s>(call: &AsyncCall, env: Env<'s>, measurement: Measurement<Returned>) -> Settled<'s> {
    let Measurement {
        value,
        fuel,
        peak_memory_bytes,
        elapsed_ns,
    } = measurement;
    let value = match (&call.output, value) {
        (Output::Handle { create, weight }, _) => {
            create(env, call.instance.clone(), *weight).map(JsResult::Value)
        }
        (Output::Function(function), value) => function.result(env, value),
    };
    let value = match value {
        Ok(JsResult::Value(value)) => value,
        Ok(JsResult::Error { message, payload }) => {
            return Settled::Failure(ErrorData::result(message), Some(payload));
        }
        Err(PendingException) => return not_convertible(env),
    };
    if !call.options.is_measured {
        return Settled::Value(value);
    }
    let measurement = Measurement {
        value: (),
        fuel,
        peak_memory_bytes,
        elapsed_ns,
    };
    match measurement::to_js(env, &measurement, value) {
        Ok(measurement) => Settled::Value(measurement),
        Err(PendingException) => not_convertible(env),
    }
}

/// The value could not be created: the exception of JavaScript, or the error that JavaScript cannot hold it.
fn not_convertible(env: Env<'_>) -> Settled<'_> {
    match env.has_exception().then(|| env.take_exception()) {
        Some(Ok(exception)) => Settled::Exception(exception),
        _ => Settled::Failure((&cannot_hold()).into(), None),
    }
}

/// The error of a call whose host function failed without throwing: the environment is about to end.
fn host_not_called() -> Error {
    Error::Internal {
        message: "a host function could not be called".to_owned(),
    }
}

fn disposed_meanwhile() -> ErrorData {
    ErrorData {
        message: "the call was aborted: its instance was disposed of".to_owned(),
        ..ErrorData::from(&Error::Aborted)
    }
}

impl<'s> Settled<'s> {
    /// Returns the value to the caller on this stack, or throws.
    pub(super) fn return_to_caller(self, env: Env<'s>) -> Result<Js<'s>, PendingException> {
        match self {
            Self::Value(value) => return Ok(value),
            Self::Failure(failure, payload) => throw_failure(env, failure, payload),
            Self::Exception(exception) => env.throw(exception),
        }
        Err(PendingException)
    }

    /// Resolves the promise with `[0, value]`, `[1, failure, payload]` or `[2, exception]`. TypeScript returns or throws, so
    /// that the stack of the error shows the caller.
    pub(super) fn resolve(self, env: Env<'_>, deferred: Deferred) {
        let settled: Result<Js<'_>, PendingException> = (|| {
            let parts = match self {
                Self::Value(value) => [env.int32(0)?, value, env.undefined()?],
                Self::Exception(exception) => [env.int32(2)?, exception, env.undefined()?],
                Self::Failure(failure, payload) => {
                    let failure = failure.to_js(env)?;
                    let payload = payload.map_or_else(|| env.undefined(), Ok)?;
                    [env.int32(1)?, failure, payload]
                }
            };
            let array = env.array(parts.len())?;
            for (index, part) in parts.into_iter().enumerate() {
                env.set_element(array, index as u32, part)?;
            }
            Ok(array)
        })();
        if let Ok(array) = settled.or_else(|PendingException| env.undefined()) {
            env.resolve(deferred, array);
        }
    }
}
