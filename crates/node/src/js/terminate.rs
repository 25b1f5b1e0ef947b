//! A worker that is being terminated, and JavaScript that runs on in it.
//!
//! Node has V8 end the JavaScript of a worker by an exception that nobody can catch. Where that passes a call from native
//! code inside of a microtask, V8 takes it for done: JavaScript goes on, with every call from native code refused, and a loop
//! that awaits them would spin for ever. V8 is then asked once more. N-API has no such request, so V8's own is looked up by
//! name among what Node exports; where it is not found nothing is done.

use super::Env;
use napi::sys;

/// Asks V8 to end the JavaScript of this thread, where `status` says that the environment takes nothing any more.
pub fn if_refused(env: Env, status: sys::napi_status) {
    let is_refused = matches!(
        status,
        sys::Status::napi_pending_exception | sys::Status::napi_cannot_run_js
    );
    if is_refused && !env.has_exception() {
        again();
    }
}

#[cfg(unix)]
fn again() {
    use libloading::os::unix::Library;
    use std::ffi::c_void;

    type GetCurrent = unsafe extern "C" fn() -> *mut c_void;
    type Terminate = unsafe extern "C" fn(*mut c_void);

    let node = Library::this();
    // SAFETY: the two are `v8::Isolate::GetCurrent()` and `v8::Isolate::TerminateExecution()`, of which every version of V8
    // has had these names and types; the second may be called at any time.
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
fn again() {}
