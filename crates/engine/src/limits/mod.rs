//! The limits of one instance, with their defaults.

pub(crate) mod budget;
pub(crate) mod engine;

use crate::error::{Error, Result};
use crate::limits::engine::EngineLimits;

/// The default fuel of one call: a third of a second in a tight loop, several seconds of nothing but allocating objects,
/// throwing, or growing memory.
pub const DEFAULT_FUEL: u64 = 1_000_000_000;

/// The default time of one call, in milliseconds, if the engine has epochs or nothing else bounds the call.
pub const DEFAULT_TIMEOUT_MS: u64 = 1_000;

/// The default time of one call of an asynchronous instance, in milliseconds, if fuel bounds the guest: fuel does not
/// bound the host functions that it waits for.
pub const DEFAULT_ASYNC_TIMEOUT_MS: u64 = 30_000;

/// The default number of elements that all tables of an instance may hold together.
pub const DEFAULT_TABLE_ELEMENTS: u64 = 100_000;

/// The default number of core instances, of memories and of tables inside one instance.
pub const DEFAULT_PARTS: u32 = 100;

/// The default number of bytes that one call may transfer from the guest to the host: 128 MiB.
pub const DEFAULT_TRANSFER_BYTES: u64 = 128 << 20;

/// The default number of calls that may wait for one asynchronous instance.
pub const DEFAULT_QUEUED_CALLS: u32 = 1_000;

/// The longest timeout, as for Node's timers: 2³¹ − 1 ms, almost 25 days.
pub const MAX_TIMEOUT_MS: u64 = (1 << 31) - 1;

/// A limit of a call: the default, at most a number, or explicitly none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Limit {
    /// The default, which depends on how the engine interrupts guests.
    #[default]
    Default,
    /// No limit.
    Unlimited,
    /// At most this much.
    AtMost(u64),
}

/// What happens if a memory or table would grow past its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnMemoryLimit {
    /// The call ends with `MEMORY_LIMIT`. A heap of objects first collects garbage.
    #[default]
    Trap,
    /// The guest sees −1, and the refusal is counted.
    Refuse,
}

/// Declares the limits of an instance. A row is the only place that a new limit needs here: its field, its default, its
/// name among the options, and the check of its value.
macro_rules! define_limits {
    ($(
        $(#[$doc:meta])*
        $field:ident: $ty:ty = $default:expr, $name:literal, $check:path;
    )*) => {
        /// The limits of one instance.
        #[derive(Debug, Clone)]
        pub struct Limits {
            $($(#[$doc])* pub $field: $ty,)*
        }

        impl Limits {
            /// The names of all limits as options, in the order of the fields. For tests that look for missing rows.
            pub const NAMES: &[&str] = &[$($name),*];

            const DEFAULT: Self = Self { $($field: $default,)* };

            /// Checks each limit by itself.
            fn check_values(&self, engine: &EngineLimits) -> Result<()> {
                $($check(concat!("limits.", $name), &self.$field, engine)?;)*
                Ok(())
            }
        }
    };
}

define_limits! {
    /// The sum over all memories of the instance, in bytes.
    memory_bytes: u64 = REQUIRED, "memoryBytes", check::within_engine;
    /// Fuel of each call, instantiation included, in Wasmtime's units.
    fuel: Limit = Limit::Default, "fuel", check::in_budget;
    /// Wall time of each call, in milliseconds.
    timeout_ms: Limit = Limit::Default, "timeoutMs", check::in_budget;
    /// The effect of a refused growth.
    on_memory_limit: OnMemoryLimit = OnMemoryLimit::Trap, "onMemoryLimit", check::any;
    /// The sum of the elements of all tables.
    table_elements: u64 = DEFAULT_TABLE_ELEMENTS, "tableElements", check::any;
    /// Core instances inside the instance.
    instances: u32 = DEFAULT_PARTS, "instances", check::at_least_one;
    /// Memories inside the instance.
    memories: u32 = DEFAULT_PARTS, "memories", check::any;
    /// Tables inside the instance.
    tables: u32 = DEFAULT_PARTS, "tables", check::any;
    /// Bytes that one call may transfer from the guest to the host.
    transfer_bytes: u64 = DEFAULT_TRANSFER_BYTES, "transferBytes", check::any;
    /// Calls that may wait for an asynchronous instance. The caller's queue enforces it: see
    /// [`Error::Busy`](crate::Error::Busy).
    queued_calls: u32 = DEFAULT_QUEUED_CALLS, "queuedCalls", check::any;
}

/// The placeholder for a limit without a default: the check rejects it.
const REQUIRED: u64 = 0;

/// The checks of single limits.
mod check {
    use super::{EngineLimits, Error, Limit, Result};

    pub fn any<T>(_option: &str, _limit: &T, _engine: &EngineLimits) -> Result<()> {
        Ok(())
    }

    /// Checked with the budget of a call, since the range depends on how the engine interrupts guests.
    pub fn in_budget(_option: &str, _limit: &Limit, _engine: &EngineLimits) -> Result<()> {
        Ok(())
    }

    pub fn at_least_one(option: &str, count: &u32, _engine: &EngineLimits) -> Result<()> {
        match count {
            0 => Err(Error::option(
                option,
                "expected at least 1, got 0: the guest itself is one",
            )),
            _ => Ok(()),
        }
    }

    pub fn within_engine(option: &str, bytes: &u64, engine: &EngineLimits) -> Result<()> {
        let maximum = engine.memory_bytes;
        if (1..=maximum).contains(bytes) {
            return Ok(());
        }
        Err(Error::option(
            option,
            format!(
                "expected 1 to {maximum} bytes (the engine's 'limits.memoryBytes'), got {bytes}"
            ),
        ))
    }
}

impl Limits {
    /// These `memory_bytes`, which have no default, and the defaults of all other limits.
    pub fn new(memory_bytes: u64) -> Self {
        Self {
            memory_bytes,
            ..Self::DEFAULT
        }
    }

    /// These limits, with those of one call instead of the instance's.
    pub(crate) fn with_call_limits(&self, call: CallLimits) -> Self {
        let or = |limit: Limit, of_instance: Limit| match limit {
            Limit::Default => of_instance,
            given => given,
        };
        Self {
            fuel: or(call.fuel, self.fuel),
            timeout_ms: or(call.timeout_ms, self.timeout_ms),
            ..self.clone()
        }
    }
}

/// The limits of one call. [`Limit::Default`] stands for the instance's limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CallLimits {
    /// Fuel, in Wasmtime's units.
    pub fuel: Limit,
    /// Wall time, in milliseconds.
    pub timeout_ms: Limit,
}

impl CallLimits {
    #[inline]
    pub(crate) fn is_default(self) -> bool {
        matches!(
            (self.fuel, self.timeout_ms),
            (Limit::Default, Limit::Default)
        )
    }
}
