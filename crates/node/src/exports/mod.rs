//! The hot path: each export of an instance is one raw N-API function.
//!
//! ```text
//! synchronous:  read arguments (getters may run) → borrow the instance → call → release it → create the result
//! asynchronous: copy arguments (getters may run) → see `call`
//! ```
//!
//! JavaScript runs only while the instance is not borrowed, or while a guest waits for its host function. A getter may
//! therefore call the guest again or dispose of it: the instance is idle then. Beside its function each export has an
//! invoker, which takes the arguments in an array, and options for one call.

pub mod async_export;
pub mod component;
pub mod core;
pub mod lookup;
pub mod memory;

use crate::call::CallOptions;
use crate::error::{Thrown, cannot_hold, catch, throw};
use crate::exports::async_export::AsyncExport;
use crate::exports::component::ComponentExport;
use crate::exports::core::CoreExport;
use crate::function::INLINE;
use crate::js::{Env, PendingException, Value as Js, ValueType};
use airssys_wasm_engine::{Bound, CallLimits, Error};
use napi::sys;
use std::ptr;

/// An exported function of an instance of any kind.
pub enum Export {
    Core(CoreExport),
    Component(ComponentExport),
    Async(AsyncExport),
}

impl Export {
    /// The JavaScript function that calls the export with its own arguments.
    pub fn function<'s>(self, env: Env<'s>, name: &str) -> Result<Js<'s>, PendingException> {
        // SAFETY: each callback reads its data as the export with which its function is created here.
        unsafe {
            match self {
                Self::Core(export) => env.function(name, Some(call_core), Box::new(export)),
                Self::Component(export) => {
                    env.function(name, Some(call_component), Box::new(export))
                }
                Self::Async(export) => env.function(name, Some(call_async), Box::new(export)),
            }
        }
    }

    /// The JavaScript function that calls the export with an array of arguments and the options of [`call_options`].
    pub fn invoker<'s>(self, env: Env<'s>, name: &str) -> Result<Js<'s>, PendingException> {
        // SAFETY: the callback reads its data as an `Export`.
        unsafe { env.function(name, Some(invoke), Box::new(self)) }
    }
}

/// A function that does nothing, for comparison.
pub fn create_empty_function(env: Env<'_>) -> Result<Js<'_>, PendingException> {
    // SAFETY: `call_empty` ignores its data.
    unsafe { env.function("empty", Some(call_empty), Box::new(())) }
}

unsafe extern "C" fn call_empty(_: sys::napi_env, _: sys::napi_callback_info) -> sys::napi_value {
    ptr::null_mut()
}

/// A callback that calls the export with which its function was created.
macro_rules! callback {
    ($name:ident, $export:ty, $call:expr) => {
        unsafe extern "C" fn $name(
            env: sys::napi_env,
            info: sys::napi_callback_info,
        ) -> sys::napi_value {
            // SAFETY: N-API passes the environment of this callback.
            let env = unsafe { Env::current(&env) };
            finish(env, || {
                let call = env.callback_info::<INLINE>(info)?;
                // SAFETY: the function was created with this data, which lives as long as the function being called.
                let export = unsafe { &*call.data.cast::<$export>() };
                match call.args.get(..call.count) {
                    Some(args) => $call(export, env, args),
                    None => $call(export, env, &env.all_args(info, call.count)?),
                }
            })
        }
    };
}

callback!(call_core, CoreExport, CoreExport::call);
callback!(call_component, ComponentExport, ComponentExport::call);
callback!(call_async, AsyncExport, AsyncExport::call);
callback!(invoke, Export, Export::invoke);

/// Runs a callback to its end in JavaScript: a value, or an exception thrown. Nothing unwinds into N-API.
#[inline]
pub fn finish<'s>(env: Env<'s>, call: impl FnOnce() -> Result<Js<'s>, Thrown>) -> sys::napi_value {
    let result = catch(|| match call() {
        Ok(value) => Ok(Some(value)),
        Err(Thrown::Error(Error::HostFailed) | Thrown::Exception) if env.has_exception() => {
            Ok(None)
        }
        Err(Thrown::Exception) => Err(cannot_hold()),
        Err(Thrown::Error(error)) => Err(error),
    });
    match result {
        Ok(Some(value)) => value.raw(),
        Ok(None) => ptr::null_mut(),
        Err(error) => {
            // A host function may have thrown before the time was up. The timeout is what ended the call.
            if env.has_exception() {
                env.clear_exception();
            }
            throw(env, &error);
            ptr::null_mut()
        }
    }
}

impl Export {
    /// Calls the export with an array of arguments, and options.
    fn invoke<'s>(&self, env: Env<'s>, given: &[Js<'s>]) -> Result<Js<'s>, Thrown> {
        let [array, options @ ..] = given else {
            return Err(Error::BadValue("expected an array of arguments".to_owned()).into());
        };
        let length = env.length(*array)?;
        let args = (0..length).map(|index| env.element(*array, index));
        let args: Vec<Js<'_>> = args.collect::<Result<_, _>>()?;
        let options = call_options(env, options)?;
        match self {
            Self::Core(export) => export.call_with(env, &args, options),
            Self::Component(export) => export.call_with(env, &args, options),
            Self::Async(export) => export.call_with(env, &args, options),
        }
    }
}

/// The options of one call, in the order of `NativeInvoker`'s parameters: fuel and timeout (`undefined` for the instance's,
/// `null` for none), whether to measure, the abort id, whether to offload at once.
///
/// They are positional, since reading an object's properties costs more than a short call.
fn call_options(env: Env<'_>, given: &[Js<'_>]) -> Result<CallOptions, Thrown> {
    let [fuel, timeout_ms, is_measured, abort_id, is_offloaded]: [Option<Js<'_>>; 5] =
        std::array::from_fn(|index| given.get(index).copied());
    let bound = |value: Option<Js<'_>>, read: &dyn Fn(Js<'_>) -> Option<u64>| {
        Ok::<_, Thrown>(match value {
            None => Bound::Default,
            Some(value) => match env.value_type(value)? {
                ValueType::Undefined => Bound::Default,
                ValueType::Null => Bound::Unlimited,
                // Anything else than a count is refused as too small.
                _ => Bound::AtMost(read(value).unwrap_or(0)),
            },
        })
    };
    let flag = |value: Option<Js<'_>>| value.and_then(|value| env.as_bool(value)).unwrap_or(false);
    Ok(CallOptions {
        limits: CallLimits {
            fuel: bound(fuel, &|value| {
                env.as_u64(value)
                    .filter(|(_, fits)| *fits)
                    .map(|(fuel, _)| fuel)
            })?,
            timeout_ms: bound(timeout_ms, &|value| env.as_f64(value).map(|ms| ms as u64))?,
        },
        is_measured: flag(is_measured),
        abort_id: abort_id.and_then(|value| env.as_f64(value)).unwrap_or(0.0) as u64,
        is_offloaded: flag(is_offloaded),
    })
}
