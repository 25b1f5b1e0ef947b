//! Whether the calling thread has enough stack left for a guest.
//!
//! On the direct path a guest runs on the caller's stack. Wasmtime bounds what the guest takes, not what is there: deep
//! JavaScript recursion in a worker thread leaves less than that, and a guest that used its share would kill the process.

use crate::error::{Error, Result};

/// Left for the host's own frames above and below the guest's, in bytes.
const HEADROOM_BYTES: u64 = 64 << 10;

/// What a call needs to be safe.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StackRequirement {
    bytes: u64,
}

impl StackRequirement {
    pub fn new(guest_bytes: u64) -> Self {
        Self {
            bytes: guest_bytes + HEADROOM_BYTES,
        }
    }

    /// # Errors
    ///
    /// `STACK_EXHAUSTED` where less is left. Where the platform does not tell, nothing is refused.
    #[inline]
    pub fn check(self) -> Result<()> {
        match stacker::remaining_stack() {
            Some(left) if (left as u64) < self.bytes => Err(Error::StackExhausted {
                left_bytes: left as u64,
                needed_bytes: self.bytes,
            }),
            _ => Ok(()),
        }
    }
}
