//! The budget of one call: what an instance's limits mean on its engine.

use crate::error::{Error, Result};
use crate::limits::engine::{EngineLimits, Interruption};
use crate::limits::{
    DEFAULT_ASYNC_TIMEOUT_MS, DEFAULT_FUEL, DEFAULT_TIMEOUT_MS, Limit, Limits, MAX_TIMEOUT_MS,
};
use std::time::Duration;

/// Whether a call of an instance blocks its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallMode {
    /// Synchronous: calls block the calling thread.
    Synchronous,
    /// Asynchronous: calls are tasks, polled by their host or by the executor.
    Asynchronous,
}

/// The budget of one call, checked against the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CallBudget {
    /// Fuel; none if the engine counts none or the call's is unlimited.
    pub fuel: Option<u64>,
    /// Wall time.
    pub timeout: Option<Duration>,
}

impl CallBudget {
    /// The error of a call that exceeded its time.
    pub fn timed_out(&self) -> Error {
        Error::Timeout {
            timeout_ms: self.timeout.map_or(0, |timeout| timeout.as_millis() as u64),
        }
    }
}

impl Limits {
    /// The budget of each call on such an engine.
    ///
    /// # Errors
    ///
    /// `BAD_OPTION` for a limit out of its range, or that the engine cannot enforce.
    pub(crate) fn budget(
        &self,
        interruption: Interruption,
        engine: &EngineLimits,
        mode: CallMode,
    ) -> Result<CallBudget> {
        self.check_values(engine)?;
        let fuel = self.fuel_budget(interruption)?;
        let timeout = self.timeout(interruption, fuel.is_some(), mode)?;
        Ok(CallBudget { fuel, timeout })
    }

    fn fuel_budget(&self, interruption: Interruption) -> Result<Option<u64>> {
        match (interruption.fuel(), self.fuel) {
            (false, Limit::AtMost(fuel)) => Err(Error::option(
                "limits.fuel",
                format!(
                    "got {fuel}, but this engine does not count fuel; create the engine with interruption 'fuel' or 'both', or leave the option out"
                ),
            )),
            (false, _) => Ok(None),
            (true, Limit::AtMost(0)) => {
                Err(Error::option("limits.fuel", "expected at least 1, got 0"))
            }
            (true, Limit::AtMost(fuel)) => Ok(Some(fuel)),
            (true, Limit::Default) => Ok(Some(DEFAULT_FUEL)),
            (true, Limit::Unlimited) => Ok(None),
        }
    }

    /// If nothing else bounds a call, time does, unless it is written to be unlimited as well.
    fn timeout(
        &self,
        interruption: Interruption,
        has_fuel: bool,
        mode: CallMode,
    ) -> Result<Option<Duration>> {
        let interrupts = interruption.epoch() || (interruption.fuel() && !has_fuel);
        let default = match mode {
            _ if interrupts => Some(DEFAULT_TIMEOUT_MS),
            CallMode::Asynchronous if interruption.any() => Some(DEFAULT_ASYNC_TIMEOUT_MS),
            _ => None,
        };
        match self.timeout_ms {
            Limit::Default => Ok(default.map(Duration::from_millis)),
            Limit::Unlimited => Ok(None),
            Limit::AtMost(ms) if !interruption.any() => Err(Error::option(
                "limits.timeoutMs",
                format!(
                    "got {ms}, but this engine never interrupts a guest; create it with interruption 'fuel', 'epoch' or 'both'"
                ),
            )),
            Limit::AtMost(ms) if ms == 0 || ms > MAX_TIMEOUT_MS => Err(Error::option(
                "limits.timeoutMs",
                format!("expected 1 to {MAX_TIMEOUT_MS} ms, got {ms}"),
            )),
            Limit::AtMost(ms) => Ok(Some(Duration::from_millis(ms))),
        }
    }
}
