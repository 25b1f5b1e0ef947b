//! What all instances of an engine together may use, and how a guest of theirs is stopped.

use crate::error::{Result, within};
use std::sync::OnceLock;

/// How a running guest is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Interruption {
    /// By counting fuel: exact and deterministic.
    #[default]
    Fuel,
    /// By a clock that the guest looks at: cheaper in some guests, not exact.
    Epoch,
    /// By both.
    Both,
    /// Not at all: for measurements of trusted guests only.
    None,
}

impl Interruption {
    /// Whether fuel is counted.
    pub fn fuel(self) -> bool {
        matches!(self, Self::Fuel | Self::Both)
    }

    /// Whether epochs are checked.
    pub fn epoch(self) -> bool {
        matches!(self, Self::Epoch | Self::Both)
    }

    /// Whether a guest can be stopped at all.
    pub fn any(self) -> bool {
        self != Self::None
    }
}

/// What all instances of an engine together may use, and how much one may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EngineLimits {
    /// The most that the memories of one instance may be allowed, in bytes.
    pub memory_bytes: u64,
    /// AnyInstance instances.
    pub instances: u32,
    /// Size of a source, in bytes.
    pub binary_bytes: u64,
    /// Executor that the engine's work runs on beside its callers': compilation, and guests that outlast a slice. None for
    /// as many as there are processors to compile, and one less, which is left to the caller, to run guests.
    pub threads: Option<u32>,
}

impl Default for EngineLimits {
    fn default() -> Self {
        Self {
            memory_bytes: 4 << 30,
            instances: 10_000,
            binary_bytes: 64 << 20,
            threads: None,
        }
    }
}

impl EngineLimits {
    /// Executor that compile.
    pub fn compiler_threads(&self) -> u32 {
        self.threads.unwrap_or_else(processors)
    }

    /// Executor that run guests.
    pub fn guest_threads(&self) -> u32 {
        self.threads
            .unwrap_or_else(|| processors().saturating_sub(1).max(1))
    }

    /// Whether the values are in their ranges.
    ///
    /// # Errors
    ///
    /// `BAD_OPTION` naming the option.
    pub(crate) fn check(&self) -> Result<()> {
        within("limits.memoryBytes", self.memory_bytes, 1, 1 << 46)?;
        within(
            "limits.instances",
            self.instances.into(),
            1,
            u32::MAX.into(),
        )?;
        within("limits.binaryBytes", self.binary_bytes, 1, u32::MAX.into())?;
        within(
            "limits.threads",
            self.threads.unwrap_or(1).into(),
            1,
            MAX_THREADS.into(),
        )
    }
}

/// The most threads that an engine's work may run on.
pub const MAX_THREADS: u32 = 1_024;

fn processors() -> u32 {
    static PROCESSORS: OnceLock<u32> = OnceLock::new();
    *PROCESSORS.get_or_init(|| {
        let available = std::thread::available_parallelism();
        let available = available.map_or(1, std::num::NonZeroUsize::get);
        u32::try_from(available)
            .unwrap_or(MAX_THREADS)
            .min(MAX_THREADS)
    })
}
