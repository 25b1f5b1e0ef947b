//! Admission: bounds the number of live instances by the engine's limit and by what the operating system can map.

use crate::error::{Error, Result};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

/// The mappings of one linear memory: its accessible part, the rest of its reservation, its image.
const MAPPINGS_PER_MEMORY: u64 = 3;

/// The mappings of an instance besides its memories: a fiber's stack and its guard.
const MAPPINGS_PER_INSTANCE: u64 = 2;

/// The mappings left to everything else in the process.
const MAPPINGS_RESERVED: u64 = 8_192;

/// The mappings of all live instances of the process.
static MAPPINGS: AtomicU64 = AtomicU64::new(0);

/// Counts the live instances of one engine.
pub(crate) struct Admission {
    current: Arc<AtomicU32>,
    maximum: u32,
}

/// Capacity for one instance; released on drop.
#[derive(Debug)]
pub(crate) struct Permit {
    current: Arc<AtomicU32>,
    mappings: u64,
}

impl Admission {
    pub fn new(maximum: u32) -> Self {
        Self {
            current: Arc::default(),
            maximum,
        }
    }

    pub fn current(&self) -> u32 {
        self.current.load(Ordering::Relaxed)
    }

    /// Reserves capacity for one instance with this many memories.
    ///
    /// # Errors
    ///
    /// `INSTANCE_LIMIT`.
    pub fn admit(&self, memories: u32) -> Result<Permit> {
        let mappings = MAPPINGS_PER_INSTANCE + MAPPINGS_PER_MEMORY * u64::from(memories);
        // Reserved before the checks: the permit releases it again if they fail.
        MAPPINGS.fetch_add(mappings, Ordering::Relaxed);
        self.current.fetch_add(1, Ordering::Relaxed);
        let permit = Permit {
            current: self.current.clone(),
            mappings,
        };
        if self.current() > self.maximum {
            return Err(Error::InstanceLimit {
                message: format!(
                    "the engine has {} live instances, the most that its 'limits.instances' allows; dispose of some or raise it",
                    self.maximum
                ),
            });
        }
        match mappings_available() {
            Some(available) if MAPPINGS.load(Ordering::Relaxed) > available => {
                Err(Error::InstanceLimit {
                    message: format!(
                        "the process has as many live instances as the operating system can map ({available} mappings); dispose of some or raise vm.max_map_count"
                    ),
                })
            }
            _ => Ok(permit),
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        MAPPINGS.fetch_sub(self.mappings, Ordering::Relaxed);
        self.current.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The mappings that Linux allows the instances of a process; none on other systems.
fn mappings_available() -> Option<u64> {
    static AVAILABLE: OnceLock<Option<u64>> = OnceLock::new();
    *AVAILABLE.get_or_init(|| {
        let text = std::fs::read_to_string("/proc/sys/vm/max_map_count").ok()?;
        let maximum: u64 = text.trim().parse().ok()?;
        Some(maximum.saturating_sub(MAPPINGS_RESERVED))
    })
}
