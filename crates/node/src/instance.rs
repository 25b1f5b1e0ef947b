//! Live instances, as opaque handles: TypeScript's classes hold one each.
//!
//! An instance is made by a raw function of its own, prepared once for a set of limits: a class of napi-rs and its
//! conversion of options would cost more than the instantiation itself.

use crate::call::{self, AsyncGuest, Hooks};
use crate::cell::Cell;
use crate::error::guard;
use crate::export::{ComponentFunction, Function};
use crate::function::{AsyncExport, ComponentExport, CoreExport, Export};
use crate::host::HostFunctions;
use crate::js::{self, Held};
use crate::memory::{NativeMemory, Owner};
use airssys_wasm_engine::{
    AnyInstance, ComponentInstance, CoreInstance, Error, Execution, Metrics,
};
use napi::bindgen_prelude::{BigInt, ToNapiValue, Unknown};
use napi::{Env, JsValue};
use napi_derive::napi;
use std::cell::RefCell;
use std::sync::Arc;

/// The totals of an instance since it was made.
#[napi(object, object_from_js = false)]
pub struct MetricsInfo {
    pub fuel_consumed: BigInt,
    pub fuel_is_exact: bool,
    pub memory_bytes: f64,
    pub peak_memory_bytes: f64,
    pub memory_refusals: f64,
    pub calls: f64,
    pub traps: f64,
    pub elapsed_ns: f64,
    pub path: &'static str,
}

impl From<Metrics> for MetricsInfo {
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
            path: match metrics.execution {
                Execution::Direct => "direct",
                Execution::Fiber => "driver",
            },
        }
    }
}

/// Native memory at which V8 surely looks for garbage.
const COLLECTION_BYTES: i64 = 160 << 20;

/// What V8 is told of an instance beside its memory, in bytes.
///
/// An instance takes some 4 KiB; what is scarce is its place among the engine's live ones. Each weighs so much that V8
/// looks for instances that nobody disposed of before all places are taken.
pub fn weight(maximum_instances: u32) -> i64 {
    (COLLECTION_BYTES / i64::from(maximum_instances).max(1)).clamp(4 << 10, 1 << 20)
}

/// What a handle holds.
///
/// A handle outlives its instance: making one costs V8 more than filling it again, so TypeScript brings back the
/// handles of instances that were disposed of.
pub struct Instance {
    guest: RefCell<Guest>,
    /// What V8 was told of, and will be told back.
    accounted: std::cell::Cell<i64>,
}

/// A live guest of either kind.
pub enum Guest {
    /// With the functions that serve its imports.
    Core(Cell<CoreInstance>, Option<HostFunctions>),
    Component(Cell<ComponentInstance>),
    Async(AsyncGuest),
    /// Disposed of.
    None,
}

impl Guest {
    /// A core instance with the functions that serve its imports.
    pub fn core(instance: CoreInstance, host: Option<HostFunctions>) -> Self {
        Self::Core(Cell::new("instance", instance), host)
    }
}

impl From<AsyncGuest> for Guest {
    fn from(guest: AsyncGuest) -> Self {
        Self::Async(guest)
    }
}

impl From<ComponentInstance> for Guest {
    fn from(instance: ComponentInstance) -> Self {
        Self::Component(Cell::new("instance", instance))
    }
}

impl Instance {
    /// A handle for `guest`, which takes `bytes` of native memory: `used` where that is an empty one, else a new one.
    pub fn handle(
        env: js::Env,
        guest: Guest,
        bytes: i64,
        used: Option<js::Value>,
    ) -> Result<js::Value, js::Pending> {
        env.account(bytes);
        if let Some(handle) = used
            // SAFETY: every external of this addon holds an `Instance`, and the callback's argument keeps it alive.
            && let Some(instance) = unsafe { env.held::<Self>(handle) }
            && let Ok(mut slot) = instance.guest.try_borrow_mut()
            && matches!(*slot, Guest::None)
        {
            *slot = guest;
            instance.accounted.set(bytes);
            return Ok(handle);
        }
        env.external(Self {
            guest: guest.into(),
            accounted: bytes.into(),
        })
    }

    fn metrics(&self) -> Result<Metrics, Error> {
        match &*self.guest.borrow() {
            Guest::Core(instance, _) => instance.with(|instance| Ok(instance.metrics())),
            Guest::Component(instance) => instance.with(|instance| Ok(instance.metrics())),
            Guest::Async(guest) => guest.metrics(),
            Guest::None => Err(DISPOSED),
        }
    }

    /// Lets go of the instance; the exported functions that JavaScript still holds find it gone. An asynchronous one may
    /// give a promise of the time when it is.
    fn dispose(&self, env: js::Env) -> Result<Disposed, Error> {
        let metrics = match &*self.guest.borrow() {
            Guest::Core(instance, _) => instance.dispose()?.map(|instance| instance.metrics()),
            Guest::Component(instance) => instance.dispose()?.map(|instance| instance.metrics()),
            Guest::Async(guest) => match guest.dispose(env) {
                Ok(metrics) => metrics,
                // Its handle stays: it tells the last totals.
                Err(promise) => return Ok(Disposed::Later(promise)),
            },
            Guest::None => None,
        };
        self.guest.replace(Guest::None);
        Ok(Disposed::Now(metrics))
    }
}

/// What a disposal comes to.
enum Disposed {
    Now(Option<Metrics>),
    Later(js::Value),
}

const DISPOSED: Error = Error::Disposed { what: "instance" };

/// What V8 is told of an instance with these metrics, in bytes; `weight` is [`weight`]'s.
pub fn native_bytes(metrics: &Metrics, weight: i64) -> i64 {
    weight.saturating_add(i64::try_from(metrics.memory_bytes).unwrap_or(i64::MAX / 2))
}

impl Held for Instance {
    fn collected(&self, env: js::Env) {
        env.account(-self.accounted.take());
    }
}

/// The instance that a handle stands for.
fn instance<'a>(env: Env, handle: &'a Unknown<'_>) -> Result<&'a Instance, Error> {
    // SAFETY: every external of this addon holds an `Instance`, and the callback's argument keeps it alive.
    let held = unsafe { current(env).held::<Instance>(handle.raw()) };
    held.ok_or_else(|| Error::BadValue("the handle is not an instance's".to_owned()))
}

/// The exported function of this path: a name, or in components an interface's name and a name in it. An invoker takes
/// the arguments in an array, and terms of the call.
#[napi(ts_return_type = "(...args: unknown[]) => unknown")]
pub fn instance_function(
    env: Env,
    handle: Unknown<'_>,
    path: Vec<String>,
    is_invoker: Option<bool>,
) -> napi::Result<Unknown<'static>> {
    let made = guard(env, || {
        let env = current(env);
        let name = path.join("#");
        let export = match &*instance(Env::from_raw(env.raw()), &handle)?.guest.borrow() {
            Guest::Core(instance, host) => Export::Core(CoreExport {
                function: instance.with(|instance| instance.function(&name))?,
                instance: instance.clone(),
                host: host.clone(),
            }),
            Guest::Component(instance) => Export::Component(ComponentExport {
                function: component_function(instance, &path, &name)?,
                instance: instance.clone(),
            }),
            Guest::Async(guest) => Export::Async(AsyncExport {
                function: guest.function(&name, |live| async_function(live, &path, &name))?,
                guest: guest.clone(),
            }),
            Guest::None => return Err(DISPOSED),
        };
        Ok(match is_invoker {
            Some(true) => export.invoker(env, &name),
            _ => export.function(env, &name),
        })
    })?;
    finish(env, made)
}

fn component_function(
    instance: &Cell<ComponentInstance>,
    path: &[String],
    name: &str,
) -> Result<ComponentFunction, Error> {
    let function = instance.with(|instance| instance.function(&names(path)))?;
    Ok(ComponentFunction::new(function, name.to_owned()))
}

fn async_function(live: &mut AnyInstance, path: &[String], name: &str) -> Result<Function, Error> {
    Ok(match live {
        AnyInstance::Core(instance) => Function::Core(Arc::new(instance.function(name)?)),
        AnyInstance::Component(instance) => Function::Component(ComponentFunction::new(
            instance.function(&names(path))?,
            name.to_owned(),
        )),
    })
}

fn names(path: &[String]) -> Vec<&str> {
    path.iter().map(String::as_str).collect()
}

/// The exported memory of this name of a core instance.
#[napi]
pub fn instance_memory(env: Env, handle: Unknown<'_>, name: String) -> napi::Result<NativeMemory> {
    guard(env, || match &*instance(env, &handle)?.guest.borrow() {
        Guest::Core(instance, _) => {
            let memory = instance.with(|instance| instance.memory(&name))?;
            Ok(NativeMemory::new(Owner::Sync(instance.clone()), memory))
        }
        Guest::Async(guest) => {
            let memory = guest.with(|live| match live {
                AnyInstance::Core(instance) => instance.memory(&name),
                AnyInstance::Component(_) => Err(no_memory(&name)),
            })?;
            Ok(NativeMemory::new(Owner::Async(guest.clone()), memory))
        }
        Guest::Component(_) => Err(no_memory(&name)),
        Guest::None => Err(DISPOSED),
    })
}

fn no_memory(name: &str) -> Error {
    Error::UnknownExport {
        message: format!("a component exports no memory, and so not '{name}'"),
    }
}

/// Stops the call of this number of an asynchronous instance.
#[napi]
pub fn instance_abort(env: Env, handle: Unknown<'_>, number: f64) -> napi::Result<()> {
    guard(env, || {
        if let Guest::Async(guest) = &*instance(env, &handle)?.guest.borrow() {
            guest.abort(current(env), number as u64);
        }
        Ok(())
    })
}

/// Hands over what calls need that do not end at once; see [`call::Hooks`].
#[napi(
    ts_args_type = "wait: (promise: unknown, ticket: number, leftMs: number | undefined) => void, context: () => (run: (...args: unknown[]) => unknown, ...args: unknown[]) => unknown, forget: (ticket: number) => void, later: () => void, ignore: (promise: Promise<unknown>) => void"
)]
pub fn set_wait_hooks(
    env: Env,
    wait: Unknown<'_>,
    context: Unknown<'_>,
    forget: Unknown<'_>,
    later: Unknown<'_>,
    ignore: Unknown<'_>,
) -> napi::Result<()> {
    let hooks = Hooks {
        wait: wait.raw(),
        context: context.raw(),
        forget: forget.raw(),
        later: later.raw(),
        ignore: ignore.raw(),
    };
    let set = call::set_hooks(current(env), hooks);
    set.map_err(|_| napi::Error::new(napi::Status::PendingException, "the hooks cannot be kept"))
}

/// The event loop has had its turn: calls that were to leave it one go on.
#[napi]
pub fn resume_deferred(env: Env) -> napi::Result<()> {
    guard(env, || {
        call::resume_deferred(current(env));
        Ok(())
    })
}

/// What became of the promise that a call waits for.
#[napi]
pub fn wait_settled(
    env: Env,
    ticket: f64,
    value: Unknown<'_>,
    is_rejected: bool,
) -> napi::Result<()> {
    guard(env, || {
        call::settled(current(env), ticket as u64, value.raw(), is_rejected);
        Ok(())
    })
}

/// The deadline of the call that waits with this ticket has passed.
#[napi]
pub fn wait_expired(env: Env, ticket: f64) -> napi::Result<()> {
    guard(env, || {
        call::expired(current(env), ticket as u64);
        Ok(())
    })
}

/// The totals since the instance was made.
#[napi]
pub fn instance_metrics(env: Env, handle: Unknown<'_>) -> napi::Result<MetricsInfo> {
    guard(env, || Ok(instance(env, &handle)?.metrics()?.into()))
}

/// Frees the instance and returns its last totals, or null where that was done before. Where a call is under way it is
/// stopped, and a promise returned of its end; then this is to be called again.
#[napi(ts_return_type = "MetricsInfo | Promise<void> | null")]
pub fn instance_dispose(env: Env, handle: Unknown<'_>) -> napi::Result<Unknown<'static>> {
    let disposed = guard(env, || {
        let instance = instance(env, &handle)?;
        let disposed = instance.dispose(current(env))?;
        if let Disposed::Now(_) = disposed {
            current(env).account(-instance.accounted.take());
        }
        Ok(disposed)
    })?;
    match disposed {
        Disposed::Later(promise) => finish(env, Ok(promise)),
        Disposed::Now(metrics) => {
            let metrics = metrics.map(MetricsInfo::from);
            // SAFETY: the environment is current.
            let value = unsafe { Option::<MetricsInfo>::to_napi_value(env.raw(), metrics) }?;
            finish(env, Ok(value))
        }
    }
}

/// The raw environment of a callback under way.
pub fn current(env: Env) -> js::Env {
    // SAFETY: napi-rs passes the environment of the callback under way, to which this use is confined.
    unsafe { js::Env::current(env.raw()) }
}

/// A value made by raw N-API, as napi-rs returns it.
pub fn finish(env: Env, made: Result<js::Value, js::Pending>) -> napi::Result<Unknown<'static>> {
    match made {
        // SAFETY: the value was made in this callback's environment.
        Ok(value) => Ok(unsafe { Unknown::from_raw_unchecked(env.raw(), value) }),
        Err(_) => Err(napi::Error::new(
            napi::Status::PendingException,
            "the value could not be made",
        )),
    }
}
