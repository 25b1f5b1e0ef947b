//! The trait of everything that can be measured, with the costs that carry no noise.

use airssys_wasm_engine::{Error, Result};
use std::time::Duration;

/// Something to measure.
pub trait Workload {
    /// Runs `iterations` and returns the time that they took.
    ///
    /// # Errors
    ///
    /// The error of the operation.
    fn run(&mut self, iterations: u64) -> Result<Duration>;

    /// Runs one more iteration and returns its deterministic costs, as far as they are known.
    ///
    /// # Errors
    ///
    /// As [`Workload::run`].
    fn deterministic_costs(&mut self) -> Result<DeterministicCosts> {
        Ok(DeterministicCosts::default())
    }

    /// Creates `count` of what the workload creates and keeps them alive until the next call; 0 releases them.
    ///
    /// # Errors
    ///
    /// As [`Workload::run`]; `UNSUPPORTED` if the workload creates nothing.
    fn hold(&mut self, _count: u32) -> Result<()> {
        Err(Error::Unsupported(
            "this workload creates nothing that could be held".to_owned(),
        ))
    }

    /// Makes one call in a new instance and returns its result in WAVE.
    ///
    /// # Errors
    ///
    /// As [`Workload::run`]; `UNSUPPORTED` unless the workload is a call written in WAVE.
    fn show(&mut self) -> Result<String> {
        Err(Error::Unsupported(
            "this workload returns nothing that could be shown".to_owned(),
        ))
    }

    /// Makes calls of a new instance, samples the guest's stack during them, and writes a profile for Firefox's profiler
    /// to `output`. Returns the number of samples.
    ///
    /// # Errors
    ///
    /// As [`Workload::run`]; `UNSUPPORTED` unless the workload is a call.
    fn profile(&mut self, _span: ProfileSpan, _output: &mut Vec<u8>) -> Result<u64> {
        Err(Error::Unsupported(
            "the guest profiler samples calls only, and this workload is not a call".to_owned(),
        ))
    }
}

/// Costs of one iteration that are the same in every run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DeterministicCosts {
    /// Fuel that one iteration consumes.
    pub fuel: Option<u64>,
    /// The peak of linear memory, in bytes.
    pub peak_memory_bytes: Option<u64>,
    /// Size of the machine code, in bytes.
    pub code_bytes: Option<u64>,
}

/// The length of a profile and the density of its samples.
#[derive(Debug, Clone, Copy)]
pub struct ProfileSpan {
    /// For how long the guest is called.
    pub duration: Duration,
    /// Epochs between two samples, each one millisecond; at least 1.
    pub epochs: u64,
}
