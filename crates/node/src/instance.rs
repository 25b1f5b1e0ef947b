//! Live instances from JavaScript: metrics, exports, abort and disposal.

use crate::call;
use crate::error::{DISPOSED, guard};
use crate::exports::lookup;
use crate::exports::memory::{MemoryOwner, NativeMemory};
use crate::handle::{InstanceHandle, LiveInstance};
use crate::js::{argument, current, return_value};
use airssys_wasm_engine::{AnyInstance, Error, Execution, Metrics};
use napi::Env;
use napi::bindgen_prelude::{BigInt, ToNapiValue, Unknown};
use napi_derive::napi;

/// The totals of an instance since it was created.
#[napi(object, object_from_js = false)]
pub struct NativeMetrics {
    pub fuel_consumed: BigInt,
    pub fuel_is_exact: bool,
    pub memory_bytes: f64,
    pub peak_memory_bytes: f64,
    pub memory_refusals: f64,
    pub calls: f64,
    pub traps: f64,
    pub elapsed_ns: f64,
    #[napi(ts_type = "'direct' | 'fiber'")]
    pub execution: &'static str,
}

impl From<Metrics> for NativeMetrics {
    fn from(metrics: Metrics) -> Self {
        Self {
            fuel_consumed: metrics.fuel.consumed.into(),
            fuel_is_exact: metrics.fuel.is_exact,
            memory_bytes: metrics.memory_bytes as f64,
            peak_memory_bytes: metrics.peak_memory_bytes as f64,
            memory_refusals: metrics.memory_refusals as f64,
            calls: metrics.calls as f64,
            traps: metrics.traps as f64,
            elapsed_ns: metrics.elapsed_ns as f64,
            execution: match metrics.execution {
                Execution::Direct => "direct",
                Execution::Fiber => "fiber",
            },
        }
    }
}

/// The totals since the instance was created.
#[napi]
pub fn instance_metrics(
    env: Env,
    #[napi(ts_arg_type = "NativeHandle")] handle: Unknown<'_>,
) -> napi::Result<NativeMetrics> {
    guard(env, || {
        let env = current(&env);
        let handle = InstanceHandle::of(env, argument(env, &handle))?;
        Ok(handle.metrics()?.into())
    })
}

/// The exported function at `path`: a name, or in components the name of an interface and a name in it.
#[napi(ts_return_type = "NativeFunction")]
pub fn instance_function(
    env: Env,
    #[napi(ts_arg_type = "NativeHandle")] handle: Unknown<'_>,
    #[napi(ts_arg_type = "readonly string[]")] path: Vec<String>,
) -> napi::Result<Unknown<'static>> {
    let js = current(&env);
    let function = guard(env, || {
        let handle = InstanceHandle::of(js, argument(js, &handle))?;
        let name = path.join("#");
        Ok(lookup::export(&handle.live(), &path, &name)?.function(js, &name))
    })?;
    return_value(js, function)
}

/// As `instanceFunction`, for calls with options.
#[napi(ts_return_type = "NativeInvoker")]
pub fn instance_invoker(
    env: Env,
    #[napi(ts_arg_type = "NativeHandle")] handle: Unknown<'_>,
    #[napi(ts_arg_type = "readonly string[]")] path: Vec<String>,
) -> napi::Result<Unknown<'static>> {
    let js = current(&env);
    let invoker = guard(env, || {
        let handle = InstanceHandle::of(js, argument(js, &handle))?;
        let name = path.join("#");
        Ok(lookup::export(&handle.live(), &path, &name)?.invoker(js, &name))
    })?;
    return_value(js, invoker)
}

/// The exported memory with this name of a core instance.
#[napi]
pub fn instance_memory(
    env: Env,
    #[napi(ts_arg_type = "NativeHandle")] handle: Unknown<'_>,
    name: String,
) -> napi::Result<NativeMemory> {
    let js = current(&env);
    guard(env, || {
        let handle = InstanceHandle::of(js, argument(js, &handle))?;
        match &*handle.live() {
            LiveInstance::Core(instance, _) => {
                let memory = instance.with(|instance| instance.memory(&name))?;
                Ok(NativeMemory::new(
                    MemoryOwner::Sync(instance.clone()),
                    memory,
                ))
            }
            LiveInstance::Async(instance) => {
                let memory = instance.with(|live| match live {
                    AnyInstance::Core(live) => live.memory(&name),
                    AnyInstance::Component(_) => Err(no_memory(&name)),
                })?;
                Ok(NativeMemory::new(
                    MemoryOwner::Async(instance.clone()),
                    memory,
                ))
            }
            LiveInstance::Component(_) => Err(no_memory(&name)),
            LiveInstance::Disposed => Err(DISPOSED),
        }
    })
}

fn no_memory(name: &str) -> Error {
    Error::UnknownExport {
        message: format!("a component exports no memory, so there is no '{name}'"),
    }
}

/// Aborts the call with this id of an asynchronous instance.
#[napi]
pub fn instance_abort(
    env: Env,
    #[napi(ts_arg_type = "NativeHandle")] handle: Unknown<'_>,
    abort_id: f64,
) -> napi::Result<()> {
    let js = current(&env);
    guard(env, || {
        let handle = InstanceHandle::of(js, argument(js, &handle))?;
        if let Some(instance) = handle.asynchronous() {
            call::abort(js, &instance, abort_id as u64);
        }
        Ok(())
    })
}

/// Drops the instance and returns its last totals, or null if that was done before. If a call is under way, stops it and
/// returns a promise of its end; call this again then.
#[napi(ts_return_type = "NativeMetrics | Promise<void> | null")]
pub fn instance_dispose(
    env: Env,
    #[napi(ts_arg_type = "NativeHandle")] handle: Unknown<'_>,
) -> napi::Result<Unknown<'static>> {
    let js = current(&env);
    let disposed = guard(env, || {
        let handle = InstanceHandle::of(js, argument(js, &handle))?;
        let disposed = match handle.asynchronous() {
            Some(instance) => call::dispose(js, &instance),
            None => Ok(handle.dispose()?),
        };
        // While a call is under way the handle keeps the instance, for its last totals.
        if disposed.is_ok() {
            handle.clear(js);
        }
        Ok(disposed)
    })?;
    match disposed {
        Err(promise) => return_value(js, Ok(promise)),
        Ok(metrics) => {
            let metrics = metrics.map(NativeMetrics::from);
            // SAFETY: the environment is that of the callback under way.
            let value = unsafe { Option::<NativeMetrics>::to_napi_value(env.raw(), metrics) }?;
            // SAFETY: the value was just created in its scope.
            return_value(js, Ok(unsafe { js.value_from_raw(value) }))
        }
    }
}
