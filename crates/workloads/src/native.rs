//! The guests' computations in Rust: the yardstick of compute.

use crate::config::WorkloadConfig;
use crate::timer::timed;
use crate::workload::Workload;
use airssys_wasm_engine::{Error, Result};
use std::hint::black_box;
use std::time::Duration;

struct Native<F>(F);

impl<F: FnMut()> Workload for Native<F> {
    fn run(&mut self, iterations: u64) -> Result<Duration> {
        timed(iterations, || {
            (self.0)();
            Ok(())
        })
    }
}

/// `args[0] + args[1]` behind an opaque pointer, like a guest's function.
pub fn add(config: WorkloadConfig) -> Result<Box<dyn Workload>> {
    let (a, b) = (arg(&config, 0)?, arg(&config, 1)?);
    let add: fn(i32, i32) -> i32 = i32::wrapping_add;
    Ok(Box::new(Native(move || {
        black_box(black_box(add)(black_box(a), black_box(b)));
    })))
}

/// The Fibonacci number of `args[0]`, iteratively, as the guest computes it.
pub fn fib(config: WorkloadConfig) -> Result<Box<dyn Workload>> {
    let n = arg(&config, 0)?;
    Ok(Box::new(Native(move || {
        black_box(fibonacci(black_box(n)));
    })))
}

#[inline(never)]
fn fibonacci(mut n: i32) -> i32 {
    let (mut a, mut b) = (0_i32, 1_i32);
    while n != 0 {
        (a, b) = (b, a.wrapping_add(b));
        n = n.wrapping_sub(1);
    }
    a
}

/// `args[0]` stores of an `i32`, one by one, like the guest's.
pub fn fill_scalar(config: WorkloadConfig) -> Result<Box<dyn Workload>> {
    let mut memory = vec![0_i32; count(&config)?];
    Ok(Box::new(Native(move || {
        for (slot, index) in memory.iter_mut().zip(0_i32..) {
            // The index passes a black box: otherwise the compiler would vectorise the stores.
            *slot = black_box(index);
        }
        black_box(&mut memory);
    })))
}

/// The same stores, vectorised by the compiler.
pub fn fill_vectorised(config: WorkloadConfig) -> Result<Box<dyn Workload>> {
    let mut memory = vec![0_i32; count(&config)?];
    Ok(Box::new(Native(move || {
        for (slot, index) in memory.iter_mut().zip(0_i32..) {
            *slot = index;
        }
        black_box(&mut memory);
    })))
}

fn arg(config: &WorkloadConfig, index: usize) -> Result<i32> {
    let arg = config.call.args.get(index).copied();
    arg.ok_or_else(|| {
        Error::option(
            "args",
            format!("this workload needs an argument {}", index + 1),
        )
    })
}

fn count(config: &WorkloadConfig) -> Result<usize> {
    let count = arg(config, 0)?;
    usize::try_from(count)
        .map_err(|_| Error::option("args", format!("expected a count, got {count}")))
}
