//! Promises, exceptions as values, and references that do not keep alive.

use super::{Env, Pending, Reference, Value};
use napi::sys;
use std::ptr;

/// A promise that is yet to be settled. It must be settled while its environment lives.
#[derive(Debug, Clone, Copy)]
pub struct Deferred(sys::napi_deferred);

impl Env {
    /// A promise, with what settles it.
    pub fn promise(self) -> Result<(Deferred, Value), Pending> {
        let (mut deferred, mut promise) = (ptr::null_mut(), ptr::null_mut());
        check!(sys::napi_create_promise(
            self.0,
            &mut deferred,
            &mut promise
        ))?;
        Ok((Deferred(deferred), promise))
    }

    /// Resolves the promise; it cannot be settled again.
    pub fn resolve(self, deferred: Deferred, value: Value) {
        let _ = check!(sys::napi_resolve_deferred(self.0, deferred.0, value));
    }

    pub fn is_promise(self, value: Value) -> bool {
        let mut is = false;
        check!(sys::napi_is_promise(self.0, value, &mut is)).is_ok() && is
    }

    /// The exception that is pending, which it then is no longer; `undefined` where there was none.
    pub fn take_exception(self) -> Result<Value, Pending> {
        let mut exception = ptr::null_mut();
        check!(sys::napi_get_and_clear_last_exception(
            self.0,
            &mut exception
        ))?;
        Ok(exception)
    }

    /// A reference that does not keep `value` alive until it is told to.
    pub fn remember_weakly(self, value: Value) -> Result<Reference, Pending> {
        let mut reference = ptr::null_mut();
        check!(sys::napi_create_reference(self.0, value, 0, &mut reference))?;
        Ok(Reference(reference))
    }

    /// Keeps what was remembered alive, until it is released as many times.
    pub fn hold(self, reference: Reference) {
        let mut count = 0;
        let _ = check!(sys::napi_reference_ref(self.0, reference.0, &mut count));
    }

    /// Takes one [`Env::hold`] back.
    pub fn release(self, reference: Reference) {
        let mut count = 0;
        let _ = check!(sys::napi_reference_unref(self.0, reference.0, &mut count));
    }
}

impl Env {
    /// Runs `work` in a handle scope of its own, which only the value that it gives beside its result leaves.
    pub fn escaping<T>(
        self,
        work: impl FnOnce() -> (T, Option<Value>),
    ) -> Result<(T, Option<Value>), Pending> {
        let mut scope = ptr::null_mut();
        check!(sys::napi_open_escapable_handle_scope(self.0, &mut scope))?;
        // Closed also where `work` panics: Node ends the process over a scope that a callback left open.
        let scope = EscapableScope { env: self, scope };
        let (result, value) = work();
        let mut escaped = None;
        if let Some(value) = value {
            let mut outer = ptr::null_mut();
            check!(sys::napi_escape_handle(
                self.0,
                scope.scope,
                value,
                &mut outer
            ))?;
            escaped = Some(outer);
        }
        Ok((result, escaped))
    }
}

/// An escapable handle scope, closed when dropped.
struct EscapableScope {
    env: Env,
    scope: sys::napi_escapable_handle_scope,
}

impl Drop for EscapableScope {
    fn drop(&mut self) {
        let _ = check!(sys::napi_close_escapable_handle_scope(
            self.env.0, self.scope
        ));
    }
}
