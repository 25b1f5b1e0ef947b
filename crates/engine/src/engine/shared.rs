//! The Wasmtime engine behind an engine of ours: one for all of the same configuration, so that they share code.
//!
//! Budgets are our own engine's, so Wasmtime's is the same whatever they are. A pool's slots are a budget inside
//! Wasmtime's engine: such engines are not shared.

use crate::compile::target::CompileTarget;
use crate::engine::clock;
use crate::engine::config::{self, Allocation, EngineConfig};
use crate::error::Result;
use crate::limits::engine::EngineLimits;
use std::sync::{Mutex, PoisonError};
use wasmtime::EngineWeak;

/// The engines that are alive, each with the configuration that it was built for.
static INTERNED: Mutex<Vec<(EngineConfig, EngineWeak)>> = Mutex::new(Vec::new());

/// The engine that serves this configuration, built where there is none yet.
///
/// An engine with a pool may not be kept alive by code, because the pool holds address space; nor one with epochs, which
/// the clock must drive.
///
/// # Errors
///
/// `BAD_OPTION` naming the option that is out of range or does not go with another.
pub(crate) fn obtain(config: &EngineConfig) -> Result<CompileTarget> {
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
        clock::drive_epochs(&engine);
    }
    Ok(engine)
}

fn interned(config: &EngineConfig) -> Result<wasmtime::Engine> {
    config.check()?;
    let shared = EngineConfig {
        limits: EngineLimits {
            // Wasmtime is told only whether there are others.
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
