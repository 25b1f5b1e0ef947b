//! Failing calls: their errors, the disposal of their instances, and recovery.

use crate::config::{ExportCall, WorkloadConfig};
use crate::guest::{CompiledGuest, GuestInstance};
use crate::timer::{timed, timed_each};
use crate::workload::{DeterministicCosts, Workload};
use airssys_wasm_engine::{Error, Limits, Result};
use std::hint::black_box;
use std::time::Duration;

struct Trap {
    live: GuestInstance,
    call: ExportCall,
}

/// A failing call, up to its typed error. The guest is a core module, which can be called again after a trap.
pub fn trap(config: WorkloadConfig) -> Result<Box<dyn Workload>> {
    let live = config.compile()?.instantiate(&config.limits)?;
    Ok(Box::new(Trap {
        live,
        call: config.call,
    }))
}

impl Workload for Trap {
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        let GuestInstance::Core(instance) = &mut self.live else {
            return Err(Error::Unsupported(
                "traps are measured on core modules".to_owned(),
            ));
        };
        let function = instance.function(&self.call.name)?;
        let args = self.call.slots(function.ty())?;
        let mut slots = args.clone();
        timed(iterations, || {
            slots.copy_from_slice(black_box(&args));
            match instance.call(&function, &mut slots) {
                Err(error) => {
                    black_box(error.code());
                    Ok(())
                }
                Ok(()) => Err(did_not_fail(&self.call)),
            }
        })
    }

    fn deterministic_costs(&mut self) -> Result<DeterministicCosts> {
        let before = self.live.metrics().fuel;
        let _ = self.live.call(&self.call);
        let after = self.live.metrics().fuel;
        Ok(DeterministicCosts {
            fuel: after.is_exact.then(|| after.consumed - before.consumed),
            ..DeterministicCosts::default()
        })
    }
}

fn did_not_fail(call: &ExportCall) -> Error {
    Error::option(
        "call",
        format!("expected '{}' to fail, but it returned", call.name),
    )
}

struct Cleanup {
    guest: CompiledGuest,
    limits: Limits,
    call: ExportCall,
    fails: bool,
}

/// Only the disposal of an instance, after a call that succeeded.
pub fn cleanup_after_success(config: WorkloadConfig) -> Result<Box<dyn Workload>> {
    cleanup(config, false)
}

/// Only the disposal of an instance, after a call that trapped.
pub fn cleanup_after_trap(config: WorkloadConfig) -> Result<Box<dyn Workload>> {
    cleanup(config, true)
}

fn cleanup(config: WorkloadConfig, fails: bool) -> Result<Box<dyn Workload>> {
    Ok(Box::new(Cleanup {
        guest: config.compile()?,
        limits: config.limits,
        call: config.call,
        fails,
    }))
}

impl Cleanup {
    fn called_instance(&self) -> Result<GuestInstance> {
        let mut live = self.guest.instantiate(&self.limits)?;
        match (live.call(&self.call), self.fails) {
            (Ok(()), false) | (Err(_), true) => Ok(live),
            (Ok(()), true) => Err(did_not_fail(&self.call)),
            (Err(error), false) => Err(error),
        }
    }
}

impl Workload for Cleanup {
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        timed_each(
            iterations,
            || self.called_instance(),
            |live| {
                drop(black_box(live));
                Ok(())
            },
        )
    }
}

struct Recovery {
    guest: CompiledGuest,
    limits: Limits,
    failing: ExportCall,
    succeeding: ExportCall,
}

/// A trap, the disposal of its instance, a new instance, and a call that succeeds.
///
/// The configured call fails; with 1 as its last argument it succeeds.
pub fn recovery(config: WorkloadConfig) -> Result<Box<dyn Workload>> {
    let mut succeeding = config.call.clone();
    if let Some(last) = succeeding.args.last_mut() {
        *last = 1;
    }
    Ok(Box::new(Recovery {
        guest: config.compile()?,
        limits: config.limits,
        failing: config.call,
        succeeding,
    }))
}

impl Workload for Recovery {
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        timed_each(
            iterations,
            || self.guest.instantiate(&self.limits),
            |mut live| {
                if live.call(&self.failing).is_ok() {
                    return Err(did_not_fail(&self.failing));
                }
                drop(black_box(live));
                let mut next = self.guest.instantiate(&self.limits)?;
                next.call(&self.succeeding)?;
                Ok(next)
            },
        )
    }
}
