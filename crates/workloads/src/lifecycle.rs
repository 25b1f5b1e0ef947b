//! From nothing to a live instance: engines, compilation, instantiation.

use crate::config::{ExportCall, WorkloadConfig};
use crate::guest::{CompiledGuest, GuestInstance};
use crate::timer::{timed, timed_each};
use crate::workload::{DeterministicCosts, Workload};
use airssys_wasm_engine::{Engine, EngineConfig, Limits, MAX_THREADS, Result};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use std::hint::black_box;
use std::time::{Duration, Instant};

struct CreateEngine(WorkloadConfig);

/// A new engine. Its disposal is not measured.
pub fn create_engine(config: WorkloadConfig) -> Result<Box<dyn Workload>> {
    Ok(Box::new(CreateEngine(config)))
}

impl Workload for CreateEngine {
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        timed_each(
            iterations,
            || Ok(self.0.uncached()),
            |config| Engine::new(black_box(config)),
        )
    }
}

struct Compile {
    config: WorkloadConfig,
    engine: Engine,
}

/// Compilation on an existing engine.
pub fn compile(config: WorkloadConfig) -> Result<Box<dyn Workload>> {
    let engine = config.uncached_engine()?;
    Ok(Box::new(Compile { config, engine }))
}

impl Workload for Compile {
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        timed_each(
            iterations,
            || Ok(()),
            |()| self.config.compile_on(black_box(&self.engine)),
        )
    }

    fn deterministic_costs(&mut self) -> Result<DeterministicCosts> {
        code(&self.config.compile_on(&self.engine)?)
    }
}

struct ColdStart(WorkloadConfig);

/// A new engine, compilation, and an instance.
pub fn cold_start(config: WorkloadConfig) -> Result<Box<dyn Workload>> {
    Ok(Box::new(ColdStart(config)))
}

impl Workload for ColdStart {
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        let Self(config) = self;
        timed_each(
            iterations,
            || Ok(()),
            |()| {
                let guest = config.compile_on(&black_box(&*config).uncached_engine()?)?;
                let live = guest.instantiate(&config.limits)?;
                Ok((guest, live))
            },
        )
    }

    fn deterministic_costs(&mut self) -> Result<DeterministicCosts> {
        started(&self.0.compile()?, &self.0.limits)
    }
}

struct WarmStart {
    config: WorkloadConfig,
    engine: Engine,
}

/// Compilation and an instance on an existing engine.
pub fn warm_start(config: WorkloadConfig) -> Result<Box<dyn Workload>> {
    let engine = config.uncached_engine()?;
    Ok(Box::new(WarmStart { config, engine }))
}

/// Code from the cache and an instance, on an existing engine.
pub fn cached_start(config: WorkloadConfig) -> Result<Box<dyn Workload>> {
    let engine = Engine::new(EngineConfig {
        cache: true,
        ..config.engine.clone()
    })?;
    config.compile_on(&engine)?;
    Ok(Box::new(WarmStart { config, engine }))
}

impl WarmStart {
    fn load(&self) -> Result<(CompiledGuest, GuestInstance)> {
        let guest = self.config.compile_on(black_box(&self.engine))?;
        let live = guest.instantiate(&self.config.limits)?;
        Ok((guest, live))
    }
}

impl Workload for WarmStart {
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        timed_each(iterations, || Ok(()), |()| self.load())
    }

    fn deterministic_costs(&mut self) -> Result<DeterministicCosts> {
        started(&self.config.compile_on(&self.engine)?, &self.config.limits)
    }
}

struct Instantiate {
    guest: CompiledGuest,
    limits: Limits,
    call: ExportCall,
    held: Vec<GuestInstance>,
}

/// An instance of compiled, linked code. Its disposal is not measured.
pub fn instantiate(config: WorkloadConfig) -> Result<Box<dyn Workload>> {
    Ok(Box::new(Instantiate {
        guest: config.compile()?,
        limits: config.limits,
        call: config.call,
        held: Vec::new(),
    }))
}

impl Workload for Instantiate {
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        timed_each(
            iterations,
            || Ok(()),
            |()| black_box(&self.guest).instantiate(&self.limits),
        )
    }

    fn deterministic_costs(&mut self) -> Result<DeterministicCosts> {
        started(&self.guest, &self.limits)
    }

    /// Each instance is called once, if there is a call, so that it has touched the memory that it uses.
    fn hold(&mut self, count: u32) -> Result<()> {
        self.held.clear();
        for _ in 0..count {
            let mut live = self.guest.instantiate(&self.limits)?;
            if !self.call.name.is_empty() {
                live.call(&self.call)?;
            }
            self.held.push(live);
        }
        Ok(())
    }
}

struct Execute {
    guest: CompiledGuest,
    limits: Limits,
    call: ExportCall,
}

/// A new instance, one call, and the instance's disposal.
pub fn execute(config: WorkloadConfig) -> Result<Box<dyn Workload>> {
    Ok(Box::new(Execute {
        guest: config.compile()?,
        limits: config.limits,
        call: config.call,
    }))
}

impl Execute {
    fn once(&self) -> Result<GuestInstance> {
        let mut live = black_box(&self.guest).instantiate(&self.limits)?;
        live.call(&self.call)?;
        Ok(live)
    }
}

impl Workload for Execute {
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        timed(iterations, || self.once().map(drop))
    }

    fn deterministic_costs(&mut self) -> Result<DeterministicCosts> {
        live(&self.guest, &self.once()?)
    }
}

/// Loaded guests, kept alive together.
type Loaded = Vec<(CompiledGuest, GuestInstance)>;

struct Load {
    config: WorkloadConfig,
    engine: Engine,
    held: Vec<Loaded>,
    load: fn(&WorkloadConfig, &Engine) -> Result<Loaded>,
}

/// `count` guests compiled and instantiated on one thread per processor; all alive at the end. The engine may use as many
/// threads: otherwise the compilations would wait for each other.
pub fn load_concurrently(mut config: WorkloadConfig) -> Result<Box<dyn Workload>> {
    let processors = u32::try_from(rayon::current_num_threads()).unwrap_or(MAX_THREADS);
    config.engine.limits.threads = Some(processors.clamp(2, MAX_THREADS));
    load(config, concurrently)
}

/// `count` guests compiled and instantiated one after the other; all alive at the end.
pub fn load_sequentially(config: WorkloadConfig) -> Result<Box<dyn Workload>> {
    load(config, |config, engine| {
        (0..config.count)
            .map(|_| load_one(config, engine))
            .collect()
    })
}

fn load(
    config: WorkloadConfig,
    load: fn(&WorkloadConfig, &Engine) -> Result<Loaded>,
) -> Result<Box<dyn Workload>> {
    let engine = config.uncached_engine()?;
    let held = Vec::new();
    Ok(Box::new(Load {
        config,
        engine,
        held,
        load,
    }))
}

fn load_one(config: &WorkloadConfig, engine: &Engine) -> Result<(CompiledGuest, GuestInstance)> {
    let guest = config.compile_on(engine)?;
    let live = guest.instantiate(&config.limits)?;
    Ok((guest, live))
}

fn concurrently(config: &WorkloadConfig, engine: &Engine) -> Result<Loaded> {
    (0..config.count)
        .into_par_iter()
        .map(|_| load_one(config, engine))
        .collect()
}

impl Workload for Load {
    /// Guests are dropped outside the measured time, after each iteration, to limit those alive.
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        let mut total = Duration::ZERO;
        for _ in 0..iterations {
            let started = Instant::now();
            let loaded = (self.load)(black_box(&self.config), &self.engine)?;
            total += started.elapsed();
            drop(black_box(loaded));
        }
        Ok(total)
    }

    fn hold(&mut self, count: u32) -> Result<()> {
        self.held.clear();
        for _ in 0..count {
            self.held.push((self.load)(&self.config, &self.engine)?);
        }
        Ok(())
    }
}

fn code(guest: &CompiledGuest) -> Result<DeterministicCosts> {
    Ok(DeterministicCosts {
        code_bytes: Some(guest.code_bytes()),
        ..DeterministicCosts::default()
    })
}

fn started(guest: &CompiledGuest, limits: &Limits) -> Result<DeterministicCosts> {
    live(guest, &guest.instantiate(limits)?)
}

fn live(guest: &CompiledGuest, live: &GuestInstance) -> Result<DeterministicCosts> {
    let metrics = live.metrics();
    Ok(DeterministicCosts {
        fuel: metrics.fuel.is_exact.then_some(metrics.fuel.consumed),
        peak_memory_bytes: Some(metrics.peak_memory_bytes),
        code_bytes: Some(guest.code_bytes()),
    })
}
