//! Calls written in WAVE: of any exported function, with arguments of any type.
//!
//! Either of one live instance, or each of a fresh instance that is created outside the measured time. Deterministic costs
//! are those of an instance that has run nothing else: otherwise they would depend on how many calls were measured.

use crate::config::{WaveCall, WorkloadConfig};
use crate::guest::CompiledGuest;
use crate::prepared_call::{Arguments, PreparedCall};
use crate::profile;
use crate::timer::{CHUNK, timed_chunks};
use crate::workload::{DeterministicCosts, ProfileSpan, Workload};
use airssys_wasm_engine::{Engine, Result, wave};
use std::time::Duration;

/// Calls one live instance repeatedly.
pub fn invoke(config: WorkloadConfig) -> Result<Box<dyn Workload>> {
    let factory = WaveCallFactory::new(config)?;
    let call = factory.prepare()?;
    Ok(Box::new(Reused { factory, call }))
}

/// Calls a fresh instance each time, created outside the measured time.
pub fn invoke_fresh(config: WorkloadConfig) -> Result<Box<dyn Workload>> {
    let factory = WaveCallFactory::new(config)?;
    let peak = factory.costs(1)?.peak_memory_bytes.unwrap_or(0);
    let chunk = (WAITING_BYTES / peak.max(1)).clamp(1, CHUNK);
    Ok(Box::new(Fresh { factory, chunk }))
}

/// The maximum size of the memories of all instances that wait to be called, in bytes.
const WAITING_BYTES: u64 = 256 << 20;

/// Prepares calls, each of a new instance.
struct WaveCallFactory {
    config: WorkloadConfig,
    guest: CompiledGuest,
    arguments: Arguments,
}

struct Reused {
    factory: WaveCallFactory,
    call: PreparedCall,
}

struct Fresh {
    factory: WaveCallFactory,
    /// The number of instances created before the clock starts.
    chunk: u64,
}

impl WaveCallFactory {
    /// The guest may come from the cache: compilation is not measured.
    fn new(config: WorkloadConfig) -> Result<Self> {
        let engine = Engine::new(config.engine.clone())?;
        let guest = config.compile_on(&engine)?;
        let arguments = guest.arguments(&config.wave_call)?;
        Ok(Self {
            config,
            guest,
            arguments,
        })
    }

    /// A new instance, ready to be called.
    fn prepare(&self) -> Result<PreparedCall> {
        let instance = self.guest.instantiate(&self.config.limits)?;
        PreparedCall::new(instance, &self.path(), &self.arguments)
    }

    fn path(&self) -> Vec<&str> {
        let path = &self.config.wave_call.path;
        path.iter().map(String::as_str).collect()
    }

    /// The costs of the n-th call of a new instance, from 1.
    fn costs(&self, number: u32) -> Result<DeterministicCosts> {
        let mut call = self.prepare()?;
        for _ in 1..number {
            call.once()?;
        }
        Ok(DeterministicCosts {
            code_bytes: Some(self.guest.code_bytes()),
            ..call.deterministic_costs()?
        })
    }

    fn show(&self) -> Result<String> {
        let mut call = self.prepare()?;
        let returned = call.once()?;
        Ok(call.text(&returned))
    }

    fn profile(&self, span: ProfileSpan, output: &mut Vec<u8>) -> Result<u64> {
        let Self {
            config, arguments, ..
        } = self;
        profile::calls(config, &self.path(), arguments, span, output)
    }
}

impl Workload for Reused {
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        self.call.run(iterations)
    }

    /// The costs of the second call of a new instance: the first one may do work that later ones find done.
    fn deterministic_costs(&mut self) -> Result<DeterministicCosts> {
        self.factory.costs(2)
    }

    fn show(&mut self) -> Result<String> {
        self.factory.show()
    }

    fn profile(&mut self, span: ProfileSpan, output: &mut Vec<u8>) -> Result<u64> {
        self.factory.profile(span, output)
    }
}

impl Workload for Fresh {
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        timed_chunks(
            iterations,
            self.chunk,
            || self.factory.prepare().map(Box::new),
            |mut call| {
                let returned = call.once()?;
                Ok((call, returned))
            },
        )
    }

    fn deterministic_costs(&mut self) -> Result<DeterministicCosts> {
        self.factory.costs(1)
    }

    fn show(&mut self) -> Result<String> {
        self.factory.show()
    }

    fn profile(&mut self, span: ProfileSpan, output: &mut Vec<u8>) -> Result<u64> {
        self.factory.profile(span, output)
    }
}

impl CompiledGuest {
    /// The arguments of `wave_call`, typed by the function that it calls.
    fn arguments(&self, wave_call: &WaveCall) -> Result<Arguments> {
        match self {
            Self::Component(component) => {
                let path: Vec<&str> = wave_call.path.iter().map(String::as_str).collect();
                let ty = component.function_type(&path)?;
                let values = wave::arguments(ty, &wave_call.arguments)?;
                Ok(Arguments::Component(values.into()))
            }
            Self::Module(module) => {
                let ty = module.function_type(wave_call.path.first().map_or("", String::as_str))?;
                Ok(Arguments::Core(wave::core_arguments(
                    ty,
                    &wave_call.arguments,
                )?))
            }
        }
    }
}
