//! What an instance's memories and tables hold, counted and held to the limits.

use crate::error::{Error, Result};
use crate::limits::{Limits, OnMemoryLimit};
use wasmtime::ResourceLimiter;

/// What the limiter refused to let grow; also the error that ends a call by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("refused by the instance's limits")]
pub(crate) struct LimitExceeded {
    resource: &'static str,
    option: &'static str,
    requested: u64,
    limit: u64,
}

impl From<LimitExceeded> for Error {
    fn from(refusal: LimitExceeded) -> Self {
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
    memory: ResourceCounter,
    tables: ResourceCounter,
    refusals: u64,
    refused_at_start: Option<LimitExceeded>,
    is_starting: bool,
}

/// An amount that grows in steps, each of which may yet fail.
#[derive(Debug)]
struct ResourceCounter {
    resource: &'static str,
    option: &'static str,
    limit: u64,
    current: u64,
    peak: u64,
    /// What the last growth changed, while it may yet fail.
    before: Option<(u64, u64)>,
}

impl ResourceCounter {
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
    ) -> Result<bool, LimitExceeded> {
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

    fn refusal(&self, requested: u64) -> LimitExceeded {
        LimitExceeded {
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
            memory: ResourceCounter::new(
                "the sum of the instance's memories (in bytes)",
                "memoryBytes",
                limits.memory_bytes,
            ),
            tables: ResourceCounter::new(
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
    pub fn finish_instantiation(&mut self) {
        self.is_starting = false;
        self.refused_at_start = None;
    }

    /// The refusal behind `error`: the error itself, or, of an instance that could not be made, its first memory's.
    pub fn refusal(&self, error: &wasmtime::Error) -> Option<LimitExceeded> {
        let refusal = error.downcast_ref::<LimitExceeded>().copied();
        refusal.or(self.refused_at_start)
    }

    /// The refusal behind `error`, where the guest's heap of objects is full: it can grow no further, whatever a refused
    /// growth of memory is to do.
    pub fn refused_objects(&self, error: &wasmtime::Error) -> Option<LimitExceeded> {
        error
            .is::<wasmtime::GcHeapOutOfMemory<()>>()
            .then_some(LimitExceeded {
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

    fn refuse(&mut self, refusal: LimitExceeded) -> wasmtime::Result<bool> {
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
