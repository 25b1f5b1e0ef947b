//! Which Wasmtime engine stands behind an engine of ours? One for all of the same configuration, so that they share code.
//!
//! Budgets are our own engine's, so Wasmtime's is the same whatever they are. A pool's slots are a budget inside
//! Wasmtime's engine: such engines are not shared.

use crate::clock;
use crate::config::{self, Allocation, EngineConfig, Maxima};
use crate::error::Result;
use std::hash::{Hash, Hasher};
use std::sync::{Mutex, OnceLock, PoisonError};
use wasmtime::EngineWeak;

/// Those that are alive, each with the configuration that makes it.
static INTERNED: Mutex<Vec<(EngineConfig, EngineWeak)>> = Mutex::new(Vec::new());

/// The Wasmtime engine behind an engine of ours.
pub(crate) struct Backend {
    wasmtime: wasmtime::Engine,
    may_be_kept: bool,
    compatibility: OnceLock<[u8; 32]>,
}

impl Backend {
    /// The one that serves this configuration, made where there is none.
    ///
    /// # Errors
    ///
    /// `BAD_OPTION` naming the option that is out of range or does not go with another.
    pub fn new(config: &EngineConfig) -> Result<Self> {
        let is_interned = config.cache && config.allocation == Allocation::OnDemand;
        Ok(Self {
            wasmtime: if is_interned {
                interned(config)
            } else {
                build(config)
            }?,
            may_be_kept: is_interned && !config.interruption.epoch(),
            compatibility: OnceLock::new(),
        })
    }

    pub fn wasmtime(&self) -> &wasmtime::Engine {
        &self.wasmtime
    }

    /// Whether it may live on when nobody uses it: not with a pool, which holds address space, nor with epochs, which the
    /// clock must drive.
    pub fn may_be_kept(&self) -> bool {
        self.may_be_kept
    }

    /// The same for all engines of which each runs what the other compiles, in Wasmtime's judgement.
    pub fn compatibility(&self) -> [u8; 32] {
        *self.compatibility.get_or_init(|| {
            let mut digest = Digest(blake3::Hasher::new());
            self.wasmtime
                .precompile_compatibility_hash()
                .hash(&mut digest);
            digest.0.finalize().into()
        })
    }
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
        maxima: Maxima {
            // Wasmtime is told only whether there are others.
            threads: Some(config.maxima.compiler_threads().min(2)),
            ..Maxima::default()
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

/// Hashes what Wasmtime feeds to a hasher of the standard library.
struct Digest(blake3::Hasher);

impl Hasher for Digest {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Nobody asks: the whole digest is taken.
    fn finish(&self) -> u64 {
        0
    }
}
