//! Errors: the one place where an engine error becomes a JavaScript error, and a panic an engine error.
//!
//! An error crosses as data, a [`ErrorData`]. A factory, which TypeScript sets when it loads the addon, creates the error of
//! the right class. Synchronous calls throw that error. A promise resolves to the [`ErrorData`], and TypeScript throws, so
//! that the stack shows the caller.

use crate::js::{Env, PendingException, Reference, Value as Js, current, pending_exception};
use airssys_wasm_engine::{Error, Frame, panic_message};
use napi::bindgen_prelude::ToNapiValue;
use napi_derive::napi;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

macro_rules! define_error_code {
    ($($variant:ident = $code:literal,)*) => {
        /// The codes of the engine's errors.
        #[napi(string_enum)]
        pub enum NativeErrorCode {
            $(#[napi(value = $code)] $variant,)*
        }
    };
}

airssys_wasm_engine::for_each_error_code!(define_error_code);

/// The code of every error of the engine.
#[napi(ts_return_type = "Array<`${NativeErrorCode}`>")]
pub fn error_codes() -> Vec<&'static str> {
    Error::CODES.to_vec()
}

/// An error as data.
#[napi(object)]
pub struct ErrorData {
    /// The stable code.
    #[napi(ts_type = "`${NativeErrorCode}` | 'RESULT'")]
    pub code: String,
    /// The message, with the value received and the fix.
    pub message: String,
    /// For `TRAP`: Wasmtime's own name of the trap.
    pub trap: Option<String>,
    /// For `TRAP` and `OUT_OF_FUEL`: the guest's frames, the innermost first.
    pub frames: Option<Vec<FrameData>>,
    /// For `BAD_OPTION`: the option by its full name.
    pub option: Option<String>,
}

/// One frame of the guest's stack.
#[napi(object)]
pub struct FrameData {
    /// Index of the function in its module.
    pub function_index: u32,
    /// Name of the function, demangled; absent if the binary has no names.
    #[napi(js_name = "function")]
    pub function_name: Option<String>,
    /// Name of the module, if the binary has one.
    pub module: Option<String>,
    /// Offset of the instruction from the start of the module, in bytes.
    pub module_offset: Option<f64>,
    /// Source file, if the binary has DWARF.
    pub file: Option<String>,
    /// Line in the source file, from 1.
    pub line: Option<u32>,
    /// Column in that line, from 1.
    pub column: Option<u32>,
}

impl From<&Frame> for FrameData {
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

impl From<&Error> for ErrorData {
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
            frames: frames.map(|frames| frames.iter().map(FrameData::from).collect()),
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
    static FACTORY: RefCell<Option<Rc<Reference>>> = const { RefCell::new(None) };
}

/// Sets the function that creates an error from a failure (and from a payload, for `RESULT`).
pub fn set_factory(env: Env<'_>, factory: Js<'_>) -> Result<(), PendingException> {
    FACTORY.set(Some(Rc::new(Reference::new(env, factory)?)));
    Ok(())
}

/// Drops the factory when the environment ends.
pub fn environment_ends() {
    FACTORY.take();
}

/// Why a call returned nothing to JavaScript.
pub enum Thrown {
    Error(Error),
    /// JavaScript threw, and its exception is pending.
    Exception,
}

impl From<PendingException> for Thrown {
    fn from(_: PendingException) -> Self {
        Self::Exception
    }
}

impl From<Error> for Thrown {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// The error of an instance that was disposed of.
pub const DISPOSED: Error = Error::Disposed { what: "instance" };

/// The error of a value that JavaScript cannot hold.
pub fn cannot_hold() -> Error {
    Error::Unsupported(
        "JavaScript cannot hold the value: a string or an array is too long for it".to_owned(),
    )
}

/// Throws `error`; the callback must return at once.
#[cold]
pub fn throw(env: Env<'_>, error: &Error) {
    throw_failure(env, ErrorData::from(error), None);
}

/// The JavaScript error for `error`.
pub fn make_error<'s>(env: Env<'s>, error: &Error) -> Result<Js<'s>, PendingException> {
    make(env, error.into(), None)
}

/// Throws the error that the factory creates from `failure`.
///
/// Everything is raw N-API: at the end of V8's stack the factory itself throws, and napi-rs would inspect that exception
/// by running JavaScript, again and again until the native stack overflows too.
pub fn throw_failure(env: Env<'_>, failure: ErrorData, payload: Option<Js<'_>>) {
    match make(env, failure, payload) {
        Ok(error) => env.throw(error),
        // The exception that the factory threw is pending_exception, and is reported instead.
        Err(PendingException) if env.has_exception() => {}
        Err(PendingException) => env.throw_text(c"INTERNAL", c"an error could not be created"),
    }
}

fn make<'s>(
    env: Env<'s>,
    failure: ErrorData,
    payload: Option<Js<'_>>,
) -> Result<Js<'s>, PendingException> {
    let factory = FACTORY.with_borrow(Clone::clone).ok_or(PendingException)?;
    let failure = failure.to_js(env)?;
    let payload = match payload {
        Some(payload) => payload,
        None => env.undefined()?,
    };
    env.call(factory.get(env)?, &[failure, payload])
}

impl ErrorData {
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

    /// The failure as an object.
    pub fn to_js(self, env: Env<'_>) -> Result<Js<'_>, PendingException> {
        // SAFETY: the environment is that of the scope under way.
        let object =
            unsafe { Self::to_napi_value(env.raw(), self) }.map_err(|_| PendingException)?;
        // SAFETY: the value was just created in that scope.
        Ok(unsafe { env.value_from_raw(object) })
    }
}

/// Runs `work` for a napi-rs callback; a failure, or a panic, is thrown.
pub fn guard<T>(env: napi::Env, work: impl FnOnce() -> Result<T, Error>) -> napi::Result<T> {
    catch(work).map_err(|error| {
        throw(current(&env), &error);
        pending_exception("an exception is pending")
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
