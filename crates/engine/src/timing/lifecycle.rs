//! From nothing to a live instance: engines, compilation, instantiation.

use super::{Call, Exact, Guest, Ingredients, Live, Workload, timed, timed_each};
use crate::engine::Engine;
use crate::engine::config::EngineConfig;
use crate::error::Result;
use crate::limits::Limits;
use crate::limits::engine::MAX_THREADS;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use std::hint::black_box;
use std::time::{Duration, Instant};

struct CreateEngine(Ingredients);

/// A new engine. Its disposal is not measured.
pub fn create_engine(ingredients: Ingredients) -> Result<Box<dyn Workload>> {
    Ok(Box::new(CreateEngine(ingredients)))
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
    ingredients: Ingredients,
    engine: Engine,
}

/// Bytes to compiled code on an engine that is there.
pub fn compile(ingredients: Ingredients) -> Result<Box<dyn Workload>> {
    let engine = ingredients.engine()?;
    Ok(Box::new(Compile {
        ingredients,
        engine,
    }))
}

impl Workload for Compile {
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        timed_each(
            iterations,
            || Ok(()),
            |()| self.ingredients.guest_on(black_box(&self.engine)),
        )
    }

    fn exact(&mut self) -> Result<Exact> {
        code(&self.ingredients.guest_on(&self.engine)?)
    }
}

struct ColdStart(Ingredients);

/// A new engine, compiled code, an instance.
pub fn cold_start(ingredients: Ingredients) -> Result<Box<dyn Workload>> {
    Ok(Box::new(ColdStart(ingredients)))
}

impl Workload for ColdStart {
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        let Self(ingredients) = self;
        timed_each(
            iterations,
            || Ok(()),
            |()| {
                let guest = ingredients.guest_on(&black_box(&*ingredients).engine()?)?;
                let live = guest.instantiate(&ingredients.limits)?;
                Ok((guest, live))
            },
        )
    }

    fn exact(&mut self) -> Result<Exact> {
        started(&self.0.guest()?, &self.0.limits)
    }
}

struct WarmStart {
    ingredients: Ingredients,
    engine: Engine,
}

/// Compiled code and an instance on an engine that is there.
pub fn warm_start(ingredients: Ingredients) -> Result<Box<dyn Workload>> {
    let engine = ingredients.engine()?;
    Ok(Box::new(WarmStart {
        ingredients,
        engine,
    }))
}

/// Code that the process knows, found by the content of its source, and an instance, on an engine that is there.
pub fn cached_start(ingredients: Ingredients) -> Result<Box<dyn Workload>> {
    let engine = Engine::new(EngineConfig {
        cache: true,
        ..ingredients.config.clone()
    })?;
    ingredients.guest_on(&engine)?;
    Ok(Box::new(WarmStart {
        ingredients,
        engine,
    }))
}

impl WarmStart {
    fn load(&self) -> Result<(Guest, Live)> {
        let guest = self.ingredients.guest_on(black_box(&self.engine))?;
        let live = guest.instantiate(&self.ingredients.limits)?;
        Ok((guest, live))
    }
}

impl Workload for WarmStart {
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        timed_each(iterations, || Ok(()), |()| self.load())
    }

    fn exact(&mut self) -> Result<Exact> {
        started(
            &self.ingredients.guest_on(&self.engine)?,
            &self.ingredients.limits,
        )
    }
}

struct Instantiate {
    guest: Guest,
    limits: Limits,
    call: Call,
    held: Vec<Live>,
}

/// An instance of compiled, linked code. Its disposal is not measured.
pub fn instantiate(ingredients: Ingredients) -> Result<Box<dyn Workload>> {
    Ok(Box::new(Instantiate {
        guest: ingredients.guest()?,
        limits: ingredients.limits,
        call: ingredients.call,
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

    fn exact(&mut self) -> Result<Exact> {
        started(&self.guest, &self.limits)
    }

    /// Each is called once where there is a call, so that it has touched what it will touch.
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
    guest: Guest,
    limits: Limits,
    call: Call,
}

/// A new instance, one call, and the instance's disposal.
pub fn execute(ingredients: Ingredients) -> Result<Box<dyn Workload>> {
    Ok(Box::new(Execute {
        guest: ingredients.guest()?,
        limits: ingredients.limits,
        call: ingredients.call,
    }))
}

impl Execute {
    fn once(&self) -> Result<Live> {
        let mut live = black_box(&self.guest).instantiate(&self.limits)?;
        live.call(&self.call)?;
        Ok(live)
    }
}

impl Workload for Execute {
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        timed(iterations, || self.once().map(drop))
    }

    fn exact(&mut self) -> Result<Exact> {
        live(&self.guest, &self.once()?)
    }
}

/// What is loaded, kept alive together.
type Loaded = Vec<(Guest, Live)>;

struct Load {
    ingredients: Ingredients,
    engine: Engine,
    held: Vec<Loaded>,
    load: fn(&Ingredients, &Engine) -> Result<Loaded>,
}

/// `count` guests compiled and instantiated on a pool of as many threads as there are processors; all alive at the end.
/// The engine may use as many, or their compilations would wait for each other.
pub fn load_concurrently(mut ingredients: Ingredients) -> Result<Box<dyn Workload>> {
    let processors = u32::try_from(rayon::current_num_threads()).unwrap_or(MAX_THREADS);
    ingredients.config.limits.threads = Some(processors.clamp(2, MAX_THREADS));
    load(ingredients, concurrently)
}

/// `count` guests compiled and instantiated one after another; all alive at the end.
pub fn load_sequentially(ingredients: Ingredients) -> Result<Box<dyn Workload>> {
    load(ingredients, |ingredients, engine| {
        (0..ingredients.count)
            .map(|_| load_one(ingredients, engine))
            .collect()
    })
}

fn load(
    ingredients: Ingredients,
    load: fn(&Ingredients, &Engine) -> Result<Loaded>,
) -> Result<Box<dyn Workload>> {
    let engine = ingredients.engine()?;
    let held = Vec::new();
    Ok(Box::new(Load {
        ingredients,
        engine,
        held,
        load,
    }))
}

fn load_one(ingredients: &Ingredients, engine: &Engine) -> Result<(Guest, Live)> {
    let guest = ingredients.guest_on(engine)?;
    let live = guest.instantiate(&ingredients.limits)?;
    Ok((guest, live))
}

fn concurrently(ingredients: &Ingredients, engine: &Engine) -> Result<Loaded> {
    (0..ingredients.count)
        .into_par_iter()
        .map(|_| load_one(ingredients, engine))
        .collect()
}

impl Workload for Load {
    /// What is loaded is let go of outside the measured time, after each iteration: fifty guests are enough alive.
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        let mut total = Duration::ZERO;
        for _ in 0..iterations {
            let started = Instant::now();
            let loaded = (self.load)(black_box(&self.ingredients), &self.engine)?;
            total += started.elapsed();
            drop(black_box(loaded));
        }
        Ok(total)
    }

    fn hold(&mut self, count: u32) -> Result<()> {
        self.held.clear();
        for _ in 0..count {
            self.held
                .push((self.load)(&self.ingredients, &self.engine)?);
        }
        Ok(())
    }
}

fn code(guest: &Guest) -> Result<Exact> {
    Ok(Exact {
        code_bytes: Some(guest.code_bytes()),
        ..Exact::default()
    })
}

fn started(guest: &Guest, limits: &Limits) -> Result<Exact> {
    live(guest, &guest.instantiate(limits)?)
}

fn live(guest: &Guest, live: &Live) -> Result<Exact> {
    let metrics = live.metrics();
    Ok(Exact {
        fuel: metrics.fuel.is_exact.then_some(metrics.fuel.consumed),
        peak_memory_bytes: Some(metrics.peak_memory_bytes),
        code_bytes: Some(guest.code_bytes()),
    })
}
