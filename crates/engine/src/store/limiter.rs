//! The limiter: counts what the memories and tables of one instance hold, and refuses growth past the limits.

use crate::error::Error;
use crate::limits::{Limits, OnMemoryLimit};
use wasmtime::ResourceLimiter;

/// A growth that the limiter refused; also the error that ends a call because of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("refused by the instance's limits")]
pub(crate) struct LimitExceeded {
    resource: &'static str,
    option: &'static str,
    requested: u64,
    limit: u64,
}

impl From<LimitExceeded> for Error {
    fn from(exceeded: LimitExceeded) -> Self {
        Self::MemoryLimit {
            resource: exceeded.resource,
            option: exceeded.option,
            requested: exceeded.requested,
            limit: exceeded.limit,
        }
    }
}

/// Counts the memories and tables of one instance.
#[derive(Debug)]
pub(crate) struct Limiter {
    limits: Limits,
    memory: ResourceCounter,
    tables: ResourceCounter,
    refusals: u64,
    refused_at_start: Option<LimitExceeded>,
    is_starting: bool,
}

/// An amount that grows in steps, each of which may fail after it was allowed.
#[derive(Debug)]
struct ResourceCounter {
    resource: &'static str,
    option: &'static str,
    limit: u64,
    current: u64,
    peak: u64,
    /// `current` and `peak` before the last growth, which may still fail.
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

    /// Counts a growth of one memory or table. Returns false if it is past the `maximum` of its type.
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
            return Err(self.exceeded_by(total));
        }
        self.before = Some((self.current, self.peak));
        self.current = total;
        self.peak = self.peak.max(total);
        Ok(true)
    }

    fn exceeded_by(&self, requested: u64) -> LimitExceeded {
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

    /// The limits that are enforced.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The current size of all memories, in bytes.
    pub fn memory_bytes(&self) -> u64 {
        self.memory.current
    }

    /// The peak size of all memories together, in bytes.
    pub fn peak_memory_bytes(&self) -> u64 {
        self.memory.peak
    }

    /// The number of growths that were refused.
    pub fn refusals(&self) -> u64 {
        self.refusals
    }

    /// The instance has been created: a refused growth no longer explains a later error.
    pub fn finish_instantiation(&mut self) {
        self.is_starting = false;
        self.refused_at_start = None;
    }

    /// The refusal that caused `error`: the error itself, or the first memory's of an instance that could not be created.
    pub fn refused_growth(&self, error: &wasmtime::Error) -> Option<LimitExceeded> {
        let refused = error.downcast_ref::<LimitExceeded>().copied();
        refused.or(self.refused_at_start)
    }

    /// The refusal that caused `error`, if the guest's heap of objects is full: an object cannot be allocated without
    /// growth, even if the guest may see a growth refused.
    pub fn refused_object(&self, error: &wasmtime::Error) -> Option<LimitExceeded> {
        error
            .is::<wasmtime::GcHeapOutOfMemory<()>>()
            .then_some(LimitExceeded {
                resource: "the guest's heap of objects, with its memories (in bytes),",
                ..self
                    .memory
                    .exceeded_by(self.memory.current.saturating_add(1))
            })
    }

    fn refuse(&mut self, exceeded: LimitExceeded) -> wasmtime::Result<bool> {
        self.refusals += 1;
        if self.is_starting {
            self.refused_at_start = Some(exceeded);
        }
        match self.limits.on_memory_limit {
            OnMemoryLimit::Trap => Err(wasmtime::Error::new(exceeded)),
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
        grown.or_else(|exceeded| self.refuse(exceeded))
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
        grown.or_else(|exceeded| self.refuse(exceeded))
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
