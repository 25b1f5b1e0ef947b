//! The limits of an engine, over all its instances, and how it interrupts them.

use crate::error::{Result, check_range};
use std::ops::RangeInclusive;
use std::sync::OnceLock;

/// How an engine interrupts a running guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Interruption {
    /// By counting fuel: exact and deterministic.
    #[default]
    Fuel,
    /// By epochs, a clock that the guest checks: cheaper in some guests, not exact.
    Epoch,
    /// By both.
    Both,
    /// Never: only for measurements of trusted guests.
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

    /// Whether guests can be interrupted at all.
    pub fn any(self) -> bool {
        self != Self::None
    }
}

/// Declares the limits of an engine. A row is the only place that a new limit needs here: its field, its default, its name
/// among the options, and its range.
macro_rules! define_engine_limits {
    ($(
        $(#[$doc:meta])*
        $field:ident: $ty:ty = $default:expr, $name:literal, $range:expr;
    )*) => {
        /// The limits of all instances of an engine together, and the maxima for the limits of one.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub struct EngineLimits {
            $($(#[$doc])* pub $field: $ty,)*
        }

        impl Default for EngineLimits {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }

        impl EngineLimits {
            /// The names of all limits as options, in the order of the fields. For tests that look for missing rows.
            pub const NAMES: &[&str] = &[$($name),*];

            /// Checks that each limit is in its range.
            ///
            /// # Errors
            ///
            /// `BAD_OPTION` naming the option.
            pub(crate) fn check(&self) -> Result<()> {
                $(self.$field.check(concat!("limits.", $name), $range)?;)*
                Ok(())
            }
        }
    };
}

define_engine_limits! {
    /// The largest `memory_bytes` of one instance, in bytes.
    memory_bytes: u64 = 4 << 30, "memoryBytes", 1..=1 << 46;
    /// Live instances.
    instances: u32 = 10_000, "instances", 1..=u32::MAX.into();
    /// Size of a source, in bytes.
    binary_bytes: u64 = 64 << 20, "binaryBytes", 1..=u32::MAX.into();
    /// Threads that the engine starts for compilation, and as many for guests that outlast their first time slice. By
    /// default one per processor for compilation, and one less for guests, which leaves one to the caller.
    threads: Option<u32> = None, "threads", 1..=MAX_THREADS.into();
}

/// A limit that has a range.
trait Ranged {
    fn check(self, option: &'static str, range: RangeInclusive<u64>) -> Result<()>;
}

impl Ranged for u64 {
    fn check(self, option: &'static str, range: RangeInclusive<u64>) -> Result<()> {
        check_range(option, self, range)
    }
}

impl Ranged for u32 {
    fn check(self, option: &'static str, range: RangeInclusive<u64>) -> Result<()> {
        check_range(option, self.into(), range)
    }
}

impl Ranged for Option<u32> {
    fn check(self, option: &'static str, range: RangeInclusive<u64>) -> Result<()> {
        self.map_or(Ok(()), |number| number.check(option, range))
    }
}

/// The most threads that an engine may start for compilation, or for guests.
pub const MAX_THREADS: u32 = 1_024;

impl EngineLimits {
    /// The number of threads that compile.
    pub fn compiler_threads(&self) -> u32 {
        self.threads.unwrap_or_else(processors)
    }

    /// The number of threads that run guests.
    pub fn guest_threads(&self) -> u32 {
        self.threads
            .unwrap_or_else(|| processors().saturating_sub(1).max(1))
    }
}

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
