//! Promises that native code settles.

use super::{Env, PendingException, Value};
use napi::sys;
use std::ptr;

/// Settles a promise, once. It must be resolved while its environment lives, or the promise stays pending.
#[derive(Debug)]
#[must_use]
pub struct Deferred(sys::napi_deferred);

impl<'s> Env<'s> {
    /// A pending promise, with the [`Deferred`] that settles it.
    pub fn promise(self) -> Result<(Deferred, Value<'s>), PendingException> {
        let (mut deferred, mut promise) = (ptr::null_mut(), ptr::null_mut());
        check!(sys::napi_create_promise(
            self.raw(),
            &mut deferred,
            &mut promise
        ))?;
        Ok((Deferred(deferred), self.value(promise)))
    }

    /// Resolves the promise with `value`.
    pub fn resolve(self, deferred: Deferred, value: Value<'_>) {
        let _ = check!(sys::napi_resolve_deferred(
            self.raw(),
            deferred.0,
            value.raw()
        ));
    }

    pub fn is_promise(self, value: Value<'_>) -> bool {
        let mut is = false;
        check!(sys::napi_is_promise(self.raw(), value.raw(), &mut is)).is_ok() && is
    }
}
