//! The one place where an engine error becomes a JavaScript error, and where a panic becomes an engine error.
//!
//! An error crosses as data, a [`Failure`]; TypeScript's classes are made of it by one function that TypeScript hands
//! over when it loads the addon. Synchronous calls throw the result; a promise resolves to the [`Failure`] itself, and
//! TypeScript throws, so that the stack shows the caller.

use crate::js;
use airssys_wasm_engine::{Error, Frame};
use napi::bindgen_prelude::{FnArgs, Function, FunctionRef, Object, ToNapiValue, Unknown};
use napi::{Env, JsValue};
use napi_derive::napi;
use std::cell::RefCell;
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
            message: error.to_string(),
            trap,
            frames: frames.map(|frames| frames.iter().map(FrameInfo::from).collect()),
            option,
        }
    }
}

type Factory = FunctionRef<FnArgs<(Failure, Unknown<'static>)>, Unknown<'static>>;

thread_local! {
    /// An environment lives on one thread, and a thread has one environment.
    static FACTORY: RefCell<Option<Factory>> = const { RefCell::new(None) };
}

/// Hands over the function that makes an error of a failure (and of a payload, for `RESULT`).
#[napi]
pub fn set_error_factory(
    env: Env,
    factory: Function<'_, FnArgs<(Failure, Unknown<'static>)>, Unknown<'static>>,
) -> napi::Result<()> {
    let factory = factory.create_ref()?;
    FACTORY.with_borrow_mut(|slot| *slot = Some(factory));
    // A reference must be dropped while its environment still lives.
    env.add_env_cleanup_hook((), |()| drop(FACTORY.take()))?;
    Ok(())
}

/// The JavaScript error for `failure`.
fn make(env: Env, failure: Failure, payload: Option<js::Value>) -> napi::Result<Unknown<'static>> {
    let payload = match payload {
        // SAFETY: the value was made in this callback's environment.
        Some(value) => unsafe { Unknown::from_raw_unchecked(env.raw(), value) },
        None => undefined(env)?,
    };
    FACTORY.with_borrow(|factory| match factory {
        Some(factory) => factory.borrow_back(&env)?.call((failure, payload).into()),
        None => {
            let mut error = Object::new(&env)?;
            error.set("code", failure.code)?;
            error.set("message", failure.message)?;
            // SAFETY: the object was made in this callback's environment.
            Ok(unsafe { Unknown::from_raw_unchecked(env.raw(), error.raw()) })
        }
    })
}

fn undefined(env: Env) -> napi::Result<Unknown<'static>> {
    // SAFETY: a value of this callback's environment.
    unsafe {
        Ok(Unknown::from_raw_unchecked(
            env.raw(),
            <()>::to_napi_value(env.raw(), ())?,
        ))
    }
}

/// Throws `error` in JavaScript; the callback must return at once.
#[cold]
pub fn throw(env: js::Env, error: &Error) {
    throw_failure(env, Failure::from(error), None);
}

/// Throws the `RESULT` of a guest that returned an error, with its payload.
#[cold]
pub fn throw_result(env: js::Env, message: String, payload: js::Value) {
    let failure = Failure {
        code: "RESULT".to_owned(),
        message,
        trap: None,
        frames: None,
        option: None,
    };
    throw_failure(env, failure, Some(payload));
}

fn throw_failure(env: js::Env, failure: Failure, payload: Option<js::Value>) {
    match make(Env::from_raw(env.raw()), failure, payload) {
        Ok(error) => env.throw(error.raw()),
        // Making the error threw (the stack was exhausted, say): that exception is pending and says enough.
        Err(_) if env.has_exception() => {}
        Err(error) => {
            // SAFETY: the environment is current.
            unsafe { napi::JsError::from(error).throw_into(env.raw()) };
        }
    }
}

/// Runs `work`; a failure, or a panic, becomes the JavaScript error that napi-rs will throw.
pub fn guard<T>(env: Env, work: impl FnOnce() -> Result<T, Error>) -> napi::Result<T> {
    catch(work).map_err(|error| match make(env, Failure::from(&error), None) {
        Ok(error) => napi::Error::from(error),
        Err(error) => error,
    })
}

/// Runs `work`; a panic becomes `INTERNAL`.
pub fn catch<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let message = panic
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "a panic without a message".to_owned());
        Err(Error::Internal { message })
    })
}
