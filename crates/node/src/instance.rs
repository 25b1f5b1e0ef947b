//! Live instances, as opaque handles: TypeScript's classes hold one each.
//!
//! An instance is made by a raw function of its own, prepared once for a set of limits: a class of napi-rs and its
//! conversion of options would cost more than the instantiation itself.

use crate::cell::Cell;
use crate::error::guard;
use crate::function::{self, ComponentExport, CoreExport};
use crate::js::{self, Held};
use crate::memory::NativeMemory;
use airssys_wasm_engine::{ComponentInstance, CoreInstance, Error, Metrics, Path};
use napi::bindgen_prelude::{BigInt, Unknown};
use napi::{Env, JsValue};
use napi_derive::napi;
use std::cell::RefCell;

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
            path: match metrics.path {
                Path::Direct => "direct",
                Path::Driver => "driver",
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
    Core(Cell<CoreInstance>),
    Component(Cell<ComponentInstance>),
    /// Disposed of.
    None,
}

impl From<CoreInstance> for Guest {
    fn from(instance: CoreInstance) -> Self {
        Self::Core(Cell::new("instance", instance))
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
            Guest::Core(instance) => instance.with(|instance| Ok(instance.metrics())),
            Guest::Component(instance) => instance.with(|instance| Ok(instance.metrics())),
            Guest::None => Err(DISPOSED),
        }
    }

    /// Lets go of the instance; the exported functions that JavaScript still holds find it gone.
    fn dispose(&self) -> Result<Option<Metrics>, Error> {
        let metrics = match &*self.guest.borrow() {
            Guest::Core(instance) => instance.dispose()?.map(|instance| instance.metrics()),
            Guest::Component(instance) => instance.dispose()?.map(|instance| instance.metrics()),
            Guest::None => None,
        };
        self.guest.replace(Guest::None);
        Ok(metrics)
    }
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

/// The exported function of this path: a name, or in components an interface's name and a name in it.
#[napi(ts_return_type = "(...args: unknown[]) => unknown")]
pub fn instance_function(
    env: Env,
    handle: Unknown<'_>,
    path: Vec<String>,
) -> napi::Result<Unknown<'static>> {
    let made = guard(env, || {
        let env = current(env);
        match &*instance(Env::from_raw(env.raw()), &handle)?.guest.borrow() {
            Guest::Core(instance) => {
                let name = path.join("#");
                let function = instance.with(|instance| instance.function(&name))?;
                let instance = instance.clone();
                Ok(function::core(
                    env,
                    &name,
                    CoreExport { instance, function },
                ))
            }
            Guest::Component(instance) => {
                let names: Vec<&str> = path.iter().map(String::as_str).collect();
                let function = instance.with(|instance| instance.function(&names))?;
                let export = ComponentExport::new(instance.clone(), function, path.join("#"));
                Ok(function::component(env, export))
            }
            Guest::None => Err(DISPOSED),
        }
    })?;
    finish(env, made)
}

/// The exported memory of this name of a core instance.
#[napi]
pub fn instance_memory(env: Env, handle: Unknown<'_>, name: String) -> napi::Result<NativeMemory> {
    guard(env, || match &*instance(env, &handle)?.guest.borrow() {
        Guest::Core(instance) => {
            let memory = instance.with(|instance| instance.memory(&name))?;
            Ok(NativeMemory::new(instance.clone(), memory))
        }
        Guest::Component(_) => Err(Error::UnknownExport {
            message: format!("a component exports no memory, and so not '{name}'"),
        }),
        Guest::None => Err(DISPOSED),
    })
}

/// The totals since the instance was made.
#[napi]
pub fn instance_metrics(env: Env, handle: Unknown<'_>) -> napi::Result<MetricsInfo> {
    guard(env, || Ok(instance(env, &handle)?.metrics()?.into()))
}

/// Frees the instance and returns its last totals, or null where that was done before.
#[napi]
pub fn instance_dispose(env: Env, handle: Unknown<'_>) -> napi::Result<Option<MetricsInfo>> {
    guard(env, || {
        let instance = instance(env, &handle)?;
        let metrics = instance.dispose()?;
        current(env).account(-instance.accounted.take());
        Ok(metrics.map(MetricsInfo::from))
    })
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
