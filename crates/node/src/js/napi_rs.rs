//! The bridge to napi-rs, whose classes and functions are the addon's entry points.

use super::{Env, PendingException, Value};
use napi::JsValue;
use napi::bindgen_prelude::Unknown;

/// The raw environment of a callback under way.
pub fn current(env: &napi::Env) -> Env<'_> {
    // SAFETY: napi-rs passes the environment of the callback under way, and the borrow bounds the lifetime.
    unsafe { Env::unbounded(env.raw()) }
}

/// An argument of a callback under way.
pub fn argument<'s>(env: Env<'s>, value: &Unknown<'s>) -> Value<'s> {
    // SAFETY: napi-rs bounds the argument by the same scope.
    unsafe { env.value_from_raw(value.raw()) }
}

/// A value as napi-rs returns it.
pub fn return_value(
    env: Env<'_>,
    created: Result<Value<'_>, PendingException>,
) -> napi::Result<Unknown<'static>> {
    match created {
        // SAFETY: the value was created in the scope of this callback, which returns it at once.
        Ok(value) => Ok(unsafe { Unknown::from_raw_unchecked(env.raw(), value.raw()) }),
        Err(PendingException) => Err(pending_exception("the value could not be created")),
    }
}

/// Tells napi-rs to leave the pending exception alone.
pub fn pending_exception(reason: &str) -> napi::Error {
    napi::Error::new(napi::Status::PendingException, reason)
}
