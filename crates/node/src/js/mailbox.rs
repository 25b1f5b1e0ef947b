//! Messages from any thread to the thread of JavaScript.

use super::{Env, Pending};
use napi::sys;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::{Arc, Mutex, PoisonError};

/// Where messages to one environment are sent. After the environment's end they are dropped.
pub struct Mailbox<T> {
    inner: Arc<Inner>,
    message: PhantomData<fn(T)>,
}

struct Inner(Mutex<Option<Function>>);

#[derive(Clone, Copy)]
struct Function(sys::napi_threadsafe_function);

// SAFETY: N-API allows calls of it from any thread while it has not been released, which the mutex sees to.
unsafe impl Send for Function {}

impl<T> Clone for Mailbox<T> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            message: PhantomData,
        }
    }
}

/// What takes the messages, on the thread of JavaScript.
pub trait Recipient<T> {
    /// Takes one message; it leaves no exception pending.
    fn receive(env: Env, message: T);
}

impl<T: Send + 'static> Mailbox<T> {
    /// A mailbox of the current environment, which it does not keep from ending: see [`Mailbox::keep_alive`].
    pub fn new<R: Recipient<T>>(env: Env) -> Result<Self, Pending> {
        let name = env.string("airssys-wasm")?;
        let mut function = ptr::null_mut();
        check!(sys::napi_create_threadsafe_function(
            env.0,
            ptr::null_mut(),
            ptr::null_mut(),
            name,
            0,
            1,
            ptr::null_mut(),
            None,
            ptr::null_mut(),
            Some(deliver::<T, R>),
            &mut function
        ))?;
        check!(sys::napi_unref_threadsafe_function(env.0, function))?;
        Ok(Self {
            inner: Arc::new(Inner(Mutex::new(Some(Function(function))))),
            message: PhantomData,
        })
    }

    /// Sends from any thread, without waiting. A message to an environment that has ended is dropped.
    pub fn send(&self, message: T) {
        let function = self.lock();
        let Some(Function(raw)) = *function else {
            return;
        };
        let message = Box::into_raw(Box::new(message));
        let mode = sys::ThreadsafeFunctionCallMode::nonblocking;
        // SAFETY: it has not been released: `close` waits for the lock that is held here.
        let sent = unsafe { sys::napi_call_threadsafe_function(raw, message.cast(), mode) };
        drop(function);
        if sent != sys::Status::napi_ok {
            // SAFETY: nobody else has it.
            drop(unsafe { Box::from_raw(message) });
        }
    }

    /// Whether the environment must stay alive for messages that will come.
    pub fn keep_alive(&self, env: Env, keeps: bool) {
        if let Some(Function(raw)) = *self.lock() {
            let _ = match keeps {
                true => check!(sys::napi_ref_threadsafe_function(env.0, raw)),
                false => check!(sys::napi_unref_threadsafe_function(env.0, raw)),
            };
        }
    }

    /// Ends it, before the environment does.
    pub fn close(&self) {
        if let Some(Function(raw)) = self.lock().take() {
            let mode = sys::ThreadsafeFunctionReleaseMode::abort;
            // SAFETY: taken out under the lock, so it is released once and nobody calls it any more.
            unsafe { sys::napi_release_threadsafe_function(raw, mode) };
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Function>> {
        self.inner.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

unsafe extern "C" fn deliver<T, R: Recipient<T>>(
    env: sys::napi_env,
    _: sys::napi_value,
    _: *mut std::ffi::c_void,
    message: *mut std::ffi::c_void,
) {
    // SAFETY: `send` leaked this box for this callback alone.
    let message = unsafe { Box::from_raw(message.cast::<T>()) };
    // Nothing unwinds into N-API. Without an environment the message is dropped.
    let _ = catch_unwind(AssertUnwindSafe(move || {
        if !env.is_null() {
            R::receive(Env(env), *message);
        }
    }));
}
