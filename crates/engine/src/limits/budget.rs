//! The budget of one call: what an instance's limits mean on its engine.

use crate::error::{Error, Result};
use crate::limits::engine::{EngineLimits, Interruption};
use crate::limits::{
    Bound, DEFAULT_FUEL, DEFAULT_TIMEOUT_MS, DEFAULT_WAIT_MS, Limits, MAX_TIMEOUT_MS,
};
use std::time::Duration;

/// How the calls of an instance are waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallMode {
    /// By the calling thread, which they block.
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
            (false, Bound::AtMost(fuel)) => Err(Error::option(
                "limits.fuel",
                format!(
                    "got {fuel}, but this engine does not count fuel; create the engine with interruption 'fuel' or 'both', or leave the option out"
                ),
            )),
            (false, _) => Ok(None),
            (true, Bound::AtMost(0)) => {
                Err(Error::option("limits.fuel", "expected at least 1, got 0"))
            }
            (true, Bound::AtMost(fuel)) => Ok(Some(fuel)),
            (true, Bound::Default) => Ok(Some(DEFAULT_FUEL)),
            (true, Bound::Unlimited) => Ok(None),
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
            CallMode::Asynchronous if interruption.any() => Some(DEFAULT_WAIT_MS),
            _ => None,
        };
        match self.timeout_ms {
            Bound::Default => Ok(default.map(Duration::from_millis)),
            Bound::Unlimited => Ok(None),
            Bound::AtMost(ms) if !interruption.any() => Err(Error::option(
                "limits.timeoutMs",
                format!(
                    "got {ms}, but this engine never interrupts a guest; create it with interruption 'fuel', 'epoch' or 'both'"
                ),
            )),
            Bound::AtMost(ms) if ms == 0 || ms > MAX_TIMEOUT_MS => Err(Error::option(
                "limits.timeoutMs",
                format!("expected 1 to {MAX_TIMEOUT_MS} ms, got {ms}"),
            )),
            Bound::AtMost(ms) => Ok(Some(Duration::from_millis(ms))),
        }
    }
}
