//! References: values that outlive the callback in which they were created.

use super::{Env, PendingException, Value};
use napi::sys;
use std::cell::Cell;
use std::ptr;

thread_local! {
    /// Whether the environment of this thread has ended. Finalizers still run then, but references may not be touched.
    static HAS_ENDED: Cell<bool> = const { Cell::new(false) };
}

/// Allows references on this thread, whose environment begins.
pub fn environment_begins() {
    HAS_ENDED.set(false);
}

/// Leaves the remaining references of this thread alone, since its environment ends.
pub fn environment_ends() {
    HAS_ENDED.set(true);
}

/// An environment beyond the current callback. It serves to count and delete references, and for nothing else.
#[derive(Debug, Clone, Copy)]
struct EnvHandle(sys::napi_env);

impl EnvHandle {
    /// Runs `work` on the environment unless it has ended.
    ///
    /// N-API may then count and delete references in it: these calls need no handle scope, and a reference stays on the
    /// thread that created it.
    fn with(self, work: impl FnOnce(sys::napi_env)) {
        if !HAS_ENDED.get() {
            work(self.0);
        }
    }
}

/// A value that is kept beyond the current callback; deleted on drop. It stays on the thread that created it.
#[derive(Debug)]
pub struct Reference {
    env: EnvHandle,
    raw: sys::napi_ref,
}

impl Reference {
    /// A reference that keeps `value` alive.
    pub fn new(env: Env<'_>, value: Value<'_>) -> Result<Self, PendingException> {
        Self::with_count(env, value, 1)
    }

    /// A reference that does not keep `value` alive until [`Reference::hold`].
    pub fn weak(env: Env<'_>, value: Value<'_>) -> Result<Self, PendingException> {
        Self::with_count(env, value, 0)
    }

    fn with_count(env: Env<'_>, value: Value<'_>, count: u32) -> Result<Self, PendingException> {
        let mut raw = ptr::null_mut();
        check!(sys::napi_create_reference(
            env.raw(),
            value.raw(),
            count,
            &mut raw
        ))?;
        Ok(Self {
            env: EnvHandle(env.raw()),
            raw,
        })
    }

    /// The value, in the current scope.
    pub fn get<'s>(&self, env: Env<'s>) -> Result<Value<'s>, PendingException> {
        let mut value = ptr::null_mut();
        check!(sys::napi_get_reference_value(
            env.raw(),
            self.raw,
            &mut value
        ))?;
        // A weak reference to a collected value yields no handle.
        if value.is_null() {
            return Err(PendingException);
        }
        Ok(env.value(value))
    }

    /// Keeps the value alive until as many calls of [`Reference::release`].
    pub fn hold(&self) {
        let mut count = 0;
        self.env.with(|env| {
            // SAFETY: as in [`EnvHandle::with`].
            unsafe { sys::napi_reference_ref(env, self.raw, &mut count) };
        });
    }

    /// Undoes one [`Reference::hold`].
    pub fn release(&self) {
        let mut count = 0;
        self.env.with(|env| {
            // SAFETY: as in [`EnvHandle::with`].
            unsafe { sys::napi_reference_unref(env, self.raw, &mut count) };
        });
    }
}

impl Drop for Reference {
    fn drop(&mut self) {
        self.env.with(|env| {
            // SAFETY: as in [`EnvHandle::with`].
            unsafe { sys::napi_delete_reference(env, self.raw) };
        });
    }
}
