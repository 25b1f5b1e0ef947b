//! Throwing exceptions, and taking those that are pending.

use super::{Env, PendingException, Value, terminate};
use napi::sys;
use std::ffi::CStr;
use std::ptr;

impl<'s> Env<'s> {
    pub fn throw(self, error: Value<'_>) {
        // SAFETY: as in `check!`.
        let status = unsafe { sys::napi_throw(self.raw(), error.raw()) };
        terminate::if_refused(self, status);
    }

    /// Throws a plain error, for when no other can be created.
    pub fn throw_text(self, code: &CStr, message: &CStr) {
        // SAFETY: as in `check!`.
        let status = unsafe { sys::napi_throw_error(self.raw(), code.as_ptr(), message.as_ptr()) };
        terminate::if_refused(self, status);
    }

    pub fn has_exception(self) -> bool {
        let mut is = false;
        check!(sys::napi_is_exception_pending(self.raw(), &mut is)).is_ok() && is
    }

    /// Clears the pending exception and returns it; `undefined` if there was none.
    pub fn take_exception(self) -> Result<Value<'s>, PendingException> {
        let mut exception = ptr::null_mut();
        check!(sys::napi_get_and_clear_last_exception(
            self.raw(),
            &mut exception
        ))?;
        Ok(self.value(exception))
    }

    pub fn clear_exception(self) {
        let _ = self.take_exception();
    }
}
