//! References: values that outlive the callback in which they were created.

use super::{Env, Pending, Value};
use napi::sys;
use std::cell::Cell;
use std::ptr;

thread_local! {
    /// Whether the environment of this thread has ended. Node then deletes all of its references itself.
    static HAS_ENDED: Cell<bool> = const { Cell::new(false) };
}

/// Tells the references of this thread that its environment ends: from here on they may not touch it.
pub fn environment_ends() {
    HAS_ENDED.set(true);
}

/// An environment beyond the current callback. It serves to count and delete references, and for nothing else.
#[derive(Debug, Clone, Copy)]
struct EnvHandle(sys::napi_env);

impl EnvHandle {
    /// Runs `work` on the environment unless it has ended.
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
    pub fn new(env: Env<'_>, value: Value<'_>) -> Result<Self, Pending> {
        Self::with_count(env, value, 1)
    }

    /// A reference that does not keep `value` alive until [`Reference::hold`].
    pub fn weak(env: Env<'_>, value: Value<'_>) -> Result<Self, Pending> {
        Self::with_count(env, value, 0)
    }

    fn with_count(env: Env<'_>, value: Value<'_>, count: u32) -> Result<Self, Pending> {
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
    pub fn get<'s>(&self, env: Env<'s>) -> Result<Value<'s>, Pending> {
        let mut value = ptr::null_mut();
        check!(sys::napi_get_reference_value(
            env.raw(),
            self.raw,
            &mut value
        ))?;
        Ok(env.value(value))
    }

    /// Keeps the value alive until as many calls of [`Reference::release`].
    pub fn hold(&self) {
        let mut count = 0;
        self.env.with(|env| {
            let _ = check!(sys::napi_reference_ref(env, self.raw, &mut count));
        });
    }

    /// Undoes one [`Reference::hold`].
    pub fn release(&self) {
        let mut count = 0;
        self.env.with(|env| {
            let _ = check!(sys::napi_reference_unref(env, self.raw, &mut count));
        });
    }
}

impl Drop for Reference {
    fn drop(&mut self) {
        self.env.with(|env| {
            let _ = check!(sys::napi_delete_reference(env, self.raw));
        });
    }
}
