//! The one place where an engine error becomes a JavaScript error, and where a panic becomes an engine error.
//!
//! An error crosses as data, a [`Failure`]; TypeScript's classes are made of it by one function that TypeScript hands
//! over when it loads the addon. Synchronous calls throw the result; a promise resolves to the [`Failure`] itself, and
//! TypeScript throws, so that the stack shows the caller.

use crate::{call, instance, js};
use airssys_wasm_engine::{Error, Frame, panic_message};
use napi::bindgen_prelude::{ToNapiValue, Unknown};
use napi::{Env, JsValue};
use napi_derive::napi;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// An error as data.
#[napi(object)]
pub struct Failure {
    /// The stable code.
    pub code: String,
    /// What happened, with the value received and the fix.
    pub message: String,
    /// For `TRAP`: Wasmtime's own name of the trap.
    pub trap: Option<String>,
    /// For `TRAP` and `OUT_OF_FUEL`: the guest's frames, the innermost first.
    pub frames: Option<Vec<FrameInfo>>,
    /// For `BAD_OPTION`: the option by its full name.
    pub option: Option<String>,
}

/// One frame of the guest's stack.
#[napi(object)]
pub struct FrameInfo {
    /// Index of the function in its module.
    pub function_index: u32,
    /// Name of the function, where the binary has names; demangled.
    #[napi(js_name = "function")]
    pub function_name: Option<String>,
    /// Name of the module, where the binary has one.
    pub module: Option<String>,
    /// Offset of the instruction from the start of the module, in bytes.
    pub module_offset: Option<f64>,
    /// Source file, where the binary has DWARF.
    pub file: Option<String>,
    /// Line in the source file, from 1.
    pub line: Option<u32>,
    /// Column in that line, from 1.
    pub column: Option<u32>,
}

impl From<&Frame> for FrameInfo {
    fn from(frame: &Frame) -> Self {
        Self {
            function_index: frame.function_index,
            function_name: frame.function.clone(),
            module: frame.module.clone(),
            module_offset: frame.module_offset.map(|offset| offset as f64),
            file: frame.file.clone(),
            line: frame.line,
            column: frame.column,
        }
    }
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        let (trap, frames, option) = match error {
            Error::Trap(report) => (Some(report.name()), Some(&report.frames), None),
            Error::OutOfFuel { frames, .. } => (None, Some(frames), None),
            Error::BadOption { option, .. } => (None, None, Some(option.clone())),
            _ => (None, None, None),
        };
        Self {
            code: error.code().to_owned(),
            message: clip(error.to_string()),
            trap,
            frames: frames.map(|frames| frames.iter().map(FrameInfo::from).collect()),
            option,
        }
    }
}

/// The longest message, in bytes: a binary's own text may be quoted in it.
const MAX_MESSAGE_BYTES: usize = 4_096;

fn clip(mut message: String) -> String {
    if message.len() > MAX_MESSAGE_BYTES {
        message.truncate(message.floor_char_boundary(MAX_MESSAGE_BYTES));
        message.push('…');
    }
    message
}

thread_local! {
    /// An environment lives on one thread, and a thread has one environment.
    static FACTORY: Cell<Option<js::Reference>> = const { Cell::new(None) };
}

/// Hands over the function that makes an error of a failure (and of a payload, for `RESULT`).
#[napi(ts_args_type = "factory: (failure: Failure, payload: unknown) => Error")]
pub fn set_error_factory(env: Env, factory: Unknown<'_>) -> napi::Result<()> {
    let js = instance::current(env);
    let reference = js.remember(factory.raw());
    FACTORY.set(Some(reference.map_err(|_| pending())?));
    // A reference must be dropped while its environment still lives.
    env.add_env_cleanup_hook(env, |env| {
        call::environment_ends();
        if let Some(reference) = FACTORY.take() {
            instance::current(env).forget(reference);
        }
    })?;
    Ok(())
}

/// What tells napi-rs to leave the exception alone that is pending.
fn pending() -> napi::Error {
    napi::Error::new(napi::Status::PendingException, "an exception is pending")
}

/// Throws `error` in JavaScript; the callback must return at once.
#[cold]
pub fn throw(env: js::Env, error: &Error) {
    throw_failure(env, Failure::from(error), None);
}

impl Failure {
    /// The `RESULT` of a guest that returned an error.
    pub fn result(message: String) -> Self {
        Self {
            code: "RESULT".to_owned(),
            message,
            trap: None,
            frames: None,
            option: None,
        }
    }
}

/// The JavaScript error for `error`.
pub fn make_error(env: js::Env, error: &Error) -> Result<js::Value, js::Pending> {
    make(env, error.into(), None)
}

/// Throws what the factory makes of `failure`.
///
/// All by raw N-API: at the end of V8's stack the factory itself throws, and napi-rs would look into that exception by
/// running JavaScript, again and again until the native stack has come to its end too.
pub fn throw_failure(env: js::Env, failure: Failure, payload: Option<js::Value>) {
    match make(env, failure, payload) {
        Ok(error) => env.throw(error),
        // What the factory threw is pending, and says enough.
        Err(js::Pending) if env.has_exception() => {}
        Err(js::Pending) => env.throw_text(c"INTERNAL", c"an error could not be made"),
    }
}

fn make(
    env: js::Env,
    failure: Failure,
    payload: Option<js::Value>,
) -> Result<js::Value, js::Pending> {
    // SAFETY: the environment is current.
    let failure = unsafe { Failure::to_napi_value(env.raw(), failure) };
    let failure = failure.map_err(|_| js::Pending)?;
    let payload = payload.map_or_else(|| env.undefined(), Ok)?;
    let factory = env.recall(FACTORY.get().ok_or(js::Pending)?)?;
    env.call(factory, &[failure, payload])
}

/// Runs `work`; a failure, or a panic, is thrown, and napi-rs told to leave it at that.
pub fn guard<T>(env: Env, work: impl FnOnce() -> Result<T, Error>) -> napi::Result<T> {
    catch(work).map_err(|error| {
        throw(instance::current(env), &error);
        pending()
    })
}

/// Runs `work`; a panic becomes `INTERNAL`.
pub fn catch<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        Err(Error::Internal {
            message: panic_message(&*panic),
        })
    })
}
