//! The hot path: each export of an instance is one raw N-API function.
//!
//! ```text
//! synchronous:  read arguments (may run getters) → borrow the instance → call → release it → make the result
//! asynchronous: copy arguments (may run getters) → see `call/`
//! ```
//!
//! JavaScript runs only where the instance is not borrowed, or where a guest waits for its host function, so whatever a
//! getter does (call the guest again, dispose of it) meets an instance at rest. Beside the function itself each export has
//! one that takes its arguments in an array, with terms for this one call.

use crate::call::{AsyncGuest, CallFailed, CallTerms, Cost};
use crate::cell::Cell;
use crate::compiled::Code;
use crate::error::{Failure, catch, throw, throw_failure};
use crate::export::{
    ComponentFunction, Failed, Function, INLINE, Returned, cannot_hold, check_arity, core_arguments,
};
use crate::host::{HostFunctions, Serving};
use crate::instance::{Instance, native_bytes};
use crate::js::{Env, Kind, Pending, Value as Js};
use crate::slot::from_slots;
use airssys_wasm_engine::{
    Bound, CallLimits, CallOptions, ComponentInstance, CoreFunction, CoreInstance, Error, Host,
    Limits, Measurement, Slot, Slots,
};
use napi::sys;
use std::ptr;
use std::rc::Rc;

/// An exported function of a core instance.
pub struct CoreExport {
    pub instance: Cell<CoreInstance>,
    pub function: CoreFunction,
    pub host: Option<HostFunctions>,
}

/// An exported function of a component instance.
pub struct ComponentExport {
    pub instance: Cell<ComponentInstance>,
    pub function: ComponentFunction,
}

/// An exported function of an asynchronous instance.
pub struct AsyncExport {
    pub guest: AsyncGuest,
    pub function: Rc<Function>,
}

/// An exported function, of whichever instance.
pub enum Export {
    Core(CoreExport),
    Component(ComponentExport),
    Async(AsyncExport),
}

impl Export {
    /// The JavaScript function that calls it with its own arguments.
    pub fn function(self, env: Env, name: &str) -> Result<Js, Pending> {
        // SAFETY: each callback takes its data for the export that it is given here.
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

    /// The JavaScript function that calls it with an array of arguments and terms: fuel and timeout (`undefined` for the
    /// instance's, `null` for none), whether to measure, the number by which it may be aborted, whether to hop at once.
    pub fn invoker(self, env: Env, name: &str) -> Result<Js, Pending> {
        // SAFETY: the callback takes its data for an `Export`.
        unsafe { env.function(name, Some(invoke), Box::new(self)) }
    }
}

/// Something to instantiate, with the limits of each instance.
pub struct Instantiator {
    pub code: Cell<Code>,
    pub limits: Limits,
    /// What V8 is told of each instance; see [`crate::instance::weight`].
    pub weight: i64,
    /// What the binary calls its imports.
    pub imports: Rc<[String]>,
    pub is_async: bool,
}

/// A JavaScript function that makes an instance at each call, and returns its handle: the one of an instance that was
/// disposed of, where it is given one. It also takes an array of the functions that serve the imports.
pub fn instantiator(env: Env, instantiator: Instantiator) -> Result<Js, Pending> {
    // SAFETY: `make_instance` takes its data for an `Instantiator`.
    unsafe { env.function("instantiate", Some(make_instance), Box::new(instantiator)) }
}

unsafe extern "C" fn make_instance(
    env: sys::napi_env,
    info: sys::napi_callback_info,
) -> sys::napi_value {
    // SAFETY: N-API passes the current environment, and this callback ends before it changes.
    let env = unsafe { Env::current(env) };
    finish(env, || {
        let call = env.call_info::<2>(info)?;
        // SAFETY: `instantiator` made the function with this data, which lives as long as the function.
        let instantiator = unsafe { &*call.data.cast::<Instantiator>() };
        let mut args = call.args.iter().copied().take(call.count);
        let (used, functions) = (args.next(), args.next());
        let host = match functions {
            Some(functions) if env.is_array(functions)? => {
                let names = instantiator.imports.clone();
                Some(HostFunctions::new(env, functions, names)?)
            }
            _ => None,
        };
        if instantiator.is_async {
            return instantiator.start(env, host);
        }
        instantiator.make(env, host, used)
    })
}

impl Instantiator {
    fn make(&self, env: Env, host: Option<HostFunctions>, used: Option<Js>) -> Result<Js, Failed> {
        let serving = host.as_ref().map(|functions| Serving {
            env,
            functions,
            instance: None,
        });
        let serving = serving.as_ref().map(|serving| serving as &dyn Host);
        let (code, limits) = (&self.code, &self.limits);
        let (guest, metrics) = code.with(|code| code.instantiate(limits, serving, host.clone()))?;
        let bytes = native_bytes(&metrics, self.weight);
        Ok(Instance::handle(env, guest, bytes, used)?)
    }

    fn start(&self, env: Env, host: Option<HostFunctions>) -> Result<Js, Failed> {
        let (run, threads) = self.code.with(|code| code.start(&self.limits))?;
        let handle = AsyncGuest::make(
            env,
            run,
            host,
            threads,
            self.limits.queued_calls,
            self.weight,
        )?;
        Ok(handle)
    }
}

/// A function that does nothing, for comparison.
pub fn empty(env: Env) -> Result<Js, Pending> {
    // SAFETY: `call_empty` leaves its data alone.
    unsafe { env.function("empty", Some(call_empty), Box::new(())) }
}

unsafe extern "C" fn call_empty(_: sys::napi_env, _: sys::napi_callback_info) -> sys::napi_value {
    ptr::null_mut()
}

/// A callback that calls the export which its function was made with.
macro_rules! callback {
    ($name:ident, $export:ty, $call:ident) => {
        unsafe extern "C" fn $name(
            env: sys::napi_env,
            info: sys::napi_callback_info,
        ) -> sys::napi_value {
            // SAFETY: N-API passes the current environment, and this callback ends before it changes.
            let env = unsafe { Env::current(env) };
            finish(env, || {
                let call = env.call_info::<INLINE>(info)?;
                // SAFETY: the function was made with this data, which lives as long as the function being called.
                let export = unsafe { &*call.data.cast::<$export>() };
                match call.args.get(..call.count) {
                    Some(args) => $call(env, export, args),
                    None => $call(env, export, &env.all_args(info, call.count)?),
                }
            })
        }
    };
}

callback!(call_core, CoreExport, core_call);
callback!(call_component, ComponentExport, component_call);
callback!(call_async, AsyncExport, async_call);
callback!(invoke, Export, invocation);

/// Runs a call to its end in JavaScript: a value, or an exception thrown. Nothing unwinds into N-API.
#[inline]
fn finish(env: Env, call: impl FnOnce() -> Result<Js, Failed>) -> Js {
    let result = catch(|| match call() {
        Ok(value) => Ok(Some(value)),
        Err(Failed::Error(Error::HostFailed) | Failed::Exception) if env.has_exception() => {
            Ok(None)
        }
        Err(Failed::Exception) => Err(cannot_hold()),
        Err(Failed::Error(error)) => Err(error),
    });
    match result {
        Ok(Some(value)) => value,
        Ok(None) => ptr::null_mut(),
        Err(error) => {
            // What a host function threw, before its time was up: the time is what ended the call.
            if env.has_exception() {
                env.clear_exception();
            }
            throw(env, &error);
            ptr::null_mut()
        }
    }
}

#[inline]
fn core_call(env: Env, export: &CoreExport, args: &[Js]) -> Result<Js, Failed> {
    let types = export.function.ty();
    check_arity(types.params.len(), args.len())?;
    let count = types.slots();
    if count > INLINE {
        let mut slots = vec![Slot::default(); count];
        return core_run(env, export, args, &mut slots);
    }
    let mut inline = [Slot::default(); INLINE];
    core_run(
        env,
        export,
        args,
        inline.get_mut(..count).unwrap_or_default(),
    )
}

#[inline]
fn core_run(env: Env, export: &CoreExport, args: &[Js], slots: &mut [Slot]) -> Result<Js, Failed> {
    core_arguments(env, &export.function, args, slots)?;
    export.run(env, slots, CallLimits::default())?;
    Ok(from_slots(env, slots, &export.function.ty().results)?)
}

impl CoreExport {
    /// Calls the guest, or, from its own host function, calls it back.
    #[inline]
    fn run(&self, env: Env, slots: &mut [Slot], bounds: CallLimits) -> Result<(), Error> {
        let Some(host) = &self.host else {
            return self.instance.with(|instance| {
                let terms = CallOptions {
                    limits: bounds,
                    host: None,
                };
                instance.call_with(&self.function, slots, terms)
            });
        };
        if let Some(called) = self.call_back(slots) {
            return called;
        }
        self.instance.with(|instance| {
            let serving = self.serving(env, host);
            let terms = CallOptions {
                limits: bounds,
                host: Some(&serving),
            };
            instance.call_with(&self.function, slots, terms)
        })
    }

    fn call_back(&self, slots: &mut [Slot]) -> Option<Result<(), Error>> {
        let called =
            |guest: &mut dyn airssys_wasm_engine::CallingGuest| guest.call(&self.function, slots);
        self.instance.with_calling(called)
    }

    fn serving<'a>(&'a self, env: Env, functions: &'a HostFunctions) -> Serving<'a> {
        Serving {
            env,
            functions,
            instance: Some(&self.instance),
        }
    }

    fn measure(
        &self,
        env: Env,
        slots: &mut [Slot],
        bounds: CallLimits,
    ) -> Result<Measurement<()>, Error> {
        self.instance.with(|instance| {
            let serving = self.host.as_ref().map(|host| self.serving(env, host));
            let host = serving.as_ref().map(|serving| serving as &dyn Host);
            instance.measure(
                &self.function,
                slots,
                CallOptions {
                    limits: bounds,
                    host,
                },
            )
        })
    }
}

fn component_call(env: Env, export: &ComponentExport, args: &[Js]) -> Result<Js, Failed> {
    check_arity(export.function.params.len(), args.len())?;
    // SAFETY: from the end of the conversion to that of the call no JavaScript runs, since components have no host
    // functions, and the values are dropped before it runs again.
    let values = unsafe { export.function.borrowed_arguments(env, args) }?;
    let function = &export.function.function;
    let result = export
        .instance
        .with(|instance| instance.call(function, &values))?;
    drop(values);
    returned(env, export.function.returned(env, result)?)
}

/// The value, or the guest's error thrown.
fn returned(env: Env, returned: Returned) -> Result<Js, Failed> {
    match returned {
        Returned::Value(value) => Ok(value),
        Returned::Error { message, payload } => {
            throw_failure(env, Failure::result(message), Some(payload));
            Err(Failed::Exception)
        }
    }
}

fn async_call(env: Env, export: &AsyncExport, args: &[Js]) -> Result<Js, Failed> {
    export.call(env, args, CallTerms::default())
}

impl AsyncExport {
    fn call(&self, env: Env, args: &[Js], terms: CallTerms) -> Result<Js, Failed> {
        let invocation = self.function.invocation(env, args)?;
        let called = self.guest.call(env, &self.function, invocation, terms);
        called.map_err(|failed| match failed {
            CallFailed::Error(error) => Failed::Error(error),
            CallFailed::Exception => Failed::Exception,
        })
    }
}

/// A call with its arguments in an array, and terms of its own.
fn invocation(env: Env, export: &Export, given: &[Js]) -> Result<Js, Failed> {
    let [array, terms @ ..] = given else {
        return Err(Error::BadValue("expected an array of arguments".to_owned()).into());
    };
    let length = env.length(*array)?;
    let args = (0..length).map(|index| env.element(*array, index));
    let args: Vec<Js> = args.collect::<Result<_, _>>()?;
    let terms = call_terms(env, terms)?;
    match export {
        Export::Core(export) => core_invocation(env, export, &args, terms),
        Export::Component(export) => component_invocation(env, export, &args, terms),
        Export::Async(export) => export.call(env, &args, terms),
    }
}

fn call_terms(env: Env, given: &[Js]) -> Result<CallTerms, Failed> {
    let at = |index: usize| given.get(index).copied();
    let bound = |value: Option<Js>, read: &dyn Fn(Js) -> Option<u64>| {
        Ok::<_, Failed>(match value {
            None => Bound::Default,
            Some(value) => match env.kind(value)? {
                Kind::Undefined => Bound::Default,
                Kind::Null => Bound::Unlimited,
                // What is no count is refused as too small.
                _ => Bound::AtMost(read(value).unwrap_or(0)),
            },
        })
    };
    Ok(CallTerms {
        bounds: CallLimits {
            fuel: bound(at(0), &|value| {
                env.as_u64(value)
                    .filter(|(_, fits)| *fits)
                    .map(|(fuel, _)| fuel)
            })?,
            timeout_ms: bound(at(1), &|value| env.as_f64(value).map(|ms| ms as u64))?,
        },
        is_measured: at(2).and_then(|value| env.as_bool(value)).unwrap_or(false),
        number: at(3).and_then(|value| env.as_f64(value)).unwrap_or(0.0) as u64,
        hops: at(4).and_then(|value| env.as_bool(value)).unwrap_or(false),
    })
}

fn core_invocation(
    env: Env,
    export: &CoreExport,
    args: &[Js],
    terms: CallTerms,
) -> Result<Js, Failed> {
    let types = export.function.ty();
    check_arity(types.params.len(), args.len())?;
    let mut slots = Slots::new();
    slots.resize(types.slots(), Slot::default());
    core_arguments(env, &export.function, args, &mut slots)?;
    if !terms.is_measured {
        export.run(env, &mut slots, terms.bounds)?;
        return Ok(from_slots(env, &slots, &types.results)?);
    }
    let outcome = export.measure(env, &mut slots, terms.bounds)?;
    let value = from_slots(env, &slots, &types.results)?;
    Ok(cost(&outcome).outcome(env, value)?)
}

fn component_invocation(
    env: Env,
    export: &ComponentExport,
    args: &[Js],
    terms: CallTerms,
) -> Result<Js, Failed> {
    check_arity(export.function.params.len(), args.len())?;
    // SAFETY: as in `component_call`.
    let values = unsafe { export.function.borrowed_arguments(env, args) }?;
    let function = &export.function.function;
    let bounds = CallOptions {
        limits: terms.bounds,
        host: None,
    };
    if !terms.is_measured {
        let called = export
            .instance
            .with(|instance| instance.call_with(function, &values, bounds));
        let result = called?;
        drop(values);
        return returned(env, export.function.returned(env, result)?);
    }
    let measured = export
        .instance
        .with(|instance| instance.measure(function, &values, bounds));
    let mut outcome = measured?;
    drop(values);
    let value = outcome.value.take();
    let value = returned(env, export.function.returned(env, value)?)?;
    Ok(cost(&outcome).outcome(env, value)?)
}

fn cost<T>(outcome: &Measurement<T>) -> Cost {
    Cost {
        fuel_consumed: outcome.fuel.consumed,
        fuel_is_exact: outcome.fuel.is_exact,
        peak_memory_bytes: outcome.peak_memory_bytes,
        elapsed_ns: outcome.elapsed_ns,
    }
}
