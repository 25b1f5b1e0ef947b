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

/// The call of one live instance, again and again.
pub fn invoke(config: WorkloadConfig) -> Result<Box<dyn Workload>> {
    let invoked = Invoked::new(config)?;
    let call = invoked.prepare()?;
    Ok(Box::new(Reused { invoked, call }))
}

/// The call of an instance of its own, which is made outside of the measured time.
pub fn invoke_fresh(config: WorkloadConfig) -> Result<Box<dyn Workload>> {
    let invoked = Invoked::new(config)?;
    let peak = invoked.costs(1)?.peak_memory_bytes.unwrap_or(0);
    let chunk = (WAITING_BYTES / peak.max(1)).clamp(1, CHUNK);
    Ok(Box::new(Fresh { invoked, chunk }))
}

/// What the memories of the instances that wait to be called may take together, in bytes.
const WAITING_BYTES: u64 = 256 << 20;

/// What is called, with all that a new instance needs.
struct Invoked {
    config: WorkloadConfig,
    guest: CompiledGuest,
    arguments: Arguments,
}

struct Reused {
    invoked: Invoked,
    call: PreparedCall,
}

struct Fresh {
    invoked: Invoked,
    /// Instances that are made before the clock is read.
    chunk: u64,
}

impl Invoked {
    /// The guest may come from the cache: compilation is not what is measured here.
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

    /// What the call of this number costs in a new instance, counted from 1.
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

    /// Of the second call of a new instance: the first may prepare what the others find.
    fn deterministic_costs(&mut self) -> Result<DeterministicCosts> {
        self.invoked.costs(2)
    }

    fn show(&mut self) -> Result<String> {
        self.invoked.show()
    }

    fn profile(&mut self, span: ProfileSpan, output: &mut Vec<u8>) -> Result<u64> {
        self.invoked.profile(span, output)
    }
}

impl Workload for Fresh {
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        timed_chunks(
            iterations,
            self.chunk,
            || self.invoked.prepare().map(Box::new),
            |mut call| {
                let returned = call.once()?;
                Ok((call, returned))
            },
        )
    }

    fn deterministic_costs(&mut self) -> Result<DeterministicCosts> {
        self.invoked.costs(1)
    }

    fn show(&mut self) -> Result<String> {
        self.invoked.show()
    }

    fn profile(&mut self, span: ProfileSpan, output: &mut Vec<u8>) -> Result<u64> {
        self.invoked.profile(span, output)
    }
}

impl CompiledGuest {
    /// The arguments of `wave_call`, by the type of the function that it calls.
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
