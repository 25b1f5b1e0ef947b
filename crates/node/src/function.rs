//! The hot path: each export of an instance is one raw N-API function.
//!
//! ```text
//! JavaScript → read arguments (may run getters) → borrow the instance → call → release it → make the result
//! ```
//!
//! JavaScript runs only where the instance is not borrowed, so whatever a getter does (call the guest again, dispose
//! of it) meets an instance at rest.

use crate::cell::Cell;
use crate::compiled::Code;
use crate::error::{catch, throw, throw_result};
use crate::instance::{Instance, native_bytes};
use crate::js::{Env, Pending, Value as Js};
use crate::number::Integer;
use crate::value::{Refused, Shape, describe};
use airssys_wasm_engine::value::{DynamicFunc, Mismatch, Step, Value};
use airssys_wasm_engine::{
    ComponentInstance, CoreFunction, CoreInstance, CoreType, Error, Limits, Slot,
};
use napi::sys;
use smallvec::SmallVec;
use std::ptr;

/// Arguments and slots that need no allocation.
const INLINE: usize = 8;

/// Why a call did not return.
enum Failed {
    Error(Error),
    /// JavaScript threw, and its exception is pending.
    Exception,
}

impl From<Pending> for Failed {
    fn from(_: Pending) -> Self {
        Self::Exception
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<Refused> for Failed {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Mismatch(mismatch) => Self::Error(Error::BadValue(mismatch.to_string())),
            Refused::Exception => Self::Exception,
        }
    }
}

/// An exported function of a core instance.
pub struct CoreExport {
    pub instance: Cell<CoreInstance>,
    pub function: CoreFunction,
}

/// An exported function of a component instance, with its type prepared for JavaScript.
pub struct ComponentExport {
    pub instance: Cell<ComponentInstance>,
    pub function: DynamicFunc,
    pub name: String,
    params: Vec<Shape>,
    result: Option<Shape>,
    /// Arguments may be read where they lie in JavaScript's memory: nothing that the guest can call runs JavaScript.
    may_borrow: bool,
}

impl ComponentExport {
    pub fn new(instance: Cell<ComponentInstance>, function: DynamicFunc, name: String) -> Self {
        let ty = function.ty();
        Self {
            params: ty.params.iter().map(|(_, ty)| Shape::new(ty)).collect(),
            result: ty.result.as_ref().map(Shape::new),
            // Instances have no host functions yet.
            may_borrow: true,
            instance,
            function,
            name,
        }
    }
}

/// The JavaScript function for an export of a core instance.
pub fn core(env: Env, name: &str, export: CoreExport) -> Result<Js, Pending> {
    // SAFETY: `call_core` takes its data for a `CoreExport`.
    unsafe { env.function(name, Some(call_core), Box::new(export)) }
}

/// The JavaScript function for an export of a component instance.
pub fn component(env: Env, export: ComponentExport) -> Result<Js, Pending> {
    let name = export.name.clone();
    // SAFETY: `call_component` takes its data for a `ComponentExport`.
    unsafe { env.function(&name, Some(call_component), Box::new(export)) }
}

/// Something to instantiate, with the limits of each instance.
pub struct Instantiator {
    pub code: Cell<Code>,
    pub limits: Limits,
    /// What V8 is told of each instance; see [`crate::instance::weight`].
    pub weight: i64,
}

/// A JavaScript function that makes an instance at each call, and returns its handle: the one of an instance that was
/// disposed of, where it is given one.
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
        let call = env.call_info::<1>(info)?;
        // SAFETY: `instantiator` made the function with this data, which lives as long as the function.
        let instantiator = unsafe { &*call.data.cast::<Instantiator>() };
        let code = &instantiator.code;
        let (guest, metrics) = code.with(|code| code.instantiate(&instantiator.limits))?;
        let used = call.args.first().copied().filter(|_| call.count == 1);
        let bytes = native_bytes(&metrics, instantiator.weight);
        Ok(Instance::handle(env, guest, bytes, used)?)
    })
}

/// A function that does nothing, for comparison.
pub fn empty(env: Env) -> Result<Js, Pending> {
    // SAFETY: `call_empty` leaves its data alone.
    unsafe { env.function("empty", Some(call_empty), Box::new(())) }
}

unsafe extern "C" fn call_empty(_: sys::napi_env, _: sys::napi_callback_info) -> sys::napi_value {
    ptr::null_mut()
}

unsafe extern "C" fn call_core(
    env: sys::napi_env,
    info: sys::napi_callback_info,
) -> sys::napi_value {
    // SAFETY: N-API passes the current environment, and this callback ends before it changes.
    let env = unsafe { Env::current(env) };
    finish(env, || core_call(env, info))
}

unsafe extern "C" fn call_component(
    env: sys::napi_env,
    info: sys::napi_callback_info,
) -> sys::napi_value {
    // SAFETY: as above.
    let env = unsafe { Env::current(env) };
    finish(env, || component_call(env, info))
}

/// Runs a call to its end in JavaScript: a value, or an exception thrown. Nothing unwinds into N-API.
#[inline]
fn finish(env: Env, call: impl FnOnce() -> Result<Js, Failed>) -> Js {
    let result = catch(|| match call() {
        Ok(value) => Ok(Some(value)),
        Err(Failed::Exception) if env.has_exception() => Ok(None),
        Err(Failed::Exception) => Err(Error::Unsupported(
            "JavaScript cannot hold the value: a string or an array is too long for it".to_owned(),
        )),
        Err(Failed::Error(error)) => Err(error),
    });
    match result {
        Ok(Some(value)) => value,
        Ok(None) => ptr::null_mut(),
        Err(error) => {
            throw(env, &error);
            ptr::null_mut()
        }
    }
}

#[inline]
fn core_call(env: Env, info: sys::napi_callback_info) -> Result<Js, Failed> {
    let call = env.call_info::<INLINE>(info)?;
    // SAFETY: `core` made the function with a `CoreExport`, which lives as long as the function, which is being called.
    let export = unsafe { &*call.data.cast::<CoreExport>() };
    let ty = export.function.ty();
    if call.count != ty.params.len() {
        return Err(arity(ty.params.len(), call.count));
    }
    let slots = ty.slots();
    if slots <= INLINE {
        let mut inline = [Slot::default(); INLINE];
        let args = call.args.get(..call.count).unwrap_or_default();
        core_run(
            env,
            export,
            args,
            inline.get_mut(..slots).unwrap_or_default(),
        )
    } else {
        let args = env.all_args(info, call.count)?;
        core_run(env, export, &args, &mut vec![Slot::default(); slots])
    }
}

#[inline]
fn core_run(env: Env, export: &CoreExport, args: &[Js], slots: &mut [Slot]) -> Result<Js, Failed> {
    let ty = export.function.ty();
    for (index, ((slot, arg), ty)) in slots.iter_mut().zip(args).zip(&*ty.params).enumerate() {
        *slot = to_slot(env, *arg, *ty).ok_or_else(|| bad_argument(env, index, *ty, *arg))?;
    }
    export
        .instance
        .with(|instance| instance.call(&export.function, slots))?;
    match (&*ty.results, &*slots) {
        ([], _) => Ok(env.undefined()?),
        ([ty], [slot, ..]) => Ok(from_slot(env, *slot, *ty)?),
        (types, slots) => {
            let array = env.array(types.len())?;
            for (index, (ty, slot)) in types.iter().zip(slots).enumerate() {
                env.set_element(array, index as u32, from_slot(env, *slot, *ty)?)?;
            }
            Ok(array)
        }
    }
}

#[inline]
fn to_slot(env: Env, value: Js, ty: CoreType) -> Option<Slot> {
    match ty {
        CoreType::I32 => env.as_f64(value).and_then(i32::exactly).map(Slot::i32),
        CoreType::F64 => env.as_f64(value).map(Slot::f64),
        CoreType::F32 => env.as_f64(value).map(|number| Slot::f32(number as f32)),
        CoreType::I64 => env
            .as_i64(value)
            .filter(|(_, fits)| *fits)
            .map(|(number, _)| Slot::i64(number)),
        CoreType::V128 | CoreType::Reference => None,
    }
}

#[inline]
fn from_slot(env: Env, slot: Slot, ty: CoreType) -> Result<Js, Pending> {
    match ty {
        CoreType::I32 => env.int32(slot.as_i32()),
        CoreType::F64 => env.double(slot.as_f64()),
        CoreType::F32 => env.double(slot.as_f32().into()),
        CoreType::I64 => env.bigint_i64(slot.as_i64()),
        CoreType::V128 | CoreType::Reference => env.undefined(),
    }
}

#[cold]
fn arity(expected: usize, got: usize) -> Failed {
    let plural = if expected == 1 {
        "argument"
    } else {
        "arguments"
    };
    Error::BadValue(
        Mismatch::new(format!("{expected} {plural}"), got.to_string())
            .within(Step::Arguments)
            .to_string(),
    )
    .into()
}

#[cold]
fn bad_argument(env: Env, index: usize, ty: CoreType, value: Js) -> Failed {
    let hint = match ty {
        CoreType::I32 => {
            " (an integer from -2147483648 to 2147483647; write `value | 0` for an unsigned one)"
        }
        CoreType::I64 => " as a bigint",
        _ => "",
    };
    Error::BadValue(format!(
        "argument {}: expected {ty}{hint}, got {}",
        index + 1,
        describe(env, value)
    ))
    .into()
}

fn component_call(env: Env, info: sys::napi_callback_info) -> Result<Js, Failed> {
    let call = env.call_info::<INLINE>(info)?;
    // SAFETY: `component` made the function with a `ComponentExport`, which lives as long as the function, which is
    // being called.
    let export = unsafe { &*call.data.cast::<ComponentExport>() };
    if call.count != export.params.len() {
        return Err(arity(export.params.len(), call.count));
    }
    match call.args.get(..call.count) {
        Some(args) => component_run(env, export, args),
        None => component_run(env, export, &env.all_args(info, call.count)?),
    }
}

fn component_run(env: Env, export: &ComponentExport, args: &[Js]) -> Result<Js, Failed> {
    // SAFETY: from the end of the conversion to that of the call no JavaScript runs (`may_borrow`), and the values are
    // dropped before it runs again.
    let values = unsafe { arguments(env, export, args) }?;
    let result = export
        .instance
        .with(|instance| instance.call(&export.function, &values))?;
    drop(values);
    export.returned(env, result)
}

/// The arguments as component values.
///
/// Typed arrays come last, where they lie in JavaScript's memory: by then every getter has run.
///
/// # Safety
///
/// No JavaScript may run while the values live.
unsafe fn arguments<'a>(
    env: Env,
    export: &ComponentExport,
    args: &[Js],
) -> Result<SmallVec<[Value<'a>; INLINE]>, Failed> {
    let mut values = SmallVec::new();
    for (index, (shape, arg)) in export.params.iter().zip(args).enumerate() {
        let value = match shape {
            Shape::Numbers(_) if export.may_borrow && env.typed_array(*arg).is_some() => {
                Value::Bool(false)
            }
            shape => shape
                .to_value(env, *arg)
                .map_err(|refused| refused.within(export.argument(index)))?,
        };
        values.push(value);
    }
    for (index, ((shape, arg), value)) in
        export.params.iter().zip(args).zip(&mut values).enumerate()
    {
        if let (Shape::Numbers(_), Value::Bool(_)) = (shape, &*value) {
            // SAFETY: the caller sees to it.
            *value = match unsafe { shape.borrow(env, *arg) } {
                Some(borrowed) => borrowed,
                None => shape
                    .to_value(env, *arg)
                    .map_err(|refused| refused.within(export.argument(index)))?,
            };
        }
    }
    Ok(values)
}

impl ComponentExport {
    fn argument(&self, index: usize) -> Step {
        let name = self
            .function
            .ty()
            .params
            .get(index)
            .map(|(name, _)| name.clone());
        Step::Argument(index, name.unwrap_or_default())
    }

    /// What the call gives to JavaScript: the value, or the `RESULT` thrown where the guest returned an error.
    fn returned(&self, env: Env, value: Option<Value<'_>>) -> Result<Js, Failed> {
        let (Some(shape), Some(value)) = (&self.result, value) else {
            return Ok(env.undefined()?);
        };
        let (side, payload) = match (shape.result(), &value) {
            (Some((ok, _)), Value::Result(Ok(payload))) => (ok, payload),
            (Some((_, err)), Value::Result(Err(payload))) => (err, payload),
            _ => return Ok(shape.to_js(env, &value)?),
        };
        let js = match (side, payload) {
            (Some(shape), Some(payload)) => shape.to_js(env, payload)?,
            _ => env.undefined()?,
        };
        if let Value::Result(Err(_)) = value {
            throw_result(
                env,
                format!("'{}' returned an error: {}", self.name, describe(env, js)),
                js,
            );
            return Err(Failed::Exception);
        }
        Ok(js)
    }
}
