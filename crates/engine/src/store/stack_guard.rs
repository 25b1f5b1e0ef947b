//! The stack guard: checks that the calling thread has enough stack left for a guest.
//!
//! On the direct path a guest runs on the caller's stack. Wasmtime bounds what the guest uses, but not what is left: after
//! a deep JavaScript recursion in a worker thread that may be less, and a guest within its bound would kill the process.

use crate::error::{Error, Result};

/// The stack for the host's frames above and below the guest's, in bytes.
const HEADROOM_BYTES: u64 = 64 << 10;

/// The stack that a call on the caller's stack needs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StackRequirement {
    bytes: u64,
}

impl StackRequirement {
    /// The requirement of guests that may use `guest_bytes`.
    pub fn new(guest_bytes: u64) -> Self {
        Self {
            bytes: guest_bytes + HEADROOM_BYTES,
        }
    }

    /// Checks the calling thread. Platforms that do not report the stack pass.
    ///
    /// # Errors
    ///
    /// `STACK_EXHAUSTED` if less is left.
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
