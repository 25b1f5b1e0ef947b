//! Termination of a worker whose JavaScript continues to run.
//!
//! Node terminates the JavaScript of a worker by an exception that cannot be caught. If that exception passes a call from
//! native code inside a microtask, V8 considers the termination done. JavaScript then continues, every call from native
//! code fails, and a loop that awaits such calls would spin forever. The addon therefore requests termination again.
//! N-API has no such request, so V8's function is looked up by name among Node's exports; if it is missing, this is a
//! no-op.

use super::Env;
use napi::sys;

/// Requests termination of this thread's JavaScript if `status` says that the environment refuses calls.
pub fn if_refused(env: Env<'_>, status: sys::napi_status) {
    let is_refused = matches!(
        status,
        sys::Status::napi_pending_exception | sys::Status::napi_cannot_run_js
    );
    if is_refused && !env.has_exception() {
        terminate_execution();
    }
}

#[cfg(unix)]
fn terminate_execution() {
    use libloading::os::unix::Library;
    use std::ffi::c_void;

    type GetCurrent = unsafe extern "C" fn() -> *mut c_void;
    type Terminate = unsafe extern "C" fn(*mut c_void);

    let node = Library::this();
    // SAFETY: these are `v8::Isolate::GetCurrent()` and `v8::Isolate::TerminateExecution()`, whose names and types have been
    // the same in every version of V8; the second may be called at any time.
    unsafe {
        let current = node.get::<GetCurrent>(b"_ZN2v87Isolate10GetCurrentEv\0");
        let terminate = node.get::<Terminate>(b"_ZN2v87Isolate18TerminateExecutionEv\0");
        if let (Ok(current), Ok(terminate)) = (current, terminate) {
            let isolate = current();
            if !isolate.is_null() {
                terminate(isolate);
            }
        }
    }
}

#[cfg(not(unix))]
fn terminate_execution() {}
