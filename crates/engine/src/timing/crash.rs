//! What failing costs: the error, the disposal, the recovery.

use super::{Call, Exact, Guest, Ingredients, Live, Workload, timed, timed_each};
use crate::error::{Error, Result};
use crate::limits::Limits;
use std::hint::black_box;
use std::time::Duration;

struct Trap {
    live: Live,
    call: Call,
}

/// A call that fails, until its typed error is in hand. The guest is a core module: it goes on after a trap.
pub fn trap(ingredients: Ingredients) -> Result<Box<dyn Workload>> {
    let live = ingredients.guest()?.instantiate(&ingredients.limits)?;
    Ok(Box::new(Trap {
        live,
        call: ingredients.call,
    }))
}

impl Workload for Trap {
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        let Live::Core(instance) = &mut self.live else {
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

    fn exact(&mut self) -> Result<Exact> {
        let before = self.live.metrics().fuel;
        let _ = self.live.call(&self.call);
        let after = self.live.metrics().fuel;
        Ok(Exact {
            fuel: after.is_exact.then(|| after.consumed - before.consumed),
            ..Exact::default()
        })
    }
}

fn did_not_fail(call: &Call) -> Error {
    Error::option(
        "call",
        format!("'{}' was to fail, but it returned", call.name),
    )
}

struct Cleanup {
    guest: Guest,
    limits: Limits,
    call: Call,
    fails: bool,
}

/// The disposal, alone, of an instance whose call succeeded.
pub fn cleanup_after_success(ingredients: Ingredients) -> Result<Box<dyn Workload>> {
    cleanup(ingredients, false)
}

/// The disposal, alone, of an instance whose call trapped.
pub fn cleanup_after_trap(ingredients: Ingredients) -> Result<Box<dyn Workload>> {
    cleanup(ingredients, true)
}

fn cleanup(ingredients: Ingredients, fails: bool) -> Result<Box<dyn Workload>> {
    Ok(Box::new(Cleanup {
        guest: ingredients.guest()?,
        limits: ingredients.limits,
        call: ingredients.call,
        fails,
    }))
}

impl Cleanup {
    fn used(&self) -> Result<Live> {
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
            || self.used(),
            |live| {
                drop(black_box(live));
                Ok(())
            },
        )
    }
}

struct Recovery {
    guest: Guest,
    limits: Limits,
    failing: Call,
    succeeding: Call,
}

/// A trap, the disposal of its instance, a new instance, and a call that succeeds.
///
/// The call that fails is the ingredients'; the one that succeeds is the same function with 1 for its last argument.
pub fn recovery(ingredients: Ingredients) -> Result<Box<dyn Workload>> {
    let mut succeeding = ingredients.call.clone();
    if let Some(last) = succeeding.args.last_mut() {
        *last = 1;
    }
    Ok(Box::new(Recovery {
        guest: ingredients.guest()?,
        limits: ingredients.limits,
        failing: ingredients.call,
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
