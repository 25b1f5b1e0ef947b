//! Timed loops, wholly in Rust, over the very code that the addon uses; and their twins on bare Wasmtime.
//!
//! A [`Workload`] is prepared once and run in batches. Only the operation itself is inside the measured time: what an
//! iteration needs beforehand is made outside of it, in chunks where it must be made anew. Inputs and results pass
//! [`std::hint::black_box`].

mod asynchronous;
mod call;
mod crash;
mod invoke;
mod lifecycle;
mod native;
mod profile;
mod raw;

pub use invoke::Written;
pub use profile::Span;

use crate::engine::config::EngineConfig;
use crate::engine::{Engine, Source};
use crate::error::{Error, Result};
use crate::limits::Limits;
use std::time::{Duration, Instant};

/// Something to be measured.
pub trait Workload {
    /// Runs `iterations` of it and returns the time that they took.
    ///
    /// # Errors
    ///
    /// Whatever keeps the operation from being what it is meant to be.
    fn run(&mut self, iterations: u64) -> Result<Duration>;

    /// Runs one more iteration and returns what it costs exactly, where that is known.
    ///
    /// # Errors
    ///
    /// As [`Workload::run`].
    fn exact(&mut self) -> Result<Exact> {
        Ok(Exact::default())
    }

    /// Makes `count` of what the workload makes and keeps them alive until the next call; 0 lets them go.
    ///
    /// # Errors
    ///
    /// As [`Workload::run`]; `UNSUPPORTED` where the workload makes nothing.
    fn hold(&mut self, _count: u32) -> Result<()> {
        Err(Error::Unsupported(
            "this workload makes nothing that could be held".to_owned(),
        ))
    }

    /// Makes one call in a new instance and returns its result, in WAVE.
    ///
    /// # Errors
    ///
    /// As [`Workload::run`]; `UNSUPPORTED` where the workload is no call that was written.
    fn show(&mut self) -> Result<String> {
        Err(Error::Unsupported(
            "this workload returns nothing that could be shown".to_owned(),
        ))
    }

    /// Makes calls of a new instance, looks now and then where the guest is, and writes a profile for Firefox's viewer to
    /// `output`. Returns how many samples it has.
    ///
    /// # Errors
    ///
    /// As [`Workload::run`]; `UNSUPPORTED` where the workload is no call.
    fn profile(&mut self, _span: Span, _output: &mut Vec<u8>) -> Result<u64> {
        Err(Error::Unsupported(
            "the guest profiler sees calls alone, and this workload is none".to_owned(),
        ))
    }
}

/// Costs without noise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Exact {
    /// Fuel that one iteration consumes.
    pub fuel: Option<u64>,
    /// The most bytes of linear memory.
    pub peak_memory_bytes: Option<u64>,
    /// Size of the machine code, in bytes.
    pub code_bytes: Option<u64>,
}

/// What a workload is made of; each kind uses what it needs.
#[derive(Debug, Clone)]
pub struct Ingredients {
    /// The engine's options.
    pub config: EngineConfig,
    /// The guest.
    pub source: Source,
    /// Whether the guest is a component, not a core module.
    pub is_component: bool,
    /// The limits of every instance.
    pub limits: Limits,
    /// The exported function that is called, with its arguments, all `s32` or `i32`.
    pub call: Call,
    /// The call that is made instead, where it was written by anybody.
    pub written: Written,
    /// How many, for workloads over several guests.
    pub count: u32,
}

/// A call of an exported function with 32-bit integers.
#[derive(Debug, Clone, Default)]
pub struct Call {
    /// The name of the export.
    pub name: String,
    /// The arguments.
    pub args: Vec<i32>,
}

type Prepare = fn(Ingredients) -> Result<Box<dyn Workload>>;

/// Every kind of workload with its name.
const KINDS: [(&str, Prepare); 26] = [
    ("native_add", native::add),
    ("native_fib", native::fib),
    ("native_fill_scalar", native::fill_scalar),
    ("native_fill_vectorised", native::fill_vectorised),
    ("create_engine", lifecycle::create_engine),
    ("compile", lifecycle::compile),
    ("cold_start", lifecycle::cold_start),
    ("warm_start", lifecycle::warm_start),
    ("cached_start", lifecycle::cached_start),
    ("instantiate", lifecycle::instantiate),
    ("execute", lifecycle::execute),
    ("load_concurrently", lifecycle::load_concurrently),
    ("load_sequentially", lifecycle::load_sequentially),
    ("call", call::call),
    ("invoke", invoke::invoke),
    ("invoke_fresh", invoke::invoke_fresh),
    ("async_call", asynchronous::call),
    ("raw_async_call", asynchronous::raw_call),
    ("trap", crash::trap),
    ("cleanup_after_success", crash::cleanup_after_success),
    ("cleanup_after_trap", crash::cleanup_after_trap),
    ("recovery", crash::recovery),
    ("raw_call", raw::call),
    ("grow_within_limit", raw::grow_within_limit),
    ("grow_unlimited", raw::grow_unlimited),
    ("raw_instantiate", raw::instantiate),
];

/// The workload of this kind.
///
/// # Errors
///
/// `BAD_OPTION` for an unknown kind, and whatever its ingredients bring.
pub fn prepare(kind: &str, ingredients: Ingredients) -> Result<Box<dyn Workload>> {
    match KINDS.iter().find(|(name, _)| *name == kind) {
        Some((_, prepare)) => prepare(ingredients),
        None => {
            let known = KINDS.map(|(name, _)| name).join(", ");
            Err(Error::option(
                "kind",
                format!("expected one of {known}, got '{kind}'"),
            ))
        }
    }
}

/// The time that `iterations` of `operation` take.
fn timed(iterations: u64, mut operation: impl FnMut() -> Result<()>) -> Result<Duration> {
    let started = Instant::now();
    for _ in 0..iterations {
        operation()?;
    }
    Ok(started.elapsed())
}

/// Iterations between two preparations, where each iteration uses up something that was prepared.
const CHUNK: u64 = 64;

/// The time that `iterations` of `operation` take on things that `make` makes outside of it.
fn timed_each<T, R>(
    iterations: u64,
    make: impl FnMut() -> Result<T>,
    operation: impl FnMut(T) -> Result<R>,
) -> Result<Duration> {
    timed_chunks(iterations, CHUNK, make, operation)
}

/// The same with at most `chunk` things alive at once.
fn timed_chunks<T, R>(
    iterations: u64,
    chunk: u64,
    mut make: impl FnMut() -> Result<T>,
    mut operation: impl FnMut(T) -> Result<R>,
) -> Result<Duration> {
    let mut total = Duration::ZERO;
    let mut left = iterations;
    while left > 0 {
        let count = left.min(chunk);
        let made: Vec<T> = (0..count).map(|_| make()).collect::<Result<_>>()?;
        // What the operation returns is kept until the clock has stopped, so that its disposal is not measured.
        let mut results = Vec::with_capacity(made.len());
        let started = Instant::now();
        for thing in made {
            results.push(operation(thing)?);
        }
        total += started.elapsed();
        left -= count;
    }
    Ok(total)
}

impl Ingredients {
    /// An engine that really compiles, whatever was compiled before.
    fn engine(&self) -> Result<Engine> {
        Engine::new(self.uncached())
    }

    fn uncached(&self) -> EngineConfig {
        EngineConfig {
            cache: false,
            cache_directory: None,
            ..self.config.clone()
        }
    }

    fn guest(&self) -> Result<Guest> {
        self.guest_on(&self.engine()?)
    }

    fn guest_on(&self, engine: &Engine) -> Result<Guest> {
        Ok(match self.is_component {
            true => Guest::Component(engine.compile_component(&self.source)?),
            false => Guest::Module(engine.compile_module(&self.source)?),
        })
    }
}

/// What is compiled, of either kind.
enum Guest {
    Component(crate::Component),
    Module(crate::Module),
}

impl Guest {
    fn instantiate(&self, limits: &Limits) -> Result<Live> {
        Ok(match self {
            Self::Component(component) => Live::Component(component.instantiate(limits)?),
            Self::Module(module) => Live::Core(module.instantiate(limits)?),
        })
    }

    fn code_bytes(&self) -> u64 {
        match self {
            Self::Component(component) => component.code_bytes(),
            Self::Module(module) => module.code_bytes(),
        }
    }
}

/// A live instance of either kind.
enum Live {
    Component(crate::ComponentInstance),
    Core(crate::CoreInstance),
}

impl Live {
    /// A call that is looked up each time: for workloads in which the call is not what is measured.
    fn call(&mut self, call: &Call) -> Result<()> {
        match self {
            Self::Component(instance) => {
                let function = instance.function(&[&call.name])?;
                instance.call(&function, &call.values()).map(drop)
            }
            Self::Core(instance) => {
                let function = instance.function(&call.name)?;
                instance.call(&function, &mut call.slots(function.ty())?)
            }
        }
    }

    fn metrics(&self) -> crate::Metrics {
        match self {
            Self::Component(instance) => instance.metrics(),
            Self::Core(instance) => instance.metrics(),
        }
    }
}

impl Call {
    fn values(&self) -> Vec<crate::value::Value<'static>> {
        self.args
            .iter()
            .copied()
            .map(crate::value::Value::S32)
            .collect()
    }

    /// The arguments of a call of this type, in as many slots as it needs.
    fn slots(&self, ty: &crate::func::CoreFunctionType) -> Result<Vec<crate::func::Slot>> {
        if ty.params.len() != self.args.len() {
            return Err(Error::BadValue(format!(
                "'{}' is of type {ty}, got {} arguments",
                self.name,
                self.args.len()
            )));
        }
        let mut slots: Vec<_> = self
            .args
            .iter()
            .copied()
            .map(crate::func::Slot::i32)
            .collect();
        slots.resize(ty.slots(), crate::func::Slot::default());
        Ok(slots)
    }
}
