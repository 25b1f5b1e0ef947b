//! Where does a guest spend its time? Samples of its stack, at every so many epochs, as a profile for Firefox's viewer.
//!
//! The guest is compiled anew with epochs, whatever the engine's options say, and it is seen where it looks at them: at
//! the start of a function and at the head of a loop. Host code is not seen.

use super::call::{Arguments, Calling};
use super::{Guest, Ingredients};
use crate::engine::Engine;
use crate::engine::config::EngineConfig;
use crate::error::{Error, Result, chain};
use crate::limits::engine::Interruption;
use crate::limits::{Bound, Limits};
use crate::store::State;
use crate::store::classify;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use wasmtime::{GuestProfiler, Store, StoreContextMut, UpdateDeadline};

/// How long a profile takes, and how dense its samples are.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// For how long calls are made.
    pub duration: Duration,
    /// Epochs between two samples, each a millisecond; at least 1.
    pub epochs: u64,
}

/// Calls the function at `path` for as long as `span` says and writes the profile, as JSON, to `output`. Returns how many
/// samples there are.
///
/// # Errors
///
/// `BAD_OPTION` where the engine's options do not go with epochs, and all that may end a call.
pub fn calls(
    ingredients: &Ingredients,
    path: &[&str],
    arguments: &Arguments,
    span: Span,
    output: &mut Vec<u8>,
) -> Result<u64> {
    let engine = Engine::new(EngineConfig {
        interruption: Interruption::Epoch,
        ..ingredients.uncached()
    })?;
    let guest = ingredients.guest_on(&engine)?;
    let limits = Limits {
        fuel: Bound::Default,
        ..ingredients.limits.clone()
    };
    let mut calling = Calling::new(guest.instantiate(&limits)?, path, arguments)?;
    let profiler = Arc::new(Mutex::new(guest.profiler(&engine, span)?));
    let samples = Arc::new(AtomicU64::new(0));
    let sampler = Sampler {
        profiler: profiler.clone(),
        samples: samples.clone(),
        epochs: span.epochs.max(1),
    };
    sampled(&mut calling, sampler, span.duration)?;
    // The instance holds the sampler, and with it the profiler.
    drop(calling);
    let profiler = Arc::into_inner(profiler).ok_or_else(lost)?;
    let profiler = profiler
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    profiler.finish(output).map_err(|error| internal(&error))?;
    Ok(samples.load(Ordering::Relaxed))
}

struct Sampler {
    profiler: Arc<Mutex<GuestProfiler>>,
    samples: Arc<AtomicU64>,
    epochs: u64,
}

impl Sampler {
    /// Looks at the guest's stack, and ends the call where its time is up.
    fn sample(&self, store: &StoreContextMut<'_, State>, since: Duration) -> UpdateDeadline {
        let mut profiler = self.profiler.lock().unwrap_or_else(PoisonError::into_inner);
        profiler.sample(store, since);
        self.samples.fetch_add(1, Ordering::Relaxed);
        match store.data().deadline {
            Some(deadline) if Instant::now() >= deadline => UpdateDeadline::Interrupt,
            _ => UpdateDeadline::Continue(self.epochs),
        }
    }
}

fn sampled(calling: &mut Calling, sampler: Sampler, duration: Duration) -> Result<()> {
    match calling {
        Calling::Core(call) => {
            let (function, slots) = (&call.function, &call.slots);
            repeat(
                &mut call.instance.store_mut().inner,
                sampler,
                duration,
                |store| {
                    let mut slots = black_box(slots).clone();
                    function.call(store, &mut slots)?;
                    black_box(slots);
                    Ok(())
                },
            )
        }
        Calling::Component(call) => {
            let (function, args) = (&call.function, &call.args);
            repeat(
                &mut call.instance.store_mut().inner,
                sampler,
                duration,
                |store| {
                    black_box(function.call(store, black_box(args))?);
                    Ok(())
                },
            )
        }
    }
}

fn repeat(
    store: &mut Store<State>,
    sampler: Sampler,
    duration: Duration,
    mut call: impl FnMut(&mut Store<State>) -> wasmtime::Result<()>,
) -> Result<()> {
    store.data().stack.check()?;
    store.set_epoch_deadline(sampler.epochs);
    let mut last = Instant::now();
    store.epoch_deadline_callback(move |store| {
        let since = last.elapsed();
        last = Instant::now();
        Ok(sampler.sample(&store, since))
    });
    let started = Instant::now();
    while started.elapsed() < duration {
        let timeout = store.data().budget.timeout;
        store.data_mut().deadline = timeout.map(|timeout| Instant::now() + timeout);
        call(store).map_err(|error| classify::cause(store.data(), &error))?;
    }
    Ok(())
}

impl Guest {
    fn profiler(&self, engine: &Engine, span: Span) -> Result<GuestProfiler> {
        let (name, interval) = ("guest", Duration::from_millis(span.epochs.max(1)));
        let engine = engine.wasmtime();
        let made = match self {
            Self::Component(component) => {
                let component = component.wasmtime().clone();
                GuestProfiler::new_component(engine, name, interval, component, [])
            }
            Self::Module(module) => {
                let module = module.wasmtime();
                let of = module.name().unwrap_or(name).to_owned();
                GuestProfiler::new(engine, name, interval, [(of, module.clone())])
            }
        };
        made.map_err(|error| internal(&error))
    }
}

fn internal(error: &wasmtime::Error) -> Error {
    Error::Internal {
        message: chain(error),
    }
}

fn lost() -> Error {
    Error::Internal {
        message: "the profile is still in use".to_owned(),
    }
}
