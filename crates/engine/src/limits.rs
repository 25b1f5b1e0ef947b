//! What an instance may use: the limits of one instance, their defaults, and the limiter that enforces memory.

use crate::config::EngineConfig;
use crate::error::{Error, Result};
use crate::guest::Mode;
use std::time::Duration;
use wasmtime::ResourceLimiter;

/// Fuel of one call where a caller gives none: a third of a second in a tight loop, several seconds where the guest does
/// little but allocate objects, throw, or grow its memory.
pub const DEFAULT_FUEL: u64 = 1_000_000_000;

/// Time of one call, in milliseconds, where a caller gives none and the engine has epochs, or nothing else bounds a call.
pub const DEFAULT_TIMEOUT_MS: u64 = 1_000;

/// Time of one call of an asynchronous instance, in milliseconds, where a caller gives none and fuel bounds the guest:
/// fuel does not bound the functions that it waits for.
pub const DEFAULT_WAIT_MS: u64 = 30_000;

/// Elements that all tables of an instance may hold together, where a caller gives no other number.
pub const DEFAULT_TABLE_ELEMENTS: u64 = 100_000;

/// Core instances, memories and tables inside one instance, where a caller gives no other number.
pub const DEFAULT_PARTS: u32 = 100;

/// Bytes that one call may bring from the guest to the host, where a caller gives no other number: 128 MiB.
pub const DEFAULT_TRANSFER_BYTES: u64 = 128 << 20;

/// A bound that is either a number, left to the default, or written out as absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Bound {
    /// The default of the engine's kind.
    #[default]
    Default,
    /// No bound at all.
    Unlimited,
    /// At most this much.
    AtMost(u64),
}

/// What happens to a growth of memory or of a table that the limits refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnMemoryLimit {
    /// The call ends with `MEMORY_LIMIT`; where a heap of objects would grow, garbage is collected first.
    #[default]
    Trap,
    /// The guest sees −1, and the refusal is counted.
    Refuse,
}

/// What one instance may use.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Sum over all memories of the instance, in bytes.
    pub memory_bytes: u64,
    /// Fuel of each call, instantiation included, in Wasmtime's units.
    pub fuel: Bound,
    /// Time of each call, in milliseconds.
    pub timeout_ms: Bound,
    /// What a refused growth does.
    pub on_memory_limit: OnMemoryLimit,
    /// Sum of the elements of all tables.
    pub table_elements: u64,
    /// Core instances inside the instance.
    pub instances: u32,
    /// Memories inside the instance.
    pub memories: u32,
    /// Tables inside the instance.
    pub tables: u32,
    /// Bytes that one call may bring from the guest to the host.
    pub transfer_bytes: u64,
}

impl Limits {
    /// The defaults beside `memory_bytes`, which has none.
    pub fn new(memory_bytes: u64) -> Self {
        Self {
            memory_bytes,
            fuel: Bound::Default,
            timeout_ms: Bound::Default,
            on_memory_limit: OnMemoryLimit::Trap,
            table_elements: DEFAULT_TABLE_ELEMENTS,
            instances: DEFAULT_PARTS,
            memories: DEFAULT_PARTS,
            tables: DEFAULT_PARTS,
            transfer_bytes: DEFAULT_TRANSFER_BYTES,
        }
    }

    /// What the limits mean for each call on an engine of this configuration.
    ///
    /// # Errors
    ///
    /// `BAD_OPTION` for a limit that the engine cannot enforce or that makes no sense.
    pub(crate) fn budget(&self, config: &EngineConfig, mode: Mode) -> Result<Budget> {
        self.check_sizes(config)?;
        let fuel = self.fuel_budget(config)?;
        let timeout = self.timeout(config, fuel.is_some(), mode)?;
        Ok(Budget { fuel, timeout })
    }

    fn check_sizes(&self, config: &EngineConfig) -> Result<()> {
        if self.instances == 0 {
            return Err(Error::option(
                "limits.instances",
                "expected at least 1, got 0: a guest is one itself",
            ));
        }
        let maximum = config.maxima.memory_bytes;
        if self.memory_bytes == 0 || self.memory_bytes > maximum {
            return Err(Error::option(
                "limits.memoryBytes",
                format!(
                    "expected 1 to {maximum} bytes (the engine's 'maxima.memoryBytes'), got {}",
                    self.memory_bytes
                ),
            ));
        }
        Ok(())
    }

    fn fuel_budget(&self, config: &EngineConfig) -> Result<Option<u64>> {
        match (config.interruption.fuel(), self.fuel) {
            (false, Bound::AtMost(fuel)) => Err(Error::option(
                "limits.fuel",
                format!(
                    "got {fuel}, but this engine does not count fuel; make the engine with interruption 'fuel' or 'both', or leave the option out"
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

    /// Where nothing else bounds a call, time does, unless the caller wrote that it is unlimited as well.
    fn timeout(
        &self,
        config: &EngineConfig,
        has_fuel: bool,
        mode: Mode,
    ) -> Result<Option<Duration>> {
        let interrupts = config.interruption.epoch() || (config.interruption.fuel() && !has_fuel);
        let default = match mode {
            _ if interrupts => Some(DEFAULT_TIMEOUT_MS),
            Mode::Asynchronous if config.interruption.any() => Some(DEFAULT_WAIT_MS),
            _ => None,
        };
        match self.timeout_ms {
            Bound::Default => Ok(default.map(Duration::from_millis)),
            Bound::Unlimited => Ok(None),
            Bound::AtMost(ms) if !config.interruption.any() => Err(Error::option(
                "limits.timeoutMs",
                format!(
                    "got {ms}, but this engine never interrupts a guest; make it with interruption 'fuel', 'epoch' or 'both'"
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

/// The longest timeout, as for Node's timers: 2³¹ − 1 ms, almost 25 days.
pub const MAX_TIMEOUT_MS: u64 = (1 << 31) - 1;

/// The bounds of one call, checked against the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Budget {
    /// Fuel, or none where the engine counts none or the caller wrote that it is unlimited.
    pub fuel: Option<u64>,
    /// Wall time.
    pub timeout: Option<Duration>,
}

impl Budget {
    /// The error of a call whose time was up.
    pub fn timed_out(&self) -> Error {
        Error::Timeout {
            timeout_ms: self.timeout.map_or(0, |timeout| timeout.as_millis() as u64),
        }
    }
}

/// What the limiter refused to let grow; also the error that ends a call by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("refused by the instance's limits")]
pub(crate) struct Refusal {
    resource: &'static str,
    option: &'static str,
    requested: u64,
    limit: u64,
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::MemoryLimit {
            resource: refusal.resource,
            option: refusal.option,
            requested: refusal.requested,
            limit: refusal.limit,
        }
    }
}

/// Counts what the memories and tables of one instance hold, and refuses what is too much.
#[derive(Debug)]
pub(crate) struct Limiter {
    limits: Limits,
    memory: Gauge,
    tables: Gauge,
    refusals: u64,
    refused_at_start: Option<Refusal>,
    is_starting: bool,
}

/// An amount that grows in steps, each of which may yet fail.
#[derive(Debug)]
struct Gauge {
    resource: &'static str,
    option: &'static str,
    limit: u64,
    current: u64,
    peak: u64,
    /// What the last growth changed, while it may yet fail.
    before: Option<(u64, u64)>,
}

impl Gauge {
    fn new(resource: &'static str, option: &'static str, limit: u64) -> Self {
        Self {
            resource,
            option,
            limit,
            current: 0,
            peak: 0,
            before: None,
        }
    }

    /// Counts a growth of one part, whose type allows it `maximum`; false where it is past that.
    fn grow(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool, Refusal> {
        self.before = None;
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        let added = desired.saturating_sub(current) as u64;
        let total = self.current.saturating_add(added);
        if total > self.limit {
            return Err(self.refusal(total));
        }
        self.before = Some((self.current, self.peak));
        self.current = total;
        self.peak = self.peak.max(total);
        Ok(true)
    }

    fn refusal(&self, requested: u64) -> Refusal {
        Refusal {
            resource: self.resource,
            option: self.option,
            requested,
            limit: self.limit,
        }
    }

    /// Takes back the last growth: it was allowed, and then failed for another reason.
    fn undo(&mut self) {
        if let Some((current, peak)) = self.before.take() {
            (self.current, self.peak) = (current, peak);
        }
    }
}

impl Limiter {
    pub fn new(limits: Limits) -> Self {
        Self {
            memory: Gauge::new(
                "the sum of the instance's memories (in bytes)",
                "memoryBytes",
                limits.memory_bytes,
            ),
            tables: Gauge::new(
                "the sum of the instance's tables (in elements)",
                "tableElements",
                limits.table_elements,
            ),
            limits,
            refusals: 0,
            refused_at_start: None,
            is_starting: true,
        }
    }

    /// What it enforces.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Bytes in all memories now.
    pub fn memory_bytes(&self) -> u64 {
        self.memory.current
    }

    /// The most bytes that all memories ever held together.
    pub fn peak_memory_bytes(&self) -> u64 {
        self.memory.peak
    }

    /// How many growths were refused so far.
    pub fn refusals(&self) -> u64 {
        self.refusals
    }

    /// The instance is made: from here on a refused growth is no reason for what happens later.
    pub fn started(&mut self) {
        self.is_starting = false;
        self.refused_at_start = None;
    }

    /// The refusal behind `error`: the error itself, or, of an instance that could not be made, its first memory's.
    pub fn refusal(&self, error: &wasmtime::Error) -> Option<Refusal> {
        let refusal = error.downcast_ref::<Refusal>().copied();
        refusal.or(self.refused_at_start)
    }

    /// The refusal behind `error`, where the guest's heap of objects is full: it can grow no further, whatever a refused
    /// growth of memory is to do.
    pub fn refused_objects(&self, error: &wasmtime::Error) -> Option<Refusal> {
        error
            .is::<wasmtime::GcHeapOutOfMemory<()>>()
            .then_some(Refusal {
                resource: "the guest's heap of objects, with its memories (in bytes),",
                ..self.memory.refusal(self.memory.current.saturating_add(1))
            })
    }

    /// The limit behind `error`, where Wasmtime enforces it and tells of it in words only.
    pub fn exceeded(&self, error: &wasmtime::Error) -> Option<Error> {
        let text = error.root_cause().to_string();
        if text.contains("fuel allocated for hostcalls has been exhausted") {
            return Some(Error::TransferLimit {
                limit_bytes: self.limits.transfer_bytes,
            });
        }
        let counts = [
            ("instance count", "instances"),
            ("memory count", "memories"),
            ("table count", "tables"),
        ];
        let (_, option) = counts
            .iter()
            .find(|(count, _)| text.contains(&format!("resource limit exceeded: {count}")))?;
        Some(Error::Link {
            message: format!("{text}; raise 'limits.{option}' if the guest needs more"),
        })
    }

    fn refuse(&mut self, refusal: Refusal) -> wasmtime::Result<bool> {
        self.refusals += 1;
        if self.is_starting {
            self.refused_at_start = Some(refusal);
        }
        match self.limits.on_memory_limit {
            OnMemoryLimit::Trap => Err(wasmtime::Error::new(refusal)),
            OnMemoryLimit::Refuse => Ok(false),
        }
    }
}

impl ResourceLimiter for Limiter {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let grown = self.memory.grow(current, desired, maximum);
        grown.or_else(|refusal| self.refuse(refusal))
    }

    fn memory_grow_failed(&mut self, _error: wasmtime::Error) -> wasmtime::Result<()> {
        self.memory.undo();
        Ok(())
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let grown = self.tables.grow(current, desired, maximum);
        grown.or_else(|refusal| self.refuse(refusal))
    }

    fn table_grow_failed(&mut self, _error: wasmtime::Error) -> wasmtime::Result<()> {
        self.tables.undo();
        Ok(())
    }

    fn instances(&self) -> usize {
        self.limits.instances as usize
    }

    fn tables(&self) -> usize {
        self.limits.tables as usize
    }

    fn memories(&self) -> usize {
        self.limits.memories as usize
    }
}
