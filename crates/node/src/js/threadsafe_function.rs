//! Thread-safe functions: messages from any thread to the JavaScript thread.

use super::{Env, PendingException};
use napi::sys;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::{Arc, Mutex, PoisonError};

/// Sends messages to one environment, from any thread. After the environment has ended they are dropped.
pub struct ThreadsafeFunction<T> {
    inner: Arc<Inner>,
    message: PhantomData<fn(T)>,
}

struct Inner(Mutex<Option<Raw>>);

#[derive(Clone, Copy)]
struct Raw(sys::napi_threadsafe_function);

// SAFETY: N-API allows calls from any thread until the function is released, which the mutex guarantees.
unsafe impl Send for Raw {}

impl<T> Clone for ThreadsafeFunction<T> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            message: PhantomData,
        }
    }
}

/// Receives the messages, on the JavaScript thread.
pub trait Receiver<T> {
    /// Handles one message; it leaves no exception pending.
    fn receive(env: Env<'_>, message: T);
}

impl<T: Send + 'static> ThreadsafeFunction<T> {
    /// A function of the current environment. It does not keep the event loop alive: see [`ThreadsafeFunction::set_ref`].
    pub fn new<R: Receiver<T>>(env: Env<'_>) -> Result<Self, PendingException> {
        let name = env.string("airssys-wasm")?;
        let mut function = ptr::null_mut();
        check!(sys::napi_create_threadsafe_function(
            env.raw(),
            ptr::null_mut(),
            ptr::null_mut(),
            name.raw(),
            0,
            1,
            ptr::null_mut(),
            None,
            ptr::null_mut(),
            Some(deliver::<T, R>),
            &mut function
        ))?;
        check!(sys::napi_unref_threadsafe_function(env.raw(), function))?;
        Ok(Self {
            inner: Arc::new(Inner(Mutex::new(Some(Raw(function))))),
            message: PhantomData,
        })
    }

    /// Sends without blocking. A message to an environment that has ended is dropped.
    pub fn send(&self, message: T) {
        let function = self.lock();
        let Some(Raw(raw)) = *function else {
            return;
        };
        let message = Box::into_raw(Box::new(message));
        let mode = sys::ThreadsafeFunctionCallMode::nonblocking;
        // SAFETY: it has not been released, since `close` waits for the lock that is held here.
        let sent = unsafe { sys::napi_call_threadsafe_function(raw, message.cast(), mode) };
        drop(function);
        if sent != sys::Status::napi_ok {
            // SAFETY: N-API did not take the box.
            drop(unsafe { Box::from_raw(message) });
        }
    }

    /// Sets whether expected messages keep the event loop alive.
    pub fn set_ref(&self, env: Env<'_>, is_ref: bool) {
        if let Some(Raw(raw)) = *self.lock() {
            let _ = match is_ref {
                true => check!(sys::napi_ref_threadsafe_function(env.raw(), raw)),
                false => check!(sys::napi_unref_threadsafe_function(env.raw(), raw)),
            };
        }
    }

    /// Releases the function, before the environment ends.
    pub fn close(&self) {
        if let Some(Raw(raw)) = self.lock().take() {
            let mode = sys::ThreadsafeFunctionReleaseMode::abort;
            // SAFETY: taken out under the lock, so it is released once and not called afterwards.
            unsafe { sys::napi_release_threadsafe_function(raw, mode) };
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Raw>> {
        self.inner.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

unsafe extern "C" fn deliver<T, R: Receiver<T>>(
    env: sys::napi_env,
    _: sys::napi_value,
    _: *mut std::ffi::c_void,
    message: *mut std::ffi::c_void,
) {
    // SAFETY: `send` leaked this box for this callback alone.
    let message = unsafe { Box::from_raw(message.cast::<T>()) };
    // Nothing may unwind into N-API. Without an environment the message is dropped.
    let _ = catch_unwind(AssertUnwindSafe(move || {
        if !env.is_null() {
            // SAFETY: N-API passes the environment to this callback, which does not keep it.
            R::receive(unsafe { Env::current(&env) }, *message);
        }
    }));
}
