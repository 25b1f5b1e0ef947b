//! Controls on bare Wasmtime, with the same settings and none of the engine's code: what the engine is compared with.

use crate::config::{ExportCall, WorkloadConfig};
use crate::timer::{timed, timed_each};
use crate::workload::Workload;
use airssys_wasm_engine::internals::wasmtime::component::Val;
use airssys_wasm_engine::internals::wasmtime::{
    self, Engine, Instance, InstancePre, Linker, Module, Store, ValRaw, component,
};
use airssys_wasm_engine::internals::{InstanceLimiter, wasmtime_engine};
use airssys_wasm_engine::{Error, Result, Source};
use std::hint::black_box;
use std::time::{Duration, Instant};

pub(crate) fn failed(error: wasmtime::Error) -> Error {
    Error::Internal {
        message: format!("{error:#}"),
    }
}

fn binary(source: &Source) -> Result<Vec<u8>> {
    let bytes = match source {
        Source::Bytes(bytes) => bytes.clone(),
        Source::Text(text) => text.as_bytes().to_vec(),
        Source::File(path) => std::fs::read(path).map_err(|error| Error::Io {
            path: path.display().to_string(),
            message: error.to_string(),
        })?,
    };
    wat::parse_bytes(&bytes)
        .map(|bytes| bytes.into_owned())
        .map_err(|error| Error::Compile {
            message: error.to_string(),
        })
}

fn store<T: 'static>(engine: &Engine, config: &WorkloadConfig, data: T) -> Result<Store<T>> {
    let mut store = Store::new(engine, data);
    if config.engine.interruption.fuel() {
        store.set_fuel(u64::MAX / 2).map_err(failed)?;
    }
    if config.engine.interruption.epoch() {
        store.set_epoch_deadline(1 << 60);
    }
    Ok(store)
}

/// An instance of a core module in a new store.
pub(crate) fn prepared(config: &WorkloadConfig) -> Result<(Store<()>, Instance)> {
    let engine = wasmtime_engine(&config.engine)?;
    let mut store = store(&engine, config, ())?;
    let bytes = binary(&config.source)?;
    let module = Module::from_binary(&engine, &bytes).map_err(failed)?;
    let instance = Instance::new(&mut store, &module, &[]).map_err(failed)?;
    Ok((store, instance))
}

/// A call by Wasmtime's API: `call_unchecked` of a core function, the dynamic call of a component's function.
///
/// With a `count` of 1, the core function's store is refuelled before each call, as a call with a budget needs.
pub fn call(config: WorkloadConfig) -> Result<Box<dyn Workload>> {
    let engine = wasmtime_engine(&config.engine)?;
    let bytes = binary(&config.source)?;
    let mut store = store(&engine, &config, ())?;
    if config.is_component {
        let component = component::Component::from_binary(&engine, &bytes).map_err(failed)?;
        let linker = component::Linker::new(&engine);
        let instance = linker.instantiate(&mut store, &component).map_err(failed)?;
        let func = instance.get_func(&mut store, &*config.call.name);
        let func = func.ok_or_else(|| missing(&config.call))?;
        let args = config.call.args.iter().copied().map(Val::S32).collect();
        let results = vec![Val::Bool(false); func.ty(&store).results().len()];
        return Ok(Box::new(DynamicCall {
            store,
            func,
            args,
            results,
        }));
    }
    let module = Module::from_binary(&engine, &bytes).map_err(failed)?;
    let instance = Instance::new(&mut store, &module, &[]).map_err(failed)?;
    let func = instance.get_func(&mut store, &config.call.name);
    let func = func.ok_or_else(|| missing(&config.call))?;
    let ty = func.ty(&store);
    if ty.params().chain(ty.results()).any(|ty| !ty.is_i32())
        || ty.params().len() != config.call.args.len()
    {
        return Err(Error::Unsupported(format!(
            "the raw call of a function of type {ty}"
        )));
    }
    let mut slots: Vec<ValRaw> = config.call.args.iter().copied().map(ValRaw::i32).collect();
    slots.resize(slots.len().max(ty.results().len()), ValRaw::i32(0));
    let refuel = config.engine.interruption.fuel() && config.count == 1;
    Ok(Box::new(UncheckedCall {
        store,
        func,
        slots,
        refuel,
    }))
}

pub(crate) fn missing(call: &ExportCall) -> Error {
    Error::UnknownExport {
        message: format!("no exported function '{}'", call.name),
    }
}

struct UncheckedCall {
    store: Store<()>,
    func: wasmtime::Func,
    slots: Vec<ValRaw>,
    refuel: bool,
}

impl Workload for UncheckedCall {
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        let mut slots = self.slots.clone();
        timed(iterations, || {
            slots.copy_from_slice(black_box(&self.slots));
            if self.refuel {
                self.store
                    .set_fuel(black_box(u64::MAX / 2))
                    .map_err(failed)?;
            }
            let raw: *mut [ValRaw] = &mut *slots;
            // SAFETY: `call` has checked that there is a slot for every parameter and result, and that all are `i32`.
            unsafe { self.func.call_unchecked(&mut self.store, raw) }.map_err(failed)?;
            black_box(&slots);
            Ok(())
        })
    }
}

struct DynamicCall {
    store: Store<()>,
    func: component::Func,
    args: Vec<Val>,
    results: Vec<Val>,
}

impl Workload for DynamicCall {
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        timed(iterations, || {
            let called = self
                .func
                .call(&mut self.store, black_box(&self.args), &mut self.results);
            called.map_err(failed)?;
            black_box(&self.results);
            Ok(())
        })
    }
}

struct Grow {
    engine: Engine,
    linked: InstancePre<InstanceLimiter>,
    config: WorkloadConfig,
    is_limited: bool,
}

/// The guest's `memory.grow` by one page in a store without a limiter. New instances are created outside the measured
/// time.
pub fn grow_unlimited(config: WorkloadConfig) -> Result<Box<dyn Workload>> {
    grow(config, false)
}

/// As [`grow_unlimited`], in a store with the engine's limiter.
pub fn grow_within_limit(config: WorkloadConfig) -> Result<Box<dyn Workload>> {
    grow(config, true)
}

fn grow(config: WorkloadConfig, is_limited: bool) -> Result<Box<dyn Workload>> {
    let engine = wasmtime_engine(&config.engine)?;
    let module = Module::from_binary(&engine, &binary(&config.source)?).map_err(failed)?;
    let linked = Linker::new(&engine)
        .instantiate_pre(&module)
        .map_err(failed)?;
    Ok(Box::new(Grow {
        engine,
        linked,
        config,
        is_limited,
    }))
}

/// The number of growths of one memory before it is replaced by a new instance's: 64 MiB in pages of 64 KiB.
const GROWTHS: u64 = 1_000;

impl Workload for Grow {
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        let mut total = Duration::ZERO;
        let mut left = iterations;
        while left > 0 {
            let limiter = InstanceLimiter::new(self.config.limits.clone());
            let mut store = store(&self.engine, &self.config, limiter)?;
            if self.is_limited {
                store.limiter(InstanceLimiter::as_resource_limiter);
            }
            let instance = self.linked.instantiate(&mut store).map_err(failed)?;
            let function = instance.get_typed_func::<i32, i32>(&mut store, &self.config.call.name);
            let function = function.map_err(failed)?;
            let count = left.min(GROWTHS);
            let started = Instant::now();
            for _ in 0..count {
                black_box(function.call(&mut store, black_box(1)).map_err(failed)?);
            }
            total += started.elapsed();
            left -= count;
        }
        Ok(total)
    }
}

struct Instantiate {
    engine: Engine,
    linked: component::InstancePre<()>,
    config: WorkloadConfig,
}

/// An instance of a compiled and linked component in a new store. Its disposal is not measured.
pub fn instantiate(config: WorkloadConfig) -> Result<Box<dyn Workload>> {
    let engine = wasmtime_engine(&config.engine)?;
    let component =
        component::Component::from_binary(&engine, &binary(&config.source)?).map_err(failed)?;
    let linked = component::Linker::new(&engine)
        .instantiate_pre(&component)
        .map_err(failed)?;
    Ok(Box::new(Instantiate {
        engine,
        linked,
        config,
    }))
}

impl Workload for Instantiate {
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        timed_each(
            iterations,
            || Ok(()),
            |()| {
                let mut store = store(&self.engine, &self.config, ())?;
                let instance = self.linked.instantiate(&mut store).map_err(failed)?;
                Ok((store, instance))
            },
        )
    }
}
