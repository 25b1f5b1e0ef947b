//! Timers: the loops around a measured operation.

use airssys_wasm_engine::Result;
use std::time::{Duration, Instant};

/// Iterations between two set-ups, where each iteration uses up something that was set up for it.
pub(crate) const CHUNK: u64 = 64;

/// Returns the time that `iterations` of `operation` take.
#[inline]
pub(crate) fn timed(
    iterations: u64,
    mut operation: impl FnMut() -> Result<()>,
) -> Result<Duration> {
    let started = Instant::now();
    for _ in 0..iterations {
        operation()?;
    }
    Ok(started.elapsed())
}

/// Returns the time that `iterations` of `operation` take, each on an input that `setup` creates outside the measured time.
#[inline]
pub(crate) fn timed_each<T, R>(
    iterations: u64,
    setup: impl FnMut() -> Result<T>,
    operation: impl FnMut(T) -> Result<R>,
) -> Result<Duration> {
    timed_chunks(iterations, CHUNK, setup, operation)
}

/// As [`timed_each`], with at most `chunk` inputs alive at once.
#[inline]
pub(crate) fn timed_chunks<T, R>(
    iterations: u64,
    chunk: u64,
    mut setup: impl FnMut() -> Result<T>,
    mut operation: impl FnMut(T) -> Result<R>,
) -> Result<Duration> {
    let mut total = Duration::ZERO;
    let mut left = iterations;
    while left > 0 {
        let count = left.min(chunk);
        let inputs: Vec<T> = (0..count).map(|_| setup()).collect::<Result<_>>()?;
        // Outputs are kept until the clock has stopped, so that dropping them is not measured.
        let mut outputs = Vec::with_capacity(inputs.len());
        let started = Instant::now();
        for input in inputs {
            outputs.push(operation(input)?);
        }
        total += started.elapsed();
        left -= count;
    }
    Ok(total)
}
