//! The classes of live instances.

use crate::error::guard;
use crate::function::{self, ComponentExport, CoreExport};
use crate::js;
use crate::memory::NativeMemory;
use airssys_wasm_engine::{ComponentInstance, CoreInstance, Error, Metrics, Path};
use napi::Env;
use napi::bindgen_prelude::{BigInt, Unknown};
use napi_derive::napi;
use std::cell::RefCell;
use std::rc::Rc;

/// An instance shared by its class and its functions until one of them disposes of it.
pub struct Cell<T>(Rc<RefCell<Option<T>>>);

impl<T> Clone for Cell<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Cell<T> {
    fn new(instance: T) -> Self {
        Self(Rc::new(RefCell::new(Some(instance))))
    }

    /// Runs `work` on the instance.
    ///
    /// # Errors
    ///
    /// `DISPOSED`, or `REENTRANT` where the instance is running.
    #[inline]
    pub fn with<R>(&self, work: impl FnOnce(&mut T) -> Result<R, Error>) -> Result<R, Error> {
        match self.0.try_borrow_mut().as_deref_mut() {
            Ok(Some(instance)) => work(instance),
            Ok(None) => Err(Error::Disposed { what: "instance" }),
            Err(_) => Err(Error::Reentrant),
        }
    }

    fn dispose(&self) -> Result<Option<T>, Error> {
        match self.0.try_borrow_mut() {
            Ok(mut instance) => Ok(instance.take()),
            Err(_) => Err(Error::Reentrant),
        }
    }
}

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

/// What V8 is told of an instance beside its memory: the store, its tables and handles.
const INSTANCE_BYTES: i64 = 16 << 10;

fn native_bytes(metrics: &Metrics) -> i64 {
    INSTANCE_BYTES + i64::try_from(metrics.memory_bytes).unwrap_or(i64::MAX / 2)
}

/// Tells V8 of memory that came or went; it paces the garbage collector by it.
fn account(env: Env, bytes: i64) {
    // A hint whose failure costs nothing but pace.
    let _ = env.adjust_external_memory(bytes);
}

macro_rules! instance_class {
    ($class:ident, $inner:ident) => {
        impl $class {
            pub fn new(env: Env, instance: $inner) -> Self {
                let accounted = native_bytes(&instance.metrics());
                account(env, accounted);
                Self {
                    instance: Cell::new(instance),
                    accounted,
                }
            }
        }

        impl napi::bindgen_prelude::ObjectFinalize for $class {
            fn finalize(self, env: Env) -> napi::Result<()> {
                account(env, -self.accounted);
                Ok(())
            }
        }
    };
}

/// A live instance of a core module.
#[napi(custom_finalize)]
pub struct NativeCoreInstance {
    instance: Cell<CoreInstance>,
    accounted: i64,
}

/// A live instance of a component.
#[napi(custom_finalize)]
pub struct NativeComponentInstance {
    instance: Cell<ComponentInstance>,
    accounted: i64,
}

instance_class!(NativeCoreInstance, CoreInstance);
instance_class!(NativeComponentInstance, ComponentInstance);

#[napi]
impl NativeCoreInstance {
    /// The exported function of this name.
    #[napi(ts_return_type = "(...args: unknown[]) => unknown")]
    pub fn function(&self, env: Env, name: String) -> napi::Result<Unknown<'static>> {
        let function = guard(env, || {
            self.instance.with(|instance| instance.function(&name))
        })?;
        let export = CoreExport {
            instance: self.instance.clone(),
            function,
        };
        finish(env, function::core(current(env), &name, export))
    }

    /// The exported memory of this name.
    #[napi]
    pub fn memory(&self, env: Env, name: String) -> napi::Result<NativeMemory> {
        let memory = guard(env, || {
            self.instance.with(|instance| instance.memory(&name))
        })?;
        Ok(NativeMemory::new(self.instance.clone(), memory))
    }

    /// The totals since the instance was made.
    #[napi]
    pub fn metrics(&self, env: Env) -> napi::Result<MetricsInfo> {
        guard(env, || {
            self.instance.with(|instance| Ok(instance.metrics().into()))
        })
    }

    /// Frees the instance and returns its last totals, or null where that was done before.
    #[napi]
    pub fn dispose(&mut self, env: Env) -> napi::Result<Option<MetricsInfo>> {
        let instance = guard(env, || self.instance.dispose())?;
        account(env, -std::mem::take(&mut self.accounted));
        Ok(instance.map(|instance| instance.metrics().into()))
    }
}

#[napi]
impl NativeComponentInstance {
    /// The exported function of this path: a name, or an interface's name and a name in it.
    #[napi(ts_return_type = "(...args: unknown[]) => unknown")]
    pub fn function(&self, env: Env, path: Vec<String>) -> napi::Result<Unknown<'static>> {
        let names: Vec<&str> = path.iter().map(String::as_str).collect();
        let function = guard(env, || {
            self.instance.with(|instance| instance.function(&names))
        })?;
        let export = ComponentExport::new(self.instance.clone(), function, path.join("#"));
        finish(env, function::component(current(env), export))
    }

    /// The totals since the instance was made.
    #[napi]
    pub fn metrics(&self, env: Env) -> napi::Result<MetricsInfo> {
        guard(env, || {
            self.instance.with(|instance| Ok(instance.metrics().into()))
        })
    }

    /// Frees the instance and returns its last totals, or null where that was done before.
    #[napi]
    pub fn dispose(&mut self, env: Env) -> napi::Result<Option<MetricsInfo>> {
        let instance = guard(env, || self.instance.dispose())?;
        account(env, -std::mem::take(&mut self.accounted));
        Ok(instance.map(|instance| instance.metrics().into()))
    }
}

pub fn current(env: Env) -> js::Env {
    // SAFETY: napi-rs passes the environment of the callback under way, to which this use is confined.
    unsafe { js::Env::current(env.raw()) }
}

pub fn finish(env: Env, made: Result<js::Value, js::Pending>) -> napi::Result<Unknown<'static>> {
    match made {
        // SAFETY: the value was made in this callback's environment.
        Ok(value) => Ok(unsafe { Unknown::from_raw_unchecked(env.raw(), value) }),
        Err(_) => Err(napi::Error::new(
            napi::Status::PendingException,
            "the function could not be made",
        )),
    }
}
