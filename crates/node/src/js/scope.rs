//! Handle scopes: what is created in one is released at its end.

use super::{Env, PendingException, Value};
use napi::sys;
use std::ptr;

impl<'s> Env<'s> {
    /// Runs `work` in a new handle scope, so that the values that it creates do not pile up.
    ///
    /// # Safety
    ///
    /// N-API creates every value in the innermost scope. `work` must create values through its own `Env` alone, or drop
    /// what it creates through an outer one before it returns.
    pub unsafe fn scoped<T>(
        self,
        work: impl for<'i> FnOnce(Env<'i>) -> T,
    ) -> Result<T, PendingException> {
        let mut scope = ptr::null_mut();
        check!(sys::napi_open_handle_scope(self.raw(), &mut scope))?;
        // Closed even if `work` panics: Node aborts the process over a scope that a callback left open.
        let scope = Scope { env: self, scope };
        let result = work(self);
        drop(scope);
        Ok(result)
    }

    /// As [`Env::scoped`], with one value that leaves the scope beside the result.
    ///
    /// # Safety
    ///
    /// As for [`Env::scoped`].
    pub unsafe fn escaping<T>(
        self,
        work: impl for<'i> FnOnce(Env<'i>) -> (T, Option<Value<'i>>),
    ) -> Result<(T, Option<Value<'s>>), PendingException> {
        let mut scope = ptr::null_mut();
        check!(sys::napi_open_escapable_handle_scope(
            self.raw(),
            &mut scope
        ))?;
        let scope = EscapableScope { env: self, scope };
        let (result, value) = work(self);
        let mut escaped = None;
        if let Some(value) = value {
            let mut outer = ptr::null_mut();
            check!(sys::napi_escape_handle(
                self.raw(),
                scope.scope,
                value.raw(),
                &mut outer
            ))?;
            escaped = Some(self.value(outer));
        }
        Ok((result, escaped))
    }
}

/// A handle scope, closed on drop.
struct Scope<'s> {
    env: Env<'s>,
    scope: sys::napi_handle_scope,
}

impl Drop for Scope<'_> {
    fn drop(&mut self) {
        let _ = check!(sys::napi_close_handle_scope(self.env.raw(), self.scope));
    }
}

/// An escapable handle scope, closed on drop.
struct EscapableScope<'s> {
    env: Env<'s>,
    scope: sys::napi_escapable_handle_scope,
}

impl Drop for EscapableScope<'_> {
    fn drop(&mut self) {
        let _ = check!(sys::napi_close_escapable_handle_scope(
            self.env.raw(),
            self.scope
        ));
    }
}
