//! Sharing of Wasmtime engines: one for all engines of the same configuration, so that they share code.
//!
//! Limits are enforced by our engines, so Wasmtime's does not depend on them. A pool is an exception: its slots belong to
//! Wasmtime's engine, so engines with a pool share none.

use crate::compile::target::CompileTarget;
use crate::engine::clock;
use crate::engine::config::{self, Allocation, EngineConfig};
use crate::error::Result;
use crate::limits::engine::EngineLimits;
use std::sync::{Mutex, PoisonError};
use wasmtime::EngineWeak;

/// The shared engines that are alive, by their configuration.
static INTERNED: Mutex<Vec<(EngineConfig, EngineWeak)>> = Mutex::new(Vec::new());

/// The Wasmtime engine of a configuration, built unless there is one already.
///
/// Compiled code does not keep an engine with a pool alive, because the pool holds address space, nor one with epochs,
/// because the clock must advance them.
///
/// # Errors
///
/// `BAD_OPTION` naming an option that is out of its range or excludes another.
pub(crate) fn get_or_create(config: &EngineConfig) -> Result<CompileTarget> {
    let is_interned = config.cache && config.allocation == Allocation::OnDemand;
    let wasmtime = match is_interned {
        true => interned(config),
        false => build(config),
    }?;
    let may_be_kept = is_interned && !config.interruption.epoch();
    Ok(CompileTarget::new(wasmtime, may_be_kept))
}

fn build(config: &EngineConfig) -> Result<wasmtime::Engine> {
    let engine = config::build(config)?;
    if config.interruption.epoch() {
        clock::advance_epochs(&engine);
    }
    Ok(engine)
}

fn interned(config: &EngineConfig) -> Result<wasmtime::Engine> {
    config.check()?;
    let shared = EngineConfig {
        limits: EngineLimits {
            // Wasmtime only needs to know whether there are several.
            threads: Some(config.limits.compiler_threads().min(2)),
            ..EngineLimits::default()
        },
        ..config.clone()
    };
    let mut engines = INTERNED.lock().unwrap_or_else(PoisonError::into_inner);
    engines.retain(|(_, engine)| engine.upgrade().is_some());
    let same = engines.iter().find(|(known, _)| *known == shared);
    if let Some(engine) = same.and_then(|(_, engine)| engine.upgrade()) {
        return Ok(engine);
    }
    let engine = build(config)?;
    engines.push((shared, engine.weak()));
    Ok(engine)
}
