//! How a call ended, in JavaScript's terms.

use crate::error::Failure;
use crate::js::{Deferred, Env, Pending, Value as Js};
use napi::bindgen_prelude::ToNapiValue;

/// How a call ended, in JavaScript's terms.
pub(super) enum Settled {
    Value(Js),
    Failure(Failure, Option<Js>),
    Exception(Js),
}

/// The value could not be made: JavaScript's own exception, or that it cannot hold it.
pub(super) fn unmade(env: Env) -> Settled {
    match env.has_exception().then(|| env.take_exception()) {
        Some(Ok(exception)) => Settled::Exception(exception),
        _ => Settled::Failure((&crate::export::cannot_hold()).into(), None),
    }
}

/// Resolves the promise to `[0, value]`, `[1, failure, payload]` or `[2, exception]`: TypeScript returns or throws, so that
/// the stack shows who waits.
pub(super) fn settle(env: Env, deferred: Deferred, settled: Settled) {
    let make = || {
        let parts = match settled {
            Settled::Value(value) => [env.int32(0)?, value, env.undefined()?],
            Settled::Exception(exception) => [env.int32(2)?, exception, env.undefined()?],
            Settled::Failure(failure, payload) => {
                // SAFETY: the environment is current.
                let failure = unsafe { Failure::to_napi_value(env.raw(), failure) };
                let failure = failure.map_err(|_| Pending)?;
                let payload = payload.map_or_else(|| env.undefined(), Ok)?;
                [env.int32(1)?, failure, payload]
            }
        };
        let array = env.array(parts.len())?;
        for (index, part) in parts.into_iter().enumerate() {
            env.set_element(array, index as u32, part)?;
        }
        Ok(array)
    };
    let made: Result<Js, Pending> = make();
    if let Ok(array) = made.or_else(|Pending| env.undefined()) {
        env.resolve(deferred, array);
    }
}
