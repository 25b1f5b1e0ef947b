//! Internals for the workloads of the benchmarks. Not part of the API: they may change in any version.

use crate::component::Component;
use crate::component::instance::ComponentInstance;
use crate::engine::config::{self, EngineConfig};
use crate::error::{Error, Result};
use crate::func::{CoreFunction, Slots};
use crate::limits::Limits;
use crate::module::Module;
use crate::module::instance::CoreInstance;
use crate::store::limiter::Limiter;
use crate::store::{State, classify};
use crate::value::{DynamicFunc, Value};
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use wasmtime::{GuestProfiler, ResourceLimiter, Store, StoreContextMut, UpdateDeadline};

pub use wasmtime;

/// A new Wasmtime engine of this configuration, which shares nothing with any other.
///
/// # Errors
///
/// As [`Engine::new`](crate::Engine::new).
pub fn wasmtime_engine(config: &EngineConfig) -> Result<wasmtime::Engine> {
    config::build(config)
}

/// The limiter of the engine's instances, for a store of another kind.
#[derive(Debug)]
pub struct InstanceLimiter(Limiter);

impl InstanceLimiter {
    /// The limiter of an instance under `limits`.
    pub fn new(limits: Limits) -> Self {
        Self(Limiter::new(limits))
    }

    /// The limiter as Wasmtime takes it.
    pub fn as_resource_limiter(&mut self) -> &mut dyn ResourceLimiter {
        &mut self.0
    }
}

/// The sampling of a guest's stack.
#[derive(Debug, Clone, Copy)]
pub struct Sampling {
    /// For how long the guest is called.
    pub duration: Duration,
    /// Epochs between two samples, each one millisecond; at least 1.
    pub epochs: u64,
}

/// Calls `function` repeatedly and samples the guest's stack; writes the profile, as JSON, to `output`, and returns the
/// number of samples. `instance` is of `module`, on an engine with epochs.
///
/// # Errors
///
/// The errors of a call; `INTERNAL` if the profile cannot be written.
pub fn profile_core_calls(
    module: &Module,
    mut instance: CoreInstance,
    function: &CoreFunction,
    slots: &Slots,
    sampling: Sampling,
    output: &mut Vec<u8>,
) -> Result<u64> {
    let compiled = module.code();
    let name = compiled.name().unwrap_or(NAME).to_owned();
    let profiler = GuestProfiler::new(
        module.engine().wasmtime(),
        NAME,
        sampling.interval(),
        [(name, compiled.clone())],
    );
    let profile = Profile::new(profiler)?;
    profile.record(&mut instance.store_mut().inner, sampling, |store| {
        let mut slots = black_box(slots).clone();
        function.call(store, &mut slots)?;
        black_box(slots);
        Ok(())
    })?;
    // The store shares the profiler.
    drop(instance);
    profile.finish(output)
}

/// As [`profile_core_calls`], for a component.
///
/// # Errors
///
/// As [`profile_core_calls`].
pub fn profile_component_calls(
    component: &Component,
    mut instance: ComponentInstance,
    function: &DynamicFunc,
    args: &[Value<'_>],
    sampling: Sampling,
    output: &mut Vec<u8>,
) -> Result<u64> {
    let profiler = GuestProfiler::new_component(
        component.engine().wasmtime(),
        NAME,
        sampling.interval(),
        component.code().clone(),
        [],
    );
    let profile = Profile::new(profiler)?;
    profile.record(&mut instance.store_mut().inner, sampling, |store| {
        black_box(function.call(store, black_box(args))?);
        Ok(())
    })?;
    drop(instance);
    profile.finish(output)
}

/// The name of a guest without one.
const NAME: &str = "guest";

impl Sampling {
    fn interval(self) -> Duration {
        Duration::from_millis(self.epochs)
    }
}

/// A profile being recorded, shared with the store whose guest is sampled.
#[derive(Clone)]
struct Profile {
    profiler: Arc<Mutex<GuestProfiler>>,
    samples: Arc<AtomicU64>,
}

impl Profile {
    fn new(profiler: wasmtime::Result<GuestProfiler>) -> Result<Self> {
        let profiler = profiler.map_err(|error| Error::internal(&error))?;
        Ok(Self {
            profiler: Arc::new(Mutex::new(profiler)),
            samples: Arc::default(),
        })
    }

    fn record(
        &self,
        store: &mut Store<State>,
        sampling: Sampling,
        mut call: impl FnMut(&mut Store<State>) -> wasmtime::Result<()>,
    ) -> Result<()> {
        store.data().stack.check()?;
        store.set_epoch_deadline(sampling.epochs);
        let (profile, mut last) = (self.clone(), Instant::now());
        store.epoch_deadline_callback(move |store| {
            let since = last.elapsed();
            last = Instant::now();
            Ok(profile.sample(&store, since, sampling.epochs))
        });
        let started = Instant::now();
        while started.elapsed() < sampling.duration {
            let timeout = store.data().budget.timeout;
            store.data_mut().deadline = timeout.map(|timeout| Instant::now() + timeout);
            call(store).map_err(|error| classify::classify_error(store.data(), &error))?;
        }
        Ok(())
    }

    /// Samples the guest's stack, and ends the call if its time is up.
    fn sample(
        &self,
        store: &StoreContextMut<'_, State>,
        since: Duration,
        epochs: u64,
    ) -> UpdateDeadline {
        let mut profiler = self.profiler.lock().unwrap_or_else(PoisonError::into_inner);
        profiler.sample(store, since);
        self.samples.fetch_add(1, Ordering::Relaxed);
        match store.data().deadline {
            Some(deadline) if Instant::now() >= deadline => UpdateDeadline::Interrupt,
            _ => UpdateDeadline::Continue(epochs),
        }
    }

    fn finish(self, output: &mut Vec<u8>) -> Result<u64> {
        let profiler = Arc::into_inner(self.profiler).ok_or_else(|| Error::Internal {
            message: "the profile is still in use".to_owned(),
        })?;
        let profiler = profiler
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        profiler
            .finish(output)
            .map_err(|error| Error::internal(&error))?;
        Ok(self.samples.load(Ordering::Relaxed))
    }
}
