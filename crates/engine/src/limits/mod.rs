//! What an instance may use: the limits of one instance and their defaults.

pub(crate) mod budget;
pub(crate) mod engine;

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
}

/// The longest timeout, as for Node's timers: 2³¹ − 1 ms, almost 25 days.
pub const MAX_TIMEOUT_MS: u64 = (1 << 31) - 1;

/// The bounds of one call; [`Bound::Default`] stands for the instance's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CallLimits {
    /// Fuel, in Wasmtime's units.
    pub fuel: Bound,
    /// Time, in milliseconds.
    pub timeout_ms: Bound,
}

impl Limits {
    /// These limits with those of one call in the place of the instance's.
    pub(crate) fn with_call_limits(&self, call: CallLimits) -> Self {
        let or = |limit: Bound, of_instance: Bound| match limit {
            Bound::Default => of_instance,
            given => given,
        };
        Self {
            fuel: or(call.fuel, self.fuel),
            timeout_ms: or(call.timeout_ms, self.timeout_ms),
            ..self.clone()
        }
    }
}

impl CallLimits {
    #[inline]
    pub(crate) fn is_default(self) -> bool {
        matches!(
            (self.fuel, self.timeout_ms),
            (Bound::Default, Bound::Default)
        )
    }
}
